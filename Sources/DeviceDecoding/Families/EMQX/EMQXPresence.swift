import AssetModel

/// Whether a terminal is connected to the gateway, from the broker's system topics:
///
///     $SYS/brokers/<node>/gateway/jt808/clients/<phone>/connected
///     $SYS/brokers/<node>/gateway/jt808/clients/<phone>/disconnected    {"reason": "normal", "ts": ms, …}
///
/// The gateway does not publish 0x0003 (deregister: taken off its vehicle); it ends the connection after it
/// with the reason "normal". A line that was lost has any other reason.
///
/// Source: the gateway's code; read, not observed.
package struct EMQXPresence: Equatable, Sendable {
    package let isConnected: Bool
    /// Leading zeros stripped, and as in the topic.
    package let phone: String
    package let phoneRaw: String

    /// `nil` for every other topic.
    package init?(topic: String) {
        guard topic.hasPrefix("$SYS/brokers/") else { return nil }
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard levels.count == 8, levels[3] == "gateway", levels[4] == "jt808", levels[5] == "clients",
            levels[7] == "connected" || levels[7] == "disconnected",
            let digits = Array(levels[6].utf8).withUnsafeBytes({ EMQXHeader.digits($0) })
        else { return nil }
        isConnected = levels[7] == "connected"
        phoneRaw = digits
        phone = JT808Frame.withoutLeadingZeros(digits)
    }

    func read(_ bytes: UnsafeRawBufferPointer, into decoded: inout DecodedMessage) throws(JSONFault) {
        var json = JSONCursor(bytes)
        var reason: JSONString?
        var sentAt: UTCInstant?
        // A word that cannot be read leaves the event as it is: the topic says what happened.
        var unread: Rejection?
        guard try json.kind() == .object else {
            return decoded.refuse(Rejection(.unknownShape, offset: 0))
        }
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "reason": reason = try json.word(at: "reason", &unread)
            case "ts":
                // Milliseconds from 1970 to 9999.
                let time = try json.whole(in: 0...253_402_300_799_999, at: "ts", &unread)
                sentAt = time.map { UTCInstant(milliseconds: $0) }
            default: try json.skip()
            }
        }
        try json.finish()
        decoded.terminalPhone = phone
        decoded.sentAt = sentAt
        decoded.deviceEvents.append(event(reason))
    }

    private func event(_ reason: JSONString?) -> DeviceEvent {
        if isConnected { return .connected }
        switch reason {
        case .some("normal"): return .deregistered
        default: return .disconnected
        }
    }
}
