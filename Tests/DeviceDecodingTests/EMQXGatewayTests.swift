import AssetModel
import DeviceDecoding
import Testing

struct EMQXMessageTests {
    @Test(arguments: [0x0200, 0x0201, 0x0704, 0x0107, 0x0702])
    func `a part of a position is refused, since it would be read as another place`(id: Int) {
        let message = EMQXBody(id: id, extraHeader: #","frag_total":2,"frag_sn":2"#).message
        #expect(message.summary == "rejected fragment_lost @ header.frag_total")
        #expect(message.terminalPhone == "13812345678")
        #expect(EMQXBody(extraHeader: #","frag_total":1,"frag_sn":1"#).message.summary == "1 fixes")
    }

    @Test func `a sealed body is refused`() {
        let text = EMQXBody().text.replacing("\"encrypt\":0", with: "\"encrypt\":1")
        #expect(published(text).summary == "refused frame_encrypted @ header.encrypt")
    }

    @Test(arguments: [
        ("018876638972", "18876638972", "018876638972"), ("000000000000", "0", "000000000000"),
        ("4>;6?;4:=628", "4eb6fb4ad628", "4eb6fb4ad628"),
    ])
    func `a phone is the digits of the frame`(printed: String, phone: String, raw: String) {
        let message = EMQXBody(phone: printed).message
        #expect(message.terminalPhone == phone && message.fixes.first?.phone == phone)
        #expect(message.fixes.first?.phoneRaw == raw)
    }

    @Test(arguments: [
        (0x0104, "ignored jt808_0x0104", "13812345678"), (0x0301, "ignored jt808_0x030x", "13812345678"),
        (0x0500, "ignored jt808_0x0500", "13812345678"), (0x0705, "ignored jt808_0x0705", "13812345678"),
        (0x0801, "ignored jt808_0x080x", "13812345678"), (0x0900, "ignored jt808_0x0900", "13812345678"),
        (0x0F01, "ignored jt808_other", "13812345678"),
        (0x8100, "ignored jt808_downlink", ""),
    ])
    func `other messages are ignored by kind, with nothing of what they say`(
        id: Int, expected: String, phone: String
    ) {
        let message = EMQXBody(id: id, body: "{\"driver_name\":\"somebody\"}").message
        #expect(message.summary == expected && message.terminalPhone == phone)
        #expect(!"\(message)".contains("somebody"))
    }

    @Test(arguments: [
        ("", "refused empty_payload @ offset 0"), ("{}", "refused unknown_shape @ offset 0"),
        ("[1]", "refused unknown_shape @ offset 0"), ("{\"header\":", "refused malformed_json @ offset 10"),
        (#"{"header":{"msg_id":512},"body":{}}"#, "refused unknown_shape @ offset 0"),
        (#"{"header":{"msg_id":"512","phone":"1"},"body":{}}"#, "refused malformed_number @ header.msg_id"),
        (#"{"header":{"msg_id":512,"phone":"A1"},"body":{}}"#, "refused malformed_identity @ header.phone"),
        (#"{"header":{"msg_id":512,"phone":"1"},"body":[]}"#, "refused unknown_shape @ offset 0"),
    ])
    func `a payload that is none of the gateway's says why`(text: String, expected: String) {
        #expect(published(text).summary == expected)
    }

    @Test(
        arguments: [[0xB2, 0xE2], [0xB2], [0x95, 0x5C], [0xFF], [0x81, 0x7B], [0xD5, 0xC5, 0xC8]] as [[UInt8]]
    )
    func `a driver's name in GBK does not lose the card's event`(name: [UInt8]) {
        let body = #"{"driver_name":"?","status":1,"time":"261121200000","ic_result":0,"certificate":"123"}"#
        var payload = Array(EMQXBody(id: 0x0702, body: body).text.utf8)
        let place = payload.firstIndex(of: UInt8(ascii: "?")) ?? 0
        payload.replaceSubrange(place...place, with: name)
        let message = published(payload)
        #expect(message.deviceEvents.map(\.kind) == ["driver_card_in"] && message.refusal == nil)
        #expect(message.terminalPhone == "13812345678")
    }

    @Test func `bytes that are no UTF-8 in a text do not lose the position`() {
        var payload = Array(EMQXBody(extraHeader: #","note":"?""#).text.utf8)
        let place = payload.firstIndex(of: UInt8(ascii: "?")) ?? 0
        payload.replaceSubrange(place...place, with: [0xB2, 0x5C])
        #expect(published(payload).summary == "1 fixes")
        payload.insert(0xB2, at: 0)
        #expect(published(payload).summary == "refused not_utf8 @ offset 0")
    }

    @Test func `a phone with bytes that are no UTF-8 is no phone`() {
        var payload = Array(EMQXBody(phone: "0138!12345678").text.utf8)
        let place = payload.firstIndex(of: UInt8(ascii: "!")) ?? 0
        payload[place] = 0xFF
        #expect(published(payload).refusal?.reason == .notUTF8)
    }

    @Test(arguments: [true, false])
    func `the code of a driver's card is the same as from a raw frame, and nothing else is taken`(
        is2019: Bool
    ) {
        let card = JT808Bytes.DriverCard(edition: is2019 ? .year2019 : .year2013)
        var frame = JT808Bytes(phone: "13812345678", serial: 7, is2019: is2019)
        frame.messageID = 0x0702
        frame.body = card.body
        let body = """
            {"status":1,"time":"\(card.time)","ic_result":0,"driver_name":"Somebody",\
            "cert_expiry":"20301231","certificate":"\(card.certificate)\\u0000\\u0000",\
            "organization":"BEIJING","id_card":"Somebody"}
            """
        let message = EMQXBody(id: 0x0702, body: body).message
        #expect(message.deviceEvents == decoded(frame.wire, as: .jt808).deviceEvents)
        #expect(message.deviceEvents.count == 1)
        let everything = "\(message)"
        #expect(!everything.contains("Somebody") && !everything.contains(card.certificate))
    }

    @Test(arguments: [
        (#"{"status":2,"time":"261121200000"}"#, "event driverCardRemoved"),
        (#"{"status":1,"time":"261121200000","ic_result":3}"#, "event driverCardInserted(code: \"\""),
        (#"{"status":1,"time":"26112120000"}"#, "malformed_time @ body.time"),
        (#"{"status":3,"time":"261121200000"}"#, "rejected number_out_of_range @ body.status"),
        (#"{"time":"261121200000"}"#, "rejected unknown_shape @ body.status"),
        (#"{"status":2}"#, "rejected unknown_shape @ body.time"),
    ])
    func `a driver's card goes in and out`(body: String, expected: String) {
        let summary = EMQXBody(id: 0x0702, body: body).message.summary
        #expect(summary.contains(expected), "\(summary)")
    }

    @Test(arguments: [
        (
            #"{"id":"4d6a13\u0000","iccid":"8986003249475600329:","gnss_prop":3}"#,
            DeviceEvent.described(terminalID: "4d6a13", iccid: "8986003249475600329a", satelliteSystems: 3), 0
        ),
        (#"{"id":"7"}"#, .described(terminalID: "7", iccid: "", satelliteSystems: 0), 1),
    ])
    func `0x0107 says what the terminal is`(body: String, event: DeviceEvent, refused: Int) {
        let message = EMQXBody(id: 0x0107, body: body).message
        #expect(message.deviceEvents == [event] && message.rejections.count == refused)
    }

    @Test func `the power and the antenna cut are events, but not from a blind area`() {
        let body = EMQXBody.location().replacing(#""alarm":0"#, with: #""alarm":288"#)
        #expect(EMQXBody(body: body).message.deviceEvents == [.powerCut, .antennaCut])
        let batch = "{\"location\":[\(body)],\"type\":1}"
        #expect(EMQXBody(id: 0x0704, body: batch).message.deviceEvents.isEmpty)
    }

    @Test func `signal and io_status are never trusted`() {
        let items = #","extra":{"signal":{"low_beam":1},"io_status":{"sleep":1,"deep_sleep":1}}"#
        let fix = EMQXBody(body: EMQXBody.location(more: items)).message.fixes.first
        #expect(fix?.items.isEmpty == true)
    }

    @Test func `item E0 that was read twice is one item`() {
        let items = #","extra":{"224":"AQI=","custome":{"224":"AQI=","225":"/w=="}}"#
        let fix = EMQXBody(body: EMQXBody.location(more: items)).message.fixes.first
        #expect(fix?.items.map(\.id) == [224, 225])
    }

    @Test func `the length in the header is compared with nothing`() {
        #expect(EMQXBody().text.contains(#""len":28"#))
        #expect(published(EMQXBody().text.replacing(#""len":28"#, with: #""len":3"#)).summary == "1 fixes")
    }

    @Test func `the version in the header is the edition of 2019`() {
        #expect(EMQXBody().message.fixes.first?.isEdition2019 == false)
        #expect(EMQXBody(extraHeader: #","proto_ver":1"#).message.fixes.first?.isEdition2019 == true)
    }

    @Test(arguments: [
        ("connected", #"{"ts":1795262400000}"#, DeviceEvent.connected),
        ("disconnected", #"{"reason":"normal","ts":1795262400000}"#, .deregistered),
        ("disconnected", #"{"reason":"keepalive_timeout","ts":1795262400000}"#, .disconnected),
        ("disconnected", #"{"reason":{"shutdown":1},"ts":1795262400000}"#, .disconnected),
    ])
    func `the presence topics say who is there, who was lost and who was taken off`(
        word: String, payload: String, event: DeviceEvent
    ) {
        var bench = DecoderBench(.auto, terminal: true)
        let topic = "$SYS/brokers/emqx@127.0.0.1/gateway/jt808/clients/018876638972/\(word)"
        let message = bench.decode(Array(payload.utf8), topic: topic)
        #expect(message.deviceEvents == [event] && message.terminalPhone == "18876638972")
        #expect(message.sentAt == noon)
        let other = bench.decode(Array(payload.utf8), topic: topic + "/x")
        #expect(other.refusal?.reason == .unknownShape)
    }

    @Test func `a source that sends it is recognised and keeps to it`() {
        var bench = DecoderBench(.auto, terminal: true)
        #expect(bench.decode(Array(EMQXBody(id: 0x0104, body: "{}").text.utf8)).ignored != nil)
        #expect(bench.decoder.format(of: bench.source) == .emqx)
        #expect(bench.decode(JT808Bytes().wire).refusal != nil)
    }

    @Test func `damaged payloads never trap and are accounted for`() {
        var random = SplitMix64(seed: 808)
        let more = #","extra":{"mileage":1234,"custome":{"225":"/w=="},"analog":{"ad0":1,"ad1":2}}"#
        let texts = [
            EMQXBody(body: EMQXBody.location(more: more)).text,
            EMQXBody(id: 0x0704, body: "{\"location\":[\(EMQXBody.location())],\"type\":1}").text,
        ]
        for round in 0..<4_000 {
            var payload = Array(texts[round % texts.count].utf8)
            for _ in 0...random.below(3) {
                let place = random.below(payload.count)
                switch random.below(3) {
                case 0: payload[place] = UInt8(random.below(256))
                case 1: payload.remove(at: place)
                default: payload.insert(UInt8(0x20 + random.below(0x5F)), at: place)
                }
            }
            #expect(published(payload).fault == nil, "\(String(decoding: payload, as: UTF8.self))")
        }
    }
}

extension DecoderBench {
    fileprivate mutating func decode(_ payload: [UInt8], topic: String) -> DecodedMessage {
        let message = RawMessage(topic: topic, payload: payload)
        decoder.decode(message, from: source, receivedAt: now, into: &buffer)
        return buffer
    }
}
