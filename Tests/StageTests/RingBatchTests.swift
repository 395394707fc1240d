import AssetModel
import Testing

@testable import ReadRing

/// Many reads at once, in epochs of any length.
struct RingBatchTests {
    private static func ring() -> ReadRing {
        var limits = PathLimits()
        limits.strangersMax = 40
        limits.antennasPerTagMax = 3
        return ReadRing(hash: KeyedHash(key: 7), limits: limits)
    }

    /// Three in turn have the same first 128 bits: one of 128 bits, two of 160.
    private static func tag(_ number: Int) -> EPC {
        var words = EPC.Words()
        (words.first, words.second) = (0x3034_257B_F719_4E40, UInt64(number / 3))
        words.third = UInt64(number % 3) << 32
        return EPC(bitCount: number % 3 == 0 ? 128 : 160, words: words)
    }

    private static func words(_ sighting: ReadRing.Sighting) -> String {
        "\(sighting.slot) \(sighting.isNew) \(sighting.isFirst) \(sighting.evicted?.hex ?? "-")"
    }

    @Test(arguments: [1, 5, 60, 600])
    func `many reads at once are the same as one by one, in epochs of any length`(seconds: Int64) {
        let epochLength = ElapsedTime(seconds: seconds)
        var numbers = SeededNumbers(seed: UInt64(seconds))
        var (one, many) = (Self.ring(), Self.ring())
        var sightings = ReadRing.Sightings()
        for number in 0..<200 {
            #expect(one.register(Self.tag(number)) == many.register(Self.tag(number)))
        }
        for _ in 0..<30 {
            var expected: [ReadRing.Sighting] = []
            var (tags, heard): ([EPC], [ReadRing.Hearing]) = ([], [])
            for _ in 0..<1 + numbers.below(300) {
                let tag = Self.tag(numbers.below(260))
                // Before 1970 as well, and back and forth.
                let heardAt = UTCInstant(milliseconds: Int64(numbers.below(2_000_000)) - 1_000_000)
                let (antenna, signal) = (numbers.below(4), -4_000 - numbers.below(3_000))
                tags.append(tag)
                heard.append(
                    ReadRing.Hearing(heardAt: heardAt, antenna: UInt16(antenna), signal: Int16(signal)))
                expected.append(
                    one.observe(
                        tag, antenna: antenna, heardAt: heardAt,
                        signal: SignalStrength(centiDBm: Int16(signal)), epochLength: epochLength))
            }
            many.observe(tags.span, heard.span, epochLength: epochLength, into: &sightings)
            #expect((0..<sightings.count).map { Self.words(sightings[$0]) } == expected.map(Self.words))
        }
        #expect(one.strangersEvicted == many.strangersEvicted && one.strangersEvicted > 50)
        #expect(one.antennasReplaced == many.antennasReplaced && one.antennasReplaced > 50)
        #expect(one.takeChunks(all: false).map(\.bytes) == many.takeChunks(all: false).map(\.bytes))
    }

    /// What stands for the last bits of a long EPC in its line may be another's second 64 bits. Some of these
    /// come to that line too.
    @Test func `strangers that agree with all that the line of a long tag shows are strangers`() throws {
        func long(_ second: UInt64, _ third: Int) -> EPC {
            var words = EPC.Words()
            (words.first, words.second, words.third) = (0x3034_257B_F719_4E40, second, UInt64(third) << 32)
            return EPC(bitCount: 160, words: words)
        }
        var ring = Self.ring()
        let registered = ring.register(long(1, 0))
        let shown = try #require(ring.line(at: registered)).pointee.second
        let tags = (0..<4_000).flatMap { third in
            third % 5 == 0 ? [long(1, third + 1), long(shown, third)] : [long(shown, third)]
        }
        let heard = tags.map { _ in
            ReadRing.Hearing(heardAt: StageWorld.start, antenna: 1, signal: ReadRing.Hearing.noSignal)
        }
        var sightings = ReadRing.Sightings()
        ring.observe(tags.span, heard.span, into: &sightings)
        let taken = tags.indices.count { sightings[$0].slot == registered }
        #expect(taken == 0 && ring.evidence(of: registered).isEmpty, "\(taken) taken for it")
    }
}
