import AssetModel

/// Takes the values of one table, with their defaults, and reports what does not fit.
///
/// Every `take` gives a usable value, so that reading goes on and finds the next problem; a configuration
/// with any problem is thrown away whole.
struct SectionReader {
    let table: ConfigurationTable
    let report: ProblemReport

    /// - Parameter known: all keys the section has; any other is refused by name.
    init(_ table: ConfigurationTable, known: [String], report: ProblemReport) {
        self.table = table
        self.report = report
        for key in table.keys where !known.contains(key) {
            let place = table.entries[key]?.place ?? table.place
            let list = known.joined(separator: ", ")
            report.refuse(
                place, known.isEmpty ? "未知的键；本节目前没有可用的键" : "未知的键；可用：\(list)",
                known.isEmpty ? "unknown key; this section has none yet" : "unknown key; known here: \(list)")
        }
    }

    /// Where a key stands, or would stand.
    func place(_ key: String) -> ConfigurationPlace {
        table.entries[key]?.place ?? table.place.child(key)
    }

    func has(_ key: String) -> Bool { table.entries[key] != nil }

    // MARK: single values

    func text(_ key: String) -> String? {
        guard let node = table.entries[key] else { return nil }
        guard let text = node.text else {
            refuseKind(node, "文本", "text")
            return nil
        }
        return text
    }

    /// A text that must be there and not be empty.
    func requiredText(_ key: String) -> String? {
        guard has(key) else {
            report.refuse(place(key), "缺少必填键", "required key is missing")
            return nil
        }
        guard let text = text(key) else { return nil }
        if text.isEmpty { report.refuse(place(key), "不能为空", "must not be empty") }
        return text.isEmpty ? nil : text
    }

    func integer(_ key: String, default standard: Int, in range: ClosedRange<Int>) -> Int {
        guard let node = table.entries[key] else { return standard }
        guard case .integer(let value) = node.value else {
            refuseKind(node, "整数", "an integer")
            return standard
        }
        guard range.contains(value) else {
            refuseRange(node, "\(value)", "\(range.lowerBound)", "\(range.upperBound)")
            return standard
        }
        return value
    }

    func number(_ key: String, default standard: Double, in range: ClosedRange<Double>) -> Double {
        guard let node = table.entries[key] else { return standard }
        guard let value = decimal(node) else { return standard }
        guard range.contains(value) else {
            refuseRange(node, "\(value)", "\(range.lowerBound)", "\(range.upperBound)")
            return standard
        }
        return value
    }

    /// Seconds, whole or with a fraction down to milliseconds.
    /// Seconds, decimals allowed; `nil` where the key is not there.
    func seconds(_ key: String, in range: ClosedRange<Int>) -> ElapsedTime? {
        guard table.entries[key] != nil else { return nil }
        return seconds(key, default: ElapsedTime(seconds: Int64(range.lowerBound)), in: range)
    }

    func seconds(
        _ key: String, default standard: ElapsedTime, in range: ClosedRange<Int>
    ) -> ElapsedTime {
        guard let node = table.entries[key] else { return standard }
        guard let value = decimal(node) else { return standard }
        guard value >= Double(range.lowerBound), value <= Double(range.upperBound) else {
            refuseRange(node, "\(value)", "\(range.lowerBound)", "\(range.upperBound)")
            return standard
        }
        return ElapsedTime(milliseconds: Int64((value * 1_000).rounded()))
    }

    func flag(_ key: String, default standard: Bool) -> Bool {
        guard let node = table.entries[key] else { return standard }
        guard case .flag(let value) = node.value else {
            refuseKind(node, "布尔值", "true or false")
            return standard
        }
        return value
    }

    /// One of a closed list of words.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ key: String, default standard: Word) -> Word {
        optionalWord(key) ?? standard
    }

    func optionalWord<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String, _: Word.Type = Word.self
    ) -> Word? {
        guard let text = text(key) else { return nil }
        if let word = Word(rawValue: text) { return word }
        refuseWord(key, text, known: Word.allCases.map(\.rawValue))
        return nil
    }

    func refuseWord(_ key: String, _ text: String, known: [String]) {
        let list = known.joined(separator: " | ")
        report.refuse(place(key), "未知的值“\(text)”；可用：\(list)", "unknown value \"\(text)\"; use \(list)")
    }

    // MARK: lists and tables

    /// The texts of a list, each with its own place.
    func texts(_ key: String) -> [(text: String, place: ConfigurationPlace)] {
        guard let node = table.entries[key] else { return [] }
        guard case .list(let nodes) = node.value else {
            refuseKind(node, "文本列表", "a list of texts")
            return []
        }
        return nodes.compactMap { entry in
            if let text = entry.text { return (text, entry.place) }
            refuseKind(entry, "文本", "text")
            return nil
        }
    }

    /// `[name]`, or an empty one where the file has none.
    func section(_ key: String) -> ConfigurationTable {
        let empty = ConfigurationTable(place: place(key), entries: [:])
        guard let node = table.entries[key] else { return empty }
        guard let inner = node.table else {
            refuseKind(node, "表 [\(node.place.key)]", "a table, [\(node.place.key)]")
            return empty
        }
        return inner
    }

    /// The entries of `[[name]]`.
    func sections(_ key: String) -> [ConfigurationTable] {
        guard let node = table.entries[key] else { return [] }
        let name = node.place.key
        guard case .list(let nodes) = node.value else {
            refuseKind(node, "表的列表 [[\(name)]]", "a list of tables, [[\(name)]]")
            return []
        }
        return nodes.compactMap { entry in
            if let inner = entry.table { return inner }
            refuseKind(entry, "表 [[\(name)]]", "a table, [[\(name)]]")
            return nil
        }
    }

    // MARK: refusals

    func refuseKind(_ node: ConfigurationNode, _ chinese: String, _ english: String) {
        report.refuse(
            node.place, "应为\(chinese)，实为\(node.kind.chinese)",
            "expected \(english), found \(node.kind.english)")
    }

    private func decimal(_ node: ConfigurationNode) -> Double? {
        switch node.value {
        case .integer(let value): return Double(value)
        case .number(let value) where value.isFinite: return value
        default:
            refuseKind(node, "数字", "a number")
            return nil
        }
    }

    private func refuseRange(_ node: ConfigurationNode, _ value: String, _ low: String, _ high: String) {
        report.refuse(
            node.place, "\(value) 超出范围 \(low)…\(high)", "\(value) is out of range \(low)...\(high)")
    }
}
