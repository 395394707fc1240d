package import AssetModel

/// Chances in a row without a read of a tag that waits in a zone.
struct MissedChances {
    var slot: Int
    var zone: Int
    var chances: Int
    /// Some of the time since its last read was not covered.
    var isLost: Bool
}

/// The silence of a tag in a zone of which some antennas were out of use meanwhile.
extension PresenceTracker {
    /// How often a tag is read by those antennas of its zone that are not out of use.
    func rate(of slot: Int, in zone: Int, out: AntennaSet) -> ReadRate {
        antennaRates.rate(slot, in: zone, out: out, whole: tags[slot].rate)
    }

    /// The same for a chance that told this. That one of its antennas read it is as likely by any rate; those
    /// at work may never have done so before.
    func rate(of slot: Int, in zone: Int, out: AntennaSet, told heard: Heard) -> ReadRate {
        heard.contains(.own) ? tags[slot].rate : rate(of: slot, in: zone, out: out)
    }

    /// Those out of use in the chance of a tag's last evidence.
    func outThen(_ slot: Int, in zone: Int, _ coverage: CoverageLedger) -> AntennaSet {
        let outages = coverage.zones[zone].outages
        guard !outages.shifts.isEmpty else { return 0 }
        let chance = chance(in: zone, coverage)
        let start = startOfChance(tags[slot], chance)
        return outages.out(from: start, to: start + chance)
    }

    /// The chances after that of a tag's last evidence.
    /// - Parameter isLost: some of the time since was not covered.
    func stretches(
        after slot: Int, in zone: Int, isLost: Bool, _ coverage: CoverageLedger
    ) -> AntennaOutages.Stretches {
        let chance = chance(in: zone, coverage)
        return AntennaOutages.Stretches(
            coverage.zones[zone].outages, from: startOfChance(tags[slot], chance) + chance, chance: chance,
            slack: isLost ? chance : .zero)
    }

    /// Covered time at which the chance of the last evidence began.
    private func startOfChance(_ state: TagState, _ chance: ElapsedTime) -> ElapsedTime {
        let start = EvidenceEpoch.start(of: number(state.markedFrom, chance), length: chance)
        return state.mark + (start - state.markedAt)
    }

    /// What a silent tag's misses amount to.
    /// - Returns: whether antennas were out of use in any of them.
    func miss(
        _ missed: MissedChances, _ step: AbsenceModel.Step, _ coverage: CoverageLedger, run: inout SilentRun
    ) -> Bool {
        var stretches = stretches(after: missed.slot, in: missed.zone, isLost: missed.isLost, coverage)
        var wasInPart = false
        var rest = missed.chances
        while rest > 0 {
            let stretch = stretches.takeNext(atMost: rest)
            if stretch.out != 0 { wasInPart = true }
            let rate = rate(of: missed.slot, in: missed.zone, out: stretch.out)
            for _ in 0..<stretch.chances { run.miss(rate, step) }
            rest -= stretch.chances
        }
        run.passRest(tags[missed.slot].rate, step)
        return wasInPart
    }

    /// What is known of a tag in a zone, for its move to another to be judged: more than whether the zone is
    /// covered only where it rests.
    func known(
        of slot: Int, in zone: Int, over window: (span: ElapsedTime, unit: ElapsedTime), at time: PathTime,
        _ coverage: CoverageLedger
    ) -> ZoneClaims.Known {
        if coverage.fullyCoveredWithoutBreak(zone: zone, at: time) >= window.span {
            return ZoneClaims.Known(isCovered: true)
        }
        guard tags[slot].phase == .settled, zone == Int(tags[slot].zone) else {
            return ZoneClaims.Known(isCovered: false)
        }
        let chance = chance(in: zone, coverage)
        let chances = Int((window.unit.milliseconds + chance.milliseconds - 1) / chance.milliseconds)
        let strays = 1 - power(1 - tags[slot].rate.strayMost, chances)
        return ZoneClaims.Known(
            watched: watchedShare(of: slot, in: zone, over: window.span, at: time, coverage),
            strays: ZoneJudgement.neighbour.nearness(to: strays, from: ZoneJudgement.blindNeighbour))
    }

    /// 0...1, of what all antennas of a zone would read of a tag: read by those that were at work throughout
    /// the time until now.
    private func watchedShare(
        of slot: Int, in zone: Int, over span: ElapsedTime, at time: PathTime, _ coverage: CoverageLedger
    ) -> Double {
        guard antennaRates.areKept(in: zone), coverage.coveredWithoutBreak(zone: zone, at: time) >= span
        else { return 0 }
        let covered = coverage.coveredTime(of: zone, at: time)
        let out = coverage.zones[zone].outages.out(from: covered - span, to: covered)
        let whole = tags[slot].rate.mean
        return whole > 0 ? min(1, rate(of: slot, in: zone, out: out).mean / whole) : 0
    }

    // MARK: learning

