/// What the path can say about one reader, for people who look after it.
package struct ReaderFigures: Sendable, Equatable {
    package var isOnline = false
    /// It said itself that it takes no inventory.
    package var isIdle = false
    /// Start of the evidence epoch of its last sign of life, event time; `nil` before the first.
    package var lastHeardAt: UTCInstant?
    /// Receipt time less the reader's own time of its latest message, milliseconds: positive where the
    /// reader's clock is behind or its messages waited; `nil` where its messages carry no time.
    package var lagMilliseconds: Int64?
    /// What is added to its times now, milliseconds; 0 where they are taken as they are.
    package var clockOffsetMilliseconds: Int64 = 0
    /// How often its clock was set, since the store was made.
    package var clockSteps: Int64 = 0
    /// Event time before which no more of its reads are to be expected; `nil` before its first message.
    package var watermark: UTCInstant?
    /// Since the daemon started: messages taken, reads taken as evidence or repeats, records refused.
    package var messages: Int64 = 0
    package var reads: Int64 = 0
    package var refused: Int64 = 0
    /// By the reader's own counters, since it started; `nil` where it does not say.
    package var dropped: UInt64?
    package var retained: UInt64?
    /// How often it reports a resting tag: configured, or as its messages show.
    package var reportMode: ReportMode?
    package var antennas: [AntennaFigures] = []

    package init() {}
}

/// One antenna of a reader.
package struct AntennaFigures: Sendable, Equatable {
    package var port: UInt16
    /// Index into ``SiteLayout/zones``.
    package var zone: Int
    /// Covers its zone now: silence there counts.
    package var isCovering: Bool
    /// Why it does not cover, both empty while it does.
    package var reasonChinese = ""
    package var reasonEnglish = ""

    package init(port: UInt16, zone: Int, isCovering: Bool) {
        self.port = port
        self.zone = zone
        self.isCovering = isCovering
    }
}

/// What the path can say about one zone.
package struct ZoneFigures: Sendable, Equatable {
    package var isCovered = false
    /// Covered without a break for so long; zero while it is not.
    package var coveredFor = ElapsedTime.zero
    /// Tags in the field of a walk-by zone, who came first first, at most ``passingShownMax``.
    package var passing: [PassingTag] = []
    /// How many there are.
    package var passingTotal = 0

    /// Copied to whoever asks several times a second.
    package static let passingShownMax = 500

    package init() {}
}

/// A tag in the field of a walk-by zone now.
package struct PassingTag: Sendable, Equatable {
    package var tag: EPC
    /// Start of the first epoch in which it was there, event time.
    package var since: UTCInstant
    /// 0...1, that it was there in the epoch decided last.
    package var probability: Double

    package init(tag: EPC, since: UTCInstant, probability: Double) {
        self.tag = tag
        self.since = since
        self.probability = probability
    }
}
