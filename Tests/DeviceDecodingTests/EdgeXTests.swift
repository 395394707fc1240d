import AssetModel
import DeviceDecoding
import Testing

struct EdgeXTests {
    @Test func `every message decodes to what its line says, and to nothing else`() throws {
        try RecordFixture.all[4].check()
    }

    @Test(
        arguments: [
            ("Reader-10-EF-25_1", "Reader-10-EF-25", 1), ("dock_door_12", "dock_door", 12),
            ("R_65535", "R", 65_535), ("R_65536", "", nil), ("R_0", "", nil), ("R_1a", "", nil),
            ("R__1", "R_", 1),
            ("Freezer", "", nil), ("cold_store", "", nil), ("_7", "", nil), ("R_", "", nil), ("7", "", nil),
            ("R_99999999999999999999", "", nil),
        ] as [(String, String, UInt16?)])
    func `a location is a device and its antenna, or an alias`(
        location: String, device: String, port: UInt16?
    ) {
        let message = decoded("{\"epc\":\"3008\",\"location\":\"\(location)\"}", as: .edgex)
        #expect(message.deviceIdentity == device && message.tagReads.map(\.antennaPort) == [port])
    }

    @Test func `a tag moved from one reader to another is heard by the other`() {
        let text =
            "{\"epc\":\"3008\",\"old_location\":\"A_1\",\"new_location\":\"B_2\",\"timestamp\":1795262400000}"
        let message = decoded(text, as: .edgex)
        #expect(message.deviceIdentity == "B" && message.tagReads.map(\.antennaPort) == [2])
        #expect(message.tagReads.map(\.heardAt) == [noon])
    }

    @Test func `what has departed was not heard again`() {
        for member in ["\"last_read\":1795262400000", "\"last_known_location\":\"A_1\""] {
            let message = decoded("{\"epc\":\"3008\",\"tid\":\"\",\(member)}", as: .edgex)
            #expect(message.summary == "ignored edgex_departed")
        }
    }

    @Test func `where one read is at an alias no reader is named, in either order`() {
        let alias = "{\"epc\":\"3008\",\"location\":\"Freezer\"}"
        let antenna = "{\"epc\":\"3009\",\"location\":\"A_1\"}"
        for text in ["[\(alias),\(antenna)]", "[\(antenna),\(alias)]"] {
            let message = decoded(text, as: .edgex)
            #expect(message.tagReads.count == 2 && message.deviceIdentity.isEmpty)
        }
    }

    @Test func `a reading's text may have escapes in it and may nest no deeper than a message`() {
        let inner = "{\\\"epc\\\":\\\"3008\\\",\\\"location\\\":\\\"\\u0041_1\\\"}"
        let text = "{\"resourceName\":\"InventoryEventArrived\",\"value\":\"\(inner)\"}"
        #expect(decoded(text, as: .edgex).deviceIdentity == "A")
        let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
        let refused = decoded(
            "{\"resourceName\":\"InventoryEventArrived\",\"value\":\"\(deep)\"}", as: .edgex)
        #expect(refused.summary == "rejected malformed_json @ value")
    }
}
