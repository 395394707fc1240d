import AssetModel
import DeviceDecoding
import Testing

/// How a mapping walks over a payload. Published messages with their mappings stand in `mapping.ndjson` and
/// are read, from the words of the configuration on, by the configuration's tests.
struct MappingTests {
    @Test(arguments: [
        ("", "{\"epc\":\"3008\"}", "1 reads"), ("", "[{\"epc\":\"3008\"},{\"epc\":\"3009\"}]", "2 reads"),
        ("", "[]", "ignored mapping_no_reads"), ("", "7", "refused unknown_shape @ offset 0"),
        ("", "[[{\"epc\":\"3008\"}]]", "rejected unknown_shape @ [0]"),
        ("[]", "[{\"epc\":\"3008\"}]", "1 reads"), ("[]", "{\"epc\":\"3008\"}", "refused unknown_shape @ []"),
        ("a", "{\"a\":{\"epc\":\"3008\"}}", "1 reads"), ("a", "{\"a\":[{\"epc\":\"3008\"}]}", "1 reads"),
        ("a[]", "{\"a\":{\"epc\":\"3008\"}}", "refused unknown_shape @ a[]"),
        ("a[]", "{\"a\":null}", "ignored mapping_no_reads"), ("a[]", "{}", "refused unknown_shape @ a[]"),
        ("a[]", "{\"a\":[null]}", "rejected unknown_shape @ a[0]"),
        ("$.a.b[]", "{\"a\":{\"b\":[{\"epc\":\"3008\"}]}}", "1 reads"),
        ("a[1].b", "{\"a\":[0,{\"b\":{\"epc\":\"3008\"}}]}", "1 reads"),
        ("a[2].b", "{\"a\":[0,{\"b\":{\"epc\":\"3008\"}}]}", "refused unknown_shape @ a[2].b"),
        (
            "a[].b[]", "{\"a\":[{\"b\":[{\"epc\":\"3008\"},{}]},{\"b\":null},{}]}",
            "1 reads, rejected missing_identity @ a[0].b[1].epc, rejected unknown_shape @ a[2].b"
        ),
        ("'a.b'[]", "{\"a.b\":[{\"epc\":\"3008\"}]}", "1 reads"),
        ("\u{6807}\u{7B7E}[]", "{\"\\u6807\\u7b7e\":[{\"epc\":\"3008\"}]}", "1 reads"),
    ])
    func `the way to the records`(reads: String, payload: String, expected: String) throws {
        let path = try MappingPath(reads, isOfRecords: true)
        let message = mapped(payload) { $0.reads = path }
        #expect(message.summary == expected)
        #expect(message.fault == nil)
    }

    @Test func `fields come from the record, from around it, from the root, the topic and nowhere`() throws {
        let paths = try [
            MappingPath("x[].y[]", isOfRecords: true), MappingPath("^.port"), MappingPath("$.head.rssi"),
            MappingPath("^^.mac"), MappingPath("more[1].n"),
        ]
        let payload = """
            {"x":[{"port":2,"y":[{"epc":"3008","more":[0,{"n":5}]}]}],"mac":"aa:bb","head":{"rssi":-61}}
            """
        let message = mapped(payload, topic: "site/gate-1/reads") {
            $0.reads = paths[0]
            $0.antenna = .path(paths[1])
            $0.signal = .path(paths[2])
            $0.reader = .path(paths[3])
            $0.readCount = .path(paths[4])
            $0.direction = .constant("OUT")
            $0.tid = .topicLevel(9)
        }
        let read = try #require(message.tagReads.first, "\(message.summary)")
        #expect(read.antennaPort == 2 && read.peakSignal?.centiDBm == -6_100 && read.reads == 5)
        #expect(read.direction == .outward && read.tid == nil && message.deviceIdentity == "aa:bb")
        for (level, name) in [(1, "site"), (2, "gate-1"), (-1, "reads"), (-3, "site"), (4, ""), (-4, "")] {
            let message = mapped("{\"epc\":\"3008\"}", topic: "site/gate-1/reads") {
                $0.reader = .topicLevel(level)
            }
            #expect(message.deviceIdentity == name)
        }
    }

    @Test func `a message is of one device`() {
        let two = "[{\"epc\":\"3008\",\"r\":\"a\"},{\"epc\":\"3009\",\"r\":\"b\"},{\"epc\":\"3010\"}]"
        let message = mapped(two) { $0.reader = key("r") }
        #expect(message.summary == "2 reads, rejected unknown_device @ [1].reader")
        #expect(message.deviceIdentity == "a")
    }

