import AssetModel
import DeviceDecoding
import Testing

private typealias Card = JT808Bytes.DriverCard

private func decoded(_ messageID: UInt16, _ edition: JT808Bytes.Edition, _ body: [UInt8]) -> DecodedMessage {
    decoded(JT808Bytes(messageID: messageID, is2019: edition.is2019, body: body).wire, as: .jt808)
}

struct JT808EventTests {
    @Test func `heartbeat and deregistration are events whatever their bodies hold`() {
        for body in [[], [0x01], Fixture.bytes(hex: "02815000501006404000020d065010")] {
            #expect(decoded(0x0002, .year2013, body).deviceEvents == [.heartbeat])
            #expect(decoded(0x0003, .year2019, body).deviceEvents == [.deregistered])
        }
        #expect(decoded(0x0003, .year2013, []).terminalPhone == "13812345678")
    }

    @Test(arguments: JT808Bytes.Edition.allCases)
    func `a registration gives the terminal's own id and never the plate`(edition: JT808Bytes.Edition) {
        let body = JT808Bytes.registration(edition, terminalID: "CHI1230")
        let message = decoded(0x0100, edition, body)
        #expect(message.deviceEvents == [.registered(terminalID: "CHI1230")])
        #expect(message.rejections == [])
        let vin = JT808Bytes.registration(edition, terminalID: "7", plate: [])
        #expect(decoded(0x0100, edition, vin).deviceEvents == [.registered(terminalID: "7")])
    }

    @Test func `an id that is padded in front or is not ASCII`() {
        let zeros = JT808Bytes.registration(.year2019, terminalID: "\0\0\0 7654321")
        #expect(decoded(0x0100, .year2019, zeros).deviceEvents == [.registered(terminalID: "7654321")])
        var body = JT808Bytes.registration(.year2013, terminalID: "7654321")
        body[30] = 0xB2
        #expect(decoded(0x0100, .year2013, body).deviceEvents == [.registered(terminalID: "")])
    }

    @Test func `a body too short for its layout still says what happened`() {
        let short: [(UInt16, JT808Bytes.Edition, Int, DeviceEvent)] = [
            (0x0100, .year2011, 24, .registered(terminalID: "")),
            (0x0100, .year2019, 75, .registered(terminalID: "")),
            (0x0102, .year2019, 10, .authenticated(imei: "")),
            (0x0107, .year2013, 40, .described(terminalID: "", iccid: "", satelliteSystems: 0)),
        ]
        for (id, edition, count, event) in short {
            let message = decoded(id, edition, Array(repeating: 0x31, count: count))
            #expect(message.deviceEvents == [event])
            #expect(message.rejections == [Rejection(.frameLength, at: "body of \(count) bytes")])
        }
    }

    @Test(arguments: JT808Bytes.Edition.allCases)
    func `a log-in gives the IMEI of 2019 and never the code`(edition: JT808Bytes.Edition) {
        let body = JT808Bytes.logIn(edition, code: "secret-17", imei: "860615754295917")
        let event = DeviceEvent.authenticated(imei: edition.is2019 ? "860615754295917" : "")
        #expect(decoded(0x0102, edition, body).deviceEvents == [event])
        #expect(!"\(decoded(0x0102, edition, body))".contains("secret"))
    }

    @Test(arguments: [(JT808Bytes.Edition.year2013, 5), (.year2019, 5), (.year2019, 11)])
    func `properties give terminal, SIM and satellite systems in every layout`(
        edition: JT808Bytes.Edition, maker: Int
    ) {
        let iccid = "89860860241234567890"
        let body = JT808Bytes.properties(
            edition, terminalID: "7654321", iccid: iccid, systems: 0b0011, maker: maker)
        let event = DeviceEvent.described(terminalID: "7654321", iccid: iccid, satelliteSystems: 3)
        #expect(decoded(0x0107, edition, body).summary == "event \(event)")
        #expect(decoded(0x0107, edition, body + [0]).rejections.map(\.reason) == [.frameLength])
    }

    @Test func `an event of a second terminal in a payload is refused, its position is not`() {
        let first = JT808Bytes(phone: "013900000001").wire
        let removed = JT808Bytes(messageID: 0x0003, body: []).wire
        let both = decoded(first + removed, as: .jt808)
        #expect(both.summary == "1 fixes, rejected unknown_device @ event of terminal 13812345678")
        let own = JT808Bytes(messageID: 0x0003, phone: "013900000001", body: []).wire
        #expect(decoded(first + own, as: .jt808).deviceEvents == [.deregistered])
        #expect(decoded(first + JT808Bytes().wire, as: .jt808).fixes.count == 2)
    }
}

struct JT808DriverCardTests {
    @Test(arguments: [JT808Bytes.Edition.year2013, .year2019])
    func `a card goes in and out at the terminal's own time`(edition: JT808Bytes.Edition) {
        let inside = decoded(0x0702, edition, Card(edition: edition).body)
        #expect(inside.deviceEvents == [.driverCardInserted(code: "c823e541", at: noon)])
        let out = decoded(0x0702, edition, Card(edition: edition, status: 2).body)
        #expect(out.deviceEvents == [.driverCardRemoved(at: noon)])
        #expect(inside.rejections == [] && out.rejections == [])
    }

