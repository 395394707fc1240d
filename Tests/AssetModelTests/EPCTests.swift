import AssetModel
import Testing

/// The bits of a tag, whatever their scheme.
struct EPCTests {
    @Test(arguments: 1...16)
    func `every length in whole words reads back from bytes and from hex`(words: Int) throws {
        let bytes = (0..<(words * 2)).map { UInt8(truncatingIfNeeded: 0x9E &+ $0 &* 0x3B) }
        let upper = bytes.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        let tag = try #require(EPC(bytes: bytes))
        #expect(tag.bitCount == words * 16 && tag.byteCount == words * 2)
        #expect((0..<tag.byteCount).map(tag.byte) == bytes)
        #expect(tag.hex == upper && "\(tag)" == upper)
        #expect(EPC(hex: upper) == tag && EPC(hex: upper.lowercased()) == tag)
        #expect(EPC(bitCount: tag.bitCount, words: tag.words) == tag)
    }

    @Test(arguments: [0, 1, 3, 5, 31, 33, 34, 64])
    func `bytes that are no whole words, too few or too many are no tag`(count: Int) {
        #expect(EPC(bytes: [UInt8](repeating: 0xE2, count: count)) == nil)
    }

    @Test(arguments: [
        "", "E", "E2", "E20", "E2001", "E20011", "E200 1", "E2G0", "E2-0", "0xE2", "Ｅ200", "é20", "E2\u{0}0",
        String(repeating: "E200", count: 17),
    ])
    func `hex of another length or with other characters is no tag`(hex: String) {
        #expect(EPC(hex: hex) == nil)
    }

    @Test func `every one of 256 byte values is a hex digit or refused`() {
        let digits = Array("0123456789abcdefABCDEF".utf8)
        for byte in UInt8.min...UInt8.max {
            let expected =
                digits.contains(byte) ? Int(String(decoding: [byte], as: UTF8.self), radix: 16) : nil
            #expect(HexDigit.value(of: byte).map { Int($0) } == expected)
        }
    }

    @Test func `a tag and the same tag with zeros behind it are two tags`() throws {
        let short = try #require(EPC(hex: "E28011606000000000000001"))
        let long = try #require(EPC(hex: "E2801160600000000000000100000000"))
        #expect(short.words == long.words)
        #expect(short != long)
        #expect(Set([short, long]).count == 2)
    }

    @Test func `signal strength is kept in hundredths of dBm and the stronger is the greater`() {
        #expect(SignalStrength(centiDBm: -5_234).dBm == -52.34)
        #expect(SignalStrength(centiDBm: -7_000) < SignalStrength(centiDBm: -5_000))
    }
}
