import AssetModel

/// Walks over a JSON text in one pass, without building it and without allocating: the hot formats and replay
/// files.
///
///     try json.enterObject()
///     while let key = try json.nextKey() {
///         switch key {
///         case "antennaPort": port = try json.number()
///         default: try json.skip()
///         }
///     }
///     try json.finish()
///
/// A byte order mark in front is passed over, as RFC 8259 §8.1 allows; offsets count it.
/// After a key or an element exactly one value is to be taken (`string`, `number`, `bool`, `null`, `skip`, or
/// entering a container and walking to its end). The grammar is RFC 8259, kept in skipped values too; nesting
/// is bounded; no byte outside the text is ever read. Not checked here: UTF-8 (see ``UTF8Check``) and keys
/// that occur twice (both are reported; callers let the last win).
package struct JSONCursor {
    /// Containers open at once. Readers nest three deep; 64 is one bit each in a machine word.
    package static let depthMax = 64

    let bytes: UnsafeRawBufferPointer
    /// The next byte to look at.
    package private(set) var offset = 0
    private var depth = 0
    /// One bit for each open container, the innermost lowest: 1 for an object.
    private var objects: UInt64 = 0
    /// The innermost container was just opened: no comma before its first member.
    private var isFresh = false

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        if JSONCursor.hasByteOrderMark(bytes) { offset = 3 }
    }

    /// U+FEFF in UTF-8.
    @inline(__always)
    private static func hasByteOrderMark(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    }

    /// What stands next. The value itself may still turn out to be malformed.
    package mutating func kind() throws(JSONFault) -> JSONKind {
        skipSpace()
        switch peek() {
        case 0x22: return .string
        case 0x7B: return .object
        case 0x5B: return .array
        case 0x2D, 0x30...0x39: return .number
        case 0x74, 0x66: return .bool
        case 0x6E: return .null
        default: throw fault()
        }
    }

    package mutating func enterObject() throws(JSONFault) {
        try open(0x7B, isObject: true)
    }

    package mutating func enterArray() throws(JSONFault) {
        try open(0x5B, isObject: false)
    }

    /// The next key of the innermost object, its colon taken too; `nil` once its closing brace is taken.
    package mutating func nextKey() throws(JSONFault) -> JSONString? {
        skipSpace()
        if take(0x7D) {
            guard depth > 0, objects & 1 == 1 else { throw fault() }
            close()
            return nil
        }
        try takeComma()
        let key = try string()
        skipSpace()
        guard take(0x3A) else { throw fault() }
        return key
    }

    /// Whether the innermost array has another element, which then stands next; `false` once `]` is taken.
    package mutating func nextElement() throws(JSONFault) -> Bool {
        skipSpace()
        if take(0x5D) {
            guard depth > 0, objects & 1 == 0 else { throw fault() }
            close()
            return false
        }
        try takeComma()
        return true
    }

    package mutating func string() throws(JSONFault) -> JSONString {
        skipSpace()
        guard take(0x22) else { throw fault() }
        let start = offset
        offset = endOfPlainText()
        if peek() == 0x22 {
            let text = JSONString(raw: taken(since: start), hasEscapes: false, offset: start)
            offset &+= 1
            return text
        }
        return try restOfString(from: start)
    }

    /// A string with an escape in it, or one that never ends.
    private mutating func restOfString(from start: Int) throws(JSONFault) -> JSONString {
        var hasEscapes = false
        while true {
            offset = endOfPlainText()
            let byte = peek()
            if byte == 0x22 { break }
            guard byte == 0x5C else { throw fault() }
            hasEscapes = true
            try takeEscape()
        }
        let text = JSONString(raw: taken(since: start), hasEscapes: hasEscapes, offset: start)
        offset &+= 1
        return text
    }

    package mutating func bool() throws(JSONFault) -> Bool {
        skipSpace()
        if peek() == 0x74 {
            try takeWord("true")
            return true
        }
        try takeWord("false")
        return false
    }

    package mutating func null() throws(JSONFault) {
        skipSpace()
        try takeWord("null")
    }

    /// Takes one value of any kind and returns where it stood, without the space around it.
    @discardableResult
    package mutating func skip() throws(JSONFault) -> Range<Int> {
        skipSpace()
        let start = offset
        let outside = depth
        try takeValueOrOpen()
        while depth > outside {
            if objects & 1 == 1 {
                if try nextKey() != nil { try takeValueOrOpen() }
            } else if try nextElement() {
                try takeValueOrOpen()
            }
        }
        return start..<offset
    }

    /// Only space may stand after the value.
    package mutating func finish() throws(JSONFault) {
        skipSpace()
        guard offset == bytes.count, depth == 0 else { throw fault() }
    }

    @inline(__always)
    var isAtEnd: Bool { offset == bytes.count }

    /// Bytes of the text, as a range from ``skip()`` names them.
    package func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[range])
    }
}

