import AssetModel
import DeviceDecoding

let noon = UTCInstant(milliseconds: 1_795_262_400_000)  // 2026-11-21T12:00:00Z

/// Decodes one payload with a decoder of its own.
func decoded(_ payload: [UInt8], as format: MessageFormat) -> DecodedMessage {
    var bench = DecoderBench(format)
    return bench.decode(payload)
}

func decoded(_ text: String, as format: MessageFormat = .impinj) -> DecodedMessage {
    decoded(Array(text.utf8), as: format)
}

/// One source and its decoder; the buffer is reused as the path does it.
struct DecoderBench {
    var decoder: DeviceDecoder
    let source: MessageSource
    var buffer = DecodedMessage()
    var now = noon

    init(_ format: MessageFormat, terminal: Bool? = nil) {
        let isTerminal = terminal ?? (format == .jt808)
        decoder = DeviceDecoder(layout: DecoderBench.layout(format))
        source = isTerminal ? .terminalSource(0) : .reader(0)
    }

    static func layout(_ format: MessageFormat) -> SiteLayout {
        var reader = SiteLayout.Reader(id: "gate-1", site: 0, topics: ["reader/gate-1/#"])
        reader.format = format
        let source = SiteLayout.TerminalSource(id: "fleet", topics: ["jt808/#"], format: format)
        return SiteLayout(readers: [reader], terminalSources: [source])
    }

    mutating func decode(_ payload: [UInt8], on topic: String = "any") -> DecodedMessage {
        let message = RawMessage(topic: topic, payload: payload)
        decoder.decode(message, from: source, receivedAt: now, into: &buffer)
        return buffer
    }
}

extension DecodedMessage {
    /// `"refused reason @ where"`, `"ignored kind"`, or what was taken and what was refused in it, for text
    /// tables.
    var summary: String {
        if let refusal { return "refused \(refusal.reason.rawValue) @ \(refusal.at)" }
        if let ignored { return "ignored \(ignored)" }
        var parts: [String] = []
        if !tagReads.isEmpty { parts.append("\(tagReads.count) reads") }
        if !fixes.isEmpty { parts.append("\(fixes.count) fixes") }
        parts += deviceEvents.map { "event \($0)" }
        parts += gatewayEvents.map { "gateway event \($0)" }
        parts += rejections.map { "rejected \($0.reason.rawValue) @ \($0.at)" }
        return parts.joined(separator: ", ")
    }

    /// `nil` while the message is accounted for in exactly one way and every value is within its documented
    /// range.
    var fault: String? {
        let outcomes = [refusal != nil, ignored != nil, recordCount > 0].count { $0 }
        if outcomes != 1 { return "\(outcomes) outcomes: \(summary)" }
        if refusal != nil, recordCount > 0 { return "refused with records" }
        for read in tagReads where read.antennaPort == 0 || read.reads == 0 { return "read \(read)" }
        for fix in fixes {
            if let latitude = fix.latitudeDegrees, abs(latitude) > 90 { return "latitude \(latitude)" }
            if let longitude = fix.longitudeDegrees, abs(longitude) > 180 { return "longitude \(longitude)" }
            if (fix.latitudeDegrees == nil) != (fix.longitudeDegrees == nil) { return "half a place" }
            if fix.latitudeDegrees == nil, fix.isValid { return "valid without a place" }
            if let direction = fix.directionDegrees, !(0..<360).contains(direction) {
                return "direction \(direction)"
            }
            if let speed = fix.speedKilometresPerHour, !(0...10_000).contains(speed) {
                return "\(speed) km/h"
            }
            if fix.phone.isEmpty || fix.phoneRaw.isEmpty { return "no phone" }
        }
        return nil
    }
}
