import AssetModel
import Testing
import TestSupport

@testable import MQTTLink

/// The broker dies, drops, or hears nothing from us for too long.
@Suite(.serialized) struct BrokerTroubleTests {
    /// Saves at every change, so that a killed broker knows its sessions afterwards.
    private let saving =
        "allow_anonymous true\npersistence true\nautosave_on_changes true\nautosave_interval 1"

    @Test func `a killed broker is found again, its restart is a gap, and the messages go on`() throws {
        let broker = try TestBroker(saving)
        let rig = try LinkRig(port: broker.port)
        rig.comeUp()
        try broker.publish(numbered(1...5), to: "r/1")
        rig.run { $0.filter { $0.message != nil }.count == 5 }
        broker.kill()
        rig.run { $0.contains { $0.isDown } }
        #expect(!rig.link.status.isConnected)
        // Long enough for several refused attempts.
        #expect(rig.listen(milliseconds: 300) == [])
        #expect(rig.link.status.problem?.nobodyListens == true)
        try broker.start()
        #expect(rig.comeUp() == true)
        #expect(rig.gaps == [.brokerRestarted])
        try broker.publish(numbered(6...9), to: "r/1")
        rig.run { $0.filter { $0.message != nil }.count >= 9 }
        #expect(rig.texts.suffix(4) == numbered(6...9)[...])
        #expect(rig.link.status.reconnects == 1)
    }

    @Test func `a broker that lost our session says so`() throws {
        let broker = try TestBroker("allow_anonymous true\npersistence false")
        let rig = try LinkRig(port: broker.port)
        rig.comeUp()
        broker.kill()
        rig.run { $0.contains { $0.isDown } }
        try broker.start()
        #expect(rig.comeUp() == false)
        try broker.publish(["after"], to: "r/1")
        rig.run { $0.contains { $0.message != nil } }
        #expect(rig.texts == ["after"])
    }

    @Test func `attempts on a dead broker are spaced by the back-off`() throws {
        let wire = try Wire(to: TestBroker.freePort())
        let rig = try LinkRig(port: wire.port) {
            $0.backoff.first = ElapsedTime(milliseconds: 100)
            $0.backoff.longest = ElapsedTime(milliseconds: 100)
            $0.backoff.jitterPercent = 0
        }
        let started = MonotonicInstant.now
        #expect(rig.listen(milliseconds: 1_000) == [])
        let elapsed = (MonotonicInstant.now - started).milliseconds
        let attempts = Packets.split(wire.sent).filter { $0.type == 0x10 }.count + wire.refused
        #expect(attempts >= 3)
        #expect(Int64(attempts) <= elapsed / 100 + 1)
    }

    @Test func `a broker younger than what was remembered of it is a gap`() throws {
        let broker = try TestBroker("allow_anonymous true\nsys_interval 1")
        var remembered = BrokerCounters()
        remembered.startedBy = LinkRig.wallClock() + ElapsedTime(seconds: -1_000)
        let rig = try LinkRig(port: broker.port, counters: remembered)
        rig.run { $0.contains { $0.gap != nil } }
        #expect(rig.gaps == [.brokerRestarted])
        #expect(rig.listen(milliseconds: 1_500) == [], "its values are no messages")
        #expect(rig.gaps == [.brokerRestarted])
    }

    @Test func `a drop counter that moved while we were away is a gap`() throws {
        let broker = try TestBroker(
            "allow_anonymous true\nsys_interval 1\nmax_inflight_messages 5\nmax_queued_messages 5")
        let rig = try LinkRig(port: broker.port)
        rig.comeUp()
        rig.run { _ in rig.link.counters.dropped == 0 }
        rig.link.close(within: ElapsedTime(seconds: 2))
        try broker.publish(numbered(1...60), to: "r/1")
        _ = try broker.listen(to: "$SYS/broker/publish/messages/dropped", count: 2, seconds: 3)
        let second = try LinkRig(port: broker.port, known: ["r/#"], counters: rig.link.counters)
        second.run { $0.contains { $0.gap != nil } }
        #expect(second.gaps == [.brokerDropped])
        #expect(second.texts.count < 60)
    }

    @Test func `a commit longer than the keepalive costs a reconnect and no message`() throws {
        let broker = try TestBroker()
        let rig = try LinkRig(port: broker.port) { $0.keepAliveSeconds = 5 }
        rig.comeUp()
        try broker.publish(numbered(1...3), to: "r/1")
        #expect(rig.hold(3).count == 3)
        // The broker gives up after one and a half times the keepalive; nothing of ours can shorten that.
        let log = waitFor(
            { broker.directory.read("broker.log") }, until: { $0.contains("exceeded timeout") }, seconds: 12)
        #expect(log.contains("exceeded timeout"))
        rig.link.acknowledge()
        #expect(rig.comeUp() == true)
        rig.run { $0.filter { $0.message != nil }.count == 6 }
        #expect(rig.texts == numbered(1...3) + numbered(1...3))
    }
}
