import TOMLKit

/// A value of the configuration with the place it stands at.
struct ConfigurationNode {
    var place: ConfigurationPlace
    var value: Value

    indirect enum Value {
        case text(String)
        case integer(Int)
        case number(Double)
        case flag(Bool)
        case list([ConfigurationNode])
        case table(ConfigurationTable)
        /// A TOML date or time; no key takes one.
        case moment
    }

    var table: ConfigurationTable? {
        if case .table(let table) = value { return table }
        return nil
    }

    var text: String? {
        if case .text(let text) = value { return text }
        return nil
    }

    /// What a wrong type is called in a refusal: Chinese, English.
    var kind: (chinese: String, english: String) {
        switch value {
        case .text: return ("文本", "text")
        case .integer: return ("整数", "an integer")
        case .number: return ("小数", "a decimal number")
        case .flag: return ("布尔值", "true or false")
        case .list: return ("列表", "a list")
        case .table: return ("表", "a table")
        case .moment: return ("日期时间", "a date or time")
        }
    }
}

struct ConfigurationTable {
    var place: ConfigurationPlace
    var entries: [String: ConfigurationNode]

    /// Keys in the order of the file.
    var keys: [String] {
        entries.sorted { ($0.value.place.line, $0.key) < ($1.value.place.line, $1.key) }.map(\.key)
    }
}

extension ConfigurationTable {
    /// Reads TOML text into places and values; what is wrong with the text itself goes into the report.
    /// - Returns: `nil` where the text is not TOML.
    static func read(_ text: String, report: ProblemReport) -> ConfigurationTable? {
        guard isWithoutNUL(text, report: report) else { return nil }
        let lines = KeyLines(scanning: text)
        let readable = String(
            decoding: text.utf8.prefix(lines.fault?.offset ?? text.utf8.count), as: UTF8.self)
        do {
            let root = try TOMLTable(string: readable)
            guard let fault = lines.fault else { return table(root, at: [], key: "", lines: lines) }
            let written = line(fault.line, of: text)
            report.refuse(
                ConfigurationPlace(key: keyWritten(in: written), line: fault.line), fault.chinese,
                fault.english)
        } catch let error as TOMLParseError {
            refuse(error, in: text, report: report)
        } catch {
            report.refuse(
                ConfigurationPlace(key: "toml", line: 1), "无法读取 TOML", "not readable as TOML: \(error)")
        }
        return nil
    }

    /// The TOML reader takes C strings: what stands behind a NUL would silently be left out.
    private static func isWithoutNUL(_ text: String, report: ProblemReport) -> Bool {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let lower = line.lowercased()
            guard lower.utf8.contains(0) || lower.contains("\\u0000") else { continue }
            report.refuse(
                ConfigurationPlace(key: keyWritten(in: line), line: index + 1), "不允许 NUL 字符",
                "a NUL character is not allowed")
            return false
        }
        return true
    }

    private static func refuse(_ error: TOMLParseError, in text: String, report: ProblemReport) {
        let (line, column) = (max(error.source.begin.line, 1), error.source.begin.column)
        report.refuse(
            ConfigurationPlace(key: keyWritten(in: self.line(line, of: text)), line: line),
            "第 \(column) 列 TOML 语法错误",
            "column \(column): \(error.description)")
    }

    private static func line(_ number: Int, of text: String) -> Substring {
        let source = text.split(separator: "\n", omittingEmptySubsequences: false)
        return source.indices.contains(number - 1) ? source[number - 1] : ""
    }

    /// The key or header a line seems to begin with, for problems found before there are keys.
    private static func keyWritten(in line: some StringProtocol) -> String {
        let key = line.prefix { $0 != "=" && $0 != "#" }.filter { !" \t\r[]{}".contains($0) }
        return key.isEmpty ? "toml" : String(key.prefix(64))
    }

    private static func table(
        _ table: TOMLTable, at path: [String], key: String, lines: KeyLines
    ) -> ConfigurationTable {
        let place = ConfigurationPlace(key: key, line: lines.line(of: path))
        var entries: [String: ConfigurationNode] = [:]
        for name in table.keys {
            guard let value = table[name] else { continue }
            entries[name] = node(value, at: path + [name], key: place.child(name).key, lines: lines)
        }
        return ConfigurationTable(place: place, entries: entries)
    }

    private static func node(
        _ value: any TOMLValueConvertible, at path: [String], key: String, lines: KeyLines
    ) -> ConfigurationNode {
        let place = ConfigurationPlace(key: key, line: lines.line(of: path))
        return ConfigurationNode(place: place, value: content(of: value, at: path, key: key, lines: lines))
    }

    private static func content(
        of value: any TOMLValueConvertible, at path: [String], key: String, lines: KeyLines
    ) -> ConfigurationNode.Value {
        if let text = value.string { return .text(text) }
        if let integer = value.int { return .integer(integer) }
        if let number = value.double { return .number(number) }
        if let flag = value.bool { return .flag(flag) }
        if let inner = value.table { return .table(table(inner, at: path, key: key, lines: lines)) }
        guard let list = value.array else { return .moment }
        var nodes: [ConfigurationNode] = []
        for index in 0..<list.count {
            nodes.append(node(list[index], at: path + ["#\(index)"], key: key, lines: lines))
        }
        return .list(nodes)
    }
}
