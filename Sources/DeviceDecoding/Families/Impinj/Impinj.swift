package import AssetModel

/// Impinj R700 and R720, "IoT device interface", as it leaves the factory.
///
/// One JSON object per message (an array of them, as the webhook sends, is taken too):
///
///     {"timestamp": time, "eventType": "tagInventory", "hostname": …,            hostname is off by default
///      "tagInventoryEvent": {"epc": base64url, "antennaPort": 1, "peakRssiCdbm": -5234,
///                             "lastSeenTime": time, …}}
///
/// - `eventType` is the member's name without "Event"; API 1.0 has none, so the member alone decides.
/// - `epc` is base64url and on by default, `epcHex` is hex and off; where both are present they must agree.
///   TID alike.
/// - `peakRssiCdbm` is 1/100 dBm. `timestamp` is when the event was queued; `lastSeenTime` (off by default)
///   is when the tag was read and is preferred. RFC 3339, 0...9 fraction digits.
/// - `antennaName` may stand in for `antennaPort`; a name says nothing about a zone, so the port is then
///   unknown.
/// - `inventoryTerminatedEvent` (API 1.0) is taken as an idle inventory: nothing is read any more.
///
/// The will topic carries raw text instead of JSON: "connected" (birth), "connection lost" (last will), and
/// the **empty payload**, which is the vendor's default `disconnectMessage`: a reader that was shut down
/// cleanly says just that, and must never count as covering its zones. See ``ConnectionText``.
///
/// Source: the vendor's OpenAPI models, Reader Configuration API 1.7; v1 types of a public client.
/// Vectors: `Tests/DeviceDecodingTests/Fixtures/impinj-r700.ndjson`.
package struct Impinj: MessageFamily {
    package static let format = MessageFormat.impinj

    private var shapes = LearnedShapes()

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition {
        message.payload.withUnsafeBytes { bytes in
            if ConnectionText.event(of: bytes) != nil { return .possible }
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                return try json.recognition(recognition(ofEvent:))
            } catch {
                return .none
            }
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            var known = JSONCursor(bytes)
            known.skipSpace()
            if takeKnown(&known, into: &decoded) {
                known.skipSpace()
                if known.isAtEnd { return }
                decoded.reset()
            }
            if let fault = UTF8Check.firstFault(in: bytes) {
                return decoded.refuse(Rejection(.notUTF8, offset: fault))
            }
            if let event = ConnectionText.event(of: bytes) {
                return decoded.deviceEvents.append(event)
            }
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                try decodeEvents(&json, receivedAt, into: &decoded)
            } catch {
                decoded.refuse(error.rejection)
            }
        }
    }

    /// By an event object, whole or not: the members' names are the vendor's own. A type that we do
    /// not know beside a member of that form is a newer reader's, perhaps.
    private static func recognition(ofEvent json: inout JSONCursor) throws(JSONFault) -> Recognition {
        var hasType = false
        var hasMember = false
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "eventType":
                hasType = try json.kind() == .string
            default:
                let isObject = try json.kind() == .object
                if isObject, ImpinjMember(key) != nil { return .certain }
                if isObject, ImpinjMember.hasForm(of: key) { hasMember = true }
            }
            try json.skip()
        }
        return hasType && hasMember ? .possible : .none
    }

    private mutating func decodeEvents(
        _ json: inout JSONCursor, _ receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) throws(JSONFault) {
        guard try json.kind() == .array else {
            let start = json.offset
            var event = ImpinjEvent(index: nil)
            try event.read(&json)
            try json.finish()
            guard event.isRecognised else { return decoded.refuse(Rejection(.unknownShape, offset: 0)) }
            _ = event.close(receivedAt, into: &decoded)
            shapes.learn(json.bytes, at: start, after: decoded, ImpinjShape.meaning)
            return
        }
        try json.enterArray()
        var index = -1
        while try json.nextElement() {
            _ = try json.kind()
            index &+= 1
            if takeKnown(&json, into: &decoded) { continue }
            guard try decodeElement(index, &json, receivedAt, into: &decoded) else {
                // Refused records are records: the message is not one that was ignored.
                decoded.ignored = nil
                return
            }
        }
        try json.finish()
        if decoded.recordCount > 0 {
            decoded.ignored = nil
        } else if decoded.ignored == nil {
            decoded.ignored = "impinj_empty_batch"
        }
    }

    /// One event of a list; `false` once too many of them were refused.
    private mutating func decodeElement(
        _ index: Int, _ json: inout JSONCursor, _ receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) throws(JSONFault) -> Bool {
        let start = json.offset
        let isFirst = decoded.isUntouched
        var event = ImpinjEvent(index: index)
        try event.read(&json)
        guard event.isRecognised else {
            return decoded.refuseRecord(Rejection(.unknownShape, at: "[\(index)]"))
        }
        let goesOn = event.close(receivedAt, into: &decoded)
        if isFirst { shapes.learn(json.bytes, at: start, after: decoded, ImpinjShape.meaning) }
        return goesOn
    }

    /// A tag's event of a shape that was met before.
    @inline(__always)
    private mutating func takeKnown(_ json: inout JSONCursor, into decoded: inout DecodedMessage) -> Bool {
        guard let reading = shapes.take(&json, into: &decoded.tagReads) else { return false }
        if let sentAt = reading.sentAt { decoded.sentAt = sentAt }
        if let name = shapes.deviceIdentity { decoded.deviceIdentity = name }
        return true
    }
}
