/// How likely a tag that fell silent is really gone.
///
/// Against "gone" (hazard 1 % a day) stands only "shadowed": entered 0.2 times a day, left after 2 hours on
/// average, during which a tag is still read at a tenth of its rate, 6 % a minute (`inference.md` §1.5,
/// §1.7).
package enum AbsenceOdds {
    static let goneHazardPerDay = 0.01
    static let shadowsPerDay = 0.2
    /// e^(-1/120): the chance that a shadow lasts another minute.
    static let shadowLastsAMinute = 0.991_701_3
    /// 1 - 0.1 · 0.6: the chance that a shadowed tag is missed for a minute.
    static let shadowedMissAMinute = 0.94
    static let minutesMax = 100_000

    package static func probability(afterCoveredMinutes minutes: Int) -> Double {
        let minutes = min(max(0, minutes), minutesMax)
        let shadow = shadowsPerDay * power(shadowLastsAMinute * shadowedMissAMinute, minutes)
        return min(ZoneJudgement.probabilityMax, goneHazardPerDay / (goneHazardPerDay + shadow))
    }
}
