import AssetModel

/// RFC 3339 as machines write it: `2026-11-21T12:00:00`, then `.` and 1...9 digits, or nothing, then `Z`,
/// `+0800` or `+08:00`.
enum TimeScan {
    /// Reads a time from `at` on and says where it ends. `nil` for every other form, right or wrong: the
    /// caller then asks `UTCInstant(rfc3339:)`, which says which of both.
    @inline(never)
    static func instant(of bytes: UnsafeRawBufferPointer, at: Int) -> (instant: UTCInstant, end: Int)? {
        // 20 bytes are the shortest form; the third word below reads up to byte 24, NUL beyond the end.
        guard at &+ 20 <= bytes.count else { return nil }
        let head = ByteWords.word(of: bytes, at: at) ^ 0x2D30_302D_3030_3030  // "0000-00-"
        let middle = ByteWords.word(of: bytes, at: at &+ 8) ^ 0x3030_3A30_3054_3030  // "00T00:00"
        let tail = ByteWords.word(of: bytes, at: at &+ 16) ^ 0x3030_303A  // ":00" and one more
        // 0x7F leaves a byte below 0x80 only where it is zero, 0x76 only where it is at most nine.
        let faults =
            (head &+ 0x7F76_767F_7676_7676 | head) | (middle &+ 0x7676_7F76_767F_7676 | middle)
            | ((tail & 0x00FF_FFFF) &+ 0x0076_767F | (tail & 0x00FF_FFFF))
        guard faults & ByteWords.tops == 0 else { return nil }
        // Each byte becomes ten times itself and the next one.
        let years = head &* 10 &+ head >> 8
        let hours = middle &* 10 &+ middle >> 8
        let year = Int(years & 0xFF) &* 100 &+ Int(years >> 16 & 0xFF)
        let date = (month: Int(years >> 40 & 0xFF), day: Int(hours & 0xFF))
        let time = (hour: Int(hours >> 24 & 0xFF), minute: Int(hours >> 48 & 0xFF))
        let second = Int(tail >> 8 & 0xFF) &* 10 &+ Int(tail >> 16 & 0xFF)
        guard let days = days(year, date.month, date.day), time.hour <= 23, time.minute <= 59, second <= 59,
            let rest = fractionAndZone(of: bytes, at: at &+ 19)
        else { return nil }
        let minutes = Int64(truncatingIfNeeded: time.hour &* 60 &+ time.minute &- rest.offsetMinutes)
        let thousandths = Int64(truncatingIfNeeded: second &* 1_000 &+ rest.millisecond)
        let milliseconds = days &* CalendarTime.millisecondsPerDay &+ minutes &* 60_000 &+ thousandths
        return (UTCInstant(milliseconds: milliseconds), rest.end)
    }

    /// Days since 1970-01-01 for years from 1 on, by the method that ``CalendarTime`` names.
    @inline(__always)
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64? {
        guard year >= 1, month >= 1, month <= 12, day >= 1,
            day <= 28 || day <= CalendarTime.daysIn(month: month, of: year)
        else { return nil }
        // All of it is below 2^22: four digits of a year.
        let shifted = UInt32(truncatingIfNeeded: month <= 2 ? year &- 1 : year)
        let monthFromMarch = UInt32(truncatingIfNeeded: month <= 2 ? month &+ 9 : month &- 3)
        let dayOfYear = (153 &* monthFromMarch &+ 2) / 5 &+ UInt32(truncatingIfNeeded: day) &- 1
        let leapDays = shifted / 4 &- shifted / 100 &+ shifted / 400
        return Int64(shifted &* 365 &+ leapDays &+ dayOfYear) &- 719_468
    }

    /// What follows the seconds. Milliseconds, further digits cut off, and minutes east of UTC.
    @inline(__always)
    private static func fractionAndZone(
        of bytes: UnsafeRawBufferPointer, at start: Int
    ) -> (millisecond: Int, offsetMinutes: Int, end: Int)? {
        var word = ByteWords.word(of: bytes, at: start)
        var at = start
        var millisecond = 0
        if word & 0xFF == 0x2E {
            word = ByteWords.word(of: bytes, at: start &+ 1)
            let digits = digitCount(of: bytes, word, at: start &+ 1)
            guard digits > 0 else { return nil }
            let kept = min(digits, 3)
            millisecond = Int(ByteWords.decimal(word, count: kept)) &* (kept == 3 ? 1 : kept == 2 ? 10 : 100)
            word = ByteWords.word(of: bytes, at: start &+ 1 &+ digits)
            at = start &+ 1 &+ digits
        }
        if word & 0xFF == 0x5A { return (millisecond, 0, at &+ 1) }
        guard let zone = offset(word) else { return nil }
        return (millisecond, zone.minutes, at &+ zone.bytes)
    }

    /// Digits of a fraction, 1...9, or 0 for another number of them.
    @inline(__always)
    private static func digitCount(of bytes: UnsafeRawBufferPointer, _ word: UInt64, at: Int) -> Int {
        let ends = ByteWords.nonDigits(in: word)
        if ends != 0 { return ByteWords.clearBytes(before: ends) }
        let next = ByteWords.word(of: bytes, at: at &+ 8)
        let more = ByteWords.clearBytes(before: ByteWords.nonDigits(in: next) & 0x8080)
        return more <= 1 ? 8 &+ more : 0
    }

    /// `+0800` or `+08:00` at the start of a word.
    @inline(__always)
    private static func offset(_ word: UInt64) -> (minutes: Int, bytes: Int)? {
        let sign = word & 0xFF
        guard sign == 0x2B || sign == 0x2D else { return nil }
        let hasColon = word >> 24 & 0xFF == 0x3A
        let low = hasColon ? word >> 32 : word >> 24
        let digits = word >> 8 & 0xFFFF | (low & 0xFFFF) << 16
        guard ByteWords.nonDigits(in: digits) & 0x8080_8080 == 0 else { return nil }
        let number = Int(ByteWords.decimal(digits, count: 4))
        let minutes = number / 100 &* 60 &+ number % 100
        guard number % 100 < 60, minutes <= 1_439 else { return nil }
        return (sign == 0x2B ? minutes : -minutes, hasColon ? 6 : 5)
    }
}
