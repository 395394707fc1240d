import AssetModel
import Glibc

/// Decides when to connect and in which protocol, and carries each attempt up to the broker's answer.
///
/// MQTT 5 first; a broker that refuses the version is asked again at once in 3.1.1, and so from then on.
struct Dialer {
    /// Name look-up excluded. Three round trips of a TLS handshake on a poor mobile link take a few seconds.
    static let answerWithin = ElapsedTime(seconds: 10)

    enum Outcome {
        case waiting
        case accepted(sessionPresent: Bool)
        case failed(LinkProblem)
    }

    private let settings: BrokerSettings
    private let purpose: ConnectionPurpose
    private(set) var version = MQTTVersion.v5
    /// No attempt before this.
    private(set) var retryAt: MonotonicInstant
    private var failures = 0
    private var answerBy: MonotonicInstant
    private var acceptedAt: MonotonicInstant?
    private var isSocketOpen = false

    init(_ settings: BrokerSettings, for purpose: ConnectionPurpose, at now: MonotonicInstant) {
        self.settings = settings
        self.purpose = purpose
        retryAt = now
        answerBy = now
    }

    /// - Returns: the connection on its way, or why there is none.
    mutating func dial(at now: MonotonicInstant) -> Result<MosquittoHandle, LinkProblem> {
        acceptedAt = nil
        isSocketOpen = false
        answerBy = now + Dialer.answerWithin
        do {
            let plan = try ConnectionPlan(settings, for: purpose, in: version)
            let handle = try MosquittoHandle(plan: plan)
            if let problem = handle.beginConnecting() { return .failure(problem) }
            return .success(handle)
        } catch {
            return .failure(LinkProblem(cause: "配置有误 settings cannot be used", detail: "\(error)"))
        }
    }

    /// What to wait for on the socket. While TLS shakes hands only its answers count: libmosquitto reports
    /// "writable" the whole time then, and polling for it would spin.
    func events(_ handle: MosquittoHandle) -> Int32 {
        if !isSocketOpen { return Int32(POLLOUT) }
        let isWriting = settings.tls == nil && handle.wantsWrite
        return Int32(POLLIN) | (isWriting ? Int32(POLLOUT) : 0)
    }

    /// One round of the attempt. - Parameter ready: what the socket was found ready for.
    mutating func advance(
        _ handle: MosquittoHandle, ready: Int32, at now: MonotonicInstant
    ) -> Outcome {
        if ready != 0 { isSocketOpen = true }
        // Reading also drives the TLS handshake; only after it does anything want to be written.
        let step = handle.readPacket()
        if let reply = handle.news.connectReply { return answered(reply, at: now) }
        if case .ended(let problem) = step { return .failed(problem) }
        if handle.wantsWrite, case .ended(let problem) = handle.write() { return .failed(problem) }
        return now >= answerBy ? .failed(.noAnswer) : .waiting
    }

    private mutating func answered(_ reply: ConnectionNews.ConnectReply, at now: MonotonicInstant) -> Outcome
    {
        if reply.code == 0 {
            acceptedAt = now
            return .accepted(sessionPresent: reply.sessionPresent)
        }
        let reason =
            version == .v5 && reply.code >= 128
            ? MosquittoHandle.reasonText(reply.code) : MosquittoHandle.connectReplyText(reply.code)
        return .failed(.refusal(code: reply.code, reason: reason))
    }

    /// The attempt failed or the connection is over: sets the time of the next attempt.
    mutating func ended(_ problem: LinkProblem, at now: MonotonicInstant) {
        if problem.isVersionRefused && version == .v5 {
            version = .v311
            retryAt = now
            return
        }
        // Only a connection that lasted clears the count: two programs that throw each other out shall slow
        // down.
        if let acceptedAt, now - acceptedAt >= settings.backoff.longest { failures = 0 }
        failures += 1
        let roll = Int64.random(in: 0..<100)
        retryAt = now + settings.backoff.pause(afterFailures: failures, roll: roll)
    }

    /// We hung up ourselves; the broker is not to blame.
    mutating func hungUp(at now: MonotonicInstant) {
        failures = 0
        retryAt = now
    }
}