    @Test(arguments: [
        ("in", PassageDirection.inward), ("IN", .inward), ("entered", .inward), ("0", .inward),
        ("gone", .outward), ("whatever", .unknown),
    ])
    func `directions are the device's words`(word: String, direction: PassageDirection) {
        for text in ["\"\(word)\"", word == "0" ? "0" : "\" \(word) \""] {
            let message = mapped("{\"epc\":\"3008\",\"d\":\(text)}") {
                $0.direction = key("d")
                $0.directionWords.inward = ["in", "0", "Entered"]
                $0.directionWords.outward = ["gone"]
            }
            #expect(message.tagReads.first?.direction == direction)
        }
    }

    @Test(arguments: [
        ("{\"k\":\" HB \"}", "event heartbeat"), ("{\"k\":\"hb\",\"epc\":\"3008\"}", "event heartbeat"),
        ("{\"k\":5}", "ignored mapping_ignored"), ("{\"k\":true}", "ignored mapping_ignored"),
        ("{\"k\":null,\"epc\":\"3008\"}", "1 reads"), ("{\"k\":[\"hb\"]}", "rejected missing_identity @ epc"),
        (
            "[{\"k\":\"hb\"},{\"epc\":\"3008\"},{\"k\":5},{}]",
            "1 reads, event heartbeat, rejected missing_identity @ [3].epc"
        ),
        ("[{\"k\":5},{\"k\":5}]", "ignored mapping_ignored"), ("{\"skip\":0}", "ignored mapping_ignored"),
        ("{\"skip\":null,\"epc\":\"3008\"}", "1 reads"),
        ("{\"k\":\"online\"}", "event connected"), ("{\"k\":\"Offline\",\"skip\":1}", "event disconnected"),
        ("connection lost", "event disconnected"), ("", "refused empty_payload @ offset 0"),
    ])
    func `conditions come before fields`(payload: String, expected: String) {
        let message = mapped(payload) {
            $0.heartbeatWhen = [MappingCondition(source: key("k"), test: .any(["hb"]))]
            $0.connectedWhen = [MappingCondition(source: key("k"), test: .any(["online"]))]
            $0.disconnectedWhen = [MappingCondition(source: key("k"), test: .any(["offline"]))]
            $0.ignoreWhen = [
                MappingCondition(source: key("k"), test: .any(["5", "true"])),
                MappingCondition(source: key("skip"), test: .present(true)),
            ]
        }
        #expect(message.summary == expected)
    }

    @Test(arguments: [
        ("{\"k\":\"ant\",\"on\":0,\"a\":2}", "event antennaDisconnected(port: 2)"),
        ("{\"k\":\"ant\",\"on\":1,\"a\":2}", "rejected missing_identity @ epc"),
        ("{\"k\":\"gpio\",\"on\":0,\"a\":2}", "rejected missing_identity @ epc"),
    ])
    func `a condition may need two values at once`(payload: String, expected: String) {
        var condition = MappingCondition(source: key("k"), test: .any(["ant"]))
        condition.also = [MappingCondition(source: key("on"), test: .any(["0"]))]
        let message = mapped(payload) {
            $0.antenna = key("a")
            $0.antennaDisconnectedWhen = [condition]
        }
        #expect(message.summary == expected)
    }

