import AssetModel
import DeviceDecoding
import Testing

/// The counter of an edge node, over the messages of its devices too.
struct SparkplugSequenceTests {
    /// `number` or `number@seconds`; after each one what was said.
    @Test(arguments: [
        ("3 4 5", ". . ."), ("3 5", ". 1"), ("3 3 4", ". . ."), ("3 2", ". ."), ("3 2@1", ". 254"),
        ("250@1 251", "247 ."),
        ("3 6@2 4@1 5@1 7@3", ". 2 . . ."), ("3 4@9 3@8 5@10", ". . . ."), ("40@9 8@8 41@10", "37 . ."),
        ("40@9 7@8", "37 222"), ("40@9 8@10", "37 223"), ("3 - 4", ". . ."), ("3 300 4", ". x ."),
        ("3 258", ". x"),
    ])
    func `numbers missing are a gap; one that comes again or late is none`(sent: String, said: String) {
        var plant = SparkplugPlant.born()
        var words: [String] = []
        for step in sent.split(separator: " ") {
            let parts = step.split(separator: "@")
            if parts.count == 2, let second = UInt64(parts[1]) {
                plant.clock = UInt64(noon.milliseconds) + second * 1_000
            }
            let message = plant.data(seq: UInt64(parts[0]))
            #expect(message.tagReads.count == 1 && message.fault == nil)
            switch message.gatewayEvents.first {
            case .sequenceGap(_, _, let missed): words.append("\(missed)")
            default: words.append(message.rejections.isEmpty ? "." : "x")
            }
            #expect(message.gatewayTopic == (message.gatewayEvents.isEmpty ? "" : "spBv1.0/G/NDEATH/E"))
        }
        #expect(words.joined(separator: " ") == said)
    }

    @Test func `the counter goes round after 255`() {
        var plant = SparkplugPlant.born()
        for number in 3..<1_000 {
            #expect(plant.data(seq: UInt64(number % 256)).gatewayEvents.isEmpty, "\(number)")
        }
        // 999 was 231; 25 later the counter has been round.
        #expect(plant.data(seq: 0).gatewayEvents.map(\.kind) == ["sequence_gap"])
    }

    @Test func `one counter counts births, data and device deaths of the node and its devices`() {
        var plant = SparkplugPlant()
        #expect(plant.nodeBirth().story == "gateway connected")
        #expect(plant.deviceBirth("R1", seq: 1).story == "event connected")
        #expect(plant.deviceBirth("R2", seq: 2).story == "event connected")
        #expect(plant.data("R1", seq: 3).story == "1 reads")
        #expect(plant.send("NDATA/E", seq: 4, [TestMetric("x", nil, .flag(true))]).ignored != nil)
        #expect(plant.send("DDEATH/E/R2", seq: 5).story == "event disconnected")
        #expect(plant.data("R1", seq: 6).story == "1 reads")
        #expect(plant.send("DDEATH/E/R1", seq: 8).story == "gateway sequence_gap, event disconnected")
        #expect(plant.deviceBirth("R1", seq: 11).story == "gateway sequence_gap, event connected")
        #expect(plant.data("R1", seq: 14).story == "gateway sequence_gap, 1 reads")
        // A message that says nothing else still says that others are missing.
        let nothing = plant.send("DDATA/E/R1", seq: 17, [TestMetric("x", nil, .flag(true))])
        #expect(nothing.story == "gateway sequence_gap" && nothing.ignored == nil)
    }

    @Test func `edge nodes count for themselves`() {
        var plant = SparkplugPlant.born()
        let tag = [TestMetric("EPC", nil, .text(SparkplugPlant.epc))]
        #expect(plant.send("DDATA/F/R1", seq: 200, tag).story == "1 reads")
        #expect(plant.data(seq: 3).story == "1 reads")
        #expect(plant.send("DDATA/F/R1", seq: 201, tag).story == "1 reads")
    }

    @Test func `a gap lasts from the last message to this one, by the device's clock where that is right`() {
        var plant = SparkplugPlant.born()
        plant.clock = UInt64(noon.milliseconds) - 5_000
        _ = plant.data(seq: 3)
        plant.now = noon + ElapsedTime(seconds: 60)
        plant.clock = UInt64(noon.milliseconds) + 20_000
        let gap = DeviceEvent.sequenceGap(
            first: noon + ElapsedTime(seconds: -5), last: noon + ElapsedTime(seconds: 20), missed: 1)
        #expect(plant.data(seq: 5).gatewayEvents == [gap])
        // A clock that began in 2001 and was then set.
        plant.clock = 1_000_000_000_000
        _ = plant.data(seq: 6)
        plant.now = noon + ElapsedTime(seconds: 90)
        plant.clock = UInt64(noon.milliseconds) + 90_000
        let ours = DeviceEvent.sequenceGap(
            first: noon + ElapsedTime(seconds: 60), last: noon + ElapsedTime(seconds: 90), missed: 3)
        #expect(plant.data(seq: 10).gatewayEvents == [ours])
    }

    @Test func `a node birth starts the counter and has to be its zero`() {
        var plant = SparkplugPlant.born()
        _ = plant.data(seq: 3)
        #expect(plant.nodeBirth(bdSeq: 2).story == "gateway connected")
        #expect(plant.deviceBirth(seq: 1).story == "event connected")
        plant.clock = UInt64(noon.milliseconds) + 1
        #expect(plant.nodeBirth(seq: 9).story == "gateway connected, rejected number_out_of_range @ seq")
        #expect(plant.deviceBirth(seq: 10).story == "event connected")
    }
}
