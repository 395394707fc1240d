/// What a person says about a discrepancy: the body of a confirm or dismiss request. Who says it is known by
/// the socket, never from here.
package struct DecisionRequest: Codable, Sendable, Equatable {
    package var reason: String

    package init(reason: String) {
        self.reason = reason
    }

    /// Unicode scalars; a sentence or three, not a report.
    package static let reasonScalarsMax = 500

    /// Why a text is no reason.
    package enum Fault: Error, Sendable, Equatable {
        case empty
        case tooLong
        /// Something that breaks a line, moves a cursor or turns the direction of reading.
        case controlCharacter

        package var chinese: String {
            switch self {
            case .empty: return "请说明理由"
            case .tooLong: return "理由不得超过 \(reasonScalarsMax) 个字符"
            case .controlCharacter: return "理由只能是一行普通文字，不能含控制字符"
            }
        }

        package var english: String {
            switch self {
            case .empty: return "a reason is needed"
            case .tooLong: return "a reason has at most \(reasonScalarsMax) characters"
            case .controlCharacter: return "a reason is one line of plain text without control characters"
            }
        }
    }

    /// The reason without the space around it; the one rule for command line, daemon and replay.
    package static func checked(_ text: String) throws(Fault) -> String {
        var scalars = Substring.UnicodeScalarView(text.unicodeScalars)
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        if scalars.isEmpty { throw .empty }
        if scalars.count > reasonScalarsMax { throw .tooLong }
        for scalar in scalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: throw .controlCharacter
            default: continue
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

/// A decision that is committed.
package struct DecisionReply: Codable, Sendable, Equatable {
    package var id: String
    /// `confirm` or `dismiss`.
    package var verb: String
    package var episode: Int
    /// Of the discrepancy, after it.
    package var state: String
    package var at: String
    package var by: ActorReply
    package var reason = ""

    /// - Parameter verb: `confirm` or `dismiss`.
    package init(_ verb: String, on id: String, state: String, at: String, by: ActorReply) {
        self.id = id
        self.verb = verb
        episode = 1
        self.state = state
        self.at = at
        self.by = by
    }
}

/// Who did something, as the kernel says it of the caller of the control socket.
package struct ActorReply: Codable, Sendable, Equatable {
    package var uid: UInt32
    package var gid: UInt32
    /// The account's name at that time.
    package var name: String

    package init(uid: UInt32, gid: UInt32, name: String) {
        self.uid = uid
        self.gid = gid
        self.name = name
    }
}

/// One step in the life of a discrepancy.
package struct StepReply: Codable, Sendable, Equatable {
    package var at: String
    /// `opened`, `cleared`, `reopened`, `confirmed` or `dismissed`.
    package var change: String
    package var episode: Int
    package var state: String
    package var confidence: Double
    /// Set where a person made the step.
    @NullWhenAbsent package var by: ActorReply?
    @NullWhenAbsent package var reason: String?

    package init(at: String, change: String, episode: Int, state: String, confidence: Double) {
        self.at = at
        self.change = change
        self.episode = episode
        self.state = state
        self.confidence = confidence
    }
}

/// A discrepancy with its history: the published form, and keys beside it.
package struct DiscrepancyDetail: Codable, Sendable, Equatable {
    package var discrepancy: DiscrepancyReply
    /// The latest steps, oldest first.
    package var history: [StepReply] = []
    /// Steps that are kept, listed or not.
    package var historyTotal = 0
    /// How often new evidence held it, and when last; not among the steps.
    package var heldTotal = 0
    @NullWhenAbsent package var lastHeldAt: String?

    package init(_ discrepancy: DiscrepancyReply) {
        self.discrepancy = discrepancy
    }

    private enum CodingKeys: String, CodingKey {
        case history
        case historyTotal = "history_total"
        case heldTotal = "held_total"
        case lastHeldAt = "last_held_at"
    }

    package init(from decoder: any Decoder) throws {
        discrepancy = try DiscrepancyReply(from: decoder)
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        history = try keys.decodeIfPresent([StepReply].self, forKey: .history) ?? []
        historyTotal = try keys.decodeIfPresent(Int.self, forKey: .historyTotal) ?? 0
        heldTotal = try keys.decodeIfPresent(Int.self, forKey: .heldTotal) ?? 0
        lastHeldAt = try keys.decodeIfPresent(String.self, forKey: .lastHeldAt)
    }

    package func encode(to encoder: any Encoder) throws {
        try discrepancy.encode(to: encoder)
        var keys = encoder.container(keyedBy: CodingKeys.self)
        try keys.encode(history, forKey: .history)
        try keys.encode(historyTotal, forKey: .historyTotal)
        try keys.encode(heldTotal, forKey: .heldTotal)
        try keys.encode(NullWhenAbsent(wrappedValue: lastHeldAt), forKey: .lastHeldAt)
    }
}
