import AssetModel
import DeviceDecoding
import Foundation
import GatewayConfiguration
import Testing

/// Published messages, each with the mapping that an integrator would write for it, from the words of the
/// file to the reads.
struct MappingFixtureTests {
    private static let file = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("DeviceDecodingTests/Fixtures/mapping.ndjson")

    private func rows() throws -> [[String: Any]] {
        let text = try String(contentsOf: MappingFixtureTests.file, encoding: .utf8)
        return try text.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test func `every published message decodes to what its mapping says`() throws {
        for row in try rows() {
            let name = try #require(row["name"] as? String)
            let words = try #require(row["mapping"] as? String)
            let mappings = try MappingFile.read("[[mapping]]\nid = \"m\"\n\(words)\n", file: name)
            var reader = SiteLayout.Reader(id: "r", site: 0, topics: ["#"])
            (reader.format, reader.mapping) = (.mapping, mappings.first)
            var decoder = DeviceDecoder(layout: SiteLayout(readers: [reader]))
            let message = RawMessage(
                topic: try #require(row["topic"] as? String),
                payload: Array(try #require(row["payload"] as? String).utf8))
            var decoded = DecodedMessage()
            decoder.decode(
                message, from: .reader(0), receivedAt: UTCInstant(milliseconds: 1_795_262_400_000),
                into: &decoded)
            let expected = lines(of: try #require(row["expected"] as? [String: Any]))
            #expect(lines(of: decoded) == expected, "\(name)")
        }
    }

    private func lines(of message: DecodedMessage) -> [String] {
        if let refusal = message.refusal { return ["refused \(refusal.reason.rawValue) @ \(refusal.at)"] }
        var lines = message.deviceIdentity.isEmpty ? [] : ["identity \(message.deviceIdentity)"]
        lines += message.ignored.map { ["ignored \($0)"] } ?? []
        lines += message.tagReads.map { read in
            [
                read.tag.hex, text(read.tid?.hex), text(read.antennaPort), text(read.peakSignal?.centiDBm),
                text(read.heardAt?.milliseconds), text(read.reads), text(read.direction?.rawValue),
            ].joined(separator: " ")
        }
        lines += message.deviceEvents.map { "event \($0.kind)" }
        return lines + message.rejections.map { "rejected \($0.reason.rawValue) @ \($0.at)" }
    }

    private func lines(of expected: [String: Any]) -> [String] {
        if let refusal = expected["refused"] as? [String: String] {
            return ["refused \(text(refusal["reason"])) @ \(text(refusal["at"]))"]
        }
        var lines = (expected["identity"] as? String).map { ["identity \($0)"] } ?? []
        lines += (expected["ignored"] as? String).map { ["ignored \($0)"] } ?? []
        let fields = [
            "epc_hex", "tid_hex", "antenna", "peak_rssi_cdbm", "heard_at_ms", "reads", "direction",
        ]
        lines += (expected["reads"] as? [[String: Any]] ?? []).map { read in
            fields.map { text(read[$0].flatMap { $0 is NSNull ? nil : $0 }) }.joined(separator: " ")
        }
        lines += (expected["events"] as? [String] ?? []).map { "event \($0)" }
        return lines
            + (expected["rejections"] as? [[String: String]] ?? []).map {
                "rejected \(text($0["reason"])) @ \(text($0["at"]))"
            }
    }

    private func text(_ value: Any?) -> String { value.map { "\($0)" } ?? "-" }
}
