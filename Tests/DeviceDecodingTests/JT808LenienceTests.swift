import AssetModel
import DeviceDecoding
import Testing

private func decoded(_ messageID: UInt16, _ body: [UInt8], is2019: Bool = false) -> DecodedMessage {
    decoded(JT808Bytes(messageID: messageID, is2019: is2019, body: body).wire, as: .jt808)
}

/// What terminals and platforms write beside the standard, and what is made of it.
struct JT808LenienceTests {
    private static let hex = Digest.hex(JT808Bytes().wire)

    private static func paired(_ separator: String) -> String {
        JT808Bytes().wire.map { Digest.hex([$0]) }.joined(separator: separator)
    }

    @Test(arguments: [
        hex, hex.uppercased(), "0x" + hex, "0X" + hex.uppercased(), paired(":"), paired("-"), paired(" "),
        "\u{FEFF}" + hex, " \"0x\(hex)\"\r\n",
    ])
    func `hex text with a prefix, separators or a byte order mark is the same frame`(text: String) {
        #expect(decoded(text, as: .jt808).summary == "1 fixes")
        let message = RawMessage(topic: "t", payload: Array(text.utf8))
        #expect(DeviceDecoder.possibleTerminalFormat(of: message) == .jt808)
    }

    @Test func `what stands in front of a good frame is refused alone, in binary and in hex`() {
        let tail: [UInt8] = [0x20, 0x00, 0x8F, 0x11]
        for payload in [tail + JT808Bytes().wire, Array(Digest.hex(tail + JT808Bytes().wire).utf8)] {
            #expect(
                decoded(payload, as: .jt808).summary == "1 fixes, rejected frame_delimiter @ offset 0")
        }
        #expect(decoded(tail + [0x7E, 0x02], as: .jt808).summary == "refused frame_delimiter @ offset 0")
        #expect(decoded(tail, as: .jt808).refusal != nil)
    }

    @Test func `of an encrypted frame the head is known and nothing else`() throws {
        let wire = JT808Bytes(encryption: 1).wire
        #expect(decoded(wire, as: .jt808).summary == "refused frame_encrypted @ offset 3")
        let head = try #require(JT808.sealedFrame(in: wire))
        #expect(head.phone == "13812345678" && head.messageID == 0x0200 && head.serial == 1)
        #expect(head.phoneRaw == "013812345678" && head.body.isEmpty)
        #expect(JT808.sealedFrame(in: JT808Bytes().wire) == nil)
        var damaged = wire
        damaged[8] ^= 1
        #expect(JT808.sealedFrame(in: damaged) == nil)
    }

    @Test(arguments: [8, 12, 17, 20])
    func `a registration of 2011 with a long plate is not taken for one of 2013`(count: Int) {
        let plate = JT808Bytes.plate + Array("ABCDEFGHJKLM".utf8)
        for edition in [JT808Bytes.Edition.year2011, .year2013] {
            let body = JT808Bytes.registration(
                edition, terminalID: "CHI1230", plate: Array(plate.prefix(count)))
            let message = decoded(0x0100, body)
            #expect(message.summary == "event \(DeviceEvent.registered(terminalID: "CHI1230"))")
            // Some pad the plate with zero bytes.
            let padded = decoded(0x0100, body + [0, 0, 0, 0, 0, 0])
            #expect(padded.deviceEvents == message.deviceEvents, "\(edition) \(count)")
        }
    }

    @Test func `properties whose length fits no layout still give terminal and SIM`() {
        let iccid = "89860860241234567890"
        for (is2019, maker) in [(false, 5), (true, 5), (true, 11)] {
            let body = JT808Bytes.properties(
                is2019 ? .year2019 : .year2013, terminalID: "7654321", iccid: iccid, systems: 3, maker: maker)
            let long = decoded(0x0107, body + [0], is2019: is2019)
            let event = DeviceEvent.described(terminalID: "7654321", iccid: iccid, satelliteSystems: 3)
            #expect(long.deviceEvents == [event] && long.rejections.map(\.reason) == [.frameLength])
            let short = decoded(0x0107, Array(body.dropLast(2)), is2019: is2019)
            let bare = DeviceEvent.described(terminalID: "7654321", iccid: iccid, satelliteSystems: 0)
            #expect(short.deviceEvents == [bare] && short.rejections.map(\.reason) == [.frameLength])
        }
    }

    @Test(arguments: [1, 2])
    func `a driver card of 2011 whose name has one or two bytes is told by the body's length`(count: Int) {
        var card = JT808Bytes.DriverCard(edition: .year2011)
        card.name = Array("LI".utf8.prefix(count))
        let message = decoded(0x0702, card.body)
        #expect(message.deviceEvents == [.driverCardInserted(code: "c823e541", at: nil)])
        #expect(message.rejections == [])
        // A whole body of 2013 that says "out" remains one.
        var out = JT808Bytes.DriverCard(edition: .year2013).body
        out[0] = 2
        #expect(decoded(0x0702, out).deviceEvents == [.driverCardRemoved(at: noon)])
    }

    @Test func `item 0x31 is the number of satellites, the first one of one byte`() {
        let body = JT808Bytes.location() + Fixture.bytes(hex: "3102000731010931010A")
        let fix = decoded(0x0200, body).fixes.first
        #expect(fix?.satellitesUsed == 9 && fix?.items.count == 3)
        #expect(decoded(0x0200, JT808Bytes.location()).fixes.first?.satellitesUsed == nil)
    }

    @Test func `the place of a picture is taken from its first part, and no picture for a place`() {
        let head: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 1]
        let body = head + JT808Bytes.location() + [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 7, count: 90)
        let whole = decoded(0x0801, body)
        #expect(whole.fixes.map(\.latitudeDegrees) == [39.9042] && whole.rejections == [])
        var bench = DecoderBench(.jt808)
        let parts = JT808Bytes(messageID: 0x0801, body: body).parts(2).map { bench.decode($0).summary }
        #expect(parts == ["1 fixes", "ignored jt808_0x080x"])
        // 2011: the picture follows at once.
        let jpeg = Fixture.bytes(hex: "FFD8FFE000104A46494600010100000100010000FFDB004300080606070605080707")
        #expect(decoded(0x0801, head + jpeg).summary == "ignored jt808_0x080x")
        var alarmed = body
        alarmed[10] = 1
        #expect(decoded(0x0801, alarmed).deviceEvents == [])
    }

    @Test func `a fix without a place is never valid, and nor is one at 0, 0`() {
        for body in [
            JT808Bytes.location(latitude: 0, longitude: 0), JT808Bytes.location(latitude: 90_000_001),
        ] {
            let fix = decoded(0x0200, body).fixes.first
            #expect(fix?.isValid == false && fix?.statusBits == 3)
        }
        #expect(decoded(0x0200, JT808Bytes.location(latitude: 0)).fixes.first?.isValid == true)
    }

    @Test func `an alarm of a second terminal is refused by name, its bits stay in its fix`() {
        let cut = JT808Bytes.big(UInt32(1 << 8)) + JT808Bytes.location().dropFirst(4)
        let payload = JT808Bytes().wire + JT808Bytes(phone: "013900000001", body: cut).wire
        let message = decoded(payload, as: .jt808)
        #expect(message.summary == "2 fixes, rejected unknown_device @ event of terminal 13900000001")
        #expect(message.fixes.map(\.alarmBits) == [0, 1 << 8])
        #expect(message.fixes.map(\.phone) == ["13812345678", "13900000001"])
    }
}

