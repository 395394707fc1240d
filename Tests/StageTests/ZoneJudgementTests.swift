import AssetModel
import Testing

@testable import PresenceInference

/// How sure the reads of the last epochs make us of a place. Expected values: 1 / (1 + Σ odds^-lead), worked
/// out with odds of 8.5 for neighbours and 73.5 for zones further away.
struct ZoneJudgementTests {
    private static let certainty = RuleSettings().placeCertainty

    /// Reads of one antenna, the newest epoch first: `"1101"` was read now, 5 s and 15 s ago.
    private static func reads(_ antenna: Int, _ pattern: String, newest: Int64 = 1_000) -> AntennaEvidence {
        var evidence = AntennaEvidence(antenna: antenna, newestEpoch: newest, bits: 0)
        for (age, sign) in pattern.enumerated() where sign == "1" { evidence.bits |= 1 << UInt64(age) }
        return evidence
    }

    private static func claims(
        _ evidence: [AntennaEvidence], layout: SiteLayout = StageWorld.layout()
    ) -> ZoneClaims {
        ZoneClaims(
            evidence: evidence, layout: layout, intervals: CoverageLedger(layout: layout).reportIntervals)
    }

    private static func judge(
        _ zone: Int, _ evidence: [AntennaEvidence], suspects: [Int] = [], uncovered: Set<Int> = [],
        layout: SiteLayout = StageWorld.layout()
    ) -> ZoneJudgement {
        claims(evidence, layout: layout).judge(zone, suspects: suspects, layout: layout) {
            ZoneClaims.Known(isCovered: !uncovered.contains($0))
        }
    }

    private static func isNear(_ probability: Double, _ expected: Double) -> Bool {
        abs(probability - expected) < 0.000_001
    }

    /// Reads of shelf A, reads of the rival, the rival (1: next to it, 2: further away) → probability, and
    /// whether it is sure enough.
    @Test(arguments: [
        ("111", "111", 1, 0.5, false), ("111", "11", 1, 0.894_737, false), ("111", "1", 1, 0.986_348, true),
        ("1111", "1", 1, 0.998_374, true), ("11", "111", 1, 0.105_263, false),
        ("111", "111", 2, 0.5, false), ("111", "11", 2, 0.986_577, true), ("111", "1", 2, 0.999_815, true),
        ("11", "111", 2, 0.013_423, false), ("11111111", "1", 1, 0.9999, true),
        ("111111", "1", 2, 0.9999, true),
    ])
    func `each epoch that only one of two zones read moves the odds`(
        own: String, other: String, rival: Int, probability: Double, isSure: Bool
    ) {
        let judgement = Self.judge(
            StageWorld.a, [Self.reads(StageWorld.a, own), Self.reads(rival, other)])
        #expect(Self.isNear(judgement.probability, probability), "\(judgement.probability)")
        #expect((judgement.probability >= Self.certainty) == isSure)
        #expect(judgement.hits == own.count && judgement.rival == rival)
        #expect(judgement.rivalHits == other.count)
        let back = Self.judge(rival, [Self.reads(StageWorld.a, own), Self.reads(rival, other)])
        #expect(judgement.probability + back.probability <= 1.000_1)
    }

    @Test func `without a rival nobody is surer than the bound`() {
        let judgement = Self.judge(StageWorld.a, [Self.reads(StageWorld.a, "1")])
        #expect(judgement.probability == 0.9999)
        #expect(judgement.rival == nil && judgement.rivalHits == 0 && judgement.window == 12)
    }

    @Test func `doubts of several rivals add up, and the strongest is named`() {
        let judgement = Self.judge(
            StageWorld.a,
            [
                Self.reads(StageWorld.a, "111"), Self.reads(StageWorld.b, "1"),
                Self.reads(StageWorld.c, "11"),
            ])
        #expect(Self.isNear(judgement.probability, 0.973_287))
        #expect(judgement.rival == StageWorld.b && judgement.rivalHits == 1)
    }

