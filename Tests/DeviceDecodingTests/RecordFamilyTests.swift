import AssetModel
import DeviceDecoding
import Foundation
import Testing

/// What holds for all families that read records by their vendor's names.
struct RecordFamilyTests {
    // MARK: recognition

    /// Whose a published message is, by its source; `nil` for all vendors but these six.
    private func owner(_ source: String) -> MessageFormat? {
        let marks: [(String, MessageFormat)] = [
            ("smartreader", .smartReader), ("barnowl-csl", .csl), ("zz0814", .ifm), ("llrpkit", .llrpkit),
            ("edgexfoundry", .edgex), ("rifidi", .rifidi),
        ]
        return marks.first { source.lowercased().contains($0.0) }?.1
    }

    /// File, payload and source of every message in `Fixtures/`.
    private func everyMessage() throws -> [(file: String, payload: [UInt8], source: String)] {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try files.filter { $0.hasSuffix(".ndjson") }.flatMap { file in
            try Fixture.lines(file).compactMap { line in
                guard let payload = line["payload"] as? String else { return nil }
                return (file, Array(payload.utf8), line["source"] as? String ?? "")
            }
        }
    }

    @Test func `no message of another vendor is taken for one of these`() throws {
        let own = Set(RecordFixture.all.map(\.file))
        var count = 0
        for message in try everyMessage() where !own.contains(message.file) {
            let raw = RawMessage(topic: "t", payload: message.payload)
            for fixture in RecordFixture.all where fixture.format != owner(message.source) {
                let found = fixture.family.recognition(of: raw)
                #expect(
                    found == .none, "\(fixture.format): \(String(decoding: message.payload, as: UTF8.self))")
            }
            count += 1
        }
        #expect(count > 100)
    }

    @Test(arguments: RecordFixture.all)
    func `auto finds the vendor of each message that shows it`(fixture: RecordFixture) throws {
        let others: [any MessageFamily.Type] = [
            Impinj.self, Zebra.self, ZebraSled.self, Sparkplug.self, Neuron.self,
        ]
        for row in try fixture.rows() {
            let raw = RawMessage(topic: "t", payload: row.payload)
            for other in RecordFixture.all where other.format != fixture.format {
                #expect(other.family.recognition(of: raw) == .none, "\(other.format): \(row.name)")
            }
            for other in others {
                #expect(other.recognition(of: raw) != .certain, "\(other.format): \(row.name)")
            }
            var bench = DecoderBench(.auto)
            _ = bench.decode(row.payload)
            let found = bench.decoder.format(of: bench.source)
            #expect(row.isCertain ? found == fixture.format : found != fixture.format, "\(row.name)")
        }
    }

    /// Shapes that resemble one of these families and are none.
    @Test(arguments: [
        "{}", "[]", "7", "\"tag_reads\"", "[[]]", "[null]", "connected", "", "{\"tag_reads\":1}",
        "{\"tags\":[]}", "{\"tags\":[{\"epc\":\"30083008300830083008\"}]}", "{\"timeZone\":\"+8:00\"}",
        "{\"eventType\":\"gpi-status\"}", "{\"eventType\":\"status\"}", "{\"component\":\"RG\"}",
        "[{\"gateID\":1}]", "[{\"EPC\":\"30083008300830083008\"}]", "[{\"gateid\":1,\"epc\":\"3008\"}]",
        "{\"reader\":\"a\",\"epc\":\"3008\",\"rssi_dbm\":-50,\"at\":1795262400}",
        "{\"reader\":\"a\",\"status\":\"online\",\"at\":1795262400}",
        "{\"reader\":\"a\",\"status\":\"online\",\"topic\":\"x/status\",\"at\":1795262400}",
        "{\"reader\":\"a\",\"event\":\"arrived\",\"epc\":\"3008\",\"at\":1795262400}",
        "{\"epc\":\"3008\",\"timestamp\":1795262400000,\"location\":\"a_1\"}",
        "{\"epc\":\"3008\",\"tid\":\"\",\"timestamp\":1,\"location\":\"a_1\",\"rssi\":-50}",
        "{\"event\":{\"readings\":[]}}", "{\"event\":{\"readings\":[{\"resourceName\":\"Temperature\"}]}}",
        "[{\"id\":\"3008\",\"antenna\":1,\"reader\":\"a\",\"rssi\":\"-50\"}]",
        "[{\"extrainformation\":\"\"}]", "{\"tag_reads\":[",
    ])
    func `what only resembles them stays undecided`(text: String) {
        for fixture in RecordFixture.all {
            let found = fixture.family.recognition(of: RawMessage(topic: "t", payload: Array(text.utf8)))
            #expect(found == .none, "\(fixture.format)")
        }
    }

    // MARK: hostile input

    @Test(arguments: RecordFixture.all)
    func `messages cut off at every byte`(fixture: RecordFixture) throws {
        var bench = DecoderBench(fixture.format)
        for row in try fixture.rows() {
            for size in 0..<row.payload.count {
                let message = bench.decode(Array(row.payload.prefix(size)))
                #expect(message.fault == nil && message.tagReads.isEmpty, "\(size) bytes of \(row.name)")
                let expected: [Rejection.Reason] = size == 0 ? [.emptyPayload] : [.malformedJSON, .notUTF8]
                #expect(message.refusal.map { expected.contains($0.reason) } ?? false, "\(row.name)")
            }
        }
    }

    private static let words = [
        "{", "}", "[", "]", "\"", ",", ":", "null", "-", "1e999", "99999999999999999999", "\\u", "\\", "\n",
        "\"epc\":", "\"EPC\":", "\"tag_reads\":[]", "\"tags\":[]", "\"events\":[]", "\"readings\":[]", "true",
        "\"isHeartBeat\":true,", "\"antenna1Enabled\":\"True\",", "\"value\":\"{}\"", "-32768", "0.5", "_1",
        "_65536", "|", "\"timeZone\":\"-14:00\",", "\u{0}", "\u{FEFF}", "\u{4ED3}", "9223372036854775807",
    ].map { Array($0.utf8) }

    private func mutate(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var mutated = bytes
        for _ in 0...random.below(3) {
            let at = random.below(mutated.count + 1)
            let size = min(random.below(9), mutated.count - at)
            let range = at..<(at + size)
            let kind = random.below(4)
            if kind == 0, at < mutated.count {
                mutated[at] ^= 1 << UInt8(random.below(8))
            } else if kind == 1 {
                mutated.insert(contentsOf: mutated[range], at: at)
            } else {
                let words = RecordFamilyTests.words
                mutated.replaceSubrange(range, with: kind == 2 ? [] : words[random.below(words.count)])
            }
        }
        return mutated
    }

    /// `nil` while a message is accounted for in one way and what it says is in range.
    private func fault(_ message: DecodedMessage) -> String? {
        if let fault = message.fault { return fault }
        if message.deviceIdentity.utf8.count > 255 { return "identity" }
        if message.rejections.count > 65 { return "\(message.rejections.count) rejections" }
        for read in message.tagReads {
            if let frequency = read.radio.frequencyKilohertz, !(840_000...960_000).contains(frequency) {
                return "\(frequency) kHz"
            }
            if let phase = read.radio.phaseCentidegrees, phase > 36_000 { return "phase \(phase)" }
        }
        return nil
    }

    @Test(arguments: RecordFixture.all)
    func `20,000 mutated messages`(fixture: RecordFixture) throws {
        let samples = try fixture.rows().map(\.payload).filter {
            decoded($0, as: fixture.format).refusal == nil
        }
        var random = SplitMix64(seed: 20_261_122 + UInt64(fixture.file.utf8.count))
        var bench = DecoderBench(fixture.format)
        var taken = 0
        for _ in 0..<20_000 {
            let payload = mutate(samples[random.below(samples.count)], &random)
            let message = bench.decode(payload)
            if let fault = fault(message) {
                Issue.record("\(fault): \(String(decoding: payload, as: UTF8.self))")
            }
            if message.refusal == nil { taken += 1 }
            _ = fixture.family.recognition(of: RawMessage(topic: "t", payload: payload))
        }
        // Enough survive that the rules behind the grammar were exercised too.
        #expect(taken > 2_000)
    }

    @Test(arguments: RecordFixture.all)
    func `a quarter of a megabyte of anything`(fixture: RecordFixture) {
        let size = 262_144
        let payloads: [[UInt8]] = [
            Array(repeating: 0x5B, count: size), Array(repeating: 0x20, count: size),
            Array(repeating: 0xFF, count: size), Array(repeating: 0x39, count: size),
            Array("{\"tag_reads\":[".utf8) + Array(repeating: [0x31, 0x2C], count: size / 2).flatMap { $0 }
                + Array("1]}".utf8),
            Array("{\"payload\":\"".utf8) + Array(repeating: 0x41, count: size)
                + Array("\",\"contentType\":1}".utf8),
            Array("[{\"extrainformation\":\"".utf8)
                + Array(repeating: Array("Direction:x|".utf8), count: size / 12).flatMap { $0 }
                + Array("\",\"epc\":\"3008\"}]".utf8),
        ]
        for payload in payloads {
            #expect(fault(decoded(payload, as: fixture.format)) == nil, "\(payload.prefix(8))")
        }
    }

    /// The list of records of each family, made of one record over and over.
    private func list(_ format: MessageFormat, _ record: String, _ count: Int) -> String {
        let records = Array(repeating: record, count: count).joined(separator: ",")
        switch format {
        case .smartReader: return "{\"tag_reads\":[\(records)]}"
        case .csl: return "{\"tags\":[\(records)]}"
        case .llrpkit: return "{\"reader\":\"a\",\"events\":[\(records)]}"
        default: return "[\(records)]"
        }
    }

    @Test(arguments: RecordFixture.all)
    func `after 64 broken records the rest is refused with them, and not before`(fixture: RecordFixture) {
        let good = fixture.format == .ifm ? "{\"EPC\":\"3008\"}" : "{\"epc\":\"3008\"}"
        let few = decoded(list(fixture.format, "7,\(good)", 63), as: fixture.format)
        #expect(few.tagReads.count == 63 && few.rejections.count == 63)
        let many = decoded(list(fixture.format, "7,\(good)", 65), as: fixture.format)
        #expect(many.tagReads.count == 63 && many.rejections.count == 65)
        #expect(many.rejections.last?.at.hasPrefix("the rest, after ") ?? false)
        #expect(many.fault == nil)
        let lines = decoded(
            list(fixture.format, "7", 64) + "\n7\n" + list(fixture.format, good, 1), as: fixture.format)
        #expect(lines.tagReads.isEmpty && lines.rejections.count == 65)
    }

    @Test(arguments: RecordFixture.all)
    func `messages on lines of one payload are taken each for itself`(fixture: RecordFixture) throws {
        let sample = try fixture.rows()[0].payload
        let lines = sample + [0x0A] + Array("{\"epc\":\n".utf8) + sample
        let message = decoded(lines, as: fixture.format)
        #expect(message.tagReads.count == 2 * decoded(sample, as: fixture.format).tagReads.count)
        #expect(message.rejections.map(\.reason) == [.malformedJSON] && message.fault == nil)
    }

    @Test func `a name of 255 bytes is taken, one of 256 is refused`() {
        for (length, expected) in [(255, "1 reads"), (256, "refused unknown_device @ readerName")] {
            let name = String(repeating: "n", count: length)
            let text = "{\"readerName\":\"\(name)\",\"tag_reads\":[{\"epc\":\"3008\"}]}"
            #expect(decoded(text, as: .smartReader).summary == expected)
        }
    }
}
