import AssetModel
import DeviceDecoding
import Testing

/// NMEA 0183. The BD and GP sentences are real ones of a receiver near Beijing, published in a public issue
/// of a flight controller's firmware (facts); the others are written for this project.
struct NMEATests {
    private static let rmc =
        "$BDRMC,151444.600,A,4013.17349,N,11612.09969,E,0.00,142.29,160621,,,A,V*08"
    private static let gga = "$BDGGA,151444.700,4013.17348,N,11612.09969,E,1,06,5.3,0.0,M,0.0,M,,*7E"
    private static let zda = "$BDZDA,151444.600,16,06,2021,00,00*40"
    private static let gps =
        "$GPRMC,152518.800,A,4013.13669,N,11612.13786,E,0.61,90.50,160621,,,A,V*2C"

    private static let receivedAt = UTCInstant(rfc3339: "2021-06-16T15:30:00Z")!

    private func decode(
        _ text: String, topic: String = "nmea/860000000000001/up", at now: UTCInstant = receivedAt
    ) -> DecodedMessage {
        var family = NMEA()
        var decoded = DecodedMessage()
        family.decode(RawMessage(topic: topic, payload: Array(text.utf8)), receivedAt: now, into: &decoded)
        return decoded
    }

    /// The sentence with its checksum.
    private func sealed(_ body: String) -> String {
        let sum = body.utf8.reduce(0, ^)
        let digits = String(sum, radix: 16, uppercase: true)
        return "$" + body + "*" + (digits.count < 2 ? "0" : "") + digits
    }

    @Test func `a Beidou receiver's place, time and speed are read, and the topic names it`() throws {
        let decoded = decode(NMEATests.rmc + "\r\n" + NMEATests.gps + "\r\n")
        #expect(decoded.refusal == nil && decoded.rejections.isEmpty && decoded.fixes.count == 2)
        let fix = try #require(decoded.fixes.first)
        #expect(abs(try #require(fix.latitudeDegrees) - 40.219_558_166_7) < 1e-9)
        #expect(abs(try #require(fix.longitudeDegrees) - 116.201_661_5) < 1e-9)
        #expect(fix.fixedAt?.rfc3339() == "2021-06-16T15:14:44.600Z")
        #expect(fix.isValid && fix.directionDegrees == 142.29 && fix.phone == "860000000000001")
        let second = try #require(decoded.fixes.last)
        #expect(second.speedKilometresPerHour == 0.61 * 1.852, "0.61 knots")
        #expect(decoded.terminalPhone == "860000000000001")
    }

    @Test func `sentences of one instant are one fix`() throws {
        let gga = sealed("GNGGA,151444.600,4013.17350,N,11612.09970,E,1,11,0.8,52.4,M,-9.0,M,,")
        let gsv = [sealed("GPGSV,3,1,11,01,40,083,46"), sealed("BDGSV,2,1,07,02,40,083,46")]
        let lines = [NMEATests.rmc, gga, NMEATests.zda] + gsv
        let decoded = decode(lines.joined(separator: "\n"))
        let fix = try #require(decoded.fixes.first)
        #expect(decoded.fixes.count == 1 && decoded.rejections.isEmpty)
        #expect(fix.altitudeMetres == 52.4 && fix.satellitesUsed == 11 && fix.satellitesInView == 18)
        #expect(fix.latitudeDegrees == 40 + 13.17350 / 60, "the combined solution holds")
        #expect(fix.directionDegrees == 142.29, "what only one of them says is kept")
    }

    @Test func `a place without a date gets the day nearest to the receipt`() throws {
        let late = decode(NMEATests.gga, at: UTCInstant(rfc3339: "2021-06-16T15:15:00Z")!)
        #expect(late.fixes.first?.fixedAt?.rfc3339() == "2021-06-16T15:14:44.700Z")
        #expect(late.fixes.first?.satellitesUsed == 6)
        let beforeMidnight = sealed("GPGGA,235959.000,4013.17348,N,11612.09969,E,1,06,5.3,0.0,M,0.0,M,,")
        let after = decode(beforeMidnight, at: UTCInstant(rfc3339: "2021-06-17T00:00:01Z")!)
        #expect(after.fixes.first?.fixedAt?.rfc3339() == "2021-06-16T23:59:59.000Z")
        let dated = decode(sealed("GNZDA,235959.000,31,12,2020,00,00") + "\n" + beforeMidnight)
        #expect(dated.fixes.first?.fixedAt?.rfc3339() == "2020-12-31T23:59:59.000Z")
    }

