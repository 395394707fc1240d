import AssetModel
import IntakePipeline
import Testing

/// Tags that pass a walk-by zone, on the real path.
struct WalkByPathTests {
    @Test func `a tag enters the field, leaves it, and both are told with chance, evidence and delay`() throws
    {
        var story = WalkByWorld.story()
        story.walk(10, [])
        story.walk(10, [1])
        #expect(story.walked == ["entered 1"])
        #expect(story.atDoor == ["1"])
        story.walk(20, [])
        #expect(story.walked == ["entered 1", "left 1"])
        #expect(story.atDoor.isEmpty)
        let entered = try #require(story.presenceChanges.first { $0.isPassing })
        let left = try #require(story.presenceChanges.last { $0.isPassing })
        #expect(entered.kind == .entered(zone: WalkByWorld.door) && entered.source == "rdoor/1")
        #expect(entered.probability >= 0.55 && entered.probability < 1 && entered.evidenceCount >= 1)
        // Read from the eleventh second on; told two seconds after the end of the one that it speaks of.
        #expect((8...10).contains((entered.cause - PathStory.start).seconds))
        #expect((entered.at - entered.cause).seconds == 3)
        #expect(entered.reasonEnglish.contains("door read it in "))
        #expect(entered.reasonEnglish.hasSuffix("epochs of 1 s; decided 2 s later"))
        #expect(entered.reasonChinese.hasSuffix("2 秒后判定"))
        #expect(
            left.kind == .left(zone: WalkByWorld.door)
                && left.cause > PathStory.start + ElapsedTime(seconds: 19))
        #expect(left.probability >= 0.55 && left.evidenceCount >= 2)
        #expect(left.reasonEnglish.contains("covered epochs of 1 s at door"))
    }

    @Test(arguments: [(1 as Int64, 1 as Int64), (3, 3), (5, 5), (9, 9), (60, 9)])
    func `the operator's time is kept`(within: Int64, told: Int64) throws {
        var story = WalkByWorld.story(WalkByWorld.layout(decideWithin: within))
        story.walk(30, [1])
        let entered = try #require(story.presenceChanges.first { $0.isPassing })
        #expect((entered.at - entered.cause).seconds == told)
    }

    @Test func `what passes moves nothing on a shelf and accuses nobody`() {
        var story = WalkByWorld.story()
        let home = [(1, "A"), (2, "A"), (3, "A"), (4, "A")]
        story.pass(60, reading: home)
        for _ in 0..<8 {
            story.walk(30, [1, 2])
            story.pass(5, reading: home)
        }
        #expect(story.walked.contains("entered 1") && story.told.isEmpty)
        for tag in 1...4 { #expect(story.path.settledZone(of: EPC(hex: PathStory.tag(tag))!) == 0) }
        let moves = story.presenceChanges.filter {
            if case .moved = $0.kind { true } else { false }
        }
        #expect(moves.isEmpty)
        // And nobody is missed at the door.
        story.pass(7_200, reading: home)
        #expect(story.told.isEmpty)
    }

    @Test func `misses of a reader that is away, idle or has no antenna say nothing`() {
        let silences: [(inout PathStory) -> Void] = [
            { $0.text("connection lost", from: "door") },
            {
                $0.event(
                    #""eventType":"inventoryStatus","inventoryStatusEvent":{"status":"idle"}"#, from: "door")
            },
            {
                $0.event(
                    #""eventType":"antennaDisconnected","antennaDisconnectedEvent":{"antennaPort":1}"#,
                    from: "door")
            },
        ]
        var covered = WalkByWorld.story()
        covered.walk(10, [1, 2])
        covered.walk(20, [])
        #expect(covered.walked == ["entered 1", "entered 2", "left 1", "left 2"])
        for silence in silences {
            var story = WalkByWorld.story()
            story.walk(10, [1, 2])
            silence(&story)
            story.walk(20, [])
            #expect(story.walked == ["entered 1", "entered 2"])
            // Nothing is known for so long that they are not followed any more.
            story.walk(64, [])
            #expect(story.walked.sorted() == ["entered 1", "entered 2", "left 1", "left 2"])
        }
    }

    @Test func `reads count where the antenna did not cover the whole epoch, misses do not`() {
        var story = WalkByWorld.story()
        story.walk(10, [1, 2])
        story.text("connection lost", from: "door")
        // What it kept back comes without a sign that it is back.
        story.walk(6, [1])
        #expect(story.atDoor == ["1", "2"])
        #expect(story.path.figures(ofZone: WalkByWorld.door).passingTotal == 2)
    }

    @Test func `order and copies of reads inside an epoch change nothing`() {
        func told(_ order: [Int]) -> [PresenceChange] {
            var story = WalkByWorld.story()
            for second in 0..<60 {
                story.now = story.now + ElapsedTime(milliseconds: 400)
                for tag in order where second / 12 % 2 == tag % 2 {
                    story.read(PathStory.tag(tag), by: "door")
                    if second % 3 == 0 { story.read(PathStory.tag(tag), by: "door") }
                }
                story.now = story.now + ElapsedTime(milliseconds: 600)
                story.give(.tick)
            }
            return story.presenceChanges.filter(\.isPassing)
        }
        #expect(told([1, 2, 3, 4]) == told([4, 3, 2, 1]))
        #expect(told([1, 2, 3, 4]).count > 8)
    }

    @Test func `a reader that keeps messages back is waited for`() {
        var story = WalkByWorld.story()
        for second in 0..<60 {
            story.now = story.now + ElapsedTime(milliseconds: 500)
            // Every fourth second it sends what it read in each second since.
            if second % 4 == 3 {
                for late in 0..<4 { story.read(PathStory.tag(1), by: "door", late: Int64(late)) }
            }
            story.now = story.now + ElapsedTime(milliseconds: 500)
            story.give(.tick)
        }
        #expect(story.walked == ["entered 1"])
        #expect(story.path.accounts.walkByReadsNotFollowed == 0)
        story.walk(30, [])
        #expect(story.walked == ["entered 1", "left 1"])
    }

    @Test func `reads from long ago are counted and followed no more`() {
        var story = WalkByWorld.story()
        story.walk(5, [1])
        story.read(PathStory.tag(2), by: "door", late: 4)
        story.read(PathStory.tag(3), by: "door", late: 3_000)
        story.walk(5, [1])
        #expect(story.walked == ["entered 1"])
        #expect(story.path.accounts.walkByReadsNotFollowed == 2)
        #expect(story.path.accounts.imbalance == nil)
    }

    @Test func `a slow reader is judged in its own report interval`() throws {
        var story = WalkByWorld.story(WalkByWorld.layout(decideWithin: 30, reportInterval: 10))
        for round in 0..<30 {
            story.now = story.now + ElapsedTime(seconds: 9)
            if round < 10 { story.read(PathStory.tag(1), by: "door") }
            story.now = story.now + ElapsedTime(seconds: 1)
            story.give(.tick)
        }
        #expect(story.walked == ["entered 1", "left 1"])
        let entered = try #require(story.presenceChanges.first { $0.isPassing })
        #expect(entered.reasonEnglish.hasSuffix("epochs of 10 s; decided 20 s later"))
    }

    @Test func `when our own clock is set back, epochs are counted from there`() {
        var story = WalkByWorld.story()
        story.walk(10, [1])
        let back = story.now + ElapsedTime(seconds: -3_600)
        story.give(.clockStep(to: back))
        story.now = back
        #expect(story.walked == ["entered 1", "left 1"])
        // Of tag 1 the ring remembers later reads.
        story.walk(10, [2])
        #expect(story.walked == ["entered 1", "left 1", "entered 2"])
    }

    @Test func `while nobody is about, time makes no work`() {
        var story = WalkByWorld.story()
        story.walk(5, [1])
        let next = story.path.nextDeadline
        #expect(next.map { ($0 - story.now) <= ElapsedTime(seconds: 1) } == true)
        story.walk(100, [])
        #expect(story.walked == ["entered 1", "left 1"])
        #expect(story.path.nextDeadline.map { ($0 - story.now) > ElapsedTime(seconds: 10) } ?? true)
    }
}
