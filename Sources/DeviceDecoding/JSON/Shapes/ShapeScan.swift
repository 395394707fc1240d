/// Values of JSON in their most frequent forms; `nil` for all others.
enum ShapeScan {
    /// A number of 1...7 digits before the point and up to 7 behind it, without an exponent.
    struct Number {
        let isNegative: Bool
        /// All digits, and how many of them stand behind the point. Below 10^14.
        let digits: Int64
        let places: Int
        /// Behind the last digit.
        let end: Int

        /// The number where it is written without a fraction.
        @inline(__always)
        var whole: Int64? { places == 0 ? signed(digits) : nil }

        /// The number times `factor`, which is 10^`places`; rounded half away from zero as ``JSONNumber``'s
        /// double is, where more places are there than that.
        @inline(__always)
        func scaled(by factor: Int64, places wanted: Int) -> Int64 {
            if places == 0 { return signed(digits &* factor) }
            if places <= wanted { return signed(digits &* ShapeScan.tens(wanted &- places)) }
            let size = Double(digits) / Double(ShapeScan.tens(places)) * Double(factor)
            return signed(Int64(size.rounded()))
        }

        @inline(__always)
        private func signed(_ size: Int64) -> Int64 { isNegative ? 0 &- size : size }
    }

    @inline(__always)
    static func number(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Number? {
        var at = start
        var word = ByteWords.word(of: bytes, at: at)
        let isNegative = word & 0xFF == 0x2D
        if isNegative {
            at &+= 1
            word = ByteWords.word(of: bytes, at: at)
        }
        let count = ByteWords.clearBytes(before: ByteWords.nonDigits(in: word))
        // A zero stands alone before the point (RFC 8259 §6).
        guard count >= 1, count <= 7, count == 1 || word & 0xFF != 0x30 else { return nil }
        let whole = Int64(truncatingIfNeeded: ByteWords.decimal(word, count: count))
        at &+= count
        guard word >> UInt64(truncatingIfNeeded: count &* 8) & 0xFF == 0x2E else {
            return Number(isNegative: isNegative, digits: whole, places: 0, end: at)
        }
        word = ByteWords.word(of: bytes, at: at &+ 1)
        let places = ByteWords.clearBytes(before: ByteWords.nonDigits(in: word))
        guard places >= 1, places <= 7 else { return nil }
        let fraction = Int64(truncatingIfNeeded: ByteWords.decimal(word, count: places))
        return Number(
            isNegative: isNegative, digits: whole &* tens(places) &+ fraction, places: places,
            end: at &+ 1 &+ places)
    }

    /// Where a number ends that nobody asks for: of any length, without an exponent.
    @inline(__always)
    static func endOfNumber(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        if let number = number(bytes, start) { return number.end }
        var at = start
        if at < bytes.count, bytes[at] == 0x2D { at &+= 1 }
        // Eight digits or more, else it was taken above.
        guard at < bytes.count, bytes[at] &- 0x31 <= 8 else { return nil }
        while at < bytes.count, bytes[at] &- 0x30 <= 9 { at &+= 1 }
        return at
    }

    /// 10^places, for at most 7 places.
    @inline(__always)
    private static func tens(_ places: Int) -> Int64 {
        switch places {
        case 0: return 1
        case 1: return 10
        case 2: return 100
        case 3: return 1_000
        case 4: return 10_000
        case 5: return 100_000
        case 6: return 1_000_000
        default: return 10_000_000
        }
    }

    /// Where the quote behind a text stands that has no escapes and is all ASCII.
    @inline(__always)
    static func endOfText(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var at = start
        while at < bytes.count {
            let ends = ByteWords.plainTextEnds(in: ByteWords.word(of: bytes, at: at))
            if ends != 0 {
                let end = at &+ ByteWords.clearBytes(before: ends)
                return end < bytes.count && bytes[end] == 0x22 ? end : nil
            }
            at &+= 8
        }
        return nil
    }
}
