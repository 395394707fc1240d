import AssetModel
import Glibc
import Testing
import TestSupport

@testable import MQTTLink

@Suite(.serialized) struct BrokerLinkTests {
    @Test func `what is not acknowledged comes again, whole and in order; what is acknowledged does not`()
        throws
    {
        let broker = try TestBroker()
        var rig: LinkRig? = try LinkRig(port: broker.port)
        #expect(rig?.comeUp() == false)
        try broker.publish(numbered(1...100), to: "r/1")
        #expect(rig?.hold(100).map(\.text) == numbered(1...100))
        let subscribed = rig?.link.subscribed
        #expect(subscribed == ["r/#"])
        // Gone without a word, as a killed process.
        rig = nil
        let second = try LinkRig(port: broker.port, known: subscribed)
        // One batch may end with the news that the link is up.
        second.run { $0.filter { $0.message != nil }.count >= 100 }
        #expect(second.texts == numbered(1...100))
        second.link.close(within: ElapsedTime(seconds: 2))
        let third = try LinkRig(port: broker.port, known: subscribed)
        #expect(third.comeUp() == true)
        #expect(third.listen(milliseconds: 500) == [])
    }

    @Test func `no byte leaves while a message is held, and then the acknowledgements leave in order`() throws
    {
        let broker = try TestBroker()
        let wire = try Wire(to: broker.port)
        let rig = try LinkRig(port: wire.port, subscriptions: ["r/#"]) {
            $0.keepAliveSeconds = 5
        }
        rig.comeUp()
        try broker.publish(numbered(1...1), to: "r/1")
        _ = rig.hold(1)
        let before = wire.sent
        #expect(Packets.acknowledged(in: before) == [])
        // Five more batches' worth arrive while the first message waits for its commit.
        try broker.publish(numbered(2...50), to: "r/1")
        #expect(wire.sent == before)
        rig.link.acknowledge()
        rig.run { $0.filter { $0.message != nil }.count == 50 }
        #expect(rig.texts == numbered(1...50))
        let identifiers = waitFor({ Packets.acknowledged(in: wire.sent) }, until: { $0.count == 50 })
        #expect(identifiers == identifiers.sorted())
        #expect(identifiers.count == 50)
    }

    @Test func `a batch is bounded in messages, in bytes and in time`() throws {
        let broker = try TestBroker()
        let rig = try LinkRig(port: broker.port)
        rig.comeUp()
        try broker.publish(numbered(10...34), to: "r/1")
        var sizes: [Int] = []
        var limit = BatchLimit()
        limit.messagesMax = 10
        // Full batches leave at once; only the rest waits.
        limit.time = ElapsedTime(milliseconds: 300)
        for _ in 0..<3 {
            sizes.append(rig.link.nextBatch(limit: limit, wait: ElapsedTime(seconds: 5)).count)
            rig.link.acknowledge()
        }
        #expect(sizes == [10, 10, 5])
        // "r/1" and "read 10" are 10 bytes: the third message reaches the limit.
        limit = BatchLimit()
        limit.bytesMax = 25
        try broker.publish(numbered(10...13), to: "r/1")
        #expect(rig.link.nextBatch(limit: limit, wait: ElapsedTime(seconds: 5)).count == 3)
        rig.link.acknowledge()
        #expect(rig.link.nextBatch(limit: limit, wait: ElapsedTime(seconds: 5)).count == 1)
        rig.link.acknowledge()
        let started = MonotonicInstant.now
        #expect(rig.link.nextBatch(limit: limit, wait: ElapsedTime(milliseconds: 200)).isEmpty)
        #expect(MonotonicInstant.now - started >= ElapsedTime(milliseconds: 200))
    }

