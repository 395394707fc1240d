package import AssetModel
import PresenceInference
import ReadRing

/// Tags that pass: what walk-by zones conclude, and who is in their fields now.
extension IntakePath {
    /// Told, and reconciled with nothing: where tags pass, nothing belongs and nothing is missed.
    /// - Parameter tag: whose line it was, where that went to another tag.
    mutating func conclude(passing changes: [PresenceTracker.SlotChange], tag gone: EPC? = nil) {
        for passing in changes {
            guard let tag = gone ?? ring.tag(at: passing.slot) else { continue }
            var change = passing.change
            change.tag = tag
            outcome.append(change)
        }
    }

    /// Who is in the field of a walk-by zone now, who came first first; empty for other zones.
    package func passing(zone: Int) -> [PassingTag] {
        walkBy.stays(in: zone).compactMap { stay in
            ring.tag(at: stay.slot).map {
                PassingTag(tag: $0, since: stay.since, probability: stay.probability)
            }
        }
    }

    /// 0...1, that a tag was in the field of a walk-by zone in the epoch decided last, whose start is given
    /// too; `nil` for other zones and before the first epoch was decided.
    package func passingChance(of tag: EPC, zone: Int) -> (probability: Double, epoch: UTCInstant)? {
        guard let decided = walkBy.decidedEpoch(of: zone) else { return nil }
        let slot = ring.slot(of: tag) ?? Int(UInt32.max)
        return walkBy.chance(of: slot, in: zone).map { ($0, decided.start) }
    }
}
