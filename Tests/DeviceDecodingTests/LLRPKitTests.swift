import AssetModel
import DeviceDecoding
import Testing

struct LLRPKitTests {
    @Test func `every message decodes to what its line says, and to nothing else`() throws {
        try RecordFixture.all[3].check()
    }

    @Test(arguments: [
        ("1795262400", 1_795_262_400_000), ("1795262400.0", 1_795_262_400_000),
        ("1795262400.123", 1_795_262_400_123), ("1795262400.9999", 1_795_262_400_999),
        ("1.795262400123e9", 1_795_262_400_123),
    ])
    func `at is in seconds with a fraction, and no digit of it is lost`(text: String, expected: Int64) {
        let message = decoded("{\"reader\":\"a\",\"epc\":\"3008\",\"at\":\(text)}", as: .llrpkit)
        #expect(message.tagReads.first?.heardAt?.milliseconds == expected)
    }

    @Test func `the will says when it was written and not when the bridge went`() {
        let will = "{\"status\":\"offline\",\"reader\":\"a\",\"topic\":\"a/tags\",\"at\":1795262400.5}"
        let message = decoded(will, as: .llrpkit)
        #expect(message.deviceEvents == [.disconnected] && message.sentAt == nil)
    }

    @Test func `a channel is an index and no frequency`() {
        let text = "{\"reader\":\"a\",\"epc\":\"3008\",\"channel\":920625,\"at\":1795262400}"
        let read = decoded(text, as: .llrpkit).tagReads.first
        #expect(read != nil && read?.radio.frequencyKilohertz == nil)
    }

    @Test func `arrivals alone show nothing by silence, arrivals beside single reads do`() throws {
        let arrival = Array(
            "{\"event\":\"arrived\",\"reader\":\"a\",\"epc\":\"3008\",\"at\":1795262400}".utf8)
        let read = Array("{\"reader\":\"a\",\"epc\":\"3008\",\"at\":1795262400}".utf8)
        var bench = DecoderBench(.llrpkit)
        #expect(bench.decode(arrival).reportMode == .once && !bench.decoder.takeStateChanged())
        #expect(bench.decode(read).reportMode == .unstated && bench.decoder.takeStateChanged())
        #expect(bench.decode(arrival).reportMode == nil)
        #expect(bench.decode(read).reportMode == .unstated && !bench.decoder.takeStateChanged())
        var restarted = DecoderBench(.llrpkit)
        try restarted.decoder.restoreState(bench.decoder.encodeState())
        #expect(restarted.decode(arrival).reportMode == nil)
    }

    @Test func `a departure is no sighting, and neither is a window`() {
        for word in ["departed", "window", "quiet", "exception"] {
            let text = "{\"event\":\"\(word)\",\"reader\":\"a\",\"epc\":\"3008\",\"antenna\":1,\"reads\":9}"
            let message = decoded(text, as: .llrpkit)
            #expect(message.tagReads.isEmpty && message.ignored != nil, "\(message.summary)")
        }
    }
}
