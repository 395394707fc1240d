import AssetModel
import IntakePipeline
import Testing

/// What devices say about themselves, and what follows from it: gaps in coverage, clocks, factory identities,
/// positions, strangers, and what a person decides.
struct DeviceStoryTests {
    private let all: [(tag: Int, zone: String)] = [(1, "A"), (2, "A"), (3, "A"), (4, "A")]
    private static let tid = "E28011052000000000000001"
    private static let other = "E28011052000000000000002"

    // MARK: gaps

    @Test func `an antenna that comes back closes the gap, under the same id when it goes again`() {
        var story = PathStory()
        story.pass(30, reading: all)
        for state in ["Disconnected", "Connected", "Disconnected"] {
            story.event(
                #""eventType":"antenna\#(state)","antenna\#(state)Event":{"antennaPort":1}"#, from: "A")
            story.pass(10)
        }
        #expect(
            story.told == [
                "COVERAGE_GAP rA opened", "COVERAGE_GAP rA cleared", "COVERAGE_GAP rA reopened",
            ])
        #expect(Set(story.changes.map(\.discrepancy.id)).count == 1)
        #expect(story.changes.last?.discrepancy.evidence.last?.chinese == "天线 1 已断开")
    }

    @Test func `an inventory that pauses for less than the limit is no gap`() {
        var story = PathStory()
        story.pass(30, reading: all)
        story.event(#""eventType":"inventoryStatus","inventoryStatusEvent":{"status":"idle"}"#, from: "A")
        story.pass(59)
        story.event(#""eventType":"inventoryStatus","inventoryStatusEvent":{"status":"running"}"#, from: "A")
        story.pass(60, reading: all)
        #expect(story.told.isEmpty)
    }

    @Test func `an antenna that used to read and reads nothing more is a gap where tags are expected`() {
        var layout = PathStory.layout(liveness: .traffic)
        layout.antennas.append(SiteLayout.Antenna(reader: 0, port: 2, zone: 2))
        layout.readers[0].antennas.append(3)
        var story = PathStory(setup: PathStory.setup(layout))
        for _ in 0..<60 {
            story.pass(5, reading: [(2, "B")])
            // Port 2 goes on, so the reader is heard; port 1 read once.
            story.event(
                #""tagInventoryEvent":{"epcHex":"\#(PathStory.tag(12))","antennaPort":2}"#, from: "A")
            if story.now < PathStory.start + ElapsedTime(seconds: 20) {
                story.read(PathStory.tag(1), by: "A")
            }
        }
        #expect(story.told.filter { $0.hasPrefix("COVERAGE_GAP") } == ["COVERAGE_GAP rA opened"])
        #expect(!story.told.contains { $0.hasPrefix("MISSING_SUSPECT") })
    }

    // MARK: clocks

    /// Reads of one tag every 5 s for a while, from a reader whose clock is off by so much.
    private func story(clockOff seconds: Int64, for length: Int64) -> PathStory {
        var story = PathStory()
        for _ in 0..<(length / 5) {
            story.now = story.now + ElapsedTime(seconds: 5)
            story.read(PathStory.tag(1), by: "A", late: -seconds)
        }
        return story
    }

    @Test(arguments: [(61, true), (28_800, true), (60, false), (5, false)] as [(Int64, Bool)])
    func `a clock ahead by more than the limit is told, however far`(ahead: Int64, isTold: Bool) {
        let story = story(clockOff: ahead, for: 30)
        #expect(story.told.contains("CLOCK_SKEW rA opened") == isTold)
    }

    @Test(
        arguments: [(61, 65, true), (61, 60, false), (819_936_000, 65, true), (59, 300, false)]
            as [(Int64, Int64, Bool)])
    func `a clock behind is told once it is steadily so for a minute`(
        behind: Int64, length: Int64, isTold: Bool
    ) {
        let story = story(clockOff: -behind, for: length)
        #expect(story.told.contains("CLOCK_SKEW rA opened") == isTold)
    }

    @Test func `a backlog that drains is no wrong clock`() {
        var story = PathStory()
        // Twenty minutes of reads delivered within a minute and a half.
        for step in 0..<18 {
            story.now = story.now + ElapsedTime(seconds: 5)
            story.read(PathStory.tag(1), by: "A", late: Int64(1_200 - step * 66))
        }
        #expect(!story.told.contains { $0.hasPrefix("CLOCK_SKEW") })
    }

    @Test func `a clock that is set right closes the finding`() {
        var story = story(clockOff: 120, for: 30)
        story.pass(60, reading: all)
        #expect(
            story.told.filter { $0.hasPrefix("CLOCK_SKEW") } == [
                "CLOCK_SKEW rA opened", "CLOCK_SKEW rA cleared",
            ])
    }

    // MARK: factory identities

    @Test func `one EPC with two TIDs is a duplicate, a missing TID is none`() {
        var story = PathStory()
        story.read(PathStory.tag(1), tid: Self.tid, by: "A")
        story.read(PathStory.tag(1), by: "A")
        story.read(PathStory.tag(1), tid: "000000000000000000000000", by: "A")
        #expect(story.told.isEmpty)
        story.read(PathStory.tag(1), tid: Self.other, by: "B")
        #expect(story.told == ["TAG_DUPLICATE PC-1 opened"])
        #expect(story.changes[0].discrepancy.evidence[0].english.contains("\(Self.tid) / \(Self.other)"))
    }

    @Test func `a TID that was read in part is not a different one`() {
        var story = PathStory()
        story.read(PathStory.tag(1), tid: String(Self.tid.prefix(16)), by: "A")
        story.read(PathStory.tag(1), tid: Self.tid, by: "A")
        #expect(story.told.isEmpty)
        story.read(PathStory.tag(1), tid: Self.other, by: "A")
        #expect(story.told == ["TAG_DUPLICATE PC-1 opened"])
    }

    @Test func `which of the two TIDs came first does not change the id`() {
        let ids = [[Self.tid, Self.other], [Self.other, Self.tid]].map { order in
            var story = PathStory()
            for tid in order { story.read(PathStory.tag(1), tid: tid, by: "A") }
            return story.changes.map(\.discrepancy.id)
        }
        #expect(ids[0].count == 1 && ids[0] == ids[1])
    }

    @Test func `another TID than the bound one is a change of tag, until the books bind anew`() {
        var books = PathStory.books()
        books.bindings[0].tidHex = Self.tid
        var story = PathStory(books: books)
        story.read(PathStory.tag(1), tid: Self.other, by: "A")
        #expect(story.told == ["TAG_REBOUND PC-1 opened"])
        let bound = TagBinding(epcHex: PathStory.tag(1), assetNo: "PC-1", tidHex: Self.other)
        story.give(.register(RegisterChange(bindings: [bound])))
        story.read(PathStory.tag(1), tid: Self.other, by: "A")
        #expect(story.told == ["TAG_REBOUND PC-1 opened", "TAG_REBOUND PC-1 cleared"])
    }

    @Test func `tags that are not ours may share an EPC`() {
        var story = PathStory()
        for tid in [Self.tid, Self.other] { story.read("30342CB3E4141A00000000FF", tid: tid, by: "A") }
        #expect(story.told.isEmpty)
    }

    // MARK: positions

    private func drive(_ reports: [(status: UInt8, seconds: Int64)]) -> PathStory {
        var vehicle = VehicleCard(plateNo: "鄂J00001")
        vehicle.terminalPhone = "13800000001"
        var books = PathStory.books()
        books.vehicles = [vehicle]
        var story = PathStory(books: books)
        for report in reports {
            for _ in 0..<(report.seconds / 30) {
                story.now = story.now + ElapsedTime(seconds: 30)
                story.give(.message(PathStory.position(phone: 1, status: report.status, at: story.now)))
            }
        }
        return story
    }

    @Test func `ignition on without a fix is told after its time, and ends with a fix`() {
        #expect(drive([(1, 180)]).told.isEmpty)
        let story = drive([(1, 240), (3, 30)])
        #expect(story.told == ["NO_FIX 鄂J00001 opened", "NO_FIX 鄂J00001 cleared"])
    }

    @Test func `without ignition, or with a fix between, nothing is told`() {
        #expect(drive([(0, 600)]).told.isEmpty)
        #expect(drive([(1, 150), (3, 30), (1, 150)]).told.isEmpty)
    }

    // MARK: strangers among the devices

    @Test func `a topic that no reader owns is a device that nobody listed, once`() {
        var story = PathStory()
        for _ in 0..<3 {
            story.pass(10)
            story.event(#""tagInventoryEvent":{"epcHex":"\#(PathStory.tag(1))"}"#, from: "X")
        }
        #expect(story.told == ["DEVICE_UNKNOWN readers/rX/events opened"])
        #expect(story.path.accounts.rejected == ["unknown_topic": 3])
    }

    @Test func `an unlisted device that a person dismissed stays dismissed`() throws {
        var story = PathStory()
        let body = #""tagInventoryEvent":{"epcHex":"\#(PathStory.tag(1))"}"#
        story.event(body, from: "X")
        let id = try #require(story.changes.first).discrepancy.id
        story.give(Self.decision(.dismiss, id))
        for _ in 0..<5 {
            story.pass(10)
            story.event(body, from: "X")
        }
        #expect(story.told.map { $0.split(separator: " ").last } == ["opened", "dismissed"])
    }

    @Test func `readers that share a topic are told apart by their names`() {
        var layout = PathStory.layout()
        for (index, name) in ["impinj-14-A5-3C", "impinj-14-a5-3d"].enumerated() {
            layout.readers[index].topics = ["readers/shared"]
            layout.readers[index].identities = [name]
        }
        var story = PathStory(setup: PathStory.setup(layout))
        func say(_ host: String) {
            let payload = """
                {"timestamp":"\(story.now)","hostname":"\(host)","tagInventoryEvent":{\
                "epcHex":"\(PathStory.tag(1))","antennaPort":1}}
                """
            story.give(.message(RawMessage(topic: "readers/shared", payload: Array(payload.utf8))))
        }
        say("impinj-14-A5-3D")
        #expect(story.path.isOnline(reader: 1) && !story.path.isOnline(reader: 0))
        say("impinj-14-A5-3C")
        #expect(story.path.isOnline(reader: 0))
        say("impinj-66-66-66")
        #expect(story.told == ["DEVICE_UNKNOWN impinj-66-66-66 opened"])
        #expect(story.path.accounts.rejected == ["unknown_device": 1])
        #expect(story.path.accounts.imbalance == nil)
    }

    // MARK: people decide

    private static func decision(_ verb: OperatorDecision.Verb, _ id: String) -> IntakeInput.Kind {
        .decision(
            OperatorDecision(
                discrepancyID: id, verb: verb, actor: .init(uid: 1000, gid: 1000, name: "li"),
                reason: "went and looked"))
    }

    @Test func `what a person dismissed stays so for its cause`() throws {
        var story = PathStory()
        story.pass(30, reading: all + [(12, "A")])
        let id = try #require(story.changes.first).discrepancy.id
        let outcome = story.give(Self.decision(.dismiss, id))
        #expect(outcome.decisions.map(\.decision.reason) == ["went and looked"])
        story.pass(3_600, reading: all + [(12, "A")])
        let subject = "SURPLUS_UNKNOWN_TAG \(PathStory.tag(12))"
        #expect(story.told == ["\(subject) opened", "\(subject) dismissed"])
        #expect(story.changes.last?.discrepancy.state == .dismissed)
        #expect(story.give(Self.decision(.confirm, id)).decisions.isEmpty)
    }

    @Test func `a tag that was dismissed stays so in another stay, until the books change`() throws {
        var story = PathStory()
        story.read(PathStory.tag(9), by: "A")
        let id = try #require(story.changes.first).discrepancy.id
        story.give(Self.decision(.confirm, id))
        story.give(Self.decision(.dismiss, id))
        story.pass(600, reading: all)
        story.pass(60, reading: all + [(9, "A")])
        let told = { story.told.filter { $0.hasPrefix("DISPOSED") }.map { $0.split(separator: " ").last } }
        #expect(told() == ["opened", "confirmed", "dismissed"])
        for state in [AssetState.inStock, .disposed] {
            var card = AssetCard(assetNo: "OLD-1")
            card.state = state
            story.give(.register(RegisterChange(cards: [card])))
        }
        story.pass(60, reading: all + [(9, "A")])
        #expect(told().last == "opened")
    }

    @Test func `what a person confirmed is held, and ends when its evidence goes`() throws {
        var story = PathStory()
        story.pass(30, reading: [(5, "A")])
        let id = try #require(story.changes.first).discrepancy.id
        story.give(Self.decision(.confirm, id))
        #expect(story.changes.last?.discrepancy.state == .confirmed)
        #expect(story.give(Self.decision(.confirm, id)).decisions.isEmpty)
        story.give(.register(RegisterChange(cards: [AssetCard(assetNo: "NO-CARD")])))
        #expect(story.told.map { $0.split(separator: " ").last } == ["opened", "confirmed", "cleared"])
    }

    @Test func `a decision about nothing changes nothing`() {
        var story = PathStory()
        let outcome = story.give(Self.decision(.dismiss, "D-0000000000000000"))
        #expect(outcome.discrepancyChanges.isEmpty && outcome.decisions.isEmpty)
    }
}
