/// Tells whether a payload is UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
package enum UTF8Check {
    /// The offset of the first byte that cannot stand there, or `nil` for a good text. Plain ASCII goes 32
    /// bytes at a time.
    package static func firstFault(in bytes: UnsafeRawBufferPointer) -> Int? {
        var at = asciiEnd(in: bytes, from: 0)
        while at < bytes.count {
            guard let length = sequenceLength(in: bytes, at: at) else { return at }
            at += length
            if at < bytes.count, bytes[at] < 0x80 { at = asciiEnd(in: bytes, from: at) }
        }
        return nil
    }

    /// Where the first byte above 0x7F stands, or the end.
    @inline(__always)
    private static func asciiEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        let tops: UInt64 = 0x8080_8080_8080_8080
        var at = start
        while at &+ 32 <= bytes.count {
            let first = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let second = bytes.loadUnaligned(fromByteOffset: at &+ 8, as: UInt64.self)
            let third = bytes.loadUnaligned(fromByteOffset: at &+ 16, as: UInt64.self)
            let fourth = bytes.loadUnaligned(fromByteOffset: at &+ 24, as: UInt64.self)
            if (first | second | third | fourth) & tops != 0 { break }
            at &+= 32
        }
        while at < bytes.count, bytes[at] < 0x80 { at &+= 1 }
        return at
    }

    /// Bytes of the sequence that starts here, 1...4; `nil` where none can.
    private static func sequenceLength(in bytes: UnsafeRawBufferPointer, at: Int) -> Int? {
        let lead = bytes[at]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard length <= bytes.count - at, second.contains(bytes[at + 1]) else { return nil }
        for index in (at + 2)..<max(at + 2, at + length) where bytes[index] & 0xC0 != 0x80 { return nil }
        return length
    }
}
