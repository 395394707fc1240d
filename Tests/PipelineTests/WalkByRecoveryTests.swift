import AssetModel
import IntakePipeline
import Testing

/// What a walk-by zone knows survives a restart, and does not depend on how inputs are cut.
struct WalkByRecoveryTests {
    static let seeds: [UInt64] = [1, 2]

    private static func fresh(
        _ layout: SiteLayout = WalkByWorld.layout(), books: RegisterChange = PathStory.books()
    ) -> IntakePath {
        var setup = PathStory.setup(layout)
        setup.checkpointEvery = ElapsedTime(seconds: 20)
        setup.limits.strangersMax = 3
        return IntakePath(
            setup: setup, register: books, startingAt: PathStory.start, isListening: true)
    }

    /// Tags with a card, strangers more than are remembered, late reads, wills, idle inventories, lost
    /// connections, our own clock set back and forth.
    private static func inputs(_ seed: UInt64, count: Int = 400) -> [IntakeInput] {
        var numbers = SeededNumbers(seed: seed)
        var story = WalkByWorld.story()
        story.inputs.removeAll()
        for _ in 0..<count {
            story.now = story.now + ElapsedTime(milliseconds: Int64(numbers.below(700)))
            switch numbers.below(60) {
            case 0: story.text(numbers.below(3) == 0 ? "connection lost" : "connected", from: "door")
            case 1: story.give(.connection(numbers.below(3) == 0 ? .down : .up(sessionPresent: true)))
            case 2 where numbers.below(4) == 0:
                let off = Int64(numbers.below(200)) - 100
                story.give(.clockStep(to: story.now + ElapsedTime(seconds: off)))
                story.now = story.now + ElapsedTime(seconds: off)
            case 3:
                let word = numbers.below(2) == 0 ? "idle" : "running"
                story.event(
                    #""eventType":"inventoryStatus","inventoryStatusEvent":{"status":"\#(word)"}"#,
                    from: "door")
            case 4, 5, 6: story.give(.tick)
            default:
                let late = numbers.below(15) == 0 ? Int64(numbers.below(90)) : 0
                story.read(PathStory.tag(numbers.below(9) + 1), by: "door", late: late)
            }
        }
        return [.register(PathStory.books()), .message(connected)].map {
            IntakeInput($0, at: PathStory.start)
        }
            + story.inputs
    }

    private static let connected = RawMessage(
        topic: "readers/rdoor/will", payload: Array("connected".utf8))

    private static func cut(_ inputs: [IntakeInput], by size: () -> Int) -> [[IntakeInput]] {
        var batches: [[IntakeInput]] = []
        var rest = inputs[...]
        while !rest.isEmpty {
            let batch = rest.prefix(max(1, size()))
            batches.append(Array(batch))
            rest = rest.dropFirst(batch.count)
        }
        return batches
    }

    private static func bound(_ batch: [IntakeInput]) -> UTCInstant { batch.map(\.receivedAt).max()! }

    @Test(arguments: seeds)
    func `however inputs are cut into batches, the door says the same`(seed: UInt64) {
        let inputs = Self.inputs(seed)
        var told: [[PresenceChange]] = []
        var states: [[UInt8]] = []
        for size in [1, 7, 1_000] {
            var path = Self.fresh(books: RegisterChange())
            var changes: [PresenceChange] = []
            for batch in Self.cut(inputs, by: { size }) {
                changes += path.advance(through: batch, to: Self.bound(batch)).presenceChanges
            }
            told.append(changes)
            states.append(path.stateBytes())
        }
        #expect(told[0].filter(\.isPassing).count > 5)
        #expect(told[1] == told[0] && told[2] == told[0])
        #expect(states[1] == states[0] && states[2] == states[0])
    }

