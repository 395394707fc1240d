package import AssetModel

/// Times as devices write them: epochs in four units, ISO 8601 in its many forms, local times.
///
/// Numbers count only where they fall into 2000...2100. The windows of the four units are apart by far
/// (seconds end at 4.1 × 10⁹, milliseconds begin at 9.4 × 10¹¹), so the magnitude alone tells the unit; a
/// number outside all of them (a lost digit, a clock that counts from its start) is no time. The year 2000
/// itself is in: readers without time service begin there, and judging a wrong clock is not the decoder's
/// part.
package enum TimeText {
    /// 2000-01-01T00:00:00Z and 2101-01-01T00:00:00Z, in milliseconds.
    package static let plausible: Range<Int64> = 946_684_800_000..<4_133_980_800_000

    /// Powers of ten from each unit to a millisecond: s, ms, µs, ns.
    private static let powers = [3, 0, -3, -6]

    /// A number as an epoch of the unit, or of the one that its magnitude tells; `nil` where implausible.
    static func instant(of number: JSONNumber, as format: MappedTimeFormat) -> UTCInstant? {
        let candidates: [Int]
        switch format {
        case .s: candidates = [3]
        case .ms: candidates = [0]
        case .us: candidates = [-3]
        case .ns: candidates = [-6]
        case .auto: candidates = powers
        case .iso, .local: return nil
        }
        for power in candidates {
            guard let milliseconds = number.scaled(byPowerOfTen: power) else { continue }
            if plausible.contains(milliseconds) { return UTCInstant(milliseconds: milliseconds) }
        }
        return nil
    }

    /// Date and time in fields: `2026-11-21T12:00:00.123+0800` and its relatives.
    ///
    /// Between the date's fields `-`, `/` or `.`; one or two digits for all but the year; `T` or a space
    /// before the time; seconds may be left out; `.` or `,` before any number of fraction digits; then `Z`,
    /// an offset (see ``offsetMinutes(of:)``), or nothing where `zone` says how far east of UTC the device's
    /// clock stands. `nil` for anything else.
    package static func instant(of text: UnsafeRawBufferPointer, zoneMinutes: Int?) -> UTCInstant? {
        var scan = DigitWalk(text)
        guard let year = scan.number(4...4), scan.takeAny(of: "-/."), let month = scan.number(1...2),
            scan.takeAny(of: "-/."), let day = scan.number(1...2), scan.takeAny(of: "Tt "),
            let hour = scan.number(1...2), scan.takeAny(of: ":"), let minute = scan.number(2...2)
        else { return nil }
        var second = 0
        var millisecond = 0
        if scan.takeAny(of: ":") {
            guard let seconds = scan.number(2...2), let fraction = scan.fraction() else { return nil }
            (second, millisecond) = (seconds, fraction)
        }
        let rest = NumberText.trimmed(scan.rest)
        guard let offset = rest.isEmpty ? zoneMinutes : offsetMinutes(of: rest) else { return nil }
        return UTCInstant(
            date: (year, month, day), time: (hour, minute, second, millisecond), offsetMinutes: offset)
    }

    /// A local time by a pattern. What stands behind it may be an offset, which then wins.
    package static func instant(
        of text: UnsafeRawBufferPointer, by pattern: TimePattern, zoneMinutes: Int?
    ) -> UTCInstant? {
        var scan = DigitWalk(text)
        var date = (year: 0, month: 1, day: 1)
        var time = (hour: 0, minute: 0, second: 0, millisecond: 0)
        for item in pattern.items {
            if case .literal(let byte) = item {
                guard scan.take(byte) else { return nil }
                continue
            }
            guard let number = scan.number(item == .year ? 4...4 : 2...2) else { return nil }
            switch item {
            case .year: date.year = number
            case .month: date.month = number
            case .day: date.day = number
            case .hour: time.hour = number
            case .minute: time.minute = number
            case .second:
                time.second = number
                guard let fraction = scan.fraction() else { return nil }
                time.millisecond = fraction
            case .literal: break
            }
        }
        let rest = NumberText.trimmed(scan.rest)
        guard let offset = rest.isEmpty ? zoneMinutes : offsetMinutes(of: rest) else { return nil }
        return UTCInstant(date: date, time: time, offsetMinutes: offset)
    }

    /// Minutes east of UTC: `Z`, `UTC`, `GMT`, `+8`, `+08`, `+0800`, `+08:00`, `-5:00`; at most 14 hours.
    package static func offsetMinutes(of text: UnsafeRawBufferPointer) -> Int? {
        ClockOffset.minutes(of: NumberText.trimmed(text))
    }
}

/// Walks decimal fields of one or more digits. Never reads past the end, never traps.
private struct DigitWalk {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[at...]) }

    mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    mutating func takeAny(of characters: StaticString) -> Bool {
        guard at < bytes.count else { return false }
        let isOne = characters.withUTF8Buffer { $0.contains(bytes[at]) }
        if isOne { at += 1 }
        return isOne
    }

    /// As many digits as there are up to the upper bound; `nil` below the lower one.
    mutating func number(_ width: ClosedRange<Int>) -> Int? {
        var value = 0
        var count = 0
        while count < width.upperBound, at < bytes.count, bytes[at] &- 0x30 <= 9 {
            value = value * 10 + Int(bytes[at] &- 0x30)
            at += 1
            count += 1
        }
        return count >= width.lowerBound ? value : nil
    }

    /// Milliseconds of `.d…` or `,d…`, further digits cut off; 0 where there is none, `nil` for a bare point.
    mutating func fraction() -> Int? {
        guard takeAny(of: ".,") else { return 0 }
        var value = 0
        var count = 0
        while at < bytes.count, bytes[at] &- 0x30 <= 9 {
            if count < 3 { value = value * 10 + Int(bytes[at] &- 0x30) }
            at += 1
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in 0..<max(0, 3 - count) { value *= 10 }
        return value
    }
}
