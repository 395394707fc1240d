import AssetModel
import DeviceDecoding
import Testing

struct SmartReaderTests {
    @Test func `every message decodes to what its line says, and to nothing else`() throws {
        try RecordFixture.all[0].check()
    }

    private func read(_ member: String) -> DecodedMessage {
        decoded("{\"tag_reads\":[{\"epc\":\"3008\",\(member)}]}", as: .smartReader)
    }

    @Test(
        arguments: [
            ("1795262400000000", 1_795_262_400_000), ("1795262400000999", 1_795_262_400_000),
            ("\"1795262400123456\"", 1_795_262_400_123), ("946684800000000", 946_684_800_000),
            // What the unit would make of the years 1970 and 58,859 is told by its magnitude.
            ("1795262400000", 1_795_262_400_000), ("null", nil), ("\"\"", nil),
        ] as [(String, Int64?)])
    func `firstSeenTimestamp is in microseconds`(text: String, expected: Int64?) {
        let message = read("\"firstSeenTimestamp\":\(text)")
        #expect(message.tagReads.map(\.heardAt?.milliseconds) == [expected], "\(message.summary)")
    }

    @Test(arguments: ["0", "-1795262400000000", "179526240000000", "\"now\"", "true", "1e30"])
    func `a time that no unit makes plausible is refused`(text: String) {
        let message = read("\"firstSeenTimestamp\":\(text)")
        #expect(message.summary == "rejected malformed_time @ tag_reads[0].firstSeenTimestamp")
    }

    @Test func `pseudo-reads never count as reads, even with an EPC in them`() {
        for flag in ["\"isHeartBeat\":true", "\"isInventoryStatus\":true,\"inventoryStatus\":\"idle\""] {
            let message = read(flag + ",\"antennaPort\":1,\"peakRssi\":-50")
            #expect(message.tagReads.isEmpty && message.deviceEvents.count == 1, "\(message.summary)")
        }
    }

    @Test func `the will says when it was written and not when the reader went`() {
        let will = "{\"smartreader-mqtt-status\":\"disconnected\",\"timestamp\":1795262400000000}"
        #expect(decoded(will, as: .smartReader).sentAt == nil)
        let birth = "{\"smartreader-mqtt-status\":\"connected\",\"timestamp\":1795262400000000}"
        #expect(decoded(birth, as: .smartReader).sentAt == noon)
    }

    @Test(arguments: [
        ("antenna1Enabled", "event heartbeat, event antennaDisconnected(port: 1)"),
        ("antenna64Enabled", "event heartbeat, event antennaDisconnected(port: 64)"),
        ("antenna65Enabled", "event heartbeat"), ("antenna0Enabled", "event heartbeat"),
        ("antenna01Enabled", "event heartbeat"), ("antennaEnabled", "event heartbeat"),
        ("antenna1", "event heartbeat"), ("antenna100Enabled", "event heartbeat"),
        ("antenna1EnabledX", "event heartbeat"), ("antennaAEnabled", "event heartbeat"),
    ])
    func `an antenna's state stands under its number`(key: String, expected: String) {
        let text = "{\"component\":\"smartreader\",\"\(key)\":\"False\"}"
        #expect(decoded(text, as: .smartReader).summary == expected)
    }

    @Test(
        arguments: [
            ("0", 0), ("37.5", 3_750), ("37.506", 3_751), ("37.504", 3_750), ("360", 36_000),
            ("360.004", 36_000),
            ("360.01", nil), ("-0.01", nil), ("-0.004", nil), ("\"90\"", 9_000), ("\"?\"", nil),
            ("1e999", nil), ("[]", nil),
        ] as [(String, UInt16?)])
    func `a phase is kept to a hundredth of a degree`(text: String, expected: UInt16?) {
        let message = read("\"rfPhase\":\(text)")
        #expect(message.tagReads.map(\.radio.phaseCentidegrees) == [expected], "\(message.summary)")
    }

    @Test(
        arguments: [
            ("840000", 840_000), ("960000", 960_000), ("839999", nil), ("960001", nil), ("920.625", nil),
            ("\"920625\"", 920_625), ("920625.0", 920_625), ("-920625", nil),
        ] as [(String, UInt32?)])
    func `a frequency is in kilohertz and in a band of UHF RFID`(text: String, expected: UInt32?) {
        let message = read("\"frequency\":\(text)")
        #expect(message.tagReads.map(\.radio.frequencyKilohertz) == [expected], "\(message.summary)")
    }
}
