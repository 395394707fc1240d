package import AssetModel

/// The very last read of each tag that waits in a zone with a time of its own, repeats within an epoch
/// included.
///
/// The evidence that is kept over a restart ends with the first read of an epoch; what is read after it in
/// the epoch is known here only, in memory. It decides one thing: whether a gap that has just ended was
/// longer than the zone's time, where the wheel had not come to it yet. After a restart the rest of the epoch
/// counts as read: never more silence than there was.
struct ReadGaps: Sendable {
    struct Entry: Sendable {
        /// Event time of the last read.
        var heardAt = UTCInstant(milliseconds: Int64.min)
        /// Covered time of the zone it waits in, at that read.
        var covered = ElapsedTime.zero
        /// The evidence it belongs to: ``PresenceTracker/TagState/mark`` as it was.
        var mark = ElapsedTime.never
    }

    /// By slot; 24 bytes each, as far as zones have a time of their own.
    private var entries: [Entry] = []
    /// No zone has one: nothing is kept.
    let isUsed: Bool

    init(_ layout: SiteLayout) { isUsed = layout.zones.contains { $0.missingAfter != nil } }

    func entry(_ slot: Int) -> Entry? { slot < entries.count ? entries[slot] : nil }

    mutating func note(_ entry: Entry, of slot: Int) {
        while entries.count <= slot { entries.append(Entry()) }
        entries[slot] = entry
    }

    mutating func forget(_ slot: Int) {
        if slot < entries.count { entries[slot] = Entry() }
    }
}

extension PresenceTracker {
    /// A gap between two reads, in covered time of the zone in which the tag waits.
    package struct Gap: Sendable, Equatable {
        package var from: ElapsedTime
        package var to: ElapsedTime

        package init(from: ElapsedTime, to: ElapsedTime) { (self.from, self.to) = (from, to) }
    }

    /// Remembers a read, be it new evidence or a repeat. After ``observe(_:tag:newest:evidence:seen:)``.
    package mutating func noteRead(
        _ slot: Int, heardAt: UTCInstant, at time: PathTime, coverage: CoverageLedger
    ) {
        guard gaps.isUsed, let zone = zoneOfOwnTime(slot), tags[slot].phase != .unseen else { return }
        // A read from before the newest evidence is no later one.
        guard EvidenceEpoch.number(of: heardAt) >= tags[slot].lastEpoch else { return }
        let known = gaps.entry(slot)
        let mark = tags[slot].mark
        if let known, known.mark == mark, known.heardAt >= heardAt { return }
        let covered = coveredTime(of: zone, when: heardAt, at: time, coverage)
        gaps.note(ReadGaps.Entry(heardAt: heardAt, covered: covered, mark: mark), of: slot)
    }

    /// The gap that a read ends, where it was longer than the zone's own time and nobody was told: evidence
    /// is kept in epochs and time looked at in whole seconds, so the wheel comes up to 6 s late. Before
    /// ``observe(_:tag:newest:evidence:seen:)``.
    package func untoldGap(
        _ slot: Int, endedAt heardAt: UTCInstant, at time: PathTime, coverage: CoverageLedger
    ) -> Gap? {
        guard gaps.isUsed, let zone = zoneOfOwnTime(slot), let silence = layout.zones[zone].missingAfter
        else { return nil }
        let state = tags[slot]
        guard state.phase == .heard || state.phase == .settled, coverage.isCovered(zone: zone),
            EvidenceEpoch.number(of: heardAt) > state.lastEpoch
        else { return nil }
        var from = state.mark + EvidenceEpoch.length
        if let entry = gaps.entry(slot), entry.mark == state.mark { from = entry.covered }
        let to = min(
            coveredTime(of: zone, when: heardAt, at: time, coverage),
            coverage.provenTime(of: zone, at: time))
        let limit = max(silence, patience(in: zone, coverage))
        return to - from > limit ? Gap(from: from, to: to) : nil
    }

    /// The tag was silent, and is no longer: told as what it was.
    package mutating func tell(
        _ gap: Gap, of slot: Int, at time: PathTime, coverage: CoverageLedger
    ) -> SlotChange? {
        guard slot < tags.count, wheel.zone(of: slot) >= 0 else { return nil }
        let zone = wheel.zone(of: slot)
        wheel.remove(slot)
        tags[slot].markedAt = tags[slot].markedAt + (gap.from - tags[slot].mark)
        tags[slot].mark = gap.from
        let now = time.now + (gap.to - coverage.coveredTime(of: zone, at: time))
        return fallSilent(slot, in: zone, after: (gap.to, now), at: time, coverage)
    }

    /// The zone in which a tag waits, where that has a time of its own.
    private func zoneOfOwnTime(_ slot: Int) -> Int? {
        guard slot < tags.count else { return nil }
        let zone = wheel.zone(of: slot)
        return zone >= 0 && layout.zones[zone].missingAfter != nil ? zone : nil
    }

    /// Covered time of a zone at an instant that has just passed.
    private func coveredTime(
        of zone: Int, when instant: UTCInstant, at time: PathTime, _ coverage: CoverageLedger
    ) -> ElapsedTime {
        let covered = coverage.coveredTime(of: zone, at: time)
        return min(covered, covered + (instant - time.now))
    }
}
