import AssetModel
import IntakePipeline
import Testing

/// Orders, delays and half-known facts that must accuse nobody, and must hide nothing either.
struct FalseAccusationTests {
    private let all: [(tag: Int, zone: String)] = [(1, "A"), (2, "A"), (3, "A"), (4, "A")]
    private static let one = "E28011052000000000000001"
    private static let two = "E28011052000000000000002"

    // MARK: coverage

    @Test func `a read from before an antenna went does not bring it back`() {
        var story = PathStory()
        story.pass(30, reading: all)
        let gone = #""eventType":"antennaDisconnected","antennaDisconnectedEvent":{"antennaPort":1}"#
        story.event(gone, from: "A")
        story.pass(10)
        story.read(PathStory.tag(1), by: "A", late: 30)
        story.event(gone.replacing("Disconnected", with: "Connected"), from: "A", late: 30)
        story.pass(600)
        #expect(story.told == ["COVERAGE_GAP rA opened"])
        story.event(gone.replacing("Disconnected", with: "Connected"), from: "A")
        #expect(story.told.last == "COVERAGE_GAP rA cleared")
    }

    @Test func `counters that arrive late do not make a loss`() {
        var story = PathStory(setup: PathStory.setup(RichInputs.layout()))
        for (dropped, late) in [(7, 0), (0, 60), (7, 0)] {
            story.now = story.now + ElapsedTime(seconds: 10)
            let time = story.now + ElapsedTime(seconds: -Int64(late))
            story.send(
                """
                {"component":"RG","type":"heartbeat","timestamp":"\(time)","data":{"reader_gateway":{\
                "dataPathStatistics":[{"numDataMessagesDropped":\(dropped),"numDataMessagesRetained":0}]}}}
                """)
        }
        #expect(story.told.isEmpty)
    }

    @Test func `a reader that reports each tag once is still missed when its heartbeats stop`() {
        var story = PathStory(setup: PathStory.setup(RichInputs.layout()))
        story.zebra("SIMPLE", 1, port: 1)
        story.heartbeat()
        story.pass(60)
        #expect(!story.told.contains("READER_OFFLINE rZ opened"))
        story.pass(10)
        #expect(story.told.contains("READER_OFFLINE rZ opened"))
    }

    @Test func `a reader set up anew is judged by what it says now`() {
        var story = PathStory(setup: PathStory.setup(RichInputs.layout()))
        story.zebra("SIMPLE", 1, port: 1)
        #expect(story.path.figures(ofReader: 3).reportMode == .once)
        story.now = story.now + ElapsedTime(seconds: 10)
        story.zebra("CUSTOM", 1, port: 1)
        #expect(story.path.figures(ofReader: 3).reportMode == nil)
        let antennas = story.path.figures(ofReader: 3).antennas
        #expect(antennas.count == 1 && antennas[0].isCovering)
    }

    @Test func `each outage of a reader judged by its traffic is one finding`() {
        var layout = PathStory.layout(liveness: .traffic)
        layout.zones[0].missingAfter = ElapsedTime(seconds: 7_200)
        var story = PathStory(setup: PathStory.setup(layout))
        for _ in 0..<3 {
            story.pass(60, reading: all)
            story.pass(300)
        }
        story.pass(30, reading: all)
        #expect(Set(story.told.map { $0.split(separator: " ")[0] }) == ["READER_OFFLINE"])
    }

    @Test func `old news does not end a suspicion`() {
        var story = PathStory()
        story.pass(60, reading: all)
        story.pass(300, reading: all.dropLast())
        #expect(story.told == ["MISSING_SUSPECT PC-4 opened"])
        story.read(PathStory.tag(4), by: "C", late: 600)
        #expect(story.open == ["MISSING_SUSPECT PC-4"])
        story.read(PathStory.tag(4), by: "C", late: 10)
        #expect(story.open.isEmpty)
    }

    // MARK: places

    @Test func `a reader that reports every read does not outvote one that reports once a minute`() {
        var layout = PathStory.layout()
        layout.readers[0].reportInterval = ElapsedTime(seconds: 60)
        layout.readers[0].reportIntervalIsSet = true
        for seed in UInt64(1)...5 {
            var numbers = SeededNumbers(seed: seed)
            var story = PathStory(setup: PathStory.setup(layout))
            for step in 0..<720 {
                story.now = story.now + ElapsedTime(seconds: 5)
                if step % 12 == 0 { for tag in 1...4 { story.read(PathStory.tag(tag), by: "A") } }
                if numbers.below(10) < 3 { story.read(PathStory.tag(1), by: "B") }
            }
            #expect(story.told.isEmpty, "seed \(seed): \(story.told)")
        }
    }

