package import AssetModel
import Glibc
package import Logging

/// The intake: reads batches of messages and lets their acknowledgements go only after ``acknowledge()``.
///
///     let batch = link.nextBatch(limit: limit, wait: tick)
///     // … advance, commit …
///     link.acknowledge()
///
/// Confined to one thread at a time: it is `Sendable` only so that ``wake()`` can be called from anywhere;
/// every other member belongs to the thread that runs the loop. It connects and reconnects by itself, inside
/// ``nextBatch``. A process killed between two lines above gets the batch again, whole; so does one whose
/// connection broke.
///
/// Each message is acknowledged at QoS 1, in order of receipt. MQTT 5, or 3.1.1 where the broker refuses 5;
/// fixed client id, lasting session. See ``HoldGate`` for what may be written when.
package final class BrokerLink: @unchecked Sendable {
    enum Phase: Equatable {
        case offline
        case connecting
        /// Accepted; the subscriptions are not granted yet.
        case subscribing(by: MonotonicInstant)
        case up
        case closed
    }

    /// libmosquitto's keepalive has a resolution of a second.
    static let keepAliveEvery = ElapsedTime(seconds: 1)
    /// A broker that accepts a SUBSCRIBE and does not answer it within this is taken for broken.
    static let grantWithin = ElapsedTime(seconds: 30)

    var settings: BrokerSettings
    let log: Logger
    let now: () -> UTCInstant
    private let pipe: WakePipe
    var dialer: Dialer
    var connection: MosquittoHandle?
    var phase = Phase.offline
    var gate = HoldGate()
    var watch: BrokerWatch
    var batch = GrowingBatch()
    /// The SUBSCRIBE and the UNSUBSCRIBE that are not answered yet.
    var asked: (messageID: Int32, filters: [String])?
    var withdrawn: (messageID: Int32, filters: [String])?
    var suspicion: BrokerWatch.Suspicion?
    /// The last reading of the clock on the wall, and when it was read.
    var stamped: (read: MonotonicInstant, instant: UTCInstant)?
    static let stampEvery = ElapsedTime(milliseconds: 1)
    private var socketReady: Int32 = 0
    private var keepAliveDue: MonotonicInstant
    private var lastReadAt: MonotonicInstant
    var loggedProblem: LinkProblem?
    var hasBeenUp = false

    /// Set while nothing can be stored: a connection that is over stays so until this is cleared.
    package var isSuspended = false
    package internal(set) var status = LinkStatus()
    /// What the broker has granted in the present session; the store remembers it for the next start.
    package internal(set) var subscribed: Set<String>
    /// What the broker last said about itself; the store remembers it for the next start.
    package var counters: BrokerCounters { watch.counters }

    /// - Parameters:
    ///   - knownSubscriptions: what the store remembers as granted in the lasting session; `nil` for never.
    ///   - knownCounters: what the store remembers of ``counters``.
    ///   - now: the clock on the wall, for stamping inputs.
    /// - Throws: settings out of range; files missing now. The network is not touched before ``nextBatch``.
    package init(
        settings: BrokerSettings, knownSubscriptions: Set<String>?, knownCounters: BrokerCounters? = nil,
        now: @escaping () -> UTCInstant, log: Logger
    ) throws(LinkError) {
        try settings.validate()
        let purpose = ConnectionPurpose(will: nil, isCleanSession: false)
        _ = try ConnectionPlan(settings, for: purpose, in: .v5)
        let instant = MonotonicInstant.now
        self.settings = settings
        self.log = log
        self.now = now
        pipe = try WakePipe()
        dialer = Dialer(settings, for: purpose, at: instant)
        watch = BrokerWatch(remembered: knownCounters, at: now(), instant)
        subscribed = knownSubscriptions ?? []
        keepAliveDue = instant
        lastReadAt = instant
        status.since = now()
    }

    /// Waits for messages and gathers them.
    ///
    /// - Parameters:
    ///   - limit: a full batch leaves at once, and so does one with a change of the connection; any other
    ///     `limit.time` after its first message.
    ///   - wait: the longest wait for a first message.
    /// - Returns: inputs in order of receipt; empty after `wait` or ``wake()``.
    /// - Precondition: what was handed out before is acknowledged or dropped.
    package func nextBatch(limit: BatchLimit, wait: ElapsedTime) -> [IntakeInput] {
        precondition(gate.held == 0, "a batch asked for while \(gate.held) messages are not acknowledged")
        batch.begin(limit)
        let giveUpAt = MonotonicInstant.now + wait
        var isCalled = false
        while true {
            advance()
            let instant = MonotonicInstant.now
            let leaveAt = batch.leaveAt ?? giveUpAt
            if isCalled || batch.isComplete || instant >= leaveAt { break }
            isCalled = sleep(from: instant, until: leaveAt)
        }
        return batch.take()
    }

    /// Everything handed out is durable: its acknowledgements leave now, and whatever waited behind them.
    /// What the socket does not take at once leaves before anything more is read.
    package func acknowledge() {
        gate.release()
        flush()
    }

    /// Hangs up without acknowledging: the broker keeps what was handed out and sends it again after the
    /// reconnect.
    package func dropConnection() {
        guard connection != nil else { return }
        let wasUp = phase == .up
        connection = nil
        gate.connectionEnded()
        phase = .offline
        dialer.hungUp(at: .now)
        if wasUp { wentDown(LinkProblem(cause: "本机主动断开 dropped by ourselves", detail: "not committed")) }
    }

    /// Says goodbye, so that the broker keeps the session without waiting for a time-out. Messages that are
    /// not acknowledged come again. Nothing can be read afterwards.
    ///
    /// - Parameter time: the longest wait for a broker that does not take our last bytes.
    package func close(within time: ElapsedTime) {
        defer {
            connection = nil
            gate.connectionEnded()
            phase = .closed
            status.isConnected = false
        }
        guard let connection, gate.held == 0, phase != .connecting else { return }
        let giveUpAt = MonotonicInstant.now + time
        // Keeps the socket open over libmosquitto's close, which follows the DISCONNECT at once.
        let socket = dup(connection.socket)
        defer { if socket >= 0 { Glibc.close(socket) } }
        connection.sayGoodbye()
        while case .dry = connection.write() {
            let left = giveUpAt - .now
            if left <= .zero { return }
            _ = pipe.wait(for: connection.socket, events: Int32(POLLOUT), atMost: left)
        }
        if socket >= 0 { hearOut(socket, until: giveUpAt) }
    }

    /// Throws away what the broker still sends until it hangs up. A socket closed with unread bytes in it is
    /// reset, and acknowledgements that the broker has not read yet would be lost with it; nothing read here
    /// is acknowledged.
    private func hearOut(_ socket: Int32, until giveUpAt: MonotonicInstant) {
        shutdown(socket, Int32(SHUT_WR))
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while giveUpAt - .now > .zero {
            let count = recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { return }
            if count < 0 { _ = pipe.wait(for: socket, events: Int32(POLLIN), atMost: giveUpAt - .now) }
        }
    }

    /// Ends the present or else the next ``nextBatch`` early. Thread-safe.
    package func wake() {
        pipe.wake()
    }

    private func advance() {
        let instant = MonotonicInstant.now
        switch phase {
        case .closed: break
        case .offline:
            if !isSuspended && instant >= dialer.retryAt { dial(at: instant) }
        case .connecting:
            guard let connection else { break }
            switch dialer.advance(connection, ready: socketReady, at: instant) {
            case .waiting: break
            case .failed(let problem): ended(problem)
            case .accepted(let sessionPresent):
                lastReadAt = instant
                accepted(connection, sessionPresent: sessionPresent)
                exchange(connection)
            }
        case .subscribing, .up:
            if let connection { exchange(connection) }
        }
        socketReady = 0
    }

    /// One round with the broker: write what is free to go, read while there is something and room for it.
    private func exchange(_ connection: MosquittoHandle) {
        keepAlive(connection)
        flush()
        while phase != .offline, gate.mayRead, !batch.isFull {
            let step = connection.readPacket()
            take(connection.news)
            if case .ended(let problem) = step, phase != .offline { return ended(problem) }
            if case .dry = step { break }
        }
        lastReadAt = .now
        keepAlive(connection)
        flush()
        if case .subscribing(let deadline) = phase, lastReadAt >= deadline { ended(.noAnswer) }
    }

    /// Not while messages are held: a PINGREQ would wait behind them. Not before the socket was read after a
    /// long commit: the answer to the last PINGREQ may be lying there.
    private func keepAlive(_ connection: MosquittoHandle) {
        let instant = MonotonicInstant.now
        guard phase != .offline, gate.mayWrite, instant >= keepAliveDue,
            instant - lastReadAt <= BrokerLink.keepAliveEvery
        else { return }
        keepAliveDue = instant + BrokerLink.keepAliveEvery
        if case .ended(let problem) = connection.keepAlive() { return ended(problem) }
        if connection.wantsWrite { gate.queued() }
    }

    func flush() {
        guard let connection, gate.isFlushing else { return }
        switch connection.write() {
        case .progressed: gate.wrote(everything: true)
        case .dry: gate.wrote(everything: false)
        case .ended(let problem): ended(problem)
        }
    }

    /// - Returns: whether ``wake()`` was called.
    private func sleep(from instant: MonotonicInstant, until leaveAt: MonotonicInstant) -> Bool {
        var time = leaveAt - instant
        var events: Int32 = 0
        switch phase {
        case .closed: break
        case .offline:
            if !isSuspended { time = min(time, dialer.retryAt - instant) }
        case .connecting:
            time = min(time, BrokerLink.keepAliveEvery)
            events = connection.map { dialer.events($0) } ?? 0
        case .subscribing, .up:
            time = min(time, BrokerLink.keepAliveEvery)
            events = (gate.mayRead ? Int32(POLLIN) : 0) | (gate.isFlushing ? Int32(POLLOUT) : 0)
        }
        let wakening = pipe.wait(for: connection?.socket ?? -1, events: events, atMost: time)
        socketReady = wakening.socket
        return wakening.isCalled
    }
}
