import AssetModel

/// Walks TOML text and notes where keys, list entries and table headers begin.
struct SourceScan {
    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    /// How many `[[name]]` headers were met, by path.
    private var entries: [String: Int] = [:]
    private var statement = (offset: 0, line: 1)
    private var nesting = 0
    private(set) var lines: [String: Int] = [:]
    private(set) var fault: KeyLines.Fault?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func run() {
        var header: [String] = []
        while true {
            skipBlank(newlines: true)
            guard let next = peek else { return }
            let before = at
            statement = (at, line)
            if next == UInt8(ascii: "[") { header = takeHeader() } else { takePair(under: header) }
            if at == before { advance() }
        }
    }

    // MARK: tables, pairs and values

    /// `[a.b]` or `[[a.b]]`; gives the path that the pairs below belong to.
    private mutating func takeHeader() -> [String] {
        advance()
        let isEntry = peek == UInt8(ascii: "[")
        if isEntry { advance() }
        skipBlank(newlines: false)
        if let next = peek, next != UInt8(ascii: "]"), !SourceScan.beginsKey.contains(next) {
            stop("表头缺少键名", "a header must begin with a key")
        }
        let keys = takeKeys()
        while let next = peek, next == UInt8(ascii: "]") { advance() }
        var path: [String] = []
        for (index, key) in keys.enumerated() {
            path.append(key)
            let identity = KeyLines.identity(path)
            if isEntry && index == keys.count - 1 {
                note(path)
                let count = entries[identity, default: 0]
                entries[identity] = count + 1
                path.append(KeyLines.element(count))
            } else if let count = entries[identity] {
                path.append(KeyLines.element(count - 1))
            }
        }
        note(path)
        return path
    }

    /// `a.b = value`
    private mutating func takePair(under header: [String]) {
        var path = header
        for key in takeKeys() {
            path.append(key)
            note(path)
        }
        skipBlank(newlines: false)
        guard peek == UInt8(ascii: "=") else { return }
        advance()
        skipBlank(newlines: false)
        takeValue(of: path)
    }

    private mutating func takeValue(of path: [String]) {
        nesting += 1
        defer { nesting -= 1 }
        // The reader refuses this itself, so there is nothing to find behind it.
        if nesting > KeyLines.nestingMax { at = bytes.count }
        switch peek {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString()
        case UInt8(ascii: "["): takeList(of: path)
        case UInt8(ascii: "{"): takeInlineTable(of: path)
        default: takeWord()
        }
    }

    /// A number, `true` or `false`.
    private mutating func takeWord() {
        let start = at
        while let next = peek, !SourceScan.endsValue.contains(next) { advance() }
        var word = bytes[start..<at]
        while let last = word.last, " \t\r".utf8.contains(last) { word.removeLast() }
        if !SourceScan.isValue(word) {
            stop("无法识别的值：文本须加引号，不使用日期", "not a value: text needs quotes, and no key takes a date")
        }
    }

    /// Lets everything pass that may be a number: the reader decides which of them are.
    private static func isValue(_ word: ArraySlice<UInt8>) -> Bool {
        let isSigned = word.first == UInt8(ascii: "+") || word.first == UInt8(ascii: "-")
        let body = isSigned ? word.dropFirst() : word
        switch String(decoding: body, as: UTF8.self) {
        case "true", "false": return !isSigned
        case "inf", "nan": return true
        default: break
        }
        guard let first = body.first, (0x30...0x39).contains(first) else { return false }
        if body.count > 2, "xob".utf8.contains(body[body.startIndex + 1]) {
            return !isSigned && first == 0x30
                && body.dropFirst(2).allSatisfy { HexDigit.value(of: $0) != nil || $0 == UInt8(ascii: "_") }
        }
        var previous = first
        for byte in body {
            let isExponentSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            if isExponentSign ? previous | 0x20 != UInt8(ascii: "e") : !"0123456789_.eE".utf8.contains(byte) {
                return false
            }
            previous = byte
        }
        return true
    }

