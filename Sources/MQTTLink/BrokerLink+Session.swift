package import AssetModel
import Logging

/// What the intake can say about itself at any time.
package struct LinkStatus: Sendable, Equatable {
    /// Subscribed and listening.
    package var isConnected = false
    /// Of the present connection, else of the last one.
    package var version: MQTTVersion?
    package var sessionPresent: Bool?
    /// When ``isConnected`` last changed.
    package var since: UTCInstant?
    /// Messages whose payload was too large to be copied, since the start.
    package var oversizeMessages: Int64 = 0
    /// Times the link came up again, since the start.
    package var reconnects: Int64 = 0
    /// Filters the broker did not grant.
    package var refusedSubscriptions: [String] = []
    /// Why there is no connection, while there is none.
    package var problem: LinkProblem?

    package init() {}
}

// From the first packet of a connection to its end.
extension BrokerLink {
    /// Takes other topic filters, as a reload of the configuration names them. Only what is missing is
    /// subscribed; what is not wanted any more is given up. Between two batches only.
    package func adopt(subscriptions: [String]) {
        settings.subscriptions = subscriptions
        // While an older question is open, a new connection asks for the right set at once.
        if case .subscribing = phase { return dropConnection() }
        guard phase == .up, let connection else { return }
        let plan = SubscriptionPlan(wanted: subscriptions, known: subscribed, sessionPresent: true)
        if !plan.obsolete.isEmpty, let messageID = connection.unsubscribe(plan.obsolete) {
            withdrawn = (messageID, plan.obsolete)
        }
        let missing = plan.missing
        if !missing.isEmpty, let messageID = connection.subscribe(missing, qos: 1, retained: .onlyIfNew) {
            asked = (messageID, missing)
        }
        gate.queued()
        flush()
    }

    func dial(at instant: MonotonicInstant) {
        switch dialer.dial(at: instant) {
        case .success(let handle):
            connection = handle
            phase = .connecting
        case .failure(let problem):
            ended(problem)
        }
    }

    /// The broker accepted us: ask for what is missing, and for its own counters. Those are asked for each
    /// time (at QoS 0, so that they do not fill our queue while we are away): their retained values tell what
    /// happened meanwhile.
    func accepted(_ connection: MosquittoHandle, sessionPresent: Bool) {
        status.version = dialer.version
        status.sessionPresent = sessionPresent
        suspicion = watch.accepted(at: now(), .now)
        let plan = SubscriptionPlan(
            wanted: settings.subscriptions, known: subscribed, sessionPresent: sessionPresent)
        if !sessionPresent { subscribed = [] }
        withdrawn = nil
        asked = nil
        if !plan.obsolete.isEmpty, let messageID = connection.unsubscribe(plan.obsolete) {
            withdrawn = (messageID, plan.obsolete)
        }
        if plan.missing.isEmpty {
            cameUp()
        } else if let messageID = connection.subscribe(plan.missing, qos: 1, retained: .onlyIfNew) {
            asked = (messageID, plan.missing)
            phase = .subscribing(by: .now + BrokerLink.grantWithin)
        } else {
            return ended(.nothingGranted)
        }
        _ = connection.subscribe(BrokerWatch.topics, qos: 0, retained: .always)
        gate.queued()
        flush()
    }

    /// Takes what the last packet brought.
    func take(_ news: ConnectionNews) {
        if !news.messages.isEmpty {
            for message in news.messages { receive(message) }
            news.messages.removeAll(keepingCapacity: true)
        }
        for reply in news.subscribeReplies { granted(reply) }
        for messageID in news.unsubscribeReplies where messageID == withdrawn?.messageID {
            subscribed.subtract(withdrawn?.filters ?? [])
            withdrawn = nil
        }
        news.subscribeReplies.removeAll()
        news.unsubscribeReplies.removeAll()
    }

    private func receive(_ message: RawMessage) {
        let instant = MonotonicInstant.now
        let arrived = stamp(at: instant)
        // Without an acknowledgement (QoS 0) and none of the path's business.
        if message.topic.utf8.first == UInt8(ascii: "$"), BrokerWatch.topics.contains(message.topic) {
            if let found = watch.heard(message, at: arrived, instant) { report(found) }
            return
        }
        gate.received()
        if message.oversizeBytes != nil { status.oversizeMessages += 1 }
        batch.add(message, at: arrived, instant)
    }

    /// Receipt instants have a resolution of a millisecond, so the clock on the wall is read once in one.
    private func stamp(at instant: MonotonicInstant) -> UTCInstant {
        if let last = stamped, instant - last.read < BrokerLink.stampEvery { return last.instant }
        let instantNow = now()
        stamped = (instant, instantNow)
        return instantNow
    }

    private func granted(_ reply: ConnectionNews.SubscribeReply) {
        guard let question = asked, reply.messageID == question.messageID else { return }
        asked = nil
        var refused: [String] = []
        for (filter, code) in zip(question.filters, reply.codes) {
            if code >= 128 { refused.append(filter) } else { subscribed.insert(filter) }
            // Without acknowledgements the broker forgets what it has sent, and a crash of ours loses it.
            if code == 0 {
                log.warning("订阅被降为 QoS 0 granted at QoS 0 only", metadata: ["topics": "\(filter)"])
            }
        }
        status.refusedSubscriptions = refused
        if !refused.isEmpty {
            log.error(
                "订阅被拒, 请检查服务器 acl_file subscription refused, check the broker's acl_file",
                metadata: ["topics": "\(refused.joined(separator: " "))"])
        }
        if subscribed.isEmpty { return ended(.nothingGranted) }
        if phase != .up { cameUp() }
    }

    private func cameUp() {
        phase = .up
        let instant = now()
        if hasBeenUp { status.reconnects += 1 }
        hasBeenUp = true
        status.isConnected = true
        status.since = instant
        status.problem = nil
        loggedProblem = nil
        batch.add(.up(sessionPresent: status.sessionPresent ?? false), at: instant)
        log.notice(
            "已连接消息服务器 broker connected",
            metadata: [
                "mqtt": "\(dialer.version.rawValue)", "session_present": "\(status.sessionPresent ?? false)",
                "client_id": "\(settings.clientID)",
            ])
        if let found = suspicion { report(found) }
        suspicion = nil
    }

    private func report(_ found: BrokerWatch.Suspicion) {
        batch.add(.gapSuspected(found.reason, detail: found.detail), at: now())
    }

    /// The attempt failed or the connection broke. What was held dies with it; the broker sends it again.
    func ended(_ problem: LinkProblem) {
        let wasUp = phase == .up
        connection = nil
        gate.connectionEnded()
        phase = .offline
        if problem.nobodyListens { watch.connectionRefused() }
        dialer.ended(problem, at: .now)
        if wasUp { wentDown(problem) } else { couldNotConnect(problem) }
    }

    func wentDown(_ problem: LinkProblem) {
        let instant = now()
        status.isConnected = false
        status.since = instant
        status.problem = problem
        loggedProblem = problem
        batch.add(.down, at: instant)
        log.warning(
            "与消息服务器的连接中断 broker connection lost",
            metadata: ["cause": "\(problem.cause)", "detail": "\(problem.detail)"])
    }

    /// One line for each new reason, not for each attempt.
    private func couldNotConnect(_ problem: LinkProblem) {
        status.problem = problem
        if problem == loggedProblem { return }
        loggedProblem = problem
        log.warning(
            "无法连接消息服务器, 将持续重试 cannot connect to the broker, retrying",
            metadata: ["cause": "\(problem.cause)", "detail": "\(problem.detail)"])
    }
}
