import AssetModel
import Glibc
import Logging

/// The thread of a publisher. Everything but the desk and the pipes belongs to it alone.
final class PublisherLoop {
    /// libmosquitto's own window; more would only wait inside it.
    static let inFlightMax = 20

    private let desk: PublisherDesk
    private let pipe: WakePipe
    private let finished: WakePipe
    private let greeting: OutgoingMessage?
    private let log: Logger
    private var dialer: Dialer
    private var connection: MosquittoHandle?
    private var isAccepted = false
    /// In the order of sending.
    private var inFlight: [(messageID: Int32, letter: PublisherDesk.Letter)] = []
    private var loggedProblem: LinkProblem?
    private var loggedRefusals: Set<String> = []

    init(
        desk: PublisherDesk, pipes: (wake: WakePipe, finished: WakePipe), dialer: Dialer,
        greeting: OutgoingMessage?, log: Logger
    ) {
        self.desk = desk
        self.pipe = pipes.wake
        self.finished = pipes.finished
        self.dialer = dialer
        self.greeting = greeting
        self.log = log
    }

    /// Hands this object over to a new thread.
    func start() throws(LinkError) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { context in
                // The thread owns the loop from here on.
                if let context { Unmanaged<PublisherLoop>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context.toOpaque())
        if code != 0 {
            context.release()
            throw .refused(call: "pthread_create", reason: String(cString: strerror(code)))
        }
        pthread_detach(thread)
    }

    private func run() {
        var ready: Int32 = 0
        while !isDone {
            advance(ready: ready)
            ready = sleep()
        }
        if let connection, isAccepted {
            connection.sayGoodbye()
            _ = connection.write()
        }
        connection = nil
        desk.setConnected(false)
        finished.wake()
    }

    /// Asked to close, and nothing left to wait for.
    private var isDone: Bool {
        guard let closeBy = desk.closeBy else { return false }
        return !isAccepted || MonotonicInstant.now >= closeBy || (desk.isEmpty && inFlight.isEmpty)
    }

    private func advance(ready: Int32) {
        let now = MonotonicInstant.now
        guard let connection else {
            if now >= dialer.retryAt { dial(at: now) }
            return
        }
        if isAccepted { return exchange(connection) }
        switch dialer.advance(connection, ready: ready, at: now) {
        case .waiting: break
        case .failed(let problem): ended(problem)
        case .accepted: cameUp(connection)
        }
    }

    private func dial(at now: MonotonicInstant) {
        switch dialer.dial(at: now) {
        case .success(let handle): connection = handle
        case .failure(let problem): ended(problem)
        }
    }

    private func cameUp(_ connection: MosquittoHandle) {
        isAccepted = true
        loggedProblem = nil
        log.notice("发布连接已建立 publisher connected", metadata: ["mqtt": "\(dialer.version.rawValue)"])
        if let greeting { publish(PublisherDesk.Letter(message: greeting, token: nil), on: connection) }
        desk.setConnected(true)
        exchange(connection)
    }

    private func exchange(_ connection: MosquittoHandle) {
        for letter in desk.takeWaiting(PublisherLoop.inFlightMax - inFlight.count) {
            publish(letter, on: connection)
        }
        var step = MosquittoHandle.Step.progressed
        while case .progressed = step {
            step = connection.readPacket()
            take(connection.news)
        }
        if case .ended(let problem) = step { return ended(problem) }
        if case .ended(let problem) = connection.keepAlive() { return ended(problem) }
        if connection.wantsWrite, case .ended(let problem) = connection.write() { return ended(problem) }
    }

    private func publish(_ letter: PublisherDesk.Letter, on connection: MosquittoHandle) {
        do {
            inFlight.append((try connection.publish(letter.message), letter))
        } catch {
            refuse(letter, reason: "\(error)")
        }
    }

    private func take(_ news: ConnectionNews) {
        for reply in news.publishReplies {
            guard let index = inFlight.firstIndex(where: { $0.messageID == reply.messageID }) else {
                continue
            }
            let letter = inFlight.remove(at: index).letter
            if reply.code >= 128 {
                refuse(letter, reason: MosquittoHandle.reasonText(reply.code))
            } else {
                desk.confirm(letter)
            }
        }
        news.publishReplies.removeAll()
        news.messages.removeAll()
    }

    /// One line for each reason.
    private func refuse(_ letter: PublisherDesk.Letter, reason: String) {
        desk.refuse(letter, reason: reason)
        if loggedRefusals.insert(reason).inserted {
            log.error(
                "消息发布被拒 publishing refused, check the broker's acl_file",
                metadata: ["topic": "\(letter.message.topic)", "reason": "\(reason)"])
        }
    }

    private func ended(_ problem: LinkProblem) {
        connection = nil
        isAccepted = false
        desk.setConnected(false)
        desk.putBack(inFlight.map { $0.letter })
        inFlight = []
        dialer.ended(problem, at: .now)
        if problem == loggedProblem { return }
        loggedProblem = problem
        log.warning(
            "发布连接不可用, 将持续重试 publisher not connected, retrying",
            metadata: ["cause": "\(problem.cause)", "detail": "\(problem.detail)"])
    }

    /// - Returns: what the socket is ready for.
    private func sleep() -> Int32 {
        let now = MonotonicInstant.now
        var time = BrokerLink.keepAliveEvery
        var events: Int32 = 0
        if let connection {
            events =
                isAccepted
                ? Int32(POLLIN) | (connection.wantsWrite ? Int32(POLLOUT) : 0) : dialer.events(connection)
        } else {
            time = dialer.retryAt - now
        }
        if let closeBy = desk.closeBy { time = min(time, closeBy - now) }
        return pipe.wait(for: connection?.socket ?? -1, events: events, atMost: time).socket
    }
}
