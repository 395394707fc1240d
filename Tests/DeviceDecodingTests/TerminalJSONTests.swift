import AssetModel
import DeviceDecoding
import Testing

struct TerminalJSONTests {
    private static let families: [any MessageFamily.Type] = [
        JT808.self, EMQXGateway.self, Traccar.self, OwnTracks.self, Flespi.self, GBT32960.self, NMEA.self,
        JT809.self,
    ]

    @Test(arguments: TerminalFixture.all)
    func `every line of the file decodes as it says`(fixture: TerminalFixture) throws {
        let rows = try fixture.rows()
        #expect(rows.count >= 9)
        for row in rows {
            let message = fixture.decode(row.payload, on: row.topic)
            #expect(message.fault == nil, "\(row.name)")
            #expect(try TerminalFixture.outcome(of: message) == row.expected, "\(row.name)")
            if message.refusal == nil { #expect(!message.terminalPhone.isEmpty, "\(row.name)") }
        }
    }

    private func certain(_ message: RawMessage) -> [MessageFormat] {
        var found: [MessageFormat] = []
        for family in TerminalJSONTests.families where family.recognition(of: message) == .certain {
            found.append(family.format)
        }
        return found
    }

    @Test(arguments: TerminalFixture.all)
    func `one family alone is certain of each line, and auto takes it`(fixture: TerminalFixture) throws {
        for row in try fixture.rows() {
            let message = RawMessage(topic: row.topic, payload: row.payload)
            #expect(certain(message) == [fixture.format], "\(row.name)")
            var bench = DecoderBench(.auto, terminal: true)
            let decoded = bench.decode(row.payload, on: row.topic)
            #expect(try TerminalFixture.outcome(of: decoded) == row.expected, "\(row.name)")
            #expect(bench.decoder.formats(of: bench.source) == [fixture.format], "\(row.name)")
        }
    }

    @Test func `one family alone is certain of frames, sentences and the gateway's JSON`() throws {
        for frame in try Fixture.frames() {
            let hex = Array(frame.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined().utf8)
            for payload in [frame, hex] {
                let found = certain(RawMessage(topic: "jt808/p/up", payload: payload))
                #expect(found.isEmpty || found == [.jt808])
            }
        }
        for row in try EMQXRow.all() {
            #expect(certain(RawMessage(topic: row.topic, payload: row.payload)) == [.emqx])
        }
        let sentence = "$GPRMC,152518.800,A,4013.13669,N,11612.13786,E,0.61,90.50,160621,,,A,V*2C"
        let message = RawMessage(topic: "nmea/860000000000001", payload: Array(sentence.utf8))
        #expect(certain(message) == [.nmea])
    }

    @Test(arguments: [
        #"{"id":1,"lat":39.9,"lon":116.39}"#, #"{"device":"x","position":[1,2]}"#, #"{"_type":"x"}"#,
        #"{"ident":"1","timestamp":1}"#, #"{"header":{},"body":{}}"#, #"[]"#, #"{"Vin":"x","Data":{}}"#,
        #"{"device":{"uniqueId":"1"}}"#, #"{"_type":"location"}"#,
    ])
    func `JSON of others is nobody's`(text: String) {
        #expect(certain(RawMessage(topic: "vehicles/1", payload: Array(text.utf8))).isEmpty)
    }

    @Test(arguments: TerminalFixture.all)
    func `a payload cut off at any byte is refused and never half taken`(fixture: TerminalFixture) throws {
        var bench = DecoderBench(fixture.format, terminal: true)
        for row in try fixture.rows() {
            for size in 0..<row.payload.count {
                let message = bench.decode(Array(row.payload.prefix(size)), on: row.topic)
                #expect(message.fault == nil && message.refusal != nil, "\(row.name) at \(size)")
            }
        }
    }

    @Test(arguments: TerminalFixture.all)
    func `20,000 mutated payloads never trap and are accounted for`(fixture: TerminalFixture) throws {
        let words = [
            "{", "}", "[", "]", "\"", ",", ":", "null", "-", "1e999", "99999999999999999999", "\\u", "\\",
            "true", "1970-01-01T00:00:00Z", "0.5", "\u{0}", "仓", "-1", "{}", "[]", "\"\"", "4294967295",
        ].map { Array($0.utf8) }
        let rows = try fixture.rows()
        var random = SplitMix64(seed: 32_960)
        var bench = DecoderBench(fixture.format, terminal: true)
        var taken = 0
        for _ in 0..<20_000 {
            let row = rows[random.below(rows.count)]
            let payload = Mutation.mutate(row.payload, words, &random)
            let message = RawMessage(topic: row.topic, payload: payload)
            bench.decoder.decode(message, from: bench.source, receivedAt: noon, into: &bench.buffer)
            if let fault = bench.buffer.fault {
                Issue.record("\(fault): \(String(decoding: payload, as: UTF8.self))")
            }
            _ = certain(message)
            if bench.buffer.refusal == nil { taken += 1 }
        }
        #expect(taken > 1_000)
    }
}

/// Damage as lines and brokers do it, and worse.
enum Mutation {
    /// Overwrites, removes, repeats and inserts; `words` are pieces that parsers stumble over.
    static func mutate(
        _ bytes: [UInt8], _ words: [[UInt8]], _ random: inout SplitMix64, from first: Int = 0
    ) -> [UInt8] {
        var mutated = bytes
        for _ in 0...random.below(3) {
            let at = min(first + random.below(max(1, mutated.count + 1 - first)), mutated.count)
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
