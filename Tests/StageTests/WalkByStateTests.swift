import AssetModel
@testable import PresenceInference
import Testing

@Suite struct `the state of a walk-by zone` {
    static let story = WalkByStory(tags: 6, epochs: 160, seed: 9)

    /// Loads, so that several tags are heard for the first time in one epoch.
    @Test func `order and repeats of reads change nothing, bit for bit`() {
        let story = WalkByStory(tags: 8, walkers: 2, epochs: 160, seed: 9)
        var plain = WalkByFilter(WalkBySettings(lagEpochs: 3))
        var shuffled = plain
        var numbers = SeededNumbers(seed: 5)
        for epoch in 0..<160 {
            let slots = story.slots(epoch)
            _ = plain.close(epoch: Int64(epoch), read: slots)
            _ = shuffled.close(epoch: Int64(epoch), read: (slots + slots).shuffled(using: &numbers))
        }
        #expect(plain.tagsFollowed > 0)
        #expect(plain.checkpoint() == shuffled.checkpoint())
    }

    @Test(arguments: [0, 1, 5])
    func `continued from a checkpoint it says the same to the last bit`(lag: Int) throws {
        let settings = WalkBySettings(lagEpochs: lag)
        var whole = WalkByFilter(settings)
        var parts = whole
        for epoch in 0..<160 {
            let slots = Self.story.slots(epoch)
            let said = whole.close(epoch: Int64(epoch), read: slots)
            #expect(parts.close(epoch: Int64(epoch), read: slots) == said)
            if epoch % 37 == 36 { parts = try WalkByFilter(settings, checkpoint: parts.checkpoint()) }
        }
        #expect(parts.checkpoint() == whole.checkpoint())
        #expect(whole.tagsFollowed > 0)
    }

    @Test func `a damaged checkpoint is refused, never a trap`() throws {
        let settings = WalkBySettings(lagEpochs: 1)
        var filter = WalkByFilter(settings)
        for epoch in 0..<20 { _ = filter.close(epoch: Int64(epoch), read: Self.story.slots(epoch)) }
        let good = filter.checkpoint()
        for size in stride(from: 0, to: good.count, by: 997) {
            #expect(throws: ByteReader.Damaged.self) {
                _ = try WalkByFilter(settings, checkpoint: Array(good[..<size]))
            }
        }
        #expect(throws: ByteReader.Damaged.self) { _ = try WalkByFilter(settings, checkpoint: good + [0]) }
        let other = WalkBySettings(lagEpochs: 2)
        #expect(throws: ByteReader.Damaged.self) { _ = try WalkByFilter(other, checkpoint: good) }
        var notANumber = good
        notANumber.replaceSubrange((good.count - 8)..., with: [UInt8](repeating: 0xFF, count: 8))
        #expect(throws: ByteReader.Damaged.self) { _ = try WalkByFilter(settings, checkpoint: notANumber) }
    }

    @Test func `the same bits on every machine`() {
        var filter = WalkByFilter(WalkBySettings(lagEpochs: 3))
        var mixed: UInt64 = 0
        for epoch in 0..<160 {
            for decision in filter.close(epoch: Int64(epoch), read: Self.story.slots(epoch)) {
                mixed = (mixed &* 0x9E37_79B9_7F4A_7C15) ^ decision.probability.bitPattern
            }
        }
        #expect(mixed == 1_088_490_671_565_759_788)
    }
}

@Suite struct `the chain of whereabouts` {
    static let chain = WalkByChain(WalkBySettings(lagEpochs: 0), tempo: 1)

    private func drawn(_ seed: UInt64) -> WalkByChances {
        var numbers = SeededNumbers(seed: seed)
        var chances = WalkByChances(repeating: 0)
        for index in 0..<WalkByChances.count { chances[index] = Double(numbers.below(1_000) + 1) }
        _ = chances.weigh(by: WalkByChances(repeating: 1))
        return chances
    }

    @Test(arguments: [1 / 3.0, 1, 3, 1_000])
    func `nothing is lost and nothing is added`(tempo: Double) {
        let chain = WalkByChain(WalkBySettings(lagEpochs: 0), tempo: tempo)
        for seed in 1...20 as ClosedRange<UInt64> {
            #expect(abs(chain.advanced(drawn(seed)).sum - 1) < 1e-12)
        }
    }

    @Test func `backwards is the same chain as forwards`() {
        for seed in 1...20 as ClosedRange<UInt64> {
            let before = drawn(seed)
            let after = drawn(seed + 100)
            let forwards = Self.chain.advanced(before).times(after).sum
            let backwards = before.times(Self.chain.seenFromBefore(after)).sum
            #expect(abs(forwards - backwards) < 1e-12)
        }
    }

    @Test func `a tag does not leap over the field`() {
        var chances = WalkByChances.away
        for epoch in 1..<WalkByChances.cells {
            chances = Self.chain.advanced(chances)
            #expect(chances.inCell(WalkByChances.cells - epoch) > 0)
            #expect(chances.inCell(WalkByChances.cells - epoch - 1) == 0)
        }
    }

    @Test func `the table of what comes next agrees with counting it out`() {
        var explanation = WalkByHypothesis(majorShare: 0.4, chain: Self.chain)
        explanation.refresh(lagEpochs: 3)
        for reads in 0..<8 as Range<UInt64> {
            let counted = explanation.outlook(reads: reads, covered: 7, lagEpochs: 3)
            for index in 0..<WalkByChances.count {
                #expect(abs(explanation.outlook[Int(reads)][index] - counted[index]) < 1e-12)
            }
        }
        let blind = explanation.outlook(reads: 0, covered: 0, lagEpochs: 3)
        for index in 0..<WalkByChances.count { #expect(abs(blind[index] - 1) < 1e-12) }
    }
}
