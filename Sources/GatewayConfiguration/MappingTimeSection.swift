import AssetModel

/// The keys of a `[[mapping]]` that say how its times are written.
struct MappingTimeSection {
    private let entry: SectionReader
    private let report: ProblemReport
    private let sources: MappingSources

    init(_ entry: SectionReader, _ sources: MappingSources) {
        self.entry = entry
        self.sources = sources
        report = entry.report
    }

    func read(into mapping: inout PayloadMapping) {
        mapping.time = sources.source("time", constant: nil)
        mapping.sentAt = sources.source("sent_at", constant: nil)
        mapping.timeFormat = entry.word("time_format", default: .auto)
        mapping.timeZone = readZone()
        mapping.timeZoneUnit = entry.optionalWord("time_zone_unit")
        mapping.timePattern = readPattern()
        checkFormat(mapping.timeFormat)
        switch mapping.timeZone {
        case .path, nil: break
        case .minutesEast where entry.has("time_zone_unit"), .named where entry.has("time_zone_unit"):
            report.refuse(
                entry.place("time_zone_unit"), "仅当 time_zone 是路径时使用",
                "only for a time_zone that is a path")
        case .minutesEast, .named: break
        }
        if let source = mapping.sentAt, !source.isAboutMessage {
            report.refuse(
                entry.place("sent_at"), "须从报文根部写起，例如 \"$.ts\"", "begins at the root, such as \"$.ts\"")
        }
    }

    private func checkFormat(_ format: MappedTimeFormat) {
        let isText = [.auto, .iso, .local].contains(format)
        for key in ["time_zone", "time_pattern"] where entry.has(key) && !isText {
            report.refuse(
                entry.place(key), "time_format = \"\(format.rawValue)\" 是数字，不用此键",
                "time_format = \"\(format.rawValue)\" is a number and has no use for this key")
        }
        if format == .iso, entry.has("time_pattern") {
            report.refuse(
                entry.place("time_pattern"), "“iso”不用格式串；请改 time_format = \"local\"",
                "\"iso\" needs no pattern; use time_format = \"local\"")
        }
        if format == .local, !entry.has("time_zone") {
            report.refuse(
                entry.place("time_format"), "“local”还需要 time_zone，例如 \"+08:00\"",
                "\"local\" needs time_zone beside it, such as \"+08:00\"")
        }
    }

    /// An offset, the name of a zone (the only words with a `/` in them), or a path.
    private func readZone() -> MappedTimeZone? {
        guard let text = entry.text("time_zone") else { return nil }
        if let minutes = ClockOffset.minutes(ofZone: text) { return .minutesEast(minutes) }
        if text.contains("/"), !text.contains("'") {
            guard let clock = ZoneNames.clock(named: text) else {
                report.refuse(
                    entry.place("time_zone"), "没有名为“\(text)”的时区；键名含 / 时加单引号",
                    "there is no time zone \"\(text)\"; a key with a / stands in ' '")
                return nil
            }
            return clock.changes.isEmpty ? .minutesEast(clock.firstMinutes) : .named(clock)
        }
        if text.isEmpty || text.utf8.allSatisfy("0123456789:+-.".utf8.contains) {
            report.refuse(
                entry.place("time_zone"), "“\(text)”不是时差；可用 \"+08:00\"、\"UTC\"、\"Asia/Shanghai\" 或路径",
                "\"\(text)\" is no offset; use \"+08:00\", \"UTC\", \"Asia/Shanghai\" or a path")
            return nil
        }
        if ZoneNames.isAbbreviation(text) {
            report.refuse(
                entry.place("time_zone"),
                "“\(text)”像时区缩写，含义不唯一；请写 \"+08:00\" 或 \"Asia/Shanghai\"；若是键名，写作 \"'\(text)'\"",
                "\"\(text)\" looks like a short name of a zone, and those are not unique; use \"+08:00\" or "
                    + "\"Asia/Shanghai\"; a key of that name is written \"'\(text)'\"")
            return nil
        }
        return sources.path("time_zone").map { .path($0) }
    }

    private func readPattern() -> TimePattern? {
        guard let text = entry.text("time_pattern") else { return nil }
        do throws(TimePattern.Fault) {
            return try TimePattern(text)
        } catch {
            let (chinese, english) = MappingWords.explain(error)
            report.refuse(entry.place("time_pattern"), chinese, english)
            return nil
        }
    }
}
