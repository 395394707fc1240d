import AssetModel
import DeviceDecoding
import Testing

/// Decodes one payload of the gateway with a decoder of its own.
func published(_ text: String) -> DecodedMessage {
    published(Array(text.utf8))
}

func published(_ payload: [UInt8]) -> DecodedMessage {
    var bench = DecoderBench(.emqx, terminal: true)
    return bench.decode(payload)
}

/// One message of the gateway, written by hand.
struct EMQXBody {
    var id = 0x0200
    var phone = "013812345678"
    var extraHeader = ""
    var body = EMQXBody.location()

    static func location(
        latitude: Int = 39_904_200, longitude: Int = 116_407_400, status: Int = 3,
        time: String = "261121200000", more: String = ""
    ) -> String {
        """
        {"alarm":0,"altitude":44,"direction":90,"latitude":\(latitude),"longitude":\(longitude),"speed":365,\
        "status":\(status),"time":"\(time)"\(more)}
        """
    }

    var text: String {
        """
        {"body":\(body),"header":{"encrypt":0,"len":28,"msg_id":\(id),"msg_sn":7\(extraHeader),\
        "phone":"\(phone)"}}
        """
    }

    var message: DecodedMessage { published(text) }
}

struct EMQXLocationTests {
    @Test func `a position is the same as in a raw frame`() throws {
        let fix = try #require(EMQXBody().message.fixes.first)
        #expect(decoded(JT808Bytes().wire, as: .jt808).fixes == [fix])
    }

    @Test(arguments: [
        (0b0111, 33_900_000, 151_200_000, -33.9, 151.2), (0b1011, 40_700_000, 74_000_000, 40.7, -74.0),
        (0b1111, 1, 1, -0.000001, -0.000001),
    ])
    func `hemispheres come from the status bits`(
        status: Int, latitude: Int, longitude: Int, degreesNorth: Double, degreesEast: Double
    ) {
        let body = EMQXBody.location(latitude: latitude, longitude: longitude, status: status)
        let fix = EMQXBody(body: body).message.fixes.first
        #expect(fix?.latitudeDegrees == degreesNorth && fix?.longitudeDegrees == degreesEast)
    }

    @Test(arguments: [
        (90_000_000, 180_000_000, "1 fixes"),
        (90_000_001, 0, "1 fixes, rejected position_out_of_range @ body.position"),
        (0, 180_000_001, "1 fixes, rejected position_out_of_range @ body.position"),
        (-1, 0, "1 fixes, rejected position_out_of_range @ body.position"),
        (0, 5_000_000_000, "1 fixes, rejected position_out_of_range @ body.position"),
    ])
    func `a place out of range is refused and the rest of the report kept`(
        latitude: Int, longitude: Int, expected: String
    ) {
        let message = EMQXBody(body: EMQXBody.location(latitude: latitude, longitude: longitude)).message
        #expect(message.summary == expected)
        #expect((message.fixes.first?.latitudeDegrees == nil) == expected.contains("rejected"))
        #expect(message.fixes.first?.fixedAt == noon)
    }

    @Test(arguments: ["18061;0?362>", "261321200000", "2611212000", "２６１１２１２０００００", ""])
    func `a time that is no date leaves a fix without a time`(time: String) {
        let message = EMQXBody(body: EMQXBody.location(time: time)).message
        #expect(message.summary == "1 fixes, rejected malformed_time @ body.time")
        #expect(message.fixes.first?.fixedAt == nil && message.fixes.first?.latitudeDegrees == 39.9042)
    }

    @Test(arguments: [
        (#""altitude":44"#, #""altitude":65382"#, "1 fixes"),
        (#""altitude":44"#, #""altitude":65536"#, "rejected number_out_of_range @ body.altitude"),
        (#""status":3"#, #""status":"3""#, "rejected malformed_number @ body.status"),
        (#""alarm":0,"#, "", "rejected unknown_shape @ body.alarm"),
        (#""time":"261121200000""#, #""times":1"#, "rejected unknown_shape @ body.time"),
        (#""direction":90"#, #""direction":361"#, "1 fixes, rejected number_out_of_range @ body.direction"),
    ])
    func `a field that is missing or is no number refuses the position by its name`(
        field: String, other: String, expected: String
    ) {
        let message = EMQXBody(body: EMQXBody.location().replacing(field, with: other)).message
        #expect(message.summary == expected)
        if other.contains("65382") { #expect(message.fixes.first?.altitudeMetres == -154) }
    }

    @Test func `items are the bytes of the frame, and those read from the wrong end are left out`() {
        let extra = """
            ,"extra":{"mileage":1234,"rssi":27,"signal":{"brake":1},"io_status":{"sleep":1},"20":"AAAAAQ==",\
            "analog":{"ad0":258,"ad1":772},"overspeed_alarm":{"type":0},"custome":{"225":"/w=="},\
            "carriage_temp":3}
            """
        let fix = EMQXBody(body: EMQXBody.location(more: extra)).message.fixes.first
        #expect(fix?.odometerMetres == 123_400)
        let items = fix?.items.map { "\($0.id) \($0.bytes)" }
        #expect(
            items == [
                "1 [0, 0, 4, 210]", "6 [0, 3]", "17 [0]", "20 [0, 0, 0, 1]", "43 [3, 4, 1, 2]", "48 [27]",
                "225 [255]",
            ])
    }

    @Test(arguments: [
        (#""mileage":4294967296"#, "extra.1"), (#""rssi":-1"#, "extra.48"), (#""20":"***""#, "extra.20"),
        (#""in_out_alarm":{"direction":1}"#, "extra.18"), (#""custome":7"#, "extra.custome"),
        (#""gnss_sat_num":"9""#, "extra.49"),
    ])
    func `an item that cannot be taken is refused alone`(item: String, place: String) {
        let message = EMQXBody(body: EMQXBody.location(more: ",\"extra\":{\(item)}")).message
        let reason = place.hasSuffix("custome") ? "unknown_shape" : "malformed_item"
        #expect(message.summary == "1 fixes, rejected \(reason) @ body.\(place)")
        #expect(message.fixes.first?.latitudeDegrees == 39.9042)
    }

    @Test(arguments: [
        (0, 2, "2 fixes"), (1, 2, "2 fixes"),
        (1, 3, "2 fixes, rejected frame_length @ body.location[2] of 3"),
    ])
    func `a batch is read entry by entry, and type 1 is back-fill`(
        type: Int, length: Int, expected: String
    ) {
        let one = EMQXBody.location()
        let batch = "{\"length\":\(length),\"location\":[\(one),\(one)],\"type\":\(type)}"
        let message = EMQXBody(id: 0x0704, body: batch).message
        #expect(message.summary == expected)
        #expect(message.fixes.allSatisfy { $0.isBackfill == (type == 1) })
        let mixed = EMQXBody(id: 0x0704, body: "{\"location\":[7,\(one)],\"type\":0}").message
        #expect(mixed.summary == "1 fixes, rejected unknown_shape @ body.location[0].location")
        let empty = EMQXBody(id: 0x0704, body: "{\"length\":0,\"location\":[],\"type\":0}").message
        #expect(empty.summary == "ignored jt808_empty_batch")
    }

    @Test func `an answer to a query holds a position`() {
        let answer = EMQXBody(id: 0x0201, body: "{\"seq\":5,\"params\":\(EMQXBody.location())}").message
        #expect(answer.fixes == EMQXBody().message.fixes)
        #expect(EMQXBody(id: 0x0201, body: "{}").message.summary == "refused unknown_shape @ body.params")
    }
}
