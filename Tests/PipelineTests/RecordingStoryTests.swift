import AssetModel
import IntakePipeline
import Testing

/// An old recording that is played again changes nothing and is counted; what a reader kept back while it
/// was cut off is evidence, every read of it.
struct RecordingStoryTests {
    /// A window that ten minutes overflow, and room for one stranger.
    private static func setup() -> IntakePath.Setup {
        var setup = PathStory.setup()
        setup.limits.redeliveryWindowMessages = 1
        setup.limits.strangersMax = 1
        setup.checkpointEvery = .never
        return setup
    }

    private static let stranger = "303402E0580C04000000000"

    /// Shelf A is read for so long: two tags of the books and one stranger, every two seconds.
    private static func live(_ story: inout PathStory, seconds: Int64, tags: [Int] = [1, 2]) {
        for second in 1...seconds {
            story.now = story.now + ElapsedTime(seconds: 1)
            guard second % 2 == 0 else { continue }
            for tag in tags { story.read(PathStory.tag(tag), by: "A") }
            if second % 10 == 0 { story.read(stranger + "\(second / 10 % 7)", by: "A") }
        }
    }

    /// Some minutes on record; then other strangers come, and so many messages that no window
    /// remembers it.
    private static func recorded() -> (story: PathStory, recording: [IntakeInput]) {
        var story = PathStory(setup: setup())
        live(&story, seconds: 400)
        let recording = story.inputs.filter { if case .message = $0.kind { true } else { false } }
        for number in 0..<7 { story.read("303402E0580C0400000001F" + "\(number)", by: "A") }
        live(&story, seconds: 600)
        return (story, recording)
    }

    /// What a path knows, but for what it remembers of deliveries and of the time.
    private static func knowledge(_ story: PathStory) -> [String] {
        var path = story.path
        return path.decisiveState().filter { line in
            !["reader_redelivery", "redelivery", "heard_minutes", "coverage"].contains {
                line.hasPrefix($0)
            }
        }
    }

    /// Plays a recording: as fast as it goes, or message by message in its own time.
    private static func play(
        _ recording: [IntakeInput], in story: inout PathStory, atOwnSpeed: Bool, every: () -> Void = {}
    ) {
        guard let first = recording.first else { return }
        let shift = story.now - first.receivedAt
        for input in recording {
            if atOwnSpeed { story.now = input.receivedAt + shift }
            story.give(input.kind)
        }
    }

    @Test(arguments: [true, false])
    func `an old recording changes nothing, and is counted`(atOwnSpeed: Bool) {
        var (story, recording) = Self.recorded()
        let (before, changes) = (story.path.accounts, (story.changes.count, story.presenceChanges.count))
        var control = story
        let knowledge = Self.knowledge(story)
        Self.play(recording, in: &story, atOwnSpeed: atOwnSpeed)
        let after = story.path.accounts
        #expect(recording.count > 400)
        #expect(after.replays - before.replays == Int64(recording.count))
        #expect(after.redelivered - before.redelivered == Int64(recording.count))
        #expect(after.new == before.new && after.repeats == before.repeats)
        #expect(after.strangersEvicted == before.strangersEvicted)
        #expect(after.imbalance == nil)
        guard !atOwnSpeed else {
            // Time alone says the rest: the same without the recording.
            control.now = story.now
            control.give(.tick)
            #expect(story.told == control.told)
            return
        }
        #expect((story.changes.count, story.presenceChanges.count) == changes)
        #expect(Self.knowledge(story) == knowledge)
    }

    @Test func `a recording that begins in the middle of a minute is found out with the next one`() {
        var (story, recording) = Self.recorded()
        let before = story.path.accounts
        // From 1:50 on: what it holds of that minute proves nothing yet, and its stranger was forgotten.
        let part = Array(recording.drop { $0.receivedAt < PathStory.start + ElapsedTime(seconds: 110) })
        Self.play(part, in: &story, atOwnSpeed: true)
        let (replays, new) = (
            story.path.accounts.replays - before.replays, story.path.accounts.new - before.new
        )
        #expect(new <= 1)
        #expect(replays == Int64(part.count) - new)
    }

    @Test func `a recording brings no stolen tag back, and sets no clock, while its reader says nothing`() {
        var (story, recording) = Self.recorded()
        // Tag 2 is taken away; the reader goes on with tag 1, then falls silent.
        Self.live(&story, seconds: 600, tags: [1])
        #expect(story.open.contains("MISSING_SUSPECT PC-2"))
        let told = story.told.filter { $0.contains("PC-2") }
        let dead = Array(recording.dropFirst(50).prefix(350))
        Self.play(dead, in: &story, atOwnSpeed: true)
        #expect(story.open.contains("MISSING_SUSPECT PC-2"))
        #expect(story.told.filter { $0.contains("PC-2") } == told)
        #expect(!story.told.contains { $0.hasPrefix("CLOCK_SKEW") })
    }

