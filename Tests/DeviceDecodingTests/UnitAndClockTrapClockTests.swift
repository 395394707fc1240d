import AssetModel
import DeviceDecoding
import Testing

private let hex = TrapSample.hex

// MARK: clocks

struct UnitAndClockTrapClockTests {
    @Test(arguments: 0...9)
    func `ISO times have 0 to 9 fraction digits`(digits: Int) {
        let fraction = digits == 0 ? "" : "." + "123456789".prefix(digits)
        let milliseconds = Int64([0, 100, 120][min(digits, 2)] + (digits > 2 ? 3 : 0))
        let expected = noon + ElapsedTime(milliseconds: milliseconds)
        let time = "2026-11-21T12:00:00\(fraction)"
        for payload in [
            TrapSample.impinj(",\"lastSeenTime\":\"\(time)Z\""), TrapSample.zebra("", time: time + "+0000"),
            TrapSample.ifm(",\"timestamp\":\"\(time)+0000\""), "{\"epc\":\"\(hex)\",\"time\":\"\(time)Z\"}",
        ] {
            let (message, _) = decodedAsAuto(payload)
            #expect(message.tagReads.map(\.heardAt) == [expected], "\(payload): \(message.summary)")
        }
    }

    @Test(
        arguments: [
            (
                "Impinj, when it was read and not when it was queued",
                TrapSample.impinj(",\"lastSeenTime\":\"2026-11-21T12:00:00Z\""), 0
            ),
            ("Impinj, when it was queued where nothing else is said", TrapSample.impinj(""), 5_000),
            ("SmartReader, microseconds", TrapSample.smartReader(""), 0),
            ("Zebra, +0000 without a colon", TrapSample.zebra("", time: "2026-11-21T12:00:00.250+0000"), 250),
            ("Zebra, +00:00 with one", TrapSample.zebra("", time: "2026-11-21T12:00:00.250+00:00"), 250),
            ("Zebra, another offset", TrapSample.zebra("", time: "2026-11-21T20:00:00.000+0800"), 0),
            ("Keonn, a text of milliseconds", TrapSample.keonn(",\"ts\":\"1795262400123\""), 123),
            ("CSL, local time and zone", TrapSample.csl(",\"timeOfRead\":\"2026/11/21 07:00:00\""), 0),
            (
                "CSL, local time of no zone: none",
                TrapSample.csl(",\"timeOfRead\":\"2026/11/21 07:00:00\"", zone: ""), nil
            ),
            ("ifm, +0100", TrapSample.ifm(",\"timestamp\":\"2026-11-21T13:00:00+0100\""), 0),
            ("llrpkit, seconds with a fraction", TrapSample.llrpkit(), 123),
            ("no time at all: the receipt stands in later", "{\"epc\":\"\(hex)\"}", nil),
        ] as [(String, String, Int64?)])
    func `each vendor's clock has its own form`(name: String, payload: String, milliseconds: Int64?) {
        let (message, _) = decodedAsAuto(payload)
        #expect(message.tagReads.count == 1, "\(name): \(message.summary)")
        let expected = milliseconds.map { noon + ElapsedTime(milliseconds: $0) }
        #expect(message.tagReads.first?.heardAt == expected, "\(name)")
    }

