import AssetModel
import Glibc
import Logging
import TestSupport

@testable import MQTTLink

/// A link under test and what it has handed out.
final class LinkRig {
    let link: BrokerLink
    private(set) var inputs: [IntakeInput] = []

    /// Small pauses, so that no test waits for a back-off made for networks.
    static func settings(port: Int, clientID: String = "tallyd", subscriptions: [String]) -> BrokerSettings {
        var settings = BrokerSettings(endpoint: .tcp(host: "127.0.0.1", port: port), clientID: clientID)
        settings.subscriptions = subscriptions
        settings.backoff.first = ElapsedTime(milliseconds: 50)
        settings.backoff.longest = ElapsedTime(milliseconds: 400)
        return settings
    }

    init(
        port: Int, subscriptions: [String] = ["r/#"], known: Set<String>? = nil,
        counters: BrokerCounters? = nil, adjust: (inout BrokerSettings) -> Void = { _ in }
    ) throws {
        var settings = LinkRig.settings(port: port, subscriptions: subscriptions)
        adjust(&settings)
        link = try BrokerLink(
            settings: settings, knownSubscriptions: known, knownCounters: counters, now: LinkRig.wallClock,
            log: LinkRig.quiet)
    }

    static let quiet = Logger(label: "link-tests", factory: { _ in SwiftLogNoOpLogHandler() })

    static func wallClock() -> UTCInstant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UTCInstant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// One batch of at most `count` messages, which stays unacknowledged.
    func hold(_ count: Int, seconds: Int64 = 10) -> [RawMessage] {
        var limit = BatchLimit()
        limit.messagesMax = count
        limit.time = ElapsedTime(seconds: seconds)
        let batch = link.nextBatch(limit: limit, wait: ElapsedTime(seconds: seconds))
        inputs += batch
        return batch.compactMap(\.message)
    }

    /// Takes and acknowledges until `isEnough` says so. - Returns: everything so far, or `nil` after
    /// `seconds`.
    @discardableResult
    func run(seconds: Int64 = 10, until isEnough: ([IntakeInput]) -> Bool) -> [IntakeInput]? {
        let giveUpAt = MonotonicInstant.now + ElapsedTime(seconds: seconds)
        while !isEnough(inputs) {
            if MonotonicInstant.now >= giveUpAt { return nil }
            inputs += link.nextBatch(limit: BatchLimit(), wait: ElapsedTime(milliseconds: 100))
            link.acknowledge()
        }
        return inputs
    }

    /// Listens until the subscriptions stand. - Returns: the broker's word about the session, `nil` after 10
    /// s.
    @discardableResult
    func comeUp() -> Bool? {
        let before = inputs.count
        run { $0.dropFirst(before).contains { $0.isUp } }
        return inputs.dropFirst(before).lazy.compactMap(\.sessionPresent).first
    }

    /// - Returns: payloads of the messages that come within `milliseconds`.
    func listen(milliseconds: Int64) -> [String] {
        let before = inputs.count
        let giveUpAt = MonotonicInstant.now + ElapsedTime(milliseconds: milliseconds)
        while MonotonicInstant.now < giveUpAt {
            inputs += link.nextBatch(limit: BatchLimit(), wait: giveUpAt - .now)
            link.acknowledge()
        }
        return inputs.dropFirst(before).compactMap { $0.message?.text }
    }

    var texts: [String] { inputs.compactMap { $0.message?.text } }
    var gaps: [GapReason] { inputs.compactMap(\.gap) }
}

extension RawMessage {
    var text: String { String(decoding: payload, as: UTF8.self) }
}

extension IntakeInput {
    var message: RawMessage? {
        if case .message(let message) = kind { return message }
        return nil
    }

    var sessionPresent: Bool? {
        if case .connection(.up(let sessionPresent)) = kind { return sessionPresent }
        return nil
    }

    var isUp: Bool { sessionPresent != nil }
    var isDown: Bool { kind == .connection(.down) }

    var gap: GapReason? {
        if case .connection(.gapSuspected(let reason, _)) = kind { return reason }
        return nil
    }
}

/// "first 3" and so on, as the payloads of a test.
func numbered(_ range: ClosedRange<Int>) -> [String] {
    range.map { "read \($0)" }
}