    @Test func `a payload over the limit is counted and not copied`() throws {
        let broker = try TestBroker()
        let rig = try LinkRig(port: broker.port) { $0.payloadBytesMax = 1_000 }
        rig.comeUp()
        try broker.publish([String(repeating: "a", count: 1_000)], to: "r/fits")
        try broker.publish([String(repeating: "b", count: 1_001)], to: "r/large")
        rig.run { $0.contains { $0.message?.topic == "r/large" } }
        let messages = rig.inputs.compactMap(\.message)
        #expect(messages.first?.payload.count == 1_000)
        #expect(messages.first?.oversizeBytes == nil)
        #expect(messages.last?.payload == [])
        #expect(messages.last?.oversizeBytes == 1_001)
        #expect(rig.link.status.oversizeMessages == 1)
    }

    @Test func `an empty payload is a message`() throws {
        let broker = try TestBroker()
        let rig = try LinkRig(port: broker.port)
        rig.comeUp()
        try broker.publish([""], to: "r/empty")
        rig.run { $0.contains { $0.message != nil } }
        #expect(rig.inputs.compactMap(\.message) == [RawMessage(topic: "r/empty", payload: [])])
    }

    @Test func `retained messages are told apart, and a kept session does not bring them again`() throws {
        let broker = try TestBroker()
        try broker.publish(["old"], to: "r/1", options: ["-r"])
        let wire = try Wire(to: broker.port)
        let rig = try LinkRig(port: wire.port)
        rig.run { $0.contains { $0.message != nil } }
        try broker.publish(["new"], to: "r/2")
        rig.run { $0.contains { $0.message?.topic == "r/2" } }
        let flags = rig.inputs.compactMap { $0.message?.isRetained }
        #expect(rig.texts == ["old", "new"])
        #expect(flags == [true, false])
        rig.link.close(within: ElapsedTime(seconds: 2))
        let before = wire.sent.count
        let second = try LinkRig(port: wire.port, known: ["r/#"])
        #expect(second.comeUp() == true)
        #expect(second.listen(milliseconds: 300) == [])
        let asked = String(decoding: wire.sent.dropFirst(before), as: UTF8.self)
        #expect(!asked.contains("r/#"), "no SUBSCRIBE for what the session has")
        #expect(asked.contains("$SYS"))
    }

    @Test func `a changed set of filters asks for the new and withdraws the old`() throws {
        let broker = try TestBroker()
        let rig = try LinkRig(port: broker.port, subscriptions: ["r/#", "s/#"])
        rig.comeUp()
        #expect(rig.link.subscribed == ["r/#", "s/#"])
        rig.link.close(within: ElapsedTime(seconds: 2))
        let second = try LinkRig(port: broker.port, subscriptions: ["s/#", "t/#"], known: ["r/#", "s/#"])
        #expect(second.comeUp() == true)
        second.run { _ in second.link.subscribed == ["s/#", "t/#"] }
        for topic in ["r/1", "s/1", "t/1"] { try broker.publish([topic], to: topic) }
        second.run { $0.contains { $0.message?.topic == "t/1" } }
        #expect(second.texts == ["s/1", "t/1"])
        #expect(second.link.subscribed == ["s/#", "t/#"])
    }

    @Test func `other filters can be adopted on the way, and the link stays up`() throws {
        let broker = try TestBroker()
        let rig = try LinkRig(port: broker.port, subscriptions: ["r/#", "s/#"])
        rig.comeUp()
        rig.link.adopt(subscriptions: ["s/#", "t/#"])
        rig.run { _ in rig.link.subscribed == ["s/#", "t/#"] }
        for topic in ["r/1", "s/1", "t/1"] { try broker.publish([topic], to: topic) }
        rig.run { $0.contains { $0.message?.topic == "t/1" } }
        #expect(rig.texts == ["s/1", "t/1"])
        #expect(rig.inputs.filter(\.isUp).count == 1)
        #expect(rig.link.status.reconnects == 0)
    }

    @Test(arguments: [[0x20, 3, 0, 0x84, 0], [0x20, 2, 0, 1]] as [[UInt8]])
    func `a broker that refuses MQTT 5 is asked again in 3.1.1`(refusal: [UInt8]) throws {
        let broker = try ScriptedBroker(refusingV5With: refusal)
        let rig = try LinkRig(port: broker.port)
        #expect(rig.comeUp() == false)
        #expect(rig.link.status.version == .v311)
        #expect(broker.levelsSeen == [5, 4])
    }

