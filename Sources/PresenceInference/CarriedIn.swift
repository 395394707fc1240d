import AssetModel

/// Tags that came in through a gate.
///
/// A passage is many reads of a tag that were judged together: no ghost makes one. So what was said to be
/// gone is back, sooner than by single reads on a shelf. And whoever carried it sets it down in another way
/// than it stood before: how often it was read then is hardly known any more.
extension PresenceTracker {
    /// - Returns: that it is back, where it was silent.
    mutating func noteCarriedIn(
        _ tag: Passage.Tag, by passage: Passage, at time: PathTime, coverage: CoverageLedger
    ) -> SlotChange? {
        let slot = tag.slot
        let probability = passage.confidence * tag.confidence
        guard tags[slot].phase == .silent, probability >= PresenceTracker.carriedMin,
            tag.reads >= PresenceTracker.carriedReadsMin
        else { return nil }
        markDirty(slot)
        returns.end(slot)
        noteReturn(slot)
        forgetRate(slot)
        let epoch = EvidenceEpoch.number(of: passage.to)
        var change = beginStay(slot, tag: tag.tag, zone: passage.gate, epoch: epoch, at: time)
        change.source = layout.zones[passage.gate].id
        change.probability = min(ZoneJudgement.probabilityMax, probability)
        change.evidenceCount = tag.reads
        relist(slot, at: time, coverage: coverage)
        return SlotChange(slot: slot, change: change)
    }

    /// Likelier to have been carried through than not.
    private static let carriedMin = 0.5
    /// One read may be a ghost's, should the tag not be there at all.
    private static let carriedReadsMin = 2
}
