import AssetModel
import Testing

/// The calendar, against a count of days that knows nothing but the lengths of months.
struct CalendarTests {
    @Test func `every day of 1900 to 2100 comes one after the day before and reads back`() {
        // 1900-01-01 is 25,567 days before 1970-01-01 (GNU date).
        var expected = Int64(-25_567)
        var wrong: [String] = []
        for year in 1900...2100 {
            let february = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28
            let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (index, length) in months.enumerated() {
                for day in 1...length {
                    let days = CalendarTime.daysSinceEpoch(year: year, month: index + 1, day: day)
                    let instant = UTCInstant(milliseconds: expected * CalendarTime.millisecondsPerDay + 1)
                    let fields = CalendarTime.fields(of: instant)
                    let isSame = (fields.year, fields.month, fields.day) == (year, index + 1, day)
                    if days != expected || !isSame || fields.millisecondOfDay != 1 {
                        wrong.append("\(year)-\(index + 1)-\(day)")
                    }
                    expected += 1
                }
                #expect(CalendarTime.daysSinceEpoch(year: year, month: index + 1, day: length + 1) == nil)
            }
        }
        #expect(wrong.isEmpty)
        // 2101-01-01
        #expect(expected == 47_847)
    }

    @Test func `random instants of 200 years are read as they are written, with any offset`() {
        var numbers = SeededNumbers(seed: 1970)
        let years = Int64(200 * 365) * CalendarTime.millisecondsPerDay
        for _ in 0..<5_000 {
            let instant = UTCInstant(milliseconds: Int64(numbers.next() % UInt64(years)) - years / 2)
            let offset = numbers.below(2 * 1_439 + 1) - 1_439
            let text = instant.rfc3339(offsetMinutes: offset)
            #expect(UTCInstant(rfc3339: text) == instant, "\(text)")
        }
    }

    /// A field out of its range, and one at each end of it.
    @Test func `fields out of range make no instant`() {
        func make(_ hour: Int, _ minute: Int, _ second: Int, _ millisecond: Int, _ offset: Int) -> UTCInstant?
        {
            UTCInstant(
                date: (2026, 11, 21), time: (hour, minute, second, millisecond), offsetMinutes: offset)
        }
        let good = [(0, 0, 0, 0, 0), (23, 59, 60, 999, 0), (0, 0, 0, 0, 1_439), (0, 0, 0, 0, -1_439)]
        for (hour, minute, second, millisecond, offset) in good {
            #expect(make(hour, minute, second, millisecond, offset) != nil)
        }
        let bad = [
            (24, 0, 0, 0, 0), (-1, 0, 0, 0, 0), (0, 60, 0, 0, 0), (0, -1, 0, 0, 0), (0, 0, 61, 0, 0),
            (0, 0, -1, 0, 0), (0, 0, 0, 1_000, 0), (0, 0, 0, -1, 0), (0, 0, 0, 0, 1_440),
            (0, 0, 0, 0, -1_440),
        ]
        for (hour, minute, second, millisecond, offset) in bad {
            #expect(make(hour, minute, second, millisecond, offset) == nil)
        }
        for (month, day) in [(0, 1), (13, 1), (1, 0), (1, 32), (-1, 5), (2, -3)] {
            #expect(CalendarTime.daysSinceEpoch(year: 2026, month: month, day: day) == nil)
        }
    }

    /// milliseconds, rounded up to a whole second
    @Test(arguments: [
        (0, 0), (1, 1_000), (999, 1_000), (1_000, 1_000), (1_001, 2_000), (-1, 0), (-999, 0),
        (-1_000, -1_000), (-1_001, -1_000),
    ])
    func `rounding up goes to the next whole second, before 1970 as well`(from: Int64, to: Int64) {
        #expect(UTCInstant(milliseconds: from).roundedUpToSecond == UTCInstant(milliseconds: to))
    }

    @Test func `instants and elapsed times add and compare`() {
        let start = UTCInstant(milliseconds: 10_000)
        let later = start + ElapsedTime(seconds: 3)
        #expect(later.milliseconds == 13_000 && start < later && !(later < start))
        #expect(later - start == ElapsedTime(milliseconds: 3_000))
        #expect(start - later == ElapsedTime(milliseconds: -3_000))
        #expect(ElapsedTime(milliseconds: 2_999).seconds == 2)
        var sum = ElapsedTime.zero
        sum += ElapsedTime(seconds: 5)
        #expect(sum - ElapsedTime(seconds: 2) == ElapsedTime(seconds: 3))
        #expect(ElapsedTime(seconds: 200 * 366 * 86_400) < .never)
        #expect(ElapsedTime.never + ElapsedTime.never + ElapsedTime.never > .never)
    }
}
