/// Says of one epoch whether a tag was in the field of a walk-by zone.
package struct WalkByDecision: Equatable, Sendable {
    package var slot: UInt32
    /// The epoch that it speaks of, not the one in which it is said.
    package var epoch: Int64
    /// 0...1: that the tag was in the field.
    package var probability: Double

    /// The word that errs least often.
    package var isPresent: Bool { probability >= 0.5 }
}

/// Presence in zones that tags pass (`walk-by`): for each tag and epoch, the chance that it was in the field.
///
/// A hidden Markov model: nineteen whereabouts for each tag (``WalkByChances``), moved on by
/// ``WalkByChain``, weighed by read or miss, and looked back upon with what was heard in the next
/// `lagEpochs` epochs. Nothing is labelled and nothing is surveyed: 36 explanations (six major shares of the
/// field, three tempos, each tag for itself or all as one load) run beside each other, and each has the say
/// that its forecasts of all tags' reads have earned.
///
/// Cost: for a tag heard within the last 64 epochs 18 × 19 chances and some fifteen operations on each, once
/// an epoch; no other tag costs anything. Memory: 3 kB for such a tag, ``WalkBySettings/tagsMax`` of them.
/// Only + - × ÷: the same bits on every machine. The reads of an epoch are a set: order and repeats change
/// nothing.
///
/// Method: `inference.md` §1.5; L. Rabiner, "A tutorial on hidden Markov models" (1989). Figures:
/// `docs/walk-by.md`.
package struct WalkByFilter: Sendable {
    package let settings: WalkBySettings
    /// The newest epoch that has closed; `nil` before the first.
    package internal(set) var newestEpoch: Int64?
    /// Reads of tags that could not be followed because ``WalkBySettings/tagsMax`` others were.
    package internal(set) var readsNotFollowed: UInt64 = 0
    /// Epochs that came after a later one and were passed over.
    package internal(set) var epochsTooLate: UInt64 = 0

    var tags: [Tag] = []
    /// One for each tag and explanation of tags alone: a tag's are next to each other.
    var beliefs: [WalkByChances] = []
    /// Each tag for itself.
    var alone: [WalkByHypothesis]
    /// All tags as one load.
    var crowds: [WalkByCrowd]
    /// The say of each explanation, those of tags alone first; the largest is 1.
    var says: [Double]
    /// Bit e: the antenna could have read e epochs before the newest.
    var covered: UInt64 = 0
    /// Epochs closed since the tables were made.
    var epochsSinceRefresh = 0
    var rowOfSlot: [UInt32: Int] = [:]

    /// A tag heard lately.
    struct Tag: Sendable {
        var slot: UInt32
        /// Bit e: read e epochs before the newest.
        var reads: UInt64
        /// What it does counts as evidence between explanations: from its first read on, or all silence
        /// before it came would count as a forecast that came true.
        var isHeard: Bool
    }

    static let majorShares = [0, 0.2, 0.4, 0.6, 0.8, 1]
    static let tempos = [1 / 3.0, 1, 3]
    /// Rates change little in so many epochs, and tables are dear.
    private static let refreshEpochs = 32
    /// No explanation falls below 2^-86 (e^-60) of the best, so that one that was wrong yesterday can be
    /// right tomorrow.
    private static let sayMin = 0x1p-86

    package init(_ settings: WalkBySettings) {
        self.settings = settings
        let alone = WalkByFilter.majorShares.flatMap { share in
            WalkByFilter.tempos.map { tempo in
                var explanation = WalkByHypothesis(
                    majorShare: share, chain: WalkByChain(settings, tempo: tempo))
                explanation.refresh(lagEpochs: settings.lagEpochs)
                return explanation
            }
        }
        self.alone = alone
        crowds = alone.map { WalkByCrowd(explanation: $0, lagEpochs: settings.lagEpochs) }
        says = [Double](repeating: 1, count: 2 * alone.count)
    }

    /// Tags that are followed now; of all others ``restingProbability`` holds.
    package var tagsFollowed: Int { tags.count }

    /// The chance that a tag is in the field which has not been heard for 64 epochs.
    package var restingProbability: Double { mean { 1 - $0.afterSilence[WalkByChances.out] } }

    /// The chance of a read next to the antenna, as learned.
    package var learnedReadRate: Double { mean { $0.readRate } }

    /// The share of the field with that chance, as learned.
    package var learnedMajorShare: Double { mean { $0.majorShare } }

    private func mean(_ value: (WalkByHypothesis) -> Double) -> Double {
        var sum = 0.0
        var all = 0.0
        for index in says.indices {
            let explanation = index < alone.count ? alone[index] : crowds[index - alone.count].explanation
            sum += says[index] * value(explanation)
            all += says[index]
        }
        return sum / all
    }

    /// Takes all reads of one epoch. Epochs left out since the last one were not covered: they say nothing.
    /// - Parameters:
    ///   - slots: the tags read, in any order, any number of times.
    ///   - isCovered: the antenna could have read throughout the epoch. Else its reads count and its misses
    ///     say nothing.
    /// - Returns: of each tag that is followed, one decision on the epoch `lagEpochs` before, and for each
    ///   epoch that was left out.
    package mutating func close(
        epoch: Int64, read slots: [UInt32], isCovered: Bool = true
    ) -> [WalkByDecision] {
        var decisions: [WalkByDecision] = []
        if let newestEpoch {
            guard epoch > newestEpoch else {
                epochsTooLate += 1
                return []
            }
            let (missing, isFar) = epoch.subtractingReportingOverflow(newestEpoch)
            if isFar || missing > Int64(WalkByHypothesis.silentEpochs) {
                forgetTags()
            } else {
                for gap in 1..<missing { closeOne(newestEpoch + gap, read: [], isCovered: false, &decisions) }
            }
        }
        closeOne(epoch, read: Set(slots).sorted(), isCovered: isCovered, &decisions)
        return decisions
    }

    mutating func forgetTags() {
        tags.removeAll()
        beliefs.removeAll()
        rowOfSlot.removeAll()
        covered = 0
    }

    private mutating func closeOne(
        _ epoch: Int64, read slots: [UInt32], isCovered: Bool, _ decisions: inout [WalkByDecision]
    ) {
        newestEpoch = epoch
        covered = covered << 1 | (isCovered ? 1 : 0)
        for index in crowds.indices { crowds[index].advance(isEmpty: tags.isEmpty) }
        for row in tags.indices { tags[row].reads <<= 1 }
        for slot in slots { follow(slot) }
        let labelled = epoch.subtractingReportingOverflow(Int64(settings.lagEpochs))
        let present = lookBack()
        if !labelled.overflow {
            for row in tags.indices {
                decisions.append(
                    WalkByDecision(
                        slot: tags[row].slot, epoch: labelled.partialValue, probability: present[row]))
            }
        }
        letSilentTagsGo()
        epochsSinceRefresh += 1
        if epochsSinceRefresh >= WalkByFilter.refreshEpochs { refresh() }
    }

    private mutating func follow(_ slot: UInt32) {
        if let row = rowOfSlot[slot] {
            tags[row].reads |= 1
            return
        }
        guard tags.count < settings.tagsMax else {
            readsNotFollowed += 1
            return
        }
        rowOfSlot[slot] = tags.count
        tags.append(Tag(slot: slot, reads: 1, isHeard: false))
        for explanation in alone { beliefs.append(explanation.afterSilence) }
    }

    /// Moves all beliefs to the epoch `lagEpochs` ago. - Returns: for each tag the chance that it was there
    /// then.
    private mutating func lookBack() -> [Double] {
        guard !tags.isEmpty else { return [] }
        var evidence = [Double](repeating: 1, count: says.count)
        var present: [Double] = []
        for row in tags.indices {
            takeByCrowds(row, &evidence)
            present.append(lookBack(at: row, &evidence))
            var best = 0.0
            for part in evidence { best = max(best, part) }
            for index in evidence.indices { evidence[index] /= best }
            if isRead(row) { tags[row].isHeard = true }
        }
        let ofLoad = lookBackOnLoad()
        var all = 0.0
        for say in says { all += say }
        for row in present.indices { present[row] = min(1, (present[row] + ofLoad) / all) }
        weigh(evidence)
        return present
    }

    /// In the epoch that decisions speak of.
    private func isRead(_ row: Int) -> Bool { tags[row].reads >> UInt64(settings.lagEpochs) & 1 == 1 }

    private var isCoveredThen: Bool { covered >> UInt64(settings.lagEpochs) & 1 == 1 }

    private mutating func takeByCrowds(_ row: Int, _ evidence: inout [Double]) {
        let tag = tags[row]
        let wasRead = isRead(row)
        for index in crowds.indices {
            if (covered | tag.reads) & 1 == 1 { crowds[index].hear(isRead: tag.reads & 1 == 1) }
            guard isCoveredThen || wasRead else { continue }
            let chance = crowds[index].take(isRead: wasRead)
            if tag.isHeard { evidence[alone.count + index] *= chance }
        }
    }

    /// One tag for itself. - Returns: the sum over explanations of say and chance that it was there.
    private mutating func lookBack(at row: Int, _ evidence: inout [Double]) -> Double {
        let tag = tags[row]
        let wasRead = isRead(row)
        var present = 0.0
        for index in alone.indices {
            let place = row * alone.count + index
            var belief = alone[index].chain.advanced(beliefs[place])
            if isCoveredThen || wasRead {
                let chance = alone[index].weigh(&belief, isRead: wasRead)
                if tag.isHeard { evidence[index] *= chance }
            }
            beliefs[place] = belief
            let hindsight = alone[index].hindsight(
                belief, reads: tag.reads, covered: covered, lagEpochs: settings.lagEpochs)
            let sum = hindsight.sum
            present += says[index] * hindsight.inside / sum
            if isCoveredThen { alone[index].learn(hindsight, sum: sum, isRead: wasRead) }
        }
        return present
    }

    /// All tags as one load. - Returns: the sum over explanations of say and chance that it was there.
    private mutating func lookBackOnLoad() -> Double {
        var present = 0.0
        for index in crowds.indices {
            let hindsight = crowds[index].hindsight()
            present += says[alone.count + index] * hindsight.inside / hindsight.sum
            guard isCoveredThen else { continue }
            for row in tags.indices { crowds[index].learn(hindsight, isRead: isRead(row)) }
        }
        return present
    }

    private mutating func weigh(_ evidence: [Double]) {
        var best = 0.0
        for index in says.indices {
            says[index] *= evidence[index]
            best = max(best, says[index])
        }
        for index in says.indices { says[index] = max(WalkByFilter.sayMin, says[index] / best) }
    }

    /// The rows keep their order, so that sums come out the same whatever the dictionary does.
    private mutating func letSilentTagsGo() {
        guard tags.contains(where: { $0.reads == 0 }) else { return }
        var kept: [Tag] = []
        var keptBeliefs: [WalkByChances] = []
        for (row, tag) in tags.enumerated() where tag.reads != 0 {
            kept.append(tag)
            keptBeliefs += beliefs[(row * alone.count)..<((row + 1) * alone.count)]
        }
        tags = kept
        beliefs = keptBeliefs
        indexRows()
    }

    mutating func indexRows() {
        rowOfSlot.removeAll(keepingCapacity: true)
        for (row, tag) in tags.enumerated() { rowOfSlot[tag.slot] = row }
    }

    private mutating func refresh() {
        epochsSinceRefresh = 0
        for index in alone.indices { alone[index].refresh(lagEpochs: settings.lagEpochs) }
        for index in crowds.indices { crowds[index].refresh(lagEpochs: settings.lagEpochs) }
    }
}
