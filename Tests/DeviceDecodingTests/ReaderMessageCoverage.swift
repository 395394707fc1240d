import AssetModel
import DeviceDecoding
import Foundation
import GatewayConfiguration
import Testing

/// How close to a real device a message is.
enum FixtureOrigin: String, CaseIterable, Comparable {
    case captured = "实录 / captured"
    case documented = "文档 / documented"
    case fromCode = "源代码 / from code"
    case schemaDerived = "按模式写成 / schema-derived"
    case made = "自拟 / made"

    /// - Parameter kind: the word of a fixture's line, `nil` where the whole file is of one kind.
    init(kind: String?, of file: String) {
        switch kind {
        case "captured": self = .captured
        case "documented", "malformed-documented": self = .documented
        case "test-fixture", "from-code": self = .fromCode
        case "schema-derived": self = .schemaDerived
        case nil where file.hasPrefix("emqx-"): self = .captured
        case nil where file.hasPrefix("jt808-"): self = .fromCode
        default: self = .made
        }
    }

    /// What the page says that the word stands for.
    var meaning: (chinese: String, english: String) {
        switch self {
        case .captured: return ("实物发出、已公开的报文", "sent by a real device, and published")
        case .documented: return ("厂商或项目文档里的例子", "an example in the documentation of a maker or project")
        case .fromCode:
            return ("公开源代码，或其测试里的报文", "taken from published source code or from its tests")
        case .schemaDerived:
            return ("没有例子：按公布的字段写成", "no example exists: written by the published fields")
        case .made:
            return ("由前几种改动而成，或自己写的", "one of the others with a change, or written for these tests")
        }
    }

    static func < (left: FixtureOrigin, right: FixtureOrigin) -> Bool {
        allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
    }
}

/// What was found in the messages of one format and origin.
struct CoverageCount {
    var messages = 0
    var reads = 0
    var fixes = 0
    var events = 0
    var ignored = 0
    var refusedMessages = 0
    var refusedRecords = 0

    mutating func add(_ message: DecodedMessage) {
        messages += 1
        reads += message.tagReads.count
        fixes += message.fixes.count
        events += message.deviceEvents.count + message.gatewayEvents.count
        ignored += message.ignored == nil ? 0 : 1
        refusedMessages += message.refusal == nil ? 0 : 1
        refusedRecords += message.rejections.count
    }

    var cells: String {
        [messages, reads, fixes, events, ignored, refusedMessages, refusedRecords].map { "\($0)" }
            .joined(separator: " | ")
    }
}

/// What a format was seen to say: fields, events, refusals.
struct CoverageWords {
    var fields: Set<String> = []
    var events: Set<String> = []
    var reasons: Set<String> = []

    mutating func add(_ message: DecodedMessage) {
        for read in message.tagReads { add(read) }
        if !message.deviceIdentity.isEmpty { fields.insert("reader") }
        if message.sentAt != nil { fields.insert("sent_at") }
        if message.sweep != nil { fields.insert("sweep") }
        if !message.fixes.isEmpty { fields.insert("position") }
        events.formUnion((message.deviceEvents + message.gatewayEvents).map(\.kind))
        let refused = message.rejections + [message.refusal].compactMap { $0 }
        reasons.formUnion(refused.map(\.reason.rawValue))
    }

    private mutating func add(_ read: TagRead) {
        let said: [(String, Bool)] = [
            ("epc", true), ("tid", read.tid != nil), ("antenna", read.antennaPort != nil),
            ("rssi", read.peakSignal != nil), ("time", read.heardAt != nil), ("count", read.reads > 1),
            ("direction", read.direction != nil), ("pc", read.protocolControl != nil),
            ("protocol", read.airProtocol != nil), ("frequency", read.radio.frequencyKilohertz != nil),
            ("phase", read.radio.phaseCentidegrees != nil), ("tx_power", read.radio.transmitPower != nil),
        ]
        fields.formUnion(said.filter(\.1).map(\.0))
    }

    var cells: String {
        [fields, events, reasons].map { words in
            words.isEmpty ? "—" : words.sorted().map { "`\($0)`" }.joined(separator: " ")
        }.joined(separator: " | ")
    }
}

