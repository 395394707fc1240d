import AssetModel
import DeviceDecoding
import Foundation
import Testing

/// Nothing from the air traps or is lost without a word, for the families that read by names.
struct MappingHostileTests {
    /// A mapping that asks for everything, so that every field's reader meets the damage.
    private static func mapping() throws -> PayloadMapping {
        var mapping = PayloadMapping(id: "m")
        mapping.reads = try MappingPath("reads[]", isOfRecords: true)
        mapping.epc = key("epc")
        mapping.epcEncoding = .auto
        mapping.tid = key("tid")
        mapping.antenna = key("antenna")
        mapping.antennaWords = [AntennaWord(word: "door", port: 3)]
        mapping.signal = key("rssi")
        mapping.time = key("ts")
        mapping.timeZone = .path(try MappingPath("$.zone"))
        mapping.readCount = key("reads")
        mapping.direction = key("direction")
        mapping.reader = .path(try MappingPath("$.devid"))
        mapping.tid = .first([key("tid"), key("tid2")])
        mapping.time = .first([key("ts"), .joined([key("date"), key("clock")])])
        mapping.sentAt = .path(try MappingPath("$.at"))
        mapping.protocolControl = key("pc")
        mapping.airProtocol = key("air")
        mapping.airProtocolWords = [AirProtocolWord(word: "2", air: .gbt29768)]
        (mapping.frequency, mapping.phase, mapping.transmitPower) = (key("f"), key("ph"), key("tx"))
        mapping.antennaDisconnectedWhen = [
            MappingCondition(source: key("ant"), test: .any(["off"]))
        ]
        mapping.overflowWhen = [MappingCondition(source: key("lost"), test: .present(true))]
        mapping.ignoreWhen = [MappingCondition(source: key("hb"), test: .any(["true"]))]
        mapping.heartbeatWhen = [
            MappingCondition(source: .path(try MappingPath("$.event")), test: .any(["beat"]))
        ]
        return mapping
    }

    private static let full = """
        {"devid":"R-1","zone":"+08:00","reads":[{"epc":"3034257BF400B800000000C8","tid":"E280117020001",\
        "antenna":"door","rssi":"-62.5","ts":"2026-11-21 20:00:00","reads":"4","direction":"in"},\
        {"epc":"MAgzst3ZAUAAAAAA","antenna":2,"rssi":-71,"ts":1795262400000},{"hb":true},\
        {"epc":"3008","date":"2026-11-21","clock":"20:00:00","\\u0072ssi":null,"pc":"0800","air":2,"f":920.6,\
        "ph":"90","tx":30},{"ant":"off","antenna":2},{"lost":3}],"at":1795262400}
        """

    /// The EPC behind a PC word, in a place whose clocks are moved.
    private static func framed() -> PayloadMapping {
        var mapping = PayloadMapping(id: "m")
        mapping.epc = key("e")
        mapping.epcEncoding = .auto
        mapping.epcCut = .behindPC(offset: 1)
        mapping.time = key("t")
        let change = ZoneClock.Change(at: UTCInstant(milliseconds: 1_795_000_000_000), minutesEast: 60)
        mapping.timeZone = .named(ZoneClock(firstMinutes: 120, changes: [change]))
        (mapping.antenna, mapping.antennaFirst) = (key("a"), 0)
        (mapping.signal, mapping.signalUnit) = (key("r"), .negatedDBm)
        return mapping
    }

    private enum Family: CaseIterable {
        case mapping, plain, sweep, framed
    }

    private func decode(_ payload: [UInt8], as family: Family) throws -> DecodedMessage {
        var decoder: any MessageFamily
        switch family {
        case .mapping: decoder = MappedReads(mapping: try MappingHostileTests.mapping())
        case .plain: decoder = PlainReads()
        case .sweep: decoder = Sweep()
        case .framed: decoder = MappedReads(mapping: MappingHostileTests.framed())
        }
        var message = DecodedMessage()
        decoder.decode(RawMessage(topic: "a/b", payload: payload), receivedAt: noon, into: &message)
        return message
    }

    /// A sweep without reads is a message without records, and still one.
    private func fault(_ message: DecodedMessage) -> String? {
        if message.sweep != nil, message.refusal == nil, message.recordCount == 0 { return nil }
        return message.fault
    }

