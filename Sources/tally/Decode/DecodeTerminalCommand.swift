import ArgumentParser
import AssetModel
import DeviceDecoding

struct DecodeJT808Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jt808",
        abstract: "JT/T 808 帧，一行一条，十六进制。 JT/T 808 frames, one a line, in hex.",
        discussion: """
            输出 Prints: message_id, phone, phone_raw, serial, fixes [{lat_deg, lon_deg, altitude_m, \
            speed_km_h, direction_deg, time_utc, valid, backfill, odometer_m, alarms, status, \
            items [{id, hex}]}], \
            terminal_events [{kind, ...}], ignored, pending, rejections.
            没有的值为 null。 What the terminal does not say is null, never 0.
            一行多帧时报头取第一帧，其他终端的定位自带 phone、phone_raw。
            Of several frames in one line the head is that of the first; fixes of another terminal have \
            phone and phone_raw of their own, its events are in rejections.
            分包在各行之间拼接。 Parts are put together over lines; until all are there: "pending": true.

            报警 alarms: \(TerminalWords.alarmList)
            状态 status: \(TerminalWords.statusList)
            该版本的保留位写作 bit_15。 Bits that the edition reserves: bit_15 and so on.
            ignored: 不含定位的消息 jt808_0x0900 为消息号，jt808_0x030x 为一组 (0301-0303)，jt808_0x080x 为多媒体 \
            (0800-0805)，jt808_other 其他。 The message by its id, in lower case; jt808_0x030x is 0301-0303, \
            jt808_0x080x is pictures and sound (0800-0805), jt808_other all without a word of their own, \
            jt808_downlink what the platform sent.
            """)

    @OptionGroup var options: DecodeOptions

    @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

    @Flag(help: "输入为十六进制 (唯一的形式)。 The input is hex: the only form, so this changes nothing.")
    var hex = false

    func run() throws {
        try options.run(
            TerminalLines(topic: "terminals/decode", format: .jt808, isBare: true), in: connection.language)
    }
}

struct DecodeTerminalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terminal",
        abstract: "平台转发的车载终端报文，一行一条。 Terminal messages from a platform, one payload a line.",
        discussion: """
            输出与 decode jt808 相同，另有 vendor。 Prints what `decode jt808` prints, and vendor.
            """)

    @OptionGroup var options: DecodeOptions

    @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

    @Option(help: "报文的主题。 The topic that the payloads came on.")
    var topic = "terminals/decode"

    @Option(help: "格式 format: \(TerminalFormatName.list)")
    var format = TerminalFormatName(format: .auto)

    func run() throws {
        try options.run(TerminalLines(topic: topic, format: format.format), in: connection.language)
    }
}

/// The formats of terminals that can be named, in the words of `terminal_source.format`.
struct TerminalFormatName: ExpressibleByArgument {
    let format: MessageFormat

    private static let formats = [.auto] + MessageFormat.allCases.filter(\.isOfTerminals)
    /// A second word for the gateway's own JSON, which names the protocol.
    private static let emqxJT808 = "emqx-jt808"

    init(format: MessageFormat) {
        self.format = format
    }

    init?(argument: String) {
        let word = argument == TerminalFormatName.emqxJT808 ? MessageFormat.emqx.rawValue : argument
        guard let format = TerminalFormatName.formats.first(where: { $0.rawValue == word }) else {
            return nil
        }
        self.init(format: format)
    }

    var defaultValueDescription: String { format.rawValue }

    static let allValueStrings = formats.map(\.rawValue) + [emqxJT808]
    static let list = allValueStrings.joined(separator: " | ")
}

/// Decodes payloads of terminals as the daemon would; parts of messages wait from line to line.
struct TerminalLines: LineDecoding {
    private let topic: String
    private let format: MessageFormat
    /// Without the fields that only a platform's message has.
    private let isBare: Bool
    /// One source for each format, so that `auto` keeps the parts that wait.
    private var decoder: DeviceDecoder
    private var decoded = DecodedMessage()
    private var parts = PartsSeen()
    private var isPending = false

    /// `auto` last: a source that never decides, for what no format takes.
    private static let formats = MessageFormat.allCases.filter(\.isOfTerminals) + [.auto]

    init(topic: String, format: MessageFormat, isBare: Bool = false) {
        self.topic = topic
        self.format = format
        self.isBare = isBare
        decoder = DeviceDecoder(
            layout: SiteLayout(
                terminalSources: TerminalLines.formats.map {
                    SiteLayout.TerminalSource(id: $0.rawValue, topics: [topic], format: $0)
                }))
    }

    /// The message names no terminal, and neither does the topic: the daemon could not say whose it is.
    private static let hasNoName = Rejection(.unknownDevice, at: "topic")
    private static let standIn = "0"

    /// Whose it is was not asked: what it says is shown all the same, with a phone of null.
    private mutating func decodeNameless(_ line: [UInt8], _ index: Int, _ receivedAt: UTCInstant) {
        let message = RawMessage(topic: "\(topic)/\(TerminalLines.standIn)", payload: line)
        decoder.decode(message, from: .terminalSource(index), receivedAt: receivedAt, into: &decoded)
        guard decoded.terminalPhone == TerminalLines.standIn else { return }
        decoded.terminalPhone = ""
        for fix in decoded.fixes.indices { decoded.fixes[fix].identify(phone: "", leadingZeros: 0) }
    }

