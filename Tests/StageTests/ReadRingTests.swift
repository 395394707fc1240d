import AssetModel
import ReadRing
import Testing

/// The ring keeps exactly what was read: one bit for each tag, antenna and epoch.
struct ReadRingTests {
    /// The same thing in the plainest words.
    private struct Model {
        struct Cell {
            var newest: Int64
            var epochs: Set<Int64> = []
            var reads: UInt32 = 0
            var peak: SignalStrength?
        }
        var cells: [EPC: [Int: Cell]] = [:]

        /// - Returns: whether it was evidence that was not there.
        mutating func observe(_ tag: EPC, antenna: Int, epoch: Int64, signal: SignalStrength?) -> Bool {
            var cell = cells[tag, default: [:]][antenna] ?? Cell(newest: epoch)
            let isNew = cell.newest - epoch < 64 && cell.epochs.insert(epoch).inserted
            cell.newest = max(cell.newest, epoch)
            cell.reads += 1
            if let signal { cell.peak = max(signal, cell.peak ?? signal) }
            cells[tag, default: [:]][antenna] = cell
            return isNew
        }

        func evidence(of tag: EPC) -> [AntennaEvidence] {
            (cells[tag] ?? [:]).sorted { $0.key < $1.key }.map { antenna, cell in
                var evidence = AntennaEvidence(antenna: antenna, newestEpoch: cell.newest, bits: 0)
                for epoch in cell.epochs where cell.newest - epoch < 64 {
                    evidence.bits |= 1 << UInt64(cell.newest - epoch)
                }
                evidence.reads = cell.reads
                evidence.peakSignal = cell.peak
                return evidence
            }
        }
    }

    private static func ring(_ change: (inout PathLimits) -> Void = { _ in }) -> ReadRing {
        var limits = PathLimits()
        change(&limits)
        return ReadRing(hash: KeyedHash(key: 7), limits: limits)
    }

    private static func evidence(of tag: EPC, in ring: ReadRing) -> [AntennaEvidence] {
        guard let slot = ring.slot(of: tag) else { return [] }
        return ring.evidence(of: slot).sorted { $0.antenna < $1.antenna }
    }

