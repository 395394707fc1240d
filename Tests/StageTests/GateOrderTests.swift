import AssetModel
import PresenceInference
import Testing

/// When a gate need not wait: its readers have told all that they read.
struct GateOrderTests {
    private static let outward = "iIIIIIbBBbOOOOOo"
    /// Reads of the readers here come so late at worst.
    private static let lateness = ElapsedTime(seconds: 12)

    /// So many messages of each reader, a second apart, so that it is known how they come.
    private static func known(
        _ readers: [Int] = [0], messages: Int = 64, _ layout: SiteLayout = GateStory.layout()
    ) -> GateStory {
        var story = GateStory(layout)
        for _ in 0..<messages {
            story.wait(1)
            for reader in readers { say(&story, reader) }
        }
        return story
    }

    /// A message of a reader has come, and what it heard before is told.
    private static func say(_ story: inout GateStory, _ reader: Int = 0) {
        _ = story.tracker.takeWord(of: reader, until: story.time.now, at: story.time)
    }

    /// Hands over what was drawn, so many seconds after the start.
    private static func deliver(_ story: inout GateStory, at second: Int64) {
        story.move(to: GateStory.start + ElapsedTime(seconds: second))
        for (read, _) in story.reads {
            _ = story.tracker.observe(read, lateness: lateness, at: story.time)
        }
        story.reads = []
    }

    /// Seconds after the last read of the only passage at which it was told.
    private static func delay(_ story: GateStory) throws -> Int64 {
        #expect(story.passages.count == 1)
        let passage = try #require(story.passages.first)
        return (passage.at - passage.to).milliseconds / 1_000
    }

    /// Three tags go out in the hundredth second; the reader holds what it read for twelve.
    private static func passed(_ before: GateStory) -> GateStory {
        var story = before
        for tag in 1...3 { story.draw(tag, outward, at: 100) }
        deliver(&story, at: 112)
        return story
    }

    @Test func `a message that was held says itself that nothing came after, and is not waited for`() throws {
        var story = Self.passed(Self.known())
        Self.say(&story)
        story.wait()
        #expect(try Self.delay(story) <= 9)
        #expect(story.told == "out 3")
    }

    @Test(arguments: [0, 32, 63])
    func `until a reader is known its usual lateness is waited for`(messages: Int) throws {
        var story = Self.passed(Self.known(messages: messages - (messages > 0 ? 1 : 0)))
        Self.say(&story)
        story.wait()
        #expect(try Self.delay(story) >= 14)
    }

    @Test func `what is not sure may be half of it, and waits`() throws {
        var story = Self.known()
        // The message that has this waited on its way, and the rest comes in the next.
        story.draw(1, "I.I.B", at: 100)
        Self.deliver(&story, at: 112)
        Self.say(&story)
        story.wait(2)
        story.draw(1, "O.O.O.o", at: 101.5)
        Self.deliver(&story, at: 114)
        Self.say(&story)
        story.wait()
        #expect(story.told == "out 1")
        #expect(story.passages.first?.from == GateStory.start + ElapsedTime(seconds: 100))
    }

    @Test func `a tag may be unread for four seconds and still be there`() throws {
        var story = Self.known()
        for tag in 1...3 { story.draw(tag, Self.outward, at: 100) }
        Self.deliver(&story, at: 104)
        Self.say(&story)
        // To 103.75 s, and its moment ends a quarter later; messages may be three seconds on their way.
        for _ in 105...111 {
            story.wait(1)
            #expect(story.passages.isEmpty)
            Self.say(&story)
        }
        story.wait(1)
        #expect(story.told == "out 3")
    }

    @Test func `a reader that holds each tag by itself is waited for`() {
        var story = Self.known()
        // Heard nine seconds before a message that did not have it.
        story.draw(9, "z", at: 55)
        Self.deliver(&story, at: 65)
        Self.say(&story)
        story.wait(20)
        for tag in 1...3 { story.draw(tag, Self.outward, at: 100) }
        Self.deliver(&story, at: 112)
        Self.say(&story)
        story.wait(2)
        for tag in 4...6 { story.draw(tag, Self.outward, at: 100) }
        Self.deliver(&story, at: 114)
        Self.say(&story)
        story.wait()
        #expect(story.told == "out 6")
    }

    @Test func `of two readers at a gate the slower one is waited for`() throws {
        var layout = GateStory.layout()
        var second = SiteLayout.Reader(id: "s", site: 0, topics: ["s/#"])
        second.antennas = [1]
        layout.readers[0].antennas = [0, 2, 3]
        layout.readers.append(second)
        layout.antennas[1].reader = 1
        for readers in [[0, 1], [1, 0]] {
            var story = Self.passed(Self.known([0, 1], layout))
            Self.say(&story, readers[0])
            story.wait(3)
            #expect(story.passages.isEmpty)
            Self.say(&story, readers[1])
            story.wait(1)
            #expect(story.told == "out 3")
        }
    }

    @Test func `an old message says nothing new, and times at the end of time do not trap`() {
        var story = Self.known()
        for at in [Int64.min, Int64.max, story.time.now.milliseconds - 1_000] {
            let isNews = story.tracker.takeWord(
                of: 0, until: UTCInstant(milliseconds: at), at: story.time)
            #expect(!isNews)
        }
        let isNewsOfNobody = story.tracker.takeWord(of: 7, until: story.time.now, at: story.time)
        #expect(!isNewsOfNobody)
    }

    @Test func `what is known of the readers survives being written, and cut off it is damage`() throws {
        var story = Self.known()
        story.draw(9, "z", at: 62)
        Self.deliver(&story, at: 65)
        let chunk = story.tracker.orderChunk()
        let mapping = LayoutMapping(
            from: LayoutMapping.Names(GateStory.layout()), to: LayoutMapping.Names(GateStory.layout()))
        var other = GateTracker(layout: GateStory.layout())
        try other.restoreOrders([chunk], mapping: mapping)
        #expect(other.orderChunk() == chunk && chunk.bytes.count > 16)
        for length in 1..<chunk.bytes.count {
            let cut = Checkpoint.Chunk(
                table: chunk.table, index: 0, bytes: Array(chunk.bytes.prefix(length)))
            #expect(throws: ByteReader.Damaged.self) {
                try other.restoreOrders([cut], mapping: mapping)
            }
        }
        // Reader 4, latest word 8, messages 4, blocks 1: no word at all, and more blocks than there are.
        for (place, bytes) in [(4, [0, 0, 0, 0, 0, 0, 0, 0x80]), (16, [9])] as [(Int, [UInt8])] {
            var damaged = chunk
            damaged.bytes.replaceSubrange(place..<place + bytes.count, with: bytes)
            #expect(throws: ByteReader.Damaged.self) {
                try other.restoreOrders([damaged], mapping: mapping)
            }
        }
    }
}
