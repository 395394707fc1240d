import AssetModel
import CMosquitto

/// What libmosquitto told us during the last call into it, until the owner of the connection takes it.
///
/// Confined to the thread that owns the connection: libmosquitto calls back only from inside a call of that
/// thread, because we drive the loop ourselves. Everything here is a copy; no pointer of libmosquitto's
/// outlives its callback.
final class ConnectionNews {
    struct ConnectReply {
        var code: Int32
        var sessionPresent: Bool
    }
    struct SubscribeReply {
        var messageID: Int32
        /// One for each filter: the granted QoS, or 128 and more for a refusal.
        var codes: [Int32]
    }
    struct PublishReply {
        var messageID: Int32
        /// 0 in MQTT 3.1.1; 128 and more is a refusal.
        var code: Int32
    }

    let payloadBytesMax: Int
    var messages: [RawMessage] = []
    var connectReply: ConnectReply?
    var subscribeReplies: [SubscribeReply] = []
    var unsubscribeReplies: [Int32] = []
    var publishReplies: [PublishReply] = []
    /// The connection is over: MQTT 5 reason codes are 128 and more, libmosquitto's own errors are below 64.
    var disconnectCode: Int32?
    /// The last warning or error libmosquitto would have logged: the only place where TLS says what is wrong.
    var complaint: String?
    /// Counts callbacks, to tell "nothing there" from "a packet without a message".
    var packets = 0

    init(payloadBytesMax: Int) {
        self.payloadBytesMax = payloadBytesMax
    }

    fileprivate static func from(_ context: UnsafeMutableRawPointer?) -> ConnectionNews? {
        context.map { Unmanaged<ConnectionNews>.fromOpaque($0).takeUnretainedValue() }
    }

    /// - Parameter message: valid during the callback only.
    fileprivate func add(_ message: mosquitto_message) {
        packets += 1
        guard let topic = message.topic else { return }
        let size = Int(message.payloadlen)
        var raw = RawMessage(topic: String(cString: topic), payload: [], isRetained: message.retain)
        if size > payloadBytesMax {
            raw.oversizeBytes = size
        } else if size > 0, let payload = message.payload {
            raw.payload = [UInt8](UnsafeRawBufferPointer(start: payload, count: size))
        }
        messages.append(raw)
    }
}

/// Lets libmosquitto call back into the news.
///
/// All of them run on the thread that owns the connection, inside `mosquitto_loop_read`, `_write`, `_misc` or
/// `_destroy`. The context is the news, which the handle keeps alive longer than the C object. Arguments are
/// valid during the callback only.
func installCallbacks(on mosquitto: OpaquePointer) {
    mosquitto_connect_v5_callback_set(mosquitto) { _, context, code, flags, _ in
        let news = ConnectionNews.from(context)
        news?.packets += 1
        // Bit 0 of the CONNACK flags: session present.
        news?.connectReply = ConnectionNews.ConnectReply(code: code, sessionPresent: flags & 1 == 1)
    }
    mosquitto_message_v5_callback_set(mosquitto) { _, context, message, _ in
        if let message { ConnectionNews.from(context)?.add(message.pointee) }
    }
    mosquitto_subscribe_v5_callback_set(mosquitto) { _, context, messageID, count, codes, _ in
        let news = ConnectionNews.from(context)
        news?.packets += 1
        let granted = UnsafeBufferPointer(start: codes, count: Int(count)).map { $0 }
        news?.subscribeReplies.append(ConnectionNews.SubscribeReply(messageID: messageID, codes: granted))
    }
    mosquitto_unsubscribe_v5_callback_set(mosquitto) { _, context, messageID, _ in
        let news = ConnectionNews.from(context)
        news?.packets += 1
        news?.unsubscribeReplies.append(messageID)
    }
    mosquitto_publish_v5_callback_set(mosquitto) { _, context, messageID, code, _ in
        let news = ConnectionNews.from(context)
        news?.packets += 1
        news?.publishReplies.append(ConnectionNews.PublishReply(messageID: messageID, code: code))
    }
    mosquitto_disconnect_v5_callback_set(mosquitto) { _, context, code, _ in
        ConnectionNews.from(context)?.disconnectCode = code
    }
    mosquitto_log_callback_set(mosquitto) { _, context, level, text in
        if level & (MOSQ_LOG_WARNING | MOSQ_LOG_ERR) != 0, let text {
            ConnectionNews.from(context)?.complaint = String(cString: text)
        }
    }
}
