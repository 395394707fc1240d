import AssetModel
import DeviceDecoding
import Testing

/// An event of the factory default: base64url `epc`, no hostname.
private func tagEvent(_ fields: String) -> String {
    let envelope = "\"timestamp\":\"2026-11-21T12:00:00Z\",\"eventType\":\"tagInventory\""
    return "{\(envelope),\"tagInventoryEvent\":{\(fields)}}"
}

private func event(_ member: String, _ fields: String) -> String {
    "{\"timestamp\":\"2026-11-21T12:00:00Z\",\"\(member)\":{\(fields)}}"
}

struct ImpinjTests {
    @Test(arguments: [
        ("", "event disconnected"), (" \r\n", "refused malformed_json @ offset 3"),
        ("connected", "event connected"),
        ("connected\n", "event connected"), ("\"connected\"", "event connected"),
        ("connection lost", "event disconnected"), ("\"connection lost\"", "event disconnected"),
        ("Connected", "refused malformed_json @ offset 0"),
        ("connected now", "refused malformed_json @ offset 0"),
        ("\"hello\"", "refused unknown_shape @ offset 0"), ("42", "refused unknown_shape @ offset 0"),
        ("\"\"", "refused unknown_shape @ offset 0"),
    ])
    func `the texts of the will topic, the empty one above all, are the reader's state`(
        text: String, expected: String
    ) {
        #expect(decoded(text).summary == expected)
    }

    @Test(arguments: [
        ("\"epc\":\"MAgzst3ZAUAAAAAA\"", "1 reads"),
        ("\"epc\":\"MAgzst3ZAUAAAAAA\",\"epcHex\":\"300833b2ddd9014000000000\"", "1 reads"),
        ("\"epcHex\":\"300833B2DDD9014000000000\",\"epc\":null", "1 reads"),
        ("\"epcHex\":\"3008\",\"tidHex\":\"\",\"tid\":\"\"", "1 reads"),
        ("\"epcHex\":\"3008\",\"antennaPort\":65535,\"peakRssiCdbm\":-32768", "1 reads"),
        ("\"epcHex\":\"3008\",\"peakRssiCdbm\":-70.0e2", "1 reads"),
        ("\"epcHex\":\"3008\",\"tagMemoryData\":[{\"tagDataHex\":\"\"}],\"phaseAngle\":69.25", "1 reads"),
        ("\"\\u0065pcHex\":\"3008\"", "1 reads"),
        ("", "rejected missing_identity @ tagInventoryEvent.epc"),
        ("\"epc\":null", "rejected missing_identity @ tagInventoryEvent.epc"),
        ("\"epc\":17", "rejected malformed_identity @ tagInventoryEvent.epc"),
        ("\"epc\":\"\"", "rejected missing_identity @ tagInventoryEvent.epc"),
        ("\"epcHex\":\"\"", "rejected missing_identity @ tagInventoryEvent.epc"),
        ("\"epcHex\":\"\",\"epc\":\"NAA=\"", "1 reads"),
        ("\"epc\":\"\",\"epcHex\":\"3008\"", "1 reads"),
        ("\"epc\":\"\\u002B\\/\\/\\u002b\"", "rejected identity_length @ tagInventoryEvent.epc"),
        ("\"epc\":\"\\u002B\\/g\\u003D\"", "1 reads"),
        ("\"epcHex\":\"\\u0033008\",\"epc\":\"MAg\\u003d\"", "1 reads"),
        (
            "\"epcHex\":\"\\u0033009\",\"epc\":\"MAg\\u003d\"",
            "rejected malformed_identity @ tagInventoryEvent.epcHex"
        ),
        ("\"epcHex\":\"30\\u00208\"", "rejected malformed_identity @ tagInventoryEvent.epcHex"),
        ("\"epc\":\"MAgz\"", "rejected identity_length @ tagInventoryEvent.epc"),
        ("\"epc\":\"MAg*\"", "rejected malformed_identity @ tagInventoryEvent.epc"),
        ("\"epcHex\":\"30083\"", "rejected identity_length @ tagInventoryEvent.epcHex"),
        ("\"epcHex\":\"30 8\"", "rejected malformed_identity @ tagInventoryEvent.epcHex"),
        (
            "\"epc\":\"MAgzst3ZAUAAAAAA\",\"epcHex\":\"3008\"",
            "rejected malformed_identity @ tagInventoryEvent.epcHex"
        ),
        (
            "\"epcHex\":\"3008\",\"tid\":\"NAA=\",\"tidHex\":\"3401\"",
            "rejected malformed_identity @ tagInventoryEvent.tidHex"
        ),
        (
            "\"epcHex\":\"3008\",\"antennaPort\":0",
            "rejected number_out_of_range @ tagInventoryEvent.antennaPort"
        ),
        (
            "\"epcHex\":\"3008\",\"antennaPort\":65536",
            "rejected number_out_of_range @ tagInventoryEvent.antennaPort"
        ),
        (
            "\"epcHex\":\"3008\",\"antennaPort\":1.5",
            "rejected malformed_number @ tagInventoryEvent.antennaPort"
        ),
        (
            "\"epcHex\":\"3008\",\"antennaPort\":\"1\"",
            "rejected malformed_number @ tagInventoryEvent.antennaPort"
        ),
        (
            "\"epcHex\":\"3008\",\"peakRssiCdbm\":-32769",
            "rejected number_out_of_range @ tagInventoryEvent.peakRssiCdbm"
        ),
        (
            "\"epcHex\":\"3008\",\"peakRssiCdbm\":1e999",
            "rejected number_out_of_range @ tagInventoryEvent.peakRssiCdbm"
        ),
        (
            "\"epcHex\":\"3008\",\"lastSeenTime\":\"today\"",
            "rejected malformed_time @ tagInventoryEvent.lastSeenTime"
        ),
        (
            "\"epcHex\":\"3008\",\"lastSeenTime\":1",
            "rejected malformed_time @ tagInventoryEvent.lastSeenTime"
        ),
    ])
    func `a tag report is taken whole or refused by its key`(fields: String, expected: String) {
        #expect(decoded(tagEvent(fields)).summary == expected)
    }

