import AssetModel
import ReadRing
import Testing

/// What the ring promises whatever comes in whatever order.
struct RingPropertyTests {
    /// A key whose first half is known, so that tags can be chosen that all hash alike.
    private static let key: UInt64 = 0x5EED
    private static let firstOfKey = key ^ 0x6A09_E667_F3BC_C909

    private static func ring(strangersMax: Int = 1_000, antennas: Int = 8) -> ReadRing {
        var limits = PathLimits()
        limits.strangersMax = strangersMax
        limits.antennasPerTagMax = antennas
        return ReadRing(hash: KeyedHash(key: key), limits: limits)
    }

    /// Tags of 96, 128 and 208 bits as they come, or tags of 128 and 256 bits that all have one hash.
    private static func tag(_ number: Int, colliding: Bool) -> EPC {
        guard colliding else { return StageWorld.tag(number) }
        var words = EPC.Words()
        words.first = firstOfKey
        words.second = UInt64(number)
        if number % 2 == 1 {
            words.third = firstOfKey
            words.fourth = UInt64(number)
        }
        return EPC(bitCount: number % 2 == 1 ? 256 : 128, words: words)
    }

    private struct Delivery {
        var tag: EPC
        var antenna: Int
        var heardAt: UTCInstant
        var signal: SignalStrength?
    }

    private static func deliveries(
        _ count: Int, of range: (tags: Int, antennas: Int, seconds: Int), colliding: Bool,
        _ numbers: inout SeededNumbers
    ) -> [Delivery] {
        (0..<count).map { _ in
            Delivery(
                tag: tag(numbers.below(range.tags), colliding: colliding),
                antenna: numbers.below(range.antennas) * 1_000,
                heardAt: StageWorld.instant(Int64(numbers.below(range.seconds))),
                signal: numbers.below(3) == 0
                    ? nil : SignalStrength(centiDBm: Int16(-7_000 + numbers.below(4_000))))
        }
    }

    private static func observe(_ delivery: Delivery, in ring: inout ReadRing) -> ReadRing.Sighting {
        ring.observe(
            delivery.tag, antenna: delivery.antenna, heardAt: delivery.heardAt, signal: delivery.signal)
    }

    private static func observe(
        together deliveries: [Delivery], in ring: inout ReadRing, _ sightings: inout ReadRing.Sightings
    ) {
        let tags = deliveries.map(\.tag)
        let heard = deliveries.map {
            ReadRing.Hearing(
                heardAt: $0.heardAt, antenna: UInt16($0.antenna),
                signal: $0.signal?.centiDBm ?? ReadRing.Hearing.noSignal)
        }
        ring.observe(tags.span, heard.span, into: &sightings)
    }

    /// Evidence of every tag, counters aside.
    private static func state(_ ring: ReadRing) -> [EPC: [AntennaEvidence]] {
        var all: [EPC: [AntennaEvidence]] = [:]
        for slot in 0..<ring.slotLimit {
            guard let tag = ring.tag(at: slot) else { continue }
            all[tag] = ring.evidence(of: slot).map { item in
                var item = item
                item.reads = 0
                return item
            }
        }
        return all
    }

    private static func words(_ sighting: ReadRing.Sighting) -> String {
        "\(sighting.slot) \(sighting.isNew) \(sighting.isFirst) \(sighting.evicted?.hex ?? "-")"
    }

