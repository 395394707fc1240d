import AssetModel

/// One walk-by zone: the reads of epochs that are not over yet, the filter that judges those that are, and
/// who is in the field.
///
/// An epoch closes at the first whole second at which its reads have come, by ``WalkByLateness``. Nothing is
/// closed while nobody is in the field or was lately: an empty zone costs nothing.
struct WalkByZone: Sendable {
    /// Index into ``SiteLayout/zones``, its id, and the antenna or the id that is named as the source.
    let zone: Int
    let id: String
    let source: String
    /// The longest read cycle of its antennas.
    let epochLength: ElapsedTime
    let settings: WalkBySettings
    /// Made at the first read: its tables are large.
    var filter: WalkByFilter?
    var lateness = WalkByLateness()
    /// Tags read in epochs that have not closed.
    var open: [Int64: Set<UInt32>] = [:]
    /// When the next epoch closes; `nil` while there is nothing to close.
    var nextClose: UTCInstant?
    /// Who is in the field.
    var stays: [UInt32: Stay] = [:]
    /// Chances of the newest decision of each tag: for people who look, not kept over a restart.
    private(set) var chances: [UInt32: Double] = [:]
    /// Reads that belong to an epoch that has closed, or lie more than ``openEpochsMax`` off.
    var readsOutOfTime: Int64 = 0
    /// Reads beyond what one epoch may hold.
    var readsBeyond: Int64 = 0
    var isDirty = true

    struct Stay: Sendable, Equatable {
        /// First epoch in which it was in the field.
        var since: Int64
        /// Of the newest decision.
        var probability: Double
    }

    /// As many epochs as a read may be old, or ahead of our clock: silence of so many is as good as endless
    /// (``WalkByHypothesis/silentEpochs``).
    static let openEpochsMax: Int64 = 64
    /// Tags in an epoch before it closes, for each that may be followed: who is followed does not depend on
    /// the order of reads.
    private static let tagsOpenTimes = 4
    /// A tag enters the field when it is as likely there as this, and leaves it at the other: a chance that
    /// goes to and fro around a half is no coming and going. Wider apart costs more errors than it spares
    /// comings and goings (SMURF-A, seed 1001: at .6/.4 five per cent more than here).
    static let entersAt = 0.55
    static let leavesAt = 0.45

    init(zone: Int, id: String, source: String, epochLength: ElapsedTime, settings: WalkBySettings) {
        self.zone = zone
        self.id = id
        self.source = source
        self.epochLength = epochLength
        self.settings = settings
    }

    // MARK: what happens

    mutating func observe(_ slot: UInt32, heardAt: UTCInstant, at now: UTCInstant) {
        let epoch = number(of: heardAt)
        isDirty = true
        guard abs(epoch - number(of: now)) <= WalkByZone.openEpochsMax else {
            readsOutOfTime += 1
            return
        }
        lateness.note(overdue: now - start(of: epoch + 1))
        if let newest = filter?.newestEpoch, epoch <= newest {
            readsOutOfTime += 1
            return
        }
        guard open[epoch]?.count ?? 0 < settings.tagsMax * WalkByZone.tagsOpenTimes else {
            readsBeyond += 1
            return
        }
        open[epoch, default: []].insert(slot)
        // Never at this very instant: what else comes with the same message belongs to it.
        if nextClose == nil { nextClose = max(closing(of: epoch), now + ElapsedTime(milliseconds: 1)) }
    }

    /// Closes the epochs whose reads have come.
    /// - Parameter isCovered: whether the zone was covered from an instant until now.
    mutating func advance(
        to now: UTCInstant, isCovered: (UTCInstant) -> Bool
    ) -> [WalkByChange] {
        guard let due = nextClose, due <= now else { return [] }
        isDirty = true
        var changes: [WalkByChange] = []
        let settled = now + ElapsedTime(seconds: -Int64(lateness.seconds))
        let last = number(of: settled) - 1
        if let first = firstToClose, first <= last {
            let first = max(first, last - WalkByZone.openEpochsMax + 1)
            dropOpen(before: first)
            for epoch in first...last {
                guard !isEmpty else { break }
                changes += close(epoch, isCovered: isCovered(start(of: epoch)), at: now)
            }
        }
        nextClose = firstToClose.map { max(closing(of: $0), now + ElapsedTime(milliseconds: 1)) }
        if isEmpty { nextClose = nil }
        return changes
    }

    /// A tag's line went to another tag. - Returns: that it left, where it was in the field.
    mutating func forget(_ slot: UInt32, at now: UTCInstant) -> WalkByChange? {
        filter?.forget(slot)
        for epoch in open.keys.sorted() {
            guard open[epoch]?.remove(slot) != nil else { continue }
            isDirty = true
            if open[epoch]?.isEmpty == true { open[epoch] = nil }
        }
        chances[slot] = nil
        return end(slot, because: .forgotten, at: now)
    }

