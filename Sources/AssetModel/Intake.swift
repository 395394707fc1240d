/// One MQTT message as it came in.
package struct RawMessage: Sendable, Equatable {
    package var topic: String
    package var payload: [UInt8]
    /// The broker sent it because it was retained, not because it just happened.
    package var isRetained: Bool
    /// Set where the payload was refused before it was copied: its size in bytes.
    package var oversizeBytes: Int?

    package init(topic: String, payload: [UInt8], isRetained: Bool = false) {
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
    }
}

/// The one entrance of the path.
package struct IntakeInput: Sendable, Equatable {
    /// When this gateway received it.
    package var receivedAt: UTCInstant
    package var kind: Kind

    package enum Kind: Sendable, Equatable {
        case message(RawMessage)
        /// Time passed; nothing else happened.
        case tick
        case connection(ConnectionChange)
        case register(RegisterChange)
        case decision(OperatorDecision)
        /// Our own clock was set from `receivedAt` to `to`; no silence follows from the step.
        case clockStep(to: UTCInstant)
    }

    package init(_ kind: Kind, at receivedAt: UTCInstant) {
        self.kind = kind
        self.receivedAt = receivedAt
    }
}

/// What happened to the intake connection.
package enum ConnectionChange: Hashable, Sendable {
    /// Subscribed and listening. `sessionPresent` is the broker's word that it kept our queue.
    case up(sessionPresent: Bool)
    case down
    /// A gap that cannot be excluded, seen by the link itself (broker's drop counter, broker restarted).
    case gapSuspected(GapReason, detail: String)
}

/// Why messages may have been lost before they reached us.
package enum GapReason: String, Sendable, Hashable, CaseIterable {
    case sessionNotPresent = "session_not_present"
    case brokerDropped = "broker_dropped"
    case brokerRestarted = "broker_restarted"

    package var chinese: String {
        switch self {
        case .sessionNotPresent: return "会话未保留"
        case .brokerDropped: return "服务器丢弃消息"
        case .brokerRestarted: return "服务器重启"
        }
    }
}

/// A stretch of time in which messages may have been lost; stored, logged, never hoped against.
package struct GapEvent: Hashable, Sendable {
    package var reason: GapReason
    package var from: UTCInstant
    package var to: UTCInstant
    package var detail: String

    package init(reason: GapReason, from: UTCInstant, to: UTCInstant, detail: String) {
        self.reason = reason
        self.from = from
        self.to = to
        self.detail = detail
    }
}

/// A refused message or record, kept for the integrator in the bounded quarantine.
package struct QuarantineEntry: Hashable, Sendable {
    package var receivedAt: UTCInstant
    package var topic: String
    package var rejection: Rejection
    /// At most ``payloadBytesMax`` bytes of the message.
    package var payload: [UInt8]
    package var payloadBytes: Int

    /// Enough to see what a reader sent, small enough that a thousand of them stay under 1 MiB.
    package static let payloadBytesMax = 1_024

    package init(
        receivedAt: UTCInstant, topic: String, rejection: Rejection, payload: [UInt8], payloadBytes: Int
    ) {
        self.receivedAt = receivedAt
        self.topic = topic
        self.rejection = rejection
        self.payload = payload
        self.payloadBytes = payloadBytes
    }
}

/// Everything is accounted for:
///
///     received     = decoded + ignored + rejected
///     records      = observations + deviceEvents + recordsRejected      (records of decoded messages)
///     observations = redelivered + repeats + new
///     redelivered  ≥ replays
package struct Accounts: Hashable, Sendable, Codable {
    package var messagesReceived: Int64 = 0
    package var messagesDecoded: Int64 = 0
    package var messagesIgnored: Int64 = 0
    package var messagesRejected: Int64 = 0
    package var records: Int64 = 0
    package var observations: Int64 = 0
    package var deviceEvents: Int64 = 0
    package var recordsRejected: Int64 = 0
    /// Delivered again, by the broker or out of an old recording.
    package var redelivered: Int64 = 0
    /// Those of them that came out of an old recording.
    package var replays: Int64 = 0
    package var repeats: Int64 = 0
    package var new: Int64 = 0
    package var strangersEvicted: Int64 = 0
    package var antennasReplaced: Int64 = 0
    /// Absent while 0, as in stores from before there was such a count.
    private var walkByUnused: Int64?
    /// By kind and by reason.
    package var ignored: [String: Int64] = [:]
    package var rejected: [String: Int64] = [:]

    package init() {}

    /// Reads at walk-by zones that no conclusion could take up: of more tags than are followed at once, or
    /// of moments that were decided already.
    package var walkByReadsNotFollowed: Int64 {
        get { walkByUnused ?? 0 }
        set { walkByUnused = newValue == 0 ? nil : newValue }
    }

    /// `nil` while the three sums hold, else the sum that does not.
    package var imbalance: String? {
        if messagesReceived != messagesDecoded + messagesIgnored + messagesRejected {
            let parts = "\(messagesDecoded) + \(messagesIgnored) + \(messagesRejected)"
            return "received \(messagesReceived) != \(parts)"
        }
        if records != observations + deviceEvents + recordsRejected {
            return "records \(records) != \(observations) + \(deviceEvents) + \(recordsRejected)"
        }
        if observations != redelivered + repeats + new {
            return "observations \(observations) != \(redelivered) + \(repeats) + \(new)"
        }
        if replays > redelivered { return "replays \(replays) > redelivered \(redelivered)" }
        return nil
    }

    /// `replays` is absent in stores from before it was counted.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        messagesReceived = try values.decode(Int64.self, forKey: .messagesReceived)
        messagesDecoded = try values.decode(Int64.self, forKey: .messagesDecoded)
        messagesIgnored = try values.decode(Int64.self, forKey: .messagesIgnored)
        messagesRejected = try values.decode(Int64.self, forKey: .messagesRejected)
        records = try values.decode(Int64.self, forKey: .records)
        observations = try values.decode(Int64.self, forKey: .observations)
        deviceEvents = try values.decode(Int64.self, forKey: .deviceEvents)
        recordsRejected = try values.decode(Int64.self, forKey: .recordsRejected)
        redelivered = try values.decode(Int64.self, forKey: .redelivered)
        replays = try values.decodeIfPresent(Int64.self, forKey: .replays) ?? 0
        repeats = try values.decode(Int64.self, forKey: .repeats)
        new = try values.decode(Int64.self, forKey: .new)
        strangersEvicted = try values.decode(Int64.self, forKey: .strangersEvicted)
        antennasReplaced = try values.decode(Int64.self, forKey: .antennasReplaced)
        ignored = try values.decode([String: Int64].self, forKey: .ignored)
        rejected = try values.decode([String: Int64].self, forKey: .rejected)
    }
}

