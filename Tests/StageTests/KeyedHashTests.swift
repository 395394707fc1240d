import AssetModel
import ReadRing
import Testing

/// Hashes that nobody can aim at, the same on every machine.
struct KeyedHashTests {
    /// key; hashes of a 96-, a 128- and a 208-bit tag; digests of an empty and a short payload. Computed by a
    /// second implementation in another language: fold(a, b) = high half xor low half of a · b.
    @Test(
        arguments: [
            (
                0, [0xFE37_D91F_B0B5_2DE2, 0x7F58_AFF0_CA6C_75D2, 0x4A02_63A9_D937_42A0],
                [0xA1E5_15EE_71F7_9C74, 0x4D7E_A6E7_16BB_D4C9]
            ),
            (
                0x0123_4567_89AB_CDEF, [0xFDCB_FB6F_FA2B_F837, 0x524F_5F66_1D43_99A4, 0x4281_3341_464F_9B4F],
                [0x67D5_575C_B854_F97E, 0x9768_10E6_E488_4E95]
            ),
        ] as [(UInt64, [UInt64], [UInt64])])
    func `a key and a tag have one hash, a key and a message one digest`(
        key: UInt64, tags: [UInt64], messages: [UInt64]
    ) throws {
        let hash = KeyedHash(key: key)
        let hexes = [
            "E2801160600002054F3A1B2C", "E2801160600002054F3A1B2C00000001",
            String(repeating: "30", count: 26),
        ]
        #expect(try hexes.map { hash.hash(try #require(EPC(hex: $0))) } == tags)
        let payloads = ["", #"{"epcHex":"E28011700000000000000001"}"#]
        #expect(
            payloads.map { hash.digest(topic: "readers/gate-2/events", payload: Array($0.utf8)) } == messages)
    }

    @Test func `another key gives other hashes and other digests`() {
        let keys = (0..<64).map { UInt64($0) }
        let tag = StageWorld.tag(5)
        #expect(Set(keys.map { KeyedHash(key: $0).hash(tag) }).count == keys.count)
        let digests = keys.map { KeyedHash(key: $0).digest(topic: "t", payload: [1]) }
        #expect(Set(digests).count == keys.count)
    }

    @Test func `tags of 16 to 256 zero bits and of one bit each hash apart`() {
        let hash = KeyedHash(key: 0)
        var hashes: Set<UInt64> = []
        for words in 1...16 {
            var bytes = [UInt8](repeating: 0, count: words * 2)
            hashes.insert(hash.hash(EPC(bytes: bytes)!))
            for bit in 0..<(words * 16) {
                bytes[bit / 8] = 0x80 >> UInt8(bit % 8)
                hashes.insert(hash.hash(EPC(bytes: bytes)!))
                bytes[bit / 8] = 0
            }
        }
        #expect(hashes.count == 16 + (1...16).reduce(0) { $0 + $1 * 16 })
    }

    @Test func `it matters where the topic ends and the payload begins`() {
        let hash = KeyedHash(key: 3)
        for text in ["readers/gate-2/events/readers/gate-2/events", String(repeating: "a", count: 48)] {
            let digests = (0...text.utf8.count).map { cut in
                hash.digest(topic: String(text.prefix(cut)), payload: Array(text.utf8.dropFirst(cut)))
            }
            #expect(Set(digests).count == digests.count)
        }
    }

    @Test(arguments: 0...33)
    func `every bit of a payload of any length matters, and so do zeros behind it`(length: Int) {
        let hash = KeyedHash(key: 3)
        var payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        var digests: Set<UInt64> = [hash.digest(topic: "t", payload: payload)]
        for bit in 0..<(length * 8) {
            payload[bit / 8] ^= 1 << UInt8(bit % 8)
            digests.insert(hash.digest(topic: "t", payload: payload))
            payload[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        for zeros in 1...17 {
            digests.insert(hash.digest(topic: "t", payload: payload + [UInt8](repeating: 0, count: zeros)))
        }
        #expect(digests.count == 1 + length * 8 + 17)
    }
}
