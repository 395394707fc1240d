/// Reads and writes the calendar forms of an instant without a formatter: proleptic Gregorian, no leap
/// seconds.
///
/// Day arithmetic follows the era-based conversion published by H. Hinnant ("chrono-compatible low-level date
/// algorithms"): days are counted from 0000-03-01, so that the leap day is the last of its year.
package enum CalendarTime {
    package static let millisecondsPerDay: Int64 = 86_400_000

    /// Days from 1970-01-01 to a calendar date; `nil` unless month is 1...12 and day exists in that month.
    package static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int64? {
        guard (1...12).contains(month), day >= 1, day <= daysIn(month: month, of: year) else { return nil }
        let shifted = Int64(month <= 2 ? year - 1 : year)
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let monthFromMarch = Int64((month + 9) % 12)
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package static func daysIn(month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: return 30
        case 2: return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: return 31
        }
    }

    /// Calendar fields of a UTC instant.
    package static func fields(of instant: UTCInstant) -> Fields {
        var days = instant.milliseconds / millisecondsPerDay
        var rest = instant.milliseconds % millisecondsPerDay
        if rest < 0 {
            days -= 1
            rest += millisecondsPerDay
        }
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        return Fields(
            year: Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month: month,
            day: Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1), millisecondOfDay: rest)
    }

    package struct Fields: Equatable, Sendable {
        package var year: Int
        package var month: Int
        package var day: Int
        package var millisecondOfDay: Int64
    }
}

extension UTCInstant {
    /// An instant from calendar fields that stand `offsetMinutes` east of UTC; `nil` where a field is out of
    /// range. Second 60 is taken as the last millisecond of its minute, as RFC 3339 allows leap seconds.
    package init?(
        date: (year: Int, month: Int, day: Int),
        time: (hour: Int, minute: Int, second: Int, millisecond: Int),
        offsetMinutes: Int = 0
    ) {
        guard let days = CalendarTime.daysSinceEpoch(year: date.year, month: date.month, day: date.day),
            (0...23).contains(time.hour), (0...59).contains(time.minute), (0...60).contains(time.second),
            (0...999).contains(time.millisecond), (-1_439...1_439).contains(offsetMinutes)
        else { return nil }
        let leap = time.second == 60
        let second = leap ? 59 : time.second
        let millisecond = leap ? 999 : time.millisecond
        let minuteOfDay = Int64(time.hour * 60 + time.minute - offsetMinutes)
        milliseconds =
            days * CalendarTime.millisecondsPerDay + minuteOfDay * 60_000
            + Int64(second * 1_000 + millisecond)
    }

    /// Reads `2026-11-21T12:00:00[.fraction](Z|+08:00|+0800)`; any number of fraction digits, cut to
    /// milliseconds; a space may stand for `T`. `nil` for anything else: the caller names the refusal.
    package init?(rfc3339 text: UnsafeRawBufferPointer) {
        var scan = DigitScan(text)
        guard let year = scan.number(4), scan.take("-"), let month = scan.number(2), scan.take("-"),
            let day = scan.number(2), scan.take("T") || scan.take("t") || scan.take(" "),
            let hour = scan.number(2), scan.take(":"), let minute = scan.number(2), scan.take(":"),
            let second = scan.number(2), let millisecond = scan.fraction(), let offset = scan.zone(),
            scan.atEnd
        else { return nil }
        self.init(
            date: (year, month, day), time: (hour, minute, second, millisecond), offsetMinutes: offset)
    }

    package init?(rfc3339 text: String) {
        var text = text
        let read = text.withUTF8 { UTCInstant(rfc3339: UnsafeRawBufferPointer($0)) }
        guard let read else { return nil }
        self = read
    }

    /// RFC 3339 with milliseconds: `2026-11-21T09:14:03.412+08:00`, or with `Z` at offset zero.
    package func rfc3339(offsetMinutes: Int = 0) -> String {
        let local = UTCInstant(milliseconds: milliseconds + Int64(offsetMinutes) * 60_000)
        let fields = CalendarTime.fields(of: local)
        let second = fields.millisecondOfDay / 1_000
        var text = padded(Int64(fields.year), 4) + "-" + padded(Int64(fields.month), 2)
        text += "-" + padded(Int64(fields.day), 2) + "T" + padded(second / 3_600, 2) + ":"
        text += padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2)
        text += "." + padded(fields.millisecondOfDay % 1_000, 3)
        if offsetMinutes == 0 { return text + "Z" }
        let size = Int64(abs(offsetMinutes))
        return text + (offsetMinutes < 0 ? "-" : "+") + padded(size / 60, 2) + ":" + padded(size % 60, 2)
    }
}

extension UTCInstant: CustomStringConvertible {
    package var description: String { rfc3339() }
}

/// A decimal number with leading zeros up to `width`.
private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return digits.utf8.count >= width
        ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
}

/// Walks fixed-width decimal fields. Never reads past the end, never traps.
private struct DigitScan {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var atEnd: Bool { at == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(truncatingIfNeeded: character.value) else { return false }
        at += 1
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        guard at + width <= bytes.count else { return nil }
        var value = 0
        for index in at..<(at + width) {
            let digit = bytes[index] &- 0x30
            guard digit <= 9 else { return nil }
            value = value * 10 + Int(digit)
        }
        at += width
        return value
    }

    /// `.d…` with at least one digit, or nothing; milliseconds, further digits cut off.
    mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        var value = 0
        var digits = 0
        while at < bytes.count, bytes[at] &- 0x30 <= 9 {
            if digits < 3 { value = value * 10 + Int(bytes[at] &- 0x30) }
            digits += 1
            at += 1
        }
        guard digits > 0 else { return nil }
        for _ in 0..<max(0, 3 - digits) { value *= 10 }
        return value
    }

    /// Minutes east of UTC: `Z`, `+08:00`, `+0800`.
    mutating func zone() -> Int? {
        if take("Z") || take("z") { return 0 }
        let sign: Int
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = number(2) else { return nil }
        _ = take(":")
        guard let minutes = number(2), minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
