import AssetModel
import DeviceDecoding
import Foundation
import Testing

/// A read, a refusal and so on as lines, for comparison with a fixture's `expected`.
enum ExpectedLines {
    static func of(_ message: DecodedMessage) -> [String] {
        if let refusal = message.refusal { return ["refused \(refusal.reason.rawValue) @ \(refusal.at)"] }
        var lines = message.deviceIdentity.isEmpty ? [] : ["identity \(message.deviceIdentity)"]
        lines += message.ignored.map { ["ignored \($0)"] } ?? []
        lines += message.tagReads.map { read in
            [
                read.tag.hex, text(read.tid?.hex), text(read.antennaPort), text(read.peakSignal?.centiDBm),
                text(read.heardAt?.milliseconds), text(read.reads), text(read.direction?.rawValue),
            ].joined(separator: " ")
        }
        lines += message.deviceEvents.map { "event \($0.kind)" }
        return lines + message.rejections.map { "rejected \($0.reason.rawValue) @ \($0.at)" }
    }

    static func of(_ expected: [String: Any]) -> [String] {
        if let refusal = expected["refused"] as? [String: String] {
            return ["refused \(text(refusal["reason"])) @ \(text(refusal["at"]))"]
        }
        var lines = (expected["identity"] as? String).map { ["identity \($0)"] } ?? []
        lines += (expected["ignored"] as? String).map { ["ignored \($0)"] } ?? []
        let fields = [
            "epc_hex", "tid_hex", "antenna", "peak_rssi_cdbm", "heard_at_ms", "reads", "direction",
        ]
        lines += (expected["reads"] as? [[String: Any]] ?? []).map { read in
            fields.map { text(read[$0].flatMap { $0 is NSNull ? nil : $0 }) }.joined(separator: " ")
        }
        lines += (expected["events"] as? [String] ?? []).map { "event \($0)" }
        return lines
            + (expected["rejections"] as? [[String: String]] ?? []).map {
                "rejected \(text($0["reason"])) @ \(text($0["at"]))"
            }
    }

    private static func text(_ value: Any?) -> String { value.map { "\($0)" } ?? "-" }
}

private let epc = "300833B2DDD9014000000000"

