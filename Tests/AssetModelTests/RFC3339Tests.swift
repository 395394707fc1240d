import AssetModel
import Testing

/// Instants as text. The milliseconds were taken from GNU `date -u -d TEXT +%s`.
struct RFC3339Tests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59Z", -1_000),
        ("2026-11-21T12:00:00Z", 1_795_262_400_000),
        ("2024-02-29T23:59:59Z", 1_709_251_199_000),
        ("2000-02-29T00:00:00Z", 951_782_400_000),
        ("2070-01-01T00:00:00Z", 3_155_760_000_000),
        ("2100-03-01T00:00:00Z", 4_107_542_400_000),
        ("1900-03-01T00:00:00Z", -2_203_891_200_000),
        ("9999-12-31T23:59:59Z", 253_402_300_799_000),
        ("0000-03-01T00:00:00Z", -62_162_035_200_000),
        ("0000-01-01T00:00:00Z", -62_167_219_200_000),
    ])
    func `an instant is counted from 1970, before and after`(text: String, milliseconds: Int64) {
        #expect(UTCInstant(rfc3339: text)?.milliseconds == milliseconds)
    }

    /// fraction, milliseconds
    @Test(arguments: [
        ("", 0), (".4", 400), (".41", 410), (".412", 412), (".4127", 412), (".41299", 412),
        (".412999", 412), (".0009999", 0), (".99999999", 999), (".123456789", 123), (".001", 1),
        (".12345678901234567890123456789", 123),
    ])
    func `a fraction has any number of digits and is cut to milliseconds`(
        fraction: String, milliseconds: Int64
    ) {
        let read = UTCInstant(rfc3339: "2026-11-21T12:00:00\(fraction)Z")
        #expect(read?.milliseconds == 1_795_262_400_000 + milliseconds)
    }

    /// offset, minutes east of UTC
    @Test(arguments: [
        ("Z", 0), ("z", 0), ("+00:00", 0), ("-00:00", 0), ("+0000", 0), ("+08:00", 480), ("+0800", 480),
        ("-08:00", -480), ("-0330", -210), ("+05:45", 345), ("+23:59", 1_439), ("-23:59", -1_439),
    ])
    func `an offset with or without colon is taken off`(offset: String, minutes: Int64) {
        let read = UTCInstant(rfc3339: "2026-11-21T12:00:00\(offset)")
        #expect(read?.milliseconds == 1_795_262_400_000 - minutes * 60_000)
    }

    @Test(arguments: ["2026-11-21t12:00:00z", "2026-11-21 12:00:00Z", "2026-11-21T20:00:00.000+08:00"])
    func `a small t or a space may stand for T`(text: String) {
        #expect(UTCInstant(rfc3339: text)?.milliseconds == 1_795_262_400_000)
    }

    @Test func `a leap second is the last millisecond of its minute`() {
        let expected = Int64(1_483_228_799_999)
        for text in ["2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5Z", "2017-01-01T07:59:60+08:00"] {
            #expect(UTCInstant(rfc3339: text)?.milliseconds == expected, "\(text)")
        }
    }

    @Test(arguments: [
        "", "2026", "2026-11-21", "2026-11-21T12:00:00", "2026-11-21T12:00Z", "2026-11-21T12:00:00.Z",
        "2026-11-21T12:00:00,5Z", "2026-11-21T12:00:00ZZ", "2026-11-21T12:00:00Z ", " 2026-11-21T12:00:00Z",
        "2026/11/21T12:00:00Z", "2026-11-21T12.00.00Z", "26-11-21T12:00:00Z", "2026-1-21T12:00:00Z",
        "2026-00-21T12:00:00Z", "2026-13-21T12:00:00Z", "2026-11-00T12:00:00Z", "2026-11-31T12:00:00Z",
        "2026-04-31T12:00:00Z", "2026-01-32T12:00:00Z", "2025-02-29T12:00:00Z", "1900-02-29T12:00:00Z",
        "2100-02-29T12:00:00Z", "2024-02-30T12:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T12:60:00Z",
        "2026-11-21T12:00:61Z", "2026-11-21T12:00:00+24:00", "2026-11-21T12:00:00+08:60",
        "2026-11-21T12:00:00+8:00", "2026-11-21T12:00:00+08", "2026-11-21T12:00:00+08:",
        "-026-11-21T12:00:00Z",
        "2026-11-21T12:00:00GMT", "2026-11-2１T12:00:00Z", "2026-11-21T-1:00:00Z", "+026-11-21T12:00:00Z",
    ])
    func `anything else is no instant`(text: String) {
        #expect(UTCInstant(rfc3339: text) == nil)
    }

    @Test func `a text cut off anywhere is no instant and no trap`() {
        let text = "2026-11-21T12:00:00.123+08:00"
        let bytes = Array(text.utf8)
        for size in 0..<bytes.count {
            let head = bytes.prefix(size).withUnsafeBytes { UTCInstant(rfc3339: $0) }
            #expect(head == nil, "\(size) bytes")
        }
    }

    /// milliseconds, offset in minutes, text
    @Test(arguments: [
        (0, 0, "1970-01-01T00:00:00.000Z"),
        (-1, 0, "1969-12-31T23:59:59.999Z"),
        (1_795_262_400_412, 0, "2026-11-21T12:00:00.412Z"),
        (1_795_262_400_412, 480, "2026-11-21T20:00:00.412+08:00"),
        (1_795_262_400_007, -210, "2026-11-21T08:30:00.007-03:30"),
        (1_795_305_600_000, 480, "2026-11-22T08:00:00.000+08:00"),
        (-62_167_219_200_000, 0, "0000-01-01T00:00:00.000Z"),
        (253_402_300_799_999, 0, "9999-12-31T23:59:59.999Z"),
    ])
    func `an instant is written with milliseconds and its offset`(
        milliseconds: Int64, offset: Int, text: String
    ) {
        let instant = UTCInstant(milliseconds: milliseconds)
        #expect(instant.rfc3339(offsetMinutes: offset) == text)
        #expect(UTCInstant(rfc3339: text) == instant)
    }

    @Test func `what is printed is UTC`() {
        #expect("\(UTCInstant(milliseconds: 1_795_262_400_000))" == "2026-11-21T12:00:00.000Z")
    }
}
