import AssetModel
import CMapBaselines
import DeviceDecoding
import ReadRing

/// `tally-bench decode --format epc`: what one identity costs by itself, from the text of a reader to the key
/// of the ring, and from its bits to the pure identity URI in memory of the caller.
final class IdentityRace {
    /// Whole cases of SGTIN-96; their texts take 26 KiB together.
    private static let identities = 1_024
    private static let runNanoseconds = 0.15e9

    private let texts: [[UInt8]]
    private let tags: [EPC]
    private let hash = KeyedHash(key: 0x7461_6C6C_79)
    private var room = [UInt8](repeating: 0, count: EPCDescription.textBytesMax)
    /// What comes out is used, so that nothing is left out.
    private var sum: UInt64 = 0

    init() throws {
        var numbers = SeededNumbers(seed: 1)
        tags = (0..<IdentityRace.identities).map { _ in IdentityRace.tag(&numbers) }
        texts = tags.map { Array($0.hex.utf8) }
        try check()
    }

    /// SGTIN-96 with a company prefix of seven digits: header 30h, filter 1, partition 5, 24, 20 and 38 bits.
    private static func tag(_ numbers: inout SeededNumbers) -> EPC {
        let company = UInt64.random(in: 0...9_999_999, using: &numbers)
        let item = UInt64.random(in: 0...999_999, using: &numbers)
        let serial = UInt64.random(in: 0..<(1 << 38), using: &numbers)
        var words = EPC.Words()
        words.first = 0x30 << 56 | 1 << 53 | 5 << 50 | company << 26 | item << 6 | serial >> 32
        words.second = serial << 32
        return EPC(bitCount: 96, words: words)
    }

    /// Both directions agree with the slower ways to the same.
    private func check() throws {
        for (tag, text) in zip(tags, texts) {
            let read = text.withUnsafeBytes { IdentityText.read($0, as: .hex) }
            let length = room.withUnsafeMutableBytes {
                EPCDescription.writePureIdentityURI(of: tag, into: $0)
            }
            let written = length.map { String(decoding: room.prefix($0), as: UTF8.self) }
            guard read == .identity(tag), let written, written == EPCDescription.describe(tag).pureIdentityURI
            else { throw BenchFailure("\(tag.hex) is not read or written as it should be") }
        }
    }

    func figures(runs: Int) throws -> [Figure] {
        let cases: [(name: String, pass: () -> Void)] = [
            ("epc-text-to-ring-key", passKeys), ("epc-to-uri", passURIs),
        ]
        var figures: [Figure] = []
        for (name, pass) in cases {
            _ = BenchClock.nanoseconds(pass)
            let turns = max(1, Int(IdentityRace.runNanoseconds / max(1, BenchClock.nanoseconds(pass))))
            let spent = (0..<runs).map { _ in
                BenchClock.nanoseconds { for _ in 0..<turns { pass() } } / Double(turns * tags.count)
            }
            figures.append(
                Figure(
                    bench: "decode", case: name, metric: "ns_per_identity", value: spent.median, unit: "ns"))
            guard tally_allocations_are_counted() else { continue }
            let start = tally_allocation_count()
            pass()
            figures.append(
                Figure(
                    bench: "decode", case: name, metric: "allocations_per_identity",
                    value: Double(tally_allocation_count() - start) / Double(tags.count), unit: "1"))
        }
        guard sum != 0 else { throw BenchFailure("nothing was measured") }
        return figures
    }

    private func passKeys() {
        for text in texts {
            let read = text.withUnsafeBytes { IdentityText.read($0, as: .hex) }
            if case .identity(let tag) = read { sum &+= hash.hash(tag) }
        }
    }

    private func passURIs() {
        for tag in tags {
            let length = room.withUnsafeMutableBytes {
                EPCDescription.writePureIdentityURI(of: tag, into: $0)
            }
            sum &+= UInt64(length ?? 0)
        }
    }
}
