/// A JSON string as it stands in the payload. Valid only as long as the payload it points into.
package struct JSONString {
    /// The bytes between the quotes, escapes not resolved.
    package let raw: UnsafeRawBufferPointer
    /// A backslash stands somewhere in `raw`.
    package let hasEscapes: Bool
    /// Where the first byte after the opening quote stands in the payload.
    package let offset: Int

    /// Where the closing quote stands in the payload.
    var end: Int { offset + raw.count }

    init(raw: UnsafeRawBufferPointer, hasEscapes: Bool, offset: Int) {
        self.raw = raw
        self.hasEscapes = hasEscapes
        self.offset = offset
    }

    /// The text as UTF-8 with its escapes resolved. A lone surrogate escape becomes U+FFFD.
    package var bytes: [UInt8] {
        hasEscapes ? JSONString.resolved(raw) : Array(raw)
    }

    package var string: String {
        hasEscapes ? String(decoding: bytes, as: UTF8.self) : String(decoding: raw, as: UTF8.self)
    }

    /// How long the text is in UTF-8, its escapes resolved.
    var byteCount: Int { hasEscapes ? bytes.count : raw.count }

    /// Hands over the text as UTF-8 with its escapes resolved; costs no allocation unless escapes were used.
    @inline(__always)
    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        hasEscapes ? bytes.withUnsafeBytes(body) : body(raw)
    }

    /// Compares with a name from the vendor's documentation; costs no allocation unless escapes were used.
    @inline(__always)
    package func equals(_ name: StaticString) -> Bool {
        if hasEscapes { return equalsResolved(name) }
        guard raw.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { JSONString.sameBytes(raw, UnsafeRawBufferPointer($0)) }
    }

    /// Lets a `switch` over keys read like the vendor's table: `case "antennaPort":`.
    @inline(__always)
    package static func ~= (name: StaticString, text: JSONString) -> Bool {
        text.equals(name)
    }

    private func equalsResolved(_ name: StaticString) -> Bool {
        let resolved = bytes
        return name.withUTF8Buffer { $0.elementsEqual(resolved) }
    }

    /// Both of the same length, eight bytes at a time.
    @inline(__always)
    private static func sameBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        var at = 0
        while at &+ 8 <= left.count {
            let ours = left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let theirs = right.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            if ours != theirs { return false }
            at &+= 8
        }
        while at < left.count {
            if left[at] != right[at] { return false }
            at &+= 1
        }
        return true
    }
}

extension JSONString {
    /// The escapes were checked when the string was scanned, so nothing can fail here; still no read passes
    /// the end.
    private static func resolved(_ raw: UnsafeRawBufferPointer) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(raw.count)
        var at = 0
        while at < raw.count {
            if raw[at] != 0x5C || at + 1 >= raw.count {
                text.append(raw[at])
                at += 1
            } else if raw[at + 1] == 0x75 {
                let (scalar, length) = scalarEscape(raw, at: at)
                text.append(contentsOf: Array(String(Character(scalar)).utf8))
                at += length
            } else {
                text.append(plainEscape(raw[at + 1]))
                at += 2
            }
        }
        return text
    }

    /// The byte that a one-letter escape stands for: `\n`, `\"`, …
    private static func plainEscape(_ letter: UInt8) -> UInt8 {
        switch letter {
        case 0x62: return 0x08
        case 0x66: return 0x0C
        case 0x6E: return 0x0A
        case 0x72: return 0x0D
        case 0x74: return 0x09
        default: return letter
        }
    }

    /// `\uXXXX`, or a surrogate pair of two of them, and the number of bytes it takes.
    private static func scalarEscape(_ raw: UnsafeRawBufferPointer, at: Int) -> (Unicode.Scalar, Int) {
        let unknown: Unicode.Scalar = "\u{FFFD}"
        guard let first = codeUnit(raw, at: at) else { return (unknown, 6) }
        if first & 0xFC00 == 0xD800, let second = codeUnit(raw, at: at + 6), second & 0xFC00 == 0xDC00 {
            let value = 0x10000 + (first & 0x3FF) << 10 + second & 0x3FF
            return (Unicode.Scalar(value) ?? unknown, 12)
        }
        return (Unicode.Scalar(first) ?? unknown, 6)
    }

    private static func codeUnit(_ raw: UnsafeRawBufferPointer, at: Int) -> UInt32? {
        guard at + 6 <= raw.count, raw[at] == 0x5C, raw[at + 1] == 0x75 else { return nil }
        var value: UInt32 = 0
        for index in (at + 2)..<(at + 6) {
            let nibble = ASCIIHex.value(of: raw[index])
            guard nibble <= 0xF else { return nil }
            value = value << 4 | UInt32(nibble)
        }
        return value
    }
}
