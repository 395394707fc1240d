import AssetModel
import DeviceDecoding
import Testing

struct TraccarTests {
    private func message(_ position: String, device: String = #""uniqueId":"013800138000""#) -> DecodedMessage
    {
        let fixture = TerminalFixture.all[0]
        let head =
            #""fixTime":"2026-11-21T12:00:00.000+00:00","valid":true,"latitude":39.9,"longitude":116.39"#
        return fixture.decode("{\"position\":{\(head)\(position)},\"device\":{\(device)}}", on: "positions")
    }

    @Test(arguments: [(0.0, 0.0), (1.0, 1.852), (10.0, 18.52), (0.61, 1.12972), (43.196544, 80.0)])
    func `speed is in knots, not in km per hour, and is not rounded`(knots: Double, expected: Double) throws {
        let speed = message(",\"speed\":\(knots)").fixes.first?.speedKilometresPerHour
        #expect(abs(try #require(speed) - expected) < 1e-6)
    }

    @Test(arguments: ["speed", "course", "altitude"], ["", ",\"%\":null", ",\"%\":\"\"", ",\"%\":\"x\""])
    func `what is not said is not nought`(field: String, member: String) throws {
        let fix = try #require(message(member.replacing("%", with: field)).fixes.first)
        #expect(fix.speedKilometresPerHour == nil && fix.directionDegrees == nil)
        #expect(fix.altitudeMetres == nil && fix.isValid)
    }

    @Test func `of two devices in one payload the event of the second is refused and both places stand`() {
        let row = { (id: String) in
            let place = #""valid":true,"latitude":39.9,"longitude":116.39,"attributes":{"alarm":"powerCut"}"#
            let position = "{\"fixTime\":\"2026-11-21T12:00:00Z\",\(place)}"
            return "{\"position\":\(position),\"device\":{\"uniqueId\":\"\(id)\"}}"
        }
        let read = TerminalFixture.all[0].decode("[\(row("1")),\(row("2"))]", on: "positions")
        #expect(read.fixes.map(\.phone) == ["1", "2"] && read.deviceEvents == [.powerCut])
        #expect(read.rejections.map(\.reason) == [.unknownDevice])
    }

    @Test func `an event of no type loses itself and not its position`() {
        let place = #""fixTime":"2026-11-21T12:00:00Z","valid":true,"latitude":39.9,"longitude":116.39"#
        let text = "{\"event\":{},\"position\":{\(place)},\"device\":{\"uniqueId\":\"1\"}}"
        let read = TerminalFixture.all[0].decode(text, on: "events")
        #expect(read.summary == "1 fixes, rejected unknown_shape @ event.type")
    }

    @Test func `the odometer is in metres, and a total that Traccar worked out is none`() {
        let read = message(#","attributes":{"odometer":123456.7,"totalDistance":5}"#)
        #expect(read.fixes.first?.odometerMetres == 123_457)
        #expect(message(#","attributes":{"totalDistance":5}"#).fixes.first?.odometerMetres == nil)
    }

    @Test(arguments: [
        "2026-11-21T12:00:00.000+00:00", "2026-11-21T12:00:00.000+0000", "2026-11-21T12:00:00Z",
        "2026-11-21T20:00:00.000+08:00",
    ])
    func `a time is read in the form of old and new versions`(time: String) {
        #expect(message(",\"fixTime\":\"\(time)\"").fixes.first?.fixedAt == noon)
    }

    @Test func `a time without its offset is refused, and the place kept`() {
        let read = message(#","fixTime":"2026-11-21T12:00:00""#)
        #expect(read.summary == "1 fixes, rejected malformed_time @ position.fixTime")
        #expect(read.fixes.first?.latitudeDegrees == 39.9)
    }

    @Test(arguments: [
        ("013800138000", "13800138000"), ("00000000013800138000", "13800138000"), ("0A1", "0A1"),
        ("860000000000001", "860000000000001"),
    ])
    func `zeros in front of a number do not count, and the raw form is kept`(id: String, phone: String) {
        let read = message("", device: "\"uniqueId\":\"\(id)\"")
        #expect(read.terminalPhone == phone && read.fixes.first?.phone == phone)
        #expect(read.fixes.first?.phoneRaw == id)
    }

    @Test(arguments: [#""id":1"#, #""uniqueId":"""#, #""uniqueId":"a b""#, #""uniqueId":null"#])
    func `a device without its id is nobody`(device: String) {
        #expect(message("", device: device).summary == "refused unknown_device @ device.uniqueId")
    }

    @Test(arguments: [
        (#","outdated":true"#, false), (#","attributes":{"approximate":true}"#, false),
        (#","valid":false"#, false), (#","latitude":0,"longitude":0"#, false), ("", true),
        (#","latitude":0"#, true),
    ])
    func `what is not found by satellites now is not valid`(more: String, isValid: Bool) {
        let fix = message(more).fixes.first
        #expect(fix?.isValid == isValid && fix?.latitudeDegrees != nil)
    }

    @Test(arguments: [
        (#","latitude":90.1"#, "position_out_of_range @ position.position"),
        (#","longitude":-180.1"#, "position_out_of_range @ position.position"),
        (#","latitude":"north""#, "malformed_number @ position.latitude"),
        (#","latitude":null"#, "unknown_shape @ position.position"),
        (#","longitude":1e999"#, "malformed_number @ position.longitude"),
    ])
    func `a place that cannot be is refused and the rest of the report kept`(more: String, expected: String) {
        let read = message(more + #","attributes":{"odometer":7}"#)
        #expect(read.summary == "1 fixes, rejected \(expected)")
        #expect(read.fixes.first?.latitudeDegrees == nil && read.fixes.first?.odometerMetres == 7)
        #expect(read.fixes.first?.isValid == false)
    }

    @Test(arguments: ["speed", "course", "altitude", "accuracy"], ["-1", "1e300", "\"x\"", "null", "[]"])
    func `a field beside the place never loses it`(field: String, value: String) {
        let read = message(",\"\(field)\":\(value)")
        #expect(read.fixes.first?.isValid == true && read.fault == nil)
    }

    @Test func `who drives is never taken`() {
        let read = message(#","attributes":{"driverUniqueId":"99999919000101001X","driverName":"Somebody"}"#)
        #expect(read.fixes.count == 1)
        let everything = "\(read)"
        #expect(!everything.contains("99999919000101001X") && !everything.contains("Somebody"))
    }
}
