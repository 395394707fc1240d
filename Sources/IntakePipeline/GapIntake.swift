import AssetModel
import PresenceInference
import ReadRing

/// Gaps between two reads that were longer than a zone's own time, and over before time was looked at.
extension IntakePath {
    /// The silence is told, and nobody is accused: the tag is here again.
    mutating func tellGap(endedAt heardAt: UTCInstant, slot: Int) {
        guard
            let gap = presence.untoldGap(slot, endedAt: heardAt, at: clock.time, coverage: coverage)
        else { return }
        journal.gapEnded(slot: slot, gap, at: now)
        apply(gap, of: slot)
    }

    /// From the journal alike: what decided is not known any more after a restart.
    mutating func apply(_ gap: PresenceTracker.Gap, of slot: Int) {
        guard let tag = ring.tag(at: slot),
            let silence = presence.tell(gap, of: slot, at: clock.time, coverage: coverage)
        else { return }
        var change = silence.change
        change.tag = tag
        outcome.append(change)
    }

    mutating func noteRead(_ slot: Int, heardAt: UTCInstant) {
        presence.noteRead(slot, heardAt: heardAt, at: clock.time, coverage: coverage)
    }
}
