import AssetModel
import DeviceDecoding
import Testing

private typealias Kind = SparkplugType

/// What a stranger can make us keep, and what happens at the limit.
struct SparkplugLimitTests {
    @Test func `half a megabyte of anything`() {
        let size = 524_288
        var payloads: [[UInt8]] = [0x00, 0x0A, 0x12, 0x20, 0x7B, 0x80, 0xFF].map {
            Array(repeating: $0, count: size)
        }
        payloads.append(Array(repeating: [0x12, 0x00], count: size / 2).flatMap { $0 })
        let epc = TestMetric("a/EPC", nil, .text("3008")).bytes
        payloads.append(Array(repeating: [0x12, UInt8(epc.count)] + epc, count: 16_000).flatMap { $0 })
        let alias = TestMetric(alias: 1, nil, .text("3008")).bytes
        payloads.append(Array(repeating: [0x12, UInt8(alias.count)] + alias, count: 16_000).flatMap { $0 })
        let rows = Array(repeating: [TestMetric.Value](), count: 100_000)
        let table = TestMetric("t", Kind.dataSet, .table([("EPC", Kind.string)], rows))
        payloads.append(TestMetric.payload([table]))
        for payload in payloads {
            for path in ["NBIRTH/E", "DDATA/E/R1"] {
                var plant = SparkplugPlant()
                let message = plant.send(path, payload)
                #expect(message.fault == nil, "\(payload.prefix(8))")
                #expect(message.rejections.count <= 65)
            }
        }
        var plant = SparkplugPlant()
        #expect(plant.send("DDATA/E/R1", payloads[7]).refusal?.reason == .oversizePayload)
        #expect(plant.send("DDATA/E/R1", payloads[8]).tagReads.count == 16_000)
    }

    @Test func `what was found before too much was refused is taken`() {
        let tag = TestMetric("EPC", nil, .text(SparkplugPlant.epc))
        let strangers = (0..<100).map { TestMetric(alias: UInt64($0), nil, .text("3008")) }
        var plant = SparkplugPlant()
        let message = plant.send("DDATA/E/R1", seq: 1, [tag] + strangers + [tag])
        #expect(message.tagReads.count == 1 && message.rejections.count == 65)
        #expect(message.rejections.last?.at == "the rest, after metrics[64].alias")
    }

    /// All of it before each metric would be a gigabyte.
    @Test func `of a template's long name the end counts, where the port stands`() {
        let name = String(repeating: "x", count: 200_000) + "/Antenna 8"
        let members = (0..<5_000).map { TestMetric("\($0)/EPC", nil, .text("3008")) }
        let one = [TestMetric("EPC", nil, .text(SparkplugPlant.epc))]
        var plant = SparkplugPlant()
        let payload = [members, one].map { TestMetric(name, SparkplugType.template, .template($0)) }
        let message = plant.send("DDATA/E/R1", seq: 1, payload)
        #expect(message.tagReads.count == 5_001 && message.tagReads.last?.antennaPort == 8)
    }

    private func birth(_ count: Int, from first: Int, _ name: (Int) -> String) -> [TestMetric] {
        (first..<(first + count)).map { TestMetric(name($0), alias: UInt64($0), Kind.string) }
    }

    @Test func `names and aliases of one edge node are bounded, and what is refused stays unknown`() {
        var plant = SparkplugPlant()
        let readers = birth(4_097, from: 0) { "a\($0)/EPC" }
        #expect(
            plant.send("DBIRTH/E/R1", seq: 1, readers).story
                == "event connected, rejected number_out_of_range @ metrics[4096].alias, after 4096 names")
        let data = plant.send(
            "DDATA/E/R1", seq: 2, [4_095, 4_096].map { TestMetric(alias: $0, nil, .text("3008")) })
        #expect(data.story == "1 reads, rejected unknown_alias @ metrics[1].alias")
        #expect(plant.send("DBIRTH/E/R2", seq: 3, birth(1, from: 0) { _ in "EPC" }).rejections.count == 1)
        // A birth of the same device gives its room back first.
        #expect(plant.send("DBIRTH/E/R1", seq: 4, Array(readers.dropLast())).rejections.isEmpty)
        _ = plant.send("DDEATH/E/R1", seq: 5)
        #expect(plant.send("DBIRTH/E/R2", seq: 6, birth(1, from: 0) { _ in "EPC" }).rejections.isEmpty)
        let long = plant.send(
            "DBIRTH/E/R2", seq: 7,
            birth(1, from: 0) { _ in
                String(repeating: "x", count: 252) + "/EPC"
            })
        #expect(long.rejections == [Rejection(.numberOutOfRange, at: "metrics[0].name")])
    }

    @Test func `aliases of other metrics are bounded too, for one edge node and for all`() {
        var plant = SparkplugPlant()
        for node in 0..<9 {
            for device in 0..<2 {
                let metrics = birth(16_384, from: 0) { "m\($0)" }
                let message = plant.send("DBIRTH/N\(node)/D\(device)", seq: UInt64(device), metrics)
                #expect(message.rejections.isEmpty == (node < 8), "\(node) \(device)")
                #expect(message.rejections.count <= 65)
            }
            if node == 0 {
                let message = plant.send("DBIRTH/N0/D2", seq: 2, birth(1, from: 0) { _ in "m" })
                #expect(
                    message.rejections == [
                        Rejection(.numberOutOfRange, at: "metrics[0].alias, after 0 others")
                    ])
            }
        }
        // Runs of numbers are kept as runs.
        #expect(plant.decoder.encodeState().count < 2_000)
    }

    @Test func `devices of one edge node are bounded`() {
        var plant = SparkplugPlant()
        for device in 0..<512 {
            #expect(plant.send("DBIRTH/E/D\(device)", seq: nil).rejections.isEmpty)
        }
        let one = plant.send("DBIRTH/E/D512", seq: nil)
        #expect(
            one.story
                == "event connected, rejected number_out_of_range @ more than 512 devices of an edge node")
        #expect(plant.send("DBIRTH/E/D3", seq: nil).rejections.isEmpty)
    }

    @Test func `edge nodes are bounded; the dead make room, the living stay`() {
        var plant = SparkplugPlant()
        let tag = [TestMetric("EPC", nil, .text(SparkplugPlant.epc))]
        for node in 0..<512 { #expect(plant.send("NBIRTH/N\(node)", seq: 0).rejections.isEmpty) }
        let place = "rejected number_out_of_range @ more than 512 edge nodes"
        #expect(plant.send("NBIRTH/X", seq: 0).story == "gateway connected, \(place)")
        // A read that needs no memory is taken all the same.
        #expect(plant.send("DDATA/X/R1", seq: 1, tag).story == "1 reads, \(place)")
        #expect(plant.send("NDEATH/N7", seq: nil).story == "gateway disconnected")
        #expect(plant.send("NBIRTH/X", seq: 0).story == "gateway connected")
        #expect(plant.send("NBIRTH/N7", seq: 0).story == "gateway connected, \(place)")
        #expect(plant.send("DDATA/N8/R1", seq: 2, tag).story == "gateway sequence_gap, 1 reads")
    }
}
