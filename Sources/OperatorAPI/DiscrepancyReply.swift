/// A discrepancy in its published form, version 1: the same keys as on MQTT, absent values `null`.
package struct DiscrepancyReply: Codable, Sendable, Equatable {
    package var version = 1
    package var id: String
    package var episode = 1
    package var code: String
    package var chinese = ""
    /// `OPEN`, `CONFIRMED`, `UNDER_REVIEW`, `RESOLVED`, `DISMISSED` or `AUTO_RESOLVED`.
    package var state = ""
    /// `I` info, `W` warning, `A` alarm.
    package var severity = ""
    package var subject: SubjectReply
    @NullWhenAbsent package var site: String?
    @NullWhenAbsent package var zone: String?
    @NullWhenAbsent package var expected: String?
    @NullWhenAbsent package var actual: String?
    package var openedAt = ""
    @NullWhenAbsent package var clearedAt: String?
    package var evidence: [EvidenceReply] = []
    /// 0...1.
    package var confidence = 1.0
    /// Original value at stake, 1/100 yuan.
    @NullWhenAbsent package var exposureFen: Int64?
    package var ruleSet = ""

    package init(id: String, code: String, subject: SubjectReply) {
        self.id = id
        self.code = code
        self.subject = subject
    }

    private enum CodingKeys: String, CodingKey {
        case version, id, episode, code, state, severity, subject, site, zone, expected, actual, evidence,
            confidence
        case chinese = "zh"
        case openedAt = "opened_at"
        case clearedAt = "cleared_at"
        case exposureFen = "exposure_fen"
        case ruleSet = "rule_set"
    }
}

/// What a discrepancy is about; which keys the object has tells the kind.
package enum SubjectReply: Codable, Sendable, Equatable {
    case asset(assetNo: String, epcHex: String?)
    case tag(epcHex: String)
    case vehicle(plateNo: String)
    case terminal(phone: String)
    case reader(id: String)

    private enum CodingKeys: String, CodingKey {
        case assetNo, plateNo, terminalPhone, reader
        case epcHex = "epc_hex"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let epc = try container.decodeIfPresent(String.self, forKey: .epcHex)
        if let assetNo = try container.decodeIfPresent(String.self, forKey: .assetNo) {
            self = .asset(assetNo: assetNo, epcHex: epc)
        } else if let epc {
            self = .tag(epcHex: epc)
        } else if let plateNo = try container.decodeIfPresent(String.self, forKey: .plateNo) {
            self = .vehicle(plateNo: plateNo)
        } else if let phone = try container.decodeIfPresent(String.self, forKey: .terminalPhone) {
            self = .terminal(phone: phone)
        } else {
            self = .reader(id: try container.decode(String.self, forKey: .reader))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .asset(let assetNo, let epcHex):
            try container.encode(assetNo, forKey: .assetNo)
            try container.encode(NullWhenAbsent(wrappedValue: epcHex), forKey: .epcHex)
        case .tag(let epcHex): try container.encode(epcHex, forKey: .epcHex)
        case .vehicle(let plateNo): try container.encode(plateNo, forKey: .plateNo)
        case .terminal(let phone): try container.encode(phone, forKey: .terminalPhone)
        case .reader(let id): try container.encode(id, forKey: .reader)
        }
    }
}

package struct EvidenceReply: Codable, Sendable, Equatable {
    package var at: String
    package var source: String
    package var chinese: String
    package var english: String

    package init(at: String, source: String, chinese: String, english: String) {
        self.at = at
        self.source = source
        self.chinese = chinese
        self.english = english
    }

    private enum CodingKeys: String, CodingKey {
        case at, source
        case chinese = "zh"
        case english = "en"
    }
}

package struct DiscrepancyList: Codable, Sendable, Equatable {
    /// How many there are that fit the question; `items` may hold fewer.
    package var total: Int64
    /// Newest first.
    package var items: [DiscrepancyReply]

    package init(total: Int64, items: [DiscrepancyReply]) {
        self.total = total
        self.items = items
    }
}