    @Test(arguments: seeds)
    func `a restart after any batch comes back to where it was`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed &+ 500)
        var path = Self.fresh(books: RegisterChange())
        var kept = KeptPath()
        var restarts = 0
        for batch in Self.cut(Self.inputs(seed), by: { numbers.below(9) + 1 }) {
            kept.commit(path.advance(through: batch, to: Self.bound(batch)))
            guard numbers.below(4) == 0 else { continue }
            restarts += 1
            var again = Self.fresh()
            try again.restore(kept.saved, keepsListening: true)
            // Seconds in which nobody came and nothing was concluded are not committed: both pass them.
            var other = path
            let now = path.now
            _ = again.advance(through: [IntakeInput(.tick, at: now)], to: now)
            _ = other.advance(through: [IntakeInput(.tick, at: now)], to: now)
            let (left, right) = (again.decisiveState(), other.decisiveState())
            #expect(left.count == right.count)
            #expect(zip(left, right).first { $0 != $1 } == nil, "seed \(seed) restart \(restarts)")
            #expect(again.passing(zone: WalkByWorld.door) == path.passing(zone: WalkByWorld.door))
        }
        #expect(restarts > 10)
    }

    @Test func `a read costs the journal no more than before, and its repeats nothing`() {
        var story = WalkByWorld.story()
        story.walk(5, [1])
        story.now = story.now + ElapsedTime(milliseconds: 100)
        let one = story.read(PathStory.tag(1), by: "door").journal.count
        let repeated = story.read(PathStory.tag(1), by: "door").journal
        var two = WalkByWorld.story()
        two.walk(5, [1, 2])
        two.now = two.now + ElapsedTime(milliseconds: 100)
        let reads = [1, 2].map { tag in
            IntakeInput(.message(Self.message(tag, at: two.now)), at: two.now)
        }
        let both = two.path.advance(through: reads, to: two.now).journal.count
        #expect(both - one <= 24 + 8)
        // A message of its own, told from its copies by eight bytes.
        #expect(repeated.count < one - 19 + 1)
    }

    private static func message(_ tag: Int, at now: UTCInstant) -> RawMessage {
        let text = """
            {"timestamp":"\(now)","eventType":"tagInventory","tagInventoryEvent":{"epcHex":\
            "\(PathStory.tag(tag))","antennaPort":1,"peakRssiCdbm":-5500}}
            """
        return RawMessage(topic: "readers/rdoor/events", payload: Array(text.utf8))
    }

    /// A path that has seen tags walk, and what a store would have of it.
    private static func walked() -> (path: IntakePath, kept: KeptPath) {
        var path = fresh(books: RegisterChange())
        var kept = KeptPath()
        for batch in cut(inputs(1), by: { 20 }) {
            kept.commit(path.advance(through: batch, to: bound(batch)))
        }
        return (path, kept)
    }

    @Test func `a store from before walk-by zones were followed opens`() throws {
        var again = Self.fresh()
        try again.restore(Self.walked().kept.saved(without: "walk_by"), keepsListening: true)
        var story = WalkByWorld.story()
        story.path = again
        story.now = again.now + ElapsedTime(seconds: 400)
        story.give(.connection(.up(sessionPresent: true)))
        story.text("connected", from: "door")
        story.walk(5, [1])
        #expect(story.atDoor.contains("1"))
    }

    @Test func `a reload keeps what means the same, and starts anew where the operator asks for other words`()
        throws
    {
        var story = WalkByWorld.story()
        story.walk(10, [1, 2])
        var path = story.path
        let before = path.passing(zone: WalkByWorld.door)
        #expect(before.count >= 2)
        var moved = WalkByWorld.layout()
        moved.zones.append(SiteLayout.Zone(id: "Z", site: 0))
        moved.zones.swapAt(WalkByWorld.door, 4)
        moved.antennas[WalkByWorld.antenna].zone = 4
        var same = Self.fresh(moved)
        try same.restore(path.save(), keepsListening: true)
        #expect(same.passing(zone: 4) == before)
        var other = Self.fresh(WalkByWorld.layout(decideWithin: 8))
        try other.restore(path.save(), keepsListening: true)
        #expect(other.passing(zone: WalkByWorld.door).isEmpty)
    }

    @Test func `a damaged state is refused, never a trap`() throws {
        let saved = Self.walked().kept.saved
        let index = try #require(saved.chunks.firstIndex { $0.table == "walk_by" })
        let good = saved.chunks[index].bytes
        for size in stride(from: 30, to: good.count - 1, by: max(1, good.count / 40)) {
            var broken = saved
            broken.journals = []
            broken.chunks[index].bytes = Array(good[..<size])
            var again = Self.fresh()
            #expect(throws: ByteReader.Damaged.self) { try again.restore(broken, keepsListening: true) }
        }
    }
}
