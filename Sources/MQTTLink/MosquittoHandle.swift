import AssetModel
import CMosquitto
import Glibc

/// The protocol spoken on a connection.
package enum MQTTVersion: String, Sendable, Hashable {
    case v5 = "5"
    case v311 = "3.1.1"
}

/// One connection to a broker, from its first packet to its end, and the only place that calls libmosquitto.
///
/// Confined to one thread. A handle is used for one connection only: what is left in its out-queue dies with
/// it, so no acknowledgement can reach a later connection. Nothing is written except inside ``write()``: that
/// is what `mosquitto_threaded_set` is for (without it libmosquitto sends each PUBACK before we have seen the
/// message).
final class MosquittoHandle {
    /// What one call has led to.
    enum Step {
        case progressed
        /// The socket has nothing more to read, or takes nothing more.
        case dry
        case ended(LinkProblem)
    }

    let news: ConnectionNews
    private let mosquitto: OpaquePointer
    private let plan: ConnectionPlan

    /// - Throws: `.fileUnreadable`, `.credentialMissing`, `.refused`; nothing has touched the network yet.
    init(plan: ConnectionPlan) throws(LinkError) {
        MosquittoHandle.startLibrary
        news = ConnectionNews(payloadBytesMax: plan.payloadBytesMax)
        self.plan = plan
        // Unretained: `deinit` destroys the C object before the news can go.
        let context = Unmanaged.passUnretained(news).toOpaque()
        guard let made = mosquitto_new(plan.clientID, plan.isCleanSession, context) else {
            throw .refused(call: "mosquitto_new", reason: String(cString: strerror(errno)))
        }
        mosquitto = made
        installCallbacks(on: mosquitto)
        try check(mosquitto_threaded_set(mosquitto, true), "mosquitto_threaded_set")
        let version = plan.version == .v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311
        try check(mosquitto_int_option(mosquitto, MOSQ_OPT_PROTOCOL_VERSION, version), "protocol version")
        let window = Int32(plan.receiveMaximum)
        try check(mosquitto_int_option(mosquitto, MOSQ_OPT_RECEIVE_MAXIMUM, window), "receive maximum")
        try setLogin()
        try setTLS()
        try setWill()
    }

    deinit {
        // Closes the socket without sending what is queued.
        mosquitto_destroy(mosquitto)
    }

    /// Once in a process. A write to a closed socket shall be an error, not a signal that ends us.
    private static let startLibrary: Void = {
        signal(SIGPIPE, SIG_IGN)
        mosquitto_lib_init()
    }()

    private func check(_ code: Int32, _ call: String) throws(LinkError) {
        if code != 0 { throw .refused(call: call, reason: MosquittoHandle.text(of: code)) }
    }

    private func setLogin() throws(LinkError) {
        guard plan.username != nil || plan.password != nil else { return }
        try check(
            mosquitto_username_pw_set(mosquitto, plan.username, plan.password), "user name and password")
    }

    private func setTLS() throws(LinkError) {
        guard let tls = plan.tls else { return }
        // An encrypted key would make OpenSSL ask on a terminal; an empty passphrase makes it fail instead.
        let code = mosquitto_tls_set(mosquitto, tls.caFile, nil, tls.certFile, tls.keyFile) { _, _, _, _ in 0
        }
        try check(code, "TLS files")
    }

    private func setWill() throws(LinkError) {
        guard let will = plan.will else { return }
        let size = Int32(clamping: will.payload.count)
        try check(
            mosquitto_will_set(mosquitto, will.topic, size, will.payload, 1, will.isRetained), "last will")
    }
}

// Connecting and the loop.
extension MosquittoHandle {
    /// Starts a connection and comes back at once; only a name look-up, or a Unix socket whose broker has
    /// stopped accepting, can make it wait.
    func beginConnecting() -> LinkProblem? {
        if plan.version == .v5, let problem = storeConnectProperties() { return problem }
        let keepAlive = Int32(plan.keepAliveSeconds)
        let code: Int32
        switch plan.endpoint {
        case .tcp(let host, let port):
            code = mosquitto_connect_bind_async(mosquitto, host, Int32(port), keepAlive, nil)
        case .unixSocket(let path):
            code = mosquitto_connect_bind_async(mosquitto, path, 0, keepAlive, nil)
        }
        let isOnItsWay = code == MOSQ_ERR_CONN_PENDING.rawValue || code == 0
        return isOnItsWay ? nil : problem(code: code, systemError: errno)
    }

    /// libmosquitto takes MQTT 5 properties only in the call that connects and waits, and uses them again in
    /// every later connect. So that call gets an address at which nothing can be: a Unix socket below a
    /// device file.
    private func storeConnectProperties() -> LinkProblem? {
        var properties: OpaquePointer?
        defer { mosquitto_property_free_all(&properties) }
        let expiry = Int32(MQTT_PROP_SESSION_EXPIRY_INTERVAL.rawValue)
        if plan.sessionExpirySeconds > 0 {
            let code = mosquitto_property_add_int32(&properties, expiry, plan.sessionExpirySeconds)
            if code != 0 { return problem(code: code, systemError: 0) }
        }
        let code = mosquitto_connect_bind_v5(
            mosquitto, "/dev/null/none", 0, Int32(plan.keepAliveSeconds), nil, properties)
        // ENOTDIR is what has to come; anything but a system error means the properties were not taken.
        return code == MOSQ_ERR_ERRNO.rawValue ? nil : problem(code: code, systemError: 0)
    }

