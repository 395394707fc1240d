/// A connection that carries messages up and says what became of them. Used from the uplink's thread only.
package protocol Publisher: Sendable {
    /// Takes a message, to be delivered at QoS 1 in the order of the calls and repeated by itself over
    /// reconnections.
    ///
    /// - Parameter token: comes back from ``takeConfirmed()`` once the broker has the message.
    /// - Returns: `false` where it cannot be taken now: not connected, or too many on their way.
    func send(topic: String, payload: [UInt8], retain: Bool, token: Int64) -> Bool

    /// Tokens of messages that the broker has, since the last call, in any order.
    func takeConfirmed() -> [Int64]

    /// Messages that the broker will never take, since the last call: sending them again will not help.
    func takeRefused() -> [Refusal]

    var isConnected: Bool { get }
}

/// A message that the broker will never take: not allowed, too large, no valid topic.
package struct Refusal: Hashable, Sendable {
    package var token: Int64
    package var reason: String

    package init(token: Int64, reason: String) {
        self.token = token
        self.reason = reason
    }
}
