import AssetModel
import Testing

@testable import PresenceInference

/// What a passage through a gate says about the silence that follows.
struct DepartureTests {
    private static func story() -> PresenceStory {
        var layout = StageWorld.layout()
        for zone in layout.zones.indices { layout.zones[zone].missingAfter = nil }
        return PresenceStory(layout: layout)
    }

    /// Read on its shelf once a minute for an hour, and at the gate at the end of it.
    private static func carriedOut() -> PresenceStory {
        var story = story()
        story.watch(1, home: StageWorld.a)
        for minute in Int64(0)..<60 {
            story.go(to: minute * 60 + 10)
            story.read(1, by: StageWorld.a)
        }
        story.go(to: 3_600)
        story.read(1, by: StageWorld.gate)
        story.go(to: 3_610)
        return story
    }

    private static func passage(
        _ story: PresenceStory, _ direction: Passage.Direction = .outward, tag: Double = 0.99
    ) -> Passage {
        let span = (from: StageWorld.instant(3_598), to: StageWorld.instant(3_602))
        var passage = Passage(id: "P-1", gate: StageWorld.gate, at: story.time.now, span: span)
        (passage.direction, passage.confidence) = (direction, 0.99)
        passage.tags = [Passage.Tag(tag: StageWorld.tag(1), slot: story.slot(1), confidence: tag, reads: 9)]
        return passage
    }

    /// Minutes until it is silent, at most five hours.
    private static func silence(_ story: inout PresenceStory) -> Int64? {
        while story.second < 3_600 + 18_000 {
            story.go(to: story.second + 60)
            if story.tracker.isSilent(story.slot(1)) { return (story.second - 3_600) / 60 }
        }
        return nil
    }

    @Test func `what went out is missed in minutes, and the finding says where it went`() throws {
        var story = Self.carriedOut()
        story.pass(Self.passage(story))
        let minutes = try #require(Self.silence(&story))
        #expect((3...10).contains(minutes), "\(minutes)")
        let change = try #require(story.changes.last?.change)
        #expect(change.probability >= 0.99)
        #expect(change.reasonEnglish.hasSuffix("; went out through G at \(StageWorld.instant(3_602))"))
        #expect(change.reasonChinese.hasSuffix("；\(StageWorld.instant(3_602)) 经 G 出门"))
        // That such tags leave unseen does not follow.
        #expect(story.tracker.hazards.departures == 0)
        // Being told takes nothing from it.
        let gone = story.tracker.probabilityGone(story.slot(1), at: story.time, coverage: story.coverage)
        #expect(try #require(gone) > 0.98)
    }

    @Test(arguments: [Passage.Direction.inward, .undecided])
    func `without going out it is missed as late as ever`(direction: Passage.Direction) throws {
        var story = Self.carriedOut()
        story.pass(Self.passage(story, direction))
        #expect(try #require(Self.silence(&story)) > 45)
        #expect(story.tracker.hazards.departures > 0)
    }

    @Test func `who is doubted to have been in it is missed later, news of long ago says nothing`() throws {
        var sure = Self.carriedOut()
        sure.pass(Self.passage(sure))
        var doubted = Self.carriedOut()
        doubted.pass(Self.passage(doubted, tag: 0.02))
        #expect(try #require(Self.silence(&doubted)) > (try #require(Self.silence(&sure))))
        var late = Self.carriedOut()
        var passage = Self.passage(late)
        passage.isLate = true
        late.pass(passage)
        #expect(late.tracker.departures.entries.isEmpty)
    }

    @Test func `a read on a shelf ends it, one at the gate or of before does not`() throws {
        var story = Self.carriedOut()
        story.pass(Self.passage(story))
        story.read(1, by: StageWorld.gate)
        story.read(1, by: StageWorld.a, late: 10)
        #expect(story.tracker.departures[story.slot(1)] != nil)
        story.read(1, by: StageWorld.a)
        #expect(story.tracker.departures[story.slot(1)] == nil)
        #expect(try #require(Self.silence(&story)) > 45)
    }

    @Test func `read on a shelf before the passage was told, it did not go`() {
        var story = Self.carriedOut()
        story.read(1, by: StageWorld.a)
        story.pass(Self.passage(story))
        #expect(story.tracker.departures.entries.isEmpty)
    }

    @Test func `back through the gate, or sent elsewhere by the books, it is not awaited as gone`() {
        var story = Self.carriedOut()
        story.pass(Self.passage(story))
        story.pass(Self.passage(story, .inward))
        #expect(story.tracker.departures.entries.isEmpty)
        story.pass(Self.passage(story))
        story.watch(1, home: StageWorld.c)
        #expect(story.tracker.departures.entries.isEmpty)
    }

    @Test func `one that is back on its shelf clears at once`() throws {
        var story = Self.carriedOut()
        story.pass(Self.passage(story))
        _ = Self.silence(&story)
        #expect(story.read(1, by: StageWorld.a)?.kind == .heard(zone: StageWorld.a))
    }

    @Test func `a restart in between changes nothing, and damage is told`() throws {
        var undisturbed = Self.carriedOut()
        undisturbed.pass(Self.passage(undisturbed))
        var restarted = undisturbed
        try restarted.restart()
        #expect(restarted.tracker.departures == undisturbed.tracker.departures)
        #expect(Self.silence(&restarted) == Self.silence(&undisturbed))
        #expect(restarted.changes.last?.change == undisturbed.changes.last?.change)
        var chunk = undisturbed.tracker.departures.chunk()
        chunk.bytes.removeLast()
        var again = Departures()
        let mapping = StageWorld.mapping(from: restarted.layout, to: restarted.layout)
        #expect(throws: ByteReader.Damaged.self) { try again.restore([chunk], mapping: mapping) }
    }
}
