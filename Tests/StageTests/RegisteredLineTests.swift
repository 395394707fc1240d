import AssetModel
import ReadRing
import Testing

/// Where registered tags stand: lines move while others are registered, and nothing is lost by it.
struct RegisteredLineTests {
    private static let key: UInt64 = 7

    private static let sameAntennas: LayoutMapping = {
        let names = LayoutMapping.Names(zones: [], readers: [], antennas: (0..<7).map { "a\($0)" })
        return LayoutMapping(from: names, to: names)
    }()

    private static func ring(strangers: Int = 64) -> ReadRing {
        var limits = PathLimits()
        limits.strangersMax = strangers
        return ReadRing(hash: KeyedHash(key: key), limits: limits)
    }

    /// EPCs of 128 bits that all have one hash: who knows the key can make the first of the two factors
    /// of its multiplication zero. The square root of 2 is the hash's own constant.
    private static func twin(_ number: Int) -> EPC {
        var words = EPC.Words()
        words.first = key ^ 0x6A09_E667_F3BC_C909
        words.second = UInt64(number + 1)
        return EPC(bitCount: 128, words: words)
    }

    /// Something that is different for each tag.
    private static func hear(_ tag: EPC, _ number: Int, in ring: inout ReadRing) -> ReadRing.Sighting {
        let epoch = StageWorld.firstEpoch + Int64(number % 50)
        return ring.observe(
            tag, antenna: number % 7, heardAt: EvidenceEpoch.start(of: epoch),
            signal: SignalStrength(centiDBm: Int16(-7_000 + number % 3_000)))
    }

    /// Tags that are not as ``hear(_:_:in:)`` left them.
    private static func wrong(_ tags: [EPC], _ slots: [Int], in ring: ReadRing) -> [Int] {
        tags.indices.filter { number in
            let evidence = ring.evidence(of: slots[number])
            return ring.slot(of: tags[number]) != slots[number] || ring.tag(at: slots[number]) != tags[number]
                || !ring.isRegistered(slots[number]) || evidence.count != 1
                || evidence[0].antenna != number % 7 || evidence[0].reads != 1 || evidence[0].bits != 1
                || evidence[0].newestEpoch != StageWorld.firstEpoch + Int64(number % 50)
                || evidence[0].peakSignal?.centiDBm != Int16(-7_000 + number % 3_000)
        }
    }

    /// What many reads at once say of tags: slots, where no bit is new.
    private static func slotsOfRepeats(_ tags: [EPC], in ring: inout ReadRing) -> [Int?] {
        let heard = tags.indices.map { number in
            ReadRing.Hearing(
                heardAt: EvidenceEpoch.start(of: StageWorld.firstEpoch + Int64(number % 50)),
                antenna: UInt16(number % 7), signal: ReadRing.Hearing.noSignal)
        }
        var sightings = ReadRing.Sightings()
        ring.observe(tags.span, heard.span, into: &sightings)
        return tags.indices.map { sightings.isNew($0) ? nil : sightings[$0].slot }
    }

    @Test func `tags keep slot and evidence while a register fills its table to the last tag`() {
        var ring = Self.ring()
        let tags = (0..<20_480).map(StageWorld.tag)
        ring.reserve(registered: tags.count)
        let bytes = ring.registeredBytes
        var slots: [Int] = []
        for (number, tag) in tags.enumerated() {
            slots.append(ring.register(tag))
            let sighting = Self.hear(tag, number, in: &ring)
            #expect(sighting.isNew && !sighting.isFirst && sighting.slot == slots[number])
        }
        #expect(Self.wrong(tags, slots, in: ring).isEmpty)
        #expect(ring.registeredBytes == bytes && ring.count == tags.count)
        // 6,174 of them would be, were no other tag displaced for them.
        #expect(ring.registeredAside == 0)
        #expect((20_480..<30_000).allSatisfy { ring.slot(of: StageWorld.tag($0)) == nil })
        #expect(Self.slotsOfRepeats(tags, in: &ring) == slots)
    }

    @Test func `tags keep slot and evidence while the table grows under them`() {
        var ring = Self.ring()
        let tags = (0..<5_000).map(StageWorld.tag) + (0..<40).map(Self.twin)
        let slots = tags.enumerated().map { number, tag in
            let slot = ring.register(tag)
            _ = Self.hear(tag, number, in: &ring)
            return slot
        }
        ring.reserve(registered: 9_000)
        #expect(Self.wrong(tags, slots, in: ring).isEmpty)
        #expect(Self.slotsOfRepeats(tags, in: &ring) == slots)
    }