    @Test func `a condition on the topic or the root holds for the whole message`() throws {
        let kind = try MappingPath("$.kind")
        let conditions = [
            MappingCondition(source: .topicLevel(-1), test: .any(["status"])),
            MappingCondition(source: .path(kind), test: .any(["alive"])),
        ]
        for (topic, payload) in [
            ("r/status", "{}"), ("r/tags", "{\"kind\":\"alive\",\"x\":[{\"epc\":\"3008\"}]}"),
        ] {
            #expect(
                mapped(payload, topic: topic) { $0.heartbeatWhen = conditions }.summary == "event heartbeat")
            let ignored = mapped(payload, topic: topic) { $0.ignoreWhen = conditions }
            #expect(ignored.summary == "ignored mapping_ignored")
        }
    }

    /// A will is composed when the device connects: its time may be hours old.
    @Test(arguments: [
        ("{\"at\":1795262400,\"k\":\"online\"}", true), ("{\"at\":1795262400,\"k\":\"offline\"}", false),
        ("{\"at\":1795262400,\"epc\":\"3008\"}", true), ("{\"at\":\"\",\"epc\":\"3008\"}", false),
    ])
    func `the time of a message is taken, unless it is a last will`(payload: String, isTaken: Bool) throws {
        let path = try MappingPath("$.at")
        let message = mapped(payload) {
            $0.sentAt = .path(path)
            $0.connectedWhen = [MappingCondition(source: key("k"), test: .any(["online"]))]
            $0.disconnectedWhen = [MappingCondition(source: key("k"), test: .any(["offline"]))]
        }
        #expect(message.sentAt == (isTaken ? noon : nil))
        #expect(message.tagReads.allSatisfy { $0.heardAt == message.sentAt })
    }

    @Test(arguments: [("30080001", nil, "30080001"), ("300800017F", 2, "3008"), ("FF3008", nil, "")])
    func `a part of a text is an identity of its own length`(text: String, count: Int?, hex: String) {
        let offset = text.hasPrefix("FF") ? 2 : 0
        let message = mapped("{\"epc\":\"\(text)\"}") { $0.epcCut = .bytes(offset: offset, count: count) }
        #expect(message.tagReads.first?.tag.hex ?? "" == hex, "\(message.summary)")
        #expect(message.tagReads.count + message.rejections.count == 1)
    }

    @Test(arguments: [
        (1, "antenna_disconnected 2"), (2, "overflow 1795262401000 1795262401000 0"),
        (3, "overflow 1795262400000 1795262400000 0"), (4, "inventory_idle"), (5, "inventory_running"),
        (6, "antenna_connected 2"),
    ])
    func `what a record says about coverage is an event`(code: Int, expected: String) {
        let time = code == 2 ? ",\"t\":1795262401" : code == 3 ? ",\"t\":\"never\"" : ""
        let message = mapped("{\"c\":\(code),\"a\":2\(time)}") {
            func when(_ codes: String...) -> [MappingCondition] {
                [MappingCondition(source: key("c"), test: .any(codes))]
            }
            ($0.antenna, $0.time) = (key("a"), key("t"))
            ($0.antennaDisconnectedWhen, $0.antennaConnectedWhen) = (when("1"), when("6"))
            ($0.inventoryIdleWhen, $0.inventoryRunningWhen) = (when("4"), when("5"))
            $0.overflowWhen = when("2", "3")
        }
        #expect(message.deviceEvents.map(ExpectedLines.word) == [expected])
    }

    @Test(arguments: [
        ("{\"epc\":\"3008\"}\n{\"epc\":\"3009\"}", "2 reads"),
        ("{\"epc\":\"3008\"}\r\n\r\n{\"epc\":\"3009\"}\r\n", "2 reads"),
        ("{\n\"epc\":\"3008\"\n}\n", "1 reads"),
        ("{\"epc\":\"3008\"}{\"epc\":\"3009\"}", "refused malformed_json @ offset 14"),
        ("{\"epc\":\"3008\"}\n{\"epc\":", "1 reads, rejected malformed_json @ line 2, offset 7"),
        (
            "{\"epc\":\"3008\"}\n7\n{\"epc\":\"3009\"} x\n{\"epc\":\"3010\"}",
            "2 reads, rejected unknown_shape @ line 2, offset 0, rejected malformed_json @ line 3, offset 15"
        ),
        ("7\n8", "rejected unknown_shape @ line 1, offset 0, rejected unknown_shape @ line 2, offset 0"),
        ("[]\n[]", "ignored mapping_no_reads"), (" \n ", "refused empty_payload @ offset 0"),
    ])
    func `one text, or one on each line`(payload: String, expected: String) {
        #expect(mapped(payload) { _ in }.summary == expected)
    }

    @Test func `after 64 refused records the rest is not looked at`() {
        let payload = "[" + Array(repeating: "{}", count: 1_000).joined(separator: ",") + "]"
        let message = mapped(payload) { _ in }
        #expect(message.rejections.count == 65)
        let lines = Array(repeating: "{}", count: 1_000).joined(separator: "\n")
        #expect(mapped(lines) { _ in }.rejections.count == 65)
    }

    @Test func `the buffers do not grow for good`() {
        var family = MappedReads(mapping: PayloadMapping(id: "m"))
        var message = DecodedMessage()
        let large = Array(
            ("[" + Array(repeating: "{\"epc\":\"3008\"}", count: 20_000).joined(separator: ",") + "]").utf8)
        for payload in [large, Array("{\"epc\":\"3008\"}".utf8), large] {
            message.reset()
            family.decode(RawMessage(topic: "t", payload: payload), receivedAt: noon, into: &message)
            #expect(message.tagReads.count == (payload.count > 100 ? 20_000 : 1))
        }
    }
}