/// Decodes every line of every fixture as the tests do, and counts.
struct CoverageTable {
    private(set) var counts: [String: [FixtureOrigin: CoverageCount]] = [:]
    private(set) var words: [String: CoverageWords] = [:]
    /// Files that nobody told this table how to read.
    private(set) var uncounted: [String] = []

    /// Which format reads a file whose name does not begin with it. `auto` for the published messages, each
    /// with a decoder of its own.
    private static let formats: [String: MessageFormat] = [
        "zebra-sled": .zebraSled, "reader-messages": .auto,
    ]

    private static func format(of file: String) -> MessageFormat? {
        let word = file.split(separator: "-").first.map(String.init) ?? ""
        return formats[file] ?? MessageFormat(rawValue: word)
    }

    init() throws {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        for file in files where file.hasSuffix(".ndjson") {
            let name = String(file.dropLast(".ndjson".count))
            let lines = try Fixture.lines(file)
            let areMessages = lines.allSatisfy { line in
                ["payload", "text", "hex"].contains { line[$0] != nil && !(line[$0] is NSNull) }
            }
            guard areMessages, let format = CoverageTable.format(of: name) else {
                uncounted.append(file)
                continue
            }
            try add(name, format, lines)
        }
    }

    private mutating func add(_ name: String, _ format: MessageFormat, _ lines: [[String: Any]]) throws {
        var decoder = CoverageDecoder(format)
        for line in lines {
            let origin = FixtureOrigin(kind: line["kind"] as? String, of: name)
            // A line of its own, unless the file is one conversation.
            if format != .sparkplug || line["fresh"] as? Bool == true { decoder = CoverageDecoder(format) }
            if let toml = line["mapping"] as? String { decoder = try CoverageDecoder(mapping: toml) }
            add(try decoder.decode(line), to: format == .auto ? "auto" : format.rawValue, origin)
            if let mapping = line["mapping"] as? [String: Any], let toml = mapping["toml"] as? String {
                var mapped = try CoverageDecoder(mapping: toml)
                add(try mapped.decode(line), to: MessageFormat.mapping.rawValue, origin)
            }
        }
    }

    private mutating func add(_ message: DecodedMessage, to format: String, _ origin: FixtureOrigin) {
        counts[format, default: [:]][origin, default: CoverageCount()].add(message)
        words[format, default: CoverageWords()].add(message)
    }
}

/// One source and what it remembers.
private struct CoverageDecoder {
    private var decoder: DeviceDecoder
    private let source: MessageSource

    init(_ format: MessageFormat) {
        decoder = DeviceDecoder(layout: DecoderBench.layout(format))
        let ofReaders: Set<MessageFormat> = [
            .auto, .impinj, .zebra, .smartReader, .zebraSled, .csl, .ifm, .llrpkit, .edgex, .rifidi,
            .sparkplug,
            .neuron, .plain,
        ]
        source =
            format == .sweep ? .sweep(site: 0) : ofReaders.contains(format) ? .reader(0) : .terminalSource(0)
    }

    init(mapping toml: String) throws {
        let mapping = try #require(
            try MappingFile.read("[[mapping]]\nid = \"m\"\n\(toml)\n", file: "fixture").first)
        var reader = SiteLayout.Reader(id: "r", site: 0, topics: ["#"])
        (reader.format, reader.mapping) = (.mapping, mapping)
        decoder = DeviceDecoder(layout: SiteLayout(readers: [reader]))
        source = .reader(0)
    }

    mutating func decode(_ line: [String: Any]) throws -> DecodedMessage {
        let bytes: [UInt8]
        if let text = (line["payload"] ?? line["text"]) as? String {
            bytes = Array(text.utf8)
        } else if let object = line["payload"] as? [String: Any] {
            bytes = [UInt8](try JSONSerialization.data(withJSONObject: object))
        } else {
            bytes = Fixture.bytes(hex: try #require(line["hex"] as? String))
        }
        var decoded = DecodedMessage()
        let message = RawMessage(topic: line["topic"] as? String ?? "any", payload: bytes)
        decoder.decode(message, from: source, receivedAt: noon, into: &decoded)
        return decoded
    }
}