    @Test(arguments: [
        ("inventoryStatusEvent", "\"status\":\"running\"", "event inventoryRunning"),
        (
            "inventoryStatusEvent", "\"status\":\"asleep\"",
            "rejected unknown_shape @ inventoryStatusEvent.status"
        ),
        ("inventoryStatusEvent", "", "rejected unknown_shape @ inventoryStatusEvent.status"),
        ("inventoryTerminatedEvent", "", "event inventoryIdle"),
        ("antennaConnectedEvent", "\"antennaPort\":3", "event antennaConnected(port: 3)"),
        ("antennaDisconnectedEvent", "\"antennaPort\":32", "event antennaDisconnected(port: 32)"),
        ("antennaDisconnectedEvent", "", "rejected unknown_antenna @ antennaDisconnectedEvent.antennaPort"),
        (
            "antennaDisconnectedEvent", "\"antennaPort\":-1",
            "rejected number_out_of_range @ antennaDisconnectedEvent.antennaPort"
        ),
        (
            "gpiTransitionEvent", "\"gpi\":2,\"transition\":\"low-to-high\"",
            "event generalPurposeInput(pin: 2, high: true)"
        ),
        (
            "gpiTransitionEvent", "\"transition\":\"high-to-low\",\"gpi\":1",
            "event generalPurposeInput(pin: 1, high: false)"
        ),
        (
            "gpiTransitionEvent", "\"gpi\":1,\"transition\":\"up\"",
            "rejected unknown_shape @ gpiTransitionEvent.transition"
        ),
        (
            "gpiTransitionEvent", "\"transition\":\"low-to-high\"",
            "rejected malformed_number @ gpiTransitionEvent.gpi"
        ),
    ])
    func `events about the reader, with or without eventType`(
        member: String, fields: String, expected: String
    ) {
        #expect(decoded(event(member, fields)).summary == expected)
    }

    @Test func `an overflow without its times stands at the time of its message, and is never lost`() {
        let bare = decoded("{\"overflowEvent\":{}}")
        #expect(bare.deviceEvents == [.overflow(first: noon, last: noon, purged: 0)])
        let stamped = decoded(
            "{\"overflowEvent\":{\"eventsPurged\":7},\"timestamp\":\"2026-11-21T11:00:00Z\"}")
        let eleven = UTCInstant(milliseconds: noon.milliseconds - 3_600_000)
        #expect(stamped.deviceEvents == [.overflow(first: eleven, last: eleven, purged: 7)])
        let broken = decoded(
            "{\"overflowEvent\":{\"eventsPurged\":5000000000},\"timestamp\":\"2026-11-21T11:00:00Z\"}")
        #expect(broken.deviceEvents == [.overflow(first: eleven, last: eleven, purged: 0)])
        #expect(broken.rejections == [Rejection(.numberOutOfRange, at: "overflowEvent.eventsPurged")])
    }

