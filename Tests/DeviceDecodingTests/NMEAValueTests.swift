import AssetModel
import DeviceDecoding
import Testing

/// Values of single sentences: what is not said, what is exact, what cannot be.
struct NMEAValueTests {
    private static let noon = "2021-06-16T15:30:00Z"

    private func decode(_ text: String) -> DecodedMessage {
        var source = NMEABench()
        return source.decode(text, at: NMEAValueTests.noon)
    }

    private func raw(_ text: String) -> DecodedMessage {
        var bench = DecoderBench(.nmea, terminal: true)
        return bench.decode(Array(text.utf8), on: "nmea/860000000000001/up")
    }

    @Test(
        arguments: [
            ("GPRMC,151444,A,4013.1,N,11612.1,E,0.61,142.29,160621,,,A", nil, 0.61 * 1.852, 142.29),
            ("GPRMC,151444,A,4013.1,N,11612.1,E,,,160621,,,A", nil, nil, nil),
            ("GPRMC,151444,A,4013.1,N,11612.1,E,0.00,360.0,160621,,,A", nil, 0, 0),
            ("GPGGA,151444,4013.1,N,11612.1,E,1,06,5.3,52.45,M,0.0,M,,", 52.45, nil, nil),
            ("GPGGA,151444,4013.1,N,11612.1,E,1,06,5.3,,M,0.0,M,,", nil, nil, nil),
            ("GPGLL,4013.1,N,11612.1,E,151444,A,A", nil, nil, nil),
            ("GNGNS,151444,4013.1,N,11612.1,E,AAN,11,0.8,-3.2,-9.0,,", -3.2, nil, nil),
            (
                "GPGGA,151444,4013.1,N,11612.1,E,1,06,5.3,5,M,,M,,\nGPVTG,90.5,T,,M,5.0,N,9.26,K,A", 5, 9.26,
                90.5
            ),
            (
                "GPGGA,151444,4013.1,N,11612.1,E,1,06,5.3,5,M,,M,,\nGPVTG,90.5,T,,M,5.0,N,9.26,K,N", 5, nil,
                nil
            ),
        ] as [(String, Double?, Double?, Double?)])
    func `altitude, speed and direction are null where no sentence says them, and exact where one does`(
        text: String, altitude: Double?, speed: Double?, direction: Double?
    ) throws {
        let fix = try #require(decode(text).fixes.first)
        #expect(fix.altitudeMetres == altitude && fix.speedKilometresPerHour == speed)
        #expect(fix.directionDegrees == direction && fix.isValid)
    }