    private mutating func takeList(of path: [String]) {
        advance()
        var index = 0
        while true {
            skipBlank(newlines: true)
            guard let next = peek else { return }
            if next == UInt8(ascii: "]") { return advance() }
            if next == UInt8(ascii: ",") {
                advance()
                continue
            }
            let before = at
            let entry = path + [KeyLines.element(index)]
            note(entry)
            takeValue(of: entry)
            index += 1
            if at == before { advance() }
        }
    }

    private mutating func takeInlineTable(of path: [String]) {
        advance()
        while true {
            skipBlank(newlines: true)
            guard let next = peek else { return }
            if next == UInt8(ascii: "}") { return advance() }
            let before = at
            if next != UInt8(ascii: ",") { takePair(under: path) }
            if at == before { advance() }
        }
    }

    // MARK: words

    /// Dotted keys, bare or quoted. Escapes in quoted keys are not resolved: such a key takes its table's
    /// line.
    private mutating func takeKeys() -> [String] {
        var keys: [String] = []
        while true {
            skipBlank(newlines: false)
            let start = at
            if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") {
                skipString()
                keys.append(text(start + 1, at - 1))
            } else {
                while let next = peek, !SourceScan.endsKey.contains(next) { advance() }
                keys.append(text(start, at))
            }
            skipBlank(newlines: false)
            guard peek == UInt8(ascii: ".") else { return keys }
            advance()
            if keys.count == KeyLines.dottedKeysMax {
                stop("点分键过长", "more than \(KeyLines.dottedKeysMax) dotted keys")
            }
        }
    }

    /// `"…"`, `'…'`, `"""…"""`, `'''…'''`; only the double-quoted ones have escapes.
    private mutating func skipString() {
        guard let quote = peek else { return }
        let escapes = quote == UInt8(ascii: "\"")
        let isLong = isTripled(quote)
        for _ in 0..<(isLong ? 3 : 1) { advance() }
        while let next = peek {
            if escapes && next == UInt8(ascii: "\\") {
                advance()
                advance()
            } else if next == quote && (!isLong || isTripled(quote)) {
                break
            } else {
                advance()
            }
        }
        for _ in 0..<(isLong ? 3 : 1) { advance() }
        // A long string may end in one or two quotes of its own before the closing three.
        while isLong, peek == quote { advance() }
    }

    private func isTripled(_ quote: UInt8) -> Bool {
        at + 2 < bytes.count && bytes[at] == quote && bytes[at + 1] == quote && bytes[at + 2] == quote
    }

    /// Spaces, tabs and comments; line ends where they mean nothing.
    private mutating func skipBlank(newlines: Bool) {
        while let next = peek {
            if next == UInt8(ascii: "#") && newlines {
                while let inner = peek, inner != UInt8(ascii: "\n") { advance() }
            } else if SourceScan.blanks.contains(next) || (newlines && next == UInt8(ascii: "\n")) {
                advance()
            } else if next == UInt8(ascii: "\r"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "\n") {
                advance()
            } else {
                return
            }
        }
    }

    /// Ends the scan at a statement that the reader must not see.
    private mutating func stop(_ chinese: String, _ english: String) {
        if fault == nil {
            fault = KeyLines.Fault(
                offset: statement.offset, line: statement.line, chinese: chinese, english: english)
        }
        at = bytes.count
    }

    private static let blanks = Set(" \t".utf8)
    private static let beginsKey = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_\"'".utf8)
    private static let endsKey = Set(" \t\r\n.=]}[{,#".utf8)
    private static let endsValue = Set(",]}#\n".utf8)

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func advance() {
        guard at < bytes.count else { return }
        if bytes[at] == UInt8(ascii: "\n") { line += 1 }
        at += 1
    }

    private func text(_ from: Int, _ to: Int) -> String {
        from < to ? String(decoding: bytes[from..<to], as: UTF8.self) : ""
    }

    private mutating func note(_ path: [String]) {
        let identity = KeyLines.identity(path)
        if lines[identity] == nil { lines[identity] = line }
    }
}
