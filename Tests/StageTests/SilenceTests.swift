import AssetModel
import PresenceInference
import ReadRing
import Testing

/// When a tag is silent: after the zone's time and one epoch, to the second, in covered time only.
struct SilenceTests {
    @Test func `a tag is silent after 120 seconds and the epoch of its last read, and not a second before`()
        throws
    {
        var story = PresenceStory()
        story.read(1, by: StageWorld.a, until: 30)
        #expect(story.tracker.nextCheck <= ElapsedTime(seconds: 155))
        story.go(to: 154)
        #expect(story.told == ["5 0 heard A", "15 0 arrived A"])
        story.go(to: 155)
        let silent = try #require(story.changes.last?.change)
        #expect(story.told.last == "155 0 silent A" && story.tracker.isSilent(0))
        #expect(silent.cause == StageWorld.instant(30) && silent.evidenceCount == 25)
        #expect(
            silent.reasonEnglish
                == "no read in 125 s of covered time at A (1 epochs of 60 s; usually read in 6 of 10)")
        // One minute without a read says next to nothing: 0.004 / 1,440 against what is usual.
        #expect((0.000_001...0.000_02).contains(silent.probability), "\(silent.probability)")
        story.go(to: 1_000)
        #expect(story.told.count == 3)
    }

    @Test func `silence is due at the very millisecond`() {
        var story = PresenceStory()
        story.read(1, by: StageWorld.a, until: 30)
        let before = StageWorld.time(154, milliseconds: 999)
        #expect(story.tracker.advance(to: before, coverage: &story.coverage).isEmpty)
        #expect(story.tracker.nextCheck == ElapsedTime(seconds: 155))
        #expect(story.tracker.advance(to: StageWorld.time(155), coverage: &story.coverage).count == 1)
    }

    @Test func `each zone has its own time`() {
        var layout = StageWorld.layout()
        layout.zones[StageWorld.c].missingAfter = ElapsedTime(seconds: 40)
        var story = PresenceStory(layout: layout)
        story.read(1, by: StageWorld.a)
        story.read(2, by: StageWorld.c)
        story.go(to: 300)
        #expect(story.told == ["0 0 heard A", "0 1 heard C", "45 1 silent C", "125 0 silent A"])
    }

    @Test func `time in which the zone is not covered is no silence`() {
        var story = PresenceStory()
        story.read(1, by: StageWorld.a, until: 30)
        story.go(to: 50)
        _ = story.coverage.apply(.inventoryIdle, reader: 0, at: story.time)
        story.go(to: 5_000)
        #expect(story.told.count == 2)
        _ = story.coverage.apply(.inventoryRunning, reader: 0, at: story.time)
        // 20 s were covered before.
        story.go(to: 5_104)
        #expect(story.told.count == 2)
        story.go(to: 5_105)
        #expect(story.told.last == "5105 0 silent A")
    }

    @Test func `a tag of the books that was never read is missed from the moment it is watched`() {
        var story = PresenceStory()
        story.go(to: 12)
        story.watch(1, home: StageWorld.a)
        story.watch(2, home: StageWorld.gate)
        story.watch(3, home: nil)
        story.go(to: 136)
        #expect(story.told.isEmpty)
        story.go(to: 1_000)
        #expect(story.told == ["137 0 silent A"])
        #expect(story.changes.first?.change.cause == StageWorld.instant(10))
        #expect(story.changes.first?.change.reasonChinese.hasSuffix("（登记后从未识读）") == true)
    }

    @Test func `a tag that the books want elsewhere, or nowhere, is no longer missed here`() {
        var story = PresenceStory()
        story.watch(1, home: StageWorld.a)
        story.watch(2, home: StageWorld.a)
        story.go(to: 60)
        story.watch(1, home: nil)
        story.watch(2, home: StageWorld.c)
        story.watch(2, home: StageWorld.c)
        story.go(to: 1_000)
        #expect(story.told == ["185 1 silent C"])
    }

    @Test func `a tag heard elsewhere is missed where it was believed`() {
        var story = PresenceStory()
        story.watch(1, home: StageWorld.a)
        story.read(1, by: StageWorld.c, until: 60)
        story.read(2, by: StageWorld.gate)
        story.go(to: 1_000)
        #expect(story.told.filter { $0.contains("silent") } == ["185 0 silent C"])
    }

    @Test func `books that come late do not move a tag that was heard, and a stray does not after silence`() {
        var story = PresenceStory()
        story.read(1, by: StageWorld.c, until: 60)
        story.watch(1, home: StageWorld.a)
        story.go(to: 300)
        #expect(story.told.last == "185 0 silent C")
        story.read(1, by: StageWorld.a)
        story.go(to: 1_000)
        #expect(story.told.suffix(2) == ["300 0 heard A", "425 0 silent C"])
    }

    @Test func `a read at a gate shows that a tag of the books is here`() {
        var story = PresenceStory()
        story.watch(1, home: StageWorld.a)
        story.go(to: 100)
        story.read(1, by: StageWorld.gate)
        story.go(to: 1_000)
        #expect(story.told == ["100 0 heard G", "225 0 silent A"])
    }

    @Test func `after silence the first read is told, and its place only with three epochs`() throws {
        var story = PresenceStory()
        story.read(1, by: StageWorld.a, until: 30)
        story.go(to: 300)
        story.read(1, by: StageWorld.a, until: 320)
        #expect(
            story.told == [
                "5 0 heard A", "15 0 arrived A", "155 0 silent A", "305 0 heard A", "315 0 arrived A",
            ])
        let heard = story.changes[3].change
        #expect(
            heard.reasonEnglish == "heard again at A after silence" && heard.cause == StageWorld.instant(305))
    }

    @Test func `what was read before a silence does not say where the tag is after it`() {
        var story = PresenceStory()
        story.read(1, by: StageWorld.a, until: 60)
        #expect(story.tracker.settledZone(of: story.slot(1)) == StageWorld.a)
        story.go(to: 400)
        #expect(story.tracker.isSilent(story.slot(1)))
        // Back through the gate, on its way to wherever the books want it now.
        for second in [400, 405, 410] as [Int64] {
            story.go(to: second)
            story.read(1, by: StageWorld.gate)
            #expect(story.tracker.settledZone(of: story.slot(1)) == nil)
        }
        story.read(1, by: StageWorld.b, until: 425)
        #expect(story.tracker.settledZone(of: story.slot(1)) == StageWorld.b)
    }

    @Test func `many tags fall silent each at its own second`() {
        var numbers = SeededNumbers(seed: 5)
        var story = PresenceStory()
        var last: [Int: Int64] = [:]
        for _ in 0..<600 {
            story.go(to: story.second + 1)
            guard story.second < 500 else { continue }
            let tag = numbers.below(40)
            story.read(tag, by: StageWorld.c)
        }
        for slot in 0..<story.ring.count {
            last[slot] = story.tracker.lastHeard(slot).map { ($0 - StageWorld.start).seconds }
        }
        story.go(to: 800)
        var silent: [Int: Int64] = [:]
        for (slot, change) in story.changes where change.kind == .silent(zone: StageWorld.c) {
            silent[slot] = (change.at - StageWorld.start).seconds
        }
        #expect(silent.count == story.ring.count)
        // Listed when it arrived, at most five seconds after its epoch began.
        for (slot, second) in silent {
            #expect((125...129).contains(second - (last[slot] ?? 0)), "slot \(slot)")
        }
    }

    // MARK: covered time that is taken back

    @Test func `covered time taken back delays nobody who was read after it`() {
        var story = PresenceStory()
        story.go(to: 100)
        story.read(1, by: StageWorld.a)
        story.go(to: 101)
        let lost = DeviceEvent.overflow(
            first: StageWorld.instant(40), last: StageWorld.instant(100), purged: 7)
        _ = story.coverage.apply(lost, reader: 0, at: story.time)
        story.go(to: 110)
        story.read(2, by: StageWorld.a)
        story.go(to: 400)
        #expect(story.told == ["100 0 heard A", "110 1 heard A", "226 0 silent A", "235 1 silent A"])
    }

    @Test func `covered time taken back delays nobody who is read in the same second`() {
        var story = PresenceStory()
        story.go(to: 100)
        story.read(1, by: StageWorld.a)
        story.go(to: 101)
        let lost = DeviceEvent.overflow(
            first: StageWorld.instant(40), last: StageWorld.instant(100), purged: 7)
        _ = story.coverage.apply(lost, reader: 0, at: story.time)
        story.read(2, by: StageWorld.a)
        story.go(to: 400)
        #expect(story.told == ["100 0 heard A", "101 1 heard A", "226 0 silent A", "226 1 silent A"])
    }

    @Test func `covered time taken back delays silence by what was lost, not by more`() {
        var story = PresenceStory()
        story.read(1, by: StageWorld.a)
        story.go(to: 50)
        let lost = DeviceEvent.overflow(
            first: StageWorld.instant(10), last: StageWorld.instant(50), purged: 7)
        _ = story.coverage.apply(lost, reader: 0, at: story.time)
        story.go(to: 164)
        #expect(story.told == ["0 0 heard A"])
        story.go(to: 165)
        #expect(story.told.last == "165 0 silent A")
    }

    @Test func `an outage noticed late delays nobody who was read after it`() {
        var story = PresenceStory()
        story.go(to: 100)
        story.cover(StageWorld.a)
        story.go(to: 104)
        story.read(1, by: StageWorld.a)
        _ = story.coverage.apply(.disconnected, reader: 0, at: story.time)
        story.go(to: 110)
        story.cover(StageWorld.a)
        story.go(to: 111)
        story.read(2, by: StageWorld.a)
        story.go(to: 400)
        #expect(story.told == ["104 0 heard A", "111 1 heard A", "235 0 silent A", "236 1 silent A"])
    }

    // MARK: restart

    @Test(arguments: [Int64(1), 101, 102, 105, 131, 150])
    func `a tracker made anew from its chunks falls silent at the same seconds in the same order`(
        restart: Int64
    ) throws {
        func story(restart: Int64?) throws -> [String] {
            var story = PresenceStory()
            for number in [3, 4, 5, 1, 2] { story.watch(number, home: StageWorld.a) }
            for second in Int64(1)...400 {
                story.go(to: second)
                // Two in the same second, against the order of their lines.
                if second == 100 { for tag in [5, 4, 3] { story.read(tag, by: StageWorld.a) } }
                if second == 101 {
                    let lost = DeviceEvent.overflow(
                        first: StageWorld.instant(70), last: StageWorld.instant(100), purged: 7)
                    _ = story.coverage.apply(lost, reader: 0, at: story.time)
                }
                if second == 104 { for tag in [2, 1] { story.read(tag, by: StageWorld.c) } }
                if second == 130 { story.read(4, by: StageWorld.a) }
                if second == restart { try story.restart() }
            }
            return story.told
        }
        let undisturbed = try story(restart: nil)
        #expect(undisturbed.filter { $0.contains("silent") }.count == 5)
        #expect(try story(restart: restart) == undisturbed)
    }

    @Test func `state follows its zone to another layout, and goes with a zone that is gone`() throws {
        var story = PresenceStory()
        story.read(1, by: StageWorld.a, until: 30)
        story.read(2, by: StageWorld.c, until: 60)
        story.watch(3, home: StageWorld.c)
        var layout = StageWorld.layout()
        layout.zones.remove(at: StageWorld.a)
        layout.antennas = []
        let mapping = StageWorld.mapping(from: story.layout, to: layout)
        var tracker = PresenceTracker(layout: layout, rules: RuleSettings())
        try tracker.restore(story.tracker.takeChunks(all: true), mapping: mapping)
        #expect(tracker.settledZone(of: story.slot(1)) == nil)
        #expect(tracker.settledZone(of: story.slot(2)) == StageWorld.c - 1)
        #expect(tracker.lastHeard(story.slot(2)) == StageWorld.instant(60))
        #expect(tracker.cause(of: story.slot(2)) == story.tracker.cause(of: story.slot(2)))
    }

    @Test func `chunks hold what changed, and cut off within a line they are damage`() throws {
        var story = PresenceStory()
        for number in 0..<300 { story.watch(number, home: StageWorld.a) }
        #expect(story.tracker.takeChunks(all: false).map(\.index) == [0, 0, 1, 1, 2, 2, 0, 0, 0, 0])
        #expect(story.tracker.takeChunks(all: false).isEmpty)
        story.read(290, by: StageWorld.a)
        #expect(
            story.tracker.takeChunks(all: false).map(\.table)
                == ["presence", "presence_rates", "hazards", "clones", "returns", "departures"])
        let chunks = story.tracker.takeChunks(all: true)
        let chunk = try #require(chunks.first)
        let mapping = StageWorld.mapping(from: story.layout, to: story.layout)
        var whole = 0
        for size in 0..<1_000 {
            var tracker = PresenceTracker(layout: story.layout, rules: RuleSettings())
            let cut = Checkpoint.Chunk(table: "presence", index: 0, bytes: Array(chunk.bytes.prefix(size)))
            do {
                try tracker.restore([cut], mapping: mapping)
                whole += 1
            } catch {
                #expect(error.offset <= size)
            }
        }
        // A line has 35 bytes: slot 4, phase 1, zone, home and list 2 each, epochs and mark 8 each.
        #expect(whole == 29)
        var foreign = chunk
        foreign.bytes[4] = 9
        var tracker = PresenceTracker(layout: story.layout, rules: RuleSettings())
        #expect(throws: ByteReader.Damaged.self) { try tracker.restore([foreign], mapping: mapping) }
    }
}
