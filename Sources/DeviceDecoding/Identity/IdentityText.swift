package import AssetModel

/// EPC and TID bits written as text, the forms that readers use. Whole 16-bit words, 2...32 bytes.
package enum IdentityText {
    package enum Form: Sendable {
        /// Hex digits of either case.
        case hex
        /// The same with `0x` before it, and space, `-` or `:` between digits.
        case spacedHex
        /// Base64 with the URL or the standard alphabet, padded or not; left-over bits must be zero.
        case base64
        /// Spaced hex where every character fits that, else base64.
        case auto
    }

    package enum Reading: Equatable, Sendable {
        case identity(EPC)
        /// A character that does not belong there.
        case malformed
        /// Readable, but not 2...32 bytes in whole words.
        case length
    }

    /// Reads the text without allocating.
    package static func read(_ text: UnsafeRawBufferPointer, as form: Form) -> Reading {
        switch form {
        case .hex: return readHex(text)
        case .spacedHex: return readSpacedHex(text)
        case .base64: return readBase64(text)
        case .auto:
            let reading = readSpacedHex(text)
            return reading == .malformed ? readBase64(text) : reading
        }
    }

    private static func readSpacedHex(_ text: UnsafeRawBufferPointer) -> Reading {
        // Most have nothing between their digits.
        if case .identity(let identity) = readHex(text) { return .identity(identity) }
        let hasPrefix = text.count >= 2 && text[0] == 0x30 && text[1] | 0x20 == 0x78
        var bits = IdentityBits()
        for digit in text.dropFirst(hasPrefix ? 2 : 0) {
            if digit == 0x20 || digit == 0x2D || digit == 0x3A { continue }
            let nibble = ASCIIHex.value(of: digit)
            guard nibble <= 0xF else { return .malformed }
            bits.append(UInt64(nibble), width: 4)
        }
        return bits.reading
    }

    private static func readHex(_ text: UnsafeRawBufferPointer) -> Reading {
        guard text.count >= 4, text.count <= EPC.bytesMax * 2, text.count % 4 == 0 else {
            return readHexByDigit(text)
        }
        var words = EPC.Words()
        var offset = 0
        while offset < text.count {
            // The last four digits of an odd number of words go behind four zeros.
            let isHalf = text.count - offset < 8
            let digits =
                isHalf
                ? 0x3030_3030_0000_0000
                    | UInt64(UInt32(bigEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
                : UInt64(bigEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            guard let bits = ASCIIHex.bits(ofEight: digits) else { return .malformed }
            let shift = UInt64(offset % 16 == 0 ? 32 : 0) + (isHalf ? 16 : 0)
            IdentityBits.add(bits << shift, to: &words, offset >> 4)
            offset += 8
        }
        return .identity(EPC(bitCount: UInt16(text.count * 4), words: words))
    }

    private static func readHexByDigit(_ text: UnsafeRawBufferPointer) -> Reading {
        var bits = IdentityBits()
        for digit in text {
            let nibble = ASCIIHex.value(of: digit)
            guard nibble <= 0xF else { return .malformed }
            bits.append(UInt64(nibble), width: 4)
        }
        return bits.reading
    }

    private static func readBase64(_ text: UnsafeRawBufferPointer) -> Reading {
        guard let count = Base64.symbolCount(of: text) else { return .malformed }
        var bits = IdentityBits()
        for index in 0..<count {
            let sextet = Base64.sextet(of: text[index])
            guard sextet <= 63 else { return .malformed }
            bits.append(UInt64(sextet), width: 6)
        }
        guard bits.dropLeftOver() else { return .malformed }
        return bits.reading
    }
}

/// Collects bits, most significant first, in the four words of an ``EPC``.
private struct IdentityBits {
    private var words = EPC.Words()
    private var word: UInt64 = 0
    /// Bits seen so far, also beyond what is kept.
    private var count = 0

    /// Width 4 or 6 bits: a symbol may straddle two words.
    @inline(__always)
    mutating func append(_ symbol: UInt64, width: Int) {
        let free = 64 &- count & 63
        if free > width {
            word |= symbol << UInt64(free &- width)
        } else {
            store(word | symbol >> UInt64(width &- free))
            let carried = width &- free
            word = carried == 0 ? 0 : symbol << UInt64(64 &- carried)
        }
        count &+= width
    }

    /// Takes off the bits of the last symbol that fill no byte; `false` where they are not zero.
    mutating func dropLeftOver() -> Bool {
        let excess = count & 7
        if excess == 0 { return true }
        count &-= excess
        // Six bits into a byte: 2 or 4 are over, and never across a word.
        let mask = (UInt64(1) << UInt64(excess)) &- 1
        let left = word >> UInt64(64 &- (count & 63) &- excess) & mask
        return left == 0
    }

    var reading: IdentityText.Reading {
        guard count >= 16, count <= EPC.bytesMax * 8, count % 16 == 0 else { return .length }
        var all = words
        if count & 63 != 0 { IdentityBits.set(&all, count >> 6, word) }
        return .identity(EPC(bitCount: UInt16(count), words: all))
    }

    /// The word that ends just before or inside the symbol being added.
    private mutating func store(_ full: UInt64) {
        IdentityBits.set(&words, count >> 6, full)
    }

    /// Sets bits that are zero so far.
    static func add(_ bits: UInt64, to words: inout EPC.Words, _ index: Int) {
        switch index {
        case 0: words.first |= bits
        case 1: words.second |= bits
        case 2: words.third |= bits
        case 3: words.fourth |= bits
        default: break
        }
    }

    private static func set(_ words: inout EPC.Words, _ index: Int, _ word: UInt64) {
        switch index {
        case 0: words.first = word
        case 1: words.second = word
        case 2: words.third = word
        case 3: words.fourth = word
        default: break
        }
    }
}

extension ASCIIHex {
    /// The 32 bits of eight digits, the first in the top byte; `nil` where one is no hex digit. All eight at
    /// once: a letter has bit 6 set and its value is its low four bits and 9.
    fileprivate static func bits(ofEight digits: UInt64) -> UInt64? {
        let each: UInt64 = 0x0101_0101_0101_0101
        let letters = digits >> 6 & each
        // High halves: 3 for a digit; 4 or 6 for a letter, whose bit 5 is its case.
        let highs = digits & ((each &* 0xF0) ^ (letters << 5))
        let isDigitOrLetter = highs == (each &* 0x30) &+ (letters &* 0x10)
        let values = (digits & (each &* 0x0F)) &+ (letters &* 9)
        // A digit is at most 9; a letter is 10 at the least and 15 at the most.
        let isTooLarge = (values &+ ((each ^ letters) &* 6)) & (each &* 0x10) != 0
        let isTooSmall = (values &+ (letters &* 6)) & (letters << 4) != letters << 4
        guard digits & (each &* 0x80) == 0, isDigitOrLetter, !isTooLarge, !isTooSmall else { return nil }
        let pairs = (values | values >> 4) & 0x00FF_00FF_00FF_00FF
        let quads = (pairs | pairs >> 8) & 0x0000_FFFF_0000_FFFF
        return (quads | quads >> 16) & 0xFFFF_FFFF
    }
}
