import AssetModel
import IntakePipeline
import Testing

/// Silence is counted only while it means something.
struct CoverageStoryTests {
    private let all: [(Int, String)] = [(1, "A"), (2, "A"), (3, "A"), (4, "A")]

    @Test func `a reader outage makes one READER_OFFLINE and no missing tags`() {
        var story = PathStory()
        story.pass(60, reading: all)
        story.text("connection lost", from: "A")
        story.pass(1_200)
        #expect(story.told == ["READER_OFFLINE rA opened"])
        story.text("connected", from: "A")
        #expect(story.told == ["READER_OFFLINE rA opened", "READER_OFFLINE rA cleared"])
        story.pass(60, reading: all)
        #expect(story.told.count == 2)
    }

    @Test func `time between the last sign of life and the will does not count as silence`() {
        var story = PathStory()
        story.pass(60, reading: all)
        story.pass(115)
        story.text("connection lost", from: "A")
        story.text("connected", from: "A")
        story.pass(60)
        #expect(!story.told.contains { $0.hasPrefix("MISSING_SUSPECT") })
    }

    @Test func `a read from before the will, delivered late, does not bring the reader back`() {
        var story = PathStory()
        story.pass(60, reading: all)
        story.text("connection lost", from: "A")
        story.pass(20)
        story.read(PathStory.tag(1), by: "A", late: 40)
        story.pass(1_200)
        #expect(story.told == ["READER_OFFLINE rA opened"])
        story.read(PathStory.tag(1), by: "A")
        #expect(story.told.last == "READER_OFFLINE rA cleared")
    }

    @Test func `an empty farewell is an outage too`() {
        var story = PathStory()
        story.pass(60, reading: all)
        story.text("", from: "A")
        story.pass(600)
        #expect(story.open == ["READER_OFFLINE rA"])
    }

    @Test func `an empty message says nothing about a reader that has no farewell`() {
        var story = PathStory(setup: PathStory.setup(PathStory.layout(liveness: .heartbeat)))
        story.pass(60, reading: all)
        story.text("", from: "A")
        story.pass(30, reading: all)
        #expect(story.told.isEmpty)
        #expect(story.path.accounts.ignored == ["empty": 1])
        #expect(story.path.accounts.imbalance == nil)
    }

    @Test(arguments: [
        #""eventType":"antennaDisconnected","antennaDisconnectedEvent":{"antennaPort":1}"#,
        #""eventType":"inventoryStatus","inventoryStatusEvent":{"status":"idle"}"#,
    ])
    func `a zone whose antenna is off or idle is not covered`(event: String) {
        var story = PathStory()
        story.pass(60, reading: all)
        let payload = "{\"timestamp\":\"\(story.now)\",\(event)}"
        story.give(.message(RawMessage(topic: "readers/rA/events", payload: Array(payload.utf8))))
        story.pass(1_200)
        #expect(story.told == ["COVERAGE_GAP rA opened"])
    }

    @Test(arguments: [SiteLayout.Reader.Liveness.heartbeat, .traffic])
    func `a reader that died unnoticed makes nobody missing`(liveness: SiteLayout.Reader.Liveness) {
        let layout = PathStory.layout(liveness: liveness, missingAfter: 120)
        var story = PathStory(setup: PathStory.setup(layout))
        story.pass(60, reading: all)
        // Tag 4 is not read for a minute and a half, as happens; then the reader dies, seen 65 s later.
        story.pass(90, reading: all.dropLast())
        story.pass(600)
        #expect(story.told == ["READER_OFFLINE rA opened"])
    }

    @Test func `reads lost to an overflow are not silence`() {
        var story = PathStory()
        story.pass(60, reading: all)
        story.pass(110)
        let from = story.now + ElapsedTime(seconds: -110)
        let payload = """
            {"timestamp":"\(story.now)","eventType":"overflow","overflowEvent":{\
            "firstEventTimestamp":"\(from)","lastEventTimestamp":"\(story.now)",\
            "eventsPurged":1200,"eventsRemaining":0}}
            """
        story.give(.message(RawMessage(topic: "readers/rA/events", payload: Array(payload.utf8))))
        story.pass(100)
        #expect(story.told == ["COVERAGE_GAP rA opened", "COVERAGE_GAP rA cleared"])
        story.pass(60)
        #expect(story.open.count == 4)
    }

    @Test func `without liveness an antenna covers only while it reads something`() {
        var story = PathStory(setup: PathStory.setup(PathStory.layout(liveness: .traffic)))
        story.pass(60, reading: all)
        story.pass(1_200)
        #expect(story.told == ["READER_OFFLINE rA opened"])
    }

    @Test func `without liveness one tag that falls silent among others is missed`() {
        var story = PathStory(setup: PathStory.setup(PathStory.layout(liveness: .traffic)))
        story.pass(60, reading: all)
        story.pass(200, reading: [(2, "A"), (3, "A"), (4, "A")])
        #expect(story.told == ["MISSING_SUSPECT PC-1 opened"])
    }

    @Test func `while the broker connection is down nothing falls silent`() {
        var story = PathStory()
        story.pass(60, reading: all)
        story.give(.connection(.down))
        story.pass(3_600)
        story.give(.connection(.up(sessionPresent: true)))
        story.pass(60)
        #expect(story.told.isEmpty)
        story.pass(120)
        #expect(story.open.count == 4)
    }

