import AssetModel

/// One `[[mapping]]`: what the fields of a payload mean.
struct MappingSection {
    private let entry: SectionReader
    private let report: ProblemReport
    private let sources: MappingSources

    init(_ entry: SectionReader) {
        self.entry = entry
        report = entry.report
        sources = MappingSources(entry: entry)
    }

    /// All mappings of a file, by id; ids that are missing or taken are reported.
    static func readAll(_ root: SectionReader) -> [(
        id: String, mapping: PayloadMapping, entry: SectionReader
    )] {
        var lines: [String: Int] = [:]
        return root.sections("mapping").map { table in
            let entry = SectionReader(table, known: ConfigurationKeys.mapping, report: root.report)
            let mapping = MappingSection(entry).read()
            guard let id = entry.requiredText("id") else { return ("", mapping, entry) }
            let place = entry.place("id")
            IdentifierRule.check(id, at: place, isTopicLevel: false, report: entry.report)
            if let first = lines[id] {
                entry.report.refuse(
                    place, "编号“\(id)”重复（首次在第 \(first) 行）", "duplicate id \"\(id)\", first on line \(first)")
            } else {
                lines[id] = place.line
            }
            return (id, mapping, entry)
        }
    }

    private func read() -> PayloadMapping {
        var mapping = PayloadMapping(id: entry.text("id") ?? "")
        if entry.has("reads"), let path = sources.path("reads", isOfRecords: true) { mapping.reads = path }
        readIdentities(into: &mapping)
        readAntenna(into: &mapping)
        mapping.signal = sources.source("rssi", constant: .signal)
        mapping.signalUnit = entry.word("rssi_unit", default: .dBm)
        readTime(into: &mapping)
        mapping.readCount = sources.source("reads_count", constant: .count)
        readDirection(into: &mapping)
        mapping.reader = sources.source("reader", constant: .text)
        mapping.ignoreWhen = sources.conditions("ignore_when")
        mapping.heartbeatWhen = sources.conditions("heartbeat_when")
        mapping.connectedWhen = sources.conditions("connected_when")
        mapping.disconnectedWhen = sources.conditions("disconnected_when")
        checkCompanions()
        checkReach(of: mapping)
        return mapping
    }

    private func readIdentities(into mapping: inout PayloadMapping) {
        if entry.has("epc") {
            if let source = sources.source("epc", constant: nil) { mapping.epc = source }
        } else {
            report.refuse(
                entry.place("epc"), "缺少必填键：EPC 在哪里", "required key is missing: where the EPC stands")
        }
        mapping.epcEncoding = entry.word("epc_encoding", default: .hex)
        mapping.tid = sources.source("tid", constant: nil)
        mapping.tidEncoding = entry.word("tid_encoding", default: mapping.epcEncoding)
    }

    private func readAntenna(into mapping: inout PayloadMapping) {
        mapping.antenna = sources.source("antenna", constant: .port)
        let table = entry.section("antenna_words")
        let words = SectionReader(table, known: table.keys, report: report)
        mapping.antennaWords = table.keys.map { word in
            AntennaWord(word: word, port: UInt16(words.integer(word, default: 1, in: 1...Int(UInt16.max))))
        }
    }

    private func readTime(into mapping: inout PayloadMapping) {
        mapping.time = sources.source("time", constant: nil)
        mapping.timeFormat = entry.word("time_format", default: .auto)
        mapping.timeZone = readTimeZone()
        mapping.timePattern = readTimePattern()
        let isText = [.auto, .iso, .local].contains(mapping.timeFormat)
        let format = mapping.timeFormat.rawValue
        for key in ["time_zone", "time_pattern"] where entry.has(key) && !isText {
            report.refuse(
                entry.place(key), "time_format = \"\(format)\" 是数字，不用此键",
                "time_format = \"\(format)\" is a number and has no use for this key")
        }
        if mapping.timeFormat == .iso, entry.has("time_pattern") {
            report.refuse(
                entry.place("time_pattern"), "“iso”不用格式串；请改 time_format = \"local\"",
                "\"iso\" needs no pattern; use time_format = \"local\"")
        }
        if mapping.timeFormat == .local, !entry.has("time_zone") {
            report.refuse(
                entry.place("time_format"), "“local”还需要 time_zone，例如 \"+08:00\"",
                "\"local\" needs time_zone beside it, such as \"+08:00\"")
        }
    }

