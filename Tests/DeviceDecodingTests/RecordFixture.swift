import AssetModel
import DeviceDecoding
import Foundation
import Testing

/// The families that read records by their vendor's names, with their messages.
struct RecordFixture: CustomTestStringConvertible, Sendable {
    let format: MessageFormat
    let family: any MessageFamily.Type
    let file: String

    static let all = [
        RecordFixture(format: .smartReader, family: SmartReader.self, file: "smartreader.ndjson"),
        RecordFixture(format: .csl, family: CSL.self, file: "csl.ndjson"),
        RecordFixture(format: .ifm, family: IFMGate.self, file: "ifm.ndjson"),
        RecordFixture(format: .llrpkit, family: LLRPKit.self, file: "llrpkit.ndjson"),
        RecordFixture(format: .edgex, family: EdgeX.self, file: "edgex.ndjson"),
        RecordFixture(format: .rifidi, family: Rifidi.self, file: "rifidi.ndjson"),
    ]

    var testDescription: String { format.rawValue }

    /// One line of a file.
    struct Row {
        let name: String
        let payload: [UInt8]
        /// Everything that is taken from it, as JSON with sorted keys.
        let expected: String
        /// Whether the message alone shows whose it is.
        let isCertain: Bool
    }

    func rows() throws -> [Row] {
        try Fixture.lines(file).map { line in
            #expect(line["source"] is String && line["licence"] is String && line["kind"] is String)
            return Row(
                name: try #require(line["name"] as? String),
                payload: Array(try #require(line["payload"] as? String).utf8),
                expected: try RecordFixture.text(try #require(line["expected"] as? [String: Any])),
                isCertain: try #require(line["auto"] as? Bool))
        }
    }

    /// Decodes every line and compares everything that came out.
    func check() throws {
        for row in try rows() {
            let message = decoded(row.payload, as: format)
            #expect(message.fault == nil, "\(row.name)")
            #expect(try RecordFixture.outcome(of: message) == row.expected, "\(row.name)")
            let found = family.recognition(of: RawMessage(topic: "t", payload: row.payload))
            #expect(found == (row.isCertain ? .certain : .none), "\(row.name)")
        }
    }

    /// What a message turned out to be, in the words of the files.
    static func outcome(of message: DecodedMessage) throws -> String {
        var outcome: [String: Any] = [:]
        if !message.tagReads.isEmpty { outcome["reads"] = message.tagReads.map(fields) }
        if !message.deviceEvents.isEmpty { outcome["events"] = message.deviceEvents.map(word) }
        if !message.rejections.isEmpty { outcome["rejections"] = message.rejections.map(word) }
        outcome["refused"] = message.refusal.map(word)
        outcome["ignored"] = message.ignored.map { "\($0)" }
        outcome["sent_at_ms"] = message.sentAt?.milliseconds
        if message.reportMode == .once { outcome["report_mode"] = "once" }
        if !message.deviceIdentity.isEmpty { outcome["identity"] = message.deviceIdentity }
        return try text(outcome)
    }

    private static func fields(_ read: TagRead) -> [String: Any] {
        var fields: [String: Any] = ["epc_hex": read.tag.hex]
        fields["tid_hex"] = read.tid?.hex
        fields["antenna"] = read.antennaPort.map { Int($0) }
        fields["peak_rssi_cdbm"] = read.peakSignal.map { Int($0.centiDBm) }
        fields["heard_at_ms"] = read.heardAt?.milliseconds
        fields["reads"] = read.reads == 1 ? nil : Int(read.reads)
        fields["direction"] = read.direction?.rawValue
        fields["frequency_khz"] = read.radio.frequencyKilohertz.map { Int($0) }
        fields["phase_cdeg"] = read.radio.phaseCentidegrees.map { Int($0) }
        fields["tx_power_cdbm"] = read.radio.transmitPower.map { Int($0.centiDBm) }
        return fields
    }

    private static func word(_ event: DeviceEvent) -> String {
        switch event {
        case .antennaConnected(let port), .antennaDisconnected(let port): return "\(event.kind) \(port)"
        case .generalPurposeInput(let pin, let isHigh): return "gpi \(pin) \(isHigh ? "high" : "low")"
        default: return event.kind
        }
    }

    private static func word(_ rejection: Rejection) -> String {
        "\(rejection.reason.rawValue) @ \(rejection.at)"
    }

    private static func text(_ outcome: [String: Any]) throws -> String {
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        return String(
            decoding: try JSONSerialization.data(withJSONObject: outcome, options: options), as: UTF8.self)
    }
}
