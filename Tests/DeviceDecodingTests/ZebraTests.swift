import AssetModel
import DeviceDecoding
import Testing

private func tag(_ mode: String, _ fields: String) -> String {
    "{\"type\":\"\(mode)\",\"timestamp\":\"2026-11-21T12:00:00.000+0000\",\"data\":{\(fields)}}"
}

private func heartbeat(_ fields: String) -> String {
    "{\"component\":\"RG\",\"type\":\"heartbeat\",\"data\":{\(fields)}}"
}

struct ZebraTests {
    @Test(arguments: [
        ("-37", -3_700), ("-37.0", -3_700), ("-52.34", -5_234), ("-5.2e1", -5_200), ("0", 0),
        ("-60.005", -6_001), ("-60.004", -6_000), ("-327.68", -32_768), ("327.67", 32_767),
    ])
    func `a signal in dBm is kept to the hundredth`(text: String, centiDBm: Int) {
        let message = decoded(tag("INVENTORY", "\"idHex\":\"3008\",\"peakRssi\":\(text)"), as: .zebra)
        #expect(message.tagReads.first?.peakSignal == SignalStrength(centiDBm: Int16(centiDBm)))
    }

    @Test(arguments: ["-327.69", "327.68", "1e999", "-99999999999999999999999"])
    func `a signal that no radio has is refused`(text: String) {
        let message = decoded(tag("INVENTORY", "\"idHex\":\"3008\",\"peakRssi\":\(text)"), as: .zebra)
        #expect(message.summary == "rejected number_out_of_range @ data.peakRssi")
    }

    @Test(arguments: [
        ("SIMPLE", ReportMode.once), ("PORTAL", .once), ("CONVEYOR", .once),
        ("INVENTORY", .every(ElapsedTime(seconds: 60))), ("CUSTOM", .unstated), ("DIRECTIONALITY", .unstated),
    ])
    func `the mode says how often a resting tag is reported`(mode: String, expected: ReportMode?) {
        let message = decoded(tag(mode, "\"idHex\":\"3008\""), as: .zebra)
        #expect(message.summary == "1 reads")
        #expect(message.reportMode == expected)
        let refused = decoded(tag(mode, "\"idHex\":\"30\""), as: .zebra)
        #expect(refused.reportMode == nil)
    }

    @Test func `a sentence where the TID should be leaves the TID unknown, and a damaged TID does not`() {
        let sentence = "\"Error: tag returned error code 0x03 = Memory overrun\""
        let unknown = decoded(tag("CUSTOM", "\"idHex\":\"3008\",\"TID\":\(sentence)"), as: .zebra)
        #expect(unknown.tagReads.count == 1 && unknown.tagReads.first?.tid == nil)
        let damaged = decoded(tag("CUSTOM", "\"idHex\":\"3008\",\"TID\":\"e280x\""), as: .zebra)
        #expect(damaged.summary == "rejected malformed_identity @ data.TID")
        let user = decoded(tag("CUSTOM", "\"idHex\":\"3008\",\"USER\":\(sentence)"), as: .zebra)
        #expect(user.summary == "1 reads")
    }

    @Test(arguments: [
        // (fields, milliseconds before noon, direction)
        ("\"state\":\"TRANSITION\",\"direction\":\"OUT\"", 0, nil),
        ("\"state\":\"TRANSITION\",\"zoneHistory\":[{\"timestamp\":1795262390000,\"Zone\":1}]", 0, nil),
        ("\"state\":\"TIMED_OUT\",\"direction\":\"OUT\"", 0, PassageDirection.outward),
        ("\"state\":\"TIMED_OUT\"", 0, .unknown), ("\"direction\":\"SIDEWAYS\"", 0, .unknown),
        (
            "\"zoneHistory\":[{\"Zone\":1,\"timestamp\":1795262399000},{\"timestamp\":1795262390000}],"
                + "\"direction\":\"IN\",\"state\":\"TIMED_OUT\"", 1_000, .inward
        ),
        ("\"state\":\"TIMED_OUT\",\"zoneHistory\":{\"timestamp\":1795262390000}", 0, .unknown),
        ("\"state\":\"TIMED_OUT\",\"zoneHistory\":[{\"timestamp\":\"1795262390000\"}]", 0, .unknown),
        ("\"state\":\"TIMED_OUT\",\"zoneHistory\":[{\"timestamp\":1795262400001}]", 0, .unknown),
    ])
    func `a verdict on a passage stands where the tag was last seen, never later than it was given`(
        fields: String, before: Int64, direction: PassageDirection?
    ) {
        let message = decoded(tag("DIRECTIONALITY", "\"tagId\":\"3008\",\(fields)"), as: .zebra)
        #expect(message.tagReads.first?.heardAt?.milliseconds == noon.milliseconds - before)
        #expect(message.tagReads.first?.direction == direction)
    }

