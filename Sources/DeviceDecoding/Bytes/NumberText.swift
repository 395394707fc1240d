/// Numbers that devices write as JSON numbers or as texts of digits.
///
/// A text may have space around it, a plus sign and leading zeros, none of which JSON's own numbers may have;
/// a unit behind the digits is not taken off.
enum NumberText {
    /// Numbers longer than this are no measurement of anything.
    static let bytesMax = 64

    static func number(of text: UnsafeRawBufferPointer) -> JSONNumber? {
        guard text.count <= bytesMax else { return nil }
        var digits = trimmed(text)
        if digits.first == 0x2B { digits = UnsafeRawBufferPointer(rebasing: digits.dropFirst()) }
        if digits.first == 0x30 {
            while digits.count > 1, digits[0] == 0x30, digits[1] &- 0x30 <= 9 {
                digits = UnsafeRawBufferPointer(rebasing: digits.dropFirst())
            }
        }
        var json = JSONCursor(digits)
        do throws(JSONFault) {
            let number = try json.number()
            try json.finish()
            return number
        } catch {
            return nil
        }
    }

    /// Without the space and tabs around it.
    static func trimmed(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var text = text[...]
        while let first = text.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
        return UnsafeRawBufferPointer(rebasing: text)
    }
}

extension JSONNumber {
    /// The number times 10^`power`, cut towards zero; `nil` where that does not fit 64 bits.
    func scaled(byPowerOfTen power: Int) -> Int64? {
        guard isExact else {
            // More digits than 64 bits hold: seventeen of them tell more than any clock does.
            guard let double, abs(power) <= 22 else { return nil }
            var factor = 1.0
            for _ in 0..<abs(power) { factor *= 10 }
            let value = power < 0 ? double / factor : double * factor
            // Beyond this a double has no units any more, and no time or signal is near it.
            return abs(value) < 9e18 ? Int64(value) : nil
        }
        if digits == 0 { return 0 }
        var size = digits
        var left = exponent + power
        while left > 0 {
            let (product, overflow) = size.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            size = product
            left -= 1
        }
        while left < 0, size > 0 {
            size /= 10
            left += 1
        }
        guard let value = Int64(exactly: size) else { return nil }
        return isNegative ? -value : value
    }
}
