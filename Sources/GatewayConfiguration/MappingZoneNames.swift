import AssetModel
import Foundation

/// Names of the IANA time zone database, looked up where the configuration is read: what decodes has no such
/// data.
enum ZoneNames {
    /// From the year in which readers without time service begin; until a time that no reader lives to see.
    private static let years: (from: Int64, to: Int64) = (946_684_800, 2_840_140_800)  // 2000, 2060
    /// No clock is moved twice within this time.
    private static let stepSeconds: Int64 = 7 * 86_400

    /// Short names of zones, of which many stand for several: `CST` is China's, Chicago's and Havana's.
    /// Source: the IANA time zone database.
    private static let abbreviations: Set<String> = [
        "CST", "CDT", "EST", "EDT", "MST", "MDT", "PST", "PDT", "AST", "ADT", "NST", "HST", "AKST", "AKDT",
        "WET", "WEST", "CET", "CEST", "EET", "EEST", "MET", "MSK", "BST", "IST", "SAST", "EAT", "WAT", "CAT",
        "JST", "KST", "HKT", "SGT", "PHT", "ICT", "WIB", "PKT", "AEST", "AEDT", "ACST", "ACDT", "AWST",
        "NZST",
        "NZDT", "PRC", "ROC", "ROK",
    ]

    /// Such a word would be taken as the name of a key.
    static func isAbbreviation(_ text: String) -> Bool { abbreviations.contains(text) }

    static func clock(named name: String) -> ZoneClock? {
        guard let zone = TimeZone(identifier: name) else { return nil }
        let first = minutes(of: zone, at: years.from)
        var changes: [ZoneClock.Change] = []
        var before = (at: years.from, minutes: first)
        while before.at < years.to {
            let at = before.at + stepSeconds
            let minutes = minutes(of: zone, at: at)
            if minutes != before.minutes {
                let instant = UTCInstant(milliseconds: change(of: zone, after: before, upTo: at) * 1_000)
                changes.append(ZoneClock.Change(at: instant, minutesEast: minutes))
            }
            before = (at, minutes)
        }
        return ZoneClock(firstMinutes: first, changes: changes)
    }

    /// The second in which the offset changes.
    private static func change(
        of zone: TimeZone, after before: (at: Int64, minutes: Int), upTo end: Int64
    ) -> Int64 {
        var (low, high) = (before.at, end)
        while high - low > 1 {
            let middle = (low + high) / 2
            if minutes(of: zone, at: middle) == before.minutes { low = middle } else { high = middle }
        }
        return high
    }

    private static func minutes(of zone: TimeZone, at seconds: Int64) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))) / 60
    }
}
