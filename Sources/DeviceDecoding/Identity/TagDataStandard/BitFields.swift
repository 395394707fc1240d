import AssetModel

/// Takes fields of bits off the front of some bytes, most significant bit first.
struct BitFieldReader {
    private let bytes: [UInt8]
    /// Bits taken so far.
    private(set) var offsetBits = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var remainingBits: Int { bytes.count * 8 - offsetBits }

    /// The next `width` bits, 0...64 of them.
    ///
    /// - Throws: `identityLength` at the end of the bits where there are fewer.
    mutating func take(_ width: Int) throws(Rejection) -> UInt64 {
        precondition((0...64).contains(width), "a field of \(width) bits")
        guard width <= remainingBits else { throw Rejection(.identityLength, offset: bytes.count * 2) }
        var value: UInt64 = 0
        let end = offsetBits + width
        while offsetBits < end {
            // As many bits as the byte and the field both have left.
            let count = min(8 - offsetBits % 8, end - offsetBits)
            let shifted = bytes[offsetBits / 8] >> UInt8(8 - offsetBits % 8 - count)
            value = value << UInt64(count) | UInt64(shifted & (0xFF >> UInt8(8 - count)))
            offsetBits += count
        }
        return value
    }

    /// The next `width` bits, 0...128 of them.
    mutating func takeWide(_ width: Int) throws(Rejection) -> UInt128 {
        let high = width > 64 ? try take(width - 64) : 0
        return UInt128(high) << 64 | UInt128(try take(min(width, 64)))
    }

    /// Whether nothing but zero bits, or nothing at all, is left.
    var restIsZero: Bool {
        guard remainingBits > 0 else { return true }
        let first = bytes[offsetBits / 8] << UInt8(offsetBits % 8)
        return first == 0 && bytes[(offsetBits / 8 + 1)...].allSatisfy { $0 == 0 }
    }

    /// The refusal of the field that begins at this bit; offsets count hex digits.
    static func refusal(ofBit bit: Int) -> Rejection {
        Rejection(.malformedIdentity, offset: bit / 4)
    }
}

/// Puts fields of bits behind each other, most significant bit first.
struct BitFieldWriter {
    private(set) var bytes: [UInt8] = []
    private(set) var bitCount = 0

    init() {}

    /// - Precondition: the value fits the width.
    mutating func append(_ value: UInt64, width: Int) {
        precondition(width >= 64 || value >> UInt64(width) == 0, "\(value) in \(width) bits")
        for index in 0..<width {
            if bitCount % 8 == 0 { bytes.append(0) }
            let bit = value >> UInt64(width - 1 - index) & 1
            bytes[bitCount / 8] |= UInt8(bit) << UInt8(7 - bitCount % 8)
            bitCount += 1
        }
    }

    /// The bits with zeros up to the next 16-bit word, as a tag stores them.
    var wholeWords: [UInt8] {
        bytes + [UInt8](repeating: 0, count: bytes.count % 2)
    }
}
