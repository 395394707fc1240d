import AssetModel

/// Takes paths, sources and conditions of one `[[mapping]]`.
final class MappingSources {
    private let entry: SectionReader
    private let report: ProblemReport
    /// Every path that was read, under its key.
    private(set) var pathsTaken: [(key: String, path: MappingPath)] = []

    init(entry: SectionReader) {
        self.entry = entry
        report = entry.report
    }

    /// What a constant of a field must be.
    enum Constant {
        case port, signal, count, direction, text
    }

    /// A field whose value is a path and nothing else.
    func path(_ key: String, isOfRecords: Bool = false) -> MappingPath? {
        guard let text = entry.text(key) else { return nil }
        return path(text, under: key, at: entry.place(key), isOfRecords: isOfRecords)
    }

    /// A field: a path as text, or a table with `path`, `constant` or `topic`.
    ///
    /// - Parameter constant: `nil` where a constant would make no sense.
    func source(_ key: String, constant: Constant?) -> MappingSource? {
        guard let node = entry.table.entries[key] else { return nil }
        if let text = node.text {
            return path(text, under: key, at: node.place).map { .path($0) }
        }
        guard let table = node.table else {
            entry.refuseKind(
                node, "路径文本或 { path | constant | topic }", "a path, or { path | constant | topic }")
            return nil
        }
        let inner = SectionReader(table, known: ["path", "constant", "topic"], report: report)
        return source(in: inner, of: node, under: key, constant: constant)
    }

    private func source(
        in table: SectionReader, of node: ConfigurationNode, under key: String, constant: Constant?
    ) -> MappingSource? {
        let given = ["path", "constant", "topic"].filter { table.has($0) }
        guard given.count == 1, let kind = given.first else {
            report.refuse(
                node.place,
                given.isEmpty ? "需要 path、constant 或 topic 之一" : "一个字段只能有一个来源：\(given.joined(separator: "、"))",
                given.isEmpty
                    ? "needs one of path, constant, topic"
                    : "one field has one source, here are \(given.joined(separator: " and "))")
            return nil
        }
        switch kind {
        case "path":
            guard let text = table.text("path") else { return nil }
            return path(text, under: key, at: table.place("path")).map { .path($0) }
        case "topic": return topicLevel(table)
        default: return self.constant(table, constant)
        }
    }

    /// 1 is the first level of the topic, -1 the last.
    private func topicLevel(_ table: SectionReader) -> MappingSource? {
        // An MQTT topic of 512 bytes has no more levels than this.
        let level = table.integer("topic", default: 0, in: -256...256)
        if level == 0, case .integer(0)? = table.table.entries["topic"]?.value {
            report.refuse(
                table.place("topic"), "层级从 1 数起；从末尾数用 -1", "levels count from 1, or from the end from -1")
        }
        return level == 0 ? nil : .topicLevel(level)
    }

    private func constant(_ table: SectionReader, _ kind: Constant?) -> MappingSource? {
        guard let node = table.table.entries["constant"] else { return nil }
        switch kind {
        case nil:
            report.refuse(
                node.place, "此字段每条记录都不同，不能用常量", "this field differs from record to record: no constant")
            return nil
        case .port?: return whole(table, in: 1...Int(UInt16.max))
        case .count?: return whole(table, in: 1...Int(UInt32.max))
        case .signal?:
            let value = table.number("constant", default: 0, in: -150...30)
            return .constant("\(value)")
        case .direction?:
            guard let word = table.text("constant") else { return nil }
            guard MappingWords.directions.contains(word) else {
                table.refuseWord("constant", word, known: MappingWords.directions)
                return nil
            }
            return .constant(word)
        case .text?: return table.requiredText("constant").map { .constant($0) }
        }
    }

    private func whole(_ table: SectionReader, in range: ClosedRange<Int>) -> MappingSource? {
        .constant("\(table.integer("constant", default: range.lowerBound, in: range))")
    }

    private func path(
        _ text: String, under key: String, at place: ConfigurationPlace, isOfRecords: Bool = false
    ) -> MappingPath? {
        if text.isEmpty, !isOfRecords {
            report.refuse(place, "路径为空；记录本身写作 \".\"", "the path is empty; the record itself is \".\"")
            return nil
        }
        do throws(MappingPath.Fault) {
            let path = try MappingPath(text, isOfRecords: isOfRecords)
            pathsTaken.append((key, path))
            return path
        } catch {
            let (chinese, english) = MappingWords.explain(error.reason)
            report.refuse(
                place, "路径“\(text)”第 \(error.position) 个字符处：\(chinese)",
                "path \"\(text)\", character \(error.position): \(english)")
            return nil
        }
    }

