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
        case port, signal, count, direction, air, text
    }

    /// A field whose value is a path and nothing else.
    func path(_ key: String, isOfRecords: Bool = false) -> MappingPath? {
        guard let text = entry.text(key) else { return nil }
        return path(text, under: key, at: entry.place(key), isOfRecords: isOfRecords)
    }

    /// A field: a path as text, or a table with `path`, `constant`, `topic`, `first` or `join`.
    ///
    /// - Parameter constant: `nil` where a constant would make no sense.
    func source(_ key: String, constant: Constant?) -> MappingSource? {
        entry.table.entries[key].flatMap { source(of: $0, under: key, constant: constant) }
    }

    private static let kinds = ["path", "constant", "topic", "first", "join"]

    private func source(
        of node: ConfigurationNode, under key: String, constant: Constant?
    ) -> MappingSource? {
        if let text = node.text {
            return path(text, under: key, at: node.place).map { .path($0) }
        }
        guard let table = node.table else {
            entry.refuseKind(
                node, "路径文本或 { path | constant | topic | first | join }",
                "a path, or { path | constant | topic | first | join }")
            return nil
        }
        let inner = SectionReader(table, known: MappingSources.kinds, report: report)
        return source(in: inner, of: node, under: key, constant: constant)
    }

    private func source(
        in table: SectionReader, of node: ConfigurationNode, under key: String, constant: Constant?
    ) -> MappingSource? {
        let given = MappingSources.kinds.filter { table.has($0) }
        guard given.count == 1, let kind = given.first else {
            let list = MappingSources.kinds.joined(separator: ", ")
            report.refuse(
                node.place,
                given.isEmpty ? "需要 \(list) 之一" : "一个字段只能有一个来源：\(given.joined(separator: "、"))",
                given.isEmpty
                    ? "needs one of \(list)"
                    : "one field has one source, here are \(given.joined(separator: " and "))")
            return nil
        }
        switch kind {
        case "path":
            guard let text = table.text("path") else { return nil }
            return path(text, under: key, at: table.place("path")).map { .path($0) }
        case "topic": return topicLevel(table)
        case "first": return parts(table, "first", under: key, constant: constant).map { .first($0) }
        case "join":
            // An identity in two halves is none that a reader would send, and a number in two is no number.
            guard ["time", "sent_at"].contains(key) else {
                report.refuse(
                    table.place("join"), "join 只用于 time 和 sent_at", "join is for time and sent_at only")
                return nil
            }
            return parts(table, "join", under: key, constant: nil).map { .joined($0) }
        default: return self.constant(table, constant)
        }
    }

    /// A date, a time of day and an offset; a name and its older names.
    private static let partsMax = 8

    private func parts(
        _ table: SectionReader, _ kind: String, under key: String, constant: Constant?
    ) -> [MappingSource]? {
        guard let node = table.table.entries[kind] else { return nil }
        let most = MappingSources.partsMax
        guard case .list(let nodes) = node.value else {
            entry.refuseKind(node, "2 到 \(most) 个来源的列表", "a list of 2 to \(most) sources")
            return nil
        }
        guard (2...most).contains(nodes.count) else {
            report.refuse(
                node.place, "有 \(nodes.count) 个来源，应为 2 到 \(most) 个",
                "\(nodes.count) given, 2 to \(most) sources are needed")
            return nil
        }
        let sources = nodes.compactMap { node -> MappingSource? in
            let isNested = node.table.map { $0.entries["first"] != nil || $0.entries["join"] != nil } ?? false
            if isNested {
                report.refuse(node.place, "first 和 join 不能嵌套", "first and join do not stand in one another")
                return nil
            }
            return source(of: node, under: key, constant: constant)
        }
        return sources.count == nodes.count ? sources : nil
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
        case .air?:
            guard let word = table.text("constant") else { return nil }
            guard MappingWords.airProtocols[word] != nil else {
                table.refuseWord("constant", word, known: MappingWords.airWords)
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

    private func condition(
        _ table: ConfigurationTable, under key: String, isInner: Bool = false
    ) -> MappingCondition? {
        let tests = ["equals", "any", "present"]
        let known = ["path", "topic"] + tests + (isInner ? [] : ["and"])
        let reader = SectionReader(table, known: known, report: report)
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
        var condition = MappingCondition(source: source, test: test)
        if !isInner { condition.also = inner(of: table, under: key) }
        return condition
    }

    /// `and`: one more condition or a list of which all must hold. What cannot be read is reported, so that
    /// the mapping is thrown away.
    private func inner(of table: ConfigurationTable, under key: String) -> [MappingCondition] {
        guard let node = table.entries["and"] else { return [] }
        let nodes: [ConfigurationNode]
        if case .list(let list) = node.value { nodes = list } else { nodes = [node] }
        return nodes.compactMap { node in
            if let table = node.table { return condition(table, under: key, isInner: true) }
            entry.refuseKind(node, "表 { path, equals }", "a table, { path, equals }")
            return nil
        }
    }

    private func test(_ name: String, of table: SectionReader) -> MappingCondition.Test? {
        switch name {
        case "present": return .present(table.flag("present", default: true))
        case "any":
            let words = words(of: table, "any").map(\.word)
            if words.isEmpty, case .list(let nodes)? = table.table.entries["any"]?.value, nodes.isEmpty {
                report.refuse(table.place("any"), "列表为空，永不成立", "the list is empty: it never holds")
            }
            return .any(words)
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

    /// The words of several lists, each with the key that it stands under; a word under two keys is refused.
    func wordsByOwner(_ table: SectionReader, _ keys: [String]) -> [(owner: String, word: String)] {
        var owners: [String: String] = [:]
        return keys.flatMap { key in
            words(of: table, key).map { word, place in
                if let other = owners[word.lowercased()] {
                    report.refuse(place, "“\(word)”已属于 \(other)", "\"\(word)\" already stands under \(other)")
                }
                owners[word.lowercased()] = key
                return (key, word)
            }
        }
    }

    private func word(of node: ConfigurationNode) -> String? {
        switch node.value {
        case .text(let text):
            if text.isEmpty {
                report.refuse(
                    node.place, "空文本不是词；没有值用 present = false",
                    "an empty text is no word; present = false is for values that are absent")
            }
            return text
        case .integer(let number): return "\(number)"
        case .flag(let flag): return flag ? "true" : "false"
        default: return nil
        }
    }
}
