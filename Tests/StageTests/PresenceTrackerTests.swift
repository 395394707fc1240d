import AssetModel
import PresenceInference
import ReadRing
import Testing

/// Where a tag is believed to be, and when that is said.
struct PresenceTrackerTests {
    @Test func `a tag is heard at once and settles with its third epoch`() throws {
        var story = PresenceStory()
        story.go(to: 100)
        let heardChange = story.read(1, by: StageWorld.a)
        let heard = try #require(heardChange)
        #expect(heard.kind == .heard(zone: StageWorld.a) && heard.cause == StageWorld.instant(100))
        #expect(heard.tag == StageWorld.tag(1) && heard.reasonEnglish == "first heard at A")
        #expect(story.read(1, by: StageWorld.a) == nil)
        story.go(to: 105)
        #expect(story.read(1, by: StageWorld.a) == nil)
        #expect(story.tracker.settledZone(of: story.slot(1)) == nil)
        story.go(to: 110)
        let arrivedChange = story.read(1, by: StageWorld.a)
        let arrived = try #require(arrivedChange)
        #expect(arrived.kind == .arrived(zone: StageWorld.a) && arrived.cause == StageWorld.instant(100))
        #expect(arrived.probability == 0.9999 && arrived.evidenceCount == 3 && arrived.source == "rA/1")
        #expect(arrived.reasonEnglish == "A read it in 3 of the last 12 epochs")
        #expect(story.tracker.settledZone(of: story.slot(1)) == StageWorld.a)
        #expect(story.tracker.lastHeard(story.slot(1)) == StageWorld.instant(110))
        #expect(story.tracker.cause(of: story.slot(1)) == StageWorld.instant(100))
        #expect(story.read(1, by: StageWorld.a, late: 60) == nil)
        #expect(story.changes.count == 2)
    }

    @Test func `a tag moves when the new place outweighs the old one, and says so once`() throws {
        var story = PresenceStory()
        story.go(to: 100)
        story.read(1, by: StageWorld.a, until: 160)
        story.read(1, by: StageWorld.c, until: 260)
        let moved = try #require(story.changes.last?.change)
        // A has the epochs until 160; at 190 six are C's alone.
        #expect(story.told == ["105 0 heard A", "115 0 arrived A", "190 0 moved A-C"])
        #expect(moved.cause == StageWorld.instant(165) && moved.evidenceCount == 6)
        #expect(moved.reasonEnglish == "C read it in 6 of the last 6 epochs, A in 0")
        #expect(moved.source == "rC/1")
    }

    @Test(arguments: [(0.95, "200 0 moved A-B"), (0.99, "205 0 moved A-B"), (0.9999, "215 0 moved A-B")])
    func `a rule that wants more certainty waits for more evidence`(certainty: Double, told: String) {
        var rules = RuleSettings()
        rules.placeCertainty = certainty
        var story = PresenceStory(rules: rules)
        story.go(to: 100)
        story.read(1, by: StageWorld.a, until: 160)
        story.read(1, by: StageWorld.b, until: 260)
        #expect(story.told.last == told)
    }

    @Test func `a tag that the books send elsewhere settles anew, by reads from then on`() {
        var story = PresenceStory()
        story.watch(1, home: StageWorld.a)
        story.read(1, by: StageWorld.a, until: 100)
        story.watch(1, home: StageWorld.c)
        #expect(story.tracker.settledZone(of: story.slot(1)) == nil)
        // On its way it is still read where it was.
        story.read(1, by: StageWorld.a, until: 110)
        story.read(1, by: StageWorld.c, until: 160)
        #expect(story.told.suffix(1) == ["125 0 arrived C"])
        var stays = PresenceStory()
        stays.watch(1, home: StageWorld.a)
        stays.read(1, by: StageWorld.a, until: 100)
        stays.watch(1, home: StageWorld.c)
        stays.read(1, by: StageWorld.a, until: 160)
        #expect(stays.told.suffix(1) == ["115 0 arrived A"])
    }

