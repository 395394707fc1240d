import AssetModel
import PresenceInference
import Testing

@Suite struct `presence in a walk-by zone` {
    /// A window that suits one field is wrong for the other; the filter suits itself to both.
    @Test(arguments: [1, 3, 1 / 3.0])
    func `errs less than any one static window over two fields, also with its rates wrong by three`(
        factor: Double
    ) {
        let fields = [
            (lag: 4, story: WalkByStory(.init(majorShare: 0), tags: 12, epochs: 500, seed: 1)),
            (lag: 1, story: WalkByStory(.init(majorShare: 1), tags: 12, epochs: 500, seed: 1)),
        ]
        var own = 0.0
        for field in fields {
            var filter = WalkByFilter(WalkBySettings(lagEpochs: field.lag).rates(times: factor))
            let said = field.story.chances(&filter)
            own += field.story.errors { said[$0][$1] >= 0.5 }
        }
        for window in [1, 2, 5, 10, 25] {
            var others = 0.0
            for field in fields {
                let later = min(field.lag, window / 2)
                others += field.story.errors {
                    field.story.isInWindow($0, $1, window: window, later: later)
                }
            }
            #expect(own < 0.85 * others, "\(own) against \(others), window \(window)")
        }
    }

    @Test func `learns how often and how far the antenna reads`() {
        func learned(_ field: WalkByStory.Field) -> WalkByFilter {
            let story = WalkByStory(field, tags: 10, epochs: 500, seed: 2)
            var filter = WalkByFilter(WalkBySettings(lagEpochs: 1))
            _ = story.chances(&filter)
            return filter
        }
        let near = learned(.init(majorShare: 0.2, readRate: 0.9))
        let far = learned(.init(majorShare: 1, readRate: 0.5))
        #expect(near.learnedMajorShare < 0.45)
        #expect((0.75...0.98).contains(near.learnedReadRate))
        #expect(far.learnedMajorShare > 0.75)
        #expect((0.42...0.6).contains(far.learnedReadRate))
    }

    @Test func `a stated chance is the share that comes true`() {
        let story = WalkByStory(tags: 12, epochs: 800, seed: 3)
        var filter = WalkByFilter(WalkBySettings(lagEpochs: 2))
        let said = story.chances(&filter)
        for lower in [0.0, 0.2, 0.4, 0.6, 0.8] {
            var sum = 0.0
            var cameTrue = 0.0
            var count = 0.0
            for epoch in 100..<790 {
                for tag in 0..<12 where said[epoch][tag] >= lower && said[epoch][tag] < lower + 0.2 {
                    sum += said[epoch][tag]
                    cameTrue += story.isPresent[epoch][tag] ? 1 : 0
                    count += 1
                }
            }
            guard count > 80 else { continue }
            #expect(abs(sum - cameTrue) / count < 0.2, "\(lower): \(sum / count) and \(cameTrue / count)")
        }
    }

    @Test func `tags that move as one load are counted as one`() {
        let story = WalkByStory(tags: 24, walkers: 1, epochs: 400, seed: 4)
        var filter = WalkByFilter(WalkBySettings(lagEpochs: 0))
        var squares = 0.0
        var raw = 0.0
        for epoch in 0..<400 {
            let decisions = filter.close(epoch: Int64(epoch), read: story.slots(epoch))
            let there = Double(story.isPresent[epoch].count { $0 })
            let off = decisions.reduce(0) { $0 + $1.probability } - there
            let offRaw = Double((0..<24).count { story.isInWindow(epoch, $0, window: 5, later: 0) }) - there
            squares += off * off
            raw += offRaw * offRaw
        }
        #expect(squares < 0.5 * raw, "\(squares) against \(raw)")
    }

    @Test func `a decision speaks of the epoch before the delay and follows the reads`() {
        var filter = WalkByFilter(WalkBySettings(lagEpochs: 2))
        var last: [WalkByDecision] = []
        for epoch in 0..<6 as Range<Int64> { last = filter.close(epoch: epoch, read: [7]) }
        #expect(last.map(\.epoch) == [3])
        #expect(last.map(\.slot) == [7])
        #expect(last.allSatisfy { $0.isPresent && $0.probability > 0.95 && $0.probability <= 1 })
        for epoch in 6..<40 as Range<Int64> { last = filter.close(epoch: epoch, read: []) }
        #expect(last.allSatisfy { !$0.isPresent && $0.probability < 0.2 })
    }

