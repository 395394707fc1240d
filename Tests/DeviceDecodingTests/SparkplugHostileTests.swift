import AssetModel
import DeviceDecoding
import Testing

private typealias Kind = SparkplugType

/// Overwrites, removes, repeats and inserts.
enum SparkplugMutation {
    static func mutate(_ bytes: [UInt8], _ words: [[UInt8]], _ random: inout SplitMix64) -> [UInt8] {
        var mutated = bytes
        for _ in 0...random.below(3) {
            let at = random.below(mutated.count + 1)
            let size = min(random.below(9), mutated.count - at)
            switch random.below(5) {
            case 0 where at < mutated.count: mutated[at] ^= 1 << UInt8(random.below(8))
            case 1 where at < mutated.count: mutated[at] = UInt8(truncatingIfNeeded: random.next())
            case 2: mutated.removeSubrange(at..<(at + size))
            case 3: mutated.insert(contentsOf: Array(mutated[at..<(at + size)]), at: at)
            default: mutated.replaceSubrange(at..<(at + size), with: words[random.below(words.count)])
            }
        }
        return mutated
    }
}

/// The bytes as the schema has them, and nothing from the air that traps or is lost without a word.
struct SparkplugHostileTests {
    /// Field by field: tag, then value. Written by hand.
    @Test func `bytes written by hand from the schema`() {
        let payload = Fixture.bytes(hex: "08 80F8CABAAA34")
        // Name, timestamp, datatype String, value.
        let metric = Fixture.bytes(
            hex: "0A 03 455043" + "18 81F8CABAAA34" + "20 0C" + "7A 18"
                + "333030383333423244444439303134303030303030303030")
        var whole = payload + [0x12, UInt8(metric.count)] + metric + [0x18, 0x05]
        // Unknown fields of every wire type are skipped.
        whole += Fixture.bytes(hex: "78 01" + "A1 06 0102030405060708" + "AA 06 02 0102" + "AD 06 01020304")
        var plant = SparkplugPlant()
        let message = plant.send("DDATA/E/R1", whole)
        #expect(message.story == "1 reads")
        #expect(message.tagReads.first?.tag.hex == SparkplugPlant.epc)
        #expect(message.sentAt == message.tagReads.first?.heardAt.map { $0 + ElapsedTime(milliseconds: -1) })
        #expect(plant.data(seq: 7).gatewayEvents.map(\.kind) == ["sequence_gap"])
    }

    @Test(arguments: [
        ("0B", 0), ("0C", 0), ("0E", 0), ("0F", 0), ("00", 0), ("07", 0),
        ("08", 1), ("08 80", 1), ("08 FFFFFFFFFFFFFFFFFF02", 1), ("08 8080808080808080808001", 1),
        ("12", 1), ("12 05 0A03", 1), ("12 FFFFFFFFFFFFFFFFFF01", 1), ("12 05 0A04455043", 3),
        ("12 05 0A04455043 1805", 3),
        ("0D 010203", 1), ("09 01020304050607", 1), ("0A 00", 0), ("0D 01020304", 0), ("10 01", 0),
        ("12 02 0801", 2), ("12 05 7D00000000", 2), ("12 03 0A0145 22", 6), ("FFFFFFFFFF0F 01", 0),
        ("12 04 8A01 01 0C", 5), ("12 04 9201 01 0C", 5), ("18 01 2A 05 01", 3),
    ])
    func `malformed bytes are refused with their place, and nothing is taken`(hex: String, offset: Int) {
        var plant = SparkplugPlant.born()
        let tag = TestMetric.payload([TestMetric("EPC", nil, .text(SparkplugPlant.epc))])
        let bytes = Fixture.bytes(hex: hex)
        let first = plant.send("DDATA/E/R1", bytes)
        #expect(first.summary == "refused malformed_protobuf @ offset \(offset)")
        let second = plant.send("NBIRTH/E", tag + bytes)
        #expect(second.summary == "refused malformed_protobuf @ offset \(offset + tag.count)")
        #expect(second.tagReads.isEmpty && second.gatewayEvents.isEmpty && second.deviceIdentity.isEmpty)
        #expect(Sparkplug.recognition(of: RawMessage(topic: "spBv1.0/G/NDATA/E", payload: bytes)) == .certain)
        // The birth that was refused changed nothing.
        #expect(plant.data(seq: 3).story == "1 reads")
    }

