package import AssetModel

/// Zones that read a tag nearly always cannot be told apart by who reads it: how strongly each does decides.
extension PresenceTracker {
    /// A zone competes for a tag that it reads in so many of the epochs, and does so until it reads it in
    /// fewer than the second share: at four antennas of one reader the shares are .9 and more, of a stray
    /// read .15 to .56 (``ZoneJudgement``).
    static let contestShare = 0.85
    static let contestEndShare = 0.6
    /// Closed epochs before a tag counts as contested.
    static let contestEpochsMin = 4

    /// Is the strength of its reads followed?
    package func isContested(_ slot: Int) -> Bool { signals.place(of: slot) != nil }

    /// Tags whose strengths are followed, and how often one had to wait for room.
    package var contested: (tags: Int, refused: Int64) { (signals.count, signals.refused) }

    /// Takes the strength of a read.
    /// - Returns: `false` where it changes nothing, as for all but contested tags.
    package mutating func noteSignal(
        _ slot: Int, antenna: Int, heardAt: UTCInstant, signal: SignalStrength?
    ) -> Bool {
        guard let signal, isContested(slot) else { return false }
        let line = layout.antennas[antenna]
        guard layout.zones[line.zone].kind.isContinuous, !layout.readers[line.reader].isHandheld else {
            return false
        }
        let unit = SignalTrail(slot: slot, epoch: layout.evidenceEpoch(of: antenna)).unit
        return signals.change(slot) { trail in
            trail.unit == unit && trail.note(zone: line.zone, heardAt: heardAt, signal: signal)
        } ?? false
    }

    /// Could two zones that read a settled tag begin to compete for it? A look at the bits alone.
    /// - Parameters: bits of both, bit e: read e epochs before the newest.
    package func mayBeginContest(own: UInt64, other: UInt64) -> Bool {
        let window: UInt64 = (1 << UInt64(ZoneClaims.windowMin)) - 1
        let least = Int(PresenceTracker.contestShare * Double(ZoneClaims.windowMin - 1))
        return (own & window).nonzeroBitCount >= least && (other & window).nonzeroBitCount >= least
    }

    /// Begins or ends a trail by the hits of the last epochs.
    /// - Returns: strength decides, not hits.
    mutating func reviewContest(_ slot: Int, _ claims: ZoneClaims) -> Bool {
        let isKnown = isContested(slot)
        let share = isKnown ? PresenceTracker.contestEndShare : PresenceTracker.contestShare
        let zones = claims.zones(readIn: share, of: PresenceTracker.contestEpochsMin)
        guard zones.count > 1, zones.allSatisfy({ layout.zones[$0].site == layout.zones[zones[0]].site })
        else {
            if isKnown { signals.end(slot) }
            return false
        }
        guard isKnown else {
            let newest = EvidenceEpoch.start(of: claims.newestEpoch, length: claims.unit)
            signals.begin(slot, epoch: claims.unit, now: newest)
            return false
        }
        return signals.trail(of: slot)?.speaks ?? false
    }

    /// Looks at the strengths of a contested tag, once for each cell.
    package mutating func weigh(_ slot: Int, tag: EPC, at time: PathTime, coverage: CoverageLedger)
        -> PresenceChange?
    {
        guard slot < tags.count, tags[slot].phase == .heard || tags[slot].phase == .settled else {
            return nil
        }
        let state = tags[slot]
        let card = card(of: slot)
        let found = signals.change(slot) { trail -> (SignalJudgement, SignalTrail)? in
            guard trail.newest > trail.judgedAt else { return nil }
            trail.judgedAt = trail.newest
            return trail.judge(told: Int(state.zone), card: card).map { ($0, trail) }
        }
        guard let (judgement, trail) = found ?? nil,
            let kind = kind(of: judgement, told: Int(state.zone), isSettled: state.phase == .settled)
        else { return nil }
        let cause = EvidenceEpoch.number(of: trail.start)
        if case .heard = kind {
            tags[slot].phase = .heard
        } else {
            tags[slot].phase = .settled
            tags[slot].isFirstStay = false
        }
        tags[slot].zone = Int16(judgement.zone)
        tags[slot].causeEpoch = cause
        if tags[slot].phase == .settled { tags[slot].certainty = Float(judgement.probability) }
        markDirty(slot)
        relist(slot, at: time, coverage: coverage)
        return describe(judgement, trail, as: kind, tag: tag, at: time)
    }

    private func card(of slot: Int) -> SignalTrail.Card? {
        let state = tags[slot]
        return state.home < 0 ? nil : SignalTrail.Card(zone: Int(state.home), isFresh: state.certainty == 0)
    }

    /// What is told, if anything: a likelier zone, or that the place is sure.
    private func kind(of found: SignalJudgement, told: Int, isSettled: Bool) -> PresenceChange.Kind? {
        let isSure = found.probability >= rules.placeCertainty
        guard found.zone != told else { return isSure && !isSettled ? .arrived(zone: found.zone) : nil }
        guard isSure else { return .heard(zone: found.zone) }
        return isSettled ? .moved(from: told, to: found.zone) : .arrived(zone: found.zone)
    }

    private func describe(
        _ found: SignalJudgement, _ trail: SignalTrail, as kind: PresenceChange.Kind, tag: EPC,
        at time: PathTime
    ) -> PresenceChange {
        let cause = EvidenceEpoch.start(of: EvidenceEpoch.number(of: trail.start))
        var change = PresenceChange(tag: tag, kind: kind, at: time.now, cause: cause)
        change.probability = found.probability
        change.evidenceCount = found.cells
        let (zone, rival) = (layout.zones[found.zone].id, layout.zones[found.rival].id)
        let figures = (Self.decibels(found.dBm), Self.decibels(found.rivalDBm))
        let seconds = Int64(found.cells) * trail.unit.milliseconds / 1_000
        change.reasonChinese =
            "都读得到，按信号强弱：\(zone) \(figures.0) dBm，\(rival) \(figures.1) dBm（\(seconds) 秒的读取）"
        change.reasonEnglish =
            "read by both, told by signal strength: \(figures.0) dBm at \(zone), "
            + "\(figures.1) dBm at \(rival), "
            + "over \(seconds) s of reads"
        let antennas = layout.antennas.filter {
            $0.zone == found.zone && !layout.readers[$0.reader].isHandheld
        }
        if antennas.count == 1, let only = antennas.first {
            change.source = "\(layout.readers[only.reader].id)/\(only.port)"
        } else {
            change.source = zone
        }
        return change
    }

    private static func decibels(_ dBm: Double) -> String { "\(Int(dBm.rounded()))" }

    /// Where a contested tag is told to be, and how likely it is there by the strengths known now.
    package func signalPlace(of slot: Int) -> (zone: Int, probability: Double)? {
        guard slot < tags.count, tags[slot].zone >= 0, let trail = signals.trail(of: slot) else { return nil }
        let told = Int(tags[slot].zone)
        let home = card(of: slot)?.home(told: told)
        return trail.standing(of: told, home: home).map { (told, $0.probability) }
    }
}

extension ZoneClaims {
    /// Zones that read the tag in at least this share of the closed epochs since the first of them did.
    func zones(readIn share: Double, of epochsMin: Int) -> [Int] {
        var first = 0
        // The newest epoch is under way: who will still read the tag in it is open.
        for line in hits where line.bits >> 1 != 0 {
            first = max(first, 63 - line.bits.leadingZeroBitCount)
        }
        guard first >= epochsMin else { return [] }
        return hits.compactMap { line in
            Double((line.bits >> 1).nonzeroBitCount) >= share * Double(first) ? line.zone : nil
        }
    }
}
