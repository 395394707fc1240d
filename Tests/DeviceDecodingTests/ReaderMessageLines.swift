import AssetModel
import DeviceDecoding
import Foundation
import Testing

/// A read, a refusal and so on as lines, for comparison with a fixture's `expected`. What is not named in a
/// fixture must be absent; `sent_at_ms` and `report_mode` count only where they are named.
enum ExpectedLines {
    static func of(_ message: DecodedMessage, naming keys: Set<String> = []) -> [String] {
        if let refusal = message.refusal { return ["refused \(refusal.reason.rawValue) @ \(refusal.at)"] }
        var lines = message.deviceIdentity.isEmpty ? [] : ["identity \(message.deviceIdentity)"]
        if keys.contains("sent_at_ms") { lines.append("sent \(text(message.sentAt?.milliseconds))") }
        lines += message.ignored.map { ["ignored \($0)"] } ?? []
        lines += message.tagReads.map(line)
        lines += message.deviceEvents.map { "event \(word($0))" }
        lines += message.gatewayEvents.map { "gateway \(word($0))" }
        return lines + message.rejections.map { "rejected \($0.reason.rawValue) @ \($0.at)" }
    }

    static func of(_ expected: [String: Any]) -> [String] {
        if let refusal = expected["refused"] as? [String: String] {
            return ["refused \(text(refusal["reason"])) @ \(text(refusal["at"]))"]
        }
        var lines = (expected["identity"] as? String).map { ["identity \($0)"] } ?? []
        lines += expected["sent_at_ms"].map { ["sent \($0)"] } ?? []
        lines += (expected["ignored"] as? String).map { ["ignored \($0)"] } ?? []
        lines += (expected["reads"] as? [[String: Any]] ?? []).map(line)
        lines += (expected["events"] as? [String] ?? []).map { "event \($0)" }
        lines += (expected["gateway_events"] as? [String] ?? []).map { "gateway \($0)" }
        return lines
            + (expected["rejections"] as? [[String: String]] ?? []).map {
                "rejected \(text($0["reason"])) @ \(text($0["at"]))"
            }
    }

    private static func line(_ read: TagRead) -> String {
        var line = [
            read.tag.hex, text(read.tid?.hex), text(read.antennaPort), text(read.peakSignal?.centiDBm),
            text(read.heardAt?.milliseconds), text(read.reads), text(read.direction?.rawValue),
        ].joined(separator: " ")
        if let word = read.protocolControl { line += " pc " + fourDigits(word) }
        if let air = read.airProtocol { line += " air " + air.word }
        if let carrier = read.radio.frequencyKilohertz { line += " khz \(carrier)" }
        if let phase = read.radio.phaseCentidegrees { line += " phase \(phase)" }
        if let power = read.radio.transmitPower { line += " tx \(power.centiDBm)" }
        return line
    }

    private static func line(_ expected: [String: Any]) -> String {
        func value(_ key: String) -> Any? { expected[key].flatMap { $0 is NSNull ? nil : $0 } }
        let fields = ["epc_hex", "tid_hex", "antenna", "peak_rssi_cdbm", "heard_at_ms"]
        var line = fields.map { text(value($0)) }.joined(separator: " ")
        line += " " + text(value("reads") ?? 1) + " " + text(value("direction"))
        for (key, word) in [
            ("pc", "pc"), ("air", "air"), ("frequency_khz", "khz"), ("phase_cdeg", "phase"),
            ("tx_power_cdbm", "tx"),
        ] {
            if let value = value(key) { line += " \(word) \(value)" }
        }
        return line
    }

    static func word(_ event: DeviceEvent) -> String {
        switch event {
        case .antennaConnected(let port), .antennaDisconnected(let port), .antennaActivated(let port):
            return "\(event.kind) \(port)"
        case .generalPurposeInput(let pin, let high): return "gpi \(pin) \(high ? "high" : "low")"
        case .backlog(let dropped, let retained): return "backlog \(dropped) \(retained)"
        case .overflow(let first, let last, let purged):
            return "overflow \(first.milliseconds) \(last.milliseconds) \(purged)"
        default: return event.kind
        }
    }

    private static func fourDigits(_ word: UInt16) -> String {
        let digits = String(word, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    private static func text(_ value: Any?) -> String { value.map { "\($0)" } ?? "-" }
}
