import AssetModel

#if canImport(Glibc)
    import Glibc
#endif

/// Times as the clock on the wall of this machine shows them.
enum LocalTime {
    /// `2026-11-21T01:14:03.412Z` → `2026-11-21 09:14:03+08:00`. What is no such time is shown as it came.
    static func shown(_ text: String?) -> String? {
        guard let text, let instant = UTCInstant(rfc3339: text) else { return text }
        let local = instant.rfc3339(offsetMinutes: offsetMinutes(at: instant))
        let second = local.prefix(19).map { $0 == "T" ? " " : $0 }
        let zone = local.dropFirst("2026-11-21T09:14:03.412".utf8.count)
        return String(second) + zone
    }

    private static func offsetMinutes(at instant: UTCInstant) -> Int {
        var seconds = time_t(instant.milliseconds / 1_000)
        var fields = tm()
        localtime_r(&seconds, &fields)
        return fields.tm_gmtoff / 60
    }

    /// `3 d 04:05`, `04:05:06`
    static func span(seconds: Int64) -> String {
        let (days, rest) = (seconds / 86_400, seconds % 86_400)
        let clock = [rest / 3_600, rest / 60 % 60, rest % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return days > 0 ? "\(days) d " + clock.prefix(2).joined(separator: ":") : clock.joined(separator: ":")
    }
}
