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

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition {
        message.payload.withUnsafeBytes { bytes in
            if ConnectionText.event(of: bytes) != nil { return .possible }
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                return try recognition(of: &json)
            } catch {
                return .none
            }
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            if let fault = UTF8Check.firstFault(in: bytes) {
                return decoded.refuse(Rejection(.notUTF8, offset: fault))
            }
            if let event = ConnectionText.event(of: bytes) {
                return decoded.deviceEvents.append(event)
            }
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                try Impinj.decodeEvents(&json, receivedAt, into: &decoded)
            } catch {
                decoded.refuse(error.rejection)
            }
        }
    }

    /// By the first event object, whole or not: the members' names are the vendor's own.
    private static func recognition(of json: inout JSONCursor) throws(JSONFault) -> Recognition {
        if try json.kind() == .array {
            try json.enterArray()
            guard try json.nextElement() else { return .none }
        }
        try json.enterObject()
        while let key = try json.nextKey() {
            if ImpinjMember(key) != nil, try json.kind() == .object { return .certain }
            try json.skip()
        }
        return .none
    }

    private static func decodeEvents(
        _ json: inout JSONCursor, _ receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) throws(JSONFault) {
        guard try json.kind() == .array else {
            var event = ImpinjEvent()
            try event.read(&json)
            try json.finish()
            guard event.isRecognised else { return decoded.refuse(Rejection(.unknownShape, offset: 0)) }
            _ = event.close(receivedAt, into: &decoded)
            return
        }
        try json.enterArray()
        while try json.nextElement() {
            let start = json.offset
            var event = ImpinjEvent()
            try event.read(&json)
            let goesOn =
                event.isRecognised
                ? event.close(receivedAt, into: &decoded)
                : decoded.refuseRecord(Rejection(.unknownShape, offset: start))
            guard goesOn else {
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
}
