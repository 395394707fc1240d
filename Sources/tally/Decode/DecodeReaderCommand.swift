import ArgumentParser
import AssetModel
import DeviceDecoding

struct DecodeReaderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reader",
        abstract: "读写器的 MQTT 报文，一行一条。 Reader messages, one payload a line.",
        discussion: """
            输出 Prints: vendor, observations [{epc_hex, tid_hex, antenna, peak_rssi_dbm, heard_at, reads, \
            direction, pc_hex, protocol, frequency_khz, phase_deg, tx_power_dbm}], \
            reader_events [{kind, ...}], ignored, rejections.
            direction: IN | OUT | NONE | UNKNOWN | null.
            不写 --vendor 时逐行识别格式。 Without --vendor each line is recognised by itself.
            二进制报文 (Sparkplug B) 写成十六进制或 Base64；spBv1.0/ 主题下自动辨认。 A binary payload stands as hex or \
            Base64; under a topic spBv1.0/ it is recognised by itself.
            """)

    @OptionGroup var options: DecodeOptions

    @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

    @OptionGroup var input: ReaderInput

    @Option(help: "格式 format: \(ReaderFormatWord.list)")
    var vendor = ReaderFormatWord(format: .auto)

    func run() throws {
        try options.run(ReaderLines(input, format: vendor.format), in: connection.language)
    }
}

/// The formats of readers that can be named, in the words of `reader.vendor`.
struct ReaderFormatWord: ExpressibleByArgument {
    let format: MessageFormat

    /// All but those that need a file of their own, or are of terminals.
    private static let formats = MessageFormat.allCases.filter { $0 != .mapping && !$0.isOfTerminals }

    init(format: MessageFormat) {
        self.format = format
    }

    init?(argument: String) {
        guard let format = ReaderFormatWord.formats.first(where: { $0.rawValue == argument }) else {
            return nil
        }
        self.init(format: format)
    }

    var defaultValueDescription: String { format.rawValue }

    static let allValueStrings = formats.map(\.rawValue)
    static let list = allValueStrings.joined(separator: " | ")
}

/// Decodes payloads as the daemon would.
struct ReaderLines: LineDecoding {
    private let input: ReaderInput
    private let format: MessageFormat
    private let layout: SiteLayout
    private var decoder: DeviceDecoder
    private var decoded = DecodedMessage()

    init(_ input: ReaderInput, format: MessageFormat, mapping: PayloadMapping? = nil) {
        self.input = input
        self.format = format
        var reader = SiteLayout.Reader(id: "decode", site: 0, topics: ["#"])
        reader.format = format
        reader.mapping = mapping
        layout = SiteLayout(sites: [SiteLayout.Site(id: "decode")], readers: [reader])
        decoder = DeviceDecoder(layout: layout)
    }

    mutating func fields(of line: [UInt8], receivedAt: UTCInstant) -> [DecodedField] {
        let read: ReaderInput.Line
        do throws(Rejection) {
            read = try input.read(line)
        } catch {
            return fields(refusing: error)
        }
        // A daemon decides once for a topic; here samples of many readers may follow one another.
        if format == .auto { decoder.forgetDecisions(layout: layout) }
        let isSweep = TopicTable.matches(
            filter: SiteLayout.sweepTopic(site: "+"), topic: read.message.topic)
        let source: MessageSource =
            format == .sweep || format == .auto && isSweep ? .sweep(site: 0) : .reader(0)
        decoder.decode(
            read.message, from: source, receivedAt: read.receivedAt ?? receivedAt, into: &decoded)
        return fields(vendor: vendor(of: read.message, from: source))
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
            DecodedField("reader_events", .list(events)),
            DecodedField("ignored", .text(ignored)),
        ]
        if let sweep = decoded.sweep { fields.append(DecodedField("sweep", ReaderLines.value(sweep))) }
        if let refusal = decoded.refusal { return fields + DecodedField.rejected(refusal) }
        return fields + [DecodedField.rejections(decoded.rejections)]
    }

    /// What a gateway says of all devices behind it is marked as that.
    private var events: [DecodedValue] {
        decoded.deviceEvents.map { .object($0.decodedFields) }
            + decoded.gatewayEvents.map {
                .object($0.decodedFields + [DecodedField("scope", .text("gateway"))])
            }
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
    private func vendor(of message: RawMessage, from source: MessageSource) -> String? {
        let decided = decoder.format(of: source)
        if decided != .auto { return decided.rawValue }
        guard decoded.refusal == nil else { return nil }
        return DeviceDecoder.possibleReaderFormat(of: message)?.rawValue
    }

    private static func value(_ read: TagRead) -> DecodedValue {
        .object([
            DecodedField("epc_hex", .text(read.tag.hex)),
            DecodedField("tid_hex", .text(read.tid?.hex)),
            DecodedField("antenna", .whole(read.antennaPort)),
            DecodedField("peak_rssi_dbm", hundredths(read.peakSignal?.centiDBm)),
            DecodedField("heard_at", .instant(read.heardAt)),
            DecodedField("reads", .whole(read.reads)),
            DecodedField("direction", .text(read.direction?.rawValue)),
            DecodedField("pc_hex", .text(read.protocolControl.map { $0.upperHex })),
            DecodedField("protocol", .text(read.airProtocol?.word)),
            DecodedField("frequency_khz", .whole(read.radio.frequencyKilohertz)),
            DecodedField("phase_deg", hundredths(read.radio.phaseCentidegrees)),
            DecodedField("tx_power_dbm", hundredths(read.radio.transmitPower?.centiDBm)),
        ])
    }

    private static func hundredths(_ number: (some BinaryInteger)?) -> DecodedValue {
        number.map { .decimal(Int64(clamping: $0), places: 2) } ?? .null
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

extension UInt16 {
    fileprivate var upperHex: String {
        Digest.hex([UInt8(self >> 8), UInt8(truncatingIfNeeded: self)]).uppercased()
    }
}
