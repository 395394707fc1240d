import AssetModel

/// EPC or TID bits in hex or Base64, as they stand in a payload without padding or spaces, and their end.
///
/// The 256 bits of an ``EPC`` are the most. Nothing is found where another number of symbols stands there
/// than makes whole words of 16 bits.
struct IdentityScan {
    private(set) var words = EPC.Words()
    private(set) var bitCount = 0
    private(set) var end: Int

    /// What was found; `nil` where there is nothing, or too much.
    @inline(__always)
    var identity: EPC? {
        guard bitCount >= 16, bitCount <= 256 else { return nil }
        return EPC(bitCount: UInt16(truncatingIfNeeded: bitCount), words: words)
    }

    /// Hex digits of either case from `start` on, up to the first other byte.
    @inline(__always)
    init(hex bytes: UnsafeRawBufferPointer, at start: Int) {
        end = start
        var digits = IdentityScan.takeHex(into: &words.first, bytes, at: end)
        end &+= digits
        if digits == 16 {
            digits = IdentityScan.takeHex(into: &words.second, bytes, at: end)
            end &+= digits
        }
        if digits == 16 { takeRestOfHex(bytes) }
        bitCount = (end &- start) &* 4
        // A digit too many is a fault, not an end.
        if ByteWords.nonHexDigits(in: ByteWords.word(of: bytes, at: end)) & 0x80 == 0 { bitCount = 0 }
    }

    /// Identities of more than 128 bits are rare.
    @inline(never)
    private mutating func takeRestOfHex(_ bytes: UnsafeRawBufferPointer) {
        let digits = IdentityScan.takeHex(into: &words.third, bytes, at: end)
        end &+= digits
        if digits == 16 { end &+= IdentityScan.takeHex(into: &words.fourth, bytes, at: end) }
    }

    /// Up to 16 digits, upper end first, in fours; returns their number.
    @inline(__always)
    private static func takeHex(into bits: inout UInt64, _ bytes: UnsafeRawBufferPointer, at: Int) -> Int {
        let first = ByteWords.word(of: bytes, at: at)
        var ends = ByteWords.nonHexDigits(in: first)
        guard ends == 0 else {
            guard ends & 0x8080_8080 == 0 else { return 0 }
            bits = (ByteWords.hexBits(first) & 0xFFFF_0000) << 32
            return 4
        }
        let second = ByteWords.word(of: bytes, at: at &+ 8)
        ends = ByteWords.nonHexDigits(in: second)
        bits = ByteWords.hexBits(first) << 32
        if ends == 0 {
            bits |= ByteWords.hexBits(second)
            return 16
        }
        guard ends & 0x8080_8080 == 0 else { return 8 }
        bits |= ByteWords.hexBits(second) & 0xFFFF_0000
        return 12
    }

    /// Symbols of Base64, of either alphabet, from `start` on, up to the first other byte. The bits left over
    /// have to be zero.
    @inline(__always)
    init(base64 bytes: UnsafeRawBufferPointer, at start: Int) {
        end = start
        while bitCount <= 256 {
            let word = ByteWords.word(of: bytes, at: end)
            let ends = ByteWords.nonBase64(in: word)
            if ends == 0 {
                append(ByteWords.base64Bits(word), width: 48)
                end &+= 8
                continue
            }
            let symbols = ByteWords.clearBytes(before: ends)
            end &+= symbols
            if symbols > 0 { appendRest(word, symbols: symbols) }
            return
        }
    }

    /// The last 1...7 symbols of Base64.
    private mutating func appendRest(_ word: UInt64, symbols: Int) {
        // "A" is zero bits.
        let known = UInt64.max >> UInt64(truncatingIfNeeded: 64 &- symbols &* 8)
        let bits = ByteWords.base64Bits((word & known) | (ByteWords.ones &* 0x41 & ~known))
        let width = symbols &* 6 / 16 &* 16
        let isWhole = width >= 16 && symbols &* 6 &- width < 8
        let leftOver = bits << UInt64(truncatingIfNeeded: 16 &+ width)
        if isWhole, leftOver == 0 {
            append(bits >> UInt64(truncatingIfNeeded: 48 &- width), width: width)
        } else {
            bitCount = 0
        }
    }

    /// Adds 16, 32 or 48 bits. What is beyond 256 is only counted.
    @inline(__always)
    private mutating func append(_ bits: UInt64, width: Int) {
        let free = 64 &- (bitCount & 63)
        let index = bitCount >> 6
        bitCount &+= width
        if width <= free {
            add(bits << UInt64(truncatingIfNeeded: free &- width), to: index)
        } else {
            add(bits >> UInt64(truncatingIfNeeded: width &- free), to: index)
            add(bits << UInt64(truncatingIfNeeded: 64 &- width &+ free), to: index &+ 1)
        }
    }

    @inline(__always)
    private mutating func add(_ bits: UInt64, to index: Int) {
        switch index {
        case 0: words.first |= bits
        case 1: words.second |= bits
        case 2: words.third |= bits
        case 3: words.fourth |= bits
        default: break
        }
    }
}
