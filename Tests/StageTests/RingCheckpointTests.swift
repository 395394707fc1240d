import AssetModel
import ReadRing
import Testing

/// A ring comes back from its chunks.
struct RingCheckpointTests {
    private static let limits: PathLimits = {
        var limits = PathLimits()
        limits.strangersMax = 60
        return limits
    }()

    private static func fresh() -> ReadRing { ReadRing(hash: KeyedHash(key: 1), limits: limits) }

    private static func mapping(_ antennas: [Int?]) -> LayoutMapping {
        let old = LayoutMapping.Names(
            zones: [], readers: [], antennas: antennas.indices.map { "a\($0)" })
        let size = (antennas.compactMap { $0 }.max() ?? -1) + 1
        let new = (0..<size).map { index in
            antennas.firstIndex(of: index).map { "a\($0)" } ?? "new \(index)"
        }
        return LayoutMapping(from: old, to: LayoutMapping.Names(zones: [], readers: [], antennas: new))
    }

    private static let sameAntennas = mapping([0, 1, 2, 3])

    /// Reads of 40 registered tags and 200 strangers by four antennas.
    private static func hear(
        _ count: Int, from step: Int, _ numbers: inout SeededNumbers, _ ring: inout ReadRing
    ) {
        for index in 0..<count {
            let number = numbers.below(240)
            let tag = StageWorld.tag(number)
            if number < 40, ring.slot(of: tag) == nil { _ = ring.register(tag) }
            let signal = numbers.below(3) == 0 ? nil : SignalStrength(centiDBm: -Int16(numbers.below(9_000)))
            _ = ring.observe(
                tag, antenna: numbers.below(4), heardAt: StageWorld.instant(Int64(step + index) * 2),
                signal: signal)
        }
    }

    /// Everything about a ring, counters of repeats left out where asked.
    private static func contents(_ ring: ReadRing, counters: Bool) -> [String] {
        (0..<ring.slotLimit).map { slot in
            guard let tag = ring.tag(at: slot) else { return "-" }
            let evidence = ring.evidence(of: slot).map { item in
                let counted = counters ? " \(item.reads) \(item.peakSignal?.centiDBm ?? 1)" : ""
                return "\(item.antenna):\(item.newestEpoch):\(item.bits)\(counted)"
            }
            return "\(tag) \(ring.isRegistered(slot)) \(evidence)"
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `all chunks give everything back, and what happens next is the same`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var ring = Self.fresh()
        Self.hear(3_000, from: 0, &numbers, &ring)
        var again = Self.fresh()
        try again.restore(ring.takeChunks(all: true), mapping: Self.sameAntennas)
        #expect(Self.contents(again, counters: true) == Self.contents(ring, counters: true))
        #expect(again.count == ring.count && again.strangersEvicted == ring.strangersEvicted)
        #expect(ring.strangersEvicted > 100)
        var (one, other) = (numbers, numbers)
        Self.hear(2_000, from: 3_000, &one, &ring)
        Self.hear(2_000, from: 3_000, &other, &again)
        #expect(Self.contents(again, counters: true) == Self.contents(ring, counters: true))
        #expect(again.strangersEvicted == ring.strangersEvicted)
    }

    @Test(arguments: [UInt64(4), 5, 6])
    func `chunks of what changed, upon an older checkpoint, give all evidence back`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var ring = Self.fresh()
        Self.hear(300, from: 0, &numbers, &ring)
        var kept = KeptChunks(ring.takeChunks(all: true))
        for round in 1...10 {
            Self.hear(30, from: round * 300, &numbers, &ring)
            kept.put(ring.takeChunks(all: false))
        }
        var again = Self.fresh()
        try again.restore(kept.chunks, mapping: Self.sameAntennas)
        #expect(Self.contents(again, counters: false) == Self.contents(ring, counters: false))
        #expect(again.strangersEvicted == ring.strangersEvicted)
        var (one, other) = (numbers, numbers)
        Self.hear(1_000, from: 4_000, &one, &ring)
        Self.hear(1_000, from: 4_000, &other, &again)
        #expect(Self.contents(again, counters: false) == Self.contents(ring, counters: false))
    }

    @Test func `a chunk is 64 lines, and only those with news are written`() {
        var ring = Self.fresh()
        for number in 0..<200 { _ = ring.register(StageWorld.tag(number)) }
        func names(_ chunks: [Checkpoint.Chunk]) -> [String] { chunks.map { "\($0.table)/\($0.index)" } }
        #expect(
            names(ring.takeChunks(all: false)) == ["ring_clock/0", "ring/0", "ring/1", "ring/2", "ring/3"])
        #expect(names(ring.takeChunks(all: false)) == ["ring_clock/0"])
        let last = StageWorld.tag(191)
        _ = ring.observe(last, antenna: 0, heardAt: StageWorld.start, signal: nil)
        #expect(names(ring.takeChunks(all: false)) == ["ring_clock/0", "ring/2"])
        // A repeat changes counters only: flash wears.
        _ = ring.observe(last, antenna: 0, heardAt: StageWorld.start, signal: nil)
        #expect(names(ring.takeChunks(all: false)) == ["ring_clock/0"])
        #expect(names(ring.takeChunks(all: true)).count == 5)
    }

    @Test func `evidence follows its antenna to another index, and goes with an antenna that is gone`() throws
    {
        var ring = Self.fresh()
        let slot = ring.register(StageWorld.tag(1))
        for antenna in 0..<4 {
            _ = ring.observe(
                StageWorld.tag(1), antenna: antenna, heardAt: StageWorld.instant(Int64(antenna) * 5),
                signal: nil)
        }
        var again = Self.fresh()
        try again.restore(ring.takeChunks(all: true), mapping: Self.mapping([2, nil, 0, 1]))
        let before = ring.evidence(of: slot)
        let after = again.evidence(of: slot)
        #expect(after.map(\.antenna) == [0, 1, 2])
        #expect(after.map(\.newestEpoch) == [before[2], before[3], before[0]].map(\.newestEpoch))
        #expect(again.tag(at: slot) == StageWorld.tag(1) && again.isRegistered(slot))
    }

    @Test func `a chunk cut off within a line is damage, and never a trap`() throws {
        var ring = Self.fresh()
        var numbers = SeededNumbers(seed: 9)
        Self.hear(40, from: 0, &numbers, &ring)
        let chunks = ring.takeChunks(all: true)
        let lines = try #require(chunks.first { $0.table == "ring" })
        var whole = 0
        for size in 0..<lines.bytes.count {
            var again = Self.fresh()
            let cut = Checkpoint.Chunk(table: "ring", index: 0, bytes: Array(lines.bytes.prefix(size)))
            do {
                try again.restore([cut], mapping: Self.sameAntennas)
                #expect(again.count == whole, "\(size) bytes")
                whole += 1
            } catch {
                #expect(error.offset <= size)
            }
        }
        // Only the cuts between two lines can be taken for a whole chunk.
        #expect(whole == ring.count)
        for size in 0..<chunks[0].bytes.count {
            var again = Self.fresh()
            let cut = Checkpoint.Chunk(
                table: "ring_clock", index: 0, bytes: Array(chunks[0].bytes.prefix(size)))
            #expect(throws: ByteReader.Damaged.self) {
                try again.restore([cut], mapping: Self.sameAntennas)
            }
        }
    }
}
