import AssetModel
import DeviceDecoding
import Testing

/// `impinj-r700.ndjson`: published messages, and one or more for each field and event of the schema.
struct ImpinjFixtureTests {
    @Test func `every Impinj message decodes to what its line says, and to nothing else`() throws {
        var bench = DecoderBench(.impinj)
        for line in try Fixture.lines("impinj-r700.ndjson") {
            let expectation = try ReaderExpectation(line)
            expectation.check(bench.decode(Array(expectation.payload.utf8)))
            expectation.check(Impinj.recognition(of: expectation.message))
        }
    }

    @Test func `every line says where it is from and how far that is from hardware`() throws {
        let files = ["impinj-r700.ndjson", "zebra-iot-connector.ndjson", "zebra-sled.ndjson"]
        for line in try files.flatMap(Fixture.lines) {
            #expect((line["source"] as? String)?.isEmpty == false, "\(line)")
            #expect((line["licence"] as? String)?.isEmpty == false, "\(line)")
            let kinds = [
                "captured", "test-fixture", "from-code", "documented", "schema-derived", "malformed",
                "assumed",
            ]
            #expect(kinds.contains(line["kind"] as? String ?? ""), "\(line)")
        }
    }

    @Test func `the file has every field and every event of the schema`() throws {
        let text = try Fixture.lines("impinj-r700.ndjson").compactMap { $0["payload"] as? String }
            .joined(separator: "\n")
        for name in [
            "hostname", "eventType", "timestamp", "tagInventoryEvent", "inventoryStatusEvent",
            "antennaConnectedEvent", "antennaDisconnectedEvent", "antennaActivationEvent",
            "gpiTransitionEvent", "overflowEvent", "inventoryTerminatedEvent", "epc", "epcHex", "tid",
            "tidHex", "xpcHex", "pc", "antennaPort", "antennaName", "peakRssiCdbm", "frequency",
            "transmitPowerCdbm", "lastSeenTime", "phaseAngle", "tagMemoryData", "memoryBank", "wordOffset",
            "tagDataHex", "tagAuthenticationResponse", "messageHex", "responseHex",
            "tagAccessPasswordWriteResponse", "tagSecurityModesWriteResponse", "status", "gpi", "transition",
            "firstEventTimestamp", "lastEventTimestamp", "eventsPurged", "eventsRemaining",
        ] {
            #expect(text.contains("\"\(name)\":"), "\(name)")
        }
    }
}
