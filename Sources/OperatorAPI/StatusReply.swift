/// How the daemon is: what an operator looks at first. Times are RFC 3339.
package struct StatusReply: Codable, Sendable, Equatable {
    /// Of the program.
    package var version = ""
    /// `gateway.id` of the configuration.
    package var gateway = ""
    package var state = GatewayState.starting
    package var uptimeSeconds: Int64 = 0
    package var store = StoreStatus()
    package var broker = BrokerStatus()
    package var accounts = AccountsStatus()
    package var readers: [ReaderStatus] = []
    package var terminals = TerminalsStatus()
    package var register = RegisterStatus()
    /// Not settled yet, by code.
    package var discrepanciesOpen: [String: Int64] = [:]
    /// Messages committed and not yet taken by the broker.
    package var outboxPending: Int64 = 0
    /// The latest stretches in which messages may have been lost, newest first.
    package var gaps: [GapStatus] = []

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case version, gateway, state, store, broker, accounts, readers, terminals, register, gaps
        case uptimeSeconds = "uptime_s"
        case discrepanciesOpen = "discrepancies_open"
        case outboxPending = "outbox_pending"
    }
}

package enum GatewayState: String, Codable, Sendable, CaseIterable {
    case starting
    case running
    /// The store takes nothing more; the intake connection is closed and the same commit is tried again.
    case storeFull = "store_full"
    case stopping

    package var chinese: String {
        switch self {
        case .starting: return "启动中"
        case .running: return "运行中"
        case .storeFull: return "存储已满"
        case .stopping: return "停止中"
        }
    }
}

package struct StoreStatus: Codable, Sendable, Equatable {
    package var path = ""
    /// Database and write-ahead log together.
    package var sizeBytes: Int64 = 0
    /// As read back from the database: `full`.
    package var synchronous = ""
    @NullWhenAbsent package var lastCommitAt: String?
    @NullWhenAbsent package var checkpointAt: String?
    package var isDiskFull = false

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case path, synchronous
        case sizeBytes = "size_bytes"
        case lastCommitAt = "last_commit_at"
        case checkpointAt = "checkpoint_at"
        case isDiskFull = "disk_full"
    }
}

package struct BrokerStatus: Codable, Sendable, Equatable {
    package var isConnected = false
    /// The broker's word at the last connection that it had kept our queue.
    @NullWhenAbsent package var isSessionPresent: Bool?
    /// `5` or `3.1.1`.
    @NullWhenAbsent package var protocolVersion: String?
    /// Connected, or not connected, since.
    @NullWhenAbsent package var since: String?

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case since
        case isConnected = "connected"
        case isSessionPresent = "session_present"
        case protocolVersion = "protocol"
    }
}

/// Where every message went:
///
///     messages_received = messages_decoded + messages_ignored + messages_rejected
///     records           = observations + device_events + records_rejected
///     observations      = redelivered + repeats + new
package struct AccountsStatus: Codable, Sendable, Equatable {
    package var messagesReceived: Int64 = 0
    package var messagesDecoded: Int64 = 0
    package var messagesIgnored: Int64 = 0
    package var messagesRejected: Int64 = 0
    package var records: Int64 = 0
    package var observations: Int64 = 0
    package var deviceEvents: Int64 = 0
    package var recordsRejected: Int64 = 0
    /// `replays` included.
    package var redelivered: Int64 = 0
    /// Out of an old recording. A daemon from before it was counted does not say.
    package var replays: Int64? = 0
    package var repeats: Int64 = 0
    package var new: Int64 = 0
    package var strangersEvicted: Int64 = 0
    package var antennasReplaced: Int64 = 0
    package var walkByReadsNotFollowed: Int64 = 0
    /// By kind.
    package var ignored: [String: Int64] = [:]
    /// By reason.
    package var rejected: [String: Int64] = [:]

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case records, observations, redelivered, replays, repeats, new, ignored, rejected
        case messagesReceived = "messages_received"
        case messagesDecoded = "messages_decoded"
        case messagesIgnored = "messages_ignored"
        case messagesRejected = "messages_rejected"
        case deviceEvents = "device_events"
        case recordsRejected = "records_rejected"
        case strangersEvicted = "strangers_evicted"
        case antennasReplaced = "antennas_replaced"
        case walkByReadsNotFollowed = "walk_by_reads_not_followed"
    }
}

package struct ReaderStatus: Codable, Sendable, Equatable {
    package var id: String
    package var site: String
    /// What it is decoded as.
    package var vendor: String
    /// As configured: `auto` where the daemon decides by content, topic by topic.
    package var vendorConfigured: String
    package var isOnline = false
    @NullWhenAbsent package var lastHeardAt: String?
    /// Silence in front of it counts: it is online and at least one antenna is listening.
    package var isCovered = false

    package init(id: String, site: String, vendor: String, vendorConfigured: String) {
        self.id = id
        self.site = site
        self.vendor = vendor
        self.vendorConfigured = vendorConfigured
    }

    private enum CodingKeys: String, CodingKey {
        case id, site, vendor
        case vendorConfigured = "vendor_configured"
        case isOnline = "online"
        case lastHeardAt = "last_heard_at"
        case isCovered = "covered"
    }
}

package struct TerminalsStatus: Codable, Sendable, Equatable {
    /// Fitted to a vehicle of the books.
    package var known: Int64 = 0
    /// Of those, silent for longer than the rules allow.
    package var silent: Int64 = 0
    /// Heard without a vehicle in the books.
    package var unknown: Int64 = 0

    package init() {}
}

package struct RegisterStatus: Codable, Sendable, Equatable {
    package var cards: Int64 = 0
    package var tags: Int64 = 0
    package var vehicles: Int64 = 0

    package init() {}
}

/// A stretch of time in which messages may have been lost.
package struct GapStatus: Codable, Sendable, Equatable {
    package var reason: String
    package var from: String
    package var to: String
    package var detail: String

    package init(reason: String, from: String, to: String, detail: String) {
        self.reason = reason
        self.from = from
        self.to = to
        self.detail = detail
    }
}
