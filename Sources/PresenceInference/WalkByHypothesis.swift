/// One explanation of all reads of a walk-by zone: how the chance of a read falls with the distance, and how
/// fast things happen.
///
/// The chance of a read is `readRate` over the major share of the field and falls in a line to nothing at its
/// edge (the field of Jeffery, Garofalakis and Franklin, VLDB 2006; `inference.md` §1.2). `readRate` is
/// learned within each explanation; which share and which tempo is settled by how well each has foretold the
/// reads. Free learning of a rate for each cell does not do: it ends with an edge where nothing is ever read,
/// which swallows "out of the field" (§1.5).
struct WalkByHypothesis: Sendable {
    let chain: WalkByChain
    let majorShare: Double
    /// Chance of a read in each cell relative to `readRate`.
    private let shape: InlineArray<6, Double>
    private(set) var readRate = WalkByHypothesis.readRateFirst
    /// Reads, and how many there would have been at a rate of 1.
    private(set) var reads: Double
    private(set) var chances: Double

    /// How well each whereabouts explains a read, a miss.
    private(set) var whenRead = WalkByChances(repeating: 1)
    private(set) var whenMissed = WalkByChances(repeating: 1)
    /// How well each explains the next epochs, by their reads: the highest bit is the next epoch.
    private(set) var outlook: [WalkByChances] = []
    /// Where a tag is that has not been heard for long.
    private(set) var afterSilence = WalkByChances.away

    /// Half-way between the 60–70 % of deployments and a clean room (§1.1, §1.2), held as surely as
    /// `priorChances` epochs could have taught it.
    private static let readRateFirst = 0.7
    private static let priorChances = 100.0
    /// More than this is not remembered, so that a field that changes is learned again: with ten tags
    /// present some hours of epochs of a second.
    private static let chancesMax = 50_000.0
    private static let readRates = 0.05...0.98
    /// A read of a tag that is not there: a reflection.
    private static let ghostRate = 1e-4
    /// Even the outermost cell has a chance, or its first read would be a miracle.
    private static let shapeMin = 0.02
    /// Silence of so many epochs is as good as endless.
    static let silentEpochs = 64

    init(majorShare: Double, chain: WalkByChain) {
        self.chain = chain
        self.majorShare = majorShare
        shape = InlineArray { cell in
            let distance = (Double(cell) + 0.5) / Double(WalkByChances.cells)
            guard distance > majorShare else { return 1 }
            return max(WalkByHypothesis.shapeMin, (1 - distance) / (1 - majorShare))
        }
        reads = WalkByHypothesis.readRateFirst * WalkByHypothesis.priorChances
        chances = WalkByHypothesis.priorChances
    }

    /// Weighs a belief by a read or a miss. - Returns: how likely that was.
    func weigh(_ belief: inout WalkByChances, isRead: Bool) -> Double {
        // Two calls, because a choice between the two would copy one of them.
        if isRead { return belief.weigh(by: whenRead) }
        return belief.weigh(by: whenMissed)
    }

    /// Counts what one epoch of one tag taught.
    /// - Parameter belief: with all that is known of the epoch, what came after it included; sums to `sum`.
    mutating func learn(_ belief: borrowing WalkByChances, sum: Double, isRead: Bool) {
        var expected = 0.0
        for cell in 0..<WalkByChances.cells { expected += belief.inCell(cell) * shape[cell] }
        chances += expected / sum
        if isRead { reads += 1 }
    }

    /// Makes the tables anew from what was counted.
    mutating func refresh(lagEpochs: Int) {
        if chances > WalkByHypothesis.chancesMax {
            reads /= 2
            chances /= 2
        }
        let range = WalkByHypothesis.readRates
        readRate = min(range.upperBound, max(range.lowerBound, reads / chances))
        makeTables(lagEpochs: lagEpochs)
    }

    /// What a checkpoint kept; the tables follow from it.
    typealias Learned = (readRate: Double, reads: Double, chances: Double)

    mutating func restore(_ learned: Learned, lagEpochs: Int) {
        (readRate, reads, chances) = learned
        makeTables(lagEpochs: lagEpochs)
    }

    private mutating func makeTables(lagEpochs: Int) {
        var read = WalkByChances(repeating: WalkByHypothesis.ghostRate)
        var missed = WalkByChances(repeating: 1 - WalkByHypothesis.ghostRate)
        for cell in 0..<WalkByChances.cells {
            for state in [WalkByChances.resting, WalkByChances.inbound, WalkByChances.outbound] {
                read[state + cell] = shape[cell] * readRate
                missed[state + cell] = 1 - shape[cell] * readRate
            }
        }
        whenRead = read
        whenMissed = missed
        outlook = [WalkByChances(repeating: 1)]
        for _ in 0..<lagEpochs {
            let later = outlook
            outlook = later.map { chain.seenFromBefore($0.times(missed)) }
            outlook += later.map { chain.seenFromBefore($0.times(read)) }
        }
        var belief = WalkByChances.away
        for _ in 0..<WalkByHypothesis.silentEpochs {
            belief = chain.advanced(belief)
            _ = belief.weigh(by: missed)
        }
        afterSilence = belief
    }

    /// A belief with what was heard afterwards; not made to sum to 1.
    /// - Parameters:
    ///   - reads: bit e: read e epochs before the newest.
    ///   - covered: bit e: the antenna could have read then. A read tells something also where it could not
    ///     have read throughout.
    func hindsight(_ belief: borrowing WalkByChances, reads: UInt64, covered: UInt64, lagEpochs: Int)
        -> WalkByChances
    {
        let mask = (UInt64(1) << UInt64(lagEpochs)) - 1
        guard (covered | reads) & mask == mask else {
            return belief.times(outlook(reads: reads, covered: covered, lagEpochs: lagEpochs))
        }
        return belief.times(outlook[Int(reads & mask)])
    }

    /// As the table, where not all of the next epochs were covered.
    func outlook(reads: UInt64, covered: UInt64, lagEpochs: Int) -> WalkByChances {
        var after = WalkByChances(repeating: 1)
        for epoch in 0..<lagEpochs {
            if (covered | reads) >> UInt64(epoch) & 1 == 1 {
                after = after.times(reads >> UInt64(epoch) & 1 == 1 ? whenRead : whenMissed)
            }
            after = chain.seenFromBefore(after)
        }
        return after
    }
}
