import AssetModel
import Testing
import TestSupport

@testable import MQTTLink

@Suite(.serialized) struct BrokerPublisherTests {
    private let status = "tally/v1/gateways/g1/status"

    private func publisher(
        port: Int, greeting: String? = nil, adjust: (inout BrokerSettings) -> Void = { _ in }
    ) throws -> BrokerPublisher {
        var settings = LinkRig.settings(port: port, clientID: "tallyd-pub", subscriptions: [])
        adjust(&settings)
        let will = OutgoingMessage(topic: status, payload: Array("gone".utf8), isRetained: true)
        return try BrokerPublisher(
            settings: settings, will: will,
            greeting: greeting.map {
                OutgoingMessage(topic: status, payload: Array($0.utf8), isRetained: true)
            },
            log: LinkRig.quiet)
    }

    private func message(_ text: String, to topic: String = "tally/v1/s/discrepancies/1") -> OutgoingMessage {
        OutgoingMessage(topic: topic, payload: Array(text.utf8), isRetained: true)
    }

    private func confirmed(_ publisher: BrokerPublisher, _ count: Int) -> [Int64] {
        var tokens: [Int64] = []
        return waitFor(
            {
                tokens += publisher.takeConfirmed()
                return tokens
            }, until: { $0.count >= count })
    }

    private func retained(_ topic: String, at broker: TestBroker) throws -> String? {
        try broker.listen(to: topic, count: 1, seconds: 2).first.map { String($0.dropFirst(topic.count + 1)) }
    }

    @Test func `what the broker has taken over is confirmed once, in order`() throws {
        let broker = try TestBroker()
        let publisher = try publisher(port: broker.port)
        for token in 1...100 as ClosedRange<Int64> {
            #expect(publisher.send(message("\(token)"), token: token))
        }
        #expect(confirmed(publisher, 100) == Array(1...100))
        #expect(publisher.takeConfirmed() == [])
        #expect(try retained("tally/v1/s/discrepancies/1", at: broker) == "100")
    }

    @Test func `the will speaks for a process that vanished, and the greeting takes it back`() throws {
        let broker = try TestBroker()
        let wire = try Wire(to: broker.port)
        let publisher = try publisher(port: wire.port, greeting: "here")
        #expect(waitFor({ publisher.isConnected }, until: { $0 }))
        #expect(try retained(status, at: broker) == "here")
        wire.cut()
        let left = try waitFor({ try retained(status, at: broker) }, until: { $0 == "gone" })
        #expect(left == "gone")
        wire.mend()
        #expect(try waitFor({ try retained(status, at: broker) }, until: { $0 == "here" }) == "here")
    }

    @Test func `a goodbye sends what was accepted and not the will`() throws {
        let broker = try TestBroker()
        let publisher = try publisher(port: broker.port, greeting: "here")
        #expect(waitFor({ publisher.isConnected }, until: { $0 }))
        #expect(publisher.send(message("stopped", to: status), token: 1))
        publisher.close(within: ElapsedTime(seconds: 5))
        #expect(publisher.takeConfirmed() == [1])
        #expect(!publisher.isConnected)
        #expect(!publisher.send(message("late"), token: 2))
        #expect(try retained(status, at: broker) == "stopped")
    }

    @Test func `what is accepted while the broker is away is sent when it is back`() throws {
        let broker = try TestBroker("allow_anonymous true\npersistence true")
        let publisher = try publisher(port: broker.port)
        #expect(publisher.send(message("1"), token: 1))
        #expect(confirmed(publisher, 1) == [1])
        broker.kill()
        #expect(!waitFor({ publisher.isConnected }, until: { !$0 }))
        for token in 2...5 as ClosedRange<Int64> {
            #expect(publisher.send(message("\(token)"), token: token))
        }
        try broker.start()
        #expect(confirmed(publisher, 4) == [2, 3, 4, 5])
        #expect(try retained("tally/v1/s/discrepancies/1", at: broker) == "5")
    }

    @Test func `what was sent and never confirmed is sent again, in order`() throws {
        let broker = try TestBroker()
        let wire = try Wire(to: broker.port)
        let publisher = try publisher(port: wire.port)
        #expect(waitFor({ publisher.isConnected }, until: { $0 }))
        wire.mute()
        for token in 1...3 as ClosedRange<Int64> {
            #expect(publisher.send(message("\(token)"), token: token))
        }
        let published = waitFor(
            { Packets.split(wire.sent).filter { $0.type == 0x30 }.count }, until: { $0 == 3 })
        #expect(published == 3)
        wire.cut()
        #expect(!waitFor({ publisher.isConnected }, until: { !$0 }))
        #expect(publisher.takeConfirmed() == [])
        wire.mend()
        #expect(confirmed(publisher, 3) == [1, 2, 3])
        #expect(try retained("tally/v1/s/discrepancies/1", at: broker) == "3")
    }

    @Test func `no more is accepted than may be outstanding`() throws {
        let publisher = try publisher(port: TestBroker.freePort())
        var accepted = 0
        for token in 0..<300 as Range<Int64> where publisher.send(message("x"), token: token) {
            accepted += 1
        }
        #expect(accepted == BrokerPublisher.outstandingMax)
        #expect(publisher.takeConfirmed() == [])
    }

    @Test func `what may not be published comes back as refused`() throws {
        let broker = try TestBroker(
            "allow_anonymous true\nacl_file @DIR@/acl", files: ["acl": "topic write tally/v1/#\n"])
        let publisher = try publisher(port: broker.port)
        #expect(publisher.send(message("no", to: "elsewhere"), token: 1))
        #expect(publisher.send(message("never", to: "wild/#"), token: 2))
        #expect(publisher.send(message("yes"), token: 3))
        #expect(confirmed(publisher, 1) == [3])
        var refused: [RefusedMessage] = []
        waitFor({ refused += publisher.takeRefused() }, until: { refused.count == 2 })
        #expect(Set(refused.map(\.token)) == [1, 2])
        #expect(refused.first { $0.token == 1 }?.reason.contains("Not authorized") == true)
    }

    @Test func `a broker without MQTT 5 is published to in 3.1.1`() throws {
        let broker = try ScriptedBroker(refusingV5With: [0x20, 3, 0, 0x84, 0])
        let publisher = try publisher(port: broker.port)
        #expect(waitFor({ publisher.isConnected }, until: { $0 }))
        #expect(broker.levelsSeen == [5, 4])
    }
}
