package import AssetModel

/// What happened in the world, found or not: a line of `truth.ndjson` with an `event`. Scores that are finer
/// than "planted and found" (recall among detectable events, confusion of zones) are made from these.
///
///     {"event":"move","class":"misplaced","t0":"…","t1":null,"epc_hex":"34…","zone":"shelf-b",
///      "from":"shelf-a","to":"shelf-b","authorised":false,"detectable_from":"…"}
///
/// `class` is what a finding about it would be: `missing`, `unexpected`, `misplaced`, `clone`, `device`, or
/// `none` for what must raise nothing.
package struct WorldEvent: Sendable, Equatable {
    package var kind: Kind
    package var expected: Expected
    package var from: UTCInstant
    /// `nil`: to the end, or a matter of an instant.
    package var to: UTCInstant?
    package var detail: Detail

    /// What it happened to, where, how. Absent where it does not apply.
    package struct Detail: Sendable, Equatable {
        package var epcHex: String?
        package var zone: String?
        /// Reader, or phone number of a terminal.
        package var reader: String?
        /// Of a move, with whether the books know.
        package var move: Move?
        /// How something was taken: `quiet` or `portal`; or how a passage went: `in`, `out`, `turn_back`.
        package var via: String?
        package var detectableFrom: UTCInstant?
    }

    package struct Move: Sendable, Equatable {
        package var from: String
        package var to: String
        package var isAuthorised: Bool
    }

    package enum Kind: String, Sendable, CaseIterable {
        case move, removed
        case arrivedUnregistered = "arrived_unregistered"
        case tagDead = "tag_dead"
        case shadow, weak
        case clone
        case readerDown = "reader_down"
        case antennaFault = "antenna_fault"
        case readsLost = "reads_lost"
        case linkHeld = "link_held"
        case clockStep = "clock_step"
        case portalPass = "portal_pass"
        case sweep
        case stray
        case noFix = "no_fix"
        case terminalSilent = "terminal_silent"
    }

    package enum Expected: String, Sendable {
        case missing, unexpected, misplaced, clone, device, none
    }

    init(_ kind: Kind, _ expected: Expected, at from: UTCInstant, _ detail: Detail) {
        self.kind = kind
        self.expected = expected
        self.from = from
        self.detail = detail
    }
}
