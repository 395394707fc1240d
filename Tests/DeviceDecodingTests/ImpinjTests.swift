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
    @Test func `every published message decodes to what its source says`() throws {
        for line in try Fixture.lines("impinj-r700.ndjson") {
            let text = try #require((line["payload"] ?? line["text"]) as? String)
            let expected = try #require(line["expected"] as? [String: Any])
            let message = decoded(text)
            #expect(message.fault == nil)
            if let read = expected["read"] as? [String: Any] {
                let tag = try #require(message.tagReads.first)
                #expect(message.recordCount == 1)
                #expect(tag.tag.hex == read["epc_hex"] as? String)
                #expect(tag.tid?.hex == read["tid_hex"] as? String)
                #expect(tag.antennaPort.map { Int($0) } == read["antenna"] as? Int)
                #expect(tag.peakSignal.map { Int($0.centiDBm) } == read["peak_rssi_cdbm"] as? Int)
                #expect(tag.heardAt?.milliseconds == read["heard_at_ms"] as? Int64)
                #expect(tag.reads == 1)
            } else {
                let found = try #require(message.deviceEvents.first)
                #expect(message.recordCount == 1)
                #expect(found.kind == expected["event"] as? String)
                #expect(port(of: found) == expected["port"] as? Int)
                if case .overflow(let first, let last, let purged) = found {
                    #expect(first.milliseconds == expected["first_ms"] as? Int64)
                    #expect(last.milliseconds == expected["last_ms"] as? Int64)
                    #expect(Int(purged) == expected["purged"] as? Int)
                }
            }
        }
    }

    private func port(of event: DeviceEvent) -> Int? {
        switch event {
        case .antennaConnected(let port), .antennaDisconnected(let port), .antennaActivated(let port):
            return Int(port)
        default: return nil
        }
    }

    @Test(arguments: [
        ("", "event disconnected"), (" \r\n", "event disconnected"), ("connected", "event connected"),
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
        ("\"epc\":\"\"", "rejected identity_length @ tagInventoryEvent.epc"),
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
        (
            "overflowEvent", "\"eventsPurged\":5000000000",
            "rejected number_out_of_range @ overflowEvent.eventsPurged"
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
            "rejected unknown_shape @ second event"
        ),
        ("{\"tagInventoryEvent\":[]}", "rejected unknown_shape @ tagInventoryEvent"),
        ("{\"eventType\":7}", "refused unknown_shape @ offset 0"), ("{}", "refused unknown_shape @ offset 0"),
        ("{\"epc\":\"E28011606000020934D6FAF7\",\"antenna\":1}", "refused unknown_shape @ offset 0"),
        ("[]", "ignored impinj_empty_batch"), ("[[]]", "rejected unknown_shape @ offset 1"),
        (
            "[{},{\"tagInventoryEvent\":{\"epcHex\":\"3008\"}},{\"eventType\":\"new\"}]",
            "1 reads, rejected unknown_shape @ offset 1"
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

    @Test func `a batch of broken records stops being counted one by one`() {
        let records = Array(repeating: "{\"tagInventoryEvent\":{}}", count: 1_000).joined(separator: ",")
        let message = decoded("[\(records)]")
        #expect(message.rejections.count == 65)
        #expect(message.rejections.last?.at == "the rest, after tagInventoryEvent.epc")
        #expect(message.fault == nil)
    }
}
