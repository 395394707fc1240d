import AssetModel
import DeviceDecoding
import Testing

struct JT808ItemTests {
    @Test(
        arguments: [
            ("0104000000FF", .odometer(255)), ("0202007D", .fuel(125)), ("03020258", .recorderSpeed(600)),
            ("0402000A", .alarmToConfirm(10)), ("060280FA", .carriageTemperature(-250)),
            ("060200FA", .carriageTemperature(250)), ("110100", .overspeed(.none, area: nil)),
            ("11050300000007", .overspeed(.polygon, area: 7)),
            ("1206010000000801", .areaPassage(.circle, area: 8, isOut: true)),
            ("1206040000000900", .areaPassage(.route, area: 9, isOut: false)),
            ("130700000005003C01", .segmentTime(segment: 5, seconds: 60, isTooLong: true)),
            ("250400000063", .signals(0x63)), ("2A020001", .inputs(1)),
            ("2B0400020001", .analogue(first: 1, second: 2)), ("300119", .radioSignal(25)),
            ("31010C", .satellites(12)),
        ] as [(String, JT808Item)])
    func `every item of the standard is read from its bytes`(hex: String, expected: JT808Item) throws {
        let item = try #require(items(hex).first)
        #expect(JT808Item(item) == expected)
        let longer = VehicleFix.Item(id: item.id, bytes: item.bytes + [0, 0])
        #expect(JT808Item(longer) == nil)
        #expect(JT808Item(VehicleFix.Item(id: item.id, bytes: [])) == nil)
    }

    private func items(_ hex: String) -> [VehicleFix.Item] {
        decoded(JT808Bytes(body: JT808Bytes.location() + Fixture.bytes(hex: hex)).wire, as: .jt808)
            .fixes.first?.items ?? []
    }

    @Test func `tyre pressures are thirty bytes`() throws {
        let pressures = [UInt8](1...30)
        let item = VehicleFix.Item(id: 0x05, bytes: pressures)
        #expect(JT808Item(item) == .tyrePressure(pressures))
        #expect(JT808Item(VehicleFix.Item(id: 0x05, bytes: [0])) == nil)
    }

    @Test(arguments: [
        "1400", "14040000000F", "16040000000B", "170102", "1804011D0000", "E00100", "E10100", "EB0C000C00B2",
        "FF0101", "110500000000FF", "120609000000080100", "12060100000008FF", "13070000000500ABFF",
    ])
    func `makers' items and codes that the standard does not know stay bytes`(hex: String) {
        for item in items(hex) { #expect(JT808Item(item) == nil) }
    }

    @Test func `signal bits have names`() {
        #expect(JT808Item.signalNames.count == 15)
        #expect("\(JT808Item.signalNames[0]) \(JT808Item.signalNames[14])" == "low_beam clutch")
    }

    @Test func `second items of an id are kept, and the first odometer counts`() {
        let hex = "01040000000A 0104000000FF 0104000000FF E10101 E10102"
        let message = decoded(
            JT808Bytes(body: JT808Bytes.location() + Fixture.bytes(hex: hex)).wire, as: .jt808)
        #expect(message.fixes.first?.items.map(\.id) == [1, 1, 1, 0xE1, 0xE1])
        #expect(message.fixes.first?.odometerMetres == 1_000)
    }
}

struct VehicleFixFormTests {
    /// Around the 64 bytes that need no heap memory, and far beyond.
    @Test(arguments: [0, 1, 5, 60, 61, 62, 63, 64, 65, 100, 255])
    func `items of any size come out as they went in`(size: Int) {
        let item = VehicleFix.Item(id: 0xE1, bytes: Array(repeating: 0xAB, count: size))
        let small = VehicleFix.Item(id: 0x30, bytes: [9])
        var fix = VehicleFix(phone: "1", phoneRaw: "01")
        fix.items = [item, small]
        #expect(fix.items == [item, small])
        fix.items.append(item)
        #expect(fix.items == [item, small, item])
        let wire = JT808Bytes(
            body: JT808Bytes.location() + JT808Bytes.items([(0xE1, item.bytes), (0x30, [9])]))
        #expect(decoded(wire.wire, as: .jt808).fixes.first?.items == [item, small])
    }

    @Test func `equal items make equal fixes however they were added`() {
        let items = (0..<12).map { VehicleFix.Item(id: $0, bytes: [$0, 1, 2, 3]) }
        var (one, other) = (ItemRecords(), ItemRecords(items))
        for item in items { one.append(item.id, item.bytes) }
        #expect(one == other && one.items == items && one.hashValue == other.hashValue)
        other.append(1, [])
        #expect(one != other && !one.isEmpty && ItemRecords().isEmpty && ItemRecords().items == [])
    }

    @Test func `more than a length byte can say is no item`() {
        #expect(ItemRecords([VehicleFix.Item(id: 1, bytes: Array(repeating: 0, count: 256))]).isEmpty)
    }

    @Test(arguments: [
        ("13812345678", "013812345678"), ("0", "000000000000"), ("4eb6fb4afd9e", "4eb6fb4afd9e"),
        ("12345678901234567890", "12345678901234567890"), ("1", "ABC"), ("LSVAA123", "LSVAA123"),
        ("13812345678", "00000000013812345678"), ("13812345678", "+8613812345678"),
    ])
    func `the raw phone is kept whatever stands in front`(phone: String, raw: String) {
        let fix = VehicleFix(phone: phone, phoneRaw: raw)
        #expect(fix.phone == phone && fix.phoneRaw == raw)
        #expect(fix == VehicleFix(phone: phone, phoneRaw: raw))
    }

    @Test(
        arguments: [
            (0, "ignition"), (5, "shifted"), (10, "oil"), (11, "circuit"), (18, "GPS"), (19, "BDS"),
            (20, "GLONASS"), (21, "Galileo"), (22, "moving"),
        ] as [(UInt32, String)])
    func `status bits have names, and motion is known since 2019`(bit: UInt32, name: String) {
        let body = JT808Bytes.location(status: 1 << bit)
        for is2019 in [false, true] {
            let fix = decoded(JT808Bytes(is2019: is2019, body: body).wire, as: .jt808).fixes.first
            var names: [String] = []
            if fix?.isIgnitionOn == true { names.append("ignition") }
            if fix?.isShifted == true { names.append("shifted") }
            if fix?.isOilCut == true { names.append("oil") }
            if fix?.isCircuitCut == true { names.append("circuit") }
            if fix?.usesGPS == true { names.append("GPS") }
            if fix?.usesBDS == true { names.append("BDS") }
            if fix?.usesGLONASS == true { names.append("GLONASS") }
            if fix?.usesGalileo == true { names.append("Galileo") }
            if fix?.isMoving == true { names.append("moving") }
            #expect(names == (bit == 22 && !is2019 ? [] : [name]))
            #expect((fix?.isMoving == nil) == !is2019 && fix?.isEdition2019 == is2019)
        }
    }
}