    @Test func `a step of our own clock is no silence`() {
        var story = PathStory()
        story.pass(60, reading: all)
        let stepped = story.now + ElapsedTime(seconds: 7_200)
        story.give(.clockStep(to: stepped))
        story.now = stepped
        story.pass(60, reading: all)
        #expect(story.told.isEmpty)
    }

    @Test func `a reconnect without session is a recorded gap, a first connect is none`() {
        var story = PathStory()
        let first = story.give(.connection(.up(sessionPresent: false)))
        #expect(first.gaps.isEmpty)
        story.pass(10)
        story.give(.connection(.down))
        let downAt = story.now
        story.pass(30)
        let outcome = story.give(.connection(.up(sessionPresent: false)))
        #expect(
            outcome.gaps == [
                GapEvent(
                    reason: .sessionNotPresent, from: downAt, to: story.now, detail: "broker kept no session")
            ])
    }

    @Test func `retained reads are old news`() {
        var story = PathStory()
        story.pass(60, reading: [(2, "A"), (3, "A"), (4, "A")])
        for _ in 0..<5 {
            story.now = story.now + ElapsedTime(seconds: 5)
            story.read(PathStory.tag(9), by: "A", retained: true)
        }
        #expect(story.told.isEmpty)
        #expect(story.path.accounts.ignored == ["retained": 5])
    }

    @Test func `clocks of 1970 and 2070 are refused and counted, and the reader still counts as alive`() {
        var story = PathStory()
        story.pass(10, reading: all)
        story.read(PathStory.tag(1), by: "A", late: 1_700_000_000)
        story.read(PathStory.tag(1), by: "A", late: -1_400_000_000)
        #expect(story.path.accounts.rejected == ["clock_too_old": 1, "clock_from_future": 1])
        #expect(story.path.accounts.imbalance == nil)
        #expect(story.told.isEmpty)
    }
}

/// Reads that come and cannot be taken say nothing: nobody is accused by them, and a person is told.
struct RefusedReadsTests {
    private func tell(_ payload: String, seconds: Int64, mixedWith tag: Int? = nil) -> PathStory {
        var story = PathStory(setup: PathStory.setup(PathStory.layout(missingAfter: 120)))
        story.pass(60, reading: [(1, "A"), (2, "A"), (3, "A"), (4, "A")])
        for second in 1...seconds {
            story.now = story.now + ElapsedTime(seconds: 1)
            guard second % 5 == 0 else { continue }
            if let tag { story.read(PathStory.tag(tag), by: "A") }
            let dayAhead = story.now + ElapsedTime(seconds: 86_400)
            let text = payload.replacing("NOW", with: "\(story.now)").replacing("LATER", with: "\(dayAhead)")
            story.give(.message(RawMessage(topic: "readers/rA/events", payload: Array(text.utf8))))
        }
        story.give(.tick)
        return story
    }

    @Test(arguments: [
        // A clock a day ahead; a time that is none; a record without an EPC; a changed format.
        #"{"timestamp":"LATER","tagInventoryEvent":{"epcHex":"E280117000000001","antennaPort":1}}"#,
        #"{"timestamp":"NOW","tagInventoryEvent":{"epcHex":"E280117000000001","lastSeenTime":"?"}}"#,
        #"{"timestamp":"NOW","tagInventoryEvent":{"antennaPort":1}}"#, #"{"tag":"E280117000000001"}"#,
    ])
    func `a reader whose reads are all refused covers nothing`(payload: String) {
        let story = tell(payload, seconds: 900)
        #expect(!story.told.contains { $0.hasPrefix("MISSING_SUSPECT") }, "\(story.told)")
        #expect(story.open.contains { $0.hasPrefix("COVERAGE_GAP") }, "\(story.open)")
        #expect(story.path.figures(ofReader: 0).refused == 180)
    }

    @Test func `bad reads among good ones do not stop silence from counting`() {
        let payload = #"{"timestamp":"NOW","tagInventoryEvent":{"antennaPort":1}}"#
        let story = tell(payload, seconds: 900, mixedWith: 1)
        let missing = story.told.filter { $0.hasPrefix("MISSING_SUSPECT") }
        #expect(missing.count == 3, "\(story.told)")
    }

    @Test func `a message that nobody knows does not hide a reader that reports once a minute`() {
        var layout = PathStory.layout(missingAfter: 600)
        layout.readers[0].reportInterval = ElapsedTime(seconds: 60)
        layout.readers[0].reportIntervalIsSet = true
        var story = PathStory(setup: PathStory.setup(layout))
        story.pass(120, reading: [(1, "A"), (2, "A"), (3, "A"), (4, "A")])
        for second in 1...3_600 {
            story.now = story.now + ElapsedTime(seconds: 1)
            if second % 60 == 0 { for tag in 1...3 { story.read(PathStory.tag(tag), by: "A") } }
            if second % 10 == 0 {
                let status = Array(#"{"status":"fine","at":"\#(story.now)"}"#.utf8)
                story.give(.message(RawMessage(topic: "readers/rA/events", payload: status)))
            }
        }
        #expect(story.told == ["MISSING_SUSPECT PC-4 opened"], "\(story.told)")
    }

    @Test func `an antenna that nobody listed is no gap`() {
        let payload =
            #"{"timestamp":"NOW","tagInventoryEvent":{"epcHex":"E280117000000001","antennaPort":7}}"#
        let story = tell(payload, seconds: 900)
        #expect(!story.open.contains { $0.hasPrefix("COVERAGE_GAP") }, "\(story.open)")
        #expect(story.told.contains { $0.hasPrefix("MISSING_SUSPECT") })
    }
}