    @Test(arguments: [
        ("1795262400", 0), ("1795262400.123", 123), ("1795262400123", 123), ("1795262400123456", 123),
        ("1795262400123456789", 123), ("1.7952624e9", 0), ("1795262400123.9", 123),
    ])
    func `magnitude tells seconds, milliseconds, microseconds and nanoseconds`(
        text: String, milliseconds: Int64
    ) throws {
        let expected = [noon + ElapsedTime(milliseconds: milliseconds)]
        for value in [text, "\"\(text)\""] {
            #expect(
                decodedAsAuto("{\"epc\":\"\(hex)\",\"ts\":\(value)}").0.tagReads.map(\.heardAt) == expected)
            let message = try decodedByMapping("{\"e\":\"\(hex)\",\"t\":\(value)}", "epc='e'\ntime='t'")
            #expect(message.tagReads.map(\.heardAt) == expected)
        }
    }

    @Test(arguments: [
        ("s", "1795262400123"), ("ms", "1795262400"), ("us", "1795262400123"), ("ns", "1795262400123456"),
    ])
    func `an epoch of another unit than the mapping says is refused, not moved by centuries`(
        unit: String, text: String
    ) throws {
        let message = try decodedByMapping(
            "{\"e\":\"\(hex)\",\"t\":\(text)}", "epc='e'\ntime='t'\ntime_format='\(unit)'")
        #expect(message.summary == "rejected malformed_time @ t")
    }

    @Test func `the Auxcis time with a digit missing is refused by name`() throws {
        let payload = "{\"SerialNr\":\"\(hex)\",\"Type\":\"Exit\",\"Timestamp\":166973472}"
        for format in ["", "\ntime_format='s'", "\ntime_format='ms'"] {
            let message = try decodedByMapping(payload, "epc='SerialNr'\ntime='Timestamp'" + format)
            #expect(message.summary == "rejected malformed_time @ Timestamp")
        }
        let (plain, _) = decodedAsAuto("{\"epc\":\"\(hex)\",\"timestamp\":166973472}")
        #expect(plain.summary == "rejected malformed_time @ timestamp")
    }

    @Test(arguments: ["0", "345", "86400", "31536000", "946684799", "4133980800", "-1", "1e40"])
    func `a clock that counts from its start is no time`(text: String) throws {
        let (plain, _) = decodedAsAuto("{\"epc\":\"\(hex)\",\"timestamp\":\(text)}")
        #expect(plain.summary == "rejected malformed_time @ timestamp")
        let message = try decodedByMapping("{\"e\":\"\(hex)\",\"t\":\(text)}", "epc='e'\ntime='t'")
        #expect(message.summary == "rejected malformed_time @ t")
    }

    @Test(arguments: [
        TrapSample.impinj(",\"lastSeenTime\":\"2000-01-01T00:00:07Z\""),
        TrapSample.zebra("", time: "2000-01-01T00:00:07.000+0000"),
        TrapSample.ifm(",\"timestamp\":\"2000-01-01T01:00:07+0100\""), TrapSample.llrpkit(at: "946684807.0"),
        "{\"epc\":\"\(hex)\",\"ts\":946684807000}",
    ])
    func `a clock without time service stands in the year 2000: a time, to be judged by the path`(
        payload: String
    ) {
        let (message, _) = decodedAsAuto(payload)
        #expect(message.tagReads.map(\.heardAt) == [UTCInstant(milliseconds: 946_684_807_000)])
    }

    @Test func `a local time sent as UTC is left as it is: eight hours of skew are measured, not guessed`()
        throws
    {
        let ahead = noon + ElapsedTime(seconds: 8 * 3_600)
        let (message, _) = decodedAsAuto(TrapSample.zebra("", time: "2026-11-21T20:00:00.000+0000"))
        #expect(message.tagReads.map(\.heardAt) == [ahead] && message.sentAt == ahead)
        // The integrator's word mends it: the Z is a letter that means nothing.
        let toml = "epc='e'\ntime='t'\ntime_format='local'\ntime_zone='+08:00'\n"
        let mended = try decodedByMapping(
            "{\"e\":\"\(hex)\",\"t\":\"2026-11-21T20:00:00Z\"}",
            toml + "time_pattern='YYYY-MM-DDTHH:MM:SSZ'")
        #expect(mended.tagReads.map(\.heardAt) == [noon], "\(mended.summary)")
    }

    @Test(arguments: [
        TrapSample.impinj(",\"lastSeenTime\":\"2026-11-21T12:00:00Z\""), TrapSample.smartReader(""),
        TrapSample.zebra(""), TrapSample.keonn(",\"ts\":\"1795262400000\""),
        TrapSample.llrpkit(at: "1795262400"),
        TrapSample.csl(",\"timeOfRead\":\"2026/11/21 07:00:00\""),
        TrapSample.ifm(",\"timestamp\":\"2026-11-21T13:00:00+0100\""),
    ])
    func `the time of arrival is a second clock and never replaces the first`(payload: String) {
        for hours in [-1, 0, 1, 9_000] as [Int64] {
            let (message, _) = decodedAsAuto(payload, receivedAt: noon + ElapsedTime(seconds: hours * 3_600))
            #expect(message.tagReads.map(\.heardAt) == [noon], "\(message.summary)")
        }
    }
}