extension JSONCursor {
    /// Goes on behind a value that somebody else has read.
    @inline(__always)
    mutating func resume(at end: Int) {
        offset = end
        isFresh = false
    }

    /// The bytes from `start`, an earlier `offset`, up to here: in range by how both came about, so not
    /// checked again.
    @inline(__always)
    func taken(since start: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes.baseAddress.map { $0 + start }, count: offset &- start)
    }

    func fault(_ reason: Rejection.Reason = .malformedJSON) -> JSONFault {
        JSONFault(reason: reason, offset: offset)
    }

    /// The next byte, or NUL at the end: NUL may stand nowhere in JSON, so both are refused alike.
    @inline(__always)
    func peek() -> UInt8 {
        offset < bytes.count ? bytes[offset] : 0
    }

    @inline(__always)
    mutating func advance() {
        offset &+= 1
    }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte, offset < bytes.count else { return false }
        offset &+= 1
        return true
    }

    @inline(__always)
    mutating func skipSpace() {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            offset &+= 1
        }
    }

    private mutating func open(_ bracket: UInt8, isObject: Bool) throws(JSONFault) {
        skipSpace()
        guard take(bracket) else { throw fault() }
        guard depth < JSONCursor.depthMax else { throw fault(.nestedTooDeep) }
        depth &+= 1
        objects = objects << 1 | (isObject ? 1 : 0)
        isFresh = true
    }

    private mutating func close() {
        depth &-= 1
        objects >>= 1
        isFresh = false
    }

    /// The comma between members; none before the first.
    @inline(__always)
    private mutating func takeComma() throws(JSONFault) {
        if isFresh {
            isFresh = false
            return
        }
        guard depth > 0, take(0x2C) else { throw fault() }
    }

    private mutating func takeValueOrOpen() throws(JSONFault) {
        switch try kind() {
        case .object: try enterObject()
        case .array: try enterArray()
        case .string: _ = try string()
        case .number: _ = try number()
        case .bool: _ = try bool()
        case .null: try null()
        }
    }

    private mutating func takeWord(_ word: StaticString) throws(JSONFault) {
        let count = word.utf8CodeUnitCount
        guard count <= bytes.count - offset,
            word.withUTF8Buffer({ $0.elementsEqual(slice(offset..<offset + count)) })
        else { throw fault() }
        offset &+= count
    }

    /// `\` and what belongs to it; four hex digits after `\u`.
    private mutating func takeEscape() throws(JSONFault) {
        advance()
        switch peek() {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            advance()
        case 0x75:
            advance()
            for _ in 0..<4 {
                guard ASCIIHex.value(of: peek()) <= 0xF else { throw fault() }
                advance()
            }
        default:
            throw fault()
        }
    }

    /// Where the next quote, backslash or control character stands, or the end. Eight bytes at a time: in
    /// each of the three masks the lowest flagged byte is a true hit, since a borrow only runs upward from a
    /// true hit.
    @inline(__always)
    private func endOfPlainText() -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var at = offset
        while at &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let slash = word ^ (ones &* 0x5C)
            let hits =
                ((quote &- ones) & ~quote | (slash &- ones) & ~slash | (word &- ones &* 0x20) & ~word) & tops
            if hits != 0 { return at &+ hits.trailingZeroBitCount >> 3 }
            at &+= 8
        }
        while at < bytes.count {
            let byte = bytes[at]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { return at }
            at &+= 1
        }
        return at
    }
}
