import ArgumentParser
import AssetModel
import DeviceDecoding

struct DecodeReaderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reader",
        abstract: "读写器的 MQTT 报文，一行一条。 Reader messages, one payload a line.",
        discussion: """
            输出 Prints: vendor, observations [{epc_hex, tid_hex, antenna, peak_rssi_dbm, heard_at, reads, \
            direction}], reader_events [{kind, ...}], ignored, rejections.
            direction: IN | OUT | NONE | UNKNOWN | null.
            不写 --vendor 时逐行识别格式。 Without --vendor each line is recognised by itself.
            """)

    @OptionGroup var options: DecodeOptions

    @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

    @Option(help: "报文的主题。 The topic that the payloads came on.")
    var topic = "readers/decode"

    @Option(help: "格式 format: \(ReaderFormatWord.list)")
    var vendor = ReaderFormatWord.auto

    func run() throws {
        try options.run(ReaderLines(topic: topic, format: vendor.format), in: connection.language)
    }
}

/// The formats of readers that can be named, in the words of `reader.vendor`.
enum ReaderFormatWord: String, ExpressibleByArgument, CaseIterable {
    case auto, impinj, zebra, plain, sweep

    var format: MessageFormat {
        switch self {
        case .auto: return .auto
        case .impinj: return .impinj
        case .zebra: return .zebra
        case .plain: return .plain
        case .sweep: return .sweep
        }
    }

    static let list = allCases.map(\.rawValue).joined(separator: " | ")
}

/// Decodes payloads of one topic as the daemon would.
struct ReaderLines: LineDecoding {
    private let topic: String
    private let format: MessageFormat
    private let source: MessageSource
    /// A decoder that has seen nothing.
    private let fresh: DeviceDecoder
    private var decoder: DeviceDecoder
    private var decoded = DecodedMessage()

    init(topic: String, format: MessageFormat, mapping: PayloadMapping? = nil) {
        self.topic = topic
        self.format = format
        var reader = SiteLayout.Reader(id: "decode", site: 0, topics: [topic])
        reader.format = format
        reader.mapping = mapping
        let isSweep = TopicTable.matches(filter: SiteLayout.sweepTopic(site: "+"), topic: topic)
        source = format == .sweep || format == .auto && isSweep ? .sweep(site: 0) : .reader(0)
        fresh = DeviceDecoder(
            layout: SiteLayout(sites: [SiteLayout.Site(id: "decode")], readers: [reader]))
        decoder = fresh
    }

    mutating func fields(of line: [UInt8], receivedAt: UTCInstant) -> [DecodedField] {
        // A daemon decides once for a topic; here samples of many readers may follow one another.
        if format == .auto { decoder = fresh }
        let message = RawMessage(topic: topic, payload: line)
        decoder.decode(message, from: source, receivedAt: receivedAt, into: &decoded)
        return fields(vendor: vendor(of: message))
    }

    func fields(refusing rejection: Rejection) -> [DecodedField] {
        var refused = self
        refused.decoded.reset()
        refused.decoded.refusal = rejection
        return refused.fields(vendor: nil)
    }

    private func fields(vendor: String?) -> [DecodedField] {
        var fields = [
            DecodedField("vendor", .text(vendor)),
            DecodedField("observations", .list(decoded.tagReads.map(ReaderLines.value))),
            DecodedField("reader_events", .list(decoded.deviceEvents.map(\.decodedValue))),
            DecodedField("ignored", .text(ignored)),
        ]
        if let sweep = decoded.sweep { fields.append(DecodedField("sweep", ReaderLines.value(sweep))) }
        if let refusal = decoded.refusal { return fields + DecodedField.rejected(refusal) }
        return fields + [DecodedField.rejections(decoded.rejections)]
    }

    /// What is recognised and not a read: a heartbeat or an input is an event and has its word here as well.
    private var ignored: String? {
        if let kind = decoded.ignored { return "\(kind)" }
        guard decoded.tagReads.isEmpty, let event = decoded.deviceEvents.first else { return nil }
        switch event {
        case .heartbeat, .generalPurposeInput: return event.kind
        default: return nil
        }
    }

    /// What the decoder decided; for a text that several formats share, the first that takes it.
    private func vendor(of message: RawMessage) -> String? {
        let decided = decoder.format(of: source)
        if decided != .auto { return decided.rawValue }
        guard decoded.refusal == nil else { return nil }
        let families: [any MessageFamily.Type] = [Impinj.self, Zebra.self, PlainReads.self]
        let taker = families.first { family in
            switch family.recognition(of: message) {
            case .none: return false
            case .possible, .certain: return true
            }
        }
        return taker?.format.rawValue
    }

    private static func value(_ read: TagRead) -> DecodedValue {
        .object([
            DecodedField("epc_hex", .text(read.tag.hex)),
            DecodedField("tid_hex", .text(read.tid?.hex)),
            DecodedField("antenna", .whole(read.antennaPort)),
            DecodedField(
                "peak_rssi_dbm",
                read.peakSignal.map { .decimal(Int64($0.centiDBm), places: 2) } ?? .null),
            DecodedField("heard_at", .instant(read.heardAt)),
            DecodedField("reads", .whole(read.reads)),
            DecodedField("direction", .text(read.direction?.rawValue)),
        ])
    }

    private static func value(_ sweep: SweepHeader) -> DecodedValue {
        let marks = sweep.marks.map { mark in
            DecodedValue.object([
                DecodedField("assetNo", .text(mark.assetNo)), DecodedField("mark", .text(mark.word.rawValue)),
                DecodedField("note", .text(mark.note)),
            ])
        }
        return .object([
            DecodedField("sweep", .text(sweep.id)), DecodedField("operator", .text(sweep.operatorCode)),
            DecodedField("at", .instant(sweep.at)), DecodedField("zone", .text(sweep.zone)),
            DecodedField("marks", .list(marks)),
        ])
    }
}
