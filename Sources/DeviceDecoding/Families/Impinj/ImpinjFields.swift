import AssetModel

/// `overflowEvent`: the reader's buffer was full and reads were lost. It bears on coverage, so a missing
/// field never loses the event, and a broken one is refused beside it: the time of the message stands in.
/// `eventsRemaining`, what still waits in the reader, is not taken: those reads come, late, with their own
/// times.
struct ImpinjOverflow {
    private var first: UTCInstant?
    private var last: UTCInstant?
    private var purged: UInt32 = 0
    private(set) var refusal: Rejection?

    init(_ json: inout JSONCursor) throws(JSONFault) {
        guard try json.enterMember(at: "overflowEvent", &refusal) else { return }
        while let key = try json.nextKey() {
            switch key {
            case "firstEventTimestamp":
                first = try json.instant(at: "overflowEvent.firstEventTimestamp", &refusal)
            case "lastEventTimestamp":
                last = try json.instant(at: "overflowEvent.lastEventTimestamp", &refusal)
            case "eventsPurged":
                let range = 0...Int64(UInt32.max)
                let count = try json.whole(in: range, at: "overflowEvent.eventsPurged", &refusal)
                purged = UInt32(count ?? 0)
            default:
                try json.skip()
            }
        }
    }

    func event(_ messageTime: UTCInstant) -> DeviceEvent {
        let from = first ?? last ?? messageTime
        let to = last ?? messageTime
        return .overflow(first: min(from, to), last: max(from, to), purged: purged)
    }
}

extension JSONCursor {
    /// A member whose only field is `antennaPort`.
    mutating func onlyPort(
        at path: StaticString, _ refusal: inout Rejection?
    ) throws(JSONFault) -> UInt16? {
        guard try enterMember(at: path, &refusal) else { return nil }
        var found: UInt16?
        while let key = try nextKey() {
            if key.equals("antennaPort") { found = try port(at: path, &refusal) } else { try skip() }
        }
        if found == nil { note(.unknownAntenna, at: path, &refusal) }
        return found
    }

    mutating func inventoryStatus(_ refusal: inout Rejection?) throws(JSONFault) -> DeviceEvent? {
        guard try enterMember(at: "inventoryStatusEvent", &refusal) else { return nil }
        var event: DeviceEvent?
        while let key = try nextKey() {
            guard key.equals("status") else {
                try skip()
                continue
            }
            switch try word(at: "inventoryStatusEvent.status", &refusal) {
            case .some("running"): event = .inventoryRunning
            case .some("idle"): event = .inventoryIdle
            case .some("armed"): event = .inventoryArmed
            default: event = nil
            }
        }
        if event == nil { note(.unknownShape, at: "inventoryStatusEvent.status", &refusal) }
        return event
    }

    mutating func inputTransition(_ refusal: inout Rejection?) throws(JSONFault) -> DeviceEvent? {
        guard try enterMember(at: "gpiTransitionEvent", &refusal) else { return nil }
        var pin: UInt16?
        var isHigh: Bool?
        while let key = try nextKey() {
            switch key {
            case "gpi":
                let number = try whole(in: 0...Int64(UInt16.max), at: "gpiTransitionEvent.gpi", &refusal)
                pin = number.map { UInt16($0) }
            case "transition":
                switch try word(at: "gpiTransitionEvent.transition", &refusal) {
                case .some("low-to-high"): isHigh = true
                case .some("high-to-low"): isHigh = false
                default: break
                }
            default:
                try skip()
            }
        }
        if pin == nil { note(.malformedNumber, at: "gpiTransitionEvent.gpi", &refusal) }
        if isHigh == nil { note(.unknownShape, at: "gpiTransitionEvent.transition", &refusal) }
        guard let pin, let isHigh else { return nil }
        return .generalPurposeInput(pin: pin, high: isHigh)
    }
}
