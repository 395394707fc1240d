/// Whether bytes are one JSON text by RFC 8259. Written apart from the decoder, and slowly, so that both can
/// hardly be wrong in the same way.
struct JSONGrammar {
    private let bytes: [UInt8]
    private var at = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    static func isText(_ bytes: [UInt8]) -> Bool {
        var grammar = JSONGrammar(bytes)
        return grammar.takeText() && grammar.at == bytes.count
    }

    /// One text on each line that is not blank, at least one; the first of them may span several lines.
    static func isLines(_ bytes: [UInt8]) -> Bool {
        var grammar = JSONGrammar(bytes)
        guard grammar.takeText() else { return false }
        if grammar.at == bytes.count { return true }
        // The space behind the first text has been taken, a line end among it.
        return bytes[..<grammar.at].last { !isBlank($0) || $0 == lineFeed } == lineFeed
    }

    private static let lineFeed: UInt8 = 0x0A

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private mutating func takeText() -> Bool {
        takeBlank()
        guard takeValue(depth: 0) else { return false }
        takeBlank()
        return true
    }

    private mutating func takeBlank() {
        while at < bytes.count, JSONGrammar.isBlank(bytes[at]) { at += 1 }
    }

    private mutating func take(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            guard bytes[at...].starts(with: text) else { return false }
            at += text.count
            return true
        }
    }

    private mutating func takeValue(depth: Int) -> Bool {
        // Deeper than any decoder goes; the recursion has to end somewhere.
        guard at < bytes.count, depth < 1_000 else { return false }
        switch bytes[at] {
        case 0x7B: return takeMembers(depth: depth)
        case 0x5B: return takeElements(depth: depth)
        case 0x22: return takeString()
        case 0x74: return take("true")
        case 0x66: return take("false")
        case 0x6E: return take("null")
        default: return takeNumber()
        }
    }

    private mutating func takeMembers(depth: Int) -> Bool {
        at += 1
        takeBlank()
        if take("}") { return true }
        while true {
            takeBlank()
            guard at < bytes.count, bytes[at] == 0x22, takeString() else { return false }
            takeBlank()
            guard take(":") else { return false }
            takeBlank()
            guard takeValue(depth: depth + 1) else { return false }
            takeBlank()
            if take("}") { return true }
            guard take(",") else { return false }
        }
    }

    private mutating func takeElements(depth: Int) -> Bool {
        at += 1
        takeBlank()
        if take("]") { return true }
        while true {
            takeBlank()
            guard takeValue(depth: depth + 1) else { return false }
            takeBlank()
            if take("]") { return true }
            guard take(",") else { return false }
        }
    }

    private mutating func takeString() -> Bool {
        at += 1
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == 0x22 { return true }
            if byte < 0x20 { return false }
            if byte == 0x5C, !takeEscape() { return false }
        }
        return false
    }

    private mutating func takeEscape() -> Bool {
        guard at < bytes.count else { return false }
        let letter = bytes[at]
        at += 1
        guard letter == 0x75 else { return Array("\"\\/bfnrt".utf8).contains(letter) }
        guard at + 4 <= bytes.count else { return false }
        let digits = bytes[at..<(at + 4)]
        at += 4
        return digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    }

    private mutating func takeNumber() -> Bool {
        _ = take("-")
        if !take("0") {
            guard takeDigits() else { return false }
        }
        if take("."), !takeDigits() { return false }
        guard take("e") || take("E") else { return true }
        if !take("+") { _ = take("-") }
        return takeDigits()
    }

    private mutating func takeDigits() -> Bool {
        let start = at
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
        return at > start
    }
}