    private func samples(_ family: Family) throws -> [[UInt8]] {
        if family == .framed {
            let read =
                #"{"e":"AA 3000 300833B2DDD9014000000000 FFFF","t":"2026-11-21 13:00:00","a":0,"r":"52.5"}"#
            return [Array(read.utf8), Array(read.utf8) + [0x0A] + Array(read.utf8)]
        }
        let file = family == .sweep ? "sweep.ndjson" : family == .plain ? "plain.ndjson" : "mapping.ndjson"
        let published = try Fixture.lines(file).map { Array(try #require($0["payload"] as? String).utf8) }
        return published + (family == .sweep ? [] : [Array(MappingHostileTests.full.utf8)])
    }

    @Test(arguments: [0, 1, 2, 3])
    func `messages cut off at every byte`(index: Int) throws {
        let family = Family.allCases[index]
        for payload in try samples(family) {
            let isOneText = payload.starts(with: [0x7B]) || payload.starts(with: [0x5B])
            for size in 0..<payload.count {
                let message = try decode(Array(payload.prefix(size)), as: family)
                #expect(fault(message) == nil, "\(size) bytes of \(String(decoding: payload, as: UTF8.self))")
                if size == 0 || !isOneText || payload.contains(0x0A) || isTwice(payload) { continue }
                let reason = message.refusal?.reason
                #expect(reason == .malformedJSON || reason == .notUTF8, "\(size): \(message.summary)")
            }
        }
    }

    /// The one fixture that is two texts in a row: its first half is whole.
    private func isTwice(_ payload: [UInt8]) -> Bool {
        payload.count % 2 == 0
            && payload.prefix(payload.count / 2).elementsEqual(payload.suffix(payload.count / 2))
    }

    private static let words = [
        "{", "}", "[", "]", "\"", ",", ":", "null", "-", "1e999", "99999999999999999999", "\\u", "\\",
        "\u{FEFF}",
        "\n", "\"epc\":", "\"reads\":[]", "true", "1e-99999", "0x", "+08:00", "9223372036854775807", "0.5",
        "\u{0}", "\u{4ED3}", "-9223372036854775808",
    ].map { Array($0.utf8) }

    private func mutate(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        let words = MappingHostileTests.words
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

    @Test(arguments: [0, 1, 2, 3])
    func `20,000 mutated messages`(index: Int) throws {
        let family = Family.allCases[index]
        // Of the published ones those that the family takes something from.
        let samples = try samples(family).filter { try decode($0, as: family).refusal == nil }
        var random = SplitMix64(seed: 2_026_1122 + UInt64(index))
        var taken = 0
        for _ in 0..<20_000 {
            let payload = mutate(samples[random.below(samples.count)], &random)
            let message = try decode(payload, as: family)
            if let fault = fault(message) {
                Issue.record("\(fault): \(String(decoding: payload, as: UTF8.self))")
            }
            if message.refusal == nil { taken += 1 }
            _ = PlainReads.recognition(of: RawMessage(topic: "t", payload: payload))
        }
        // Enough survive that the rules behind the grammar were exercised too.
        #expect(taken > 2_000)
    }

    @Test func `a quarter of a megabyte of anything`() throws {
        let size = 262_144
        let read = Array("{\"epc\":\"3008\"},".utf8)
        let payloads: [[UInt8]] = [
            Array(repeating: 0x5B, count: size), Array(repeating: 0x20, count: size),
            Array(repeating: 0x0A, count: size), Array(repeating: 0xFF, count: size),
            Array(repeating: 0x39, count: size),
            Array("{\"reads\":".utf8) + Array(repeating: 0x39, count: size),
            Array("{\"epc\":\"".utf8) + Array(repeating: 0x33, count: size) + Array("\"}".utf8),
            Array("[".utf8) + Array(repeating: Array("1,".utf8), count: size / 2).flatMap { $0 }
                + Array("1]".utf8),
            Array(repeating: Array("7\n".utf8), count: size / 2).flatMap { $0 },
            Array("{\"reads\":[".utf8) + Array(repeating: read, count: size / read.count).flatMap { $0 }
                + Array("{}]}".utf8),
        ]
        for payload in payloads {
            for family in Family.allCases {
                let message = try decode(payload, as: family)
                #expect(fault(message) == nil, "\(payload.prefix(8))")
                #expect(message.rejections.count <= 65)
            }
        }
        #expect(try decode(payloads[9], as: .mapping).tagReads.count == size / read.count)
        #expect(try decode(payloads[9], as: .plain).tagReads.count == size / read.count)
        #expect(try decode(payloads[0], as: .plain).refusal?.reason == .nestedTooDeep)
        #expect(try decode(payloads[6], as: .plain).summary == "rejected identity_length @ epc")
    }
}
