import AssetModel
import Testing

@testable import PresenceInference

/// A silence is weighed by who listened when: what a zone heard nothing of before it failed still counts, and
/// while nobody listens things leave as usual.
struct CoverageBreakTests {
    private static let minute = AbsenceModel.Step(AbsenceModel(), chance: ElapsedTime(seconds: 60))
    private static let rate = ReadRate(hits: 600, misses: 400, strays: 300, strayMisses: 700)

    private static func gone(after misses: Int, _ listening: SilentRun.Listening) -> Double {
        var run = SilentRun(shadowed: 0.02, listening: listening)
        for _ in 0..<misses { run.miss(rate, minute) }
        run.passRest(rate, minute)
        return run.probabilityGone
    }

    @Test func `chances in which a neighbour was deaf count less, all others as ever`() {
        let all = Self.gone(after: 60, SilentRun.Listening(neighbours: 2))
        let late = Self.gone(after: 60, SilentRun.Listening(neighbours: 2, deaf: [50..<Int.max]))
        let long = Self.gone(after: 60, SilentRun.Listening(neighbours: 2, deaf: [0..<Int.max]))
        let both = SilentRun.Listening(neighbours: 2, deaf: [0..<Int.max, 0..<Int.max])
        #expect(all > late && late > long && long > Self.gone(after: 60, both))
        #expect(abs(Self.gone(after: 60, both) - Self.gone(after: 60, .ownOnly)) < 1e-12)
        let before = Self.gone(after: 60, SilentRun.Listening(neighbours: 2, deaf: [-90 ..< -1]))
        #expect(before == all)
    }

    @Test func `while nobody listens a tag may leave, and what hid it may go away`() {
        func gone(_ chances: Int, share: Double, misses: Int = 10) -> Double {
            let gap = SilentRun.Listening.Gap(after: 0, chances: chances, share: share)
            return Self.gone(after: misses, SilentRun.Listening(neighbours: 2, gap: gap))
        }
        let six = 360
        // Six hours of 0.4 % a day.
        #expect(abs(gone(six, share: 0, misses: 0) - 0.001) < 0.000_01, "\(gone(six, share: 0, misses: 0))")
        #expect(gone(six, share: 0) > 10 * gone(0, share: 0))
        #expect(gone(six, share: 0.5) > 2 * gone(six, share: 0))
    }

    /// Read in every other minute for five hours, in every fourth also next door; then no more.
    private static func story() -> PresenceStory {
        var layout = StageWorld.layout()
        for zone in layout.zones.indices { layout.zones[zone].missingAfter = nil }
        var story = PresenceStory(layout: layout)
        for minute in Int64(0)..<300 {
            story.go(to: minute * 60 + 10)
            if minute % 2 == 0 { story.read(1, by: StageWorld.a) }
            if minute % 4 == 0 { story.read(1, by: StageWorld.b) }
        }
        return story
    }

    private static func stated(_ story: PresenceStory) throws -> Double {
        try #require(story.tracker.probabilityGone(0, at: story.time, coverage: story.coverage))
    }

    @Test func `when a neighbour fails, what it did not hear until then is not forgotten`() throws {
        var story = Self.story()
        story.go(to: story.second + 2_400)
        let before = try Self.stated(story)
        #expect((0.05...0.95).contains(before), "\(before)")
        // It gave a sign of life until now.
        story.cover(StageWorld.b)
        _ = story.coverage.apply(.disconnected, reader: StageWorld.b, at: story.time)
        #expect(abs(try Self.stated(story) - before) < 0.01)
        story.go(to: story.second + 600)
        let during = try Self.stated(story)
        #expect(during > before)
        story.cover(StageWorld.b)
        #expect(abs(try Self.stated(story) - during) < 0.01)
    }

    @Test(arguments: [true, false])
    func `an outage of its own zone is time to leave, and its neighbour would have heard it`(
        isNeighbourUp: Bool
    ) throws {
        func afterwards(outage seconds: Int64) throws -> Double {
            var story = Self.story()
            let readers = isNeighbourUp ? [StageWorld.a] : [StageWorld.a, StageWorld.b]
            for reader in readers {
                _ = story.coverage.apply(.disconnected, reader: reader, at: story.time)
            }
            story.go(to: story.second + seconds)
            for reader in readers { story.cover(reader) }
            story.go(to: story.second + 900)
            return try Self.stated(story)
        }
        let (short, long) = (try afterwards(outage: 60), try afterwards(outage: 21_600))
        #expect(long > short * 2, "\(short), \(long)")
        #expect(isNeighbourUp ? long > 0.5 : long < 0.5, "\(long)")
    }

