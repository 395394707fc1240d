/// Something went through a gate: one event for all that went together.
///
/// Turning back, passing by and lying nearby are no passages.
package struct Passage: Hashable, Sendable {
    /// `P-` and 16 hex digits; see ``PassageID``.
    package var id: String
    /// Index into ``SiteLayout/zones``, a zone of kind `gate`.
    package var gate: Int
    /// Receipt-time instant at which it was concluded.
    package var at: UTCInstant
    /// First and last sign of it, event time.
    package var from: UTCInstant
    package var to: UTCInstant
    package var direction: Direction
    /// 0...1: that something passed in this direction; where it is undecided, that something passed at all.
    package var confidence: Double
    /// In order of their EPCs; empty where a light barrier saw somebody pass without a tag.
    package var tags: [Tag]
    /// Tags that were read meanwhile and did not pass.
    package var bystanders: Int
    /// It came out of a reader's memory long after it happened: news about the past.
    package var isLate: Bool
    package var means: Means
    package var reasonChinese: String
    package var reasonEnglish: String

    package enum Direction: String, Sendable, CaseIterable {
        case inward = "in"
        case outward = "out"
        /// Something passed, and nothing tells which way.
        case undecided

        package var chinese: String {
            switch self {
            case .inward: return "进"
            case .outward: return "出"
            case .undecided: return "方向不明"
            }
        }
    }

    /// What told the direction.
    package struct Means: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// The order in which the antennas of both sides read the tags.
        package static let antennas = Means(rawValue: 1)
        package static let lightBarriers = Means(rawValue: 2)
        /// The reader's own word.
        package static let reader = Means(rawValue: 4)

        package static let words: [(Means, String)] = [
            (.antennas, "antennas"), (.lightBarriers, "light_barriers"), (.reader, "reader"),
        ]
    }

    package struct Tag: Hashable, Sendable {
        package var tag: EPC
        /// Line of the ring when it was concluded.
        package var slot: Int
        /// 0...1: that it was in this passage, if there was one.
        package var confidence: Double
        /// Moments in which the gate read it, at most 64.
        package var reads: Int

        package init(tag: EPC, slot: Int, confidence: Double, reads: Int) {
            self.tag = tag
            self.slot = slot
            self.confidence = confidence
            self.reads = reads
        }
    }

    package init(id: String, gate: Int, at: UTCInstant, span: (from: UTCInstant, to: UTCInstant)) {
        self.id = id
        self.gate = gate
        self.at = at
        (from, to) = span
        direction = .undecided
        confidence = 0
        tags = []
        bystanders = 0
        isLate = false
        means = []
        reasonChinese = ""
        reasonEnglish = ""
    }
}

/// The deterministic identifier of a passage.
package enum PassageID {
    /// `P-` + the first 16 hex digits (lower case) of SHA-256 over `gate|first sign|EPC` in UTF-8: the zone's
    /// id, milliseconds since 1970, and the lowest EPC of the tags in it (nothing for an empty passage).
    package static func make(gate: String, from: UTCInstant, tag: EPC?) -> String {
        let digest = Digest.sha256(Array("\(gate)|\(from.milliseconds)|\(tag?.hex ?? "")".utf8))
        return "P-" + Digest.hex(digest.prefix(8))
    }
}

/// What gates made of the signs they had, since the daemon started.
package struct GateFigures: Hashable, Sendable {
    package var passages: Int64 = 0
    /// Of those, without any tag.
    package var empty: Int64 = 0
    /// Groups that came and went back the same way, or only came near.
    package var turnedBack: Int64 = 0
    /// Tags that were read beside a passage and were not part of it.
    package var bystanders: Int64 = 0
    /// Tags that lay there until they were taken away, or fell silent.
    package var rested: Int64 = 0
    /// Reads that came after the passage they belong to had been told.
    package var tooLate: Int64 = 0
    /// Reads of tags beyond those that a gate follows at once.
    package var notFollowed: Int64 = 0

    package init() {}
}

extension PassageDirection {
    /// As checkpoint and journal write it; 0 stands for none said.
    package var code: UInt8 {
        switch self {
        case .inward: return 1
        case .outward: return 2
        case .none: return 3
        case .unknown: return 4
        }
    }

    package init?(code: UInt8) {
        switch code {
        case 1: self = .inward
        case 2: self = .outward
        case 3: self = .none
        case 4: self = .unknown
        default: return nil
        }
    }
}
