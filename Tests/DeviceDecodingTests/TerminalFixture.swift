import AssetModel
import DeviceDecoding
import Foundation
import Testing

/// The JSON families of terminals, with their messages: one line each with all that is taken from it.
struct TerminalFixture: CustomTestStringConvertible, Sendable {
    let format: MessageFormat
    let file: String

    static let all = [
        TerminalFixture(format: .traccar, file: "traccar.ndjson"),
        TerminalFixture(format: .ownTracks, file: "owntracks.ndjson"),
        TerminalFixture(format: .flespi, file: "flespi.ndjson"),
        TerminalFixture(format: .gbt32960, file: "gbt32960.ndjson"),
    ]

    var testDescription: String { format.rawValue }

    struct Row {
        let name: String
        let topic: String
        let payload: [UInt8]
        /// As JSON with sorted keys.
        let expected: String
    }

    func rows() throws -> [Row] {
        try Fixture.lines(file).map { line in
            #expect(line["source"] is String && line["licence"] is String && line["kind"] is String)
            return Row(
                name: try #require(line["name"] as? String), topic: try #require(line["topic"] as? String),
                payload: Array(try #require(line["payload"] as? String).utf8),
                expected: try TerminalFixture.text(try #require(line["expected"] as? [String: Any])))
        }
    }

    /// Decodes one payload with a decoder of its own.
    func decode(_ payload: [UInt8], on topic: String) -> DecodedMessage {
        var bench = DecoderBench(format, terminal: true)
        return bench.decode(payload, on: topic)
    }

    func decode(_ text: String, on topic: String) -> DecodedMessage {
        decode(Array(text.utf8), on: topic)
    }

    /// What a message turned out to be, in the words of the files.
    static func outcome(of message: DecodedMessage) throws -> String {
        var outcome: [String: Any] = [:]
        if !message.fixes.isEmpty { outcome["fixes"] = message.fixes.map(fields) }
        if !message.deviceEvents.isEmpty { outcome["events"] = message.deviceEvents.map(\.kind) }
        let words = message.rejections.map { "\($0.reason.rawValue) @ \($0.at)" }
        if !words.isEmpty { outcome["rejections"] = words }
        outcome["refused"] = message.refusal.map { "\($0.reason.rawValue) @ \($0.at)" }
        outcome["ignored"] = message.ignored.map { "\($0)" }
        return try text(outcome)
    }

    private static func fields(_ fix: VehicleFix) -> [String: Any] {
        var fields: [String: Any] = [
            "phone": fix.phone, "raw": fix.phoneRaw, "alt": fix.altitudeMetres ?? NSNull(),
            "speed": fix.speedKilometresPerHour ?? NSNull(), "dir": fix.directionDegrees ?? NSNull(),
            "valid": fix.isValid,
            "lat": fix.latitudeDegrees ?? NSNull(), "lon": fix.longitudeDegrees ?? NSNull(),
            "time_ms": fix.fixedAt.map { Int($0.milliseconds) } ?? NSNull(),
        ]
        if fix.isBackfill { fields["backfill"] = true }
        if fix.alarmBits != 0 { fields["alarm"] = Int(fix.alarmBits) }
        if fix.statusBits != 0 { fields["status"] = Int(fix.statusBits) }
        fields["odometer_m"] = fix.odometerMetres.map { Int($0) }
        fields["satellites"] = fix.satellitesUsed.map { Int($0) }
        fields["accuracy_m"] = fix.accuracyMetres
        return fields
    }

    private static func text(_ outcome: [String: Any]) throws -> String {
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        return String(
            decoding: try JSONSerialization.data(withJSONObject: outcome, options: options), as: UTF8.self)
    }
}