    @Test(arguments: [2, 3, 31, 32, 33, 500])
    func `tags that share all of the hash are all found, and others like them are not`(count: Int) {
        #expect(KeyedHash(key: Self.key).hash(Self.twin(0)) == KeyedHash(key: Self.key).hash(Self.twin(1)))
        var ring = Self.ring()
        let others = (0..<100).map(StageWorld.tag)
        let tags = others + (0..<count).map(Self.twin)
        let slots = tags.enumerated().map { number, tag in
            let slot = ring.register(tag)
            _ = Self.hear(tag, number, in: &ring)
            return slot
        }
        #expect(Set(slots).count == tags.count)
        #expect(ring.registeredAside >= count)
        #expect(Self.wrong(tags, slots, in: ring).isEmpty)
        #expect(Self.slotsOfRepeats(tags, in: &ring) == slots)
        #expect((count..<count + 50).allSatisfy { ring.slot(of: Self.twin($0)) == nil })
        // One more is a stranger, in its own table.
        #expect(Self.hear(Self.twin(count), 1, in: &ring).isFirst)
        #expect(ring.slot(of: Self.twin(count)).map { ring.isRegistered($0) } == false)
    }

    @Test func `tags whose bucket was set aside stay where they are while others need lines`() {
        var ring = Self.ring()
        let others = (0..<2_000).map(StageWorld.tag)
        // When the twins come, their bucket has tags that have lines by its pilot.
        let tags = others[..<1_000] + (0..<3).map(Self.twin) + others[1_000...]
        ring.reserve(registered: tags.count)
        let slots = tags.enumerated().map { number, tag in
            let slot = ring.register(tag)
            _ = Self.hear(tag, number, in: &ring)
            return slot
        }
        #expect((4..<30).contains(ring.registeredAside))
        #expect(Self.wrong(Array(tags), slots, in: ring).isEmpty)
        #expect(Self.slotsOfRepeats(Array(tags), in: &ring) == slots)
    }

    @Test func `a stranger with the hash of registered tags keeps slot and evidence when it is registered`() {
        var ring = Self.ring()
        let tags = (0..<20).map(Self.twin)
        let slots = tags.enumerated().map { number, tag in Self.hear(tag, number, in: &ring).slot }
        #expect(tags.map { ring.register($0) } == slots)
        #expect(Self.wrong(tags, slots, in: ring).isEmpty)
    }

    @Test func `copies of a ring know nothing of the tags that others register`() {
        var ring = Self.ring()
        let tags = (0..<200).map(StageWorld.tag) + (0..<8).map(Self.twin)
        let slots = tags.enumerated().map { number, tag in
            let slot = ring.register(tag)
            _ = Self.hear(tag, number, in: &ring)
            return slot
        }
        var copy = ring
        let later = (200..<1_500).map(StageWorld.tag) + (8..<40).map(Self.twin)
        let others = (1_500..<3_000).map(StageWorld.tag) + (40..<60).map(Self.twin)
        ring.reserve(registered: 1_600)
        var copied = ring
        var likewise = ring
        for tag in later { _ = ring.register(tag) }
        #expect(later.allSatisfy { ring.slot(of: $0) != nil && copied.slot(of: $0) == nil })
        for tag in others { _ = copied.register(tag) }
        for tag in others { _ = copy.register(tag) }
        for tag in others { _ = likewise.register(tag) }
        #expect(later.allSatisfy { ring.slot(of: $0) != nil && copied.slot(of: $0) == nil })
        #expect(others.allSatisfy { ring.slot(of: $0) == nil && copied.slot(of: $0) != nil })
        #expect([ring, copied, copy].allSatisfy { Self.wrong(tags, slots, in: $0).isEmpty })
        #expect(copied.registeredAside == likewise.registeredAside)
        // With the twins go those who share their bucket, eight on average; who, depends on the table's size.
        #expect((28...52).contains(copied.registeredAside) && (28...52).contains(copy.registeredAside))
    }

    @Test func `a checkpoint says nothing of where lines stand`() throws {
        var ring = Self.ring()
        let tags = (0..<300).map(StageWorld.tag) + (0..<40).map(Self.twin)
        for (number, tag) in tags.enumerated() {
            _ = ring.register(tag)
            _ = Self.hear(tag, number, in: &ring)
        }
        let chunks = ring.takeChunks(all: true)
        var again = Self.ring()
        try again.restore(chunks, mapping: Self.sameAntennas)
        #expect(again.takeChunks(all: true).map(\.bytes) == chunks.map(\.bytes))
        // The same tags in another order, and in a table of another size.
        var other = Self.ring()
        other.reserve(registered: 5_000)
        try other.restore(chunks.reversed(), mapping: Self.sameAntennas)
        #expect(other.takeChunks(all: true).map(\.bytes) == chunks.map(\.bytes))
    }
}
