import AssetModel
import DeviceDecoding
import Testing

struct IdentityRandomTests {
    /// How many of 2,000 random EPCs of 96 bits with this header may be taken for GS1's; measured over a
    /// million each for docs/identities.md. Every other header: none.
    private static let takenMax: [UInt8: Int] = [
        0x2C: 900, 0x30: 1_100, 0x32: 900, 0x33: 140, 0x34: 1_450, 0x35: 2_000, 0x3C: 880, 0x3D: 15,
        0x3F: 480, 0xFA: 12, 0xF0: 9,
    ]

    @Test func `random EPCs are taken for GS1's no more often than their bits force us to`() {
        let nowhere = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        for header in UInt8.min...UInt8.max {
            var random = SplitMix64(seed: UInt64(header))
            var taken = 0
            for _ in 0..<2_000 {
                var words = EPC.Words()
                words.first = random.next() >> 8 | UInt64(header) << 56
                words.second = random.next() & 0xFFFF_FFFF_0000_0000
                let epc = EPC(bitCount: 96, words: words)
                if EPCDescription.writeElementString(of: epc, into: nowhere) != nil
                    || EPCDescription.writeTagURI(of: epc, into: nowhere) != nil
                {
                    taken += 1
                }
            }
            #expect(taken <= IdentityRandomTests.takenMax[header] ?? 3, "header \(header)")
        }
    }
}