    @Test func `a recording beside live messages sets no clock either`() {
        var (story, recording) = Self.recorded()
        let start = story.now
        for (index, input) in recording.enumerated() {
            story.now = start + ElapsedTime(seconds: Int64(index))
            story.give(input.kind)
            story.read(PathStory.tag(1), by: "A")
        }
        #expect(!story.told.contains { $0.hasPrefix("CLOCK_SKEW") })
    }

    // MARK: what a reader kept back

    /// Shelf A is read for five minutes, cut off for `cut` seconds, and read again; what was read meanwhile
    /// comes `wait` seconds after the line is back. Tag 3 is there during the cut only.
    private static func cutOff(_ cut: Int64, wait: Int64) -> (story: PathStory, kept: Int64) {
        var story = PathStory(setup: setup())
        live(&story, seconds: 317)
        let from = story.now
        story.now = from + ElapsedTime(seconds: cut)
        live(&story, seconds: wait)
        let before = story.path.accounts
        var kept: Int64 = 0
        let now = story.now
        for second in stride(from: Int64(1), to: cut, by: 5) {
            let late = (now - (from + ElapsedTime(seconds: second))).seconds
            story.read(PathStory.tag(3), by: "A", late: late)
            kept += 1
        }
        let after = story.path.accounts
        #expect(after.new - before.new + after.repeats - before.repeats == kept)
        return (story, after.new - before.new)
    }

    @Test(arguments: [20, 59, 61, 130, 600, 3_000] as [Int64], [150, 700] as [Int64])
    func `every read that a reader kept back is evidence, to the edges of the cut`(cut: Int64, wait: Int64) {
        let (story, new) = Self.cutOff(cut, wait: wait)
        // An epoch in which the first and the last of them fall may be one.
        #expect(new >= min(64, (cut - 2) / 5))
        #expect(story.path.accounts.replays == 0)
        #expect(story.presenceChanges.contains { $0.tag.hex == PathStory.tag(3) })
    }

    @Test func `what was kept back and comes again with a whole recording is taken once`() {
        var (story, _) = Self.cutOff(600, wait: 150)
        let all = story.inputs.filter { if case .message = $0.kind { true } else { false } }
        Self.live(&story, seconds: 1_200)
        let before = story.path.accounts
        Self.play(all, in: &story, atOwnSpeed: false)
        #expect(story.path.accounts.new == before.new)
        #expect(story.path.accounts.replays - before.replays == Int64(all.count))
    }

    @Test func `a reader whose clock is set back is told, and loses nothing`() {
        var story = PathStory(setup: Self.setup())
        Self.live(&story, seconds: 900)
        let before = story.path.accounts
        for _ in 0..<120 {
            story.now = story.now + ElapsedTime(seconds: 2)
            story.read(PathStory.tag(1), by: "A", late: 400)
            story.read(PathStory.tag(3), by: "A", late: 400)
        }
        #expect(story.told.contains("CLOCK_SKEW rA opened"))
        #expect(story.path.accounts.new > before.new + 40)
        #expect(story.presenceChanges.contains { $0.tag.hex == PathStory.tag(3) })
    }

    // MARK: restarts

    @Test func `a restart in the middle of a recording comes back to where it was`() throws {
        var (story, recording) = Self.recorded()
        var chunks = story.path.save().chunks
        var journals: [[UInt8]] = []
        for (index, input) in recording.prefix(400).enumerated() {
            if index % 3 == 0 { story.now = story.now + ElapsedTime(seconds: 1) }
            let outcome = story.path.advance(through: [IntakeInput(input.kind, at: story.now)], to: story.now)
            if let checkpoint = outcome.checkpoint {
                chunks = KeptState(chunks, checkpoint).chunks
                journals = []
            }
            if !outcome.journal.isEmpty { journals.append(outcome.journal) }
            guard index % 50 == 49 else { continue }
            var again = IntakePath(
                setup: Self.setup(), register: PathStory.books(), startingAt: PathStory.start,
                isListening: true)
            try again.restore(
                IntakePath.Saved(
                    chunks: chunks, journals: journals, accounts: story.path.accounts,
                    sequence: story.path.sequence),
                keepsListening: true)
            var path = story.path
            let (one, other) = (path.decisiveState(), again.decisiveState())
            #expect(zip(one, other).first { $0 != $1 } == nil && one.count == other.count)
        }
        #expect(story.path.accounts.replays > 350)
    }

    private struct KeptState {
        var chunks: [Checkpoint.Chunk]

        init(_ old: [Checkpoint.Chunk], _ checkpoint: Checkpoint) {
            chunks = checkpoint.chunks
            guard !checkpoint.replacesAll else { return }
            chunks += old.filter { old in
                !checkpoint.chunks.contains { $0.table == old.table && $0.index == old.index }
            }
        }
    }
}