    @Test func `a verdict with a history needs no timestamp, a sighting does not guess one`() {
        let history = "\"zoneHistory\":[{\"timestamp\":1795262390000}]"
        let verdict = decoded(
            "{\"type\":\"DIRECTIONALITY\",\"timestamp\":\"?\","
                + "\"data\":{\"tagId\":\"3008\",\"state\":\"TIMED_OUT\",\(history)}}", as: .zebra)
        #expect(verdict.tagReads.first?.heardAt?.milliseconds == 1_795_262_390_000)
        let broken = "{\"type\":\"SIMPLE\",\"timestamp\":\"?\",\"data\":{\"idHex\":\"3008\"}}"
        #expect(decoded(broken, as: .zebra).summary == "rejected malformed_time @ timestamp")
        let none = decoded("{\"type\":\"SIMPLE\",\"data\":{\"idHex\":\"3008\"}}", as: .zebra)
        #expect(none.tagReads.count == 1 && none.tagReads.first?.heardAt == nil)
    }

    @Test(arguments: [
        // Beyond the ports, and what is no port.
        (
            "\"radio_control\":{\"antennas\":{\"65\":\"connected\",\"64\":\"connected\",\"1\":\"off\"}}",
            "event heartbeat, event antennaConnected(port: 64), "
                + "rejected unknown_antenna @ radio_control.antennas"
        ),
        (
            "\"radio_control\":{\"antennas\":{\"x\":1,\"\":2,\"100\":3}}",
            "event heartbeat, rejected unknown_antenna @ radio_control.antennas"
        ),
        (
            "\"radio_control\":{\"antennas\":{\"3\":\"connected\",\"3\":\"disconnected\"}}",
            "event heartbeat, event antennaDisconnected(port: 3)"
        ),
        ("\"radio_control\":[],\"reader_gateway\":7,\"system\":null,\"userapps\":{}", "event heartbeat"),
        ("\"radio_control\":{\"radioActivity\":\"asleep\",\"antennas\":[]}", "event heartbeat"),
        ("\"radio_control\":{\"radioConnection\":\"connected\"}", "event heartbeat"),
        (
            "\"reader_gateway\":{\"dataPathStatistics\":[],\"numDataMessagesDropped\":5}",
            "event heartbeat, event backlog(dropped: 5, retained: 0)"
        ),
        // The list counts once, whatever stands beside it.
        (
            "\"reader_gateway\":{\"numDataMessagesDropped\":9,"
                + "\"dataPathStatistics\":[null,{\"numDataMessagesDropped\":5}]}",
            "event heartbeat, event backlog(dropped: 5, retained: 0)"
        ),
        (
            "\"reader_gateway\":{\"dataPathStatistics\":[{\"numDataMessagesRetained\":-1},"
                + "{\"numDataMessagesDropped\":1.5}]}", "event heartbeat"
        ),
        (
            "\"reader_gateway\":{\"dataPathStatistics\":[{\"numDataMessagesRetained\":9223372036854775807},"
                + "{\"numDataMessagesRetained\":9223372036854775807},{\"numDataMessagesRetained\":9}]}",
            "event heartbeat, event backlog(dropped: 0, retained: 18446744073709551615)"
        ),
    ])
    func `a heartbeat needs none of its parts`(fields: String, expected: String) {
        #expect(decoded(heartbeat(fields), as: .zebra).summary == expected)
    }

    @Test func `the reader's host name comes before its MAC, and neither can cost a record`() {
        let both = decoded(tag("CUSTOM", "\"MAC\":\"m\",\"hostName\":\"h\",\"idHex\":\"3008\""), as: .zebra)
        #expect(both.deviceIdentity == "h")
        let escaped = decoded(tag("CUSTOM", "\"hostName\":\"\\u4ed3-1\",\"idHex\":\"3008\""), as: .zebra)
        #expect(escaped.deviceIdentity == "仓-1")
        let wrong = decoded(tag("CUSTOM", "\"hostName\":7,\"MAC\":\"\",\"idHex\":\"3008\""), as: .zebra)
        #expect(wrong.deviceIdentity.isEmpty && wrong.tagReads.count == 1)
        let long = String(repeating: "h", count: 256)
        #expect(
            decoded(heartbeat("\"system\":{\"hostName\":\"\(long)\"}"), as: .zebra).deviceIdentity.isEmpty)
    }

    @Test func `one reader's name does not stick to the next message`() {
        var bench = DecoderBench(.zebra)
        let first = tag("CUSTOM", "\"hostName\":\"fx-1\",\"idHex\":\"3008\"")
        let other = tag("CUSTOM", "\"hostName\":\"fx-2\",\"idHex\":\"3008\"")
        #expect(bench.decode(Array(first.utf8)).deviceIdentity == "fx-1")
        #expect(bench.decode(Array(tag("CUSTOM", "\"idHex\":\"3008\"").utf8)).deviceIdentity.isEmpty)
        #expect(bench.decode(Array(first.utf8)).deviceIdentity == "fx-1")
        #expect(bench.decode(Array(other.utf8)).deviceIdentity == "fx-2")
    }

    @Test func `a batch of broken records stops being counted one by one, whatever was ignored before`() {
        let broken = Array(repeating: "{\"type\":\"SIMPLE\"}", count: 1_000).joined(separator: ",")
        let message = decoded("[{\"type\":\"BLE_DATA\"},\(broken)]", as: .zebra)
        #expect(message.rejections.count == 65)
        #expect(message.rejections.last?.at == "the rest, after [64].data.idHex")
        #expect(message.fault == nil)
    }

    @Test func `a fault behind a good record refuses the whole batch`() {
        let good = tag("SIMPLE", "\"idHex\":\"3008\"")
        #expect(decoded("[\(good)]", as: .zebra).summary == "1 reads")
        #expect(decoded("[\(good),{]", as: .zebra).refusal?.reason == .malformedJSON)
        #expect(decoded("[\(good)]x", as: .zebra).refusal?.reason == .malformedJSON)
        #expect(decoded("[\(good),", as: .zebra).reportMode == nil)
    }
}

