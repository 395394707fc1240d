import AssetModel
import IntakePipeline
import Testing

/// When the path's memory is written as a whole.
struct CheckpointPaceTests {
    /// Seconds after the start at which a checkpoint is given, one read of a new tag each second.
    private static func checkpoints(_ seconds: Int64, small: Int, readsASecond: Int = 1) -> [Int64] {
        var setup = PathStory.setup(PathStory.layout())
        setup.checkpointEvery = ElapsedTime(seconds: 10)
        setup.checkpointBytesSmall = small
        var story = PathStory()
        story.path = IntakePath(
            setup: setup, register: RegisterChange(), startingAt: PathStory.start, isListening: true)
        var taken: [Int64] = []
        for second in 1...seconds {
            story.now = PathStory.start + ElapsedTime(seconds: second)
            for read in 0..<readsASecond {
                let outcome = story.read(PathStory.tag(Int(second) * readsASecond + read), by: "A")
                if outcome.checkpoint != nil { taken.append(second) }
            }
        }
        return taken
    }

    @Test func `a small one is written at its interval`() {
        #expect(Self.checkpoints(60, small: .max) == [1, 11, 21, 31, 41, 51])
    }

    @Test func `a large one waits until the journal is as large, ten intervals at most`() {
        // The first of all has everything in it.
        let seldom = Self.checkpoints(310, small: 0)
        #expect(seldom == [1, 101, 201, 301])
        let often = Self.checkpoints(310, small: 0, readsASecond: 40)
        let waits = zip(often.dropFirst(), often).map { $0 - $1 }
        #expect(waits.allSatisfy { (10...100).contains($0) } && waits.contains { $0 < 90 }, "\(waits)")
    }
}
