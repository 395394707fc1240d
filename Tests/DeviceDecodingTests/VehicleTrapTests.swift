import AssetModel
import DeviceDecoding
import Testing

private typealias Sample = VehicleTrapSample

/// The traps of vehicle terminals, one test for each trap, for each format where it bites. What JT/T 808
/// alone does is in ``JT808TrapTests``, alarm edges in `AlarmEdgeTests`, the broker's part in
/// `VehicleTrapStoryTests`.
struct VehicleTrapTests {
    @Test(arguments: [
        ("JT/T 808, GMT+8", Sample.jt808()), ("EMQX, GMT+8", Sample.emqx()),
        ("JT/T 809, GMT+8", Sample.jt809()), ("GB/T 32960, GMT+8", Sample.gbt32960()),
        ("NMEA, UTC", Sample.nmea()), ("Traccar, with its offset", Sample.traccar()),
        ("OwnTracks, epoch", Sample.ownTracks()),
    ])
    func `trap: GMT+8 in JT/T 808, 809 and 32960, UTC in NMEA: eight at night is noon`(
        name: String, message: DecodedMessage
    ) {
        #expect(message.fixes.map(\.fixedAt) == [noon], "\(message.summary)")
    }

    @Test func `trap: 0x8004 is in UTC, and since the platform sends it nobody reads its time`() {
        let body = Fixture.bytes(hex: "261121120000")
        let answer = JT808Bytes(messageID: 0x8004, is2019: true, body: body)
        #expect(Sample.decode(.jt808, answer.wire).summary == "ignored jt808_downlink")
    }

    @Test(arguments: [
        ("Traccar, knots", Sample.traccar(speed: 20), 37.04), ("NMEA, knots", Sample.nmea(), 37.04),
        ("JT/T 808, 0.1 km/h", Sample.jt808(), 36.5), ("EMQX, 0.1 km/h", Sample.emqx(), 36.5),
        ("GB/T 32960, 0.1 km/h", Sample.gbt32960(), 36.5), ("JT/T 809, km/h", Sample.jt809(), 36),
        ("OwnTracks, km/h", Sample.ownTracks(), 36.5),
    ])
    func `trap: knots, tenths of km/h and km/h`(name: String, message: DecodedMessage, expected: Double) {
        let speed = message.fixes.first?.speedKilometresPerHour ?? -1
        #expect(abs(speed - expected) < 1e-9, "\(speed)")
    }

    @Test(arguments: [
        ("Traccar, metres", Sample.traccar(), 1_234_500 as UInt64),
        ("JT/T 808, 0.1 km", Sample.jt808(), 1_234_500), ("EMQX, 0.1 km", Sample.emqx(), 1_234_500),
        ("GB/T 32960, 0.1 km", Sample.gbt32960(), 1_234_500), ("JT/T 809, km", Sample.jt809(), 1_234_000),
        ("OwnTracks, km", Sample.ownTracks(), 1_234_500),
    ])
    func `trap: mileage in metres, tenths of km and km`(
        name: String, message: DecodedMessage, metres: UInt64
    ) {
        #expect(message.fixes.first?.odometerMetres == metres)
    }

    @Test(arguments: [
        ("JT/T 808, bit 1 set", Sample.jt808(status: 0b10), true),
        ("JT/T 808, bit 0 is the ignition", Sample.jt808(status: 0b01), false),
        ("EMQX, bit 1 set", Sample.emqx(status: 0b10), true),
        ("EMQX, bit 1 clear", Sample.emqx(status: 0), false),
        ("JT/T 809, bit 1 set", Sample.jt809(state: 0b10), true),
        ("JT/T 809, bit 1 clear", Sample.jt809(state: 0b01), false),
        ("GB/T 32960, bit 0 clear", Sample.gbt32960(state: 0), true),
        ("GB/T 32960, bit 0 set", Sample.gbt32960(state: 1), false),
        ("NMEA, A", Sample.nmea(), true), ("NMEA, V", Sample.nmea(state: "V"), false),
        ("Traccar, valid", Sample.traccar(), true), ("Traccar, not", Sample.traccar(valid: false), false),
    ])
    func `trap: bit 1 set is a fix in JT/T 808, bit 0 set is none in GB/T 32960`(
        name: String, message: DecodedMessage, isValid: Bool
    ) {
        #expect(message.fixes.map(\.isValid) == [isValid], "\(message.summary)")
    }

