import AssetModel

/// Why a tag is believed to be where it is, or not to be there any more, in words.
extension PresenceTracker {
    func describe(
        _ kind: PresenceChange.Kind, tag: EPC, judgement: ZoneJudgement, cause: Int64, at time: PathTime
    ) -> PresenceChange {
        var change = PresenceChange(tag: tag, kind: kind, at: time.now, cause: EvidenceEpoch.start(of: cause))
        change.probability = judgement.probability
        change.evidenceCount = judgement.hits
        let zone = layout.zones[judgement.zone].id
        change.reasonChinese = "最近 \(judgement.window) 个时段中 \(zone) 识读 \(judgement.hits) 个"
        change.reasonEnglish = "\(zone) read it in \(judgement.hits) of the last \(judgement.window) epochs"
        if let rival = judgement.rival {
            let other = layout.zones[rival].id
            change.reasonChinese += "，\(other) 识读 \(judgement.rivalHits) 个"
            change.reasonEnglish += ", \(other) in \(judgement.rivalHits)"
            if !judgement.isRivalCovered {
                change.reasonChinese += "（其间 \(other) 的天线未全程工作）"
                change.reasonEnglish += " (not all antennas of \(other) at work throughout)"
            }
        }
        return change
    }

    /// - Parameter silence: covered time without a read.
    func words(
        of run: SilentRun, after silence: ElapsedTime, _ slot: Int, in zone: Int, _ coverage: CoverageLedger
    ) -> (chinese: String, english: String) {
        let id = layout.zones[zone].id
        var chinese = "\(id) 已覆盖 \(silence.seconds) 秒未识读"
        var english = "no read in \(silence.seconds) s of covered time at \(id)"
        if tags[slot].lastEpoch == Int64.min {
            chinese += "（登记后从未识读）"
            english += " (never read since registered)"
        } else {
            let out = coverage.zones[zone].outages.out
            let usual = Int((rate(of: slot, in: zone, out: out).mean * 10).rounded())
            let chance = chance(in: zone, coverage).seconds
            let outage = wordsOfOutage(out, in: zone)
            chinese += "（\(run.length) 个 \(chance) 秒时段；平时每 10 个时段识读 \(usual) 个\(outage.chinese)）"
            english += " (\(run.length) epochs of \(chance) s; usually read in \(usual) of 10"
            english += outage.english + ")"
        }
        let departure = wordsOfDeparture(slot)
        return (chinese + departure.chinese, english + departure.english)
    }

    /// Which antennas were not counted on at the end of a silence; empty where all were.
    private func wordsOfOutage(_ out: AntennaSet, in zone: Int) -> (chinese: String, english: String) {
        guard out != 0 else { return ("", "") }
        let names = antennaRates.antennas[zone].enumerated().filter { out >> AntennaSet($0.offset) & 1 == 1 }
            .map { name(of: $0.element) }.joined(separator: ", ")
        return ("；天线 \(names) 停用，只按其余天线计", "; antenna \(names) out of use, only the others count")
    }

    func source(of zone: Int, in evidence: [AntennaEvidence]) -> String {
        let own = evidence.filter { layout.antennas[$0.antenna].zone == zone }
        guard let best = own.max(by: { ($0.reads, -$0.antenna) < ($1.reads, -$1.antenna) }) else { return "" }
        return name(of: best.antenna)
    }

    func name(of antenna: Int) -> String {
        let line = layout.antennas[antenna]
        return "\(layout.readers[line.reader].id)/\(line.port)"
    }
}
