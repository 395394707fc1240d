import AssetModel
import DeviceDecoding
import Testing

struct DeviceDecoderTests {
    private let tag = Array("{\"tagInventoryEvent\":{\"epcHex\":\"3008\"}}".utf8)

    @Test func `auto recognises a reader by content, keeps its decision and says so once`() {
        var bench = DecoderBench(.auto)
        #expect(bench.decoder.format(of: .reader(0)) == .auto)
        #expect(bench.decode(Array("{\"id\":1}".utf8)).summary == "refused unknown_shape @ offset 0")
        #expect(bench.decode(Array("connected".utf8)).summary == "event connected")
        #expect(bench.decode([]).summary == "event disconnected")
        #expect(bench.decoder.format(of: .reader(0)) == .auto)
        #expect(bench.decoder.takeStateChanged() == false)
        #expect(bench.decode(tag).summary == "1 reads")
        #expect(bench.decoder.format(of: .reader(0)) == .impinj)
        #expect(bench.decoder.takeStateChanged() == true)
        #expect(bench.decode(tag).summary == "1 reads")
        #expect(bench.decoder.takeStateChanged() == false)
        #expect(bench.decode(JT808Bytes(body: [1]).wire).refusal?.reason == .malformedJSON)
        #expect(bench.decoder.format(of: .reader(0)) == .impinj)
    }

    @Test(arguments: [
        ("{", "refused malformed_json @ offset 1"), ("hello", "refused malformed_json @ offset 0"),
        ("{\"a\":1} ", "refused unknown_shape @ offset 0"), ("[]", "refused unknown_shape @ offset 0"),
        // Recognised by its member, and cut off behind it.
        ("{\"inventoryStatusEvent\":{\"status\":\"running\"}", "refused malformed_json @ offset 44"),
        // The member's name with another vendor's content.
        ("{\"overflowEvent\":true}", "refused unknown_shape @ offset 0"),
    ])
    func `what nobody recognises is refused by what is wrong with it`(text: String, expected: String) {
        #expect(decoded(text, as: .auto).summary == expected)
    }

    @Test func `a terminal source with auto recognises a good frame only`() {
        var bench = DecoderBench(.auto, terminal: true)
        #expect(bench.decode([0x7E, 0x00, 0x7E]).refusal != nil)
        #expect(bench.decode([]).summary == "refused empty_payload @ offset 0")
        #expect(bench.decoder.format(of: .terminalSource(0)) == .auto)
        #expect(bench.decode(JT808Bytes().wire).summary == "1 fixes")
        #expect(bench.decoder.format(of: .terminalSource(0)) == .jt808)
    }

    @Test func `a payload that was refused before it was copied keeps its size`() {
        var bench = DecoderBench(.impinj)
        var message = RawMessage(topic: "t", payload: [])
        message.oversizeBytes = 600_000
        bench.decoder.decode(message, from: .reader(0), receivedAt: noon, into: &bench.buffer)
        #expect(bench.buffer.summary == "refused oversize_payload @ payload of 600000 bytes")
    }

    @Test func `the buffer keeps nothing of the message before`() {
        var bench = DecoderBench(.jt808)
        #expect(bench.decode(JT808Bytes().wire).fixes.count == 1)
        let next = bench.decode([])
        #expect(next.recordCount == 0 && next.terminalPhone.isEmpty && next.refusal != nil)
        #expect(bench.decode(JT808Bytes(messageID: 0x0002, body: []).wire).refusal == nil)
    }

    @Test func `the choice outlives a restart, a reordering and a reload, but not another configuration`()
        throws
    {
        var bench = DecoderBench(.auto)
        _ = bench.decode(tag)
        let state = bench.decoder.encodeState()
        var reordered = DecoderBench.layout(.auto)
        reordered.readers.insert(SiteLayout.Reader(id: "new", site: 0, topics: ["new"]), at: 0)
        var second = DeviceDecoder(layout: reordered)
        try second.restoreState(state)
        #expect(second.format(of: .reader(0)) == .auto)
        #expect(second.format(of: .reader(1)) == .impinj)
        var configured = DeviceDecoder(layout: DecoderBench.layout(.jt808))
        try configured.restoreState(state)
        #expect(configured.format(of: .reader(0)) == .jt808)
        var gone = DeviceDecoder(layout: SiteLayout())
        try gone.restoreState(state)
        #expect(DeviceDecoder(layout: SiteLayout()).encodeState() == gone.encodeState())
    }

    @Test func `each topic of a source decides for itself, and for good`() throws {
        var bench = DecoderBench(.auto)
        let zebra = Array(
            (#"{"type":"CUSTOM","timestamp":"2026-11-21T12:00:00.000+0000","data":{"eventNum":1,"#
                + #""format":"epc","idHex":"3008"}}"#)
                .utf8)
        #expect(bench.decode(tag, on: "a/tags").summary == "1 reads")
        // Certain of nothing: taken as the only family that the source has so far.
        #expect(bench.decode(Array("connection lost".utf8), on: "a/will").summary == "event disconnected")
        #expect(bench.decode(zebra, on: "b/tags").summary == "1 reads")
        #expect(bench.decoder.formats(of: .reader(0)) == [.impinj, .zebra])
        #expect(
            bench.decoder.decisions(of: .reader(0)).map { "\($0.topic) \($0.format)" }
                == ["a/tags impinj", "b/tags zebra"])
        #expect(bench.decode(zebra, on: "a/tags").refusal?.reason == .unknownShape)
        #expect(bench.decode(tag, on: "b/tags").refusal != nil)
        var restarted = DeviceDecoder(layout: DecoderBench.layout(.auto))
        try restarted.restoreState(bench.decoder.encodeState())
        #expect(restarted.encodeState() == bench.decoder.encodeState())
        bench.decoder = restarted
        #expect(bench.decode(zebra, on: "a/tags").refusal?.reason == .unknownShape)
        #expect(bench.decode(zebra, on: "b/tags").summary == "1 reads")
    }

    @Test func `topics beyond those remembered are still understood`() {
        var bench = DecoderBench(.auto)
        for number in 0..<600 { #expect(bench.decode(tag, on: "x/\(number)").summary == "1 reads") }
        #expect(bench.decoder.decisions(of: .reader(0)).count == 256)
        #expect(bench.decoder.takeStateChanged() == true)
        _ = bench.decode(tag, on: "x/599")
        #expect(bench.decoder.takeStateChanged() == false, "nothing new to write")
    }

    @Test func `damaged state is an error at every byte, never a trap`() throws {
        var bench = DecoderBench(.jt808)
        _ = bench.decode(JT808Bytes(part: (3, 1)).wire)
        _ = bench.decode(JT808Bytes(serial: 2, part: (3, 2)).wire)
        let state = bench.decoder.encodeState()
        for size in 0..<state.count {
            #expect(throws: ByteReader.Damaged.self) {
                var fresh = DecoderBench(.jt808)
                try fresh.decoder.restoreState(Array(state.prefix(size)))
            }
        }
        var random = SplitMix64(seed: 5)
        for _ in 0..<2_000 {
            var damaged = state
            damaged[random.below(damaged.count)] = UInt8(truncatingIfNeeded: random.next())
            var fresh = DecoderBench(.jt808)
            do throws(ByteReader.Damaged) {
                try fresh.decoder.restoreState(damaged)
            } catch {
                #expect(error.offset <= state.count)
            }
            _ = fresh.decode(JT808Bytes(serial: 3, part: (3, 3)).wire)
        }
    }
}