    @Test func `trap: longitude stands before latitude in JT/T 809, behind it in JT/T 808`() {
        for message in [Sample.jt808(), Sample.jt809(), Sample.emqx()] {
            #expect(message.fixes.first?.latitudeDegrees == 39.9)
            #expect(message.fixes.first?.longitudeDegrees == 116.39)
        }
    }

    @Test(arguments: [
        ("2013", Sample.jt808(), "013800138000"),
        ("2019", Sample.jt808(is2019: true), "00000000013800138000"),
        ("EMQX 2013", Sample.emqx(), "013800138000"),
        ("EMQX 2019", Sample.emqx(phone: "00000000013800138000"), "00000000013800138000"),
        ("Traccar", Sample.traccar(), "013800138000"),
        ("Traccar, 2019", Sample.traccar(phone: "00000000013800138000"), "00000000013800138000"),
    ])
    func `trap: 12 and 20 digits with zeros in front are one terminal, and the raw form is kept`(
        name: String, message: DecodedMessage, raw: String
    ) {
        #expect(message.terminalPhone == Sample.phone)
        #expect(message.fixes.map(\.phone) == [Sample.phone] && message.fixes.map(\.phoneRaw) == [raw])
    }

    @Test func `trap: years have two digits, and 70 is a clock that was never set`() {
        #expect(Sample.gbt32960(year: 26).fixes.first?.fixedAt == noon)
        #expect(Sample.nmea(date: "211126").fixes.first?.fixedAt == noon)
        for message in [Sample.jt808(time: "700101080000"), Sample.emqx(time: "700101080000")] {
            #expect(message.fixes.first?.fixedAt == UTCInstant(milliseconds: 0))
        }
    }

    @Test func `trap: a test file's frame was never escaped, and is read only where all of it fits`() {
        let place = JT808Bytes.location(latitude: 0x007E_007D, longitude: 116_390_000)
        let open = JT808Bytes(body: place).open
        let plain = [0x7E] + open + [open.reduce(0, ^), 0x7E]
        #expect(Sample.decode(.jt808, plain).fixes.first?.latitudeDegrees == 8.257_661)
        var damaged = plain
        damaged[30] ^= 1
        #expect(Sample.decode(.jt808, damaged).fixes.isEmpty)
    }

    @Test func `trap: a batch may mix days, in a frame and through the gateway`() {
        let times = ["261120235959", "261121000000", "251231235959"]
        let days = ["2026-11-20T15:59:59Z", "2026-11-20T16:00:00Z", "2025-12-31T15:59:59Z"]
        let batch = JT808Bytes.batch(times.map { JT808Bytes.location(time: $0) }, type: 1)
        let frame = Sample.decode(.jt808, JT808Bytes(messageID: 0x0704, body: batch).wire)
        let list = times.map { EMQXBody.location(time: $0) }.joined(separator: ",")
        let body = "{\"type\":1,\"length\":3,\"location\":[\(list)]}"
        for message in [frame, EMQXBody(id: 0x0704, body: body).message] {
            #expect(message.fixes.map(\.fixedAt) == days.map { UTCInstant(rfc3339: $0) })
            #expect(message.fixes.allSatisfy { $0.isBackfill })
        }
    }

    @Test(arguments: [
        ("JT/T 808", Sample.jt808(status: 0)), ("EMQX", Sample.emqx(status: 0)),
        ("JT/T 809", Sample.jt809(state: 0)), ("GB/T 32960", Sample.gbt32960(state: 1)),
        ("Traccar", Sample.traccar(valid: false)),
    ])
    func `a fix that nobody vouches for keeps its place and is not valid`(
        name: String, message: DecodedMessage
    ) {
        #expect(message.fixes.first?.isValid == false)
        #expect(message.fixes.first?.latitudeDegrees == 39.9)
    }
}
