import AssetModel
import PresenceInference
import ReadRing
import Testing

@Suite struct `evidence that cannot matter is not looked at` {
    /// Tags that rest, stray, are carried off and come back, told by all the evidence and by what is asked.
    private static func story(_ seed: UInt64, isSparing: Bool) -> PresenceStory {
        var story = PresenceStory()
        story.isSparing = isSparing
        var numbers = SeededNumbers(seed: seed)
        var homes = Array(repeating: StageWorld.a, count: 8)
        for _ in 0..<900 {
            story.go(to: story.second + Int64(1 + numbers.below(6)))
            for tag in homes.indices where numbers.below(10) < 4 {
                if numbers.below(60) == 0 { homes[tag] = numbers.below(3) }
                // Two of five reads are strays, now and then a row of them.
                let isAstray = numbers.below(5) < 2
                let antenna = isAstray ? numbers.below(story.layout.antennas.count) : homes[tag]
                story.read(tag, by: antenna, late: Int64(numbers.below(3)) * 4)
            }
        }
        return story
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `what is concluded and what is kept are the same, bit for bit`(seed: UInt64) {
        var all = Self.story(seed, isSparing: false)
        var sparing = Self.story(seed, isSparing: true)
        #expect(all.told == sparing.told)
        #expect(all.told.contains { $0.contains("moved") })
        #expect(
            all.tracker.takeChunks(all: true).map(\.bytes)
                == sparing.tracker.takeChunks(all: true).map(\.bytes))
    }

    @Test func `a neighbour's reads are a doubt from six, others from three, a first stay for a window`() {
        let stay = SettledStay(zone: 0, judgedSince: nil)
        #expect(!stay.isDoubted(by: (40, 5), isNear: true) && stay.isDoubted(by: (6, 6), isNear: true))
        #expect(!stay.isDoubted(by: (2, 2), isNear: false) && stay.isDoubted(by: (3, 0), isNear: false))
        #expect(!stay.isOpen(newest: 0, unit: EvidenceEpoch.length))
        let first = SettledStay(zone: 0, judgedSince: 1_200)
        #expect(first.isOpen(newest: 1_211, unit: EvidenceEpoch.length))
        #expect(!first.isOpen(newest: 1_212, unit: EvidenceEpoch.length))
        // In minutes: epoch 1,200 of five seconds begins minute 100.
        let minute = ElapsedTime(seconds: 60)
        #expect(first.isOpen(newest: 111, unit: minute) && !first.isOpen(newest: 112, unit: minute))
    }

    @Test func `the cells of a tag are those of its evidence, in whatever order`() {
        var ring = ReadRing(hash: KeyedHash(key: 7), limits: PathLimits())
        let tag = StageWorld.tag(1)
        for antenna in [9, 2, 5, 7, 0, 3] {
            _ = ring.observe(
                tag, antenna: antenna, heardAt: StageWorld.instant(Int64(antenna) * 30), signal: nil)
        }
        let slot = ring.slot(of: tag) ?? -1
        var cells: [String] = []
        ring.forEachCell(of: slot) { cells.append("\($0) \($1) \($2)") }
        let evidence = ring.evidence(of: slot).map { "\($0.antenna) \($0.newestEpoch) \($0.bits)" }
        #expect(cells.count == 6 && cells.sorted() == evidence.sorted())
    }
}