struct PlainTests {
    @Test func `every published message decodes to what its source says`() throws {
        for row in try Fixture.lines("plain.ndjson") {
            let name = try #require(row["name"] as? String)
            let payload = Array(try #require(row["payload"] as? String).utf8)
            let message = decoded(payload, as: .plain)
            #expect(message.fault == nil)
            let expected = ExpectedLines.of(try #require(row["expected"] as? [String: Any]))
            #expect(ExpectedLines.of(message) == expected, "\(name)")
            let isCertain = PlainReads.recognition(of: RawMessage(topic: "t", payload: payload)) == .certain
            #expect(isCertain == row["auto"] as? Bool, "\(name)")
        }
    }

    @Test(arguments: [
        "epc", "epcHex", "epc_hex", "EPC", "EPC-HEX", "idHex", "tag", "tagId", "TAG_ID", "id",
    ])
    func `an identity has many names`(key: String) {
        let read = decoded("{\"\(key)\":\"\(epc)\",\"rssi\":-50}", as: .plain).tagReads.first
        #expect(read?.tag.hex == epc)
    }

    @Test(arguments: ["rssi", "peakRssi", "peak_rssi", "peak_rssi_dbm", "rssi_dbm", "RSSI", "PeakRSSIdBm"])
    func `a signal has many names`(key: String) {
        for value in ["-52.345", "\"-52.345\"", "\" -52.345 \"", "-5.2345e1"] {
            let message = decoded("{\"epc\":\"\(epc)\",\"\(key)\":\(value)}", as: .plain)
            #expect(message.tagReads.first?.peakSignal?.centiDBm == -5_235, "\(value): \(message.summary)")
        }
    }

    @Test(arguments: ["antennaPort", "antenna", "port", "ant", "ANTENNA_PORT"])
    func `an antenna has many names`(key: String) {
        for value in ["3", "\"3\"", "\"03\"", "3.0"] {
            let message = decoded("{\"epc\":\"\(epc)\",\"\(key)\":\(value)}", as: .plain)
            #expect(message.tagReads.first?.antennaPort == 3, "\(value): \(message.summary)")
        }
    }

    @Test(arguments: [
        "time", "timestamp", "readAt", "heard_at", "ts", "lastSeen", "last_seen", "lastSeenTime", "at",
    ])
    func `a time has many names and forms`(key: String) {
        for value in [
            "\"2026-11-21T12:00:00Z\"", "\"2026-11-21 20:00:00+0800\"", "1795262400", "1795262400000",
            "\"1795262400000\"", "1795262400000000", "1795262400000000000", "1795262400.0",
        ] {
            let message = decoded("{\"epc\":\"\(epc)\",\"\(key)\":\(value)}", as: .plain)
            #expect(message.tagReads.first?.heardAt == noon, "\(value): \(message.summary)")
        }
    }

    @Test(arguments: [
        ("[]", "ignored plain_no_reads"), ("{\"reads\":[]}", "ignored plain_no_reads"),
        ("[\"\(epc)\",\"3008\"]", "2 reads"), ("{\"tags\":[\"\(epc)\"]}", "1 reads"),
        ("{\"data\":[{\"epc\":\"\(epc)\"},{\"epc\":\"\(epc)\"}]}", "2 reads"),
        ("{\"epc\":\"\(epc)\",\"reads\":4,\"data\":[1]}", "1 reads"),
        ("{\"epc\":\"\(epc)\"}\n{\"epc\":\"\(epc)\"}\n", "2 reads"),
        ("{\"epc\":\"\(epc)\"} {\"epc\":\"\(epc)\"}", "refused malformed_json @ offset 35"),
        ("[7]", "rejected unknown_shape @ [0]"), ("7", "refused unknown_shape @ offset 0"),
        ("{}", "refused unknown_shape @ offset 0"), ("  ", "event disconnected"),
        ("connected", "event connected"), ("connection lost", "event disconnected"),
        ("{\"rssi\":-50}", "rejected missing_identity @ epc"),
        ("{\"epc\":17}", "rejected malformed_identity @ epc"),
        ("{\"epc\":\"3008\",\"rssi\":\"-62 dBm\"}", "1 reads"),
        ("{\"epc\":\"3008\",\"rssi\":-5200}", "1 reads"),
        ("{\"epc\":\"3008\",\"rssi\":[-52]}", "rejected unknown_shape @ rssi"),
        ("{\"epc\":\"3008\",\"antenna\":0}", "rejected number_out_of_range @ antenna"),
        ("{\"epc\":\"3008\",\"antenna\":\"door\"}", "rejected malformed_number @ antenna"),
        ("{\"epc\":\"3008\",\"antenna\":true}", "rejected malformed_number @ antenna"),
        ("{\"epc\":\"3008\",\"time\":166973472}", "rejected malformed_time @ time"),
        ("{\"epc\":\"3008\",\"time\":\"2026-11-21 12:00:00\"}", "rejected malformed_time @ time"),
        ("{\"epc\":\"3008\",\"count\":0}", "rejected number_out_of_range @ reads"),
        ("{\"epc\":\"3008\",\"tid\":\"Error: tag returned error code 0x03\"}", "1 reads"),
        ("{\"epc\":\"3008\",\"tid\":\"no\"}", "rejected malformed_identity @ tid"),
        ("{\"time\":\"x\",\"reads\":[\"3008\"]}", "refused malformed_time @ time"),
        (
            "[{\"epc\":\"3008\",\"reader\":\"a\"},{\"epc\":\"3008\",\"reader\":\"b\"}]",
            "1 reads, rejected unknown_device @ [1].reader"
        ),
        ("{\"epc\":\"3008\",\"state\":\"TIMED_OUT\"}", "ignored plain_departure"),
    ])
    func `shapes and what is refused in them`(text: String, expected: String) {
        let message = decoded(text, as: .plain)
        #expect(message.summary == expected)
        #expect(message.fault == nil)
    }

    @Test func `the better name wins, and of one name the last`() {
        let ranked = "{\"id\":\"3008\",\"tag\":\"3009\",\"epc\":\"3010\",\"epc\":\"3011\"}"
        #expect(decoded(ranked, as: .plain).tagReads.map(\.tag.hex) == ["3011"])
        let blank = "{\"epc\":\" \",\"tag\":\"3009\"}"
        #expect(decoded(blank, as: .plain).tagReads.map(\.tag.hex) == ["3009"])
    }

    @Test func `a time beside the array stands in for reads without one`() {
        let text =
            "{\"timestamp\":1795262400,\"reads\":[{\"epc\":\"3008\"},{\"epc\":\"3008\",\"ts\":1795262401}]}"
        let message = decoded(text, as: .plain)
        #expect(message.sentAt == noon)
        #expect(message.tagReads.map(\.heardAt) == [noon, noon + ElapsedTime(seconds: 1)])
    }

    @Test func `what import-trace writes is a plain read`() {
        let text = "{\"epc\":\"\(epc)\",\"antenna\":2,\"rssi\":-61.5,\"time\":\"2026-11-21T12:00:00.250Z\"}"
        let line = ExpectedLines.of(decoded(text, as: .plain))
        #expect(line == ["\(epc) - 2 -6150 1795262400250 1 -"])
    }

    @Test(arguments: [
        ("{\"epc\":\"3008\"}", false), ("{\"epc\":\"0123456789ABCDEF\"}", true),
        ("{\"epc\":\"0123456789ABCDEF01\"}", false), ("{\"epc\":\"0123456789ABCDEX\"}", false),
        ("{\"id\":\"0123456789ABCDEF0123456789ABCDEF\"}", false),
        ("{\"id\":\"0123456789ABCDEF\",\"rssi\":-40}", true),
        ("{\"tag\":\"0123456789ABCDEF\",\"port\":1}", true),
        ("{\"id\":\"0b14b5a1-fe35-427b-ba52-2a88de8cb66c\",\"rssi\":-40}", false),
        ("[\"\(epc)\"]", false), ("{\"tags\":[\"\(epc)\"]}", false), ("[{\"epc\":\"\(epc)\"}", false),
        ("{\"data\":{\"idHex\":\"\(epc)\"},\"type\":\"SIMPLE\"}", false), ("connected", false), ("", false),
        ("{\"type\":\"x\",\"event\":\"arrived\",\"epc\":\"\(epc)\"}", false),
    ])
    func `auto takes only what cannot be anything else`(text: String, isCertain: Bool) {
        let found = PlainReads.recognition(of: RawMessage(topic: "t", payload: Array(text.utf8)))
        #expect((found == .certain) == isCertain)
        #expect(isCertain || found == .none)
    }
}
