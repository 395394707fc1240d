import AssetModel
import DeviceDecoding
import Foundation
import Testing

struct UTF8CheckTests {
    @Test(
        arguments: [
            ("", nil), ("41", nil), ("C3A9", nil), ("E4BD8D", nil), ("F09F9A9A", nil), ("F48FBFBF", nil),
            ("EFBFBF", nil),
            ("80", 0), ("C0AF", 0), ("C1BF", 0), ("C3", 0), ("41C3", 1), ("C341", 0), ("E08080", 0),
            ("E09FBF", 0),
            ("EDA080", 0), ("EDBFBF", 0), ("E4BD", 0), ("E4BD41", 0), ("F08FBFBF", 0), ("F4908080", 0),
            ("F5808080", 0),
            ("F09F9A", 0), ("FF", 0), ("E4BD8DE4BD8D80", 6),
        ] as [(String, Int?)])
    func `bytes that are no UTF-8 are found where they stand`(hex: String, fault: Int?) {
        for before in [0, 1, 31, 32, 33, 64] {
            let bytes = [UInt8](repeating: 0x61, count: before) + Fixture.bytes(hex: hex)
            let found = bytes.withUnsafeBytes { UTF8Check.firstFault(in: $0) }
            #expect(found == fault.map { $0 + before })
        }
    }

    @Test func `random bytes are judged as the standard library judges them`() {
        var random = SplitMix64(seed: 808)
        for _ in 0..<20_000 {
            let bytes = (0..<random.below(12)).map { _ in
                UInt8(
                    [0x41, 0x80, 0xBF, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xA0, 0x9F, 0x90][random.below(12)]
                )
            }
            let found = bytes.withUnsafeBytes { UTF8Check.firstFault(in: $0) }
            #expect((found == nil) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }
}

struct IdentityTextTests {
    private func read(_ text: String, _ form: IdentityText.Form) -> IdentityText.Reading {
        Array(text.utf8).withUnsafeBytes { IdentityText.read($0, as: form) }
    }

    @Test(arguments: [
        ("ftqQOAUQAnEAAsCu", "7EDA9038051002710002C0AE"), ("MAgzst3ZAUAAAAAA", "300833B2DDD9014000000000"),
        ("NAA=", "3400"), ("NAA", "3400"), ("-_-_-_-_", "FBFFBFFBFFBF"), ("+/+/+/+/", "FBFFBFFBFFBF"),
        ("", "length"), ("-_-_", "length"), ("3400", "length"), ("NA==", "length"), ("==", "malformed"),
        ("N", "malformed"), ("NAA==", "malformed"), ("NAB=", "malformed"), ("NB==", "malformed"),
        ("NA A", "malformed"), ("=NAA", "malformed"), ("NAA\u{0}", "malformed"), ("NA=A", "malformed"),
        ("====", "malformed"),
    ])
    func `base64 identities, padded or not, of either alphabet`(text: String, expected: String) {
        #expect(word(read(text, .base64)) == expected)
    }

    @Test(arguments: [
        ("3400", "3400"), ("e2801170", "E2801170"), ("E2801170", "E2801170"), ("34", "length"),
        ("340", "length"),
        ("", "length"), ("3G00", "malformed"), (" 3400", "malformed"), ("34 00", "malformed"),
        ("34-0", "malformed"),
    ])
    func `hex identities of either case`(text: String, expected: String) {
        #expect(word(read(text, .hex)) == expected)
    }

    private func word(_ reading: IdentityText.Reading) -> String {
        switch reading {
        case .identity(let identity): return identity.hex
        case .malformed: return "malformed"
        case .length: return "length"
        }
    }

    @Test func `every length from 1 to 40 bytes is read or refused by its length, in both forms`() throws {
        var random = SplitMix64(seed: 33)
        for size in 1...40 {
            let bytes = (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let expected: IdentityText.Reading = EPC(bytes: bytes).map { .identity($0) } ?? .length
            let hex = bytes.map { String(format: "%02x", $0) }.joined()
            let base64 = Data(bytes).base64EncodedString()
            let urlForm = base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            #expect(read(hex, .hex) == expected)
            #expect(read(hex.uppercased(), .hex) == expected)
            #expect(read(base64, .base64) == expected)
            #expect(read(urlForm, .base64) == expected)
            #expect((expected == .length) == (size > 32 || size % 2 == 1))
        }
    }

    @Test func `every byte at every place of a hex text is judged alone`() {
        for size in [4, 8, 12, 24, 64] {
            for place in 0..<size {
                for byte in UInt8.min...UInt8.max {
                    var text = [UInt8](repeating: 0x37, count: size)
                    text[place] = byte
                    let expected = EPC(hex: text).map { IdentityText.Reading.identity($0) } ?? .malformed
                    let reading = text.withUnsafeBytes { IdentityText.read($0, as: .hex) }
                    #expect(reading == expected)
                }
            }
        }
    }
}
