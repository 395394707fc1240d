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

    /// What a configuration writes: an offset with its sign, `UTC`, or a name of ``fixed``.
    package static func minutes(ofZone text: String) -> Int? {
        minutes(of: text) ?? fixed.first { $0.name == text }?.minutes
    }

    /// What a bare number of a field counts that holds a device's offset.
    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case hours = "h"
        case minutes = "min"
        case seconds = "s"
    }

    /// An offset as a field of its own holds it: the texts of ``minutes(of:)``, `UTC+8` and `GMT+08:00`
    /// (hours *east*, as devices mean it), a name of ``fixed``, or with a unit a number of it.
    ///
    /// Without a unit a number without sign counts hours, at most 14: a `480` may be anything.
    package static func minutes(ofField text: UnsafeRawBufferPointer, unit: Unit?) -> Int? {
        if let unit { return minutes(ofNumber: text, unit) }
        if let minutes = minutes(of: text) { return minutes }
        if let name = fixed.first(where: { $0.name.isSameWord(as: text) }) { return name.minutes }
        if text.count > 3 {
            let word = UnsafeRawBufferPointer(rebasing: text[..<3])
            if isWord(word, "utc") || isWord(word, "gmt") {
                return minutes(of: UnsafeRawBufferPointer(rebasing: text[3...]))
            }
        }
        return text.first.map { $0 &- 0x30 <= 9 } == true ? minutes(ofNumber: text, .hours) : nil
    }

    /// Zones without daylight saving time, by the names that devices send. `CST` is none of them: it is
    /// China's and Chicago's. Source: the IANA time zone database.
    private static let fixed: [(name: String, minutes: Int)] = [
        ("Asia/Shanghai", 480), ("Asia/Chongqing", 480), ("Asia/Chungking", 480), ("Asia/Harbin", 480),
        ("Asia/Beijing", 480), ("PRC", 480), ("Asia/Urumqi", 360), ("Asia/Hong_Kong", 480),
        ("Asia/Macau", 480), ("Asia/Taipei", 480), ("Asia/Singapore", 480), ("Asia/Kuala_Lumpur", 480),
        ("Asia/Manila", 480), ("Asia/Tokyo", 540), ("Asia/Seoul", 540), ("Asia/Bangkok", 420),
        ("Asia/Ho_Chi_Minh", 420), ("Asia/Jakarta", 420), ("Asia/Kolkata", 330), ("Asia/Dubai", 240),
        ("Etc/UTC", 0), ("Etc/GMT", 0), ("UCT", 0), ("Zulu", 0),
    ]

    /// At most so many digits, so that nothing overflows.
    private static let digitsMax = 6

    private static func minutes(ofNumber text: UnsafeRawBufferPointer, _ unit: Unit) -> Int? {
        let isNegative = text.first == 0x2D
        let digits = isNegative || text.first == 0x2B ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.count <= digitsMax, digits.allSatisfy({ $0 &- 0x30 <= 9 }) else {
            return nil
        }
        let number = digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
        let size: Int
        switch unit {
        case .hours: size = number * 60
        case .minutes: size = number
        case .seconds:
            guard number % 60 == 0 else { return nil }
            size = number / 60
        }
        guard size <= minutesMax else { return nil }
        return isNegative ? -size : size
    }

    private static func isWord(_ text: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in text.indices.allSatisfy { text[$0] | 0x20 == word[$0] } }
    }
}

/// A place's clock: by which offset it goes from when on. Resolved from the zone's name where the
/// configuration is read, so that decoding needs no data from outside.
package struct ZoneClock: Hashable, Sendable {
    /// Minutes east of UTC before the first change.
    package let firstMinutes: Int
    /// In order of time.
    package let changes: [Change]

    package struct Change: Hashable, Sendable {
        package var at: UTCInstant
        package var minutesEast: Int

        package init(at: UTCInstant, minutesEast: Int) {
            self.at = at
            self.minutesEast = minutesEast
        }
    }

    package init(firstMinutes: Int, changes: [Change]) {
        self.firstMinutes = firstMinutes
        self.changes = changes
    }

    /// The instant at which the clock shows a local time.
    ///
    /// An hour that a clock shows twice, in autumn, is taken for the first of the two: a read is never from
    /// the future for it. An hour that it leaves out, in spring, is counted by the offset before.
    /// - Parameter local: the calendar fields as if they were UTC.
    package func instant(ofLocal local: UTCInstant) -> UTCInstant {
        var minutes = firstMinutes
        for change in changes {
            let reached = min(
                local - ElapsedTime(seconds: Int64(minutes) * 60),
                local - ElapsedTime(seconds: Int64(change.minutesEast) * 60))
            if reached < change.at { break }
            minutes = change.minutesEast
        }
        return local - ElapsedTime(seconds: Int64(minutes) * 60)
    }
}

extension UTCInstant {
    fileprivate static func - (instant: UTCInstant, time: ElapsedTime) -> UTCInstant {
        UTCInstant(milliseconds: instant.milliseconds &- time.milliseconds)
    }
}
