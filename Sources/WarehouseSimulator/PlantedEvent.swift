package import AssetModel

/// One thing that the simulator did and that the daemon has to find: a line of `truth.ndjson` with a `code`.
///
///     {"code":"MISSING_SUSPECT","subject":{"assetNo":"GWC2026000023","epc_hex":"34…"},"at":"…",
///      "detectable_from":"…","open_by":"…","until":null,"clear_by":null,"zh":"…","en":"…"}
///
/// Everything that is not planted (strays, missed reads, repeated deliveries, foreign tags, tags behind a
/// dead reader) must raise nothing.
package struct PlantedEvent: Sendable, Equatable {
    package var code: DiscrepancyCode
    /// Every name under which a discrepancy may speak of the subject; one of them is enough to recognise it.
    package var subject: [SubjectName]
    /// When the world changed.
    package var at: UTCInstant
    /// The earliest instant at which someone who sees the same messages and goes by the same settings can be
    /// sure.
    package var detectableFrom: UTCInstant
    /// The latest instant at which the discrepancy should open; `nil`: any time before the end will do.
    package var openBy: UTCInstant?
    /// When it ceased to be true; `nil`: still true at the end of the run.
    package var until: UTCInstant?
    /// The latest instant at which the discrepancy should clear; `nil`: nobody waits for it.
    package var clearBy: UTCInstant?
    /// What was done, for the table.
    package var chinese: String
    package var english: String

    package init(_ code: DiscrepancyCode, subject: [SubjectName], at: UTCInstant, detectableFrom: UTCInstant)
    {
        self.code = code
        self.subject = subject
        self.at = at
        self.detectableFrom = detectableFrom
        chinese = ""
        english = ""
    }
}

/// A subject of a discrepancy under one of its names, with the key of the published document.
package struct SubjectName: Hashable, Sendable, Comparable {
    package var key: Key
    package var value: String

    package enum Key: String, Sendable, CaseIterable {
        case assetNo
        case epcHex = "epc_hex"
        case plateNo
        case terminalPhone
        case reader
    }

    package init(_ key: Key, _ value: String) {
        self.key = key
        self.value = value
    }

    package static func < (left: SubjectName, right: SubjectName) -> Bool {
        (left.key.rawValue, left.value) < (right.key.rawValue, right.value)
    }
}