    /// The chance of the last evidence is over.
    /// - Parameter weight: 0...1, that the tag was there and not shadowed.
    mutating func conclude(
        _ slot: Int, in zone: Int, weight: Double, _ coverage: CoverageLedger
    ) {
        var heard = tags[slot].heard
        let out = outThen(slot, in: zone, coverage)
        if !heard.contains(.unwatched) {
            antennaRates.conclude(slot, in: zone, out: out, weight: weight)
        }
        if out != 0 {
            // What those at work read says little of what all would have.
            heard.remove(.own)
            heard.insert(.unwatched)
        }
        tags[slot].rate.add(heard, weight: weight)
    }

    /// Of chances without a read, so many are explained by the tag's own rates.
    mutating func learn(_ misses: Double, of missed: MissedChances, _ coverage: CoverageLedger) {
        let (slot, zone) = (missed.slot, missed.zone)
        guard missed.chances > 0, antennaRates.areKept(in: zone) else {
            return tags[slot].rate.add([], weight: misses)
        }
        var stretches = stretches(after: slot, in: zone, isLost: missed.isLost, coverage)
        var rest = missed.chances
        while rest > 0 {
            let stretch = stretches.takeNext(atMost: rest)
            let part = misses * Double(stretch.chances) / Double(missed.chances)
            tags[slot].rate.add(stretch.out == 0 ? [] : .unwatched, weight: part)
            antennaRates.miss(slot, in: zone, out: stretch.out, chances: part)
            rest -= stretch.chances
        }
    }
}

/// What is kept of zones that are covered in part: a table of its own, so that a store from before can be
/// read.
extension CoverageLedger {
    package static let partTable = "covered_in_part"

    /// Of each antenna, since when it is at work 8 ms. Of each zone: since when it is fully covered 8 ms, its
    /// antennas 1 and their indices 4 each, shifts 1 and of each covered time 8 ms and what was out 2.
    package func partChunk() -> Checkpoint.Chunk {
        var writer = ByteWriter(capacity: 256)
        writer.put(UInt32(antennas.count))
        for antenna in antennas { writer.put(antenna.since?.milliseconds ?? Int64.min) }
        writer.put(UInt32(zones.count))
        for (zone, state) in zones.enumerated() {
            writer.put(state.fullSince?.milliseconds ?? Int64.min)
            let own = isCoveredInPart[zone] ? antennasOfZone[zone] : []
            writer.put(UInt8(truncatingIfNeeded: own.count))
            for antenna in own { writer.put(UInt32(truncatingIfNeeded: antenna)) }
            writer.put(UInt8(truncatingIfNeeded: state.outages.shifts.count))
            for shift in state.outages.shifts {
                writer.put(shift.from.milliseconds)
                writer.put(shift.out)
            }
        }
        return Checkpoint.Chunk(table: Self.partTable, index: 0, bytes: writer.bytes)
    }

    /// A part of ``restore(_:mapping:)``. In a store from before, a zone that was covered was so by all its
    /// antennas.
    mutating func restorePart(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == Self.partTable }) else {
            for zone in zones.indices {
                zones[zone].fullSince = zones[zone].since
                for antenna in antennasOfZone[zone] { antennas[antenna].since = zones[zone].since }
            }
            return
        }
        var reader = ByteReader(chunk.bytes)
        for index in 0..<Int(try reader.take(UInt32.self)) {
            let since = try reader.takeListened()
            if let index = mapping.antenna(index) { antennas[index].since = since }
        }
        for index in 0..<Int(try reader.take(UInt32.self)) {
            let fullSince = try reader.takeListened()
            var own: [Int?] = []
            for _ in 0..<(try reader.take(UInt8.self)) {
                own.append(mapping.antenna(Int(try reader.take(UInt32.self))))
            }
            var shifts: [AntennaOutages.Shift] = []
            for _ in 0..<(try reader.take(UInt8.self)) {
                guard let from = try reader.takeListened(), shifts.last.map({ $0.from < from }) ?? true else {
                    throw ByteReader.Damaged(offset: reader.offset, size: chunk.bytes.count)
                }
                shifts.append(AntennaOutages.Shift(from: from, out: try reader.take()))
            }
            guard let zone = mapping.zone(index) else { continue }
            zones[zone].fullSince = zones[zone].since == nil ? nil : fullSince
            guard isCoveredInPart[zone] else {
                // It may have been when this was written, by the configuration of then.
                if fullSince == nil { zones[zone].since = nil }
                continue
            }
            zones[zone].outages = AntennaOutages(
                shifts.map { AntennaOutages.Shift(from: $0.from, out: carried($0.out, own, to: zone)) })
        }
    }

    /// The same antennas under the places that they have in the layout of now.
    private func carried(_ out: AntennaSet, _ own: [Int?], to zone: Int) -> AntennaSet {
        own.enumerated().reduce(0) { carried, entry in
            guard entry.offset < AntennaOutages.antennasMax, out >> AntennaSet(entry.offset) & 1 == 1,
                let antenna = entry.element, let place = antennasOfZone[zone].firstIndex(of: antenna)
            else { return carried }
            return carried | 1 << AntennaSet(place)
        }
    }
}

extension ByteReader {
    /// Listened or covered time, so that no sum of them overflows; `nil` for none.
    fileprivate mutating func takeListened() throws(ByteReader.Damaged) -> ElapsedTime? {
        let time = try takeClockTime()
        return time == Int64.min ? nil : ElapsedTime(milliseconds: time)
    }
}
