package import AssetModel
import Glibc
package import Logging

/// Publishes at QoS 1, on a connection and a login of its own.
///
/// Its own, because packets of the intake's connection wait behind the acknowledgements that are held there.
/// Thread-safe; a thread of its own does the work and reconnects by itself. Nothing is lost while this
/// process lives: what the broker has not confirmed is sent again after a reconnect, in order, so a message
/// may arrive twice.
package final class BrokerPublisher: Sendable {
    /// Messages accepted and not yet reported back through ``takeConfirmed()`` or ``takeRefused()``. They are
    /// at most a few kB each, so this is less than 1 MiB; the outbox holds the rest.
    package static let outstandingMax = 200

    private let desk = PublisherDesk()
    private let pipe: WakePipe
    private let finished: WakePipe

    /// - Parameters:
    ///   - will: published by the broker when this process vanishes without ``close(within:)``.
    ///   - greeting: published after every connect, before anything else, in place of a will that was sent.
    /// - Throws: settings out of range; files missing now. The network is left to the publisher's thread.
    package init(
        settings: BrokerSettings, will: OutgoingMessage?, greeting: OutgoingMessage? = nil, log: Logger
    ) throws(LinkError) {
        try settings.validate()
        let purpose = ConnectionPurpose(will: will, isCleanSession: true)
        _ = try ConnectionPlan(settings, for: purpose, in: .v5)
        pipe = try WakePipe()
        finished = try WakePipe()
        let loop = PublisherLoop(
            desk: desk, pipes: (pipe, finished), dialer: Dialer(settings, for: purpose, at: .now),
            greeting: greeting, log: log)
        try loop.start()
    }

    deinit {
        desk.requestClose(by: .now)
        pipe.wake()
    }

    /// - Parameter token: comes back when the broker has confirmed the message.
    /// - Returns: false when too much is outstanding or the publisher is closed: keep it and try again.
    package func send(_ message: OutgoingMessage, token: Int64) -> Bool {
        let isAccepted = desk.accept(message, token: token, atMost: BrokerPublisher.outstandingMax)
        if isAccepted { pipe.wake() }
        return isAccepted
    }

    /// Tokens of messages the broker has taken over since the last call.
    package func takeConfirmed() -> [Int64] {
        desk.takeConfirmed()
    }

    /// Messages the broker will never take, since the last call. Sending them again will not help.
    package func takeRefused() -> [RefusedMessage] {
        desk.takeRefused()
    }

    package var isConnected: Bool { desk.isConnected }

    /// Sends what was accepted, as far as the time allows, and says goodbye: the last will is not published.
    /// What is not confirmed by then is never reported.
    package func close(within time: ElapsedTime) {
        let deadline = MonotonicInstant.now + time
        desk.requestClose(by: deadline)
        pipe.wake()
        // The thread keeps the deadline itself; the second more is for a name look-up it may be in.
        _ = finished.wait(for: -1, events: 0, atMost: time + ElapsedTime(seconds: 1))
    }
}
