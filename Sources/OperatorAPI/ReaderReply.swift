/// A reader as the people who look after it want to see it. Times are RFC 3339.
package struct ReaderReply: Codable, Sendable, Equatable {
    package var id: String
    package var site: String
    /// The message family that it is decoded as: what is configured, or what `auto` has decided.
    package var vendor: String
    /// As configured: `auto` where the daemon decides by content.
    package var vendorConfigured: String
    package var isOnline = false
    /// It said itself that it takes no inventory.
    package var isIdle = false
    @NullWhenAbsent package var lastHeardAt: String?
    /// Since then, by this gateway's clock.
    @NullWhenAbsent package var silentSeconds: Int64?
    /// Antennas whose silence counts, of all.
    package var antennasCovering = 0
    package var antennasTotal = 0
    /// Since the store was made.
    package var messages: Int64 = 0
    package var reads: Int64 = 0
    package var refused: Int64 = 0
    /// Over the last minute; `nil` until there is something to compare with.
    @NullWhenAbsent package var messagesPerMinute: Double?
    @NullWhenAbsent package var readsPerMinute: Double?
    /// Receipt time less the reader's own time of its latest message: positive where its clock is behind or
    /// its messages waited. `nil` where its messages carry no time.
    @NullWhenAbsent package var lagMilliseconds: Int64?
    /// What is added to its times now; 0 where they are taken as they are.
    package var clockOffsetMilliseconds: Int64 = 0
    /// How often its clock was set, since the store was made.
    package var clockSteps: Int64 = 0
    /// Event time before which no more of its reads are to be expected.
    @NullWhenAbsent package var watermark: String?
    /// By the reader's own counters, since it started.
    @NullWhenAbsent package var dropped: UInt64?
    @NullWhenAbsent package var retained: UInt64?
    /// How often it reports a resting tag: `once` or `every`; `nil` where that is not known.
    @NullWhenAbsent package var reportMode: String?
    /// With `every`: seconds.
    @NullWhenAbsent package var reportSeconds: Double?
    package var antennas: [AntennaReply] = []
    /// With `auto`: what each topic was recognised as; it stays so.
    package var topics: [TopicDecision] = []

    package init(id: String, site: String, vendor: String, vendorConfigured: String) {
        self.id = id
        self.site = site
        self.vendor = vendor
        self.vendorConfigured = vendorConfigured
    }

    private enum CodingKeys: String, CodingKey {
        case id, site, vendor, messages, reads, refused, dropped, retained, watermark, antennas, topics
        case vendorConfigured = "vendor_configured"
        case isOnline = "online"
        case isIdle = "idle"
        case lastHeardAt = "last_heard_at"
        case silentSeconds = "silent_s"
        case antennasCovering = "antennas_covering"
        case antennasTotal = "antennas_total"
        case messagesPerMinute = "messages_per_min"
        case readsPerMinute = "reads_per_min"
        case lagMilliseconds = "lag_ms"
        case clockOffsetMilliseconds = "clock_offset_ms"
        case clockSteps = "clock_steps"
        case reportMode = "report_mode"
        case reportSeconds = "report_s"
    }
}

/// What `auto` decided for one topic of a reader.
package struct TopicDecision: Codable, Sendable, Equatable {
    package var topic: String
    package var vendor: String

    package init(topic: String, vendor: String) {
        self.topic = topic
        self.vendor = vendor
    }
}

package struct AntennaReply: Codable, Sendable, Equatable {
    /// As printed on the reader.
    package var port: Int
    package var zone: String
    package var reader: String
    /// Silence in its zone counts for it.
    package var isCovering: Bool
    /// Why it does not cover; empty while it does.
    package var reasonChinese = ""
    package var reasonEnglish = ""

    package init(port: Int, zone: String, reader: String, isCovering: Bool) {
        self.port = port
        self.zone = zone
        self.reader = reader
        self.isCovering = isCovering
    }

    private enum CodingKeys: String, CodingKey {
        case port, zone, reader
        case isCovering = "covering"
        case reasonChinese = "reason_zh"
        case reasonEnglish = "reason_en"
    }
}

package struct ReaderList: Codable, Sendable, Equatable {
    /// How many there are; `items` may hold fewer.
    package var total: Int
    /// In the order of the configuration.
    package var items: [ReaderReply]

    package init(total: Int, items: [ReaderReply]) {
        self.total = total
        self.items = items
    }
}
