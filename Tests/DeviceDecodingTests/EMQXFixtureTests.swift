import AssetModel
import DeviceDecoding
import Foundation
import Testing

/// One line of the gateway's file: what it published for a frame.
struct EMQXRow {
    let topic: String
    let payload: [UInt8]
    /// `nil` where the driver's data were taken out.
    let frame: [UInt8]?

    static func all() throws -> [EMQXRow] {
        try Fixture.lines("emqx-jt808.ndjson").map { row in
            let payload = try #require(row["payload"] as? [String: Any])
            return EMQXRow(
                topic: try #require(row["topic"] as? String),
                payload: [UInt8](try JSONSerialization.data(withJSONObject: payload)),
                frame: (row["hex"] as? String).map { Fixture.bytes(hex: $0) })
        }
    }
}

struct EMQXGatewayTests {
    /// Items that the gateway reads from the wrong end.
    private static let unusable: Set<UInt8> = [0x25, 0x2A]

    @Test func `every published payload says what its frame says`() throws {
        var (positions, longer, cards, descriptions) = (0, 0, 0, 0)
        for row in try EMQXRow.all() {
            let text = String(decoding: row.payload, as: UTF8.self)
            var bench = DecoderBench(.emqx, terminal: true)
            let message = bench.decode(row.payload, on: row.topic)
            #expect(message.fault == nil, "\(text)")
            guard let wire = row.frame else {
                #expect(message.deviceEvents.first?.kind.hasPrefix("driver_card_") ?? false, "\(text)")
                cards += 1
                continue
            }
            let frame = decoded(wire, as: .jt808)
            if frame.refusal?.reason == .frameLength {
                // The gateway does not compare the body with its length, and what it publishes hides that.
                longer += 1
                #expect(message.refusal == nil, "\(text)")
                continue
            }
            #expect(message.terminalPhone == frame.terminalPhone, "\(text)")
            #expect(message.ignored.map { "\($0)" } == frame.ignored.map { "\($0)" }, "\(text)")
            #expect(message.refusal?.reason == frame.refusal?.reason, "\(text)")
            #expect(message.rejections.map(\.reason) == frame.rejections.map(\.reason), "\(text)")
            #expect(message.fixes.map(comparable) == frame.fixes.map(comparable), "\(text)")
            #expect(message.deviceEvents == frame.deviceEvents, "\(text)")
            positions += message.fixes.count
            descriptions += message.deviceEvents.count { $0.kind == "described" }
        }
        #expect(positions == 48 && longer == 4 && cards == 9 && descriptions == 7)
    }

    @Test func `cut off at any byte it is refused`() throws {
        var bench = DecoderBench(.emqx, terminal: true)
        for row in try EMQXRow.all() where row.payload.count < 1_000 {
            for size in 0..<row.payload.count {
                let message = bench.decode(Array(row.payload.prefix(size)), on: row.topic)
                #expect(message.fault == nil && message.refusal != nil)
            }
        }
    }

    @Test func `20,000 mutated payloads never trap and are accounted for`() throws {
        let rows = try EMQXRow.all()
        let words = [
            "{", "}", "[", "]", "\"", ",", ":", "null", "-", "\\u", "\\", "true", "\u{0}", "仓", "512", "1794",
            "263", "\"frag_total\":2",
        ].map { Array($0.utf8) }
        var random = SplitMix64(seed: 808_000)
        var bench = DecoderBench(.emqx, terminal: true)
        var taken = 0
        for _ in 0..<20_000 {
            let row = rows[random.below(rows.count)]
            let payload = Mutation.mutate(row.payload, words, &random)
            let message = RawMessage(topic: row.topic, payload: payload)
            bench.decoder.decode(message, from: bench.source, receivedAt: noon, into: &bench.buffer)
            if let fault = bench.buffer.fault {
                Issue.record("\(fault): \(String(decoding: payload, as: UTF8.self))")
            }
            if bench.buffer.refusal == nil { taken += 1 }
        }
        #expect(taken > 1_000)
    }

    /// What both ways of a frame have in common: the order of items is lost in the gateway.
    private func comparable(_ fix: VehicleFix) -> VehicleFix {
        var fix = fix
        fix.items = fix.items.filter { !EMQXGatewayTests.unusable.contains($0.id) }
            .sorted { ($0.id, $0.bytes.count) < ($1.id, $1.bytes.count) }
        return fix
    }
}
