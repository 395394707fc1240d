/// A JSON number, read digit by digit: value = ±`digits` × 10^`exponent`. Valid only as long as its payload.
package struct JSONNumber {
    let isNegative: Bool
    let digits: UInt64
    let exponent: Int
    /// `false` where there are more digits than 64 bits hold: `digits` then means nothing.
    let isExact: Bool
    let raw: UnsafeRawBufferPointer

    /// The value where it is whole and fits 64 bits: `-7000`, but also `-7000.0` and `7e3`.
    package var integer: Int64? {
        guard isExact else { return nil }
        if digits == 0 { return 0 }
        var size = digits
        // 10^19 is the largest power of ten in 64 bits, so a longer way is out of range or not whole.
        guard abs(exponent) <= 19 else { return nil }
        for _ in 0..<abs(exponent) {
            if exponent > 0 {
                let (product, overflow) = size.multipliedReportingOverflow(by: 10)
                if overflow { return nil }
                size = product
            } else {
                if size % 10 != 0 { return nil }
                size /= 10
            }
        }
        if isNegative { return size <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- size) : nil }
        return Int64(exactly: size)
    }

    /// The nearest double; `nil` where the number is too large for one (`1e999`).
    package var double: Double? {
        // Both factors are exact up to these bounds, so one operation rounds once (W. Clinger, 1990).
        if isExact, digits <= 1 << 53, abs(exponent) <= 22 {
            var power = 1.0
            for _ in 0..<abs(exponent) { power *= 10 }
            let size = exponent < 0 ? Double(digits) / power : Double(digits) * power
            return isNegative ? -size : size
        }
        guard let value = Double(String(decoding: raw, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }
}

extension JSONCursor {
    /// Takes one number, by the grammar of RFC 8259 §6.
    package mutating func number() throws(JSONFault) -> JSONNumber {
        skipSpace()
        let start = offset
        let isNegative = take(0x2D)
        var digits: UInt64 = 0
        var isExact = true
        if !take(0x30) {
            guard takeDigits(into: &digits, &isExact) > 0 else { throw fault() }
        }
        var exponent = 0
        if take(0x2E) {
            let places = takeDigits(into: &digits, &isExact)
            guard places > 0 else { throw fault() }
            exponent = -places
        }
        if take(0x65) || take(0x45) {
            let isSmall = take(0x2D)
            if !isSmall { _ = take(0x2B) }
            let power = try takeExponent()
            exponent += isSmall ? -power : power
        }
        return JSONNumber(
            isNegative: isNegative, digits: digits, exponent: exponent, isExact: isExact,
            raw: taken(since: start))
    }

    /// Adds decimal digits to a number and returns how many there were.
    private mutating func takeDigits(into value: inout UInt64, _ isExact: inout Bool) -> Int {
        var count = 0
        while case let digit = peek() &- 0x30, digit <= 9 {
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
            if overflow || carry { isExact = false }
            value = sum
            count += 1
            advance()
        }
        return count
    }

    /// The digits after `e`. Beyond this bound every number is zero or infinite, whatever stands before.
    private mutating func takeExponent() throws(JSONFault) -> Int {
        let exponentMax = 100_000
        var power = 0
        var count = 0
        while case let digit = peek() &- 0x30, digit <= 9 {
            power = min(power * 10 + Int(digit), exponentMax)
            count += 1
            advance()
        }
        guard count > 0 else { throw fault() }
        return power
    }
}
