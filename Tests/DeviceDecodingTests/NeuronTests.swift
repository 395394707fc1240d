import AssetModel
import DeviceDecoding
import Testing

struct NeuronTests {
    @Test func `every message of the file decodes to what its line says`() throws {
        for row in try Fixture.lines("neuron.ndjson") {
            #expect(row["source"] is String && row["licence"] is String && row["kind"] is String)
            let name = try #require(row["name"] as? String)
            let payload = Array(try #require(row["payload"] as? String).utf8)
            let message = decoded(payload, as: .neuron)
            #expect(message.fault == nil, "\(name)")
            let expected = ExpectedLines.of(try #require(row["expected"] as? [String: Any]))
            #expect(ExpectedLines.of(message) == expected, "\(name)")
            let topic = try #require(row["topic"] as? String)
            let found = Neuron.recognition(of: RawMessage(topic: topic, payload: payload))
            #expect((found == .certain) == row["auto"] as? Bool, "\(name)")
        }
    }

    private func story(_ body: String) -> String {
        decoded("{\"timestamp\":1795262400000,\"node\":\"n\",\"group\":\"g\",\(body)}", as: .neuron).summary
    }

    @Test func `tags of a controller are never reads, whatever they hold`() {
        let epc = SparkplugPlant.epc
        #expect(story("\"tags\":[{\"name\":\"\(epc)\",\"value\":\"\(epc)\"}]") == "ignored neuron_no_reads")
        #expect(story("\"tags\":[\"\(epc)\"]") == "ignored neuron_no_reads")
        #expect(story("\"tags\":[{\"epc\":\"\(epc)\",\"rssi\":-50}]") == "ignored neuron_no_reads")
        #expect(story("\"values\":{\"tag\":\"\(epc)\",\"id\":\"\(epc)\"}") == "ignored neuron_no_reads")
    }

    @Test func `a reader comes back with the first identity that can be read, empty or not`() {
        #expect(story("\"values\":{},\"errors\":{\"epc\":3002}") == "event disconnected")
        #expect(story("\"values\":{\"epc\":\"\"},\"errors\":{}") == "ignored neuron_no_reads")
        #expect(story("\"values\":{\"epc\":null},\"errors\":{\"a/epc\":1}") == "event disconnected")
        #expect(
            story("\"values\":{\"epc\":\"\"},\"errors\":{\"a/epc\":1}")
                == "rejected missing_identity @ errors.a/epc")
        // An error of anything else says nothing about tags.
        #expect(story("\"values\":{},\"errors\":{\"motor/id\":3002}") == "ignored neuron_no_reads")
    }

    @Test func `a refusal names the value, and not all of an endless name`() {
        let name = String(repeating: "x", count: 4_000) + "/epc"
        let at = decoded(
            "{\"timestamp\":1795262400000,\"node\":\"n\",\"group\":\"g\",\"values\":{\"\(name)\":7}}",
            as: .neuron
        ).rejections.map(\.at)
        #expect(at == ["values." + String(repeating: "x", count: 120)])
        let node = String(repeating: "x", count: 256)
        let message = decoded("{\"node\":\"\(node)\",\"group\":\"g\",\"values\":{}}", as: .neuron)
        #expect(message.refusal?.reason == .unknownDevice)
    }

    @Test func `one message on each line`() {
        let line =
            "{\"timestamp\":1795262400000,\"node\":\"n\",\"group\":\"g\",\"values\":{\"epc\":\"3008\"}}"
        #expect(decoded(line + "\n" + line, as: .neuron).summary == "2 reads")
        #expect(
            decoded(line + "\n{}", as: .neuron).summary
                == "1 reads, rejected unknown_shape @ line 2, offset 0")
    }

    @Test func `messages cut off at every byte, and 20,000 mutated ones`() throws {
        let samples = try Fixture.lines("neuron.ndjson").map {
            Array(try #require($0["payload"] as? String).utf8)
        }
        for payload in samples {
            for size in 0..<payload.count {
                let message = decoded(Array(payload.prefix(size)), as: .neuron)
                #expect(message.fault == nil && message.tagReads.isEmpty, "\(size) of \(payload.count)")
            }
        }
        let words = ["\"epc\":", "\"errors\":{\"epc\":1}", "null", "}", "[", "1e999", "\\u", "\u{4ED3}", ","]
            .map { Array($0.utf8) }
        var random = SplitMix64(seed: 2_026)
        var bench = DecoderBench(.neuron)
        var taken = 0
        for _ in 0..<20_000 {
            let payload = SparkplugMutation.mutate(samples[random.below(samples.count)], words, &random)
            let message = bench.decode(payload)
            if let fault = message.fault { Issue.record("\(fault): \(payload)") }
            if message.refusal == nil { taken += 1 }
            _ = Neuron.recognition(of: RawMessage(topic: "t", payload: payload))
        }
        #expect(taken > 2_000)
    }
}
