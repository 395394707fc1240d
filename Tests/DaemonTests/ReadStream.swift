import AssetModel
import Foundation
import Logging
import MQTTLink
import TestSupport

/// A fixed stream of messages whose event times do not depend on when they are sent, so that two runs can be
/// compared message by message: reads at home, a moved asset, strangers, a disposed asset, a reader's will,
/// 808 heartbeats.
struct ReadStream {
    /// Event time of the first round: twenty minutes ago, well inside what the path takes.
    let start: UTCInstant
    let messages: [OutgoingMessage]
    /// Messages that carry a tag read.
    let observations: Int

    static let assets = 24
    static let roundSeconds: Int64 = 5

    init(rounds: Int, now: UTCInstant) {
        start = now + ElapsedTime(seconds: -20 * 60)
        var messages: [OutgoingMessage] = []
        var observations = 0
        for round in 0..<rounds {
            let at = start + ElapsedTime(seconds: Int64(round) * ReadStream.roundSeconds)
            for tag in 1...ReadStream.assets {
                let zone = tag == 3 ? "C" : DaemonRig.zones[tag % 2]
                let heardAt = at + ElapsedTime(milliseconds: Int64(tag) * 7)
                messages.append(ReadStream.read(tag, zone: zone, at: heardAt))
                observations += 1
            }
            if round == 2 { messages.append(ReadStream.text("connection lost", zone: "C")) }
        }
        self.messages = messages
        self.observations = observations
    }

    static func epc(_ number: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return "E2801170" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func read(_ tag: Int, zone: String, at: UTCInstant) -> OutgoingMessage {
        let payload = """
            {"timestamp":"\(at)","eventType":"tagInventory","tagInventoryEvent":{"epcHex":"\(epc(tag))",\
            "antennaPort":1,"peakRssiCdbm":-5500}}
            """
        return OutgoingMessage(topic: "readers/r\(zone)/events", payload: Array(payload.utf8))
    }

    static func text(_ text: String, zone: String) -> OutgoingMessage {
        OutgoingMessage(topic: "readers/r\(zone)/will", payload: Array(text.utf8))
    }

    /// Tags 1 to 20 are on assets where they are read; 21 is disposed, 22 bound without card, 23 and 24
    /// unknown.
    static var register: String {
        var text = "assetNo,assetName,state,location\n"
        for tag in 1...20 { text += "PC-\(tag),电脑,在仓,shelf \(DaemonRig.zones[tag % 2])\n" }
        return text + "PC-21,旧电脑,已处置,\n"
    }

    static var tags: String {
        var text = "epc,tid,assetNo,validFrom,validTo\n"
        for tag in 1...22 { text += "\(epc(tag)),,PC-\(tag),,\n" }
        return text
    }
}

/// Publishes at QoS 1 and knows which messages the broker has acknowledged, and when.
final class CountingPublisher {
    private let publisher: BrokerPublisher
    private(set) var confirmedAt: [Int64: UTCInstant] = [:]

    init(port: Int) throws {
        var settings = BrokerSettings(endpoint: .tcp(host: "127.0.0.1", port: port), clientID: "publisher")
        settings.backoff.first = ElapsedTime(milliseconds: 100)
        settings.backoff.longest = ElapsedTime(milliseconds: 300)
        publisher = try BrokerPublisher(
            settings: settings, will: nil,
            log: Logger(label: "publisher") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Sends some messages, in order; tokens count from `token`. Waits while too many are on their way.
    func send(_ messages: some Collection<OutgoingMessage>, from token: Int64, paceMicroseconds: UInt32 = 0) {
        var token = token
        for message in messages {
            while !publisher.send(message, token: token) {
                collect()
                usleep(1_000)
            }
            token += 1
            if paceMicroseconds > 0 { usleep(paceMicroseconds) }
            collect()
        }
    }

    func collect() {
        let now = UTCInstant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        for token in publisher.takeConfirmed() { confirmedAt[token] = now }
    }

    /// Waits until this many are acknowledged. - Returns: whether they were.
    func waitForConfirmed(_ count: Int, seconds: Double = 30) -> Bool {
        eventually(seconds: seconds) {
            self.collect()
            return self.confirmedAt.count >= count
        }
    }

    func close() {
        publisher.close(within: ElapsedTime(seconds: 2))
    }
}
