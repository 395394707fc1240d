import AssetModel
import DeviceDecoding
import Foundation
import Testing

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
            let recognition = PlainReads.recognition(of: RawMessage(topic: "t", payload: payload))
            #expect("\(recognition)" == row["auto"] as? String, "\(name)")
        }
    }

    /// The names of plain reads are everybody's, so that a family with names of its own comes first.
    @Test func `under auto a message goes to the family that knows it, and to plain where none does`() throws
    {
        for row in try Fixture.lines("plain.ndjson") {
            var bench = DecoderBench(.auto)
            let payload = Array(try #require(row["payload"] as? String).utf8)
            _ = bench.decode(payload)
            let vendor = bench.decoder.format(of: .reader(0)).rawValue
            #expect(vendor == row["vendor"] as? String, "\(row["name"] ?? "")")
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
        ("{}", "refused unknown_shape @ offset 0"), ("  ", "refused empty_payload @ offset 0"),
        ("", "event disconnected"),
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
        ("{\"epc\":\"3008\",\"count\":0}", "rejected number_out_of_range @ count"),
        ("{\"epc\":\"3008\",\"tid\":\"Error: tag returned error code 0x03\"}", "1 reads"),
        ("{\"epc\":\"3008\",\"tid\":\"no\"}", "rejected malformed_identity @ tid"),
        ("{\"ts\":\"x\",\"reads\":[\"3008\"]}", "rejected malformed_time @ $.ts"),
        (
            "{\"ts\":0,\"reads\":[{\"epc\":\"3008\"},{\"epc\":\"3009\",\"at\":1795262400}]}",
            "1 reads, rejected malformed_time @ $.ts"
        ),
        ("{\"epc\":\"\"}", "rejected missing_identity @ epc"),
        ("{\"epcHex\":null}", "rejected missing_identity @ epcHex"),
        ("{\"id\":null}", "refused unknown_shape @ offset 0"),
        (
            "{\"Tags\":[{\"EPC_hex\":\"no\"},{\"epc\":\"3008\",\"readAt\":\"x\"},{\"epc\":\"\"}]}",
            "rejected malformed_identity @ Tags[0].EPC_hex, rejected malformed_time @ Tags[1].readAt, "
                + "rejected missing_identity @ Tags[2].epc"
        ),
        (
            "{\"epc\":\"3008\",\"\(String(repeating: "_", count: 60))antenna\":0}",
            "rejected number_out_of_range @ antenna"
        ),
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

    @Test(arguments: [
        ("{\"port\":2,\"reads\":[{\"epc\":\"3008\"},{\"epc\":\"3009\",\"ant\":3},\"3010\"]}", [2, 3, 2]),
        ("{\"antenna\":\"4\",\"tags\":[\"3008\"]}", [4]),
        // A connection's port, and what antennas the reader has.
        ("{\"port\":5084,\"reads\":[\"3008\"]}", [nil]), ("{\"port\":\"COM3\",\"reads\":[\"3008\"]}", [nil]),
        ("{\"antenna\":[1,2],\"reads\":[\"3008\"]}", [nil]),
    ])
    func `an antenna beside the array stands in for reads without one`(text: String, ports: [UInt16?]) {
        let message = decoded(text, as: .plain)
        #expect(message.tagReads.map(\.antennaPort) == ports, "\(message.summary)")
        #expect(message.rejections.isEmpty)
    }

    @Test func `an antenna beside the array that is none is refused where a read needs it`() {
        let text = "{\"antenna\":0,\"reads\":[{\"epc\":\"3008\"},{\"epc\":\"3009\",\"antenna\":1},\"3010\"]}"
        let refusal = "rejected number_out_of_range @ $.antenna"
        #expect(decoded(text, as: .plain).summary == "1 reads, \(refusal), \(refusal)")
    }

    @Test func `the reader beside the array is the one of its reads`() {
        let text = "{\"readerId\":\"a\",\"reads\":[{\"epc\":\"3008\"},{\"epc\":\"3008\",\"hostname\":\"b\"}]}"
        let message = decoded(text, as: .plain)
        #expect(message.deviceIdentity == "a")
        #expect(message.summary == "1 reads, rejected unknown_device @ reads[1].hostname")
    }

    @Test func `what import-trace writes is a plain read`() {
        let text = "{\"epc\":\"\(epc)\",\"antenna\":2,\"rssi\":-61.5,\"time\":\"2026-11-21T12:00:00.250Z\"}"
        let line = ExpectedLines.of(decoded(text, as: .plain))
        #expect(line == ["\(epc) - 2 -6150 1795262400250 1 -"])
    }

    @Test(arguments: [
        ("{\"epc\":\"3008\"}", false), ("{\"epc\":\"0123456789ABCDEF\"}", true),
        ("{\"epc\":\"\\u0033034257BF468D480000003E8\"}", true), ("{\"\\u0065pc\":\"\(epc)\"}", true),
        ("[null,{},{\"epc\":\"\(epc)\"}]", true), ("[{\"epc\":\"x\"},{\"epc\":\"\(epc)\"}]", true),
        ("[{\"epc\":\"\(epc)\",\"event\":\"in\"},{\"epc\":\"\(epc)\"}]", false),
        ("[\(String(repeating: "0,", count: 16)){\"epc\":\"\(epc)\"}]", false),
        ("[\"\(epc)\",7,7]", false), ("{\"data\":[\"\(epc)\"]}", false), ("[\"0123456789ABCDEF\"]", false),
        ("{\"data\":[\"\(epc)\"]}", false),
        ("[\"0b14b5a1-fe35-427b-ba52-2a88de8cb66c\"]", false), ("[]", false),
        ("{\"epc\":\"0123456789ABCDEF01\"}", false), ("{\"epc\":\"0123456789ABCDEX\"}", false),
        ("{\"id\":\"0123456789ABCDEF0123456789ABCDEF\"}", false),
        ("{\"id\":\"0123456789ABCDEF\",\"rssi\":-40}", true),
        ("{\"tag\":\"0123456789ABCDEF\",\"port\":1}", true),
        ("{\"id\":\"0b14b5a1-fe35-427b-ba52-2a88de8cb66c\",\"rssi\":-40}", false),
        ("[{\"epc\":\"\(epc)\"}", false),
        ("{\"data\":{\"idHex\":\"\(epc)\"},\"type\":\"SIMPLE\"}", false), ("connected", false), ("", false),
        ("{\"type\":\"x\",\"event\":\"arrived\",\"epc\":\"\(epc)\"}", false),
    ])
    func `auto takes only what cannot be anything else`(text: String, isCertain: Bool) {
        let found = PlainReads.recognition(of: RawMessage(topic: "t", payload: Array(text.utf8)))
        #expect((found == .certain) == isCertain)
        #expect(isCertain || found == .none)
    }

    @Test(arguments: [
        "[\"\(epc)\"]", "[\"\(epc)\",\"\(epc)\"]", "{\"tags\":[\"\(epc)\"]}", "[\"zz\",\"\(epc)\"]",
        "[\"\(epc)\",7]",
    ])
    func `identities alone are taken, and decide nothing`(text: String) {
        var bench = DecoderBench(.auto)
        #expect(bench.decode(Array(text.utf8)).tagReads.first?.tag.hex == epc)
        #expect(bench.decoder.format(of: .reader(0)) == .auto)
    }

    @Test(arguments: [
        ("{\"epc\":\"\",\"rssi\":-50,\"antenna\":1}", "rejected missing_identity @ epc"),
        ("{\"epc\":null,\"peakRssi\":-50,\"port\":1}", "rejected missing_identity @ epc"),
        ("{\"epc\":\"\",\"rssi\":-50}", "refused unknown_shape @ offset 0"),
    ])
    func `under auto a read without its identity is refused as one, and decides nothing`(
        text: String, expected: String
    ) {
        var bench = DecoderBench(.auto)
        #expect(bench.decode(Array(text.utf8)).summary == expected)
        #expect(bench.decoder.format(of: .reader(0)) == .auto)
    }

    @Test(arguments: [
        (
            "{\"timestamp\":\"2026-11-21T12:00:00Z\",\"tagInventoryEvent\":{\"epcHex\":\"\(epc)\"}}",
            MessageFormat.impinj
        ),
        (
            "{\"type\":\"SIMPLE\",\"timestamp\":\"2026-11-21T12:00:00.000+0000\","
                + "\"data\":{\"idHex\":\"\(epc)\"}}",
            .zebra
        ),
        (
            "{\"id\":\"\(epc)\",\"antenna\":1,\"timestamp\":1795262400000,\"reader\":\"A\",\"rssi\":\"-50\","
                + "\"extrainformation\":\"Direction:1\"}", .rifidi
        ),
        ("{\"epc\":\"\(epc)\"}", .plain),
    ])
    func `a broken element in front does not hide whose its neighbours are`(
        record: String, format: MessageFormat
    ) {
        for front in ["", "null,", "{},", "7,\"\",[],"] {
            var bench = DecoderBench(.auto)
            let message = bench.decode(Array("[\(front)\(record)]".utf8))
            #expect(bench.decoder.format(of: .reader(0)) == format, "\(front)")
            #expect(message.tagReads.map(\.tag.hex) == [epc], "\(front)")
        }
    }
}
