/// How far east of UTC a clock stands, as devices and configurations write it.
package enum ClockOffset {
    /// The largest offset in use.
    package static let minutesMax = 14 * 60

    /// `Z`, `UTC`, `GMT`, `+8`, `+08`, `+0800`, `+08:00`, `-5:00`; minutes, or `nil` for anything else.
    package static func minutes(of text: UnsafeRawBufferPointer) -> Int? {
        switch text.count {
        case 1 where text[0] | 0x20 == 0x7A: return 0
        case 3 where isWord(text, "utc") || isWord(text, "gmt"): return 0
        default: break
        }
        guard let first = text.first, first == 0x2B || first == 0x2D else { return nil }
        var digits: [Int] = []
        var colonAt: Int?
        for byte in text.dropFirst() {
            if byte == 0x3A, colonAt == nil {
                colonAt = digits.count
            } else if byte &- 0x30 <= 9, digits.count < 4 {
                digits.append(Int(byte &- 0x30))
            } else {
                return nil
            }
        }
        // Hours take what stands before the colon; without one, all but the last two of more than two digits.
        let hourDigits = colonAt ?? (digits.count <= 2 ? digits.count : digits.count - 2)
        let minuteDigits = digits.count - hourDigits
        guard (1...2).contains(hourDigits), minuteDigits == 2 || (minuteDigits == 0 && colonAt == nil) else {
            return nil
        }
        let hours = digits.prefix(hourDigits).reduce(0) { $0 * 10 + $1 }
        let minutes = digits.dropFirst(hourDigits).reduce(0) { $0 * 10 + $1 }
        guard minutes < 60, hours * 60 + minutes <= minutesMax else { return nil }
        return (hours * 60 + minutes) * (first == 0x2D ? -1 : 1)
    }

    package static func minutes(of text: String) -> Int? {
        var text = text
        return text.withUTF8 { minutes(of: UnsafeRawBufferPointer($0)) }
    }

    private static func isWord(_ text: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in text.indices.allSatisfy { text[$0] | 0x20 == word[$0] } }
    }
}