    @Test func `GNS gives a place, its satellites and its altitude`() throws {
        let fix = try #require(
            decode("GNGNS,151444.600,4013.17349,N,11612.09969,E,AD,11,0.8,52.4,-9.0,,").fixes.first)
        #expect(fix.isValid && fix.latitudeDegrees == 40 + 13.17349 / 60 && fix.satellitesUsed == 11)
        #expect(fix.fixedAt?.rfc3339() == "2021-06-16T15:14:44.600Z")
    }

    @Test(arguments: [
        (
            "GPRMC,151444.600,A,4060.0,N,11612.09969,E,1.5,142.29,160621,,,A",
            "position_out_of_range @ GPRMC field 3"
        ),
        (
            "GPRMC,151444.600,A,9000.1,N,11612.09969,E,1.5,142.29,160621,,,A",
            "position_out_of_range @ GPRMC field 3"
        ),
        (
            "GPRMC,151444.600,A,4013.1,N,18000.1,E,1.5,142.29,160621,,,A",
            "position_out_of_range @ GPRMC field 5"
        ),
        ("GPRMC,151444.600,A,4013.1,X,11612.09969,E,1.5,142.29,160621,,,A", "malformed_item @ GPRMC field 4"),
        ("GPRMC,151444.600,A,4013.1,N,,E,1.5,142.29,160621,,,A", "malformed_item @ GPRMC field 5"),
        (
            "GPRMC,151444.600,A,40x3.1,N,11612.09969,E,1.5,142.29,160621,,,A",
            "malformed_number @ GPRMC field 3"
        ),
        (
            "GPRMC,151444.600,A,40.219558,N,116.201661,E,1.5,142.29,160621,,,A",
            "malformed_number @ GPRMC field 3"
        ),
        ("GPRMC,151444.600,A,013.1,N,11612.1,E,1.5,142.29,160621,,,A", "malformed_number @ GPRMC field 3"),
        ("GPRMC,151444.600,A,4013.1,N,1612.1,E,1.5,142.29,160621,,,A", "malformed_number @ GPRMC field 5"),
        ("GPRMC,151444.600,A,-4013.1,N,11612.1,E,1.5,142.29,160621,,,A", "malformed_number @ GPRMC field 3"),
    ])
    func `a place that cannot be is refused alone`(text: String, expected: String) throws {
        let decoded = decode(text)
        #expect(decoded.summary == "1 fixes, rejected " + expected)
        let fix = try #require(decoded.fixes.first)
        #expect(fix.latitudeDegrees == nil && fix.longitudeDegrees == nil && !fix.isValid)
        #expect(fix.speedKilometresPerHour == 1.5 * 1.852 && fix.directionDegrees == 142.29)
        #expect(fix.fixedAt?.rfc3339() == "2021-06-16T15:14:44.600Z")
    }

    @Test(arguments: [
        ("GPRMC,151444,A,4013.1,N,11612.1,E,-1,142.29,160621,,,A", "number_out_of_range @ GPRMC field 7"),
        ("GPRMC,151444,A,4013.1,N,11612.1,E,99999,142.29,160621,,,A", "number_out_of_range @ GPRMC field 7"),
        ("GPRMC,151444,A,4013.1,N,11612.1,E,1e1,142.29,160621,,,A", "malformed_number @ GPRMC field 7"),
        ("GPRMC,151444,A,4013.1,N,11612.1,E,0.0,360.1,160621,,,A", "number_out_of_range @ GPRMC field 8"),
        ("GPRMC,151444,A,4013.1,N,11612.1,E,0.0,east,160621,,,A", "malformed_number @ GPRMC field 8"),
        ("GPGGA,151444,4013.1,N,11612.1,E,1,-6,5.3,5,M,,M,,", "number_out_of_range @ GPGGA field 7"),
        ("GPGGA,151444,4013.1,N,11612.1,E,1,06,5.3,99999,M,,M,,", "number_out_of_range @ GPGGA field 9"),
        ("GPGGA,151444,4013.1,N,11612.1,E,1,06,5.3,164,F,,M,,", "malformed_item @ GPGGA field 10"),
        ("GNGNS,151444,4013.1,N,11612.1,E,A,999,0.8,5,,,", "number_out_of_range @ GNGNS field 7"),
    ])
    func `a value that cannot be is refused alone, and the place stands`(text: String, expected: String)
        throws
    {
        let decoded = decode(text)
        #expect(decoded.summary == "1 fixes, rejected " + expected)
        let fix = try #require(decoded.fixes.first)
        #expect(fix.isValid && fix.latitudeDegrees == 40 + 13.1 / 60 && fix.fixedAt != nil)
    }

    @Test(arguments: [
        ("GPRMC,251444,A,4013.1,N,11612.1,E,0.0,90,160621,,,A", "malformed_time @ GPRMC field 1"),
        ("GPRMC,15144.6,A,4013.1,N,11612.1,E,0.0,90,160621,,,A", "malformed_time @ GPRMC field 1"),
        ("GPRMC,151444,A,4013.1,N,11612.1,E,0.0,90,310621,,,A", "malformed_time @ GPRMC field 9"),
        ("GPRMC,151444,A,4013.1,N,11612.1,E,0.0,90,1606,,,A", "malformed_time @ GPRMC field 9"),
        ("GPGLL,4013.1,N,11612.1,E,151461,A,A", "malformed_time @ GPGLL field 5"),
        (
            "GPGGA,151444,4013.1,N,11612.1,E,1,06,5.3,5,M,,M,,\nGPZDA,151444,31,02,2021,00,00",
            "malformed_time @ GPZDA field 2"
        ),
    ])
    func `a time that cannot be leaves the place without one`(text: String, expected: String) throws {
        let decoded = decode(text)
        #expect(decoded.summary == "1 fixes, rejected " + expected)
        let fix = try #require(decoded.fixes.first)
        #expect(fix.isValid && fix.latitudeDegrees == 40 + 13.1 / 60 && fix.fixedAt == nil)
    }

    @Test func `0, 0 is kept and is not valid`() throws {
        let fix = try #require(decode("GPGLL,0000.0,N,00000.0,E,151444,A,A").fixes.first)
        #expect(fix.latitudeDegrees == 0 && fix.longitudeDegrees == 0 && !fix.isValid)
    }

    @Test func `two reports of one instant are two fixes`() {
        let one = "GPRMC,151444,A,4013.1,N,11612.1,E,0.0,90,160621,,,A"
        let other = "GPRMC,151444,A,4014.1,N,11612.1,E,0.0,90,160621,,,A"
        let latitudes = decode(one + "\n" + other).fixes.map(\.latitudeDegrees)
        let expected: [Double?] = [40 + 13.1 / 60, 40 + 14.1 / 60]
        #expect(latitudes == expected)
    }

    @Test func `what the better sentence does not say the other one does`() throws {
        let gga = "GNGGA,151444,4013.2,N,11612.1,E,1,06,5.3,5,M,,M,,"
        let rmc = "BDRMC,151444,A,4013.1,N,11612.1,E,1.5,90,160621,,,A"
        let fix = try #require(decode(gga + "\n" + rmc).fixes.first)
        #expect(fix.latitudeDegrees == 40 + 13.2 / 60 && fix.speedKilometresPerHour == 1.5 * 1.852)
        #expect(fix.altitudeMetres == 5 && fix.directionDegrees == 90)
    }

    @Test(arguments: [
        "\u{FEFF}%", "2021-06-16 15:14:45 %", "\"%\"", "%\u{0}", "% ", "\r\n%\r\n", "OK\r\n%", "AT>%\n\n",
    ])
    func `what stands around a sentence is passed over`(frame: String) {
        let line = NMEABench.sealed("GPRMC,151444,A,4013.1,N,11612.1,E,0.0,90,160621,,,A")
        let decoded = raw(frame.replacing("%", with: line))
        #expect(decoded.summary == "1 fixes" && decoded.fixes.first?.isValid == true)
    }

    @Test func `sentences may follow one another without a line end`() {
        let lines = ["151444", "151445"].map { time in
            NMEABench.sealed("GPRMC,\(time),A,4013.1,N,11612.1,E,0.0,90,160621,,,A")
        }
        #expect(raw(lines.joined()).fixes.count == 2)
        #expect(raw(lines.joined(separator: "\r")).fixes.count == 2)
    }

    @Test func `a checksum in lower case is right`() {
        let line = NMEABench.sealed("GPRMC,151444,A,4013.1,N,11612.1,E,0.0,0,160621,,,A")
        #expect(line.hasSuffix("*6E"), "has a letter in it")
        #expect(raw(line.replacing("*6E", with: "*6e")).fixes.count == 1)
    }

    @Test func `an hour at once a second is taken whole`() {
        let lines = (0..<3_600).map { second in
            let (minute, rest) = (second / 60, second % 60)
            let time = "15" + (minute < 10 ? "0" : "") + "\(minute)" + (rest < 10 ? "0" : "") + "\(rest)"
            return "GPRMC,\(time),A,4013.1,N,11612.1,E,0.0,90,160621,,,A"
        }
        let decoded = decode(lines.joined(separator: "\n"))
        #expect(decoded.fixes.count == 3_600 && decoded.rejections.isEmpty)
    }

    @Test func `broken values without number are counted up to the limit`() {
        let line = "GPRMC,151444,A,9913.1,N,11612.1,E,-1,999,160621,,,A\n"
        let decoded = decode(String(repeating: line, count: 100))
        #expect(decoded.rejections.count == 65 && decoded.rejections.last?.at.hasPrefix("the rest") == true)
    }
}
