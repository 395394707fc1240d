import AssetModel
import Testing

@testable import PresenceInference

/// A tag that is said to be gone is read: is it back, or was that a ghost?
struct DoubtedReturnTests {
    private static func story(layout: SiteLayout? = nil) -> PresenceStory {
        var layout = layout ?? StageWorld.layout()
        for zone in layout.zones.indices { layout.zones[zone].missingAfter = nil }
        return PresenceStory(layout: layout)
    }

    /// Read once a minute for ten hours, then not for so many seconds; another tag of the zone is.
    private static func missed(
        for seconds: Int64, layout: SiteLayout? = nil
    ) -> PresenceStory {
        var story = story(layout: layout)
        for minute in Int64(0)..<600 { story.go(to: minute * 60 + 10); story.read(1, by: StageWorld.a) }
        story.go(to: story.second + seconds)
        return story
    }

    private static let hours: Int64 = 3_600

    @Test func `one read does not undo two days of misses, the second does`() {
        var story = Self.missed(for: 48 * Self.hours)
        #expect(story.tracker.isSilent(story.slot(1)))
        #expect(story.read(1, by: StageWorld.a) == nil && story.tracker.isSilent(story.slot(1)))
        story.go(to: story.second + 60)
        let change = story.read(1, by: StageWorld.a)
        #expect(change?.kind == .heard(zone: StageWorld.a) && !story.tracker.isSilent(story.slot(1)))
        #expect(story.tracker.returns.doubts.isEmpty)
    }

    @Test func `two epochs of one minute are not two ghosts, two antennas of one epoch say no more than one`()
    {
        var story = Self.missed(for: 48 * Self.hours)
        #expect(story.read(1, by: StageWorld.a) == nil)
        #expect(story.read(1, by: StageWorld.b) == nil)
        story.go(to: story.second + 5)
        #expect(story.read(1, by: StageWorld.b)?.kind == .heard(zone: StageWorld.b))
    }

    @Test func `what is just said to be gone is back with its first read`() {
        var story = Self.missed(for: 0)
        while !story.tracker.isSilent(0), story.second < 600 * 60 + 4 * Self.hours {
            story.go(to: story.second + 60)
        }
        #expect(story.tracker.isSilent(0))
        #expect(story.read(1, by: StageWorld.a)?.kind == .heard(zone: StageWorld.a))
    }

    @Test func `after a ghost it is soon as surely gone as before, and nobody is told twice`() throws {
        var story = Self.missed(for: 48 * Self.hours)
        func gone() -> Double? { story.tracker.probabilityGone(0, at: story.time, coverage: story.coverage) }
        #expect(try #require(gone()) > 0.999)
        story.read(1, by: StageWorld.a)
        let doubted = try #require(gone())
        #expect((0.01...0.05).contains(doubted), "\(doubted)")
        story.go(to: story.second + 2 * Self.hours)
        #expect(try #require(gone()) > 0.99)
        #expect(story.told.count { $0.contains("silent") } == 1)
        // A second ghost hours later is weighed against the first.
        #expect(story.read(1, by: StageWorld.a) == nil && story.tracker.isSilent(0))
        #expect((0.005...0.5).contains(try #require(gone())), "\(gone() ?? -1)")
    }

    @Test func `while nobody listens at home, reads from afar bring it back and teach nothing`() throws {
        var story = Self.missed(for: 48 * Self.hours)
        for reader in [StageWorld.a, StageWorld.b] {
            _ = story.coverage.apply(.disconnected, reader: reader, at: story.time)
        }
        story.read(1, by: StageWorld.c)
        story.go(to: story.second + 60)
        story.read(1, by: StageWorld.c)
        #expect(story.changes.last?.change.kind == .heard(zone: StageWorld.c))
        let misses = story.tracker.tags[0].rate.misses
        for _ in 0..<20 {
            story.go(to: story.second + 120)
            story.read(1, by: StageWorld.c)
        }
        #expect(story.tracker.tags[0].rate.misses == misses)
    }

    @Test func `what was away is set down in another way than it stood`() {
        var story = Self.missed(for: 48 * Self.hours)
        #expect(story.tracker.tags[0].rate.hits > 300)
        story.read(1, by: StageWorld.a)
        #expect(story.tracker.tags[0].rate.hits > 300, "it may have been a ghost")
        story.go(to: story.second + 60)
        story.read(1, by: StageWorld.a)
        let rate = story.tracker.tags[0].rate
        #expect(abs(rate.hits + rate.misses - ReadRate.chancesKept) < 0.001 && rate.mean > 0.9)
        story = Self.missed(for: 1_800)
        story.read(1, by: StageWorld.a)
        #expect(story.tracker.tags[0].rate.hits > 300, "half an hour behind something")
    }

    @Test func `a person with a handheld stands before the tag, and a late read is not doubted`() {
        var layout = StageWorld.layout()
        layout.readers[StageWorld.b].isHandheld = true
        var story = Self.missed(for: 48 * Self.hours, layout: layout)
        #expect(story.read(1, by: StageWorld.b)?.kind == .heard(zone: StageWorld.b))
        story = Self.missed(for: 48 * Self.hours)
        #expect(story.read(1, by: StageWorld.a, late: 300)?.kind == .heard(zone: StageWorld.a))
    }

    @Test func `a departure is taken back when the tag is back, not for a ghost`() {
        var story = Self.story()
        story.watch(1, home: StageWorld.a)
        for minute in Int64(0)..<600 { story.go(to: minute * 60 + 10); story.read(1, by: StageWorld.a) }
        story.go(to: story.second + 48 * Self.hours)
        #expect(story.tracker.hazards.departures > 0)
        let shadows = story.tracker.hazards.shadows
        story.read(1, by: StageWorld.a)
        #expect(story.tracker.hazards.departures > 0)
        story.go(to: story.second + 60)
        story.read(1, by: StageWorld.a)
        #expect(story.tracker.hazards.departures == 0)
        // What was away did not stand behind something.
        #expect(story.tracker.hazards.shadows == shadows)
    }

    @Test func `what was away is read as often as before once it is back`() {
        var story = Self.missed(for: 48 * Self.hours)
        let before = story.tracker.tags[0].rate
        story.read(1, by: StageWorld.a)
        story.go(to: story.second + 60)
        story.read(1, by: StageWorld.a)
        #expect(story.tracker.tags[0].rate.mean > before.mean - 0.02)
    }

    @Test func `a restart between the two reads changes nothing, and damage is told`() throws {
        var story = Self.missed(for: 48 * Self.hours)
        story.read(1, by: StageWorld.a)
        let doubts = story.tracker.returns
        try story.restart()
        #expect(story.tracker.returns == doubts && doubts.doubts.count == 1)
        #expect(story.tracker.isSilent(0))
        story.go(to: story.second + 60)
        #expect(story.read(1, by: StageWorld.a)?.kind == .heard(zone: StageWorld.a))
        var chunk = doubts.chunk()
        var again = DoubtedReturns()
        try again.restore([]) { _ in true }
        try again.restore([chunk]) { _ in false }
        #expect(again.doubts.isEmpty)
        chunk.bytes.removeLast()
        #expect(throws: ByteReader.Damaged.self) { try again.restore([chunk]) { _ in true } }
    }
}
