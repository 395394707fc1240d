import AssetModel
import Testing

@testable import MQTTLink

/// One story: seconds since the start of the watching process, what happens, what it raises.
private struct Story {
    private var watch: BrokerWatch
    private let start = MonotonicInstant.now
    private let wall = UTCInstant(milliseconds: 1_760_000_000_000)

    init(remembered: BrokerCounters? = nil) {
        watch = BrokerWatch(remembered: remembered, at: wall, start)
    }

    var counters: BrokerCounters { watch.counters }

    static func wall(_ seconds: Int64) -> UTCInstant {
        UTCInstant(milliseconds: 1_760_000_000_000 + seconds * 1_000)
    }

    mutating func accepted(at second: Int64) -> GapReason? {
        let time = ElapsedTime(seconds: second)
        return watch.accepted(at: wall + time, start + time)?.reason
    }

    mutating func refused() { watch.connectionRefused() }

    mutating func hears(
        _ topic: String, _ value: String, at second: Int64, retained: Bool = false
    ) -> GapReason? {
        let time = ElapsedTime(seconds: second)
        let message = RawMessage(topic: topic, payload: Array(value.utf8), isRetained: retained)
        return watch.heard(message, at: wall + time, start + time)?.reason
    }
}

@Suite struct BrokerWatchTests {
    private let dropped = BrokerWatch.droppedTopic
    private let uptime = BrokerWatch.uptimeTopic
    private let average = BrokerWatch.averageTopic

    @Test func `the first value raises nothing, whatever it is`() {
        var story = Story()
        #expect(story.accepted(at: 0) == nil)
        #expect(story.hears(dropped, "18980", at: 1, retained: true) == nil)
        #expect(story.hears(uptime, "4711 seconds", at: 1, retained: true) == nil)
        #expect(story.hears(average, "3.50", at: 1, retained: true) == nil)
    }

    @Test func `a drop counter that moved is a gap, one that stands still is not`() {
        var story = Story()
        _ = story.accepted(at: 0)
        #expect(story.hears(dropped, "0", at: 1) == nil)
        #expect(story.hears(dropped, "0", at: 11) == nil)
        #expect(story.hears(dropped, "1", at: 21) == .brokerDropped)
        #expect(story.hears(dropped, "1", at: 31) == nil)
    }

    @Test func `a drop counter that went back began anew at nothing`() {
        var story = Story()
        _ = story.accepted(at: 0)
        #expect(story.hears(dropped, "50", at: 1) == nil)
        #expect(story.hears(dropped, "0", at: 11) == nil)
        #expect(story.hears(dropped, "3", at: 21) == .brokerDropped)
    }

    @Test func `an uptime that goes back is a restart`() {
        var story = Story()
        _ = story.accepted(at: 0)
        #expect(story.hears(uptime, "100 seconds", at: 1) == nil)
        #expect(story.hears(uptime, "110 seconds", at: 11) == nil)
        _ = story.accepted(at: 20)
        #expect(story.hears(uptime, "5 seconds", at: 21, retained: true) == .brokerRestarted)
        #expect(story.hears(uptime, "6 seconds", at: 22) == nil)
    }

    @Test func `a broker younger than our last sight of it was restarted, though its uptime is larger now`() {
        var story = Story()
        _ = story.accepted(at: 0)
        #expect(story.hears(uptime, "10 seconds", at: 10) == nil)
        _ = story.accepted(at: 590)
        #expect(story.hears(uptime, "300 seconds", at: 600) == .brokerRestarted)
    }

    @Test(arguments: [(3, false), (4, true)])
    func `uptime may lag by three seconds before it counts`(lag: Int64, isRestart: Bool) {
        var story = Story()
        _ = story.accepted(at: 0)
        _ = story.hears(uptime, "100 seconds", at: 100)
        let heard = story.hears(uptime, "\(200 - lag) seconds", at: 200)
        #expect((heard == .brokerRestarted) == isRestart)
    }

    @Test func `a retained uptime may be old and proves nothing unless it goes back`() {
        var story = Story()
        _ = story.accepted(at: 0)
        _ = story.hears(uptime, "100 seconds", at: 100)
        _ = story.accepted(at: 200)
        #expect(story.hears(uptime, "150 seconds", at: 200, retained: true) == nil)
    }

    @Test func `a broker that refused connections was restarted`() {
        var story = Story()
        #expect(story.accepted(at: 0) == nil)
        story.refused()
        #expect(story.accepted(at: 5) == .brokerRestarted)
        #expect(story.accepted(at: 9) == nil)
    }

    @Test func `a broker that is not there yet at our very first start was not restarted`() {
        var story = Story()
        story.refused()
        #expect(story.accepted(at: 5) == nil)
    }

    @Test func `an uptime before the connection is no restart of a broker that is older than we knew`() {
        var story = Story()
        _ = story.accepted(at: 0)
        #expect(story.hears(uptime, "5000 seconds", at: 1) == nil)
        #expect(story.counters.startedBy == Story.wall(-4_999))
    }

    @Test func `what an earlier process saw is compared with`() {
        var remembered = BrokerCounters()
        remembered.dropped = 7
        remembered.startedBy = Story.wall(-1_000)
        var same = Story(remembered: remembered)
        _ = same.accepted(at: 0)
        #expect(same.hears(dropped, "7", at: 1, retained: true) == nil)
        #expect(same.hears(uptime, "1001 seconds", at: 1) == nil)
        var moved = Story(remembered: remembered)
        _ = moved.accepted(at: 0)
        #expect(moved.hears(dropped, "9", at: 1, retained: true) == .brokerDropped)
        #expect(moved.hears(uptime, "20 seconds", at: 1) == .brokerRestarted)
    }

    @Test func `the average stands in for a counter that the broker no longer tells`() {
        var remembered = BrokerCounters()
        remembered.dropped = 7
        var story = Story(remembered: remembered)
        _ = story.accepted(at: 0)
        #expect(story.hears(average, "0.02", at: 1, retained: true) == nil)
        _ = story.accepted(at: 2)
        #expect(story.hears(average, "1.50", at: 2, retained: true) == .brokerDropped)
    }

    @Test func `an average that only fades is no second gap`() {
        var story = Story()
        _ = story.accepted(at: 0)
        _ = story.hears(dropped, "1000", at: 1)
        _ = story.hears(average, "100.00", at: 1)
        _ = story.accepted(at: 300)
        // exp(-1) of 100 after 300 s.
        #expect(story.hears(average, "36.50", at: 301, retained: true) == nil)
        _ = story.accepted(at: 600)
        #expect(story.hears(average, "60.00", at: 601, retained: true) == .brokerDropped)
    }

    @Test(arguments: ["", "many", "-1 seconds", "99999999999999999999 seconds", "nan"])
    func `nonsense raises nothing`(value: String) {
        var story = Story()
        _ = story.accepted(at: 0)
        _ = story.hears(uptime, "100 seconds", at: 1)
        #expect(story.hears(uptime, value, at: 2) == nil)
        #expect(story.hears(average, value, at: 2) == nil)
    }
}
