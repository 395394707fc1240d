import AssetModel
import DeviceDecoding
import Testing

/// JT/T 809 names drivers in 0x120A and 0x120C: none of it may reach the quarantine, damaged or not.
struct PlatformPrivacyTests {
    private static let secret = Array("ZHANGSAN\0\0\0\0\0\0\0\0".utf8) + Array("110101199001010010\0\0".utf8)

    private static func checksum(_ bytes: [UInt8]) -> UInt16 {
        bytes.reduce(0xFFFF) { sum, byte in
            var sum = sum ^ UInt16(byte) << 8
            for _ in 0..<8 { sum = sum & 0x8000 != 0 ? sum << 1 ^ 0x1021 : sum << 1 }
            return sum
        }
    }

    private static func frame(_ type: UInt16, _ data: [UInt8]) -> [UInt8] {
        let plate: [UInt8] = JT808Bytes.field(JT808Bytes.plate, 21) + [1]
        let content = plate + JT808Bytes.big(type) + JT808Bytes.big(UInt32(data.count)) + data
        let length = UInt32(22 + content.count + 4)
        let head = JT808Bytes.big(length) + JT808Bytes.big(UInt32(7)) + JT808Bytes.big(UInt16(0x1200))
        let plain = head + JT808Bytes.big(UInt32(1_001)) + [1, 0, 0, 0, 0, 0, 0, 0] + content
        let escapes: [UInt8: [UInt8]] = [
            0x5B: [0x5A, 1], 0x5A: [0x5A, 2], 0x5D: [0x5E, 1], 0x5E: [0x5E, 2],
        ]
        let escaped = (plain + JT808Bytes.big(checksum(plain))).flatMap { escapes[$0] ?? [$0] }
        return [0x5B] + escaped + [0x5D]
    }

    private func isIn(_ bytes: [UInt8]) -> Bool {
        let words = ["HANGSAN", "1990", "11010"].map { Array($0.utf8) }
        return bytes.indices.contains { at in words.contains { bytes[at...].starts(with: $0) } }
    }

    private func redacted(_ payload: [UInt8]) -> [UInt8] {
        TerminalPrivacy.redacted(payload, topic: "jt809/up")
    }

    @Test(arguments: [0x120A, 0x120C] as [UInt16])
    func `the driver of JT/T 809 is hidden, whole, cut off or damaged at any byte`(type: UInt16) {
        let frame = PlatformPrivacyTests.frame(type, PlatformPrivacyTests.secret)
        let start = 2 + (frame.indices.first { frame[$0...].starts(with: JT808Bytes.big(type)) } ?? 0)
        #expect(start >= 1 + 22 + 22 + 2)
        #expect(isIn(frame) && !isIn(redacted(frame)))
        #expect(redacted(frame).prefix(start) == frame.prefix(start) && redacted(frame).count == frame.count)
        for size in 0..<frame.count { #expect(!isIn(redacted(Array(frame.prefix(size))))) }
        // Where the type itself is damaged nobody can tell.
        for place in frame.indices where !(start - 2..<start).contains(place) {
            var damaged = frame
            damaged[place] ^= 0x41
            #expect(!isIn(redacted(damaged)), "\(place)")
        }
        #expect(!isIn(redacted(Array(frame.dropFirst()))), "without its opening")
    }

    @Test func `in hex too, with separators or without`() {
        let frame = PlatformPrivacyTests.frame(0x120A, PlatformPrivacyTests.secret)
        let name = Digest.hex(Array("HANGSAN".utf8))
        for separator in ["", ":", " ", "-"] {
            var damaged = frame
            damaged[damaged.count - 2] ^= 1
            for bytes in [frame, damaged] {
                let text = bytes.map { Digest.hex([$0]) }.joined(separator: separator)
                let shown = String(decoding: redacted(Array(text.utf8)), as: UTF8.self)
                #expect(!shown.filter(\.isHexDigit).contains(name), "\(separator)")
            }
        }
    }

    @Test func `the frames beside it and positions stay`() {
        let position = PlatformPrivacyTests.frame(0x1202, [UInt8](repeating: 1, count: 36))
        let driver = PlatformPrivacyTests.frame(0x120A, PlatformPrivacyTests.secret)
        #expect(redacted(position) == position)
        let shown = redacted(position + driver + position)
        #expect(
            shown.prefix(position.count) == position[...] && shown.suffix(position.count) == position[...])
        #expect(!isIn(shown))
    }

    @Test func `a driver's frame of JT/T 808 in hex with separators is hidden`() {
        let card = JT808Bytes(messageID: 0x0702, body: JT808Bytes.DriverCard(edition: .year2013).body)
        let number = Digest.hex(Array("99999919".utf8))
        for separator in [":", "-", ""] {
            let text = card.wire.map { Digest.hex([$0]) }.joined(separator: separator)
            let shown = String(decoding: redacted(Array(text.utf8)), as: UTF8.self)
            #expect(!shown.filter(\.isHexDigit).contains(number))
        }
    }
}
