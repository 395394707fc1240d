/// Takes fields of bits off the front of a tag's memory, most significant bit first.
struct BitFieldReader {
    let bits: TagBits
    /// Bits taken so far.
    private(set) var offsetBits = 0

    init(_ bits: TagBits) {
        self.bits = bits
    }

    var remainingBits: Int { bits.bitCount - offsetBits }

    /// The next `width` bits, 0...64 of them.
    ///
    /// - Throws: `short` at the end of the bits where there are fewer.
    @inline(__always)
    mutating func take(_ width: Int) throws(TagFault) -> UInt64 {
        precondition(width >= 0 && width <= 64, "a field of \(width) bits")
        guard width <= remainingBits else { throw TagFault(kind: .short, digit: bits.bitCount / 4) }
        defer { offsetBits += width }
        return bits.field(at: offsetBits, width: width)
    }

    /// The next `width` bits, 0...128 of them.
    mutating func takeWide(_ width: Int) throws(TagFault) -> UInt128 {
        let high = width > 64 ? try take(width - 64) : 0
        return UInt128(high) << 64 | UInt128(try take(min(width, 64)))
    }

    /// Whether nothing but zero bits, or nothing at all, is left.
    var restIsZero: Bool { bits.isZero(from: offsetBits) }
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

    mutating func appendWide(_ value: UInt128, width: Int) {
        if width > 64 { append(UInt64(value >> 64), width: width - 64) }
        append(UInt64(truncatingIfNeeded: value), width: min(width, 64))
    }

    /// The bits with zeros up to the next 16-bit word, as a tag stores them.
    var wholeWords: [UInt8] {
        bytes + [UInt8](repeating: 0, count: bytes.count % 2)
    }
}
