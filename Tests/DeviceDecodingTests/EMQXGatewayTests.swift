import AssetModel
import DeviceDecoding
import Foundation
import Testing

struct EMQXGatewayTests {
    /// Items that the gateway reads from the wrong end.
    private static let unusable: Set<UInt8> = [0x25, 0x2A]

    @Test func `every published payload says what its frame says`() throws {
        var positions = 0
        var longer = 0
        for row in try Fixture.lines("emqx-jt808.ndjson") {
            let topic = try #require(row["topic"] as? String)
            let payload = try #require(row["payload"] as? [String: Any])
            let bytes = [UInt8](try JSONSerialization.data(withJSONObject: payload))
            let message = decode(bytes, topic: topic)
            #expect(message.fault == nil, "\(payload)")
            guard let hex = row["hex"] as? String else {
                #expect(message.summary == "ignored jt808_0x0702")
                continue
            }
            let frame = decoded(try EMQXGatewayTests.asLocation(Fixture.bytes(hex: hex)), as: .jt808)
            if frame.refusal?.reason == .frameLength {
                // The gateway does not compare the body with its length, and what it publishes hides that.
                longer += 1
                #expect(message.refusal == nil, "\(hex)")
                continue
            }
            #expect(message.terminalPhone == frame.terminalPhone, "\(hex)")
            #expect(message.ignored.map { "\($0)" } == frame.ignored.map { "\($0)" }, "\(hex)")
            #expect(message.refusal?.reason == frame.refusal?.reason, "\(hex)")
            #expect(message.rejections.map(\.reason) == frame.rejections.map(\.reason), "\(hex)")
            #expect(message.fixes.map(comparable) == frame.fixes.map(comparable), "\(hex)")
            positions += message.fixes.count
        }
        #expect(positions == 48 && longer == 4)
    }

    private func decode(_ payload: [UInt8], topic: String) -> DecodedMessage {
        var bench = DecoderBench(.emqx, terminal: true)
        return bench.decode(payload, topic: topic)
    }

    /// What both ways of a frame have in common: the order of items is lost in the gateway.
    private func comparable(_ fix: VehicleFix) -> VehicleFix {
        var fix = fix
        fix.items = fix.items.filter { !EMQXGatewayTests.unusable.contains($0.id) }
            .sorted { ($0.id, $0.bytes.count) < ($1.id, $1.bytes.count) }
        return fix
    }

    /// An answer to a position query as the position report that it holds: our own decoder takes the report
    /// only.
    private static func asLocation(_ wire: [UInt8]) throws -> [UInt8] {
        guard wire.count > 3, wire[1] == 0x02, wire[2] == 0x01 else { return wire }
        let answer = try JT808Frame(escaped: wire.dropFirst().dropLast())
        var report = JT808Bytes(phone: answer.phoneRaw, serial: answer.serial, is2019: answer.is2019)
        report.body = Array(answer.body.dropFirst(2))
        return report.wire
    }
}

struct EMQXMessageTests {
    @Test(arguments: [0x0200, 0x0201, 0x0704])
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
        (0x0702, "ignored jt808_0x0702", "13812345678"), (0x0F01, "ignored jt808_other", "13812345678"),
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

    @Test func `a driver's name in GBK refuses the payload where it stands`() {
        var payload = Array(EMQXBody(id: 0x0702, body: "{\"driver_name\":\"?\"}").text.utf8)
        let place = payload.firstIndex(of: UInt8(ascii: "?")) ?? 0
        payload.replaceSubrange(place...place, with: [0xB2, 0xE2])
        #expect(published(payload).summary == "refused not_utf8 @ offset \(place)")
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
        #expect(bench.decode(Array(EMQXBody(id: 0x0702, body: "{}").text.utf8)).ignored != nil)
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
