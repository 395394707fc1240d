/// All tags that are followed, taken as one load: a pallet that moves through the field as a whole.
///
/// Each tag is one more witness of where the load is: a load of a hundred is placed to the epoch where one
/// tag leaves it open for several. Whether the tags are a load is settled as everything else in
/// ``WalkByFilter``: by who foretold the reads better, the load or each tag for itself.
struct WalkByCrowd: Sendable {
    private(set) var explanation: WalkByHypothesis
    /// Of the epoch that decisions speak of.
    var belief: WalkByChances
    /// How well each whereabouts explains what was heard of all tags in the last epochs, the newest last;
    /// `lagEpochs` of them.
    var heard: [WalkByChances]

    init(explanation: WalkByHypothesis, lagEpochs: Int) {
        self.explanation = explanation
        belief = explanation.afterSilence
        heard = [WalkByChances](repeating: WalkByChances(repeating: 1), count: lagEpochs)
    }

    /// One epoch on, before its reads are taken. - Parameter isEmpty: no tag is followed.
    mutating func advance(isEmpty: Bool) {
        belief = isEmpty ? explanation.afterSilence : explanation.chain.advanced(belief)
        guard !heard.isEmpty else { return }
        heard.removeFirst()
        heard.append(WalkByChances(repeating: 1))
    }

    /// What one tag did in the newest epoch.
    mutating func hear(isRead: Bool) {
        guard !heard.isEmpty else { return }
        _ = explanation.weigh(&heard[heard.count - 1], isRead: isRead)
    }

    /// What one tag did in the epoch that decisions speak of. - Returns: how likely that was.
    mutating func take(isRead: Bool) -> Double {
        explanation.weigh(&belief, isRead: isRead)
    }

    /// The belief with what was heard afterwards, once all tags were taken; not made to sum to 1.
    func hindsight() -> WalkByChances {
        var after = WalkByChances(repeating: 1)
        for epoch in heard.reversed() { after = explanation.chain.seenFromBefore(after.times(epoch)) }
        return belief.times(after)
    }

    mutating func learn(_ hindsight: borrowing WalkByChances, isRead: Bool) {
        explanation.learn(hindsight, sum: hindsight.sum, isRead: isRead)
    }

    mutating func refresh(lagEpochs: Int) { explanation.refresh(lagEpochs: lagEpochs) }

    mutating func restore(_ learned: WalkByHypothesis.Learned, lagEpochs: Int) {
        explanation.restore(learned, lagEpochs: lagEpochs)
    }
}