    private func readTimeZone() -> MappedTimeZone? {
        guard let text = entry.text("time_zone") else { return nil }
        if text == "Asia/Shanghai" { return .minutesEast(SiteTimezone.shanghaiMinutes) }
        if let minutes = ClockOffset.minutes(of: text) { return .minutesEast(minutes) }
        if text.isEmpty || text.utf8.allSatisfy("0123456789:+-.".utf8.contains) {
            report.refuse(
                entry.place("time_zone"), "“\(text)”不是时差；可用 \"+08:00\"、\"UTC\"、\"Asia/Shanghai\" 或路径",
                "\"\(text)\" is no offset; use \"+08:00\", \"UTC\", \"Asia/Shanghai\" or a path")
            return nil
        }
        return sources.path("time_zone").map { .path($0) }
    }

    private func readTimePattern() -> TimePattern? {
        guard let text = entry.text("time_pattern") else { return nil }
        do throws(TimePattern.Fault) {
            return try TimePattern(text)
        } catch {
            let (chinese, english) = MappingWords.explain(error)
            report.refuse(entry.place("time_pattern"), chinese, english)
            return nil
        }
    }

    private func readDirection(into mapping: inout PayloadMapping) {
        mapping.direction = sources.source("direction", constant: .direction)
        let table = entry.section("direction_words")
        let words = SectionReader(table, known: MappingWords.directions, report: report)
        var owner: [String: String] = [:]
        for key in MappingWords.directions where words.has(key) {
            let list = sources.words(of: words, key)
            for (word, place) in list {
                if let other = owner[word.lowercased()] {
                    report.refuse(
                        place, "“\(word)”已属于 \(other)", "\"\(word)\" already stands under \(other)")
                }
                owner[word.lowercased()] = key
            }
            let texts = list.map(\.word)
            switch key {
            case "IN": mapping.directionWords.inward = texts
            case "OUT": mapping.directionWords.outward = texts
            case "NONE": mapping.directionWords.none = texts
            default: mapping.directionWords.unknown = texts
            }
        }
        if case .constant? = mapping.direction, entry.has("direction_words") {
            report.refuse(
                entry.place("direction_words"), "direction 是常量，不用此键",
                "direction is a constant: no words are needed")
        }
    }

    /// Keys that say how to read another one.
    private func checkCompanions() {
        for (key, needed) in [
            ("tid_encoding", "tid"), ("antenna_words", "antenna"), ("rssi_unit", "rssi"),
            ("time_format", "time"), ("time_zone", "time"), ("time_pattern", "time"),
            ("direction_words", "direction"),
        ] where entry.has(key) && !entry.has(needed) {
            report.refuse(entry.place(key), "还需要 \(needed)", "needs \(needed) beside it")
        }
    }

    /// `^` goes out by one array each; there are no more than `reads` enters.
    private func checkReach(of mapping: PayloadMapping) {
        let levels = max(mapping.reads.arrays, 1)
        if case .enclosing = mapping.reads.anchor {
            report.refuse(
                entry.place("reads"), "记录的位置从报文根部写起，不能用 ^",
                "the way to the records begins at the root: no ^ here")
        }
        for (key, path) in sources.pathsTaken {
            guard case .enclosing(let count) = path.anchor, count > levels, key != "reads" else { continue }
            report.refuse(
                entry.place(key), "“\(path.text)”的 ^ 多于 reads 里的 []（\(levels)）",
                "\"\(path.text)\" has more ^ than reads has [] (\(levels))")
        }
    }
}
