import AssetModel
import DeviceDecoding
import Testing

struct GBT32960Tests {
    private let vin = "LTESTVEH0M0000001"

    private func message(
        status: String = "0", year: String = "26", vehicle: String = "", topic: String? = nil
    ) -> DecodedMessage {
        let time = "{\"Year\":\(year),\"Month\":11,\"Day\":21,\"Hour\":20,\"Minute\":0,\"Second\":0}"
        let place = "\"Type\":\"Location\",\"Latitude\":39900000,\"Longitude\":116390000,\"Status\":\(status)"
        let infos = "[{\(place)},{\"Type\":\"Vehicle\"\(vehicle)}]"
        let text =
            "{\"Cmd\":2,\"Encrypt\":1,\"Vin\":\"\(vin)\",\"Data\":{\"Time\":\(time),\"Infos\":\(infos)}}"
        return TerminalFixture.all[3].decode(text, on: topic ?? "gbt32960/\(vin)/upstream/info")
    }

    @Test(arguments: [
        (0, true, 39.9, 116.39), (1, false, 39.9, 116.39), (2, true, -39.9, 116.39),
        (4, true, 39.9, -116.39), (7, false, -39.9, -116.39),
    ])
    func `the validity bit means the opposite of JT T 808's`(
        status: Int, isValid: Bool, north: Double, east: Double
    ) {
        let fix = message(status: "\(status)").fixes.first
        #expect(fix?.isValid == isValid)
        #expect(fix?.latitudeDegrees == north && fix?.longitudeDegrees == east)
    }

    @Test func `without its status a place may be anywhere and is refused`() {
        let read = message(status: "null")
        #expect(read.summary == "1 fixes, rejected malformed_number @ Data.Status")
        #expect(read.fixes.first?.latitudeDegrees == nil && read.fixes.first?.isValid == false)
    }

    @Test(arguments: [("26", 1_795_262_400_000), ("69", 3_152_260_800_000), ("70", 28_036_800_000)])
    func `a year has two digits, and a clock that was never set is of 1970`(year: String, time: Int64) {
        #expect(message(year: year).fixes.first?.fixedAt?.milliseconds == time)
    }

    @Test(arguments: ["2026", "-1", "100", "null", "\"x\""])
    func `a year of any other form is no year`(year: String) {
        #expect(message(year: year).summary == "1 fixes, rejected malformed_time @ Data.Time")
    }

    @Test(
        arguments: [
            (#","Speed":423,"Mileage":1234"#, 42.3, 123_400),
            (#","Speed":65534,"Mileage":4294967294"#, nil, nil), (#","Speed":0,"Mileage":0"#, 0, 0),
            (#","Speed":65535,"Mileage":4294967295"#, nil, nil), ("", nil, nil),
        ] as [(String, Double?, UInt64?)])
    func `speed and mileage are in tenths, and FFFE and FFFF are no numbers`(
        vehicle: String, speed: Double?, metres: UInt64?
    ) {
        let read = message(vehicle: vehicle)
        #expect(read.fixes.first?.speedKilometresPerHour == speed && read.rejections.isEmpty)
        #expect(read.fixes.first?.odometerMetres == metres)
        #expect(read.fixes.first?.altitudeMetres == nil && read.fixes.first?.directionDegrees == nil)
    }

    @Test(arguments: [(#","Speed":42.3"#, "Speed"), (#","Mileage":1234.5"#, "Mileage")])
    func `a number with a point in it is of another unit and refused`(vehicle: String, field: String) {
        let read = message(vehicle: vehicle)
        #expect(read.summary == "1 fixes, rejected malformed_number @ Data.\(field)")
        #expect(read.fixes.first?.speedKilometresPerHour == nil && read.fixes.first?.odometerMetres == nil)
    }

    @Test func `reinfo is back-fill whatever its command says`() {
        #expect(message(topic: "gbt32960/\(vin)/upstream/reinfo").fixes.first?.isBackfill == true)
        #expect(message().fixes.first?.isBackfill == false)
    }

    @Test func `a VIN that is not the topic's is refused`() {
        let read = message(topic: "gbt32960/LTESTVEH0M0000002/upstream/info")
        #expect(read.summary == "refused unknown_device @ Vin")
    }

    @Test(arguments: [(0, "refused"), (1, "1 fixes"), (2, "refused"), (3, "refused"), (254, "refused")])
    func `Encrypt 1 means not encrypted, unlike JT T 808's 0`(encrypt: Int, expected: String) {
        let infos = #"[{"Type":"Location","Status":0,"Latitude":1,"Longitude":1}]"#
        let time = #"{"Year":26,"Month":11,"Day":21,"Hour":20,"Minute":0,"Second":0}"#
        let data = "{\"Time\":\(time),\"Infos\":\(infos)}"
        let text = "{\"Cmd\":2,\"Encrypt\":\(encrypt),\"Vin\":\"\(vin)\",\"Data\":\(data)}"
        let read = TerminalFixture.all[3].decode(text, on: "gbt32960/\(vin)/upstream/info")
        #expect(read.summary.hasPrefix(expected))
    }
}
