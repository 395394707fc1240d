/// Something from the air that could not be taken, and why: counted, kept in the quarantine, never a trap.
package struct Rejection: Hashable, Sendable, Error {
    package var reason: Reason
    /// Where in the payload: a byte offset (`"offset 17"`) or a key path (`"tagInventoryEvent.epc"`).
    package var at: String

    package init(_ reason: Reason, at: String) {
        self.reason = reason
        self.at = at
    }

    package init(_ reason: Reason, offset: Int) {
        self.reason = reason
        self.at = "offset \(offset)"
    }

    /// The closed list of refusals. The raw value is the word in counters, in the quarantine and in
    /// `tally decode`.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        case oversizePayload = "oversize_payload"
        case unknownTopic = "unknown_topic"
        case emptyPayload = "empty_payload"
        case notUTF8 = "not_utf8"
        case malformedJSON = "malformed_json"
        case malformedProtobuf = "malformed_protobuf"
        case nestedTooDeep = "nested_too_deep"
        case unknownShape = "unknown_shape"
        case missingIdentity = "missing_identity"
        case malformedIdentity = "malformed_identity"
        case identityLength = "identity_length"
        case malformedTime = "malformed_time"
        case malformedNumber = "malformed_number"
        case numberOutOfRange = "number_out_of_range"
        case unknownAlias = "unknown_alias"
        case clockTooOld = "clock_too_old"
        case clockFromFuture = "clock_from_future"
        case unknownAntenna = "unknown_antenna"
        case unknownDevice = "unknown_device"
        case unknownZone = "unknown_zone"
        case frameDelimiter = "frame_delimiter"
        case frameEscape = "frame_escape"
        case frameLength = "frame_length"
        case frameChecksum = "frame_checksum"
        case frameEncrypted = "frame_encrypted"
        case fragmentLost = "fragment_lost"
        case fragmentLimit = "fragment_limit"
        case positionOutOfRange = "position_out_of_range"
        case malformedItem = "malformed_item"
        case textEncoding = "text_encoding"
    }
}