    @Test(arguments: [
        "spBv1.0", "spBv1.0/G", "spBv1.0/G/DDATA", "spBv1.0/G/DDATA/E", "spBv1.0/G/NDATA/E/R1",
        "spBv1.0/G/DDATA/E/R1/x", "spBv1.0//DDATA/E/R1", "spBv1.0/G/DDATA//R1", "spBv1.0/G/DDATA/E/",
        "spBv1.0/G/XDATA/E", "spBv1.0/G/STATE/E", "spAv1.0/G/NDATA/E", "x/spBv1.0/G/NDATA/E", "",
        "spBv1.0/G/NDATA/" + String(repeating: "e", count: 256), "STATE", "spBv1.0/STATE",
    ])
    func `other topics are refused`(topic: String) {
        var family = Sparkplug()
        var decoded = DecodedMessage()
        let message = RawMessage(topic: topic, payload: TestMetric.payload([], timestamp: 1))
        family.decode(message, receivedAt: noon, into: &decoded)
        #expect(decoded.summary == "refused unknown_topic @ topic")
        #expect(Sparkplug.recognition(of: message) == .none)
    }

    @Test(arguments: [
        ("12 05 0A03", "refused malformed_protobuf @ offset 1"),
        ("636F6E6E6563746564", "refused malformed_protobuf @ offset 0"),
        ("", "refused empty_payload @ offset 0"),
    ])
    func `under auto the topic says whose message a broken one is`(hex: String, expected: String) {
        for topic in ["spBv1.0/G/DDATA/E/R1", "spBv1.0/G/NDEATH/E"] {
            var bench = DecoderBench(.auto)
            #expect(bench.decode(Fixture.bytes(hex: hex), on: topic).summary == expected)
        }
        let elsewhere = RawMessage(topic: "spBv1.0/G/XDATA/E", payload: [0x12])
        #expect(Sparkplug.recognition(of: elsewhere) == .none)
    }

    // MARK: round trip

    /// What a made message should come out as.
    private struct Made {
        var metrics: [TestMetric] = []
        var lines: [String] = []
    }

    private func makeRecord(_ path: String, _ random: inout SplitMix64) -> Made {
        var made = Made()
        let bytes = (0..<(2 * (1 + random.below(8)))).map { _ in UInt8(1 + random.below(255)) }
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
        let time = UInt64(noon.milliseconds) - UInt64(random.below(1_000_000))
        var line = hex
        let value = random.below(2) == 0 ? TestMetric.Value.text(hex.lowercased()) : .bytes(bytes)
        made.metrics.append(TestMetric(path + "EPC", nil, value).at(time))
        let port = random.below(3) == 0 ? nil : UInt32(1 + random.below(65_535))
        if let port { made.metrics.append(TestMetric(path + "Antenna", nil, .int(port))) }
        line += " " + (port.map { "\($0)" } ?? "-")
        let signal = random.below(3) == 0 ? nil : Int32(-random.below(150))
        if let signal { made.metrics.append(TestMetric(path + "RSSI", Kind.int32, .signed(signal))) }
        line += " " + (signal.map { "\($0 * 100)" } ?? "-") + " \(time)"
        made.lines = [line]
        if random.below(2) == 0 { made.metrics.reverse() }
        return made
    }

    private func line(_ read: TagRead) -> String {
        let port = read.antennaPort.map { "\($0)" } ?? "-"
        let signal = read.peakSignal.map { "\($0.centiDBm)" } ?? "-"
        return "\(read.tag.hex) \(port) \(signal) \(read.heardAt?.milliseconds ?? 0)"
    }

    /// Puts an alias in the place of each name.
    private func aliased(_ metrics: [TestMetric]) -> (birth: [TestMetric], data: [TestMetric]) {
        var birth: [TestMetric] = []
        var data = metrics
        for index in metrics.indices {
            let alias = UInt64(index * 7 + 1)
            let type: UInt32
            switch metrics[index].value {
            case .text: type = Kind.string
            case .bytes: type = Kind.bytes
            default: type = metrics[index].datatype ?? 0
            }
            birth.append(TestMetric(metrics[index].name, alias: alias, type))
            (data[index].name, data[index].alias, data[index].datatype) = (nil, alias, nil)
        }
        return (birth, data)
    }

