/// What happened in a shelf workload: one or two lines of `truth.ndjson`; see `docs/workloads.md`.
package struct ShelfEvent: Sendable, Equatable {
    package var kind: Kind
    package var expected: Expected
    package var from: WorldTime
    /// When it was made good or over; `nil`: lasts to the end.
    package var to: WorldTime?
    /// Index into ``ShelfWorkload/tags``; of a clone, the tag whose EPC it bears.
    package var tag: Int?
    /// Indices into the zones of the layout.
    package var zone: Int?
    package var fromZone: Int?
    package var isAuthorised = false
    /// `quiet` or `portal`; of a pass `in`, `out` or `turn_back`; of clones `together` or `in_turns`.
    package var via: String?
    package var reader: Int?
    package var antenna: Int?
    /// Of a clock step, milliseconds.
    package var step: Int64?
    /// All that were carried through the gate.
    package var tags: [Int32] = []
    /// End of the first epoch after which someone who knows all rates believes it more than not: see
    /// ``OracleFilter``. Filled in while the stream runs; `nil` where it was never believable.
    package var detectableFrom: WorldTime?

    package enum Kind: String, Sendable, CaseIterable {
        case enter, leave, move, removed, returned
        case arrivedUnregistered = "arrived_unregistered"
        case tagDead = "tag_dead"
        case shadowOn = "shadow_on"
        case cloneOn = "clone_on"
        case readerDown = "reader_down"
        case antennaFault = "antenna_fault"
        case clockStep = "clock_step"
        case portalPass = "portal_pass"

        /// The line that ends it, where it has one of its own.
        package var ending: String? {
            switch self {
            case .shadowOn: return "shadow_off"
            case .readerDown: return "reader_up"
            case .antennaFault: return "antenna_clear"
            default: return nil
            }
        }
    }

    /// What a finding about it would be. `none` must raise nothing.
    package enum Expected: String, Sendable, CaseIterable {
        case missing, unexpected, misplaced, clone, device, coverage, none
    }

    init(_ kind: Kind, _ expected: Expected, from: WorldTime, to: WorldTime? = nil, tag: Int? = nil) {
        self.kind = kind
        self.expected = expected
        self.from = from
        self.to = to
        self.tag = tag
    }
}
