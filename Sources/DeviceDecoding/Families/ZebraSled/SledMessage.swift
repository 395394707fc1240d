import AssetModel

/// One message of a sled while it is being read. Its keys come in any order, so nothing is judged before its
/// end.
struct SledMessage {
    /// The longest name of a device that is taken, as for other readers.
    private static let identityBytesMax = 255

    private var time: UTCInstant?
    private var timeRefusal: Rejection?
    private var hasTags = false
    /// `barcodeData` was there, perhaps empty, as it is beside tags.
    private var hasBarcodes = false
    private var hasBarcode = false
    private var results: [Result<TagRead, Rejection>] = []
    private var connectionState: JSONString?
    private var eventName: JSONString?
    private var serial: JSONString?
    /// Members that say which device it is; together with a state or an event name they are the vendor's.
    private var hasDevice = false
    private var alertMembers = 0
    private var isCommand = false
    /// A fault of the whole message.
    private var refusal: Rejection?

    mutating func read(_ json: inout JSONCursor) throws(JSONFault) {
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "dataEVT", "mqttConnEVT", "heartBeatEVT":
                // The names of the messages in the vendor's schema: taken as a wrapper around them too.
                if try json.kind() == .object { try readMembers(&json) } else { try json.skip() }
            default:
                try readMember(key, &json)
            }
        }
    }

    private mutating func readMembers(_ json: inout JSONCursor) throws(JSONFault) {
        try json.enterObject()
        while let key = try json.nextKey() { try readMember(key, &json) }
    }

    private mutating func readMember(_ key: JSONString, _ json: inout JSONCursor) throws(JSONFault) {
        switch key {
        case "data": try readData(&json)
        case "timestamp": time = try json.sledTime(at: "timestamp", &timeRefusal)
        case "connectionState": connectionState = try json.word(at: "connectionState", &refusal)
        case "eventName": eventName = try json.besideText()
        case "deviceSerialNo":
            hasDevice = true
            serial = try json.besideText()
        case "deviceModel", "mqttVersion", "apiVersion":
            hasDevice = true
            try json.skip()
        case "type", "id", "state", "priority":
            alertMembers += 1
            try json.skip()
        case "command", "command_id":
            isCommand = true
            try json.skip()
        default:
            try json.skip()
        }
    }

    private mutating func readData(_ json: inout JSONCursor) throws(JSONFault) {
        guard try json.kind() == .object else {
            try json.skip()
            return
        }
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "tagData": try readTags(&json)
            case "barcodeData":
                try readBarcodes(&json)
            default: try json.skip()
            }
        }
    }

    /// Whether there are any is all that counts.
    private mutating func readBarcodes(_ json: inout JSONCursor) throws(JSONFault) {
        guard try json.kind() == .array else {
            try json.skip()
            return
        }
        hasBarcodes = true
        try json.enterArray()
        while try json.nextElement() {
            hasBarcode = true
            try json.skip()
        }
    }

    private mutating func readTags(_ json: inout JSONCursor) throws(JSONFault) {
        let kind = try json.kind()
        guard kind == .array else {
            if kind != .null { note(.unknownShape, at: "data.tagData", &refusal) }
            try json.skip()
            return
        }
        hasTags = true
        try json.enterArray()
        while try json.nextElement() { results.append(try SledTag.read(&json)) }
    }
}

extension SledMessage {
    /// Certain where the members are the vendor's alone; words that others use too need the vendor's topic.
    func recognition(on topic: SledTopic) -> Recognition {
        if hasTags || hasBarcodes { return .certain }
        let isAlert = alertMembers == 4
        guard connectionState != nil || isHeartbeat || isAlert else { return .none }
        let isCertain = topic.isSleds || (hasDevice && !isAlert)
        return isCertain ? .certain : .possible
    }

    private var isHeartbeat: Bool {
        if case .some("heartbeat") = eventName { return true }
        return false
    }

    /// Hands over what the message turned out to be.
    mutating func close(on topic: SledTopic, into decoded: inout DecodedMessage) {
        decoded.sentAt = time
        if let serial, (1...SledMessage.identityBytesMax).contains(serial.byteCount) {
            decoded.deviceIdentity = serial.string
        } else if topic.serial.utf8.count <= SledMessage.identityBytesMax {
            decoded.deviceIdentity = topic.serial
        }
        if let refusal {
            _ = decoded.refuseRecord(refusal)
        } else if hasTags || hasBarcodes {
            closeTags(into: &decoded)
        } else if connectionState != nil {
            closeConnection(into: &decoded)
        } else if isHeartbeat {
            decoded.deviceEvents.append(.heartbeat)
        } else if alertMembers == 4 {
            decoded.ignored = "zebra_rfd_alert"
        } else if isCommand {
            decoded.ignored = "command_reply"
        } else if eventName != nil {
            decoded.ignored = "zebra_rfd_other_event"
        } else {
            decoded.refuse(Rejection(.unknownShape, offset: 0))
        }
    }

    private func closeTags(into decoded: inout DecodedMessage) {
        for (index, result) in results.enumerated() {
            let refusal: Rejection
            switch (result, time, timeRefusal) {
            case (.failure(let fault), _, _): refusal = fault.within("data.tagData[\(index)]")
            case (.success, nil, .some(let fault)): refusal = fault
            case (.success(var read), _, _):
                read.heardAt = time
                decoded.tagReads.append(read)
                continue
            }
            if !decoded.refuseRecord(refusal) { break }
        }
        if !decoded.tagReads.isEmpty { decoded.reportMode = .once }
        if decoded.recordCount == 0 { decoded.ignored = hasBarcode ? "barcode" : "zebra_rfd_empty" }
    }

    private func closeConnection(into decoded: inout DecodedMessage) {
        switch connectionState {
        case .some("CONNECTED"): decoded.deviceEvents.append(.connected)
        case .some("DISCONNECTED"): decoded.deviceEvents.append(.disconnected)
        default: _ = decoded.refuseRecord(Rejection(.unknownShape, at: "connectionState"))
        }
    }
}

extension JSONCursor {
    /// ISO 8601, or an epoch in whatever unit its magnitude tells: the reference does not say which.
    fileprivate mutating func sledTime(
        at path: StaticString, _ refusal: inout Rejection?
    ) throws(JSONFault) -> UTCInstant? {
        guard try kind() == .number else { return try instant(at: path, &refusal) }
        let time = TimeText.instant(of: try number(), as: .auto)
        if time == nil { note(.malformedTime, at: path, &refusal) }
        return time
    }
}
