import AssetModel
import Testing

@testable import PresenceInference

/// How strongly zones read a contested tag: what is kept of it, and what it shows.
struct SignalTrailTests {
    private struct Read {
        var zone: Int
        var second: Int64
        var centiDBm: Int16
    }

    private static func trail(_ reads: [Read]) -> SignalTrail {
        var trail = SignalTrail(slot: 3, epoch: EvidenceEpoch.length)
        for read in reads { note(read, in: &trail) }
        return trail
    }

    @discardableResult
    private static func note(_ read: Read, in trail: inout SignalTrail) -> Bool {
        trail.note(
            zone: read.zone, heardAt: StageWorld.instant(read.second),
            signal: SignalStrength(centiDBm: read.centiDBm))
    }

    /// One read a second by each of two zones, so strong; for the seconds given.
    private static func reads(_ seconds: Range<Int64>, _ strengths: (Int16, Int16)) -> [Read] {
        seconds.flatMap {
            [
                Read(zone: 0, second: $0, centiDBm: strengths.0),
                Read(zone: 1, second: $0, centiDBm: strengths.1),
            ]
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `reads of the last half minute leave the same trail in any order, and twice`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let past = Self.reads(0..<40, (-5_200, -6_000))
        // The newest comes first, or what comes after it may be too old.
        var window: [Read] = []
        for second in 41..<70 as Range<Int64> {
            for zone in 0..<3 {
                let signal = -7_000 + Int16(numbers.below(40)) * 50
                window.append(Read(zone: zone, second: second, centiDBm: signal))
            }
        }
        let first = window.removeLast()
        var shuffled = window + window
        for index in shuffled.indices.reversed() { shuffled.swapAt(index, numbers.below(index + 1)) }
        #expect(Self.trail(past + [first] + window) == Self.trail(past + [first] + shuffled))
    }

    private func expect(_ read: Read, changes: Bool, _ trail: inout SignalTrail) {
        let isChanged = Self.note(read, in: &trail)
        #expect(isChanged == changes)
    }

    @Test func `a repeat changes nothing, a stronger one does, and one from before the trail does not`() {
        var trail = Self.trail(Self.reads(0..<40, (-5_200, -6_000)))
        expect(Read(zone: 0, second: 39, centiDBm: -5_200), changes: false, &trail)
        expect(Read(zone: 0, second: 39, centiDBm: -5_500), changes: false, &trail)
        expect(Read(zone: 0, second: 39, centiDBm: -5_100), changes: true, &trail)
        expect(Read(zone: 0, second: 8, centiDBm: -5_100), changes: true, &trail)
        let before = trail
        expect(Read(zone: 0, second: 7, centiDBm: -3_000), changes: false, &trail)
        #expect(trail == before)
    }

    @Test func `after a break longer than the trail nothing of before counts`() throws {
        var trail = Self.trail(Self.reads(0..<40, (-5_200, -6_000)))
        let before = trail.judge(told: 0, card: nil)?.zone
        #expect(before == 0)
        for read in Self.reads(73..<79, (-6_000, -5_200)) { Self.note(read, in: &trail) }
        let judged = trail.judge(told: 0, card: nil)
        let found = try #require(judged)
        #expect(found.zone == 1)
        #expect(found.cells == 5)
    }

    @Test(arguments: [
        // Strengths; told at first zone 0; told at last.
        (-5_200, -6_000, 0, 0.85...0.99), (-6_000, -5_200, 1, 0.85...0.99),
        (-5_600, -5_600, 0, 0.49...0.51), (-5_600, -5_550, 0, 0.4...0.5),
        (-4_000, -8_000, 0, 0.99...0.99),
    ])
    func `the stronger zone is likelier by what standing waves leave of the difference`(
        first: Int16, second: Int16, zone: Int, chance: ClosedRange<Double>
    ) throws {
        var trail = Self.trail(Self.reads(0..<20, (first, second)))
        let judged = trail.judge(told: 0, card: nil)
        let found = try #require(judged)
        #expect(found.zone == zone)
        #expect(chance.contains(found.probability), "\(found.probability)")
    }

    @Test func `a difference of ten decibels tells a move after some ten seconds`() {
        var trail = Self.trail(Self.reads(0..<120, (-5_000, -6_000)))
        var told: Int64?
        for second in 120..<160 as Range<Int64> where told == nil {
            for read in Self.reads(second..<(second + 1), (-6_000, -5_000)) { Self.note(read, in: &trail) }
            if trail.judge(told: 0, card: nil)?.zone == 1 { told = second - 120 }
        }
        #expect((8...16).contains(told ?? -1), "\(told ?? -1)")
    }

    @Test func `a dip of one or two seconds tells nothing`() {
        var trail = Self.trail(Self.reads(0..<120, (-5_000, -6_000)))
        for read in Self.reads(120..<122, (-8_000, -5_000)) + Self.reads(122..<140, (-5_000, -6_000)) {
            Self.note(read, in: &trail)
            let zone = trail.judge(told: 0, card: nil)?.zone
            #expect(zone == 0)
        }
    }

    @Test func `a card is believed until strength contradicts it by more than one in a hundred`() {
        // 0.28 in the logarithm of the odds for a decibel: 4.6 are some 16 dB.
        var weak = Self.trail(Self.reads(0..<30, (-5_000, -6_000)))
        let doubted = weak.judge(told: 0, card: SignalTrail.Card(zone: 1, isFresh: true))?.zone
        #expect(doubted == 1)
        var strong = Self.trail(Self.reads(0..<30, (-5_000, -7_500)))
        let contradicted = strong.judge(told: 0, card: SignalTrail.Card(zone: 1, isFresh: true))?.zone
        #expect(contradicted == 0)
    }

    // MARK: all of them

    private static func filled(_ trails: inout SignalTrails, slots: Range<Int>, at second: Int64) {
        for slot in slots {
            trails.begin(slot, epoch: EvidenceEpoch.length, now: StageWorld.instant(second))
            _ = trails.change(slot) { note(Read(zone: 0, second: second, centiDBm: -5_000), in: &$0) }
        }
    }

    @Test func `a newcomer waits while all are read, and gets the place of one that was not for ten minutes`()
    {
        var trails = SignalTrails(capacity: 4)
        Self.filled(&trails, slots: 0..<4, at: 0)
        _ = trails.change(1) { Self.note(Read(zone: 0, second: 300, centiDBm: -5_000), in: &$0) }
        trails.begin(9, epoch: EvidenceEpoch.length, now: StageWorld.instant(600))
        #expect(trails.place(of: 9) == nil && trails.refused == 1 && trails.count == 4)
        trails.begin(9, epoch: EvidenceEpoch.length, now: StageWorld.instant(601))
        #expect(trails.place(of: 9) == 0 && trails.place(of: 0) == nil && trails.count == 4)
        trails.begin(10, epoch: EvidenceEpoch.length, now: StageWorld.instant(602))
        // The next in turn was read since.
        #expect(trails.place(of: 1) == 1 && trails.place(of: 10) == 2)
    }

    @Test func `a checkpoint brings every trail back, and a store without one none`() throws {
        var trails = SignalTrails()
        Self.filled(&trails, slots: 0..<200, at: 0)
        trails.end(70)
        for second in 1..<50 as Range<Int64> {
            for read in Self.reads(second..<(second + 1), (-5_000, -6_000)) {
                _ = trails.change(7) { Self.note(read, in: &$0) }
            }
        }
        _ = trails.change(7) { $0.judge(told: 1, card: nil) }
        let layout = StageWorld.layout()
        let same = StageWorld.mapping(from: layout, to: layout)
        let chunks = trails.takeChunks(all: true)
        var again = SignalTrails()
        try again.restore(chunks, mapping: same, layout: layout)
        #expect(again.count == 199)
        for slot in 0..<200 { #expect(again.trail(of: slot) == trails.trail(of: slot)) }
        let bytes = again.takeChunks(all: true).map(\.bytes)
        #expect(bytes == chunks.map(\.bytes))
        var old = SignalTrails()
        try old.restore([], mapping: same, layout: layout)
        let none = old.takeChunks(all: true)
        #expect(old.count == 0 && none.isEmpty)
        // Zone B is gone: what zone A read stays.
        var smaller = layout
        smaller.zones[StageWorld.b].id = "B2"
        var without = SignalTrails()
        try without.restore(chunks, mapping: StageWorld.mapping(from: layout, to: smaller), layout: smaller)
        #expect(without.trail(of: 7)?.zones.map(\.zone) == [0])
    }

    @Test func `a damaged chunk is refused`() {
        var trails = SignalTrails()
        Self.filled(&trails, slots: 0..<3, at: 0)
        let layout = StageWorld.layout()
        let same = StageWorld.mapping(from: layout, to: layout)
        for chunk in trails.takeChunks(all: true) where chunk.table == "signals" {
            for size in 1..<chunk.bytes.count where size % (chunk.bytes.count / 3) != 0 {
                let cut = Checkpoint.Chunk(
                    table: chunk.table, index: chunk.index, bytes: Array(chunk.bytes.prefix(size)))
                #expect(throws: ByteReader.Damaged.self) {
                    var again = SignalTrails()
                    try again.restore([cut], mapping: same, layout: layout)
                }
            }
        }
    }

    @Test(arguments: [8, 16, 24, 32])
    func `a time that is none is damage, and does not trap`(offset: Int) throws {
        var trails = SignalTrails()
        Self.filled(&trails, slots: 0..<1, at: 0)
        let layout = StageWorld.layout()
        let same = StageWorld.mapping(from: layout, to: layout)
        var chunk = try #require(trails.takeChunks(all: true).first { $0.table == "signals" })
        for byte in 0..<8 { chunk.bytes[offset + byte] = 0x7E }
        var again = SignalTrails()
        #expect(throws: ByteReader.Damaged.self) {
            try again.restore([chunk], mapping: same, layout: layout)
        }
    }
}
