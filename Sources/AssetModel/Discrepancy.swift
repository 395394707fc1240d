/// The discrepancy codes raised so far, `domain.md` §6. The raw value is what people grep for.
package enum DiscrepancyCode: String, Sendable, CaseIterable, Codable, Comparable {
    case surplusUnknownTag = "SURPLUS_UNKNOWN_TAG"
    case surplusNoCard = "SURPLUS_NO_CARD"
    case locationMismatch = "LOCATION_MISMATCH"
    case missingSuspect = "MISSING_SUSPECT"
    case disposedStillPresent = "DISPOSED_STILL_PRESENT"
    case readerOffline = "READER_OFFLINE"
    case terminalUnknown = "TERMINAL_UNKNOWN"
    case terminalSilent = "TERMINAL_SILENT"
    case tagDuplicate = "TAG_DUPLICATE"
    case tagRebound = "TAG_REBOUND"
    case coverageGap = "COVERAGE_GAP"
    case clockSkew = "CLOCK_SKEW"
    case noFix = "NO_FIX"
    case deviceUnknown = "DEVICE_UNKNOWN"

    package var chinese: String {
        switch self {
        case .surplusUnknownTag: return "盘盈·未登记标签"
        case .surplusNoCard: return "盘盈·有物无卡"
        case .locationMismatch: return "位置不符"
        case .missingSuspect: return "疑似缺失"
        case .disposedStillPresent: return "已处置仍在"
        case .readerOffline: return "读写器离线"
        case .terminalUnknown: return "未登记终端"
        case .terminalSilent: return "终端离线"
        case .tagDuplicate: return "标签重复/克隆"
        case .tagRebound: return "换标未登记"
        case .coverageGap: return "覆盖不足"
        case .clockSkew: return "时钟偏差"
        case .noFix: return "定位失效"
        case .deviceUnknown: return "非法设备"
        }
    }

    package var severity: Severity {
        switch self {
        case .surplusNoCard, .disposedStillPresent, .terminalUnknown, .tagDuplicate, .deviceUnknown:
            return .alarm
        case .surplusUnknownTag, .locationMismatch, .missingSuspect, .readerOffline, .terminalSilent,
            .tagRebound, .coverageGap, .clockSkew:
            return .warning
        case .noFix: return .info
        }
    }

    package static func < (left: DiscrepancyCode, right: DiscrepancyCode) -> Bool {
        left.rawValue < right.rawValue
    }
}

package enum Severity: String, Sendable, Codable {
    case info = "I"
    case warning = "W"
    case alarm = "A"
}

/// `OPEN 待核实 → CONFIRMED 已核实 → UNDER_REVIEW 审核中 → RESOLVED 已处理`; `DISMISSED 误报`; `AUTO_RESOLVED 自动消除`.
package enum DiscrepancyState: String, Sendable, Codable {
    case open = "OPEN"
    case confirmed = "CONFIRMED"
    case underReview = "UNDER_REVIEW"
    case resolved = "RESOLVED"
    case dismissed = "DISMISSED"
    case autoResolved = "AUTO_RESOLVED"
}

/// What a discrepancy is about. The text of the case enters the identifier, so it never changes form.
package enum Subject: Hashable, Sendable, Comparable {
    case asset(assetNo: String, epcHex: String?)
    case tag(epcHex: String)
    case vehicle(plateNo: String)
    case terminal(phone: String)
    case reader(id: String)

    /// What enters the identifier: the asset number, the EPC, the plate, the phone number or the reader id.
    package var key: String {
        switch self {
        case .asset(let assetNo, _): return assetNo
        case .tag(let epcHex): return epcHex
        case .vehicle(let plateNo): return plateNo
        case .terminal(let phone): return phone
        case .reader(let id): return id
        }
    }

    /// The tag it is about, where it is about one.
    package var epcHex: String? {
        switch self {
        case .asset(_, let epcHex): return epcHex
        case .tag(let epcHex): return epcHex
        case .vehicle, .terminal, .reader: return nil
        }
    }

    package static func < (left: Subject, right: Subject) -> Bool { left.key < right.key }
}

/// One piece of evidence, in words that can be shown to the person concerned.
package struct Evidence: Hashable, Sendable {
    /// When, by event time.
    package var at: UTCInstant
    /// Where from: reader and antenna, terminal, or the register.
    package var source: String
    /// Why, Chinese.
    package var chinese: String
    /// Why, English.
    package var english: String

    package init(at: UTCInstant, source: String, chinese: String, english: String) {
        self.at = at
        self.source = source
        self.chinese = chinese
        self.english = english
    }
}

/// A difference between the books and the world, with everything needed to show why.
package struct Discrepancy: Hashable, Sendable {
    /// `D-` and 16 hex digits; see ``DiscrepancyID``.
    package var id: String
    /// 1 at first, one more at each reopening.
    package var episode: Int
    package var code: DiscrepancyCode
    package var state: DiscrepancyState
    package var subject: Subject
    package var site: String?
    package var zone: String?
    package var expected: String?
    package var actual: String?
    /// The event-time instant that the rule names as the cause; enters the identifier.
    package var cause: UTCInstant
    package var openedAt: UTCInstant
    package var clearedAt: UTCInstant?
    package var evidence: [Evidence]
    /// 0...1.
    package var confidence: Double
    package var exposureFen: Int64?
    package var ruleSet: String
    /// Epochs of evidence behind it so far.
    package var evidenceCount: Int

    package init(
        id: String, code: DiscrepancyCode, subject: Subject, cause: UTCInstant, openedAt: UTCInstant,
        ruleSet: String
    ) {
        self.id = id
        episode = 1
        self.code = code
        state = .open
        self.subject = subject
        self.cause = cause
        self.openedAt = openedAt
        evidence = []
        confidence = 1
        self.ruleSet = ruleSet
        evidenceCount = 0
    }
}

/// A step in the life of a discrepancy.
package struct DiscrepancyChange: Hashable, Sendable {
    package var kind: Kind
    package var discrepancy: Discrepancy
    /// Receipt-time instant at which the path concluded it.
    package var at: UTCInstant

    package enum Kind: String, Sendable {
        case opened, held, cleared, reopened
        /// A person decided.
        case confirmed, dismissed
    }

    package init(_ kind: Kind, _ discrepancy: Discrepancy, at: UTCInstant) {
        self.kind = kind
        self.discrepancy = discrepancy
        self.at = at
    }
}

/// The deterministic identifier of a discrepancy.
package enum DiscrepancyID {
    /// `D-` + the first 16 hex digits (lower case) of SHA-256 over `code|subject|cause` in UTF-8; cause in
    /// milliseconds since 1970.
    package static func make(code: DiscrepancyCode, subject: Subject, cause: UTCInstant) -> String {
        let digest = Digest.sha256(Array("\(code.rawValue)|\(subject.key)|\(cause.milliseconds)".utf8))
        return "D-" + Digest.hex(digest.prefix(8))
    }
}
