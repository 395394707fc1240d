import AssetModel
import DeviceDecoding
import Testing

extension Fixture {
    /// Lines of `zebra-iot-connector.ndjson` with what they decode to.
    static func zebraLines() throws -> [(payload: String, expected: [String: Any])] {
        try lines("zebra-iot-connector.ndjson").map { line in
            (try #require(line["payload"] as? String), try #require(line["expected"] as? [String: Any]))
        }
    }

    static func zebraPayloads() throws -> [[UInt8]] {
        try zebraLines().map { Array($0.payload.utf8) }
    }
}

/// One file of messages, and everything that is taken from each of them.
struct ZebraFixtureTests {
    @Test func `every message decodes to what its line says, and to nothing else`() throws {
        var bench = DecoderBench(.zebra)
        for (payload, expected) in try Fixture.zebraLines() {
            let message = bench.decode(Array(payload.utf8))
            let reads = expected["reads"] as? [[String: Any]] ?? []
            #expect(message.fault == nil, "\(payload)")
            #expect(message.tagReads.count == reads.count, "\(payload)")
            for (read, expected) in zip(message.tagReads, reads) { check(read, expected, payload) }
            #expect(message.deviceEvents.map(word) == expected["events"] as? [String] ?? [], "\(payload)")
            #expect(
                message.rejections.map(word) == expected["rejections"] as? [String] ?? [], "\(payload)")
            #expect(message.refusal.map(word) == expected["refused"] as? String, "\(payload)")
            #expect(message.ignored.map { "\($0)" } == expected["ignored"] as? String, "\(payload)")
            #expect(message.reportMode.flatMap(word) == expected["report_mode"] as? String, "\(payload)")
            #expect(message.sentAt?.milliseconds == expected["sent_at_ms"] as? Int64, "\(payload)")
            #expect(message.deviceIdentity == expected["identity"] as? String ?? "", "\(payload)")
        }
    }

    private func check(_ read: TagRead, _ expected: [String: Any], _ payload: String) {
        #expect(read.tag.hex == expected["epc_hex"] as? String, "\(payload)")
        #expect(read.tid?.hex == expected["tid_hex"] as? String, "\(payload)")
        #expect(read.antennaPort.map { Int($0) } == expected["antenna"] as? Int, "\(payload)")
        #expect(
            read.peakSignal.map { Int($0.centiDBm) } == expected["peak_rssi_cdbm"] as? Int, "\(payload)")
        #expect(read.heardAt?.milliseconds == expected["heard_at_ms"] as? Int64, "\(payload)")
        #expect(Int(read.reads) == expected["reads"] as? Int ?? 1, "\(payload)")
        #expect(read.direction?.rawValue == expected["direction"] as? String, "\(payload)")
    }

    private func word(_ event: DeviceEvent) -> String {
        switch event {
        case .antennaConnected(let port), .antennaDisconnected(let port): return "\(event.kind) \(port)"
        case .generalPurposeInput(let pin, let high): return "gpi \(pin) \(high ? "high" : "low")"
        case .backlog(let dropped, let retained): return "backlog \(dropped) \(retained)"
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

    @Test func `the file has every type that the reader sends`() throws {
        let text = try Fixture.zebraLines().map { $0.payload }.joined(separator: "\n")
        for type in [
            "SIMPLE", "PORTAL", "CONVEYOR", "INVENTORY", "CUSTOM", "DIRECTIONALITY", "RAW_DIRECTIONALITY",
            "DIRECTIONALITY_RAW", "BLE_DATA", "heartbeat", "gpi", "gpo", "error", "warning",
            "firmwareUpdateProgress", "userapp", "hello",
        ] {
            #expect(text.contains("\"type\":\"\(type)\""), "\(type)")
        }
    }
}