    @Test func `a restart knows of the breaks, a store from before of none`() throws {
        var story = Self.story()
        story.go(to: story.second + 2_400)
        story.cover(StageWorld.b)
        _ = story.coverage.apply(.disconnected, reader: StageWorld.b, at: story.time)
        story.go(to: story.second + 300)
        let before = try Self.stated(story)
        let breaks = story.coverage.breaks
        try story.restart()
        #expect(story.coverage.breaks == breaks && breaks[StageWorld.b].ofAll?.to == nil)
        #expect(try Self.stated(story) == before)
        try story.coverage.restoreBreaks(
            [], mapping: StageWorld.mapping(from: story.layout, to: story.layout))
        #expect(story.coverage.breaks == breaks)
    }

    /// A store that is walked once a day: a tag of which little is known is not gone because nobody came.
    @Test(arguments: [StageWorld.c, StageWorld.b])
    func `a day without anybody listening says next to nothing of a tag that is hardly known`(zone: Int)
        throws
    {
        var layout = StageWorld.layout()
        for zone in layout.zones.indices { layout.zones[zone].missingAfter = nil }
        var story = PresenceStory(layout: layout)
        story.read(1, by: zone, until: 600)
        // Heard until now, or all of it would be taken back.
        story.cover(zone)
        _ = story.coverage.apply(.disconnected, reader: zone, at: story.time)
        story.go(to: 86_400)
        story.cover(zone)
        story.go(to: story.second + 120)
        let gone = try #require(
            story.tracker.probabilityGone(story.slot(1), at: story.time, coverage: story.coverage))
        // No zone is next to C: only as many as leave in a day. A beside B listened, and may never hear it.
        #expect(gone < (zone == StageWorld.c ? 0.01 : 0.5), "\(gone)")
    }

    /// Whether those far away listened meanwhile is not asked.
    @Test func `where no zone is next to its own, reads from afar say nothing of a break`() throws {
        var layout = StageWorld.layout()
        for zone in layout.zones.indices { layout.zones[zone].missingAfter = nil }
        var story = PresenceStory(layout: layout)
        for minute in Int64(0)..<120 {
            story.go(to: minute * 60 + 10)
            story.read(1, by: StageWorld.c)
            if minute % 2 == 0 { story.read(1, by: StageWorld.a) }
        }
        story.cover(StageWorld.c)
        _ = story.coverage.apply(.disconnected, reader: StageWorld.c, at: story.time)
        story.go(to: story.second + 86_400)
        #expect(try Self.stated(story) < 0.01)
    }

    @Test func `while its own zone is out, what is stated grows by what its neighbour does not hear`() throws
    {
        var story = Self.story()
        story.cover(StageWorld.a)
        _ = story.coverage.apply(.disconnected, reader: StageWorld.a, at: story.time)
        let before = try Self.stated(story)
        story.go(to: story.second + 21_600)
        let during = try Self.stated(story)
        #expect(before < 0.01 && during > 0.1, "\(before), \(during)")
    }

    /// Part of a chance says no more than all of it, after a break as well.
    @Test func `the minute under way counts as one that is over`() {
        let rate = ReadRate(hits: 2, misses: 1.3, strays: 0.3, strayMisses: 2)
        var listening = SilentRun.Listening(neighbours: 1)
        listening.gap = SilentRun.Listening.Gap(after: 0, chances: 1_000, share: 1)
        var run = SilentRun(shadowed: 0, listening: listening)
        run.passRest(rate, Self.minute)
        var (whole, part) = (run, run)
        whole.miss(rate, Self.minute)
        part.miss(part: 1, of: rate, Self.minute)
        #expect(part.probabilityGone > run.probabilityGone)
        #expect(part.probabilityGone <= whole.probabilityGone)
    }
}