    // MARK: conditions

    /// One condition, or a list of which any suffices.
    func conditions(_ key: String) -> [MappingCondition] {
        guard let node = entry.table.entries[key] else { return [] }
        switch node.value {
        case .table(let table): return [condition(table, under: key)].compactMap { $0 }
        case .list(let nodes):
            return nodes.compactMap { node in
                if let table = node.table { return condition(table, under: key) }
                entry.refuseKind(node, "表 { path, equals }", "a table, { path, equals }")
                return nil
            }
        default:
            entry.refuseKind(node, "表 { path, equals }", "a table, { path, equals }")
            return []
        }
    }

    private func condition(_ table: ConfigurationTable, under key: String) -> MappingCondition? {
        let tests = ["equals", "any", "present"]
        let reader = SectionReader(table, known: ["path", "topic"] + tests, report: report)
        let given = tests.filter { reader.has($0) }
        guard reader.has("path") != reader.has("topic"), given.count == 1, let test = given.first else {
            report.refuse(
                table.place, "条件需要 path 或 topic 之一，以及 equals、any、present 之一",
                "a condition is one of path, topic and one of equals, any, present")
            return nil
        }
        let source: MappingSource?
        if reader.has("topic") {
            source = topicLevel(reader)
        } else {
            source = reader.text("path").flatMap { path($0, under: key, at: reader.place("path")) }
                .map { .path($0) }
        }
        guard let source, let test = self.test(test, of: reader) else { return nil }
        return MappingCondition(source: source, test: test)
    }

    private func test(_ name: String, of table: SectionReader) -> MappingCondition.Test? {
        switch name {
        case "present": return .present(table.flag("present", default: true))
        case "any": return .any(words(of: table, "any").map(\.word))
        default:
            guard let node = table.table.entries["equals"] else { return nil }
            if let word = word(of: node) { return .any([word]) }
            entry.refuseKind(node, "文本、整数或布尔值", "text, an integer, true or false")
            return nil
        }
    }

    /// Words of a device: texts, or whole numbers and flags that are compared as they are written.
    func words(of table: SectionReader, _ key: String) -> [(word: String, place: ConfigurationPlace)] {
        guard let node = table.table.entries[key] else { return [] }
        guard case .list(let nodes) = node.value else {
            entry.refuseKind(node, "词的列表", "a list of words")
            return []
        }
        return nodes.compactMap { node in
            if let word = word(of: node) { return (word, node.place) }
            entry.refuseKind(node, "文本、整数或布尔值", "text, an integer, true or false")
            return nil
        }
    }

    private func word(of node: ConfigurationNode) -> String? {
        switch node.value {
        case .text(let text): return text
        case .integer(let number): return "\(number)"
        case .flag(let flag): return flag ? "true" : "false"
        default: return nil
        }
    }
}

/// What is said about a mapping that cannot be read: Chinese, English.
enum MappingWords {
    static let directions = ["IN", "OUT", "NONE", "UNKNOWN"]

    static func explain(_ reason: MappingPath.Fault.Reason) -> (chinese: String, english: String) {
        switch reason {
        case .emptyKey: return ("缺少键名", "a key is missing")
        case .unclosedQuote: return ("引号没有闭合", "the quote is not closed")
        case .unclosedBracket: return ("缺少 ]", "] is missing")
        case .badIndex: return ("[] 里只能是从 0 起的序号", "only an index from 0 may stand in [ ]")
        case .eachNotHere:
            return ("[] 只用于 reads；这里用序号，如 [0]", "[] is for reads; an index, such as [0], is for fields")
        case .unexpectedCharacter:
            return ("此处不能有这个字符；特殊键名加单引号", "this character cannot stand here; put unusual keys in ' '")
        case .tooDeep: return ("层次过深", "too many steps")
        }
    }

    static func explain(_ fault: TimePattern.Fault) -> (chinese: String, english: String) {
        switch fault {
        case .unknownField(let position):
            return (
                "第 \(position) 个字符处：只有 YYYY MM DD HH MM SS",
                "character \(position): fields are YYYY MM DD HH MM SS"
            )
        case .repeatedField(let position):
            return ("第 \(position) 个字符处：重复", "character \(position): stands twice")
        case .incomplete: return ("缺少年、月、日或时", "year, month, day or hour is missing")
        }
    }
}
