package import AssetModel
import PresenceInference
import ReadRing

/// What the path believes of one tag at this moment: for people who measure it, and for `tally where`.
extension IntakePath {
    /// 0...1, that a tag which waits in a zone is gone; `nil` where nothing is expected of it.
    package func probabilityGone(_ tag: EPC) -> Double? {
        guard let slot = ring.slot(of: tag) else { return nil }
        return presence.probabilityGone(slot, at: clock.time, coverage: coverage)
    }

    /// Index of the zone in which a tag is settled; `nil` where it is silent or nothing is settled.
    package func settledZone(of tag: EPC) -> Int? {
        ring.slot(of: tag).flatMap { presence.settledZone(of: $0) }
    }

    /// Where a tag that several zones read nearly always is told to be, and how likely that is by the
    /// strength of its reads; `nil` for all others.
    package func signalPlace(of tag: EPC) -> (zone: Int, probability: Double)? {
        ring.slot(of: tag).flatMap { presence.signalPlace(of: $0) }
    }
}
