package import AssetModel

/// Our own handheld sweep message, `tally/v1/<site>/sweep`, version 1.
///
///     {"version": 1, "sweep": id, "operator": code, "at": time, "zone": id,
///      "reads": [{"epc_hex": hex, "peak_rssi_dbm": -52.5, "heard_at": time, "reads": 3}, …],
///      "marks": [{"assetNo": text, "mark": "DAMAGED" | "NO_TAG" | "SEEN", "note": text}, …]}
///
/// - `sweep`, `operator` and `zone` must be there: without them the reads are nobody's. `at`, `reads` and
///   `marks` may be left out: a sweep that found nothing is a finding.
/// - A read without `heard_at` was heard at `at`. Reads carry no antenna: the zone says where.
/// - A bad read or mark is refused alone. Unknown keys are passed over, so that version 1 can grow.
///
/// Which site it is stands in the topic and is not looked at here. Never chosen by `auto`.
package struct Sweep: MessageFamily {
    package static let format = MessageFormat.sweep

    private var tape = JSONTape()

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition { .none }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            if let fault = UTF8Check.firstFault(in: bytes) {
                return decoded.refuse(Rejection(.notUTF8, offset: fault))
            }
            if bytes.allSatisfy(JSONDocuments.isSpace) {
                return decoded.refuse(Rejection(.emptyPayload, offset: 0))
            }
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                try tape.read(&json)
                try json.finish()
            } catch {
                return decoded.refuse(error.rejection)
            }
            SweepDocument(page: JSONPage(bytes: bytes, tape: tape)).take(into: &decoded)
        }
    }
}