    @Test(arguments: [
        ("GNRMC,151444.600,V,4013.17349,N,11612.09969,E,0.00,142.29,160621,,,N", true),
        ("GNRMC,151444.600,A,4013.17349,N,11612.09969,E,0.00,142.29,160621,,,E", true),
        ("GNRMC,151444.600,A,4013.17349,N,11612.09969,E,0.00,142.29,160621,,,S", true),
        ("GNRMC,151444.600,A,4013.17349,N,11612.09969,E,0.00,142.29,160621,,,M", true),
        ("GNGGA,151444.600,4013.17348,N,11612.09969,E,6,06,5.3,0.0,M,0.0,M,,", true),
        ("GNGGA,151444.600,,,,,0,00,,,M,,M,,", false),
        ("GNRMC,151444.600,V,,,,,,,160621,,,N", false),
        ("GNGLL,4013.17349,N,11612.09969,E,151444.600,V,N", true),
        ("GNGNS,151444.600,4013.17349,N,11612.09969,E,NN,04,1.8,52.4,-9.0,,", true),
        ("GNGNS,151444.600,4013.17349,N,11612.09969,E,EA,04,1.8,52.4,-9.0,,", true),
        ("GNGNS,151444.600,,,,,N,00,,,,,", false),
    ])
    func `a place that no satellite gave is not valid`(body: String, hasPlace: Bool) throws {
        let decoded = decode(sealed(body))
        let fix = try #require(decoded.fixes.first)
        #expect(!fix.isValid && (fix.latitudeDegrees != nil) == hasPlace)
        #expect(decoded.rejections.isEmpty && fix.fixedAt != nil)
    }

    @Test func `a receiver that was never set is in 1970, not in 2070`() {
        let fixes = decode(
            sealed("GPRMC,000001.000,A,4013.1,N,11612.1,E,0.00,142.29,010170,,,A")
        ).fixes
        #expect(fixes.first?.fixedAt?.rfc3339() == "1970-01-01T00:00:01.000Z")
    }

    @Test func `south and west are negative`() throws {
        let fix = try #require(
            decode(sealed("GPGLL,3351.6500,S,15112.4000,W,151444,A,A")).fixes.first)
        #expect(abs(try #require(fix.latitudeDegrees) + 33 + 51.65 / 60) < 1e-9)
        #expect(abs(try #require(fix.longitudeDegrees) + 151 + 12.4 / 60) < 1e-9)
    }

    @Test(arguments: [
        ("$GPGLL,3351.6500,S,15112.4000,W,151444,A,A*00", "frame_checksum"),
        ("$GPGLL,3351.6500,S,15112.4000,W,151444,A,A", "frame_checksum"),
        ("$GPGLL,3351.6500,S,15112", "frame_checksum"),
    ])
    func `a sentence without its right checksum is refused`(line: String, reason: String) {
        let decoded = decode(NMEATests.rmc + "\n" + line)
        #expect(decoded.rejections.map(\.reason.rawValue) == [reason])
        #expect(decoded.fixes.count == 1, "its neighbour stands")
    }

    @Test func `what says nothing of a place is ignored, what is no sentence refused`() {
        #expect(decode(NMEATests.zda).ignored.map { "\($0)" } == "nmea_no_position")
        #expect(decode(sealed("PQXFI,1,2")).ignored.map { "\($0)" } == "nmea_no_position")
        #expect(
            decode(sealed("GNVTG,142.29,T,,M,0.61,N,1.13,K,A")).ignored.map { "\($0)" } == "nmea_no_position")
        #expect(decode("hello").refusal?.reason == .unknownShape)
        #expect(decode("").refusal?.reason == .emptyPayload)
        #expect(decode(NMEATests.rmc, topic: "nmea/up").refusal?.reason == .unknownDevice)
    }

    @Test func `auto knows a sentence by its checksum`() {
        var bench = DecoderBench(.auto, terminal: true)
        #expect(bench.decode(Array(NMEATests.rmc.utf8), on: "nmea/1").fixes.count == 1)
        #expect(bench.decoder.format(of: bench.source) == .nmea)
        let cut = "$BDRMC,151444.600,A,4013.17349,N,11612.09969,E,0.00"
        var other = DecoderBench(.auto, terminal: true)
        #expect(other.decode(Array(cut.utf8), on: "nmea/1").rejections.map(\.reason) == [.frameChecksum])
        #expect(other.decoder.format(of: other.source) == .auto, "a damaged one decides nothing")
    }

    @Test func `no payload traps, and each is refused, ignored or holds records`() {
        var random = SplitMix64(seed: 183)
        let lines = [NMEATests.rmc, NMEATests.gga, NMEATests.zda, NMEATests.gps]
        for _ in 0..<20_000 {
            var bytes = Array(lines[random.below(lines.count)].utf8)
            for _ in 0..<(1 + random.below(4)) {
                let at = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[at] = UInt8(random.below(256))
                case 1: bytes.remove(at: at)
                default: bytes.insert(UInt8(random.below(128)), at: at)
                }
                if bytes.isEmpty { bytes = [0x24] }
            }
            // A right checksum now and then, or little is reached.
            if random.below(2) == 0, let star = bytes.lastIndex(of: 0x2A), star > 1 {
                bytes = Array(sealed(String(decoding: bytes[1..<star], as: UTF8.self)).utf8)
            }
            let decoded = decode(String(decoding: bytes, as: UTF8.self))
            let outcomes = [decoded.refusal != nil, decoded.ignored != nil, decoded.recordCount > 0]
            #expect(outcomes.count { $0 } == 1, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
