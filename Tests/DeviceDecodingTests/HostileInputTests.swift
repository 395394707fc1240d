import AssetModel
import DeviceDecoding
import Testing

/// Nothing from the air traps, and everything is accounted for in exactly one way.
struct HostileInputTests {
    @Test func `reader messages cut off at every byte`() throws {
        var bench = DecoderBench(.impinj)
        for payload in try Fixture.impinjPayloads() {
            for size in 0..<payload.count {
                let message = bench.decode(Array(payload.prefix(size)))
                #expect(message.fault == nil, "\(size) bytes of \(String(decoding: payload, as: UTF8.self))")
                #expect(message.tagReads.isEmpty)
                if size > 0 { #expect(message.refusal?.reason == .malformedJSON) }
            }
        }
    }

    @Test func `Zebra messages cut off at every byte`() throws {
        var bench = DecoderBench(.zebra)
        for payload in try Fixture.zebraPayloads() {
            for size in 0..<payload.count {
                let message = bench.decode(Array(payload.prefix(size)))
                #expect(message.fault == nil, "\(size) bytes of \(String(decoding: payload, as: UTF8.self))")
                #expect(message.tagReads.isEmpty && message.reportMode == nil)
                if size > 0 { #expect([.malformedJSON, .notUTF8].contains(message.refusal?.reason)) }
            }
        }
    }

    @Test func `frames cut off at every byte, in binary and in hex`() throws {
        var bench = DecoderBench(.jt808)
        for frame in try Fixture.frames() {
            let hex = Array(frame.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined().utf8)
            for size in 0..<frame.count {
                let message = bench.decode(Array(frame.prefix(size)))
                #expect(message.fault == nil && message.refusal != nil && message.fixes.isEmpty)
            }
            for size in stride(from: 1, to: hex.count, by: 2) {
                #expect(bench.decode(Array(hex.prefix(size))).refusal?.reason == .textEncoding)
            }
        }
    }

    /// Overwrites, removes, repeats and inserts; `words` are pieces that parsers stumble over.
    private func mutate(_ bytes: [UInt8], _ words: [[UInt8]], _ random: inout SplitMix64) -> [UInt8] {
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

    @Test func `100,000 mutated reader messages`() throws {
        let samples = try Fixture.impinjPayloads()
        let words = [
            "{", "}", "[", "]", "\"", ",", ":", "null", "-", "1e999", "99999999999999999999", "\\u", "\\",
            "\u{FEFF}",
            "\"epc\":", "\"overflowEvent\":{}", "1970-01-01T00:00:00Z", "T25:61:61Z", "0.5", "\u{0}", "仓",
        ].map { Array($0.utf8) }
        var random = SplitMix64(seed: 2_026_1121)
        var bench = DecoderBench(.impinj)
        var taken = 0
        for _ in 0..<100_000 {
            let payload = mutate(samples[random.below(samples.count)], words, &random)
            let message = RawMessage(topic: "t", payload: payload)
            bench.decoder.decode(message, from: bench.source, receivedAt: noon, into: &bench.buffer)
            if let fault = bench.buffer.fault { Issue.record("\(fault): \(payload)") }
            if bench.buffer.refusal == nil { taken += 1 }
        }
        // Enough survive that the rules behind the grammar were exercised too.
        #expect(taken > 10_000)
    }

    @Test func `100,000 mutated Zebra messages`() throws {
        let samples = try Fixture.zebraPayloads()
        let words = [
            "{", "}", "[", "]", "\"", ",", ":", "null", "-", "1e999", "99999999999999999999", "\\u", "\\",
            "\"idHex\":", "\"TIMED_OUT\"", "\"radio_control\":{}", "\"data\":", "\"type\":\"gpi\"", "+0000",
            "\"antennas\":{\"0\":1}", "T25:61:61Z", "0.5", "\u{0}", "仓",
        ].map { Array($0.utf8) }
        var random = SplitMix64(seed: 9_600)
        var bench = DecoderBench(.zebra)
        var taken = 0
        for _ in 0..<100_000 {
            let payload = mutate(samples[random.below(samples.count)], words, &random)
            let message = RawMessage(topic: "t", payload: payload)
            bench.decoder.decode(message, from: bench.source, receivedAt: noon, into: &bench.buffer)
            if let fault = bench.buffer.fault { Issue.record("\(fault): \(payload)") }
            _ = Zebra.recognition(of: message)
            if bench.buffer.refusal == nil { taken += 1 }
        }
        #expect(taken > 10_000)
    }

    @Test func `100,000 mutated frames, half of them sealed again`() throws {
        let samples = try Fixture.frames().filter { $0.count < 200 }
        let opened = samples.compactMap(JT808Bytes.opened)
        let words = [
            "7E", "7D", "7D01", "7D02", "7D03", "00", "FFFF", "0704", "0200", "2000", "4000", "7E7E", "1C00",
        ]
        .map { Fixture.bytes(hex: $0) }
        var random = SplitMix64(seed: 808)
        var bench = DecoderBench(.jt808)
        var taken = 0
        for round in 0..<100_000 {
            let payload: [UInt8]
            if round % 2 == 0 {
                payload = mutate(samples[random.below(samples.count)], words, &random)
            } else {
                payload = sealed(mutate(opened[random.below(opened.count)], words, &random), &random)
            }
            bench.now = noon + ElapsedTime(seconds: Int64(round))
            let message = RawMessage(topic: "t", payload: payload)
            bench.decoder.decode(message, from: bench.source, receivedAt: bench.now, into: &bench.buffer)
            if let fault = bench.buffer.fault { Issue.record("\(fault): \(payload)") }
            if bench.buffer.refusal == nil { taken += 1 }
        }
        #expect(taken > 10_000)
        #expect(bench.decoder.encodeState().count < 300_000)
    }

    /// Closes a mutated frame with a right check code and, mostly, a right length, so that its body is looked
    /// at.
    private func sealed(_ open: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var open = open
        if open.count >= 12, random.below(4) > 0 {
            let attributes = UInt16(open[2]) << 8 | UInt16(open[3])
            var header = attributes & 1 << 14 != 0 ? 17 : 12
            if attributes & 1 << 13 != 0 { header += 4 }
            let length = UInt16(max(0, open.count - header) & 0x3FF)
            open[2] = UInt8(attributes >> 8) & 0b1110_0000 | UInt8(length >> 8)
            open[3] = UInt8(truncatingIfNeeded: length)
        }
        return JT808Bytes.sealed(open)
    }

    @Test func `a megabyte of anything`() {
        let size = 1_048_576
        let frame = JT808Bytes().wire
        let event = Array("{\"tagInventoryEvent\":{\"epcHex\":\"3008\"}},".utf8)
        let payloads: [[UInt8]] = [
            Array(repeating: 0x7E, count: size), Array(repeating: 0x5B, count: size),
            Array(repeating: 0x20, count: size), Array(repeating: 0x37, count: size),
            Array(repeating: 0x00, count: size), Array(repeating: 0xFF, count: size),
            [0x22] + Array(repeating: 0x61, count: size), Array(repeating: 0x39, count: size),
            Array("{\"a\":\"".utf8) + Array(repeating: 0x5C, count: size),
            Array(repeating: [0x7E, 0x41], count: size / 2).flatMap { $0 },
            Array(repeating: frame, count: size / frame.count).flatMap { $0 },
            [0x5B] + Array(repeating: event, count: size / event.count).flatMap { $0 } + Array("{}]".utf8),
        ]
        for payload in payloads {
            for format in [MessageFormat.impinj, .zebra, .jt808, .auto] {
                let message = decoded(payload, as: format)
                #expect(message.fault == nil, "\(format) \(payload.prefix(8))")
                #expect(message.rejections.count <= 65)
            }
        }
        #expect(decoded(payloads[10], as: .jt808).fixes.count == size / frame.count)
        #expect(decoded(payloads[11], as: .impinj).tagReads.count == size / event.count)
        #expect(decoded(payloads[1], as: .impinj).refusal?.reason == .nestedTooDeep)
    }

    @Test func `text that is no UTF-8 is refused where it breaks`() {
        let text = Array("{\"hostname\":\"仓库\",\"tagInventoryEvent\":{\"epcHex\":\"3008\"}}".utf8)
        #expect(decoded(text, as: .impinj).summary == "1 reads")
        var cut = text
        cut.remove(at: 15)
        #expect(decoded(cut, as: .impinj).summary == "refused not_utf8 @ offset 13")
        let gbk = Array("{\"hostname\":\"".utf8) + [0xB2, 0xD6, 0xBF, 0xE2] + Array("\"}".utf8)
        #expect(decoded(gbk, as: .impinj).refusal?.reason == .notUTF8)
    }
}
