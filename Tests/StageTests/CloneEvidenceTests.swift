import AssetModel
import Testing

@testable import PresenceInference

/// What the reads of two zones that do not hear each other's tags say: one tag, or two.
struct CloneEvidenceTests {
    /// Oldest epoch first: `12` read here, then there; `b` both; `.` neither; `x9` stands for nine of `x`.
    private static func bits(_ story: String) -> (here: UInt64, there: UInt64) {
        var epochs: [Character] = []
        for word in story.split(separator: " ") {
            guard let sign = word.first else { continue }
            epochs += Array(repeating: sign, count: Int(word.dropFirst()) ?? 1)
        }
        var bits: (here: UInt64, there: UInt64) = (0, 0)
        for (age, sign) in epochs.reversed().prefix(64).enumerated() {
            if sign == "1" || sign == "b" { bits.here |= 1 << UInt64(age) }
            if sign == "2" || sign == "b" { bits.there |= 1 << UInt64(age) }
        }
        return bits
    }

    /// 120 s of tolerated clock error.
    private static func evidence(_ story: String, seconds: Int) -> CloneEvidence {
        let bits = bits(story)
        return CloneEvidence(
            bits.here, bits.there, unit: ElapsedTime(seconds: Int64(seconds)), shiftMax: 120 / seconds)
    }

    @Test(arguments: [
        ("b64", 5, true), ("b64", 60, true), ("b30", 60, true), ("b40", 5, true),
        ("1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2", 60, true),
        // Each read in six epochs of ten.
        ("b 1 . 2 b 1 2 b . 1 2 b 2 1 b . 1 2 b b . 1 2 1 b . b 2 1 2 b 1 . 2 b 1 b 2 . b 1 b 2", 60, true),
        // One is read three times as often as the other.
        ("1 b 1 . 1 1 b 1 1 . b 1 1 2 1 1 b . 1 1 b 1 1 1 2 1 1 b 1 1 1 . b 1 1 b 1 1 2 1", 60, true),
    ])
    func `to and fro, epoch by epoch, are two tags`(story: String, seconds: Int, isTwo: Bool) {
        let ratio = Self.evidence(story, seconds: seconds).ratio
        #expect(ratio * CloneWatch.twinOdds > 99, "\(ratio)")
    }

    @Test(arguments: [
        // Carried there; carried there and back; carried to and fro every five minutes.
        ("140 .2 220", 60), ("120 . 25 . 120", 60), ("15 25 15 25 15 25 15 25 15 25", 60),
        ("112 .4 212 .4 112 .4 212", 5),
        // A ghost, and two.
        ("130 b 130", 60), ("120 b 110 b 120", 60),
        // Carried, with one clock 60 s ahead and the other 60 s behind: for two minutes both seem to read it.
        ("130 b24 28", 5), ("120 b2 220", 60),
        // Nothing; one zone alone; too little.
        ("", 5), ("164", 60), ("b2", 60), ("b24", 5), ("b3", 60),
    ])
    func `a carried tag, a ghost and a wrong clock are one tag`(story: String, seconds: Int) {
        let ratio = Self.evidence(story, seconds: seconds).ratio
        #expect(ratio * CloneWatch.twinOdds < 0.01, "\(ratio)")
    }

    /// A place between the two zones whose own antenna is silent: how often it is read there, and here.
    @Test(arguments: [
        ("1 1 . 1 . 1 b . . 1 1 . 2 1 . 1 1 . 1 2 . 1 1 . 1 b 1 . . 1 2 1 . 1 1 . 2 1", 60, false),
        ("b64", 60, true), ("b64", 5, true),
        ("b 1 . 2 b 1 2 b . 1 2 b 2 1 b . 1 2 b b . 1 2 1 b . b 2 1 2 b 1 . 2 b 1 b 2 . b 1 b 2", 60, true),
    ])
    func `strays of a tag between two zones are one tag`(story: String, seconds: Int, isTwo: Bool) {
        let bits = Self.bits(story)
        let shift = 120 / seconds
        let evidence = CloneEvidence(
            bits.here, bits.there, unit: ElapsedTime(seconds: Int64(seconds)), shiftMax: shift,
            isBetween: true)
        #expect((evidence.ratio * CloneWatch.twinOdds > 99) == isTwo, "\(evidence.ratio)")
        let apart = Self.evidence(story, seconds: seconds)
        #expect(apart.ratio * CloneWatch.twinOdds > 99)
    }

    @Test func `which zone is named first makes no difference`() {
        for story in ["110 b 2 b 220", "b64", "1 1 b 2 2 b 1 1"] {
            let bits = Self.bits(story)
            let unit = ElapsedTime(seconds: 60)
            let one = CloneEvidence(bits.here, bits.there, unit: unit, shiftMax: 2)
            let other = CloneEvidence(bits.there, bits.here, unit: unit, shiftMax: 2)
            #expect(abs(one.ratio - other.ratio) <= 1e-9 * one.ratio, "\(story)")
        }
    }
}
