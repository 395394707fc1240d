import AssetModel
import Testing

@testable import IntakePipeline

/// What the broker sends again after a kill between commit and acknowledgement, where only the bytes tell.
struct ResumedSessionTests {
    private static let will = RawMessage(topic: "readers/rC/will", payload: Array("connection lost".utf8))

    private static func read(_ tag: Int, at instant: UTCInstant) -> RawMessage {
        let text = """
            {"timestamp":"\(instant)","tagInventoryEvent":{"epcHex":"\(PathStory.tag(tag))","antennaPort":1}}
            """
        return RawMessage(topic: "readers/rC/events", payload: Array(text.utf8))
    }

    /// A reader was lost and heard again, all committed; then the daemon was killed.
    private static func killed() throws -> (story: PathStory, sentAgain: [RawMessage]) {
        var story = PathStory()
        story.pass(20, reading: [(1, "C")])
        story.give(.message(will))
        story.now = story.now + ElapsedTime(seconds: 6)
        let back = read(2, at: story.now)
        story.give(.message(back))
        #expect(story.path.isOnline(reader: 2))
        var next = IntakePath(
            setup: PathStory.setup(), register: PathStory.books(), startingAt: story.now, isListening: false)
        try next.restore(story.path.save())
        story.path = next
        story.now = story.now + ElapsedTime(seconds: 3)
        return (story, [will, back])
    }

    @Test func `a last will that is sent again after a kill does not take the reader off again`() throws {
        var (story, sentAgain) = try Self.killed()
        story.give(.connection(.up(sessionPresent: true)))
        let told = story.told
        let redelivered = story.path.accounts.redelivered
        for message in sentAgain { story.give(.message(message)) }
        #expect(story.path.isOnline(reader: 2) && story.told == told)
        #expect(story.path.accounts.redelivered == redelivered + 1, "the read behind the will")
    }

    @Test func `the same will after anything new is news`() throws {
        var (story, sentAgain) = try Self.killed()
        story.give(.connection(.up(sessionPresent: true)))
        for message in sentAgain { story.give(.message(message)) }
        story.give(.message(Self.read(3, at: story.now)))
        story.give(.message(Self.will))
        #expect(!story.path.isOnline(reader: 2))
    }

    @Test func `without the old session nothing is sent again, so it is news`() throws {
        var (story, _) = try Self.killed()
        story.give(.connection(.up(sessionPresent: false)))
        story.give(.message(Self.will))
        #expect(!story.path.isOnline(reader: 2))
    }

    @Test func `long after the reconnect nothing is sent again`() throws {
        var (story, _) = try Self.killed()
        story.give(.connection(.up(sessionPresent: true)))
        story.now = story.now + ElapsedTime(seconds: 61)
        story.give(.message(Self.will))
        #expect(!story.path.isOnline(reader: 2))
    }

    @Test func `what was acknowledged long before the loss is not sent again`() throws {
        var story = PathStory()
        story.pass(20, reading: [(1, "C")])
        story.give(.message(Self.will))
        story.pass(60, reading: [(2, "C")])
        story.give(.connection(.down))
        story.now = story.now + ElapsedTime(seconds: 5)
        story.give(.connection(.up(sessionPresent: true)))
        story.give(.message(Self.will))
        #expect(!story.path.isOnline(reader: 2))
    }
}