    @Test func `what is heard afterwards changes the word on a miss`() {
        func chance(of later: [UInt32]) -> Double {
            var filter = WalkByFilter(WalkBySettings(lagEpochs: 2))
            for epoch in 0..<10 as Range<Int64> { _ = filter.close(epoch: epoch, read: [1]) }
            for epoch in 10..<14 as Range<Int64> { _ = filter.close(epoch: epoch, read: []) }
            let decisions = filter.close(epoch: 14, read: later)
            #expect(decisions.map(\.epoch) == [12])
            return decisions.first?.probability ?? 0
        }
        #expect(chance(of: [1]) > chance(of: []) + 0.1)
    }

    @Test func `epochs that were not covered say nothing against a tag`() {
        func chance(coveredSilence: Bool) -> Double {
            var filter = WalkByFilter(WalkBySettings(lagEpochs: 0))
            for epoch in 0..<10 as Range<Int64> { _ = filter.close(epoch: epoch, read: [1, 2]) }
            var said: [WalkByDecision] = []
            for epoch in 10..<13 as Range<Int64> where coveredSilence || epoch == 12 {
                said = filter.close(epoch: epoch, read: [])
            }
            #expect(said.last?.epoch == 12)
            return said.last?.probability ?? 0
        }
        #expect(chance(coveredSilence: false) > chance(coveredSilence: true) + 0.2)
    }

    @Test func `each epoch that was left out gets its decision`() {
        var filter = WalkByFilter(WalkBySettings(lagEpochs: 1))
        _ = filter.close(epoch: 10, read: [1])
        let decisions = filter.close(epoch: 14, read: [1])
        #expect(decisions.map(\.epoch) == [10, 11, 12, 13])
        #expect(decisions.allSatisfy { $0.probability.isFinite })
    }

    @Test func `a tag that was silent for 64 epochs costs nothing more`() {
        var filter = WalkByFilter(WalkBySettings(lagEpochs: 2))
        _ = filter.close(epoch: 0, read: [1])
        for epoch in 1..<64 as Range<Int64> { _ = filter.close(epoch: epoch, read: []) }
        #expect(filter.tagsFollowed == 1)
        _ = filter.close(epoch: 64, read: [])
        #expect(filter.tagsFollowed == 0)
        #expect(filter.close(epoch: 65, read: []).isEmpty)
        #expect(filter.restingProbability < 0.2)
    }

    @Test func `a gap longer than the memory forgets all tags, as does the end of time`() {
        var filter = WalkByFilter(WalkBySettings(lagEpochs: 2))
        _ = filter.close(epoch: Int64.min, read: [1])
        _ = filter.close(epoch: 0, read: [2])
        #expect(filter.tagsFollowed == 1)
        _ = filter.close(epoch: 65, read: [3])
        #expect(filter.tagsFollowed == 1)
        #expect(filter.close(epoch: Int64.max, read: [4]).map(\.slot) == [4])
    }

    @Test func `an epoch that comes late is passed over and counted`() {
        var filter = WalkByFilter(WalkBySettings(lagEpochs: 0))
        _ = filter.close(epoch: 5, read: [1])
        let before = filter.checkpoint()
        #expect(filter.close(epoch: 5, read: [2]).isEmpty)
        #expect(filter.close(epoch: 4, read: [2]).isEmpty)
        #expect(filter.epochsTooLate == 2)
        #expect(filter.tagsFollowed == 1)
        #expect(filter.checkpoint().count == before.count)
    }

    @Test func `more tags than it may follow are counted, not followed`() {
        var settings = WalkBySettings(lagEpochs: 0)
        settings.tagsMax = 3
        var filter = WalkByFilter(settings)
        #expect(filter.close(epoch: 0, read: [5, 4, 3, 2, 1]).map(\.slot) == [1, 2, 3])
        #expect(filter.readsNotFollowed == 2)
    }
}
