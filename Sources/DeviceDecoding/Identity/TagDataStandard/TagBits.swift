import AssetModel

/// The bits of a tag's memory bank, at most 31 words of 16 bits, held inline so that reading them costs no
/// allocation.
struct TagBits {
    /// The longest bank that the length field of the PC word can announce: 31 words.
    static let bytesMax = 62

    /// Left-aligned; bits beyond `bitCount` are zero. Room for one word more than `bytesMax` needs.
    private var words = InlineArray<8, UInt64>(repeating: 0)
    let bitCount: Int

    init(_ epc: EPC) {
        bitCount = Int(epc.bitCount)
        words[0] = epc.words.first
        words[1] = epc.words.second
        words[2] = epc.words.third
        words[3] = epc.words.fourth
    }

    /// `nil` for more bytes than a bank has.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count <= TagBits.bytesMax else { return nil }
        bitCount = bytes.count * 8
        for (index, byte) in bytes.enumerated() {
            words[index / 8] |= UInt64(byte) << UInt64(56 - index % 8 * 8)
        }
    }

    /// 0...64 bits from this one on; zeros stand behind the end.
    ///
    /// - Precondition: offset 0...496 and no further.
    @inline(__always)
    func field(at offset: Int, width: Int) -> UInt64 {
        if width == 0 { return 0 }
        let index = offset >> 6
        let shift = offset & 63
        var left = words[index] << UInt64(shift)
        if shift + width > 64 { left |= words[index + 1] >> UInt64(64 - shift) }
        return left >> UInt64(64 - width)
    }

    func byte(_ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: field(at: index * 8, width: 8))
    }

    /// Whether nothing but zero bits, or nothing at all, stands from this one on.
    func isZero(from offset: Int) -> Bool {
        guard offset < bitCount else { return true }
        guard words[offset >> 6] << UInt64(offset & 63) == 0 else { return false }
        for index in ((offset >> 6) + 1)..<8 where words[index] != 0 { return false }
        return true
    }

    /// Only the first so many bits.
    func prefix(_ bits: Int) -> [UInt8] {
        (0..<(min(bits, bitCount) / 8)).map(byte)
    }

    var bytes: [UInt8] { prefix(bitCount) }
}

/// Why bits are not what their header says; without a text, so that it costs nothing to pass it over.
struct TagFault: Error, Equatable {
    enum Kind: Sendable {
        case malformed
        /// They end too soon.
        case short
    }

    let kind: Kind
    /// Offset of the field, in hex digits.
    let digit: Int

    static func malformed(atBit bit: Int) -> TagFault { TagFault(kind: .malformed, digit: bit / 4) }

    var rejection: Rejection {
        Rejection(kind == .malformed ? .malformedIdentity : .identityLength, offset: digit)
    }
}
