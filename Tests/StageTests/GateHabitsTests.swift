import AssetModel
import PresenceInference
import Testing

/// What a gate has shown of what turns back at it, and what that does to the next that is hard to tell.
struct GateHabitsTests {
    private static let outward = "iIIIIIbBBbOOOOOo"
    private static let back = "oOObBBbBBbOOo"

    /// Thirty groups before, two minutes apart.
    private static func before(_ timeline: String?) -> GateStory {
        var story = GateStory()
        for number in 0..<30 {
            guard let timeline else { continue }
            for tag in 1...3 { story.draw(tag, timeline, at: Double(number) * 120) }
        }
        story.play()
        story.move(to: GateStory.start + ElapsedTime(seconds: 4_000))
        return story
    }

    /// How surely a single tag with few reads passed; 0 where it is not told.
    private static func hard(_ before: GateStory) -> Double {
        var story = before
        let told = story.passages.count
        story.draw(20, "I..B...O", at: 4_000)
        story.play()
        story.wait()
        return story.passages.count > told ? story.passages[told].confidence : 0
    }

    @Test func `a gate where nothing turns back is surer of a tag, one where all does less sure`() {
        let (passing, new, turning) = (
            Self.hard(Self.before(Self.outward)), Self.hard(Self.before(nil)),
            Self.hard(Self.before(Self.back))
        )
        #expect(turning < new && new < passing && passing < 0.99, "\(turning) \(new) \(passing)")
        #expect(Self.before(Self.outward).passages.count == 30 && Self.before(Self.back).passages.isEmpty)
    }

    @Test func `what a gate has shown survives a restart, and a store from before knows nothing of it`()
        throws
    {
        let story = Self.before(Self.outward)
        let names = LayoutMapping.Names(GateStory.layout())
        let mapping = LayoutMapping(from: names, to: names)
        func restored(_ cut: Int, version: UInt8 = 2) throws -> GateStory {
            var again = story
            again.tracker = GateTracker(layout: GateStory.layout())
            let chunks = story.tracker.chunks().map { chunk in
                Checkpoint.Chunk(
                    table: chunk.table, index: chunk.index,
                    bytes: [version] + chunk.bytes.dropFirst().dropLast(cut))
            }
            try again.tracker.restore(chunks, mapping: mapping)
            return again
        }
        #expect(Self.hard(try restored(0)) == Self.hard(story))
        #expect(Self.hard(try restored(16, version: 1)) < Self.hard(story))
        #expect(throws: ByteReader.Damaged.self) { _ = try restored(3) }
    }

    /// The tags of a pallet share its way: forty tell no more of it than a few that are well read.
    @Test func `forty tags whose order is half that of a door leave a doubt`() throws {
        for count in [4, 40] {
            var story = GateStory()
            for tag in 1...count { story.draw(tag, "iiIIBBBBBBOOoo") }
            story.play()
            story.wait()
            let sure = story.passages.first?.confidence ?? 0
            #expect(sure > 0.5 && sure < 0.99, "\(count): \(sure)")
        }
    }
}
