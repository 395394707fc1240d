import AssetModel
import DeviceDecoding
import Foundation
import GatewayConfiguration
import Testing

/// A line of `reader-messages.ndjson`: one published message and what becomes of it.
struct PublishedMessage {
    let number: Int
    let vendor: String
    let kind: String
    let message: RawMessage
    let auto: Outcome
    /// Where a mapping reads it: by which, and what then comes of it.
    let mapped: (toml: String, outcome: Outcome)?

    struct Outcome {
        /// What `auto` decided; `auto` where it decided nothing.
        var vendor: String
        var expected: [String: Any]
        /// Why something is refused or passed over.
        var why: String

        init(_ fields: [String: Any]) throws {
            vendor = fields["vendor"] as? String ?? "mapping"
            expected = try #require(fields["expected"] as? [String: Any])
            why = fields["why"] as? String ?? ""
        }

        var needsReason: Bool {
            ["refused", "ignored", "rejections"].contains { expected[$0] != nil }
        }
    }

    init(_ number: Int, _ line: [String: Any]) throws {
        self.number = number
        vendor = try #require(line["vendor"] as? String)
        kind = try #require(line["kind"] as? String)
        let payload = try #require(line["payload"] as? String)
        message = RawMessage(topic: line["topic"] as? String ?? "reader/1", payload: Array(payload.utf8))
        auto = try Outcome(try #require(line["auto"] as? [String: Any]))
        mapped = try (line["mapping"] as? [String: Any]).map { fields in
            (try #require(fields["toml"] as? String), try Outcome(fields))
        }
    }

    static func all() throws -> [PublishedMessage] {
        try Fixture.lines("reader-messages.ndjson").enumerated().map {
            try PublishedMessage($0.offset + 1, $0.element)
        }
    }

    /// Decodes with a decoder of its own, as a reader that says nothing about its vendor.
    func decodeAsAuto() -> (message: DecodedMessage, vendor: String) {
        let layout = SiteLayout(readers: [SiteLayout.Reader(id: "r", site: 0, topics: ["#"])])
        var decoder = DeviceDecoder(layout: layout)
        var decoded = DecodedMessage()
        decoder.decode(message, from: .reader(0), receivedAt: noon, into: &decoded)
        return (decoded, decoder.format(of: .reader(0)).rawValue)
    }

    func decode(by toml: String) throws -> DecodedMessage {
        let mappings = try MappingFile.read(
            "[[mapping]]\nid = \"m\"\n\(toml)\n", file: "reader-messages.ndjson:\(number)")
        var reader = SiteLayout.Reader(id: "r", site: 0, topics: ["#"])
        (reader.format, reader.mapping) = (.mapping, mappings.first)
        var decoder = DeviceDecoder(layout: SiteLayout(readers: [reader]))
        var decoded = DecodedMessage()
        decoder.decode(message, from: .reader(0), receivedAt: noon, into: &decoded)
        return decoded
    }
}

/// Every message that was found published, recognised by its content, and by a mapping where it has no
/// family of its own.
struct ReaderMessageTests {
    @Test func `every published message is recognised by its content and decodes to what its line says`()
        throws
    {
        for line in try PublishedMessage.all() {
            let (message, vendor) = line.decodeAsAuto()
            let place = "line \(line.number), \(line.vendor)"
            #expect(vendor == line.auto.vendor, "\(place)")
            let keys = Set(line.auto.expected.keys)
            #expect(
                ExpectedLines.of(message, naming: keys) == ExpectedLines.of(line.auto.expected), "\(place)")
            #expect(message.fault == nil, "\(place)")
        }
    }

    @Test func `what a mapping has to read is read by the one beside it`() throws {
        for line in try PublishedMessage.all() {
            guard let (toml, outcome) = line.mapped else { continue }
            let message = try line.decode(by: toml)
            let place = "line \(line.number), \(line.vendor)"
            let keys = Set(outcome.expected.keys)
            #expect(ExpectedLines.of(message, naming: keys) == ExpectedLines.of(outcome.expected), "\(place)")
            #expect(message.fault == nil, "\(place)")
        }
    }

    @Test func `no message is without an outcome, and whatever is refused or passed over says why`() throws {
        let lines = try PublishedMessage.all()
        #expect(lines.count == 63)
        for line in lines {
            for outcome in [line.auto, line.mapped?.outcome].compactMap({ $0 }) where outcome.needsReason {
                #expect(!outcome.why.isEmpty, "line \(line.number), \(line.vendor)")
            }
            // A message of no family is somebody's all the same: a mapping takes it, or it says why not.
            let isText = line.message.payload.first != 0x7B && line.message.payload.first != 0x5B
            let isInner = line.vendor.hasPrefix("Zebra")
            if line.auto.vendor == "auto", !isText, !isInner {
                #expect(line.mapped != nil, "line \(line.number), \(line.vendor)")
            }
        }
    }
}