/// The same of the gateway's JSON.
struct EMQXLenienceTests {
    private func items(_ extra: String) -> [String] {
        let message = EMQXBody(body: EMQXBody.location(more: ",\"extra\":{\(extra)}")).message
        return (message.fixes.first?.items ?? []).map { Digest.hex([$0.id] + $0.bytes) }
            + message.rejections.map { $0.at }
    }

    @Test func `tyre pressure and cabin temperature are items 05 and 06`() {
        let bytes = (0..<30).map { UInt8($0) }
        let list = bytes.map(String.init).joined(separator: ",")
        let base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd"
        for text in ["[\(list)]", "\"\(base64)\""] {
            #expect(items("\"tire_pressure\":\(text)") == ["05" + Digest.hex(bytes)])
        }
        for (number, word) in [("25", "0019"), ("-18", "8012"), ("32786", "8012"), ("0", "0000")] {
            #expect(items("\"carriage_temp\":\(number)") == ["06" + word])
        }
        for bad in ["[]", "[\(list),1]", "[256]", "[\"a\"]", "\"AAEC\"", "7", "{}"] {
            #expect(
                items("\"mileage\":1,\"tire_pressure\":\(bad)") == ["0100000001", "body.extra.5"], "\(bad)")
        }
        for bad in ["65536", "-32768", "1.5", "\"1\""] {
            #expect(items("\"carriage_temp\":\(bad)") == ["body.extra.6"], "\(bad)")
        }
    }

    @Test func `items come in the order of their ids, and one that was read twice is one`() {
        let extra = #""rssi":27,"224":"AQ==","custome":{"225":"/w==","224":"AQ=="},"mileage":1"#
        #expect(items(extra) == ["0100000001", "301b", "e001", "e1ff"])
        let two = #""20":"AQ==","mileage":1,"20":"Ag==""#
        #expect(items(two) == ["0100000001", "1401", "1402"])
    }

    @Test func `a batch with another length than it says is taken whole, and refused beside it`() {
        let list = "[\(EMQXBody.location()),\(EMQXBody.location())]"
        let message = EMQXBody(id: 0x0704, body: "{\"type\":0,\"length\":1,\"location\":\(list)}").message
        #expect(message.summary == "2 fixes, rejected frame_length @ body.location of 2, length 1")
    }

    @Test func `satellites and the edition are those of the frame`() {
        let fix = EMQXBody(body: EMQXBody.location(more: #","extra":{"gnss_sat_num":9}"#)).message.fixes.first
        #expect(fix?.satellitesUsed == 9)
    }
}