    @Test func `a broker that refuses both versions is not asked without a pause`() {
        var dialer = Dialer(
            LinkRig.settings(port: 1, subscriptions: []),
            for: ConnectionPurpose(will: nil, isCleanSession: false), at: .now)
        let refused = LinkProblem.refusal(code: 132, reason: "")
        let now = MonotonicInstant.now
        dialer.ended(refused, at: now)
        #expect(dialer.version == .v311)
        #expect(dialer.retryAt == now)
        dialer.ended(refused, at: now)
        #expect(dialer.retryAt > now)
    }

    @Test func `a dropped connection brings its messages again, but not while it is suspended`() throws {
        let broker = try TestBroker()
        let rig = try LinkRig(port: broker.port)
        rig.comeUp()
        try broker.publish(numbered(1...3), to: "r/1")
        #expect(rig.hold(3).count == 3)
        rig.link.isSuspended = true
        rig.link.dropConnection()
        #expect(rig.listen(milliseconds: 400) == [])
        #expect(rig.inputs.last?.isDown == true)
        #expect(!rig.link.status.isConnected)
        rig.link.isSuspended = false
        #expect(rig.comeUp() == true)
        rig.run { $0.filter { $0.message != nil }.count == 6 }
        #expect(rig.texts == numbered(1...3) + numbered(1...3))
    }

    @Test func `a goodbye while messages are held does not acknowledge them`() throws {
        let broker = try TestBroker()
        let rig = try LinkRig(port: broker.port)
        rig.comeUp()
        try broker.publish(numbered(1...3), to: "r/1")
        #expect(rig.hold(3).count == 3)
        rig.link.close(within: ElapsedTime(seconds: 1))
        let second = try LinkRig(port: broker.port, known: ["r/#"])
        second.run { $0.filter { $0.message != nil }.count == 3 }
        #expect(second.texts == numbered(1...3))
    }

    @Test func `a call from outside ends the wait`() throws {
        let broker = try TestBroker()
        let rig = try LinkRig(port: broker.port)
        rig.comeUp()
        let link = rig.link
        Loopback.inBackground { link.wake() }
        let started = MonotonicInstant.now
        #expect(link.nextBatch(limit: BatchLimit(), wait: ElapsedTime(seconds: 30)).isEmpty)
        #expect(MonotonicInstant.now - started < ElapsedTime(seconds: 10))
    }

    @Test func `a broker that does not answer does not stall the caller`() throws {
        let (listener, port) = try Loopback.listen()
        defer { close(listener) }
        let rig = try LinkRig(port: port)
        let started = MonotonicInstant.now
        #expect(rig.listen(milliseconds: 300) == [])
        #expect(MonotonicInstant.now - started < ElapsedTime(seconds: 3))
        #expect(!rig.link.status.isConnected)
    }

    @Test func `a Unix socket carries the same`() throws {
        let broker = try TestBroker(
            "allow_anonymous true\nlistener @PORT@ 127.0.0.1\nlistener 0 @DIR@/sock", hasOwnListener: true)
        let rig = try LinkRig(port: broker.port) {
            $0.endpoint = .unixSocket(path: broker.directory.file("sock"))
        }
        #expect(rig.comeUp() == false)
        try broker.publish(["hello"], to: "r/1")
        rig.run { $0.contains { $0.message != nil } }
        #expect(rig.texts == ["hello"])
    }
}

/// Asks until the answer is right or the time is over. - Returns: the last answer.
@discardableResult
func waitFor<Value>(
    _ ask: () throws -> Value, until isRight: (Value) -> Bool, seconds: Int = 5
) rethrows -> Value {
    var value = try ask()
    for _ in 0..<seconds * 100 where !isRight(value) {
        usleep(10_000)
        value = try ask()
    }
    return value
}
