/// Arithmetic on eight bytes at once, the first of them lowest in the word ("SIMD within a register").
///
/// A byte mask has 0x80 in each byte that is meant. Sums never carry from one byte into the next below 0x80;
/// bytes above 0x7F may disturb only bytes after them, so the first byte of a mask is always right.
enum ByteWords {
    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let tops: UInt64 = 0x8080_8080_8080_8080

    /// Eight bytes from `at` on; beyond the end of `bytes` NUL, which JSON has nowhere.
    @inline(__always)
    static func word(of bytes: UnsafeRawBufferPointer, at: Int) -> UInt64 {
        if at &+ 8 <= bytes.count {
            return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        }
        return lastWord(of: bytes, at: at)
    }

    @inline(never)
    private static func lastWord(of bytes: UnsafeRawBufferPointer, at: Int) -> UInt64 {
        var word: UInt64 = 0
        var index = bytes.count
        while index > at {
            index &-= 1
            word = word << 8 | UInt64(bytes[index])
        }
        return word
    }

    /// How many of the first bytes are not in a mask, 0...8.
    @inline(__always)
    static func clearBytes(before mask: UInt64) -> Int {
        mask.trailingZeroBitCount >> 3
    }

    /// Where a string cannot simply go on: quote, backslash, control character, or anything but ASCII.
    @inline(__always)
    static func plainTextEnds(in word: UInt64) -> UInt64 {
        let quote = word ^ (ones &* 0x22)
        let slash = word ^ (ones &* 0x5C)
        let control = (word &- ones &* 0x20) & ~word
        return ((quote &- ones) & ~quote | (slash &- ones) & ~slash | control | word) & tops
    }

    /// Bytes that are no decimal digits.
    @inline(__always)
    static func nonDigits(in word: UInt64) -> UInt64 {
        let value = word ^ (ones &* 0x30)
        return ((value &+ ones &* 0x76) | value) & tops
    }

    /// The value of the first `count` bytes, all of them decimal digits; `count` is 1...8.
    @inline(__always)
    static func decimal(_ word: UInt64, count: Int) -> UInt64 {
        // The digits move to the upper end, so that zeros stand before them; then pairs, fours, eight.
        let digits = (word ^ (ones &* 0x30)) << UInt64(truncatingIfNeeded: 64 &- count &* 8)
        let pairs = digits &* 10 &+ digits >> 8
        let evens = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let odds = (pairs >> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return (evens &+ odds) >> 32
    }

    /// Bytes that are no hex digits, of either case.
    @inline(__always)
    static func nonHexDigits(in word: UInt64) -> UInt64 {
        let digit = (word & ~tops) &+ ones &* (0x80 - 0x30)
        let pastDigit = (word & ~tops) &+ ones &* (0x80 - 0x3A)
        let lower = (word & ~tops) | ones &* 0x20
        let letter = lower &+ ones &* (0x80 - 0x61)
        let pastLetter = lower &+ ones &* (0x80 - 0x67)
        let isHex = (digit & ~pastDigit) | (letter & ~pastLetter)
        return (~isHex | word) & tops
    }

    /// The 32 bits that eight hex digits write, all of them known to be such.
    @inline(__always)
    static func hexBits(_ word: UInt64) -> UInt64 {
        let nibbles = (word & 0x0F0F_0F0F_0F0F_0F0F) &+ (word >> 6 & ones) &* 9
        let bytes = (nibbles << 4 | nibbles >> 8) & 0x00FF_00FF_00FF_00FF
        let pairs = (bytes | bytes >> 8) & 0x0000_FFFF_0000_FFFF
        return UInt64(UInt32(truncatingIfNeeded: pairs | pairs >> 16).byteSwapped)
    }

    /// Bytes that are no symbols of Base64, of either alphabet.
    @inline(__always)
    static func nonBase64(in word: UInt64) -> UInt64 {
        let low = word & ~tops
        let isSymbol =
            within(low, 0x41, 0x5A) | within(low, 0x61, 0x7A) | within(low, 0x30, 0x39)
            | within(low, 0x2B, 0x2B) | within(low, 0x2D, 0x2D) | within(low, 0x2F, 0x2F)
            | within(low, 0x5F, 0x5F)
        return (~isSymbol | word) & tops
    }

    /// The 48 bits that eight symbols of Base64 write, all of them known to be such.
    @inline(__always)
    static func base64Bits(_ word: UInt64) -> UInt64 {
        let upper = within(word, 0x41, 0x5A) >> 7
        let lower = within(word, 0x61, 0x7A) >> 7
        let digit = within(word, 0x30, 0x39) >> 7
        let others = ~(upper | lower | digit) & ones
        // What is left is + - / _: 62 for the first two, 63 for the others, which have bits 1 and 2 set.
        let capitals = (word & (upper &* 0xFF)) &- upper &* 0x41
        let smalls = (word & (lower &* 0xFF)) &- lower &* 0x47
        let digits = (word & (digit &* 0xFF)) &+ digit &* 4
        let sextets = capitals | smalls | digits | (others &* 62 &+ (word >> 1 & word >> 2 & others))
        let pairs = (sextets & 0x003F_003F_003F_003F) << 6 | sextets >> 8 & 0x003F_003F_003F_003F
        let fours = (pairs & 0x0000_0FFF_0000_0FFF) << 12 | pairs >> 16 & 0x0000_0FFF_0000_0FFF
        return (fours & 0x00FF_FFFF) << 24 | fours >> 32
    }

    /// Bytes from `first` through `last`; all bytes are below 0x80.
    @inline(__always)
    private static func within(_ word: UInt64, _ first: UInt64, _ last: UInt64) -> UInt64 {
        (word &+ ones &* (0x80 &- first)) & ~(word &+ ones &* (0x7F &- last)) & tops
    }
}
