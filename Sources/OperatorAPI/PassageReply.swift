/// Something that went through a gate.
package struct PassageReply: Codable, Sendable, Equatable {
    package var id: String
    package var site: String
    /// The `[[zone]]` id.
    package var gate: String
    /// `in`, `out` or `undecided`.
    package var direction: String
    /// 0...1: that something passed that way; where undecided, that something passed at all.
    package var confidence: Double
    /// When it was concluded; `from` and `to` are event time.
    package var at: String
    package var from: String
    package var to: String
    /// It came out of a reader's memory long after it happened.
    package var late: Bool
    /// `antennas`, `light_barriers`, `reader`: what told the direction.
    package var means: [String]
    /// At most 500 of them; ``tagCount`` counts all.
    package var tags: [Tag] = []
    package var tagCount: Int
    /// Tags that were read meanwhile and did not pass.
    package var bystanders: Int
    package var reasonChinese: String
    package var reasonEnglish: String

    package struct Tag: Codable, Sendable, Equatable {
        package var epcHex: String
        /// 0...1: that it was in this passage.
        package var confidence: Double
        package var reads: Int

        package init(epcHex: String, confidence: Double, reads: Int) {
            self.epcHex = epcHex
            self.confidence = confidence
            self.reads = reads
        }

        private enum CodingKeys: String, CodingKey {
            case epcHex = "epc_hex"
            case confidence, reads
        }
    }

    package init(id: String, site: String, gate: String, direction: String, confidence: Double) {
        self.id = id
        self.site = site
        self.gate = gate
        self.direction = direction
        self.confidence = confidence
        (at, from, to) = ("", "", "")
        late = false
        means = []
        tagCount = 0
        bystanders = 0
        (reasonChinese, reasonEnglish) = ("", "")
    }

    private enum CodingKeys: String, CodingKey {
        case id, site, gate, direction, confidence, at, from, to, late, means, tags, bystanders
        case tagCount = "tag_count"
        case reasonChinese = "reason_zh"
        case reasonEnglish = "reason_en"
    }
}

package struct PassageList: Codable, Sendable, Equatable {
    /// How many there are that fit the question; `items` may hold fewer.
    package var total: Int64
    /// Newest first.
    package var items: [PassageReply]

    package init(total: Int64, items: [PassageReply]) {
        self.total = total
        self.items = items
    }
}
