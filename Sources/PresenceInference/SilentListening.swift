import AssetModel

extension SilentRun {
    /// Who else listened during a run than the antennas of the tag's own zone, and when nobody did there.
    ///
    /// A read by a zone nearby would have ended the run, whether or not the tag's own zone was covered. So
    /// that none came counts for as long as those zones listened: a run that forgets its misses there as soon
    /// as one of them fails, or its own zone does, says less than is known, and too little of what is gone.
    struct Listening: Sendable, Equatable {
        /// Zones next to its own; each is taken to make the same part of the stray reads.
        var neighbours = 0
        /// Chances in which one of them did not listen; those of the run count from 0, the one in which the
        /// tag was last read is -1.
        var deaf: [Range<Int>] = []
        /// The last break in the cover of its own zone, as far as it falls into the run.
        var gap: Gap?

        struct Gap: Sendable, Equatable {
            /// Chances of the run before it, and as many as passed in it.
            var after: Int
            var chances: Int
            /// 0...1, of the stray reads: made by those who listened meanwhile.
            var share: Double
        }

        /// Nobody but its own zone.
        static let ownOnly = Listening(neighbours: 1, deaf: [Int.min..<Int.max])

        /// 0...1, of the stray reads: made by those who listened in a chance.
        func share(in chance: Int) -> Double {
            deaf.isEmpty ? 1 : 1 - Double(deaf.count { $0.contains(chance) }) / Double(neighbours)
        }
    }

    /// 0...1, of the stray reads: made by those who listened in a chance.
    func share(in chance: Int) -> Double { listening?.share(in: chance) ?? 1 }

    /// The chances are over, and a break in the cover is not: it lasts, or the chance in which it ended is
    /// still under way.
    mutating func passRest(_ rate: ReadRate, _ step: AbsenceModel.Step) {
        if let gap = listening?.gap { pass(gap, rate, step) }
    }
}
