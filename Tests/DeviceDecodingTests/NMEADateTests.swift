import AssetModel
import DeviceDecoding
import Testing

/// Which day a sentence without a date is of.
struct NMEADateTests {
    private static let place = "4013.1,N,11612.1,E"

    private func rmc(_ time: String, _ date: String) -> String {
        "GNRMC,\(time),A,\(NMEADateTests.place),0.0,90.0,\(date),,,A"
    }

    private func gga(_ time: String) -> String {
        "GNGGA,\(time),\(NMEADateTests.place),1,06,1.3,5.0,M,0.0,M,,"
    }

    /// Years after the sentences were made, as of a recording.
    private static let later = "2026-11-22T08:00:00Z"

    @Test func `a date holds for the later lines of its payload`() {
        var source = NMEABench()
        let text = [rmc("120000", "160621"), gga("120001"), gga("120002.5")].joined(separator: "\n")
        let times = source.times(text, at: NMEADateTests.later)
        #expect(
            times == ["2021-06-16T12:00:00.000Z", "2021-06-16T12:00:01.000Z", "2021-06-16T12:00:02.500Z"])
    }

    @Test(arguments: [
        "GNRMC,120000,A,4013.1,N,11612.1,E,0.0,90.0,160621,,,A", "GPZDA,120000,16,06,2021,00,00",
    ])
    func `a date holds for the later payloads of its terminal, and of no other`(dated: String) {
        var source = NMEABench()
        _ = source.decode(dated, at: NMEADateTests.later)
        #expect(source.times(gga("120001"), at: NMEADateTests.later) == ["2021-06-16T12:00:01.000Z"])
        let other = source.times(gga("080001"), at: NMEADateTests.later, topic: "nmea/860000000000002/up")
        #expect(other == ["2026-11-22T08:00:01.000Z"], "nothing is known of it but the receipt")
    }

    @Test func `a date holds for the lines in front of it where none is known`() {
        var source = NMEABench()
        let text = [gga("235959"), rmc("000000", "170621")].joined(separator: "\n")
        let times = source.times(text, at: NMEADateTests.later)
        #expect(times == ["2021-06-16T23:59:59.000Z", "2021-06-17T00:00:00.000Z"])
    }

    @Test(arguments: [
        ("120000", "000001", "2021-06-16T00:00:01.000Z"),  // half a day less a second
        ("120001", "000001", "2021-06-16T00:00:01.000Z"),  // half a day
        ("120002", "000001", "2021-06-17T00:00:01.000Z"),  // more than half a day
        ("235959", "000000", "2021-06-17T00:00:00.000Z"), ("000000", "235959", "2021-06-16T23:59:59.000Z"),
    ])
    func `a time that goes back by more than half a day is of the next day`(
        dated: String, undated: String, expected: String
    ) {
        var source = NMEABench()
        _ = source.decode(rmc(dated, "160621"), at: NMEADateTests.later)
        #expect(source.times(gga(undated), at: NMEADateTests.later) == [expected])
        var one = NMEABench()
        let text = [rmc(dated, "160621"), gga(undated)].joined(separator: "\n")
        #expect(one.times(text, at: NMEADateTests.later).last == expected)
    }

    @Test func `midnight after midnight is counted on without another date`() {
        var source = NMEABench()
        var found: [String?] = []
        for time in ["230000", "003000", "110000", "215900", "060000", "170000", "010000"] {
            let line = found.isEmpty ? rmc(time, "280221") : gga(time)
            found += source.times(line, at: NMEADateTests.later).map { $0?.prefix(10).description }
        }
        #expect(
            found == [
                "2021-02-28", "2021-03-01", "2021-03-01", "2021-03-01", "2021-03-02", "2021-03-02",
                "2021-03-03",
            ])
    }

    @Test func `days of silence are counted by our own clock`() {
        var source = NMEABench()
        _ = source.decode(rmc("100000", "200621"), at: "2021-06-20T10:00:01Z")
        #expect(source.times(gga("150000"), at: "2021-06-23T15:00:02Z") == ["2021-06-23T15:00:00.000Z"])
        #expect(source.times(gga("150001"), at: "2021-06-23T15:00:03Z") == ["2021-06-23T15:00:01.000Z"])
    }

    @Test func `a late line from before midnight is not of the day that follows`() {
        var source = NMEABench()
        _ = source.decode(rmc("000010", "170621"), at: "2021-06-17T00:00:11Z")
        #expect(source.times(gga("235959"), at: "2021-06-17T00:00:12Z") == ["2021-06-16T23:59:59.000Z"])
        #expect(source.times(gga("000011"), at: "2021-06-17T00:00:12Z") == ["2021-06-17T00:00:11.000Z"])
    }

    @Test(arguments: [
        ("2021-06-17T12:00:00Z", "2021-06-17T00:00:00.000Z"),
        ("2021-06-17T12:00:01Z", "2021-06-18T00:00:00.000Z"),
        ("2021-06-16T12:00:00Z", "2021-06-16T00:00:00.000Z"),
    ])
    func `without any date the day is the one nearest to the receipt`(now: String, expected: String) {
        var source = NMEABench()
        #expect(source.times(gga("000000"), at: now) == [expected])
        // And nothing is learnt from it.
        #expect(source.hasNews() == false)
    }

    @Test func `a receiver that was never set dates its own line and no other`() {
        var source = NMEABench()
        let text = [rmc("000001", "060180"), gga("000002")].joined(separator: "\n")
        let times = source.times(text, at: "2026-11-22T00:00:30Z")
        #expect(times == ["1980-01-06T00:00:01.000Z", "2026-11-22T00:00:02.000Z"])
        #expect(source.times(gga("000003"), at: "2026-11-22T00:00:31Z") == ["2026-11-22T00:00:03.000Z"])
    }

    @Test func `the last date outlives a restart`() throws {
        var source = NMEABench()
        _ = source.decode(rmc("235950", "160621"), at: NMEADateTests.later)
        #expect(source.hasNews() == true)
        try source.restart()
        #expect(source.times(gga("000001"), at: NMEADateTests.later) == ["2021-06-17T00:00:01.000Z"])
    }

    @Test func `what is remembered is written once in ten minutes and at midnight`() {
        var source = NMEABench()
        let changes = ["120000", "120100", "120959", "121000", "121001"].map { time in
            _ = source.decode(rmc(time, "160621"), at: NMEADateTests.later)
            return source.hasNews()
        }
        #expect(changes == [true, false, false, true, false])
        _ = source.decode(rmc("235959", "160621"), at: NMEADateTests.later)
        _ = source.hasNews()
        _ = source.decode(gga("000000"), at: NMEADateTests.later)
        #expect(source.hasNews() == true)
    }

    @Test func `a thousand terminals are remembered, and more do not grow the state`() {
        var source = NMEABench()
        var sizes: [Int] = []
        for index in 0..<1_100 {
            let second = index % 60 < 10 ? "0\(index % 60)" : "\(index % 60)"
            let minute = index / 60 < 10 ? "0\(index / 60)" : "\(index / 60)"
            let now = "2021-06-16T12:\(minute):\(second)Z"
            _ = source.decode(
                rmc("12\(minute)\(second)", "150621"), at: now, topic: "nmea/\(100_000 + index)/up")
            sizes.append(source.bench.decoder.encodeState().count)
        }
        #expect(sizes[1_023] == sizes[1_099] && sizes[1_022] < sizes[1_023])
        let now = "2021-06-16T13:00:00Z"
        #expect(source.times(gga("130000"), at: now, topic: "nmea/101099/up") == ["2021-06-15T13:00:00.000Z"])
        #expect(source.times(gga("130000"), at: now, topic: "nmea/100000/up") == ["2021-06-16T13:00:00.000Z"])
    }

    @Test func `state that is cut or of another form is refused`() throws {
        var source = NMEABench()
        _ = source.decode(rmc("120000", "160621"), at: NMEADateTests.later)
        let state = source.bench.decoder.encodeState()
        for size in 0..<state.count {
            var other = DeviceDecoder(layout: DecoderBench.layout(.nmea))
            #expect(throws: ByteReader.Damaged.self) { try other.restoreState(Array(state.prefix(size))) }
        }
    }

    @Test func `no order of times leads a live terminal astray for good`() {
        var source = NMEABench()
        var random = SplitMix64(seed: 4)
        let start = UTCInstant(rfc3339: "2026-11-21T00:00:00Z")!
        _ = source.decode(rmc("000000", "211126"), at: start.rfc3339())
        for second in stride(from: Int64(60), to: 400_000, by: 977) {
            let now = start + ElapsedTime(seconds: second)
            // A line that waited for up to twenty hours, and one of this moment behind it.
            let age = Int64(random.below(20 * 3_600))
            let old = UTCInstant(milliseconds: now.milliseconds - age * 1_000).rfc3339()
            _ = source.decode(gga(NMEADateTests.digits(old)), at: now.rfc3339())
            let fresh = source.times(gga(NMEADateTests.digits(now.rfc3339())), at: now.rfc3339())
            #expect(fresh == [now.rfc3339()])
        }
    }

    /// `hhmmss` of an RFC 3339 text.
    private static func digits(_ text: String) -> String {
        String(text.dropFirst(11).prefix(8).filter { $0 != ":" })
    }
}
