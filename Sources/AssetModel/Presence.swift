/// A change in what the inference believes about one tag.
package struct PresenceChange: Hashable, Sendable {
    package var tag: EPC
    package var kind: Kind
    /// Receipt-time instant at which it was concluded.
    package var at: UTCInstant
    /// Start of the first evidence epoch of the stay (arrived, moved) or of the last one heard (silent):
    /// event time.
    package var cause: UTCInstant
    /// 0...1: how sure the inference is.
    package var probability: Double
    /// Reads-epochs behind it.
    package var evidenceCount: Int
    /// Reader and antenna that contributed most, `reader/port`.
    package var source: String
    package var reasonChinese: String
    package var reasonEnglish: String

    package enum Kind: Hashable, Sendable {
        /// Heard for the first time, or again after having been silent; the zone is not sure yet.
        case heard(zone: Int)
        /// Settled in a zone, first time.
        case arrived(zone: Int)
        case moved(from: Int, to: Int)
        /// Still in its zone, with new evidence.
        case stayed(zone: Int)
        /// Not heard for the zone's time while the zone was covered.
        case silent(zone: Int)
        /// Came into the field of a zone that tags pass; where it rests is another question.
        case entered(zone: Int)
        /// Is no longer taken to be in that field.
        case left(zone: Int)

        /// The word used in `tallyd replay --presence`.
        package var word: String {
            switch self {
            case .heard: return "heard"
            case .arrived: return "arrived"
            case .moved: return "moved"
            case .stayed: return "stayed"
            case .silent: return "silent"
            case .entered: return "entered"
            case .left: return "left"
            }
        }
    }

    package init(tag: EPC, kind: Kind, at: UTCInstant, cause: UTCInstant) {
        self.tag = tag
        self.kind = kind
        self.at = at
        self.cause = cause
        probability = 1
        evidenceCount = 1
        source = ""
        reasonChinese = ""
        reasonEnglish = ""
    }

    package var zone: Int {
        switch kind {
        case .heard(let zone), .arrived(let zone), .stayed(let zone), .silent(let zone): return zone
        case .moved(_, let zone): return zone
        case .entered(let zone), .left(let zone): return zone
        }
    }

    /// Says that a tag passes an antenna, not where it rests.
    package var isPassing: Bool {
        switch kind {
        case .entered, .left: return true
        case .heard, .arrived, .moved, .stayed, .silent: return false
        }
    }
}

/// A change in what is believed about a device.
package struct DeviceChange: Hashable, Sendable {
    package var device: Device
    package var kind: Kind
    package var at: UTCInstant
    /// Event-time instant the conclusion rests on.
    package var cause: UTCInstant
    package var reasonChinese: String
    package var reasonEnglish: String

    package enum Device: Hashable, Sendable {
        /// Index into ``SiteLayout/readers``.
        case reader(Int)
        /// Phone number, leading zeros stripped.
        case terminal(String)
        /// What the configuration does not list: the name it gives itself, or its topic.
        case unlisted(String)
    }

    package enum Kind: Hashable, Sendable {
        case online
        case offline
        /// First message of a terminal, or the first after silence.
        case heard
        case silent
        /// A reader is heard and does not fully cover.
        case gap
        /// It covers again.
        case covering
        /// The device's clock is steadily off; in step again.
        case skewed
        case inStep
        /// The device's clock was set, either way; its times are corrected.
        case clockSet
        /// Ignition on and no position fix for the rule's time; a fix again, or the ignition off.
        case noFix
        case fixed
    }

    package init(_ device: Device, _ kind: Kind, at: UTCInstant, cause: UTCInstant) {
        self.device = device
        self.kind = kind
        self.at = at
        self.cause = cause
        reasonChinese = ""
        reasonEnglish = ""
    }
}
