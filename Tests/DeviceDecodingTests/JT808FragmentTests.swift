import AssetModel
import DeviceDecoding
import Testing

/// A batch of positions cut into parts with consecutive serials.
private func parts(
    _ count: Int, phone: String = "013812345678", firstSerial: UInt16 = 100, positions: Int = 4,
    direction: UInt16 = 90
) -> [[UInt8]] {
    let body = JT808Bytes.batch(
        Array(repeating: JT808Bytes.location(direction: direction), count: positions), type: 1)
    return JT808Bytes(messageID: 0x0704, phone: phone, serial: firstSerial, body: body).parts(count)
}

struct JT808FragmentTests {
    @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 1, 0, 1, 2], [0, 2, 2, 1]])
    func `parts in any order, also twice, become one message once`(order: [Int]) {
        var bench = DecoderBench(.jt808)
        let pieces = parts(3)
        let summaries = order.map { bench.decode(pieces[$0]).summary }
        #expect(summaries.last == "4 fixes")
        #expect(summaries.dropLast().allSatisfy { $0.hasPrefix("ignored jt808_fragment") })
        for piece in pieces { #expect(bench.decode(piece).summary == "ignored jt808_fragment_repeated") }
    }

    @Test func `parts of one message may share a payload, and serials wrap around`() {
        #expect(decoded(parts(3, firstSerial: 0xFFFF).flatMap { $0 }, as: .jt808).summary == "4 fixes")
        #expect(decoded(parts(1).flatMap { $0 }, as: .jt808).summary == "4 fixes")
    }

    @Test func `two terminals and two messages do not mix`() {
        var bench = DecoderBench(.jt808)
        let one = parts(2)
        let other = parts(2, phone: "013900000001")
        let later = parts(2, firstSerial: 102)
        for first in [one[0], other[0], later[0]] {
            #expect(bench.decode(first).summary == "ignored jt808_fragment")
        }
        #expect(bench.decode(later[1]).fixes.count == 4)
        #expect(bench.decode(other[1]).fixes.first?.phone == "13900000001")
        #expect(bench.decode(one[1]).fixes.first?.phone == "13812345678")
    }

    @Test func `the same serials with other bytes are a new message, and the old one is counted lost`() {
        var bench = DecoderBench(.jt808)
        _ = bench.decode(parts(2)[0])
        let restarted = parts(2, direction: 91)
        #expect(bench.decode(restarted[0]).summary == "rejected fragment_lost @ 1 of 2 parts")
        #expect(bench.decode(restarted[1]).summary == "4 fixes")
    }

    @Test func `what waits too long is counted lost by a later message, and not a second earlier`() {
        var bench = DecoderBench(.jt808)
        _ = bench.decode(parts(3)[0])
        bench.now = noon + ElapsedTime(seconds: 300)
        #expect(bench.decode(JT808Bytes().wire).summary == "1 fixes")
        bench.now = noon + ElapsedTime(milliseconds: 300_001)
        #expect(bench.decode(JT808Bytes().wire).summary == "1 fixes, rejected fragment_lost @ 1 of 3 parts")
        #expect(bench.decode(JT808Bytes().wire).summary == "1 fixes")
    }

    @Test(
        arguments: [
            (0, 0, "rejected fragment_limit @ part 0 of 0"), (2, 0, "rejected fragment_limit @ part 0 of 2"),
            (2, 3, "rejected fragment_limit @ part 3 of 2"),
            (65, 1, "rejected fragment_limit @ part 1 of 65"),
            (64, 64, "ignored jt808_fragment"),
            (65_535, 65_535, "rejected fragment_limit @ part 65535 of 65535"),
        ] as [(UInt16, UInt16, String)])
    func `parts that cannot be are refused`(total: UInt16, number: UInt16, expected: String) {
        let frame = JT808Bytes(part: (total, number))
        #expect(decoded(frame.wire, as: .jt808).summary == expected)
    }

    @Test func `memory is bounded in messages and in bytes, and what makes room is counted`() {
        var bench = DecoderBench(.jt808)
        var lost = 0
        for number in 0..<400 {
            let frame = JT808Bytes(phone: "\(10_000 + number)", part: (2, 1))
            lost += bench.decode(frame.wire).rejections.count { $0.reason == .fragmentLimit }
        }
        #expect(lost == 400 - 256)
        let big = [UInt8](repeating: 0x11, count: 1_023)
        var bytes = DecoderBench(.jt808)
        for number in 0..<20 {
            for part in 1...63 {
                let serial = UInt16(part)
                let frame = JT808Bytes(
                    phone: "\(number)", serial: serial, part: (64, UInt16(part)), body: big)
                _ = bytes.decode(frame.wire)
            }
        }
        #expect(bytes.decoder.encodeState().count < 300_000)
    }

    @Test func `a terminal that loses parts again and again pushes out no other's`() {
        var bench = DecoderBench(.jt808)
        let other = parts(2, phone: "013900000001")
        #expect(bench.decode(other[0]).summary == "ignored jt808_fragment")
        var lost = 0
        for message in 0..<300 {
            let first = parts(2, firstSerial: UInt16(message * 2))[0]
            lost += bench.decode(first).rejections.count { $0.reason == .fragmentLimit }
        }
        #expect(lost == 300 - 8)
        #expect(bench.decode(other[1]).fixes.count == 4)
    }

    @Test func `what is whole makes room before what waits`() {
        var bench = DecoderBench(.jt808)
        let waiting = parts(2, firstSerial: 1)
        #expect(bench.decode(waiting[0]).summary == "ignored jt808_fragment")
        for message in 1..<20 {
            let summaries = parts(2, firstSerial: UInt16(message * 100)).map { bench.decode($0).summary }
            #expect(summaries == ["ignored jt808_fragment", "4 fixes"])
        }
        #expect(bench.decode(waiting[1]).summary == "4 fixes")
    }

    @Test func `fragments of messages that are not read are not kept`() {
        var bench = DecoderBench(.jt808)
        let frame = JT808Bytes(messageID: 0x0801, part: (2, 1), body: [1])
        #expect(bench.decode(frame.wire).summary == "ignored jt808_0x080x")
        #expect(bench.decoder.takeStateChanged() == false)
    }

    @Test func `a restart between two parts changes nothing`() throws {
        let pieces = parts(3)
        var before = DecoderBench(.jt808)
        #expect(before.decoder.takeStateChanged() == false)
        for piece in [pieces[0], pieces[2]] { _ = before.decode(piece) }
        #expect(before.decoder.takeStateChanged() == true)
        #expect(before.decoder.takeStateChanged() == false)
        let state = before.decoder.encodeState()
        #expect(state == before.decoder.encodeState())
        var after = DecoderBench(.jt808)
        try after.decoder.restoreState(state)
        #expect(after.decoder.encodeState() == state)
        #expect(after.decode(pieces[0]).summary == "ignored jt808_fragment_repeated")
        #expect(after.decode(pieces[1]).fixes == before.decode(pieces[1]).fixes)
        #expect(after.decoder.encodeState() == before.decoder.encodeState())
    }
}