    @Test(arguments: [UInt64(1), 2, 3, 4], [false, true])
    func `any order and number of deliveries within the window gives the same evidence in the same order`(
        seed: UInt64, colliding: Bool
    ) {
        var numbers = SeededNumbers(seed: seed)
        let deliveries = Self.deliveries(
            600, of: (40, 6, 320), colliding: colliding, &numbers)
        func after(_ deliveries: [Delivery]) -> [EPC: [AntennaEvidence]] {
            var ring = Self.ring()
            // Half of them are registered, the others are strangers below the bound.
            for number in 0..<20 { _ = ring.register(Self.tag(number, colliding: colliding)) }
            for delivery in deliveries { _ = Self.observe(delivery, in: &ring) }
            return Self.state(ring)
        }
        let expected = after(deliveries.sorted { $0.heardAt < $1.heardAt })
        #expect(expected.values.contains { $0.count == 6 })
        for _ in 0..<5 {
            let again = deliveries + deliveries.filter { _ in numbers.below(2) == 0 }
            #expect(after(again.shuffled(using: &numbers)) == expected)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3], [false, true])
    func `sets of epochs in a plain dictionary say the same, whatever the tags and their hashes`(
        seed: UInt64, colliding: Bool
    ) {
        var numbers = SeededNumbers(seed: seed)
        var ring = Self.ring()
        var epochs: [EPC: [Int: Set<Int64>]] = [:]
        var newest: [EPC: [Int: Int64]] = [:]
        var wrong: [String] = []
        for number in 0..<100 { _ = ring.register(Self.tag(number, colliding: colliding)) }
        let deliveries = Self.deliveries(
            8_000, of: (300, 5, 900), colliding: colliding, &numbers)
        for delivery in deliveries {
            let epoch = EvidenceEpoch.number(of: delivery.heardAt)
            let last = newest[delivery.tag]?[delivery.antenna] ?? epoch
            let isNew =
                last - epoch < 64
                && epochs[delivery.tag, default: [:]][delivery.antenna, default: []].insert(epoch).inserted
            newest[delivery.tag, default: [:]][delivery.antenna] = max(last, epoch)
            if Self.observe(delivery, in: &ring).isNew != isNew { wrong.append("\(delivery)") }
        }
        #expect(wrong.isEmpty)
        for (tag, antennas) in epochs {
            guard let slot = ring.slot(of: tag) else {
                Issue.record("\(tag) is lost")
                continue
            }
            for evidence in ring.evidence(of: slot) {
                let last = newest[tag]?[evidence.antenna] ?? 0
                let kept = (antennas[evidence.antenna] ?? []).filter { last - $0 < 64 }
                let bits = kept.reduce(UInt64(0)) { $0 | 1 << UInt64(last - $1) }
                #expect(evidence.newestEpoch == last && evidence.bits == bits)
            }
            #expect(ring.evidence(of: slot).map(\.antenna) == antennas.keys.sorted())
        }
    }

    @Test(arguments: [1, 2, 15, 16, 17, 33, 200], [false, true])
    func `many reads at once are the same as one by one`(batch: Int, colliding: Bool) {
        var numbers = SeededNumbers(seed: UInt64(batch))
        var (one, many) = (Self.ring(strangersMax: 50), Self.ring(strangersMax: 50))
        var sightings = ReadRing.Sightings()
        for round in 0..<(4_000 / batch) {
            let tag = Self.tag(numbers.below(120), colliding: colliding)
            #expect(one.register(tag) == many.register(tag))
            let reads = Self.deliveries(
                batch, of: (400, 4, 100 + round), colliding: colliding, &numbers)
            let expected = reads.map { Self.words(Self.observe($0, in: &one)) }
            Self.observe(together: reads, in: &many, &sightings)
            #expect((0..<sightings.count).map { Self.words(sightings[$0]) } == expected)
            #expect(sightings.newCount == (0..<batch).filter { sightings.isNew($0) }.count)
        }
        #expect(one.strangersEvicted == many.strangersEvicted && one.strangersEvicted > 1_000)
        #expect(one.takeChunks(all: true).map(\.bytes) == many.takeChunks(all: true).map(\.bytes))
    }

    @Test func `no reads at once is nothing`() {
        var ring = Self.ring()
        var sightings = ReadRing.Sightings()
        Self.observe(together: [], in: &ring, &sightings)
        #expect(sightings.count == 0 && ring.count == 0)
    }

    @Test(arguments: [0, 5_000])
    func `a flood of strangers moves no registered tag, in a table that was reserved or that grew`(
        reserved: Int
    ) {
        var ring = Self.ring(strangersMax: 64)
        ring.reserve(registered: reserved)
        let slots = (0..<5_000).map { ring.register(StageWorld.tag($0)) }
        for number in 0..<50_000 {
            _ = ring.observe(
                StageWorld.tag(10_000 + number), antenna: number % 3,
                heardAt: StageWorld.instant(Int64(number)),
                signal: nil)
        }
        #expect((0..<5_000).allSatisfy { ring.slot(of: StageWorld.tag($0)) == slots[$0] })
        #expect((0..<5_000).allSatisfy { ring.isRegistered(slots[$0]) })
        #expect(ring.count == 5_064 && ring.strangersEvicted == 50_000 - 64)
        #expect(ring.slotLimit == 5_064)
    }

    @Test(arguments: [UInt64(1), 2])
    func `in the midst of the stream a checkpoint gives back a ring that goes on as before`(seed: UInt64)
        throws
    {
        var numbers = SeededNumbers(seed: seed)
        var ring = Self.ring(strangersMax: 60)
        for number in 0..<200 { _ = ring.register(StageWorld.tag(number)) }
        let first = Self.deliveries(5_000, of: (400, 7, 600), colliding: false, &numbers)
        for delivery in first { _ = Self.observe(delivery, in: &ring) }
        var again = Self.ring(strangersMax: 60)
        let names = LayoutMapping.Names(zones: [], readers: [], antennas: (0..<7_000).map { "a\($0)" })
        try again.restore(ring.takeChunks(all: true), mapping: LayoutMapping(from: names, to: names))
        let rest = Self.deliveries(5_000, of: (400, 7, 900), colliding: false, &numbers)
        for delivery in rest {
            #expect(
                Self.words(Self.observe(delivery, in: &ring))
                    == Self.words(Self.observe(delivery, in: &again)))
        }
        #expect(Self.state(ring) == Self.state(again))
        #expect(ring.takeChunks(all: true).map(\.bytes) == again.takeChunks(all: true).map(\.bytes))
    }

    @Test func `a copy keeps what it was when the other goes on`() {
        var ring = Self.ring()
        let slot = ring.register(StageWorld.tag(1))
        _ = ring.observe(StageWorld.tag(2), antenna: 0, heardAt: StageWorld.start, signal: nil)
        let copy = ring
        for antenna in 0..<5 {
            _ = ring.observe(StageWorld.tag(1), antenna: antenna, heardAt: StageWorld.start, signal: nil)
        }
        _ = ring.register(StageWorld.tag(2))
        #expect(copy.evidence(of: slot).isEmpty && ring.evidence(of: slot).count == 5)
        #expect(copy.slot(of: StageWorld.tag(2)).map { copy.isRegistered($0) } == false)
    }

    @Test func `a registered tag that the journal calls a stranger stays registered, in the slot it names`() {
        var ring = Self.ring()
        let slots = (0..<3).map { ring.register(StageWorld.tag($0)) }
        ring.define(StageWorld.tag(0), at: slots[2])
        #expect(ring.slot(of: StageWorld.tag(0)) == slots[2] && ring.isRegistered(slots[2]))
        #expect(ring.slot(of: StageWorld.tag(2)) == slots[0] && ring.isRegistered(slots[0]))
        ring.define(StageWorld.tag(9), at: slots[1])
        #expect(!ring.isRegistered(slots[1]) && ring.tag(at: slots[1]) == StageWorld.tag(9))
        #expect(ring.slot(of: StageWorld.tag(1)).map { ring.isRegistered($0) } == true)
        #expect(ring.count == 4)
    }

    @Test func `65,535 reads and one more are counted as 65,535`() {
        var ring = Self.ring()
        let slot = ring.register(StageWorld.tag(1))
        for _ in 0..<65_537 {
            _ = ring.observe(StageWorld.tag(1), antenna: 3, heardAt: StageWorld.start, signal: nil)
        }
        #expect(ring.evidence(of: slot).map(\.reads) == [65_535])
    }
}
