import AssetModel
import IntakePipeline
import Testing

/// The traps of vehicle terminals that are the broker's doing.
struct VehicleTrapStoryTests {
    private static func layout() -> SiteLayout {
        var layout = PathStory.layout()
        layout.terminalSources = [
            SiteLayout.TerminalSource(id: "traccar", topics: ["positions"], format: .traccar),
            SiteLayout.TerminalSource(id: "fleet", topics: ["vehicles/+/up"], format: .jt808),
            SiteLayout.TerminalSource(id: "emqx", topics: ["jt808/+/+/up"], format: .emqx),
        ]
        return layout
    }

    private func story() -> PathStory {
        var books = RegisterChange()
        var vehicle = VehicleCard(plateNo: "鄂J00001")
        vehicle.terminalPhone = "13800000001"
        books.vehicles = [vehicle]
        return PathStory(setup: PathStory.setup(VehicleTrapStoryTests.layout()), books: books)
    }

    /// What Traccar forwards of a fix so many seconds ago.
    private func forwarded(_ story: PathStory, secondsAgo: Int64, retained: Bool) -> RawMessage {
        let time = (story.now + ElapsedTime(seconds: -secondsAgo)).rfc3339().replacing("Z", with: "+00:00")
        let text = """
            {"position":{"id":1,"protocol":"jt808","deviceTime":"\(time)","fixTime":"\(time)","valid":true,\
            "latitude":30.5,"longitude":114.3,"speed":1.0,"attributes":{}},\
            "device":{"id":1,"uniqueId":"013800000001"}}
            """
        return RawMessage(topic: "positions", payload: Array(text.utf8), isRetained: retained)
    }

    private func published(_ story: PathStory) -> RawMessage {
        let digits = (story.now + ElapsedTime(seconds: 8 * 3_600)).description.filter(\.isNumber)
        let text = """
            {"header":{"msg_id":512,"encrypt":0,"len":28,"phone":"013800000001","msg_sn":1},"body":{\
            "alarm":0,"status":3,"latitude":30500000,"longitude":114300000,"altitude":44,"speed":10,\
            "direction":90,"time":"\(digits.dropFirst(2).prefix(12))"}}
            """
        return RawMessage(topic: "jt808/1/013800000001/up", payload: Array(text.utf8))
    }

    @Test func `trap: a retained position replays an old fix at start, and shows neither place nor life`() {
        var story = story()
        let replayed = story.give(.message(forwarded(story, secondsAgo: 30, retained: true)))
        #expect(replayed.latestFixes.isEmpty && replayed.deviceChanges.isEmpty)
        #expect(replayed.accounts.ignored["retained"] == 1 && replayed.accounts.new == 0)
        #expect(replayed.accounts.imbalance == nil)
        let live = story.give(.message(forwarded(story, secondsAgo: 0, retained: false)))
        #expect(live.latestFixes.map(\.phone) == ["13800000001"])
        #expect(live.deviceChanges.count == 1 && live.accounts.new == 1)
    }

    @Test func `trap: EMQX publishes at QoS 1, and a position that comes twice is one piece of evidence`() {
        var story = story()
        let message = published(story)
        let first = story.give(.message(message))
        #expect(first.accounts.new == 1 && first.deviceChanges.count == 1, "\(first.accounts)")
        let second = story.give(.message(message))
        #expect(second.accounts.new == 1 && second.accounts.redelivered == 1)
        #expect(second.deviceChanges.isEmpty && second.journal.isEmpty && second.latestFixes.isEmpty)
        #expect(second.accounts.imbalance == nil)
    }

    @Test func `trap: a raw frame that comes twice is one piece of evidence`() {
        var story = story()
        let message = PathStory.position(phone: 1, status: 3, at: story.now)
        _ = story.give(.message(message))
        let second = story.give(.message(message))
        #expect(second.accounts.redelivered == 1 && second.deviceChanges.isEmpty)
        #expect(second.journal.isEmpty)
    }
}