    /// Our own clock was set back: epochs are counted from there. - Returns: that everybody left.
    mutating func restartTime(at now: UTCInstant) -> [WalkByChange] {
        guard let newest = filter?.newestEpoch, newest >= number(of: now) else { return [] }
        isDirty = true
        filter?.restartTime()
        open.removeAll()
        chances.removeAll()
        nextClose = nil
        return stays.keys.sorted().compactMap { end($0, because: .clockSet, at: now) }
    }

    // MARK: epochs

    private var isEmpty: Bool { open.isEmpty && filter?.tagsFollowed ?? 0 == 0 }

    func number(of instant: UTCInstant) -> Int64 {
        EvidenceEpoch.number(of: instant, length: epochLength)
    }

    func start(of epoch: Int64) -> UTCInstant { EvidenceEpoch.start(of: epoch, length: epochLength) }

    private func closing(of epoch: Int64) -> UTCInstant {
        start(of: epoch + 1) + ElapsedTime(seconds: Int64(lateness.seconds))
    }

    /// Where nobody is followed, the few epochs before the first read are part of what it means.
    private var firstToClose: Int64? {
        if let filter, let newest = filter.newestEpoch, filter.tagsFollowed > 0 { return newest + 1 }
        guard let oldest = open.keys.min() else { return nil }
        let first = oldest - Int64(settings.lagEpochs)
        return max(first, filter?.newestEpoch.map { $0 + 1 } ?? first)
    }

    private mutating func dropOpen(before first: Int64) {
        for epoch in open.keys.sorted() where epoch < first {
            readsOutOfTime += Int64(open.removeValue(forKey: epoch)?.count ?? 0)
        }
    }

    private mutating func close(_ epoch: Int64, isCovered: Bool, at now: UTCInstant) -> [WalkByChange] {
        let slots = open.removeValue(forKey: epoch) ?? []
        var filter = self.filter ?? WalkByFilter(settings)
        // One owner, so that its tables are not copied.
        self.filter = nil
        let decisions = filter.close(epoch: epoch, read: Array(slots), isCovered: isCovered)
        self.filter = filter
        var changes: [WalkByChange] = []
        chances.removeAll(keepingCapacity: true)
        for decision in decisions {
            chances[decision.slot] = decision.probability
            if let change = judge(decision, at: now) { changes.append(change) }
        }
        for slot in stays.keys.sorted() where !filter.follows(slot) {
            if let change = end(slot, because: .unheard, at: now) { changes.append(change) }
        }
        return changes
    }

    // MARK: coming and going

    private mutating func judge(_ decision: WalkByDecision, at now: UTCInstant) -> WalkByChange? {
        let slot = decision.slot
        guard var stay = stays[slot] else {
            guard decision.probability >= WalkByZone.entersAt else { return nil }
            stays[slot] = Stay(since: decision.epoch, probability: decision.probability)
            return change(.entered, decision, at: now)
        }
        guard decision.probability < WalkByZone.leavesAt else {
            stay.probability = decision.probability
            stays[slot] = stay
            return nil
        }
        stays[slot] = nil
        return change(.left, decision, at: now)
    }

    private func change(
        _ kind: WalkByChange.Kind, _ decision: WalkByDecision, at now: UTCInstant
    ) -> WalkByChange {
        var change = WalkByChange(kind, decision.slot, in: self, epoch: decision.epoch, at: now)
        change.probability = kind == .entered ? decision.probability : 1 - decision.probability
        if let (reads, covered) = filter?.memory(of: decision.slot) { change.count(reads, covered, in: self) }
        return change
    }

    private mutating func end(
        _ slot: UInt32, because kind: WalkByChange.Kind, at now: UTCInstant
    ) -> WalkByChange? {
        guard stays.removeValue(forKey: slot) != nil else { return nil }
        isDirty = true
        var change = WalkByChange(
            kind, slot, in: self, epoch: filter?.newestEpoch ?? number(of: now), at: now)
        change.probability = 1 - (filter?.restingProbability ?? 0)
        change.epochs = WalkByHypothesis.silentEpochs
        return change
    }
}

/// What the path asks of the filter about one tag.
extension WalkByFilter {
    func follows(_ slot: UInt32) -> Bool { rowOfSlot[slot] != nil }

    /// Bit e: read, and covered, e epochs before the newest.
    func memory(of slot: UInt32) -> (reads: UInt64, covered: UInt64)? {
        rowOfSlot[slot].map { (tags[$0].reads, covered) }
    }

    mutating func forget(_ slot: UInt32) {
        guard let row = rowOfSlot[slot] else { return }
        tags.remove(at: row)
        beliefs.removeSubrange((row * alone.count)..<((row + 1) * alone.count))
        indexRows()
    }

    /// What was learned stays; who was there, and when, is forgotten.
    mutating func restartTime() {
        forgetTags()
        newestEpoch = nil
    }
}