    @Test func `2011 knows no status and no time`() {
        let message = decoded(0x0702, .year2011, Card(edition: .year2011).body)
        #expect(message.deviceEvents == [.driverCardInserted(code: "c823e541", at: nil)])
    }

    @Test(arguments: JT808Bytes.Edition.allCases)
    func `name, identity number and certificate of a driver end at decode`(edition: JT808Bytes.Edition) {
        var card = Card(edition: edition)
        card.name = Array("ZHANGSAN".utf8)
        card.authority = Array("AUTHORITY".utf8)
        let said = String(reflecting: decoded(0x0702, edition, card.body))
        for word in ["ZHANGSAN", "99999919000101001X", "AUTHORITY", "1900"] { #expect(!said.contains(word)) }
        #expect(said.contains("driverCardInserted"))
    }

    @Test func `the same card has the same code, another card another one`() {
        func code(_ certificate: String) -> DeviceEvent? {
            var card = Card(edition: .year2013)
            card.certificate = certificate
            return decoded(0x0702, .year2013, card.body).deviceEvents.first
        }
        #expect(code("99999919000101001X") == code("99999919000101001X  "))
        #expect(code("99999919000101001X") != code("999999190001010011"))
        #expect(code("") == .driverCardInserted(code: "", at: noon))
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt8])
    func `a card that could not be read has no code`(result: UInt8) {
        var card = Card(edition: .year2013, result: result)
        card.name = []
        #expect(
            decoded(0x0702, .year2013, card.body).deviceEvents == [.driverCardInserted(code: "", at: noon)])
        let bare = Array(card.body.prefix(8))
        #expect(decoded(0x0702, .year2013, bare).summary.hasPrefix("event driverCardInserted"))
    }

    @Test func `what is wrong with a card's report is refused by name, and the card is not lost`() {
        let whole = Card(edition: .year2013).body
        let cut = decoded(0x0702, .year2013, Array(whole.prefix(15)))
        #expect(cut.deviceEvents == [.driverCardInserted(code: "", at: noon)])
        #expect(cut.rejections == [Rejection(.frameLength, at: "body of 15 bytes")])
        let undated = decoded(
            0x0702, .year2013, Card(edition: .year2013, status: 2, time: "FFFFFFFFFFFF").body)
        #expect(undated.deviceEvents == [.driverCardRemoved(at: nil)])
        #expect(undated.rejections == [Rejection(.malformedTime, at: "body.time")])
        #expect(decoded(0x0702, .year2013, [3, 0, 0]).summary == "rejected unknown_shape @ body of 3 bytes")
        #expect(decoded(0x0702, .year2013, [1, 0]).summary == "rejected frame_length @ body of 2 bytes")
        #expect(decoded(0x0702, .year2013, []).summary == "rejected frame_length @ body of 0 bytes")
    }
}

struct JT808AlarmTests {
    private func report(alarm: UInt32) -> [UInt8] {
        JT808Bytes.big(alarm) + JT808Bytes.location().dropFirst(4)
    }

    @Test(
        arguments: [
            (8, [DeviceEvent.powerCut]), (5, [.antennaCut]), (4, []), (6, []), (7, []), (0, []), (31, []),
        ] as [(UInt32, [DeviceEvent])])
    func `power cut and antenna cut are events of their own beside the position`(
        bit: UInt32, expected: [DeviceEvent]
    ) {
        let message = decoded(JT808Bytes(body: report(alarm: 1 << bit)).wire, as: .jt808)
        #expect(message.deviceEvents == expected)
        #expect(message.fixes.map(\.alarmBits) == [1 << bit])
    }

    @Test func `a message says each of them once, and a back-fill says nothing about now`() {
        let cut = report(alarm: 1 << 8 | 1 << 5)
        let live = JT808Bytes(messageID: 0x0704, body: JT808Bytes.batch([cut, cut, cut], type: 0))
        #expect(decoded(live.wire, as: .jt808).deviceEvents == [.powerCut, .antennaCut])
        let old = JT808Bytes(messageID: 0x0704, body: JT808Bytes.batch([cut], type: 1))
        #expect(decoded(old.wire, as: .jt808).summary == "1 fixes")
    }

    @Test func `a power cut of a second terminal is not laid at the first one's door`() {
        let first = JT808Bytes(phone: "013900000001").wire
        let second = JT808Bytes(body: report(alarm: 1 << 8)).wire
        let message = decoded(first + second, as: .jt808)
        #expect(message.deviceEvents == [] && message.fixes.map(\.alarmBits) == [0, 1 << 8])
    }

    @Test func `every alarm bit is held, cleared by an answer, or reserved, by edition`() {
        for is2019 in [false, true] {
            let held = JT808Alarms.held(is2019: is2019)
            let cleared = JT808Alarms.clearedWhenAnswered(is2019: is2019)
            let reserved = JT808Alarms.reserved(is2019: is2019)
            #expect(held ^ cleared ^ reserved == .max && held & cleared == 0 && held & reserved == 0)
        }
        #expect(JT808Alarms.clearedWhenAnswered(is2019: true) == 0x1870_0001)
        #expect(JT808Alarms.clearedWhenAnswered(is2019: false) == 0x9870_0009)
        #expect(JT808Alarms.reserved(is2019: true) == 0x8000_0000)
        #expect(JT808Alarms.reserved(is2019: false) == 0x0003_8000)
    }
}