    @Test func `a zone under suspicion counts without a read of its own`() {
        let reads = [Self.reads(StageWorld.a, "1")]
        let next = Self.judge(StageWorld.a, reads, suspects: [StageWorld.b])
        #expect(Self.isNear(next.probability, 0.894_737) && next.rival == StageWorld.b)
        let far = Self.judge(StageWorld.a, reads, suspects: [StageWorld.c, StageWorld.a])
        #expect(Self.isNear(far.probability, 0.986_577) && far.rival == StageWorld.c)
        // Suspected and read at once is one rival.
        let twice = Self.judge(
            StageWorld.a, [Self.reads(StageWorld.a, "111"), Self.reads(StageWorld.b, "1")],
            suspects: [StageWorld.b, StageWorld.b])
        #expect(Self.isNear(twice.probability, 0.986_348))
    }

    /// Reads of shelf B while shelf A next to it is not covered → probability that it is on B.
    @Test(arguments: [
        ("111", 0.829_993, false), ("11111", 0.933_555, false), ("111111", 0.959_734, true),
        ("1111101", 0.730_350, false), ("11111011111", 0.957_324, true), ("1111011111", 0.929_692, false),
        ("100000000001", 0.000_000_001, false),
    ])
    func `misses of a neighbour that is not covered say nothing, only regular reads do`(
        own: String, probability: Double, isSure: Bool
    ) {
        let judgement = Self.judge(
            StageWorld.b, [Self.reads(StageWorld.b, own)], suspects: [StageWorld.a], uncovered: [StageWorld.a]
        )
        #expect(Self.isNear(judgement.probability, probability), "\(judgement.probability)")
        #expect((judgement.probability >= Self.certainty) == isSure)
        let far = Self.judge(
            StageWorld.c, [Self.reads(StageWorld.c, "111")], suspects: [StageWorld.a],
            uncovered: [StageWorld.a])
        #expect(far.probability >= Self.certainty)
    }

    /// Reads of the zone, reads of its rival that is not covered, the rival → whether that is sure enough.
    /// The rival's misses say nothing; its reads say as much as the zone's own.
    @Test(arguments: [
        ("111111", "", 1, true), ("111111", "111111", 1, false), ("111111", "1", 1, false),
        ("11111111", "1", 1, true), ("11", "", 2, true), ("111", "11", 2, false), ("111", "111", 2, false),
        ("1010", "", 2, false),
    ])
    func `a rival that is not covered keeps what it did read`(
        own: String, other: String, rival: Int, isSure: Bool
    ) {
        let reads = [Self.reads(StageWorld.a, own)] + (other.isEmpty ? [] : [Self.reads(rival, other)])
        let judgement = Self.judge(StageWorld.a, reads, suspects: [rival], uncovered: [rival])
        #expect((judgement.probability >= Self.certainty) == isSure, "\(judgement.probability)")
    }

    /// Epochs that only the new zone read → whether a tag that was settled next door, or further away, moves.
    @Test(arguments: [(1, 7, false), (1, 8, true), (2, 3, false), (2, 4, true)])
    func `a tag that was settled elsewhere needs more than one that was not`(
        rival: Int, epochs: Int, moves: Bool
    ) {
        let reads = [Self.reads(StageWorld.a, String(repeating: "1", count: epochs))]
        let layout = StageWorld.layout()
        let judgement = Self.claims(reads).judge(
            StageWorld.a, suspects: [rival], belief: (settled: rival, home: nil), layout: layout
        ) { _ in ZoneClaims.Known(isCovered: true) }
        #expect((judgement.probability >= Self.certainty) == moves)
    }

