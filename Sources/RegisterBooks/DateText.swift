package import AssetModel

/// A calendar day as registers write it.
package struct DateText: Sendable, Equatable {
    package let year: Int
    package let month: Int
    package let day: Int
    /// The cell named no day; the first of the month stands in.
    package let isMonthOnly: Bool

    /// Reads `2026-11-21`, `2026/11/21`, `2026.11.21`, `20261121`, `2026年11月21日`, `2026-11`, `2026年11月` and a
    /// spreadsheet's day number such as `46347`. A time of day after the date is checked for its form and
    /// left out.
    ///
    /// - Parameter text: folded text. `nil` where it is no day from 1900 to 2199.
    package init?(_ text: String) {
        let halves = text.split(maxSplits: 1) { $0 == " " || $0 == "T" }
        guard let date = halves.first, halves.count == 1 || DateText.isTimeOfDay(halves[1]) else {
            return nil
        }
        let groups = DateText.groups(of: date)
        switch (groups.numbers.count, groups.separators) {
        case (1, ""): self.init(packed: groups.numbers[0])
        case (3, "--"), (3, "//"), (3, ".."), (3, "年月日"), (3, "年月"):
            self.init(groups.numbers, isMonthOnly: false)
        case (2, "-"), (2, "/"), (2, "."), (2, "年月"): self.init(groups.numbers, isMonthOnly: true)
        default: return nil
        }
    }

    /// `2026-11-21`
    package var canonical: String {
        "\(year)-" + (month < 10 ? "0\(month)" : "\(month)") + (day < 10 ? "-0\(day)" : "-\(day)")
    }

    /// The start of this day in a place `offsetMinutes` east of UTC.
    package func midnight(offsetMinutes: Int) -> UTCInstant? {
        UTCInstant(date: (year, month, day), time: (0, 0, 0, 0), offsetMinutes: offsetMinutes)
    }

    /// Years that a register can mean; others are slips of the pen.
    private static let years = 1_900...2_199
    /// Day 1 of the spreadsheet calendar that counts from 1900 lies 25,569 days before 1970 began, its
    /// invented 29 February 1900 counted.
    private static let spreadsheetDaysBefore1970: Int64 = 25_569
    /// 1954 to 2119: five digits that stand for a day and for no other form.
    private static let spreadsheetDays: ClosedRange<Int64> = 20_000...80_000

    private init?(_ numbers: [Substring], isMonthOnly: Bool) {
        guard numbers[0].utf8.count == 4, numbers.dropFirst().allSatisfy({ (1...2).contains($0.utf8.count) }),
            let year = Int(numbers[0]), let month = Int(numbers[1]),
            let day = isMonthOnly ? 1 : Int(numbers[2]), DateText.years.contains(year),
            CalendarTime.daysSinceEpoch(year: year, month: month, day: day) != nil
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.isMonthOnly = isMonthOnly
    }

    private init(_ fields: CalendarTime.Fields) {
        year = fields.year
        month = fields.month
        day = fields.day
        isMonthOnly = false
    }

    private init?(packed digits: Substring) {
        switch digits.utf8.count {
        case 8:
            self.init(
                [digits.prefix(4), digits.dropFirst(4).prefix(2), digits.dropFirst(6)], isMonthOnly: false)
        case 5:
            guard let number = Int64(digits), DateText.spreadsheetDays.contains(number) else { return nil }
            let days = number - DateText.spreadsheetDaysBefore1970
            self.init(
                CalendarTime.fields(of: UTCInstant(milliseconds: days * CalendarTime.millisecondsPerDay)))
        default: return nil
        }
    }

    /// Runs of ASCII digits, and everything that stands between and after them.
    private static func groups(of text: Substring) -> (numbers: [Substring], separators: String) {
        let numbers = text.split { !isDigit($0) }
        return (numbers, String(text.filter { !isDigit($0) }))
    }

    /// `8:30`, `08:30:00`, `08:30:00.000`
    private static func isTimeOfDay(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return false }
        let limits = [23, 59, 60]
        for (index, part) in parts.enumerated() {
            let whole = index == 2 ? part.prefix { $0 != "." } : part
            guard (1...2).contains(whole.utf8.count), let number = Int(whole),
                (0...limits[index]).contains(number)
            else { return false }
        }
        return true
    }

    private static func isDigit(_ character: Character) -> Bool {
        character.isASCII && character.isWholeNumber
    }
}

/// An instant as a binding or a vehicle card writes its validity.
package enum InstantText {
    /// RFC 3339 with an offset, or a day alone, which means its midnight `offsetMinutes` east of UTC.
    /// A time without an offset, and a month without a day, are refused: nobody can tell what was meant.
    package static func instant(_ text: String, offsetMinutes: Int) -> UTCInstant? {
        if let instant = UTCInstant(rfc3339: text) { return instant }
        guard !text.contains(":"), let date = DateText(text), !date.isMonthOnly else { return nil }
        return date.midnight(offsetMinutes: offsetMinutes)
    }
}
