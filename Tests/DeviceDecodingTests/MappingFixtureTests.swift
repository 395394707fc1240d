import AssetModel
import DeviceDecoding
import Foundation
import GatewayConfiguration
import Testing

/// Published messages, each with the mapping that an integrator would write for it, from the words of the
/// file to the reads.
struct MappingFixtureTests {
    private static let file = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("Fixtures/mapping.ndjson")

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
            let expected = try #require(row["expected"] as? [String: Any])
            let lines = ExpectedLines.of(decoded, naming: Set(expected.keys))
            #expect(lines == ExpectedLines.of(expected), "\(name)")
            #expect(decoded.fault == nil, "\(name)")
        }
    }
}