    /// The share of the reads next door that the antennas at work there make, how well it is known that a tag
    /// is seldom read elsewhere → epochs that only the new zone read until the tag has moved. An epoch moves
    /// the odds by r/s · (1 - ps)/(1 - pr) for a share p, where r and s are 0.95 and 0.56 for nothing known,
    /// 0.6 and 0.15 for all, and lie between them in between.
    @Test(
        arguments: [
            (1, 0, 8), (0.8, 0, 11), (0.5, 0, 16), (0.2, 0, 24), (0, 0, 32), (0, 0.5, 22), (0, 1, 13),
            (0.5, 0.5, 16), (0.5, 1, 11),
        ] as [(Double, Double, Int)])
    func `the less is known of the zone where a tag was settled, the longer a move takes`(
        share: Double, strays: Double, epochs: Int
    ) {
        let layout = StageWorld.layout()
        func moves(_ epochs: Int) -> Bool {
            let reads = [Self.reads(StageWorld.a, String(repeating: "1", count: epochs))]
            let claims = Self.claims(reads).sinceTakeover(by: StageWorld.a, from: StageWorld.b, lead: 1)
            let judgement = claims?.judge(
                StageWorld.a, suspects: [StageWorld.b], belief: (settled: StageWorld.b, home: nil),
                layout: layout
            ) { _ in ZoneClaims.Known(watched: share, strays: strays) }
            return judgement.map { $0.probability >= Self.certainty } ?? false
        }
        let first = (1...64).first(where: moves)
        #expect(first == epochs)
    }

    /// Strays and chances without one → most that is believable, in thousandths.
    @Test(arguments: [(0.3, 2, 501), (100, 2_780, 41), (0, 60, 0), (30, 30, 628)] as [(Float, Float, Int)])
    func `reads elsewhere are as seldom as is known for sure`(strays: Float, misses: Float, most: Int) {
        let rate = ReadRate(hits: 1, misses: 1, strays: strays, strayMisses: misses)
        #expect(Int((rate.strayMost * 1_000).rounded(.down)) == most)
        let near = ZoneJudgement.neighbour.nearness(
            to: rate.strayMost, from: ZoneJudgement.blindNeighbour)
        #expect((near == 1) == (most <= 150) && (near == 0) == (most >= 560))
    }

    @Test func `neighbourhood holds both ways, whichever of the two names the other`() {
        for (zone, rival) in [(StageWorld.a, StageWorld.b), (StageWorld.b, StageWorld.a)] {
            let judgement = Self.judge(zone, [Self.reads(zone, "11"), Self.reads(rival, "1")])
            #expect(Self.isNear(judgement.probability, 0.894_737))
        }
    }

    /// Report interval in seconds, as its messages show it → epochs looked at: five reports, at least a
    /// minute, at most a word.
    @Test(arguments: [
        (0, 12), (12, 12), (13, 13), (20, 20), (30, 30), (60, 60), (63, 63), (64, 64), (600, 64),
    ])
    func `the window is a minute, or five reports of a reader that reports less often`(
        seconds: Int64, window: Int
    ) {
        let layout = StageWorld.layout()
        let intervals = layout.zones.map { _ in ElapsedTime(seconds: seconds) }
        let reads = Self.reads(StageWorld.a, String(repeating: "1", count: 64))
        let claims = ZoneClaims(evidence: [reads], layout: layout, intervals: intervals)
        #expect(claims.window == window && claims.hitCount(of: StageWorld.a) == window)
    }

    @Test func `epochs are as long as the report interval of the configuration`() {
        let layout = StageWorld.layout(reportInterval: ElapsedTime(seconds: 60))
        let claims = Self.claims([Self.reads(StageWorld.a, "1101", newest: 1_000)], layout: layout)
        #expect(claims.unit == ElapsedTime(seconds: 60) && claims.window == 12)
        #expect(claims.hitCount(of: StageWorld.a) == 3)
        #expect(claims.start(of: StageWorld.a) == UTCInstant(milliseconds: 997 * 60_000))
    }