/// A handheld sweep as it came: kept whole, because a person made it and a stocktake will ask for it.
package struct SweepRecord: Hashable, Sendable {
    package var receivedAt: UTCInstant
    /// `[[site]] id` from the topic.
    package var site: String
    package var header: SweepHeader
    package var payload: [UInt8]

    package init(receivedAt: UTCInstant, site: String, header: SweepHeader, payload: [UInt8]) {
        self.receivedAt = receivedAt
        self.site = site
        self.header = header
        self.payload = payload
    }
}

/// A person's decision that took effect: stored in the transaction of the change that it made.
package struct DecisionRecord: Hashable, Sendable {
    package var decision: OperatorDecision
    /// Receipt-time instant at which the path took it up; that of the change.
    package var at: UTCInstant
    /// Of the discrepancy, when it was decided.
    package var episode: Int

    package init(_ decision: OperatorDecision, at: UTCInstant, episode: Int) {
        self.decision = decision
        self.at = at
        self.episode = episode
    }
}

/// Where a tag is, as stored for `tally where`.
package struct Whereabouts: Hashable, Sendable {
    package var tag: EPC
    package var change: PresenceChange
    package init(tag: EPC, change: PresenceChange) {
        self.tag = tag
        self.change = change
    }
}

/// The one exit of the path: plain, printable, turned into one transaction by the store.
package struct IntakeOutcome: Sendable {
    /// Inputs taken in, any kind.
    package var inputs = 0
    /// Sequence number of this outcome, one more than the one before; 0 means nothing to commit.
    package var sequence: Int64 = 0
    /// The path has advanced to here.
    package var advancedTo = UTCInstant(milliseconds: 0)
    /// Totals since the store was made.
    package var accounts = Accounts()
    /// Compact journal of what changed evidence; empty where nothing did.
    package var journal: [UInt8] = []
    package var presenceChanges: [PresenceChange] = []
    package var deviceChanges: [DeviceChange] = []
    package var discrepancyChanges: [DiscrepancyChange] = []
    package var passages: [Passage] = []
    /// In which order presence changes, passages and discrepancy changes happened, so that a printed account
    /// does not depend on batches.
    package var order: [Item] = []
    package var latestFixes: [VehicleFix] = []
    package var quarantine: [QuarantineEntry] = []
    package var gaps: [GapEvent] = []
    package var registerChanges: [RegisterChange] = []
    package var sweeps: [SweepRecord] = []
    /// Decisions that changed something; one that found nothing to change leaves no trace here.
    package var decisions: [DecisionRecord] = []
    /// Set about once a minute and after every register change: replaces what was checkpointed before.
    package var checkpoint: Checkpoint?

    package init() {}

    package enum Item: Sendable {
        case presence, discrepancy, passage
    }

    package mutating func append(_ passage: Passage) {
        passages.append(passage)
        order.append(.passage)
    }

    package mutating func append(_ change: PresenceChange) {
        presenceChanges.append(change)
        order.append(.presence)
    }

    package mutating func append(_ change: DiscrepancyChange) {
        discrepancyChanges.append(change)
        order.append(.discrepancy)
    }

    /// Nothing in it that has to be durable.
    package var isEmpty: Bool { sequence == 0 }
}

/// Path state as opaque, named chunks of bytes. Only chunks that changed since the last checkpoint are
/// listed.
package struct Checkpoint: Sendable, Equatable {
    /// The first checkpoint after a change of layout or register replaces all chunks.
    package var replacesAll: Bool
    package var chunks: [Chunk]

    package struct Chunk: Sendable, Equatable {
        package var table: String
        package var index: Int
        package var bytes: [UInt8]

        package init(table: String, index: Int, bytes: [UInt8]) {
            self.table = table
            self.index = index
            self.bytes = bytes
        }
    }

    package init(replacesAll: Bool, chunks: [Chunk]) {
        self.replacesAll = replacesAll
        self.chunks = chunks
    }
}