    @Test func `what is encoded is decoded, for every message type, by name and by alias`() {
        var random = SplitMix64(seed: 30_000)
        for round in 0..<500 {
            var made = Made()
            for record in 0..<(1 + random.below(5)) {
                let next = makeRecord("Line \(round)/R\(record)/", &random)
                made.metrics += next.metrics
                made.lines += next.lines
            }
            var plant = SparkplugPlant()
            let session = random.next()
            #expect(plant.nodeBirth(bdSeq: session).story == "gateway connected")
            for (kind, path) in [("D", "/R1"), ("N", "")] {
                let named = plant.send("\(kind)DATA/E\(path)", seq: nil, made.metrics)
                #expect(named.tagReads.map(line).sorted() == made.lines.sorted(), "\(round)")
                let (birth, data) = aliased(made.metrics)
                plant.clock = UInt64(noon.milliseconds) + UInt64(round)
                let born = plant.send("\(kind)BIRTH/E\(path)", seq: 0, birth)
                #expect(born.tagReads.isEmpty && born.rejections.isEmpty)
                let short = plant.send("\(kind)DATA/E\(path)", seq: 1, data)
                #expect(short.tagReads.map(line).sorted() == made.lines.sorted(), "\(round)")
            }
            #expect(plant.send("DDEATH/E/R1", seq: 2).story == "event disconnected")
            _ = plant.nodeBirth(bdSeq: session)
            #expect(plant.nodeDeath(bdSeq: session &+ 1).story == "ignored sparkplug_stale_death")
            #expect(plant.nodeDeath(bdSeq: session).story == "gateway disconnected")
        }
    }

    // MARK: damage

    private func samples() throws -> [RawMessage] {
        try Fixture.lines("sparkplug.ndjson").map { try SparkplugPlant.message(of: $0) }
    }

    @Test func `messages cut off at every byte`() throws {
        for message in try samples() {
            for size in 0..<message.payload.count {
                var family = Sparkplug()
                var decoded = DecodedMessage()
                let cut = RawMessage(topic: message.topic, payload: Array(message.payload.prefix(size)))
                family.decode(cut, receivedAt: noon, into: &decoded)
                #expect(decoded.fault == nil, "\(size) bytes of \(message.topic)")
                if message.payload.first == 0x7B { #expect(decoded.tagReads.isEmpty) }
            }
        }
    }

    @Test func `100,000 mutated messages`() throws {
        let samples = try samples().filter { !$0.payload.isEmpty }
        let words = [
            "0A03455043", "1001", "18", "FFFFFFFFFFFFFFFFFF01", "12", "7A18", "5008", "3801", "2801", "8A01",
            "9201", "0B", "80", "00", "FF", "4A0B0A075175616C6974791200", "226D657472696373223A5B", "7D",
        ].map { Fixture.bytes(hex: $0) }
        var random = SplitMix64(seed: 3_0)
        var family = Sparkplug()
        var decoded = DecodedMessage()
        var taken = 0
        for round in 0..<100_000 {
            let sample = samples[random.below(samples.count)]
            let stranger = samples[random.below(samples.count)]
            let message = RawMessage(
                topic: random.below(8) == 0 ? stranger.topic : sample.topic,
                payload: SparkplugMutation.mutate(sample.payload, words, &random),
                isRetained: random.below(16) == 0)
            decoded.reset()
            family.decode(message, receivedAt: noon + ElapsedTime(seconds: Int64(round)), into: &decoded)
            if let fault = decoded.fault { Issue.record("\(fault): \(message)") }
            if decoded.refusal == nil { taken += 1 }
            _ = Sparkplug.recognition(of: message)
        }
        #expect(taken > 10_000)
        #expect(family.encodeState().count < 100_000)
        var again = Sparkplug()
        try again.restoreState(family.encodeState())
        #expect(again.encodeState() == family.encodeState())
    }
}
