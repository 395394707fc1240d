import AssetModel
import IntakePipeline
import Testing

/// A gap between two reads that is longer than the zone's time is told, however little longer it is; a
/// shorter one never is. Evidence is kept in epochs of 5 s: what was read last in an epoch decides.
struct GapStoryTests {
    /// Milliseconds of the zone's time.
    private static let limit: Int64 = 120_000

    /// A tag on shelf A is read from its start until `last`, a repeat within an epoch, and again `gap`
    /// later.
    private static func story(last: Int64, gap: Int64, late: Int64 = 0) -> PathStory {
        var story = PathStory()
        for at in stride(from: Int64(0), through: 30_000, by: 5_000) { read(at, in: &story) }
        if last > 0 { read(30_000 + last, in: &story) }
        read(30_000 + last + gap, late: late, in: &story)
        return story
    }

    private static func read(_ at: Int64, late: Int64 = 0, in story: inout PathStory) {
        let heardAt = PathStory.start + ElapsedTime(milliseconds: at)
        story.now = heardAt + ElapsedTime(milliseconds: late)
        let payload = """
            {"timestamp":"\(heardAt)","eventType":"tagInventory","tagInventoryEvent":\
            {"epcHex":"\(PathStory.tag(1))","antennaPort":1}}
            """
        story.give(.message(RawMessage(topic: "readers/rA/events", payload: Array(payload.utf8))))
    }

    private static func silences(_ story: PathStory) -> [PresenceChange] {
        story.presenceChanges.filter {
            guard $0.tag.hex == PathStory.tag(1), case .silent = $0.kind else { return false }
            return true
        }
    }

    @Test(arguments: [0, 1, 2_500, 4_999] as [Int64], [1, 2, 900, 4_000, 5_999, 6_001, 60_000] as [Int64])
    func `a gap over the zone's time is told once, by how little it ever exceeds it`(
        last: Int64, excess: Int64
    ) throws {
        let story = Self.story(last: last, gap: Self.limit + excess)
        let told = Self.silences(story)
        #expect(told.count == 1)
        let ended = PathStory.start + ElapsedTime(milliseconds: 30_000 + last + Self.limit + excess)
        #expect(try #require(told.first).at <= ended)
        #expect(story.path.accounts.imbalance == nil)
        #expect(story.presenceChanges.last?.kind == .heard(zone: 0))
    }

    @Test(arguments: [0, 1, 2_500, 4_999] as [Int64], [0, 1, 999, 5_000, 60_000] as [Int64])
    func `a gap that is no longer than the zone's time is no silence`(last: Int64, less: Int64) {
        let story = Self.story(last: last, gap: Self.limit - less)
        #expect(Self.silences(story).isEmpty)
    }

    @Test func `a read that came late ends its gap when it was heard, not when it came`() {
        #expect(Self.silences(Self.story(last: 2_500, gap: Self.limit - 1_000, late: 2_000)).isEmpty)
        #expect(Self.silences(Self.story(last: 2_500, gap: Self.limit + 1_000, late: 2_000)).count == 1)
    }

    @Test func `a silence that is over when it is told accuses nobody`() {
        let story = Self.story(last: 2_500, gap: Self.limit + 1_000)
        #expect(Self.silences(story).count == 1)
        #expect(!story.told.contains { $0.contains("PC-1 ") })
    }

    // MARK: restarts

    private struct Kept {
        var chunks: [Checkpoint.Chunk]
        var journals: [[UInt8]] = []

        func restored(_ path: IntakePath) throws -> IntakePath {
            var again = IntakePath(
                setup: PathStory.setup(), register: PathStory.books(), startingAt: PathStory.start,
                isListening: true)
            try again.restore(
                IntakePath.Saved(
                    chunks: chunks, journals: journals, accounts: path.accounts, sequence: path.sequence),
                keepsListening: true)
            return again
        }
    }

    @Test func `the journal brings back a gap that was told by what is not in it`() throws {
        var setup = PathStory.setup()
        setup.checkpointEvery = .never
        var story = PathStory(setup: setup)
        for at in stride(from: Int64(0), through: 30_000, by: 5_000) { Self.read(at, in: &story) }
        var kept = Kept(chunks: story.path.save().chunks)
        for at in [32_500, 32_500 + Self.limit + 700] as [Int64] {
            let heardAt = PathStory.start + ElapsedTime(milliseconds: at)
            let payload = """
                {"timestamp":"\(heardAt)","tagInventoryEvent":{"epcHex":"\(PathStory.tag(1))",\
                "antennaPort":1}}
                """
            let message = RawMessage(topic: "readers/rA/events", payload: Array(payload.utf8))
            let outcome = story.path.advance(
                through: [IntakeInput(.message(message), at: heardAt)], to: heardAt)
            story.presenceChanges += outcome.presenceChanges
            #expect(outcome.checkpoint == nil)
            if !outcome.journal.isEmpty { kept.journals.append(outcome.journal) }
        }
        #expect(Self.silences(story).count == 1)
        var (one, other) = (story.path, try kept.restored(story.path))
        #expect(one.decisiveState() == other.decisiveState())
    }

    /// The repeat at 32.5 s is not in the journal: after a restart the epoch counts as read to its end.
    @Test(arguments: [(-1, 0), (1, 0), (2_499, 0), (2_501, 1), (4_000, 1)] as [(Int64, Int)])
    func `after a restart no gap is told that may have been shorter`(excess: Int64, count: Int) throws {
        var story = PathStory()
        for at in stride(from: Int64(0), through: 30_000, by: 5_000) { Self.read(at, in: &story) }
        Self.read(32_500, in: &story)
        story.path = try Kept(chunks: story.path.save().chunks).restored(story.path)
        Self.read(32_500 + Self.limit + excess, in: &story)
        #expect(Self.silences(story).count == count)
    }
}
