/// What silence says about one tag: still there and missed, shadowed, or gone.
///
///     normal    read in a chance with rate q, the tag's own
///     shadowed  something stands before it: read with ρ·q
///     gone      read by a ghost, once in a million epochs
///
///     normal → shadowed: shadows a day      shadowed → normal: 1 / mean shadow
///     normal, shadowed → gone: part of all tags that leave in a day
///     gone → normal: part of those that come back in a day, once a tag is said to be gone
///
/// A *chance* is a stretch of covered time in which a tag that stays is read or missed: a minute, or one
/// report of the zone's slowest reader where that is longer. In those of an outage the zone's own silence is
/// no evidence: a tag may leave meanwhile, be uncovered, or fail to be read by the zones next to it.
///
/// Without the shadowed state one alarm in a hundred is right, and stated certainty is 61 % true; with it
/// nine in ten (`inference.md` §1.7): what stands in front of a shelf is the main cause of false alarms.
package struct AbsenceModel: Sendable, Equatable {
    /// A chance is at least this long: reads within a minute depend on each other.
    package static let chanceMin = ElapsedTime(seconds: 60)

    /// Part of all tags that leave in a day: 0.4 % (`inference.md` §3: 0.2 % quietly, 0.2 % through a gate).
    package var gonePerDay = 0.004
    /// Shadows a tag enters in a day, and how long they last (`inference.md` §3).
    package var shadowsPerDay = 0.2
    package var shadowMinutes = 120.0
    /// Part of its rate that a shadowed tag keeps.
    package var shadowedPart = 0.1
    /// What is assumed of a tag's rate before it was read: Beta(2.0, 1.3), mean 0.61, the hard case of tags
    /// between metal (`inference.md` §1.7).
    package var priorHits: Float = 2
    package var priorMisses: Float = 1.3
    /// The same for reads by the antennas of other zones: mean 0.13, strays of 0.15 of its own rate
    /// (`inference.md` §3), hardly known.
    package var priorStrays: Float = 0.3
    package var priorStrayMisses: Float = 2

    /// Part of what is gone that comes back in a day: a guess, which the second read outweighs.
    package var returnsPerDay = 0.1
    /// Chance of a read of a tag that is not there, for each epoch: an error that the sixteen check bits let
    /// through (`inference.md` §1.5).
    package var ghostReads = 1e-6

    package init() {}

    /// Wrong by a factor on purpose, to see what the conclusions owe to the numbers above.
    package mutating func scale(by factor: Double) {
        gonePerDay *= factor
        shadowsPerDay *= factor
    }

    package static let minutesPerDay = 1_440.0
}