    @Test(arguments: [
        (
            "{\"eventType\":\"tagInventory\",\"timestamp\":\"2026-11-21T12:00:00Z\"}",
            "rejected missing_identity @ tagInventoryEvent"
        ),
        ("{\"eventType\":\"overflow\"}", "rejected unknown_shape @ eventType"),
        ("{\"eventType\":\"diagnostic\",\"diagnosticEvent\":{\"x\":1}}", "ignored impinj_other_event"),
        (
            "{\"eventType\":\"x\",\"tagInventoryEvent\":null,\"inventoryStatusEvent\":{\"status\":\"idle\"}}",
            "event inventoryIdle"
        ),
        (
            "{\"overflowEvent\":{},\"inventoryStatusEvent\":{\"status\":\"idle\"}}",
            "rejected unknown_shape @ inventoryStatusEvent"
        ),
        ("{\"tagInventoryEvent\":[]}", "rejected unknown_shape @ tagInventoryEvent"),
        ("{\"eventType\":7}", "refused unknown_shape @ offset 0"), ("{}", "refused unknown_shape @ offset 0"),
        ("{\"epc\":\"E28011606000020934D6FAF7\",\"antenna\":1}", "refused unknown_shape @ offset 0"),
        ("[]", "ignored impinj_empty_batch"), ("[[]]", "rejected unknown_shape @ [0]"),
        (
            "[{},{\"tagInventoryEvent\":{\"epcHex\":\"3008\"}},{\"eventType\":\"new\"}]",
            "1 reads, rejected unknown_shape @ [0]"
        ),
        ("[{\"tagInventoryEvent\":{\"epcHex\":\"3008\"}},{]", "refused malformed_json @ offset 42"),
        ("{\"tagInventoryEvent\":{\"epcHex\":\"3008\"}}x", "refused malformed_json @ offset 39"),
    ])
    func `an envelope that is not what it says`(text: String, expected: String) {
        #expect(decoded(text).summary == expected)
    }

    @Test func `the time of the read is preferred to that of the queue, and its absence is no guess`() {
        let both = decoded(
            tagEvent("\"epcHex\":\"3008\",\"lastSeenTime\":\"2026-11-21T11:59:59.999999999Z\""))
        #expect(both.tagReads.first?.heardAt?.milliseconds == noon.milliseconds - 1)
        #expect(both.sentAt == noon)
        let queued = decoded(
            "{\"tagInventoryEvent\":{\"epcHex\":\"3008\"},\"timestamp\":\"2026-11-21T12:00:00.5Z\"}")
        #expect(queued.tagReads.first?.heardAt?.milliseconds == noon.milliseconds + 500)
        let none = decoded("{\"tagInventoryEvent\":{\"epcHex\":\"3008\"}}")
        #expect(none.tagReads.count == 1 && none.tagReads.first?.heardAt == nil)
        let broken = decoded("{\"timestamp\":\"?\",\"tagInventoryEvent\":{\"epcHex\":\"3008\"}}")
        #expect(broken.summary == "rejected malformed_time @ timestamp")
        let unneeded = "\"lastSeenTime\":\"2026-11-21T12:00:00Z\""
        let kept = decoded("{\"timestamp\":\"?\",\"tagInventoryEvent\":{\"epcHex\":\"3008\",\(unneeded)}}")
        #expect(kept.tagReads.first?.heardAt == noon)
    }

    @Test(arguments: ["1970-01-01T00:00:00Z", "2070-06-01T00:00:00.000000001Z", "2000-01-01T08:00:00+08:00"])
    func `clocks that are far off decode: the path judges them`(time: String) {
        let message = decoded(tagEvent("\"epcHex\":\"3008\",\"lastSeenTime\":\"\(time)\""))
        #expect(message.tagReads.first?.heardAt == UTCInstant(rfc3339: time))
        #expect(message.tagReads.first?.heardAt != nil)
    }

    @Test func `a refusal counts the records before it in the list, those of a known shape too`() {
        var bench = DecoderBench(.impinj)
        let good = tagEvent("\"epcHex\":\"3008\"")
        _ = bench.decode(Array(good.utf8))
        let list = "[\(good),\(good),\(tagEvent("\"epcHex\":\"30\"")),\(good)]"
        let expected = "3 reads, rejected identity_length @ [2].tagInventoryEvent.epcHex"
        #expect(bench.decode(Array(list.utf8)).summary == expected)
    }

    @Test func `times are read through escapes, and names are measured without them`() {
        let message = decoded(
            "{\"timestamp\":\"2026-11-21T20:00:00\\u002B08:00\",\"tagInventoryEvent\":{\"epcHex\":\"3008\","
                + "\"lastSeenTime\":\"2026\\u002d11-21T19:59:57.5\\u002B0800\"}}")
        #expect(message.sentAt == noon)
        #expect(message.tagReads.first?.heardAt?.milliseconds == noon.milliseconds - 2_500)
        // 50 characters, 150 bytes; 300 as they are written.
        let name = String(repeating: "\\u4ed3", count: 50)
        let event = "{\"hostname\":\"\(name)\",\"tagInventoryEvent\":{\"epcHex\":\"3008\"}}"
        #expect(decoded(event).deviceIdentity == String(repeating: "仓", count: 50))
    }

    @Test func `a batch of broken records stops being counted one by one`() {
        let records = Array(repeating: "{\"tagInventoryEvent\":{}}", count: 1_000).joined(separator: ",")
        let message = decoded("[\(records)]")
        #expect(message.rejections.count == 65)
        #expect(message.rejections.last?.at == "the rest, after [63].tagInventoryEvent.epc")
        #expect(message.fault == nil)
    }
}
