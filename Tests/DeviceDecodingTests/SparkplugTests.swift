import AssetModel
import DeviceDecoding
import Testing

private let epc = SparkplugPlant.epc
private let other = SparkplugPlant.otherEPC
private typealias Kind = SparkplugType

/// Which metrics make a read.
struct SparkplugTests {
    @Test func `every message of the file decodes to what its line says, in the order of the file`() throws {
        var family = Sparkplug()
        for row in try Fixture.lines("sparkplug.ndjson") {
            #expect(row["source"] is String && row["licence"] is String && row["kind"] is String)
            let name = try #require(row["name"] as? String)
            let message = try SparkplugPlant.message(of: row)
            if row["fresh"] as? Bool == true { family = Sparkplug() }
            var decoded = DecodedMessage()
            family.decode(message, receivedAt: noon, into: &decoded)
            let expected = ExpectedLines.of(try #require(row["expected"] as? [String: Any]))
            #expect(ExpectedLines.of(decoded) == expected, "\(name)")
            #expect(decoded.fault == nil, "\(name)")
            let isCertain = Sparkplug.recognition(of: message) == .certain
            #expect(isCertain == row["auto"] as? Bool, "\(name)")
        }
    }

    @Test func `a source that is undecided is Sparkplug after its first message`() throws {
        var reader = SiteLayout.Reader(id: "R1", site: 0, topics: ["spBv1.0/#"])
        reader.format = .auto
        for row in try Fixture.lines("sparkplug.ndjson") where row["auto"] as? Bool == true {
            let message = try SparkplugPlant.message(of: row)
            var decoder = DeviceDecoder(layout: SiteLayout(readers: [reader]))
            var decoded = DecodedMessage()
            decoder.decode(message, from: .reader(0), receivedAt: noon, into: &decoded)
            #expect(decoder.format(of: .reader(0)) == .sparkplug, "\(row["name"] ?? "")")
        }
    }

    /// One message of a device with these metrics, and what comes of it.
    private func reads(_ metrics: [TestMetric]) -> String {
        var plant = SparkplugPlant()
        let message = plant.send("DDATA/E/R1", seq: 9, metrics)
        if let fault = message.fault { return fault }
        let reads = message.tagReads.map { read in
            let port = read.antennaPort.map { " port \($0)" } ?? ""
            return String(read.tag.hex.suffix(2)) + port + (read.peakSignal.map { " \($0.centiDBm)" } ?? "")
        }
        let rest = message.ignored.map { ["ignored \($0)"] } ?? []
        let refused = message.rejections.map { "\($0.reason.rawValue) @ \($0.at)" }
        return (reads + refused + rest).joined(separator: ", ")
    }

    @Test(arguments: [
        ("EPC", "00"), ("Dock/Gate/EPC", "00"), ("Antenna 3/EPC", "00 port 3"), ("ant_2/epc", "00 port 2"),
        ("Port-4/EPC Hex", "00 port 4"), ("Antenna/5/idHex", "00 port 5"),
        ("readerAntenna7/EPC", "00 port 7"), ("Report 3/EPC", "00"), ("Elephant 3/EPC", "00"),
        ("Antenna 0/EPC", "00"), ("Antenna 70000/EPC", "00"), ("Antenna/EPC", "00"), ("Line 4/EPC", "00"),
        ("Antenna 2/Line 4/EPC", "00"), ("ANTENNA 3/EPC", "00 port 3"),
        // Names that hold anything: a port beside them vouches for the identity.
        ("Antenna 1/Tag", "00 port 1"), ("Antenna 1/ID", "00 port 1"), ("Motor/ID", "none"),
        ("Tag", "none"), ("EPC/Count", "none"), ("Antenna 1", "none"),
    ])
    func `the last level of a name says what a metric is, the level before it may end in a port`(
        name: String, expected: String
    ) {
        let found = reads([TestMetric(name, Kind.string, .text(epc))])
        #expect(found == (expected == "none" ? "ignored sparkplug_no_reads" : expected))
    }

    @Test(
        arguments: [
            (Kind.int8, TestMetric.Value.signed(-52), "-5200"), (Kind.int8, .int(0xCC), "-5200"),
            (Kind.int32, .signed(-52), "-5200"), (Kind.int32, .int(0xCC), ""), (0, .signed(-52), "-5200"),
            (Kind.int64, .long(UInt64(bitPattern: -52)), "-5200"), (Kind.float, .float(-52.34), "-5234"),
            (Kind.double, .double(-52.345), "-5235"), (Kind.string, .text("-52.3"), "-5230"),
            (Kind.double, .double(.nan), ""), (Kind.float, .float(.infinity), ""),
            (Kind.int32, .signed(-5200), ""),
            (Kind.int8, .int(300), ""), (Kind.int64, .long(UInt64(bitPattern: -9_000_000_000)), ""),
            (0, .flag(true), ""), (Kind.bytes, .bytes([1, 2]), ""), (Kind.string, .text("weak"), ""),
        ] as [(UInt32, TestMetric.Value, String)])
    func `a signal in dBm, and where it cannot be one it is unknown`(
        datatype: UInt32, value: TestMetric.Value, expected: String
    ) {
        let found = reads([
            TestMetric("EPC", Kind.string, .text(epc)),
            TestMetric("RSSI", datatype == 0 ? nil : datatype, value),
        ])
        #expect(found == (expected.isEmpty ? "00" : "00 \(expected)"))
    }

    @Test(
        arguments: [
            (Kind.string, TestMetric.Value.text(epc), "00"),
            (Kind.bytes, .bytes(Fixture.bytes(hex: other)), "C8"),
            (Kind.string, .text("3008"), "08"), (Kind.string, .text("no tag"), "malformed_identity"),
            (Kind.string, .text("300"), "identity_length"),
            (Kind.bytes, .bytes([1, 2, 3]), "identity_length"),
            (Kind.int64, .long(3008), "malformed_identity"),
            (27, .bytes([0x30, 0x08]), "malformed_identity"),
            (26, .bytes([0x30, 0x08]), "08"), (Kind.bytes, .text(other), "C8"),
            (Kind.bytes, .text("MAgzst3ZAUAAAAAA"), "00"), (Kind.string, .text(""), "ignored"),
            (Kind.string, .text("  "), "ignored"),
            (Kind.string, .text("000000000000000000000000"), "ignored"),
            (Kind.bytes, .bytes([]), "ignored"), (Kind.bytes, .bytes([0, 0, 0, 0]), "ignored"),
        ] as [(UInt32, TestMetric.Value, String)])
    func `an identity is hex, or bytes; an empty one is none`(
        datatype: UInt32, value: TestMetric.Value, expected: String
    ) {
        let found = reads([TestMetric("EPC", datatype, value)])
        switch expected {
        case "ignored": #expect(found == "ignored sparkplug_no_reads")
        case "malformed_identity", "identity_length": #expect(found == "\(expected) @ metrics[0].value")
        default: #expect(found == expected)
        }
    }

    @Test func `metrics of one path are one read, whatever their order`() {
        let metrics = [
            TestMetric("A 1/RSSI", Kind.int32, .signed(-40)),
            TestMetric("A 2/EPC", Kind.string, .text(other)),
            TestMetric("A 1/Antenna", Kind.uint16, .int(9)), TestMetric("A 1/EPC", Kind.string, .text(epc)),
            TestMetric("A 2/RSSI", Kind.int32, .signed(-50)), TestMetric("Fan", Kind.float, .float(3)),
        ]
        #expect(reads(metrics) == "C8 -5000, 00 port 9 -4000")
    }

    @Test func `what might belong to several identities belongs to none`() {
        let twice = [TestMetric("EPC", nil, .text(epc)), TestMetric("EPC", nil, .text(other))]
        let signal = TestMetric("RSSI", nil, .signed(-40))
        #expect(reads(twice + [signal]) == "00, C8")
        let apart = [twice[0].at(1_795_262_400_001), twice[1].at(1_795_262_400_002)]
        #expect(reads(apart + [signal.at(1_795_262_400_002)]) == "00, C8 -4000")
        #expect(reads(apart + [signal]) == "00, C8")
        // Two signals for one identity: the one of its instant.
        let louder = TestMetric("RSSI", nil, .signed(-30)).at(1_795_262_400_001)
        #expect(reads([apart[0], louder, signal.at(1_795_262_400_002)]) == "00 -3000")
        #expect(reads([apart[0], signal.at(1_795_262_400_002), louder]) == "00 -3000")
        #expect(reads([apart[0], signal, louder.historical]) == "00 -4000")
    }

    @Test func `the better name of two wins`() {
        let metrics = [
            TestMetric("Tag/ID", nil, .text("30080000000000000000000000000000")),
            TestMetric("Tag/EPC", nil, .text(epc)), TestMetric("Tag/RSSI", nil, .signed(-40)),
            TestMetric("Tag/Peak RSSI", nil, .signed(-30)),
        ]
        #expect(reads(metrics) == "00 -3000")
    }

    @Test func `bad and stale values are absent`() {
        let tag = TestMetric("EPC", nil, .text(epc))
        for (quality, isTaken) in [
            (UInt32(0), false), (64, false), (191, false), (192, true), (255, true), (256, false),
            (500, false),
        ] {
            let found = reads([tag.quality(quality)])
            #expect(found == (isTaken ? "00" : "ignored sparkplug_no_reads"), "\(quality)")
        }
        #expect(reads([tag, TestMetric("RSSI", nil, .signed(-40)).quality(0)]) == "00")
    }

    @Test func `a time stands at the metric, else at the message; a store without one is refused`() {
        var plant = SparkplugPlant()
        let tag = TestMetric("EPC", nil, .text(epc))
        let time = { (message: DecodedMessage) in message.tagReads.map { $0.heardAt?.milliseconds ?? 0 } }
        let send = { (plant: inout SparkplugPlant, metric: TestMetric) in
            plant.send("DDATA/E/R1", seq: nil, [metric])
        }
        #expect(time(send(&plant, tag)) == [noon.milliseconds])
        #expect(time(send(&plant, tag.at(1_795_262_300_000))) == [1_795_262_300_000])
        #expect(time(send(&plant, tag.at(0))) == [noon.milliseconds])
        #expect(send(&plant, tag.at(12_345)).summary == "rejected malformed_time @ metrics[0].timestamp")
        #expect(send(&plant, tag.historical).summary == "rejected malformed_time @ metrics[0].timestamp")
        plant.clock = 12_345
        #expect(send(&plant, tag).summary == "rejected malformed_time @ timestamp")
        #expect(plant.buffer.sentAt == nil)
        #expect(time(send(&plant, tag.at(1_795_262_300_000))) == [1_795_262_300_000])
        plant.clock = nil
        #expect(time(send(&plant, tag)) == [0])
        plant.clock = .max
        #expect(send(&plant, tag).summary == "rejected malformed_time @ timestamp")
    }

    @Test func `a table has a read in each row, and a broken row is refused alone`() {
        let columns = [("EPC", Kind.string), ("RSSI", Kind.int32), ("Time", Kind.dateTime)]
        let table = TestMetric.Value.table(
            columns,
            [
                [.text(epc), .signed(-40), .long(1_795_262_300_000)], [.text(other), .none, .none],
                [.text("x"), .none, .none], [.none, .signed(-40), .none], [.text(epc)],
                [.text(other), .signed(-50), .long(5)],
            ])
        let found = reads([TestMetric("Port 2", Kind.dataSet, table)])
        #expect(
            found == "00 port 2 -4000, C8 port 2, malformed_identity @ metrics[0].rows[2].epc, "
                + "unknown_shape @ metrics[0].rows[4], malformed_time @ metrics[0].rows[5].time")
        let stock = TestMetric.Value.table([("Item", Kind.string)], [[.text(epc)], []])
        #expect(reads([TestMetric("Stock", Kind.dataSet, stock)]) == "ignored sparkplug_no_reads")
    }