    /// -1 once the connection is over.
    var socket: Int32 { mosquitto_socket(mosquitto) }

    /// Something is queued. False while a TLS handshake is going on.
    var wantsWrite: Bool { mosquitto_want_write(mosquitto) }

    /// Handles at most one packet, or drives the TLS handshake.
    func readPacket() -> Step {
        let before = news.packets
        errno = 0
        let code = mosquitto_loop_read(mosquitto, 1)
        let systemError = errno
        if let problem = endProblem(code: code, systemError: systemError) { return .ended(problem) }
        let isDry = news.packets == before && (systemError == EAGAIN || systemError == EWOULDBLOCK)
        return isDry ? .dry : .progressed
    }

    /// Writes everything that is queued, or what the socket takes.
    func write() -> Step {
        errno = 0
        let code = mosquitto_loop_write(mosquitto, 1)
        if let problem = endProblem(code: code, systemError: errno) { return .ended(problem) }
        return wantsWrite ? .dry : .progressed
    }

    /// Keepalive: may queue a PINGREQ; ends the connection when the last one was not answered.
    func keepAlive() -> Step {
        errno = 0
        let code = mosquitto_loop_misc(mosquitto)
        if let problem = endProblem(code: code, systemError: errno) { return .ended(problem) }
        return .progressed
    }

    private func endProblem(code: Int32, systemError: Int32) -> LinkProblem? {
        if let reason = news.disconnectCode, reason >= 128 {
            return .closedByBroker(code: reason, reason: MosquittoHandle.reasonText(reason))
        }
        if let reason = news.disconnectCode, code == 0 { return problem(code: reason, systemError: 0) }
        return code == 0 ? nil : problem(code: code, systemError: systemError)
    }

    private func problem(code: Int32, systemError: Int32) -> LinkProblem {
        let isSystem = code == MOSQ_ERR_ERRNO.rawValue && systemError != 0
        let reason = isSystem ? String(cString: strerror(systemError)) : MosquittoHandle.text(of: code)
        let detail = news.complaint.map { "\(reason); \($0)" } ?? reason
        return LinkProblem(
            cause: "连接失败 connection failed", detail: detail,
            nobodyListens: isSystem && (systemError == ECONNREFUSED || systemError == ENOENT))
    }

    private static func text(of code: Int32) -> String {
        String(cString: mosquitto_strerror(code))
    }

    /// The words for a reason code of MQTT 5.
    static func reasonText(_ code: Int32) -> String {
        String(cString: mosquitto_reason_string(code))
    }

    /// The words for a CONNACK code of MQTT 3.1.1.
    static func connectReplyText(_ code: Int32) -> String {
        String(cString: mosquitto_connack_string(code))
    }
}

// What is asked of the broker. Each call only queues a packet.
extension MosquittoHandle {
    /// How retained messages of a subscription come back.
    enum RetainedMessages {
        case onlyIfNew
        case always
    }

    static func isTopicFilter(_ filter: String) -> Bool {
        !filter.isEmpty && mosquitto_sub_topic_check(filter) == 0
    }

    /// - Returns: the message id that the SUBACK will carry, or `nil` when libmosquitto would not queue it.
    func subscribe(_ filters: [String], qos: Int32, retained: RetainedMessages) -> Int32? {
        // MQTT 3.1.1 has no such options: there every SUBSCRIBE brings the retained messages.
        let isNewOnly = plan.version == .v5 && retained == .onlyIfNew
        let options = isNewOnly ? Int32(MQTT_SUB_OPT_SEND_RETAIN_NEW.rawValue) : 0
        var messageID: Int32 = 0
        let code = MosquittoHandle.withCStrings(filters) { strings in
            mosquitto_subscribe_multiple(
                mosquitto, &messageID, Int32(filters.count), strings, qos, options, nil)
        }
        return code == 0 ? messageID : nil
    }

    func unsubscribe(_ filters: [String]) -> Int32? {
        var messageID: Int32 = 0
        let code = MosquittoHandle.withCStrings(filters) { strings in
            mosquitto_unsubscribe_multiple(mosquitto, &messageID, Int32(filters.count), strings, nil)
        }
        return code == 0 ? messageID : nil
    }

    /// At QoS 1. - Throws: `.refused` where it can never be sent (topic, size).
    func publish(_ message: OutgoingMessage) throws(LinkError) -> Int32 {
        var messageID: Int32 = 0
        let size = Int32(clamping: message.payload.count)
        try check(
            mosquitto_publish(
                mosquitto, &messageID, message.topic, size, message.payload, 1, message.isRetained),
            "publish")
        return messageID
    }

    /// Queues a DISCONNECT: the session stays, the last will is not sent.
    func sayGoodbye() {
        _ = mosquitto_disconnect(mosquitto)
    }

    /// The strings are valid during `body` only.
    private static func withCStrings(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) -> Int32 {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return copies.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map(body) ?? MOSQ_ERR_INVAL.rawValue
        }
    }
}
