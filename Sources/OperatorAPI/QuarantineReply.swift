/// A refused message or record, as the person who has to mend it wants to see it.
package struct QuarantineReply: Codable, Sendable, Equatable {
    /// Keeps for as long as the message is kept.
    package var number: Int64
    package var receivedAt: String
    package var topic: String
    /// The word in the counters and in `tally decode`.
    package var reason: String
    package var chinese = ""
    package var english = ""
    /// What to do about it.
    package var hintChinese = ""
    package var hintEnglish = ""
    /// Byte offset or key path in the payload.
    package var at: String
    /// Size as received; `payload_base64` holds the first 1,024 bytes.
    package var payloadBytes = 0
    /// In the answer about one message only.
    @NullWhenAbsent package var payloadBase64: String?
    /// What the topic belongs to: `reader`, `terminal`, `sweep` (handhelds of a site), or nothing.
    @NullWhenAbsent package var source: String?
    /// The `[[reader]]`, `[[terminal_source]]` or `[[site]]` id.
    @NullWhenAbsent package var sourceID: String?

    package init(number: Int64, receivedAt: String, topic: String, reason: String, at: String) {
        self.number = number
        self.receivedAt = receivedAt
        self.topic = topic
        self.reason = reason
        self.at = at
    }

    private enum CodingKeys: String, CodingKey {
        case number = "n"
        case topic, reason, at, source
        case receivedAt = "received_at"
        case chinese = "zh"
        case english = "en"
        case hintChinese = "hint_zh"
        case hintEnglish = "hint_en"
        case payloadBytes = "payload_bytes"
        case payloadBase64 = "payload_base64"
        case sourceID = "source_id"
    }
}

package struct QuarantineList: Codable, Sendable, Equatable {
    /// How many there are that fit the question; `items` may hold fewer.
    package var total: Int
    /// Newest first.
    package var items: [QuarantineReply]

    package init(total: Int, items: [QuarantineReply]) {
        self.total = total
        self.items = items
    }
}