    @Test func `a row or a template of coming and going is refused`() {
        let columns = [("EPC", Kind.string), ("State", Kind.string)]
        let rows: [[TestMetric.Value]] = [[.text(epc), .text("departed")], [.text(other), .none]]
        let table = TestMetric("t", Kind.dataSet, .table(columns, rows))
        #expect(reads([table]) == "C8, unknown_shape @ metrics[0].rows[0].event")
        let state = TestMetric("State", nil, .text("idle"))
        let tag = TestMetric("EPC", nil, .text(epc))
        let template = TestMetric("t", Kind.template, .template([tag, state]))
        #expect(reads([template]) == "unknown_shape @ metrics[0].metrics[1].value")
        // Beside a metric a state is the device's.
        #expect(reads([tag, state]) == "00")
    }

    @Test func `a template holds a read, or more templates`() {
        let inner = TestMetric.Value.template([
            TestMetric("EPC", nil, .text(epc)), TestMetric("RSSI", nil, .signed(-40)),
            TestMetric(alias: 1, nil, .text(epc)),
        ])
        let outer = TestMetric.Value.template([TestMetric("Antenna 6", Kind.template, inner)])
        #expect(
            reads([TestMetric("Dock", Kind.template, outer)])
                == "00 port 6 -4000, unknown_alias @ metrics[0].metrics[0].metrics[2].alias")
        var deep = inner
        for _ in 0..<8 { deep = .template([TestMetric("x", Kind.template, deep)]) }
        let message = TestMetric.payload([TestMetric("x", Kind.template, deep)])
        var plant = SparkplugPlant()
        #expect(plant.send("DDATA/E/R1", message).refusal?.reason == .nestedTooDeep)
    }

    @Test func `names that are no UTF-8 and metrics without any name are refused alone`() {
        var broken = SparkplugBytes()
        broken.put(1, bytes: [0xB2, 0xD6])
        broken.put(15, text: epc)
        var payload = SparkplugBytes()
        payload.put(2, bytes: broken.bytes)
        payload.put(2, bytes: TestMetric(nil, nil, .text(epc)).bytes)
        payload.put(2, bytes: TestMetric("EPC", nil, .text(epc)).bytes)
        var plant = SparkplugPlant()
        #expect(
            plant.send("DDATA/E/R1", payload.bytes).summary
                == "1 reads, rejected not_utf8 @ metrics[0].name, rejected unknown_shape @ metrics[1].name")
    }

    @Test func `in JSON a value that is an object is refused where a table or a template should be`() {
        var plant = SparkplugPlant()
        let json = { (type: String, value: String) in
            Array("{\"metrics\":[{\"name\":\"T\",\"dataType\":\"\(type)\",\"value\":\(value)}]}".utf8)
        }
        #expect(
            plant.send("DDATA/E/R1", json("DataSet", "{}")).summary
                == "rejected unknown_shape @ metrics[0].value")
        #expect(plant.send("DDATA/E/R1", json("String", "\"x\"")).summary == "ignored sparkplug_no_reads")
        #expect(plant.send("DDATA/E/R1", Array("{\"metrics\":7}".utf8)).refusal?.reason == .unknownShape)
        #expect(plant.send("DDATA/E/R1", Array("{\"seq\":-1}".utf8)).refusal?.reason == .numberOutOfRange)
        #expect(plant.send("DDATA/E/R1", Array("{\"seq\":1".utf8)).refusal?.reason == .malformedJSON)
        #expect(plant.send("DDATA/E/R1", Array(" {\"metrics\":[]}".utf8)).ignored != nil)
    }
}