struct ZebraRecognitionTests {
    @Test func `auto takes a source for this vendor by its tags and heartbeats, in any order of keys`() throws
    {
        for payload in [
            "{\"data\":{\"eventNum\":1,\"format\":\"epc\",\"idHex\":\"3008\"},\"type\":\"CUSTOM\"}",
            "{\"type\":\"anything\",\"data\":{\"idHex\":\"3008\"}}",
            "{\"type\":\"DIRECTIONALITY\",\"data\":{\"tagId\":\"3008\"}}",
            "{\"data\":{\"format\":\"epc\"},\"type\":\"PORTAL\"}",
            "[{\"type\":\"SIMPLE\",\"data\":{\"idHex\":\"3008\"}}]",
            "{\"component\":\"RG\",\"type\":\"gpo\",\"data\":{}}", "{\"userapps\":[],\"radio_control\":{}}",
            "{\"reader_gateway\":{}}",
        ] {
            var bench = DecoderBench(.auto)
            let message = bench.decode(Array(payload.utf8))
            #expect(message.fault == nil && message.refusal == nil, "\(payload)")
            #expect(bench.decoder.format(of: .reader(0)) == .zebra, "\(payload)")
        }
    }

    @Test(arguments: [
        ("{\"command\":\"start\",\"command_id\":\"1\",\"response\":\"success\"}", "ignored command_reply"),
        ("{\"command\":\"start\",\"response\":\"failure\"}", "ignored command_reply"),
        ("{\"type\":\"BLE_DATA\",\"data\":{\"RSSI\":-60}}", "ignored ble_data"),
        ("{\"status\":\"started\",\"imageDownloadProgress\":0}", "ignored firmware_update"),
    ])
    func `what says little is decoded and decides nothing`(text: String, expected: String) {
        var bench = DecoderBench(.auto)
        #expect(bench.decode(Array(text.utf8)).summary == expected)
        #expect(bench.decoder.format(of: .reader(0)) == .auto)
    }

    @Test func `what others make of a Zebra read is plain`() {
        let text = "{\"epc\":\"E20000123456789012345678\",\"rssi\":-45,\"antenna\":1}"
        var bench = DecoderBench(.auto)
        #expect(bench.decode(Array(text.utf8)).summary == "1 reads")
        #expect(bench.decoder.format(of: .reader(0)) == .plain)
    }

    @Test func `messages of others are not taken`() throws {
        let others = [
            "{\"idHex\":\"3008\",\"antenna\":1}", "{\"epc\":\"3008\",\"rssi\":-45,\"antenna\":1}",
            "[{\"epc\":\"3008\"}]", "[\"3008\"]", "{\"type\":\"SIMPLE\"}",
            "{\"type\":\"SIMPLE\",\"data\":{}}",
            "{\"type\":\"rfid\",\"data\":{\"tagId\":\"3008\"}}", "{\"data\":{\"idHex\":\"3008\"}}",
            "{\"type\":\"x\",\"data\":{\"format\":\"epc\"}}", "{\"component\":\"smartreader\"}",
            "{\"radio_control\":true}", "{\"data\":{\"tagData\":[{\"eventNum\":1}]},\"type\":\"p\"}", "", "{",
            "7",
        ]
        let payloads = others.map { Array($0.utf8) } + (try Fixture.impinjPayloads())
        for payload in payloads {
            let message = RawMessage(topic: "t", payload: payload)
            if case .certain = Zebra.recognition(of: message) {
                Issue.record("\(String(decoding: payload, as: UTF8.self))")
            }
        }
        for payload in try Fixture.zebraPayloads() {
            if case .certain = Impinj.recognition(of: RawMessage(topic: "t", payload: payload)) {
                Issue.record("\(String(decoding: payload, as: UTF8.self))")
            }
        }
    }
}
