import AssetModel

/// The fields of `tagInventoryEvent` that we take.
struct ImpinjTagInventory {
    private var epc: EPC?
    private var epcHex: EPC?
    private var tid: EPC?
    private var tidHex: EPC?
    private var antennaPort: UInt16?
    private var peakSignal: SignalStrength?
    private var lastSeenAt: UTCInstant?

    mutating func read(_ json: inout JSONCursor, _ refusal: inout Rejection?) throws(JSONFault) {
        guard try json.enterMember(at: "tagInventoryEvent", &refusal) else { return }
        while let key = try json.nextKey() {
            switch key {
            case "epc":
                epc = try json.identity(.base64, at: "tagInventoryEvent.epc", &refusal)
            case "epcHex":
                epcHex = try json.identity(.hex, at: "tagInventoryEvent.epcHex", &refusal)
            case "tid":
                tid = try json.optionalIdentity(.base64, at: "tagInventoryEvent.tid", &refusal)
            case "tidHex":
                tidHex = try json.optionalIdentity(.hex, at: "tagInventoryEvent.tidHex", &refusal)
            case "antennaPort":
                antennaPort = try json.port(at: "tagInventoryEvent.antennaPort", &refusal)
            case "peakRssiCdbm":
                // What SignalStrength holds; a UHF reader's real range is about -90 to -20 dBm.
                let range = Int64(Int16.min)...Int64(Int16.max)
                let signal = try json.whole(in: range, at: "tagInventoryEvent.peakRssiCdbm", &refusal)
                peakSignal = signal.map { SignalStrength(centiDBm: Int16($0)) }
            case "lastSeenTime":
                lastSeenAt = try json.instant(at: "tagInventoryEvent.lastSeenTime", &refusal)
            default:
                try json.skip()
            }
        }
    }

    /// The read, once the whole message is known. `queuedAt` stands in for the time of the read.
    func read(queuedAt: UTCInstant?, _ timestampRefusal: Rejection?) -> Result<TagRead, Rejection> {
        guard let tag = epcHex ?? epc else {
            return .failure(Rejection(.missingIdentity, at: "tagInventoryEvent.epc"))
        }
        if let epc, epc != tag {
            return .failure(Rejection(.malformedIdentity, at: "tagInventoryEvent.epcHex"))
        }
        if let tid, let tidHex, tid != tidHex {
            return .failure(Rejection(.malformedIdentity, at: "tagInventoryEvent.tidHex"))
        }
        if lastSeenAt == nil, let timestampRefusal { return .failure(timestampRefusal) }
        return .success(
            TagRead(
                tag: tag, tid: tidHex ?? tid, antennaPort: antennaPort, peakSignal: peakSignal,
                heardAt: lastSeenAt ?? queuedAt))
    }
}

/// `overflowEvent`: the reader's buffer was full and reads were lost. It bears on coverage, so a missing
/// field never loses the event: the time of the message stands in.
struct ImpinjOverflow {
    private var first: UTCInstant?
    private var last: UTCInstant?
    private var purged: UInt32 = 0

    init(_ json: inout JSONCursor, _ refusal: inout Rejection?) throws(JSONFault) {
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
    /// Antenna ports are 1-based, up to 32 with hubs; which of them exist is the layout's question, not this
    /// one's.
    fileprivate mutating func port(at path: StaticString, _ refusal: inout Rejection?) throws(JSONFault)
        -> UInt16?
    {
        try whole(in: 1...Int64(UInt16.max), at: path, &refusal).map { UInt16($0) }
    }

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

    /// A TID is there only when the reader was told to read it; an empty text says that it was not.
    fileprivate mutating func optionalIdentity(
        _ form: IdentityText.Form, at path: StaticString, _ refusal: inout Rejection?
    ) throws(JSONFault) -> EPC? {
        var ahead = self
        if try ahead.kind() == .string, try ahead.string().raw.isEmpty {
            self = ahead
            return nil
        }
        return try identity(form, at: path, &refusal)
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
