package import AssetModel

/// ifm UHF gates ZZ0814 to ZZ0817: portals that tell the direction of a passage.
///
///     [{"eventID": 1, "gateID": 490503, "direction": "IN", "EPC": hex, "TID": hex, "user": "",
///       "timestamp": "2021-03-15T13:14:30+0100"}, …]
///
/// - Each element is one tag's passage, told once: silence of a tag says nothing. `direction` is `IN` or
///   `OUT`; the gate's other interface writes 0 for the first and 1 for the second.
/// - `gateID` is the gate. It has no antenna ports: all its antennas have to be in one zone.
/// - `user` is the tag's user memory and `eventID` counts events; neither is looked at.
/// - A single object is taken like an array of one.
///
/// Source: the vendor's set-up manual of ZZ0814. Vectors: `Fixtures/ifm.ndjson` of the tests.
package struct IFMGate: MessageFamily {
    package static let format = MessageFormat.ifm

    private var tape = JSONTape()

    package init() {}

    /// By `gateID` beside `EPC`.
    package static func recognition(of message: RawMessage) -> Recognition {
        JSONPage.recognition(of: message) { page in
            page.firstRecord.map(isPassage) ?? false
        }
    }

    private static func isPassage(_ record: ReadRecord) -> Bool {
        record.has("gateID") && record.has("EPC")
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            JSONDocuments.read(bytes, &tape, into: &decoded) { page, decoded in
                RecordWalk.takeRoot(
                    page, into: &decoded, without: "ifm_no_reads", isOne: { $0.has("gateID") },
                    IFMGate.passage)
            }
        }
    }

    private static func passage(
        _ record: ReadRecord, _ decoded: inout DecodedMessage
    ) throws(MappedFault) -> RecordOutcome {
        try decoded.name(try record.name("gateID"), field: "gateID")
        var read = TagRead(tag: try record.requiredEPC("EPC"))
        read.tid = try record.tid("TID")
        read.heardAt = try record.instant("timestamp")
        read.direction = try record.value("direction") { .success(direction(of: $0)) }
        decoded.reportMode = .once
        return .read(read)
    }

    /// A word that we do not know is no direction either.
    private static func direction(of text: UnsafeRawBufferPointer) -> PassageDirection {
        switch String(decoding: NumberText.trimmed(text), as: UTF8.self).uppercased() {
        case "IN", "0": return .inward
        case "OUT", "1": return .outward
        default: return .unknown
        }
    }
}
