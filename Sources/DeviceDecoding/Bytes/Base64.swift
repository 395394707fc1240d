/// Base64 of RFC 4648: the standard and the URL alphabet, padded or not.
enum Base64 {
    /// 0...63, or 0xFF for anything outside both alphabets (the padding too).
    @inline(__always)
    static func sextet(of ascii: UInt8) -> UInt8 {
        switch ascii {
        case 0x41...0x5A: return ascii &- 0x41
        case 0x61...0x7A: return ascii &- 0x61 &+ 26
        case 0x30...0x39: return ascii &- 0x30 &+ 52
        case 0x2B, 0x2D: return 62
        case 0x2F, 0x5F: return 63
        default: return 0xFF
        }
    }

    /// Number of symbols before the padding; `nil` where padding or length cannot be right.
    static func symbolCount(of text: UnsafeRawBufferPointer) -> Int? {
        var count = text.count
        while count > 0, text.count - count < 2, text[count - 1] == 0x3D { count -= 1 }
        let isPadded = count < text.count
        guard count % 4 != 1, !isPadded || text.count % 4 == 0 else { return nil }
        return count
    }

    /// The bytes, or the offset of the first symbol that cannot stand there.
    static func bytes(of text: UnsafeRawBufferPointer) -> Decoded {
        guard let count = symbolCount(of: text) else { return .fault(offset: text.count) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var held = 0
        for index in 0..<count {
            let sextet = sextet(of: text[index])
            guard sextet <= 63 else { return .fault(offset: index) }
            bits = bits << 6 | UInt32(sextet)
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
            }
        }
        return .bytes(bytes)
    }

    enum Decoded {
        case bytes([UInt8])
        case fault(offset: Int)
    }
}