    mutating func fields(of line: [UInt8], receivedAt: UTCInstant) -> [DecodedField] {
        let message = RawMessage(topic: topic, payload: line)
        let format = format == .auto ? TerminalLines.recognised(message) : format
        let index = TerminalLines.formats.firstIndex(of: format) ?? 0
        decoder.decode(message, from: .terminalSource(index), receivedAt: receivedAt, into: &decoded)
        if decoded.refusal == TerminalLines.hasNoName { decodeNameless(line, index, receivedAt) }
        var head = TerminalHead()
        if decoded.refusal == nil {
            head = TerminalHead(of: message, format)
            head.fill(from: decoded)
        } else if decoded.refusal?.reason == .frameEncrypted {
            head = TerminalHead(sealed: message, format)
        }
        let isUnfinished = head.frame.map { parts.isUnfinished(after: $0) } ?? false
        let waits = isUnfinished || decoded.ignored.map { "\($0)" } == "\(JT808.pendingKind)"
        // What gave a record, or was refused, waits for nothing.
        isPending = waits && decoded.recordCount == 0
        return fields(head, vendor: format == .auto ? nil : format.rawValue)
    }

    func fields(refusing rejection: Rejection) -> [DecodedField] {
        var refused = self
        refused.decoded.reset()
        refused.decoded.refusal = rejection
        refused.isPending = false
        return refused.fields(TerminalHead(), vendor: format == .auto ? nil : format.rawValue)
    }

    /// What nobody knows for its own: JSON is nobody's, everything else is a frame or refused as one.
    private static func recognised(_ message: RawMessage) -> MessageFormat {
        if let format = DeviceDecoder.possibleTerminalFormat(of: message) { return format }
        let start = message.payload.first { $0 > 0x20 }
        let isJSON = start == UInt8(ascii: "{") || start == UInt8(ascii: "[")
        return isJSON ? .auto : .jt808
    }

    private func fields(_ head: TerminalHead, vendor: String?) -> [DecodedField] {
        let ignored = decoded.ignored.map { "\($0)" }
        var fields = isBare ? [] : [DecodedField("vendor", .text(vendor))]
        fields += head.fields
        let fixes = decoded.fixes.map { TerminalLines.value($0, isOther: head.isOther($0)) }
        fields.append(DecodedField("fixes", .list(fixes)))
        let events = decoded.deviceEvents.map { DecodedValue.object($0.decodedFields) }
        fields.append(DecodedField("terminal_events", .list(events)))
        // That a part waits is said by `pending`; of a message that is no position the kind is said as well.
        let isPart = ignored == "\(JT808.pendingKind)"
        fields.append(DecodedField("ignored", isPart ? .null : .text(ignored)))
        fields.append(DecodedField("pending", .flag(isPending)))
        if let refusal = decoded.refusal { return fields + DecodedField.rejected(refusal) }
        return fields + [DecodedField.rejections(decoded.rejections)]
    }

    /// - Parameter isOther: of another terminal than the head.
    private static func value(_ fix: VehicleFix, isOther: Bool) -> DecodedValue {
        let name = [
            DecodedField("phone", .text(fix.phone)), DecodedField("phone_raw", .text(fix.phoneRaw)),
        ]
        return .object((isOther ? name : []) + fields(of: fix))
    }

    private static func fields(of fix: VehicleFix) -> [DecodedField] {
        let items = fix.items.map { item in
            DecodedValue.object([
                DecodedField("id", .text("0x" + Digest.hex([item.id]))),
                DecodedField("hex", .text(Digest.hex(item.bytes))),
            ])
        }
        return [
            DecodedField("lat_deg", degrees(fix.latitudeDegrees)),
            DecodedField("lon_deg", degrees(fix.longitudeDegrees)),
            DecodedField("altitude_m", .decimal(fix.altitudeMetres)),
            DecodedField("speed_km_h", .decimal(fix.speedKilometresPerHour)),
            DecodedField("direction_deg", .decimal(fix.directionDegrees)),
            DecodedField("time_utc", .wholeSeconds(fix.fixedAt)),
            DecodedField("valid", .flag(fix.isValid)),
            DecodedField("backfill", .flag(fix.isBackfill)),
            DecodedField("odometer_m", .whole(fix.odometerMetres)),
            DecodedField("satellites", .whole(fix.satellitesUsed)),
            DecodedField("accuracy_m", fix.accuracyMetres.map { .decimal(metres: $0) } ?? .null),
            DecodedField("alarms", TerminalWords.alarms(in: fix.alarmBits, is2019: fix.isEdition2019)),
            DecodedField("status", TerminalWords.status(in: fix.statusBits, is2019: fix.isEdition2019)),
            DecodedField("items", .list(items)),
        ]
    }

    /// Six decimals: what the frame carries.
    private static func degrees(_ degrees: Double?) -> DecodedValue {
        guard let degrees else { return .null }
        return .decimal(Int64((degrees * 1_000_000).rounded()), places: 6, isPadded: true)
    }
}