    @Test func `gates and walk-by points hear a tag and are never its place`() {
        for place in [StageWorld.gate, StageWorld.walkBy] {
            var story = PresenceStory()
            story.read(1, by: place, until: 200)
            #expect(story.told == ["5 0 heard \(story.layout.zones[place].id)"])
            #expect(story.tracker.settledZone(of: 0) == nil)
            story.go(to: 2_000)
            #expect(story.told.count == 1 && !story.tracker.isSilent(0))
        }
    }

    @Test func `reads at a gate do not stand in the way of a shelf`() {
        var story = PresenceStory()
        story.go(to: 100)
        for _ in 0..<12 {
            story.read(1, by: StageWorld.gate)
            story.read(1, by: StageWorld.walkBy)
            story.go(to: story.second + 5)
        }
        story.read(1, by: StageWorld.a, until: 175)
        #expect(story.told.last == "175 0 arrived A")
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `evidence that is decisive gives the same place in whatever order it is delivered`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        // Nine epochs of the last minute at home, strays next door and further away.
        let reads: [(Int, Int64)] =
            (0..<12).filter { $0 % 4 != 3 }.map { (StageWorld.a, Int64($0) * 5) }
            + [
                (StageWorld.b, 5), (StageWorld.b, 20), (StageWorld.b, 35), (StageWorld.c, 15),
                (StageWorld.gate, 0),
            ]
        var results: Set<String> = []
        for _ in 0..<20 {
            var story = PresenceStory()
            story.go(to: 600)
            for (antenna, late) in (reads + reads).shuffled(using: &numbers) {
                story.read(1, by: antenna, late: late)
            }
            let settled = story.tracker.settledZone(of: 0).map { "\($0)" } ?? "-"
            let lastHeard = story.tracker.lastHeard(0).map { "\($0)" } ?? "-"
            story.go(to: 1_000)
            results.insert("\(settled) \(lastHeard) \(story.told.last ?? "-")")
        }
        #expect(results == ["0 \(StageWorld.instant(600)) 725 0 silent A"])
    }

    @Test func `a stay begins with its first epoch, in whatever order its reads are delivered`() {
        for order: [Int64] in [[10, 5, 0], [0, 5, 10], [5, 10, 0], [5, 0, 10]] {
            var story = PresenceStory()
            story.go(to: 600)
            for late in order.prefix(2) { story.read(1, by: StageWorld.gate, late: late) }
            let first = StageWorld.instant(600 - order.prefix(2).max()!)
            #expect(story.tracker.cause(of: 0) == first, "\(order)")
            for late in order { story.read(2, by: StageWorld.a, late: late) }
            #expect(story.changes.last?.change.cause == StageWorld.instant(590), "\(order)")
        }
        // Older than the window: another story.
        var story = PresenceStory()
        story.go(to: 600)
        story.read(1, by: StageWorld.a)
        story.read(1, by: StageWorld.b, late: 320)
        #expect(story.tracker.cause(of: 0) == StageWorld.instant(600))
        story.read(1, by: StageWorld.b, late: 315)
        #expect(story.tracker.cause(of: 0) == StageWorld.instant(285))
    }

    @Test func `a neighbour's misses count only after it was covered for the whole window`() {
        // Covered for ever: five epochs at B are enough. Covered only since second 590: not before its misses
        // span the window.
        for (coveredFrom, expected) in [
            (Int64(0), "625 0 arrived B"), (Int64(590), "650 0 arrived B"),
        ] {
            var story = PresenceStory(covering: [StageWorld.b])
            story.go(to: coveredFrom)
            story.cover(StageWorld.a)
            story.go(to: 600)
            story.watch(1, home: StageWorld.a)
            story.read(1, by: StageWorld.b, until: 700)
            #expect(story.told.last == expected)
        }
    }

    @Test func `a line given to another tag starts unseen`() {
        var story = PresenceStory()
        story.read(1, by: StageWorld.a, until: 50)
        #expect(story.tracker.settledZone(of: 0) == StageWorld.a)
        story.tracker.forget(0)
        story.tracker.forget(99)
        #expect(story.tracker.settledZone(of: 0) == nil && story.tracker.lastHeard(0) == nil)
        story.go(to: 1_000)
        #expect(story.told.last == "15 0 arrived A")
    }
}