    @Test func `a person who sweeps next door moves nothing`() {
        var layout = PathStory.layout()
        layout.readers[0].reportInterval = ElapsedTime(seconds: 60)
        layout.readers[0].reportIntervalIsSet = true
        var story = PathStory(setup: PathStory.setup(layout))
        for step in 0..<240 {
            story.now = story.now + ElapsedTime(seconds: 5)
            if step % 12 == 0 { for tag in 1...4 { story.read(PathStory.tag(tag), by: "A") } }
            guard step > 120 else { continue }
            let body = """
                {"version":1,"sweep":"SW-1","operator":"K07","at":"\(story.now)","zone":"B",\
                "reads":[{"epc_hex":"\(PathStory.tag(1))"}],"marks":[]}
                """
            story.give(.message(RawMessage(topic: "tally/v1/S1/sweep", payload: Array(body.utf8))))
        }
        #expect(story.told.isEmpty)
    }

    // MARK: tags

    @Test func `a tag that was exchanged is a change of tag and no clone`() {
        var story = PathStory()
        story.pass(30, reading: all)
        story.read(PathStory.tag(1), tid: Self.one, by: "A")
        story.pass(90, reading: Array(all.dropFirst()))
        story.read(PathStory.tag(1), tid: Self.two, by: "A")
        #expect(story.told == ["TAG_REBOUND PC-1 opened"])
        story.pass(90, reading: Array(all.dropFirst()))
        story.read(PathStory.tag(1), tid: Self.one, by: "A")
        #expect(story.told.contains("TAG_DUPLICATE PC-1 opened") && story.open == ["TAG_DUPLICATE PC-1"])
    }

    @Test func `a slot that is used again knows nothing of the tag before`() {
        var setup = PathStory.setup()
        setup.limits.strangersMax = 2
        var story = PathStory(setup: setup)
        for number in 20..<40 {
            story.read(PathStory.tag(number), tid: "E28011052000000000000\(100 + number)", by: "A")
        }
        #expect(!story.told.contains { $0.hasPrefix("TAG_") })
    }

    @Test func `a binding that is not yet in force accuses nobody`() {
        var books = PathStory.books()
        books.bindings[0].tidHex = Self.two
        books.bindings[0].validFrom = PathStory.start + ElapsedTime(seconds: 86_400)
        var story = PathStory(books: books)
        story.read(PathStory.tag(1), tid: Self.one, by: "A")
        #expect(!story.told.contains { $0.hasPrefix("TAG_REBOUND") })
    }

    @Test func `binding a tag to another asset ends what was open about the first`() {
        var story = PathStory()
        for tid in [Self.one, Self.two] { story.read(PathStory.tag(1), tid: tid, by: "A") }
        #expect(story.open == ["TAG_DUPLICATE PC-1"])
        let bound = TagBinding(epcHex: PathStory.tag(1), assetNo: "PC-2")
        story.give(.register(RegisterChange(bindings: [bound])))
        #expect(story.open.isEmpty)
    }

    // MARK: vehicles, clocks, strangers

    @Test func `silence between two reports is no time without a fix`() {
        var vehicle = VehicleCard(plateNo: "鄂J00001")
        vehicle.terminalPhone = "13800000001"
        var books = PathStory.books()
        books.vehicles = [vehicle]
        var story = PathStory(books: books)
        for _ in 0..<3 {
            story.give(.message(PathStory.position(phone: 1, status: 1, at: story.now)))
            story.now = story.now + ElapsedTime(seconds: 1_200)
        }
        #expect(!story.told.contains { $0.hasPrefix("NO_FIX") })
    }

    @Test func `a finding about a clock ends after our own clock was set back`() {
        var story = PathStory()
        for _ in 0..<6 {
            story.now = story.now + ElapsedTime(seconds: 5)
            story.read(PathStory.tag(1), by: "A", late: -120)
        }
        #expect(story.told.contains("CLOCK_SKEW rA opened"))
        let back = story.now + ElapsedTime(seconds: -86_400)
        story.give(.clockStep(to: back))
        story.now = back
        story.pass(60, reading: all)
        #expect(story.told.contains("CLOCK_SKEW rA cleared"))
    }

    @Test func `a name of any length is refused or short`() {
        var layout = PathStory.layout()
        layout.readers[0].identities = ["one"]
        var story = PathStory(setup: PathStory.setup(layout))
        let name = String(repeating: "x", count: 100_000)
        let outcome = story.give(
            .message(
                RawMessage(
                    topic: "readers/rA/events",
                    payload: Array("{\"hostname\":\"\(name)\",\"timestamp\":\"\(story.now)\"}".utf8))))
        #expect(outcome.journal.count < 10_000)
    }

    @Test func `a sweep without a time is one sweep, however often it comes`() {
        var story = PathStory()
        let body = #"{"version":1,"sweep":"SW-1","operator":"K07","zone":"A","reads":[],"marks":[]}"#
        let message = RawMessage(topic: "tally/v1/S1/sweep", payload: Array(body.utf8))
        let sweeps = (0..<3).map { _ in story.give(.message(message)).sweeps.count }
        #expect(sweeps == [1, 0, 0])
    }
}
