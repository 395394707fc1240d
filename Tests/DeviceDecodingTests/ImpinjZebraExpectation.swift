import AssetModel
import DeviceDecoding
import Testing

/// What a line of `impinj-r700.ndjson`, `zebra-iot-connector.ndjson` or `zebra-sled.ndjson` says that its
/// message decodes to. What is not named there must be absent.
struct ReaderExpectation {
    let payload: String
    let topic: String
    private let expected: [String: Any]

    init(_ line: [String: Any]) throws {
        payload = try #require((line["payload"] ?? line["text"]) as? String)
        topic = line["topic"] as? String ?? "t"
        expected = try #require(line["expected"] as? [String: Any])
        for key in expected.keys {
            try #require(ReaderExpectation.outcomes.contains(key), "\(key) of \(payload)")
        }
    }

    private static let outcomes: Set = [
        "reads", "events", "rejections", "refused", "ignored", "report_mode", "sent_at_ms", "identity",
        "auto",
    ]
    private static let fields: Set = [
        "epc_hex", "tid_hex", "antenna", "peak_rssi_cdbm", "heard_at_ms", "reads", "direction", "pc",
        "frequency_khz", "phase_cdeg", "tx_power_cdbm",
    ]

    var message: RawMessage { RawMessage(topic: topic, payload: Array(payload.utf8)) }

    /// How sure recognition is; where the line does not say, anything goes.
    func check(_ recognition: Recognition) {
        guard let word = expected["auto"] as? String else { return }
        #expect("\(recognition)" == word, "\(payload)")
    }

    func check(_ message: DecodedMessage) {
        let reads = expected["reads"] as? [[String: Any]] ?? []
        #expect(message.fault == nil, "\(payload)")
        #expect(message.tagReads.count == reads.count, "\(payload)")
        for (read, expected) in zip(message.tagReads, reads) { check(read, expected) }
        #expect(message.deviceEvents.map(word) == expected["events"] as? [String] ?? [], "\(payload)")
        #expect(message.rejections.map(word) == expected["rejections"] as? [String] ?? [], "\(payload)")
        #expect(message.refusal.map(word) == expected["refused"] as? String, "\(payload)")
        #expect(message.ignored.map { "\($0)" } == expected["ignored"] as? String, "\(payload)")
        #expect(message.reportMode.flatMap(word) == expected["report_mode"] as? String, "\(payload)")
        #expect(message.sentAt?.milliseconds == expected["sent_at_ms"] as? Int64, "\(payload)")
        #expect(message.deviceIdentity == expected["identity"] as? String ?? "", "\(payload)")
    }

    private func check(_ read: TagRead, _ expected: [String: Any]) {
        #expect(Set(expected.keys).isSubset(of: ReaderExpectation.fields), "\(payload)")
        #expect(read.tag.hex == expected["epc_hex"] as? String, "\(payload)")
        #expect(read.tid?.hex == expected["tid_hex"] as? String, "\(payload)")
        #expect(read.antennaPort.map { Int($0) } == expected["antenna"] as? Int, "\(payload)")
        #expect(
            read.peakSignal.map { Int($0.centiDBm) } == expected["peak_rssi_cdbm"] as? Int, "\(payload)")
        #expect(read.heardAt?.milliseconds == expected["heard_at_ms"] as? Int64, "\(payload)")
        #expect(Int(read.reads) == expected["reads"] as? Int ?? 1, "\(payload)")
        #expect(read.direction?.rawValue == expected["direction"] as? String, "\(payload)")
        #expect(read.protocolControl.map(fourDigits) == expected["pc"] as? String, "\(payload)")
        #expect(read.airProtocol == nil, "\(payload)")
        let radio = read.radio
        #expect(radio.frequencyKilohertz.map { Int($0) } == expected["frequency_khz"] as? Int, "\(payload)")
        #expect(radio.phaseCentidegrees.map { Int($0) } == expected["phase_cdeg"] as? Int, "\(payload)")
        #expect(
            radio.transmitPower.map { Int($0.centiDBm) } == expected["tx_power_cdbm"] as? Int, "\(payload)")
    }

    private func fourDigits(_ word: UInt16) -> String {
        let digits = String(word, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    private func word(_ event: DeviceEvent) -> String {
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

    private func word(_ rejection: Rejection) -> String {
        "\(rejection.reason.rawValue) @ \(rejection.at)"
    }

    private func word(_ mode: ReportMode) -> String? {
        switch mode {
        case .once: return "once"
        case .unstated: return nil
        case .every(let time): return "every \(time.milliseconds / 1_000) s"
        }
    }
}