    @Test(arguments: [UInt64(1), 2])
    func `50,000 reads of registered tags and strangers are kept exactly`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var ring = Self.ring()
        var model = Model()
        var slots: [EPC: Int] = [:]
        var registered: Set<EPC> = []
        var wrong: [String] = []
        for step in 0..<50_000 {
            let tag = StageWorld.tag(numbers.below(3_000))
            if numbers.below(10) == 0 {
                registered.insert(tag)
                let slot = ring.register(tag)
                if slots.updateValue(slot, forKey: tag) ?? slot != slot { wrong.append("\(step): slot") }
            }
            // Time goes on; one read in four is up to ten minutes late.
            let late = numbers.below(4) == 0 ? Int64(numbers.below(120)) : 0
            let epoch = StageWorld.firstEpoch + Int64(step / 100) - late
            let heardAt =
                EvidenceEpoch.start(of: epoch) + ElapsedTime(milliseconds: Int64(numbers.below(5_000)))
            let antenna = numbers.below(8)
            let signal =
                numbers.below(5) == 0 ? nil : SignalStrength(centiDBm: Int16(-7_000 + numbers.below(4_000)))
            let sighting = ring.observe(tag, antenna: antenna, heardAt: heardAt, signal: signal)
            let isFirst = slots[tag] == nil
            if slots.updateValue(sighting.slot, forKey: tag) ?? sighting.slot != sighting.slot {
                wrong.append("\(step): slot")
            }
            let isNew = model.observe(tag, antenna: antenna, epoch: epoch, signal: signal)
            if sighting.isNew != isNew || sighting.isFirst != isFirst || sighting.evicted != nil {
                wrong.append("\(step): \(sighting)")
            }
        }
        #expect(wrong.isEmpty, "seed \(seed)")
        #expect(ring.count == slots.count && ring.strangersEvicted == 0)
        let unlike = slots.filter { tag, slot in
            ring.slot(of: tag) != slot || ring.tag(at: slot) != tag
                || ring.isRegistered(slot) != registered.contains(tag)
                || Self.evidence(of: tag, in: ring) != model.evidence(of: tag)
        }
        #expect(unlike.isEmpty, "seed \(seed)")
        #expect(ring.slot(of: StageWorld.tag(3_001)) == nil)
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `order and number of deliveries within 64 epochs change no bit`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let reads = (0..<400).map { _ in
            (
                tag: numbers.below(12), antenna: numbers.below(6), second: Int64(numbers.below(320)),
                signal: SignalStrength(centiDBm: Int16(-6_000 + numbers.below(2_000)))
            )
        }
        func bits(_ reads: [(tag: Int, antenna: Int, second: Int64, signal: SignalStrength)])
            -> [[AntennaEvidence]]
        {
            var ring = Self.ring()
            for read in reads {
                _ = ring.observe(
                    StageWorld.tag(read.tag), antenna: read.antenna, heardAt: StageWorld.instant(read.second),
                    signal: read.signal)
            }
            return (0..<12).map { number in
                Self.evidence(of: StageWorld.tag(number), in: ring).map { evidence in
                    var evidence = evidence
                    evidence.reads = 0
                    return evidence
                }
            }
        }
        let expected = bits(reads.sorted { $0.second < $1.second })
        for _ in 0..<5 {
            let again = reads + reads.filter { _ in numbers.below(2) == 0 }
            #expect(bits(again.shuffled(using: &numbers)) == expected)
        }
    }

    /// Epochs after the first, one after another → new or repeat; at the end the bits of the window.
    @Test(
        arguments: [
            ([0, 0], "NR", 0b1), ([0, 1, 0, 1], "NNRR", 0b11), ([3, 1, 1], "NNR", 0b101),
            ([63, 0, 0], "NNR", 1 << 63 | 1), ([64, 0], "NR", 1), ([0, 63], "NN", 1 << 63 | 1),
            ([0, 64], "NN", 1), ([0, 63, 64, 0], "NNNR", 0b11), ([0, 1_000_000, 0], "NNR", 1),
        ] as [([Int64], String, UInt64)])
    func `a window is 64 epochs, and what left it is a repeat`(
        epochs: [Int64], expected: String, bits: UInt64
    ) {
        var ring = Self.ring()
        let told = epochs.map { epoch in
            let heardAt = EvidenceEpoch.start(of: StageWorld.firstEpoch + epoch)
            return ring.observe(StageWorld.tag(1), antenna: 0, heardAt: heardAt, signal: nil).isNew
                ? "N" : "R"
        }
        #expect(told.joined() == expected)
        #expect(Self.evidence(of: StageWorld.tag(1), in: ring).map(\.bits) == [bits])
    }

    @Test func `a tag keeps its share of antennas, and the one heard longest ago makes room`() {
        var ring = Self.ring { $0.antennasPerTagMax = 3 }
        let tag = StageWorld.tag(1)
        func hear(_ antenna: Int, _ second: Int64) {
            _ = ring.observe(
                tag, antenna: antenna, heardAt: StageWorld.instant(second),
                signal: SignalStrength(centiDBm: Int16(-4_000 - antenna)))
        }
        hear(0, 50)
        hear(1, 25)
        hear(1, 30)
        hear(2, 100)
        #expect(Self.evidence(of: tag, in: ring).map(\.antenna) == [0, 1, 2])
        hear(7, 150)
        #expect(Self.evidence(of: tag, in: ring).map(\.antenna) == [0, 2, 7])
        hear(0, 200)
        hear(8, 205)
        let evidence = Self.evidence(of: tag, in: ring)
        #expect(evidence.map(\.antenna) == [0, 7, 8])
        // Nothing of the antenna that stood there before.
        let newest = evidence[2]
        #expect(newest.bits == 1 && newest.reads == 1 && newest.peakSignal?.centiDBm == -4_008)
        #expect(evidence[0].reads == 2)
    }

    @Test func `evidence comes in the order of the antennas, whoever heard the tag first`() {
        var ring = Self.ring()
        for antenna in [5, 2, 9, 2, 5] {
            _ = ring.observe(StageWorld.tag(1), antenna: antenna, heardAt: StageWorld.start, signal: nil)
        }
        #expect(ring.slot(of: StageWorld.tag(1)).map { ring.evidence(of: $0).map(\.antenna) } == [2, 5, 9])
    }
}
