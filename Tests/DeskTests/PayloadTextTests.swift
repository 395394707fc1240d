import Foundation
import OperatorAPI
import Testing

@testable import tally

struct PayloadTextTests {
    private func payload(
        _ bytes: [UInt8], size: Int? = nil, topic: String = "readers/r1", source: String? = "reader"
    ) -> PayloadText {
        var item = QuarantineReply(
            number: 17, receivedAt: "", topic: topic, reason: "unknown_shape", at: "")
        item.payloadBytes = size ?? bytes.count
        item.payloadBase64 = Data(bytes).base64EncodedString()
        item.source = source
        return PayloadText(item)
    }

    @Test func `text is shown as text, and nothing in it steers the terminal`() {
        let text = payload(Array("{\"a\":\n \"读\u{1B}[2J\u{202E}\"}".utf8))
        #expect(text.lines == ["  {\"a\":", "   \"读\\u{1b}[2J\\u{202e}\"}"])
        #expect(text.line == "{\"a\":  \"读\\u{1b}[2J\\u{202e}\"}")
        #expect(
            text.decodeCommand
                == "tally quarantine show 17 --payload | tally decode reader --topic 'readers/r1'")
    }

    @Test func `bytes are shown as a dump, and given as hex`() {
        let frame: [UInt8] = [0x7E, 0x02, 0x00, 0x00, 0x3C, 0x01, 0x39, 0x12, 0x34, 0x56, 0x78, 0x00, 0x7D]
        let text = payload(frame + [0x01, 0xFF, 0x41, 0x7E], source: "terminal")
        #expect(
            text.lines == [
                "  000000  7e 02 00 00 3c 01 39 12 34 56 78 00 7d 01 ff 41  |~...<.9.4Vx.}..A|",
                "  000010  7e                                               |~|",
            ])
        #expect(text.line == "7e0200003c01391234567800" + "7d01ff417e")
        #expect(text.decodeCommand.hasSuffix("| tally decode jt808 --hex"))
    }

    @Test func `what a gateway sends as protobuf is given as hex, though it may look like text`() {
        // { metrics: { name: "0123456789", string_value: "A" } }: all of it printable but the tags.
        let bytes = Array("\u{12}\u{0F}\u{0A}\u{0A}0123456789\u{7A}\u{01}A".utf8)
        let text = payload(bytes, topic: "spBv1.0/G/NDATA/E1", source: "reader")
        #expect(text.line == "120f0a0a303132333435363738397a0141")
        #expect(
            text.decodeCommand.hasSuffix("| tally decode reader --topic 'spBv1.0/G/NDATA/E1' --hex"))
    }

    @Test func `a cut in the middle of a character is still text`() {
        let whole = Array("{\"名称\":\"读写器".utf8)
        for dropped in 0...3 {
            let text = payload(Array(whole.dropLast(dropped)), size: 5_000)
            #expect(text.isCut && text.lines.count == 1 && text.lines[0].contains("名称"), "\(dropped)")
        }
        #expect(payload(Array(whole.dropLast(1))).lines[0].contains("000000"), "not cut: not UTF-8")
    }

    @Test func `an empty payload and a topic with a quote are no trap`() {
        #expect(payload([]).line == "" && payload([]).lines.count <= 1)
        let command = payload([0x7B], topic: "it's; rm", source: nil).decodeCommand
        #expect(command.hasSuffix("--topic 'it'\\''s; rm'"))
    }
}

struct ChangeLineTests {
    @Test func `a change is one line with who and why, a terminal's number masked`() {
        var reply = DiscrepancyReply(
            id: "D-1", code: "LOCATION_MISMATCH", subject: .asset(assetNo: "PC-1", epcHex: nil))
        reply.chinese = "位置不符"
        reply.state = "DISMISSED"
        reply.expected = "A"
        reply.actual = "B"
        var change = ChangeReply(
            sequence: 1, at: "2026-11-21T04:00:00Z", kind: .discrepancy, change: "dismissed")
        change.discrepancy = reply
        change.by = ActorReply(uid: 7, gid: 7, name: "keeper")
        change.reason = "送修"
        let line = ChangeText(language: .zh).line(of: change)
        for part in ["判为误报 dismissed", "位置不符", "D-1", "PC-1", "A → B", "keeper (uid 7): 送修"] {
            #expect(line.contains(part), "\(line)")
        }
        var device = ChangeReply(sequence: 2, at: "t", kind: .terminal, change: "silent")
        device.device = "13912345678"
        device.reasonEnglish = "no message"
        let english = ChangeText(language: .en).line(of: device)
        #expect(english.contains("139****5678") && english.contains("no message"), "\(english)")
    }
}
