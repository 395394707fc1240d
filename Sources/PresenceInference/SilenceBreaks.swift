import AssetModel

/// Who listened while a tag was silent, from the last break in the cover of its zone and of those next to it.
/// What lies before the last break is mostly long ago; of breaks there nothing is kept, and the time that
/// passed in them counts as none. So chances are counted back from the end of the silence.
extension PresenceTracker {
    /// - Parameter end: of the silence, and the chances that are missed until then.
    /// - Returns: `nil` where all listened all the time.
    func listening(
        _ state: TagState, in zone: Int, until end: (at: UTCInstant, missed: Int), _ coverage: CoverageLedger
    ) -> SilentRun.Listening? {
        let chance = chance(in: zone, coverage)
        let start = state.markedFrom + ElapsedTime(milliseconds: -chance.milliseconds)
        // Nearly always; this is asked at each read that begins a chance.
        let isBroken = coverage.breaks[zone].ofAll?.lasts(beyond: state.markedAt) ?? false
        let isDeaf = neighbours[zone].contains {
            coverage.lastDeafness(of: $0)?.lasts(beyond: start) ?? false
        }
        return isBroken || isDeaf ? listening(state, in: zone, from: start, until: end, coverage) : nil
    }

    private func listening(
        _ state: TagState, in zone: Int, from start: UTCInstant, until end: (at: UTCInstant, missed: Int),
        _ coverage: CoverageLedger
    ) -> SilentRun.Listening {
        let (now, missed) = end
        let chance = chance(in: zone, coverage)
        func passed(since instant: UTCInstant) -> Int {
            let end = EvidenceEpoch.number(of: now, length: chance)
            return Int(clamping: end - EvidenceEpoch.number(of: instant, length: chance))
        }
        let neighbours = neighbours[zone]
        var found = SilentRun.Listening(neighbours: neighbours.count)
        let gap = coverage.breaks[zone].ofAll.flatMap { $0.part(in: state.markedAt, now) }
        if let gap {
            found.gap = SilentRun.Listening.Gap(
                // The chance in which it ends counts as lost.
                after: max(0, min(missed, missed - passed(since: gap.to ?? now) + 1)),
                chances: Int(clamping: gap.length.milliseconds / chance.milliseconds),
                // Where no zone is next to it, nobody hears it meanwhile.
                share: neighbours.isEmpty ? 0 : 1)
        }
        /// Its place among the chances of the run.
        func place(_ instant: UTCInstant) -> Int {
            guard let gap, let known = found.gap, instant < gap.to ?? now else {
                return missed - passed(since: instant)
            }
            return known.after - max(0, passed(since: instant) - passed(since: gap.from))
        }
        for neighbour in neighbours {
            guard let deaf = coverage.lastDeafness(of: neighbour), deaf.lasts(beyond: start) else { continue }
            let (from, to) = (place(deaf.from), deaf.to.map { place($0) + 1 } ?? Int.max)
            if from < to { found.deaf.append(from..<to) }
            guard let gap, let common = deaf.part(in: gap.from, gap.to ?? now) else { continue }
            let part = Double(common.length.milliseconds) / Double(gap.length.milliseconds)
            found.gap?.share -= part / Double(neighbours.count)
        }
        return found
    }
}

extension CoverageBreak {
    /// As far as it lies between two instants; `nil` where it does not.
    fileprivate func part(in from: UTCInstant, _ to: UTCInstant) -> CoverageBreak? {
        let part = CoverageBreak(from: max(self.from, from), to: min(self.to ?? to, to))
        return part.length > .zero ? part : nil
    }

    /// Of one that is over.
    fileprivate var length: ElapsedTime { to.map { $0 - from } ?? .zero }
}
