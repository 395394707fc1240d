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

    @Test(arguments: [(0.0, 0.0), (1.0, 1.9), (10.0, 18.5), (54.0, 100.0), (43.196544, 80.0)])
    func `speed is in knots, not in km per hour`(knots: Double, kilometresPerHour: Double) {
        #expect(message(",\"speed\":\(knots)").fixes.first?.speedKilometresPerHour == kilometresPerHour)
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
