import AssetModel

/// The members that make an object one of the vendor's events.
enum ImpinjMember {
    case tagInventory, inventoryStatus, inventoryTerminated
    case antennaConnected, antennaDisconnected, antennaActivation
    case generalPurposeInput, overflow

    init?(_ key: JSONString) {
        switch key {
        case "tagInventoryEvent": self = .tagInventory
        case "inventoryStatusEvent": self = .inventoryStatus
        case "inventoryTerminatedEvent": self = .inventoryTerminated
        case "antennaConnectedEvent": self = .antennaConnected
        case "antennaDisconnectedEvent": self = .antennaDisconnected
        case "antennaActivationEvent": self = .antennaActivation
        case "gpiTransitionEvent": self = .generalPurposeInput
        case "overflowEvent": self = .overflow
        default: return nil
        }
    }

    /// "somethingEvent": how the vendor names these members.
    static func hasForm(of key: JSONString) -> Bool {
        key.withBytes { $0.count > 5 && $0.suffix(5).elementsEqual("Event".utf8) }
    }
}

/// One event object while it is being read. Its keys come in any order, so nothing is judged before its end.
struct ImpinjEvent {
    /// The longest host name (RFC 1035).
    private static let hostNameBytesMax = 255

    /// Its place in a list of events; `nil` where it is the whole message.
    private let index: Int?
    private var timestamp: UTCInstant?
    private var timestampRefusal: Rejection?
    private var eventType: JSONString?
    private var hostname: JSONString?
    private var member: ImpinjMember?
    private var tag = ImpinjTagInventory()
    private var deviceEvent: DeviceEvent?
    private var overflow: ImpinjOverflow?
    /// The first thing that makes the record unusable.
    private var refusal: Rejection?

    init(index: Int?) {
        self.index = index
    }

    /// One of the vendor's members, or the vendor's envelope around something new.
    var isRecognised: Bool { member != nil || eventType != nil }

    mutating func read(_ json: inout JSONCursor) throws(JSONFault) {
        guard try json.kind() == .object else {
            try json.skip()
            return
        }
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "timestamp":
                timestamp = try json.instant(at: "timestamp", &timestampRefusal)
            case "eventType":
                eventType = try json.word(at: "eventType", &refusal)
            case "hostname":
                // Only a name: one of another type must not cost the record.
                var unreadable: Rejection?
                hostname = try json.word(at: "hostname", &unreadable)
            default:
                if let member = ImpinjMember(key) {
                    try read(member, key, &json)
                } else {
                    try json.skip()
                }
            }
        }
    }

    private mutating func read(
        _ found: ImpinjMember, _ key: JSONString, _ json: inout JSONCursor
    ) throws(JSONFault) {
        // Some serialisers write the members that do not apply as null.
        if try json.kind() == .null { return try json.null() }
        // "Exactly one of": two in one object is not a message of this reader.
        if member != nil { refusal = refusal ?? Rejection(.unknownShape, at: key.string) }
        member = found
        switch found {
        case .tagInventory:
            try tag.read(&json, &refusal)
        case .inventoryStatus:
            deviceEvent = try json.inventoryStatus(&refusal)
        case .inventoryTerminated:
            try json.skip()
            deviceEvent = .inventoryIdle
        case .antennaConnected:
            let port = try json.onlyPort(at: "antennaConnectedEvent.antennaPort", &refusal)
            deviceEvent = port.map { .antennaConnected(port: $0) }
        case .antennaDisconnected:
            let port = try json.onlyPort(at: "antennaDisconnectedEvent.antennaPort", &refusal)
            deviceEvent = port.map { .antennaDisconnected(port: $0) }
        case .antennaActivation:
            let port = try json.onlyPort(at: "antennaActivationEvent.antennaPort", &refusal)
            deviceEvent = port.map { .antennaActivated(port: $0) }
        case .generalPurposeInput:
            deviceEvent = try json.inputTransition(&refusal)
        case .overflow:
            overflow = try ImpinjOverflow(&json)
        }
    }

    /// Hands over what the object turned out to be: one record, or a kind to ignore. `false` once too many
    /// records of the message were refused.
    mutating func close(_ receivedAt: UTCInstant, into decoded: inout DecodedMessage) -> Bool {
        if let timestamp { decoded.sentAt = timestamp }
        // "impinj-XX-XX-XX" is 15 bytes, which a String holds without allocating.
        if let hostname, hostname.byteCount <= ImpinjEvent.hostNameBytesMax {
            decoded.deviceIdentity = hostname.string
        }
        if let refusal { return decoded.refuseRecord(refusal.inRecord(index)) }
        switch member {
        case .tagInventory:
            switch tag.read(queuedAt: timestamp, timestampRefusal) {
            case .success(let read): decoded.tagReads.append(read)
            case .failure(let refusal): return decoded.refuseRecord(refusal.inRecord(index))
            }
        case .overflow:
            guard let overflow else { break }
            decoded.deviceEvents.append(overflow.event(timestamp ?? receivedAt))
            if let refusal = overflow.refusal { return decoded.refuseRecord(refusal.inRecord(index)) }
        case nil:
            return closeWithoutMember(into: &decoded)
        default:
            if let deviceEvent { decoded.deviceEvents.append(deviceEvent) }
        }
        return true
    }

    /// The envelope without a member that we know: an event type of a newer reader, or a known one that lost
    /// its body.
    private func closeWithoutMember(into decoded: inout DecodedMessage) -> Bool {
        switch eventType {
        case .some("tagInventory"):
            let refusal = Rejection(.missingIdentity, at: "tagInventoryEvent")
            return decoded.refuseRecord(refusal.inRecord(index))
        case .some("inventoryStatus"), .some("antennaConnected"), .some("antennaDisconnected"),
            .some("antennaActivation"), .some("gpiTransition"), .some("overflow"):
            return decoded.refuseRecord(Rejection(.unknownShape, at: "eventType").inRecord(index))
        default:
            decoded.ignored = "impinj_other_event"
            return true
        }
    }
}
