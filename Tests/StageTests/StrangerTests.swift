import AssetModel
import ReadRing
import Testing

/// Strangers live in a bounded share of the ring; the register is never given up for them.
struct StrangerTests {
    private static func ring(strangersMax: Int) -> ReadRing {
        var limits = PathLimits()
        limits.strangersMax = strangersMax
        return ReadRing(hash: KeyedHash(key: 0), limits: limits)
    }

    /// A stranger heard in its own second, so that every read is news.
    private static func hear(_ number: Int, _ second: Int, in ring: inout ReadRing) -> ReadRing.Sighting {
        ring.observe(
            StageWorld.tag(number), antenna: 0, heardAt: StageWorld.instant(Int64(second) * 5), signal: nil)
    }

    @Test func `strangers never exceed their share, registered tags never go, and each that goes is counted`()
    {
        var numbers = SeededNumbers(seed: 11)
        var ring = Self.ring(strangersMax: 100)
        for number in 0..<50 { _ = ring.register(StageWorld.tag(number)) }
        var present: Set<EPC> = []
        var evictions: Int64 = 0
        for step in 0..<5_000 {
            let number = numbers.below(1_000)
            let sighting = Self.hear(number, step, in: &ring)
            if let evicted = sighting.evicted {
                evictions += 1
                #expect(present.remove(evicted) != nil && sighting.isFirst)
                #expect(ring.slot(of: evicted) == nil)
            }
            if number >= 50 { present.insert(StageWorld.tag(number)) }
            #expect(present.count <= 100)
        }
        #expect(present.count == 100 && ring.count == 150)
        #expect(evictions > 2_000 && ring.strangersEvicted == evictions)
        for number in 0..<50 {
            #expect(ring.slot(of: StageWorld.tag(number)).map { ring.isRegistered($0) } == true)
        }
    }

    /// Full table of four; then who is heard → who goes (`.`: nobody). The hand starts behind the first line.
    @Test(arguments: [
        // All have been heard since: everyone gets a second chance, then the first one met goes.
        ([4], "1"),
        // The next ones met go in turn.
        ([4, 5, 6], "123"),
        // Heard again since the hand passed: passed over once more.
        ([4, 2, 5], "1.3"),
        // 2 and 3 are passed over, then 0 goes.
        ([4, 2, 3, 5], "1..0"),
        // Passed over once, not for ever.
        ([4, 2, 5, 6, 7, 8], "1.3024"),
    ])
    func `the one not heard for longest makes room`(heard: [Int], expected: String) {
        var ring = Self.ring(strangersMax: 4)
        for number in 0..<4 { _ = Self.hear(number, 0, in: &ring) }
        let gone = heard.enumerated().map { step, number in
            let evicted = Self.hear(number, step + 1, in: &ring).evicted
            return (0..<20).first { StageWorld.tag($0) == evicted }.map { "\($0)" } ?? "."
        }
        #expect(gone.joined() == expected)
    }

    @Test func `a repeat within its epoch is no second chance`() {
        var ring = Self.ring(strangersMax: 4)
        for number in 0..<4 { _ = Self.hear(number, 0, in: &ring) }
        _ = Self.hear(4, 1, in: &ring)
        #expect(!Self.hear(2, 0, in: &ring).isNew)
        #expect(Self.hear(5, 2, in: &ring).evicted == StageWorld.tag(2))
    }

    @Test func `a stranger that is registered leaves the share of strangers and keeps line and evidence`()
        throws
    {
        var ring = Self.ring(strangersMax: 4)
        for number in 0..<4 { _ = Self.hear(number, 0, in: &ring) }
        let slot = try #require(ring.slot(of: StageWorld.tag(1)))
        let evidence = ring.evidence(of: slot)
        #expect(ring.register(StageWorld.tag(1)) == slot && ring.isRegistered(slot))
        #expect(ring.register(StageWorld.tag(1)) == slot)
        #expect(ring.evidence(of: slot) == evidence)
        #expect(Self.hear(4, 1, in: &ring).evicted == nil)
        #expect(Self.hear(5, 2, in: &ring).evicted != nil)
        for step in 6..<40 { _ = Self.hear(step, step, in: &ring) }
        #expect(ring.slot(of: StageWorld.tag(1)) == slot)
        #expect(ring.count == 5)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `no tag is lost or found twice under churn`(seed: UInt64) {
        // 1,000 strangers in a table of 2,048: long runs of neighbours in which holes have to be closed.
        var numbers = SeededNumbers(seed: seed)
        var ring = Self.ring(strangersMax: 1_000)
        var present: [EPC: Int] = [:]
        for step in 0..<12_000 {
            let tag = StageWorld.tag(numbers.below(3_000))
            let sighting = ring.observe(
                tag, antenna: numbers.below(3), heardAt: StageWorld.instant(Int64(step)), signal: nil)
            if sighting.isFirst != (present[tag] == nil) { Issue.record("step \(step): \(tag) was known") }
            if let evicted = sighting.evicted { present[evicted] = nil }
            present[tag] = sighting.slot
            guard step % 1_500 == 1_499 else { continue }
            for number in 0..<3_000 {
                let other = StageWorld.tag(number)
                if ring.slot(of: other) != present[other] { Issue.record("step \(step): \(other) is lost") }
            }
            #expect(ring.count == present.count && present.count <= 1_000)
            #expect(Set(present.values).count == present.count)
        }
        #expect(ring.slotLimit <= 1_000)
    }

    @Test func `a line that is used again remembers nothing of the stranger before`() throws {
        var ring = Self.ring(strangersMax: 1)
        for antenna in 0..<5 {
            _ = ring.observe(StageWorld.tag(1), antenna: antenna, heardAt: StageWorld.start, signal: nil)
        }
        let sighting = Self.hear(2, 9, in: &ring)
        #expect(sighting.evicted == StageWorld.tag(1) && sighting.isFirst && sighting.isNew)
        #expect(ring.evidence(of: sighting.slot).map(\.antenna) == [0])
        #expect(ring.evidence(of: sighting.slot).map(\.bits) == [1])
    }

    @Test func `the journal of a restart puts a stranger back into its own line`() {
        var ring = Self.ring(strangersMax: 3)
        _ = ring.register(StageWorld.tag(0))
        ring.define(StageWorld.tag(9), at: 5)
        #expect(ring.slot(of: StageWorld.tag(9)) == 5 && ring.tag(at: 5) == StageWorld.tag(9))
        #expect(!ring.isRegistered(5) && ring.count == 2)
        ring.define(StageWorld.tag(9), at: 5)
        #expect(ring.count == 2)
        // The lines between are free, and used before new ones are made.
        let first = Self.hear(1, 0, in: &ring)
        let second = Self.hear(2, 0, in: &ring)
        #expect(Set([first.slot, second.slot]).isSubset(of: [1, 2, 3, 4]) && first.slot != second.slot)
        // Another tag in a line that is taken: the one before is gone.
        ring.define(StageWorld.tag(7), at: 5)
        #expect(ring.slot(of: StageWorld.tag(9)) == nil && ring.slot(of: StageWorld.tag(7)) == 5)
        #expect(ring.count <= 4)
    }
}
