@testable import FuzzTargets
import AssetModel
import DeviceDecoding
import Testing

/// The laws themselves: a law that nothing can break finds nothing.
@Suite struct `the laws of the fuzzer` {
    private func breach(_ message: DecodedMessage, payloadBytes: Int = 100) -> String? {
        do throws(Breach) {
            try DecodedLaws.check(message, payloadBytes: payloadBytes)
            return nil
        } catch {
            return error.description
        }
    }

    private func read(_ change: (inout TagRead) -> Void) throws -> DecodedMessage {
        var read = TagRead(tag: try #require(EPC(hex: "3034257BF400B800000000C8")))
        change(&read)
        var message = DecodedMessage()
        message.tagReads = [read]
        return message
    }

    @Test func `a message is refused, or ignored, or holds records`() throws {
        #expect(breach(DecodedMessage()) != nil)
        var message = try read { _ in }
        #expect(breach(message) == nil)
        message.ignored = "known"
        #expect(breach(message) != nil)
        message.ignored = nil
        message.refusal = Rejection(.malformedJSON, offset: 3)
        #expect(breach(message) != nil)
        message.reset()
        message.refusal = Rejection(.malformedJSON, offset: 100)
        #expect(breach(message) == nil)
        #expect(breach(message, payloadBytes: 99) != nil)
        message.refusal = Rejection(.malformedJSON, at: "")
        #expect(breach(message) != nil)
    }

    @Test func `values out of range are found`() throws {
        #expect(breach(try read { $0.antennaPort = 1 }) == nil)
        #expect(breach(try read { $0.antennaPort = 0 }) != nil)
        #expect(breach(try read { $0.reads = 0 }) != nil)
        #expect(breach(try read { $0.heardAt = UTCInstant(milliseconds: 253_402_214_399_999) }) == nil)
        #expect(breach(try read { $0.heardAt = UTCInstant(milliseconds: 253_402_214_400_000) }) != nil)
        #expect(breach(try read { $0.heardAt = UTCInstant(milliseconds: .max) }) != nil)
        var message = DecodedMessage()
        message.deviceEvents = [.antennaConnected(port: 0)]
        #expect(breach(message) != nil)
    }

    @Test(arguments: [(-15_001, true), (-15_000, false), (3_000, false), (3_001, true)] as [(Int16, Bool)])
    func `a signal that nobody can have measured is found`(signal: Int16, isFound: Bool) throws {
        let message = try read { $0.peakSignal = SignalStrength(centiDBm: signal) }
        var found = false
        do throws(Breach) { try DecodedLaws.checkSignals(message) } catch { found = true }
        #expect(found == isFound)
    }

    @Test(
        arguments: [
            ("{}", true), ("[1,-0.5e+3,\"\\u00e9\\n\",null,true,{\"a\":[]}]", true), (" 7 ", true),
            ("", false), ("{", false), ("[1,]", false), ("{\"a\" 1}", false), ("01", false), ("1.", false),
            ("\"\\x\"", false), ("\"\u{1}\"", false), ("nul", false), ("1 2", false), ("1\n2", false),
        ])
    func `the grammar of JSON`(text: String, isText: Bool) {
        #expect(JSONGrammar.isText(Array(text.utf8)) == isText)
    }

    @Test func `lines of JSON begin with a text and a line end`() {
        #expect(JSONGrammar.isLines(Array("{}\n{".utf8)))
        #expect(!JSONGrammar.isLines(Array("{} {}".utf8)))
        #expect(!JSONGrammar.isLines(Array("{\n{}".utf8)))
    }

    @Test func `a mapping on one line`() {
        let line = MappingLine(
            "reads=a[];epc=e;enc=auto;antenna=#2;word=door:3;time=t;zone=+08:00;ignore=h~x,y")
        #expect(line.mapping.reads.text == "a[]" && line.mapping.epcEncoding == .auto)
        #expect(line.mapping.antenna == .topicLevel(2) && line.mapping.antennaWords.count == 1)
        #expect(line.mapping.timeZone == .minutesEast(480) && line.mapping.ignoreWhen.count == 1)
        #expect(MappingLine("reads=a[];epc=^^^.e").mapping.epc == PayloadMapping(id: "").epc)
    }

    @Test func `a frame that was changed is made right again`() throws {
        // A location of 28 bytes, 0x7E in its body; check code and length are wrong.
        let body: [UInt8] = [0x7D, 0x02] + [UInt8](repeating: 0, count: 27)
        let head: [UInt8] = [0x02, 0x00, 0x03, 0xFF, 0x01, 0x38, 0x00, 0x13, 0x80, 0x00, 0x00, 0x07]
        let payload: [UInt8] = [0x7E] + head + body + [0x55, 0x7E]
        #expect(throws: Rejection.self) { try JT808.frames(in: payload) }
        let sealed = JT808Seal.sealed(payload)
        let frame = try #require(try JT808.frames(in: sealed).frames.first)
        #expect(frame.body.count == 28 && frame.body.first == 0x7E && frame.serial == 7)
        #expect(JT808Seal.sealed(sealed) == sealed)
        #expect(JT808Seal.sealed([0x7E, 1, 2, 0x7E]) == [0x7E, 1, 2, 0x7E])
    }

    @Test func `a frame of JT-T 809 is made right`() throws {
        // 0x1200 without anything in it, length and CRC 0, a byte that has to be escaped.
        let plain: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0x5E, 0x12, 0x00] + [UInt8](repeating: 0, count: 14)
        var bench = SourceBench(terminals: .jt809)
        let wrong = [0x5B] + plain + [0x5D]
        #expect(bench.decode(RawMessage(topic: "809", payload: wrong)).refusal?.reason == .frameEscape)
        let sealed = JT809Seal.sealed(wrong)
        #expect(bench.decode(RawMessage(topic: "809", payload: sealed)).refusal?.reason == .frameLength)
        #expect(sealed.count == wrong.count + 1 && JT809Seal.sealed(sealed) == sealed)
    }

    @Test(arguments: [("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("", "")])
    func `bytes as base64, with the vectors of RFC 4648`(text: String, base64: String) {
        #expect(FrameText.base64(Array(text.utf8)) == Array(base64.utf8))
        #expect(FrameText.hex([0x0F, 0xA0]) == Array("0fa0".utf8))
    }
}