    @Test func `short epochs are folded into the long ones of another reader`() {
        var layout = StageWorld.layout()
        layout.readers[StageWorld.c].reportInterval = ElapsedTime(seconds: 20)
        // Epoch 1,000 of 20 s holds 4,000...4,003 of 5 s; the word of the fast reader spans 16 long epochs.
        let fast = Self.reads(StageWorld.a, "1000" + "1111" + "0000" + "0001", newest: 4_003)
        let claims = Self.claims([fast, Self.reads(StageWorld.c, "011", newest: 1_000)], layout: layout)
        #expect(claims.hitCount(of: StageWorld.a) == 3 && claims.hitCount(of: StageWorld.c) == 2)
        #expect(claims.firstEpoch(of: StageWorld.a) == 997 && claims.newestEpoch == 1_000)
    }

    @Test func `a zone takes a tag over where the epochs that only one of two read turn`() throws {
        let old = Self.reads(StageWorld.a, "000000001111111111", newest: 1_000)
        let new = Self.reads(StageWorld.c, "11011111001", newest: 1_000)
        let claims = Self.claims([old, new])
        let since = try #require(claims.sinceTakeover(by: StageWorld.c, from: StageWorld.a, lead: 7))
        #expect(since.window == 8 && since.hitCount(of: StageWorld.c) == 7)
        #expect(since.hitCount(of: StageWorld.a) == 0 && since.firstEpoch(of: StageWorld.c) == 993)
        #expect(claims.sinceTakeover(by: StageWorld.c, from: StageWorld.a, lead: 8) == nil)
        #expect(claims.sinceTakeover(by: StageWorld.b, from: StageWorld.a, lead: 1) == nil)
    }

    @Test func `reads from before the books sent a tag elsewhere are no claim`() {
        let reads = Self.reads(StageWorld.a, "11111111", newest: 1_000)
        #expect(Self.claims([reads]).since(epoch: 997).hitCount(of: StageWorld.a) == 3)
        #expect(Self.claims([reads]).since(epoch: 1_000).hitCount(of: StageWorld.a) == 0)
        #expect(Self.claims([reads]).since(epoch: Int64.min).hitCount(of: StageWorld.a) == 8)
    }

    @Test func `the window ends with the newest read of any zone where tags rest`() {
        let old = Self.reads(StageWorld.a, "111", newest: 990)
        let claims = Self.claims([old, Self.reads(StageWorld.c, "1", newest: 1_000)])
        // Epochs 990 and 989 are the last two of the window; 988 has left it.
        #expect(claims.hitCount(of: StageWorld.a) == 2 && claims.firstEpoch(of: StageWorld.a) == 989)
        let gate = Self.reads(StageWorld.gate, "1", newest: 1_000)
        let passed = Self.claims([old, gate])
        #expect(passed.hitCount(of: StageWorld.a) == 3 && passed.hitCount(of: StageWorld.gate) == 0)
    }

    @Test func `two antennas of a zone that read in the same epoch are one hit`() {
        var layout = StageWorld.layout()
        layout.antennas.append(SiteLayout.Antenna(reader: 0, port: 2, zone: StageWorld.a))
        let reads = [Self.reads(StageWorld.a, "1100"), Self.reads(5, "0111")]
        let claims = Self.claims(reads, layout: layout)
        #expect(claims.hitCount(of: StageWorld.a) == 4 && claims.strongest == StageWorld.a)
        #expect(claims.firstEpoch(of: StageWorld.a) == 997)
    }

    @Test func `the zone with most hits is the strongest, of equals the first in order`() {
        let layout = StageWorld.layout()
        func strongest(_ evidence: [AntennaEvidence]) -> Int? {
            Self.claims(evidence, layout: layout).strongest
        }
        let (first, second) = (Self.reads(StageWorld.a, "1010"), Self.reads(StageWorld.b, "0101"))
        #expect(strongest([first, second]) == StageWorld.a && strongest([second, first]) == StageWorld.a)
        #expect(strongest([first, Self.reads(StageWorld.b, "111")]) == StageWorld.b)
        #expect(strongest([Self.reads(StageWorld.gate, "111"), Self.reads(StageWorld.walkBy, "1")]) == nil)
        #expect(strongest([]) == nil)
    }
}
