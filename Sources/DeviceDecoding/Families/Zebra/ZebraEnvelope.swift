import AssetModel

/// One envelope while it is being read. Its keys come in any order, `data` mostly before `type`, so nothing
/// is judged before its end.
///
/// What the vendor's documentation prints without an envelope is judged by what it can be taken for:
///
/// - `radio_control`, `reader_gateway`: a heartbeat, see above.
/// - {"status", "imageDownloadProgress", …}: progress of a firmware update; ignored as that.
/// - {"pin", "state"}: an input or an output, which look the same. Refused: an output must not trigger what
///   an input does.
/// - {"message"}: an error, a warning, or anything at all; programs wrap reads in a member of that name.
///   Refused, so that it is seen.
/// - {"timestamp", "Zone"}: a piece of a `zoneHistory` without its tag. Refused.
struct ZebraEnvelope {
    /// Its place in a list of envelopes; `nil` where it is the whole message.
    private let index: Int?
    private var type: JSONString?
    private var timestamp: UTCInstant?
    private var timestampRefusal: Rejection?
    private var tag = ZebraTag()
    private var heartbeat = ZebraHeartbeat()
    /// `gpi`; its `state` is the one of the tag.
    private var pin: UInt16?
    private var hasComponent = false
    private var isCommand = false
    /// What a `firmwareUpdateProgress` has and no other message.
    private var isFirmwareProgress = false
    /// What makes a tag unusable, and what makes an input unusable: `type` tells which of them counts.
    private var refusal: Rejection?
    private var pinRefusal: Rejection?

    init(index: Int?) {
        self.index = index
    }

    /// By the type; where it is new or left out, by what is in the envelope. `nil` where nothing is the
    /// vendor's.
    var kind: ZebraKind? {
        if let kind = type.flatMap(ZebraKind.init) { return kind }
        if tag.isPresent { return .tag(nil) }
        if heartbeat.isPresent { return .heartbeat }
        if isCommand { return .ignored("command_reply") }
        if isFirmwareProgress { return .ignored("firmware_update") }
        return hasComponent ? .ignored("zebra_other_event") : nil
    }

    /// How the reader names itself: its host name before its MAC.
    var identity: JSONString? {
        tag.hostName ?? heartbeat.hostName ?? tag.mac ?? heartbeat.mac
    }

    mutating func read(_ json: inout JSONCursor) throws(JSONFault) {
        guard try json.kind() == .object else {
            try json.skip()
            return
        }
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "data":
                try readData(&json)
            case "timestamp":
                timestamp = try json.instant(at: "timestamp", &timestampRefusal)
            case "type":
                type = try json.word(at: "type", &refusal)
            case "component":
                hasComponent = true
                try json.skip()
            case "command", "command_id":
                isCommand = true
                try json.skip()
            case "response":
                // Others wrap reads in a member of this name.
                let word = try json.besideText()
                if word?.equals("success") ?? false || word?.equals("failure") ?? false { isCommand = true }
            case "imageDownloadProgress", "overallUpdateProgress":
                isFirmwareProgress = true
                try json.skip()
            default:
                // A heartbeat without its envelope.
                if try !heartbeat.read(key, &json) { try json.skip() }
            }
        }
    }

    private mutating func readData(_ json: inout JSONCursor) throws(JSONFault) {
        guard try json.enterMember(at: "data", &refusal) else { return }
        while let key = try json.nextKey() {
            if try tag.read(key, &json, &refusal) { continue }
            if key.equals("pin") {
                let number = try json.whole(in: 0...Int64(UInt16.max), at: "data.pin", &pinRefusal)
                pin = number.map { UInt16($0) }
            } else if try !heartbeat.read(key, &json) {
                try json.skip()
            }
        }
    }

    /// Hands over what the envelope turned out to be. `false` once too many records of the message were
    /// refused.
    mutating func close(as kind: ZebraKind, into decoded: inout DecodedMessage) -> Bool {
        if let sentAt = timestamp ?? heartbeat.systemTime {
            decoded.sentAt = max(decoded.sentAt ?? sentAt, sentAt)
        }
        switch kind {
        case .ignored(let kind):
            decoded.ignored = kind
        case .heartbeat:
            return heartbeat.close(index, into: &decoded)
        case .generalPurposeInput:
            return closeInput(into: &decoded)
        case .tag(let mode):
            if let refusal { return decoded.refuseRecord(refusal.inRecord(index)) }
            switch tag.read(stamped: timestamp, timestampRefusal) {
            case .success(let read): decoded.tagReads.append(read)
            case .failure(let refusal): return decoded.refuseRecord(refusal.inRecord(index))
            }
            // Of several modes in one batch the one that says least about silence holds.
            if let mode, decoded.reportMode != .once { decoded.reportMode = mode }
        }
        return true
    }

    private mutating func closeInput(into decoded: inout DecodedMessage) -> Bool {
        if pin == nil { note(.malformedNumber, at: "data.pin", &pinRefusal) }
        var isHigh: Bool?
        switch tag.state {
        case .some("HIGH"): isHigh = true
        case .some("LOW"): isHigh = false
        default: note(.unknownShape, at: "data.state", &pinRefusal)
        }
        if let pinRefusal { return decoded.refuseRecord(pinRefusal.inRecord(index)) }
        if let pin, let isHigh { decoded.deviceEvents.append(.generalPurposeInput(pin: pin, high: isHigh)) }
        return true
    }
}
