import AssetModel
import DeviceDecoding
import Testing

extension Fixture {
    static func zebraPayloads() throws -> [[UInt8]] {
        try lines("zebra-iot-connector.ndjson").map { line in
            Array(try #require(line["payload"] as? String).utf8)
        }
    }
}

/// One file of messages, and everything that is taken from each of them.
struct ZebraFixtureTests {
    @Test func `every Zebra message decodes to what its line says, and to nothing else`() throws {
        var bench = DecoderBench(.zebra)
        for line in try Fixture.lines("zebra-iot-connector.ndjson") {
            let expectation = try ReaderExpectation(line)
            expectation.check(bench.decode(Array(expectation.payload.utf8)))
            expectation.check(Zebra.recognition(of: expectation.message))
        }
    }

    @Test func `the file has every type that the reader sends`() throws {
        let text = try Fixture.lines("zebra-iot-connector.ndjson").compactMap { $0["payload"] as? String }
            .joined(separator: "\n")
        for type in [
            "SIMPLE", "PORTAL", "CONVEYOR", "INVENTORY", "CUSTOM", "DIRECTIONALITY", "RAW_DIRECTIONALITY",
            "DIRECTIONALITY_RAW", "BLE_DATA", "heartbeat", "gpi", "gpo", "error", "warning",
            "firmwareUpdateProgress", "userapp", "hello",
        ] {
            #expect(text.contains("\"type\":\"\(type)\""), "\(type)")
        }
    }

    @Test func `the file has every field of a tag, of a passage and of a heartbeat`() throws {
        let text = try Fixture.lines("zebra-iot-connector.ndjson").compactMap { $0["payload"] as? String }
            .joined(separator: "\n")
        for name in [
            "eventNum", "format", "idHex", "antenna", "peakRssi", "reads", "channel", "phase", "PC", "CRC",
            "XPC", "TID", "USER", "EPC", "accessResults", "hostName", "MAC", "userDefined", "tagId", "state",
            "zone", "zoneName", "prevZone", "prevZoneName", "direction", "zoneHistory", "locationHistory",
            "azimuth", "elevation", "azimuthConf", "elevationConf", "rssi", "radio_control",
            "reader_gateway", "system", "userapps", "radioActivity", "radioConnection", "antennas",
            "numTagReadsPerAntenna", "interfaceConnectionStatus", "dataPathStatistics",
            "numDataMessagesDropped", "numDataMessagesRetained", "noLockQDepth", "flash", "systemtime",
            "systemTime", "macAddress", "command", "command_id", "response",
        ] {
            #expect(text.contains("\"\(name)\":"), "\(name)")
        }
    }
}
