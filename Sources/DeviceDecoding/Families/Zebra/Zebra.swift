package import AssetModel

/// Zebra fixed readers with the "IoT Connector": FX7500, FX9600, ATR7000, FXR60, FXR90.
///
/// Tags, and everything about the reader, come in one envelope, its keys in any order:
///
///     {"type": "INVENTORY", "timestamp": "2026-11-21T12:00:00.000+0000",
///      "data": {"eventNum": 7, "format": "epc", "idHex": hex, "antenna": 1, "peakRssi": -37, "reads": 2, …}}
///     {"type": "heartbeat", "component": "RG", "eventNum": 8, "timestamp": …, "data": {…}}
///
/// - `type` is the operating mode for tags (``ZebraKind``), else the name of a management event.
/// - `timestamp` is when the event was made; its offset is written `+0000` or `+00:00`. Tags have no time of
///   their own, except in DIRECTIONALITY (``ZebraTag``).
/// - With batching on, a message is an array of envelopes; tags and events may be mixed in it.
/// - A heartbeat may come without its envelope: the members of `data` are then those of the message.
/// - `BLE_DATA` (Bluetooth beacons) comes on the tag topic and is no record; replies to commands share the
///   broker with events.
/// - The reader names itself only where its metadata flags say so: `hostName`, else `MAC`.
///
/// How often a tag is reported follows from the mode, as the vendor sets it: SIMPLE once; PORTAL and CONVEYOR
/// once for each antenna; INVENTORY once a minute on each antenna. CUSTOM and DIRECTIONALITY do not tell.
///
/// The vendor documents no text for the last will; whoever set one up may have taken the usual words
/// (``ConnectionText``).
///
/// Source: the vendor's IoT Connector documentation (tag data events, management events), captures of FX9600
/// and FXR60/FXR90, models of public clients. Vectors: `Fixtures/zebra-iot-connector.ndjson` of the tests.
package struct Zebra: MessageFamily {
    package static let format = MessageFormat.zebra

    /// The longest name of a reader that is taken: a full domain name (RFC 1035 §2.3.4).
    private static let identityBytesMax = 255

    private var shapes = LearnedShapes()

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition {
        message.payload.withUnsafeBytes { bytes in
            if ConnectionText.event(of: bytes) != nil { return .possible }
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                return try json.recognition(ZebraMarks.recognition(ofEnvelope:))
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
                if try json.kind() == .array {
                    try decodeBatch(&json, into: &decoded)
                } else {
                    try decodeOne(&json, into: &decoded)
                }
            } catch {
                decoded.refuse(error.rejection)
            }
        }
    }

    private mutating func decodeOne(
        _ json: inout JSONCursor, into decoded: inout DecodedMessage
    ) throws(JSONFault) {
        let start = json.offset
        var envelope = ZebraEnvelope(index: nil)
        try envelope.read(&json)
        try json.finish()
        guard let kind = envelope.kind else { return decoded.refuse(Rejection(.unknownShape, offset: 0)) }
        name(envelope.identity, &decoded)
        _ = envelope.close(as: kind, into: &decoded)
        shapes.learn(json.bytes, at: start, after: decoded, ZebraShape.meaning)
    }

    private mutating func decodeBatch(
        _ json: inout JSONCursor, into decoded: inout DecodedMessage
    ) throws(JSONFault) {
        try json.enterArray()
        var goesOn = true
        var index = -1
        while goesOn, try json.nextElement() {
            _ = try json.kind()
            index &+= 1
            if takeKnown(&json, into: &decoded) { continue }
            let start = json.offset
            let isFirst = decoded.isUntouched
            var envelope = ZebraEnvelope(index: index)
            try envelope.read(&json)
            if let kind = envelope.kind {
                name(envelope.identity, &decoded)
                goesOn = envelope.close(as: kind, into: &decoded)
                if isFirst { shapes.learn(json.bytes, at: start, after: decoded, ZebraShape.meaning) }
            } else {
                goesOn = decoded.refuseRecord(Rejection(.unknownShape, at: "[\(index)]"))
            }
        }
        if goesOn { try json.finish() }
        if decoded.recordCount > 0 {
            decoded.ignored = nil
        } else if decoded.ignored == nil {
            decoded.ignored = "zebra_empty_batch"
        }
    }

    /// A tag's envelope of a shape that was met before.
    @inline(__always)
    private mutating func takeKnown(_ json: inout JSONCursor, into decoded: inout DecodedMessage) -> Bool {
        guard let reading = shapes.take(&json, into: &decoded.tagReads) else { return false }
        if let sentAt = reading.sentAt { decoded.sentAt = max(decoded.sentAt ?? sentAt, sentAt) }
        if let name = shapes.deviceIdentity { decoded.deviceIdentity = name }
        if let mode = shapes.reportMode, decoded.reportMode != .once { decoded.reportMode = mode }
        return true
    }

    private mutating func name(_ found: JSONString?, _ decoded: inout DecodedMessage) {
        guard let found, (1...Zebra.identityBytesMax).contains(found.byteCount) else { return }
        // A name is built once and not for each message.
        decoded.deviceIdentity = shapes.deviceIdentity(written: found) ?? found.string
    }
}
