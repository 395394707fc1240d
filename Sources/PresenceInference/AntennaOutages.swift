package import AssetModel

/// Antennas of one zone, by their place among its own: bit i is ``SiteLayout/fixedAntennas(ofZone:)``[i].
typealias AntennaSet = UInt16

/// Which antennas of a zone were out of use in its covered time: a tag is missed only by those that were at
/// work.
///
/// Empty while all work, as nearly always. Of an antenna about which it is not sure it says that it was out:
/// then less is concluded from a silence, never more.
struct AntennaOutages: Sendable, Equatable {
    /// From this covered time on.
    struct Shift: Sendable, Equatable {
        var from: ElapsedTime
        var out: AntennaSet
    }

    /// In order of time. Before the first all were at work.
    private(set) var shifts: [Shift] = []

    /// Zones of more antennas are covered only while all of them are.
    static let antennasMax = AntennaSet.bitWidth
    /// Beyond it the two oldest become one, in which is out what was out in either. It is the twelve
    /// latest faults and their ends.
    static let shiftsMax = 24

    init(_ shifts: [Shift] = []) { self.shifts = shifts }

    /// At the end.
    var out: AntennaSet { shifts.last?.out ?? 0 }

    /// Those that were out at any time between two covered times.
    func out(from: ElapsedTime, to: ElapsedTime) -> AntennaSet {
        var out: AntennaSet = 0
        for (index, shift) in shifts.enumerated() where shift.from <= to {
            if index + 1 == shifts.count || shifts[index + 1].from > from { out |= shift.out }
        }
        return out
    }

    /// What is out changes.
    /// - Parameters:
    ///   - covered: now.
    ///   - failing: covered time from which on those fail that did not until now; no later than now.
    ///   - forgetting: of what was out before it nobody asks any more.
    mutating func change(
        to out: AntennaSet, at covered: ElapsedTime, failing: ElapsedTime, forgetting: ElapsedTime
    ) {
        let failed = out & ~self.out
        if failed != 0 {
            split(at: failing)
            for index in shifts.indices where shifts[index].from >= failing { shifts[index].out |= failed }
        }
        if self.out != out { shifts.append(Shift(from: covered, out: out)) }
        tidy(forgetting)
    }

    /// Covered time is taken back: what was from then on did not happen.
    mutating func cut(at covered: ElapsedTime) {
        let now = out
        while let last = shifts.last, last.from > covered { shifts.removeLast() }
        if out != now { shifts.append(Shift(from: covered, out: now)) }
        tidy(.zero)
    }

    private mutating func split(at covered: ElapsedTime) {
        let index = shifts.firstIndex { $0.from >= covered } ?? shifts.count
        if index < shifts.count, shifts[index].from == covered { return }
        shifts.insert(Shift(from: covered, out: index > 0 ? shifts[index - 1].out : 0), at: index)
    }

    /// Without what says nothing, and within the limit.
    private mutating func tidy(_ forgetting: ElapsedTime) {
        var kept: [Shift] = []
        for shift in shifts {
            if kept.last?.from == shift.from { kept.removeLast() }
            if kept.last?.out ?? 0 != shift.out { kept.append(shift) }
        }
        while kept.count > Self.shiftsMax {
            kept[1] = Shift(from: kept[0].from, out: kept[0].out | kept[1].out)
            kept.removeFirst()
        }
        while kept.count > 1, kept[1].from < forgetting { kept.removeFirst() }
        if kept.count == 1, kept[0].out == 0, kept[0].from < forgetting { kept.removeAll() }
        shifts = kept
    }

    /// Chances in a row that had the same antennas at work.
    struct Stretch: Equatable {
        var out: AntennaSet
        /// From 1.
        var chances: Int
    }

    /// The chances of a silence, one stretch after the other; the last has no end.
    struct Stretches {
        private let shifts: [Shift]
        private let chance: Int64
        /// Covered time lost between two chances, at most: they may have been so much earlier or later.
        private let slack: Int64
        /// Covered time at which the next chance begins.
        private var start: Int64

        /// - Parameter start: covered time of the first chance.
        init(_ outages: AntennaOutages, from start: ElapsedTime, chance: ElapsedTime, slack: ElapsedTime) {
            shifts = outages.shifts
            (self.start, self.chance, self.slack) = (
                start.milliseconds, chance.milliseconds, slack.milliseconds
            )
        }

        /// - Parameter most: chances that are asked for, from 1.
        mutating func takeNext(atMost most: Int = .max) -> Stretch {
            let stretch = next()
            let chances = min(stretch.chances, most)
            // After the last stretch, which has no end, nobody asks for more.
            start &+= Int64(clamping: chances) &* chance
            return Stretch(out: stretch.out, chances: chances)
        }

        private func next() -> Stretch {
            guard !shifts.isEmpty else { return Stretch(out: 0, chances: Int.max) }
            let (from, to) = (start - slack, start + chance + slack)
            // The one in which it begins, or nothing is known before it; and the first that begins later.
            let later = shifts.firstIndex { $0.from.milliseconds > from } ?? shifts.count
            var out = later > 0 ? shifts[later - 1].out : 0
            guard later < shifts.count else { return Stretch(out: out, chances: Int.max) }
            let end = shifts[later].from.milliseconds
            if end > to {
                // Those that end a little before it as well.
                return Stretch(out: out, chances: Int(max(1, (end - slack - start - 1) / chance)))
            }
            for shift in shifts[later...] where shift.from.milliseconds <= to { out |= shift.out }
            return Stretch(out: out, chances: 1)
        }
    }
}

extension SiteLayout {
    /// Antennas that stay where they are, in the order of the layout: what a handheld reads is no habit.
    package func fixedAntennas(ofZone zone: Int) -> [Int] {
        antennas.indices.filter { antennas[$0].zone == zone && !readers[antennas[$0].reader].isHandheld }
    }

    /// Is a zone with some of its antennas out of use still watched by the others? Where the operator set a
    /// time of silence, nothing is known of how often which antenna reads: there all must be at work.
    package func isCoveredInPart(zone: Int, antennas: Int) -> Bool {
        zones[zone].kind.isContinuous && zones[zone].missingAfter == nil
            && (2...AntennaOutages.antennasMax).contains(antennas)
    }
}
