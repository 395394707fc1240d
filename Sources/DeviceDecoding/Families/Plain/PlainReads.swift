package import AssetModel

/// Reads under the usual names: what bridges, scripts and small platforms send.
///
///     {"epc": "3034…", "antenna": 1, "rssi": -52.5, "time": "2026-11-21T12:00:00Z"}    one read
///     [{…}, {…}]      {"reads": [{…}]}      {"tags": [{…}]}      {"data": [{…}]}        several
///     ["3034…", "3034…"]      {"reads": ["3034…"]}                                      identities alone
///
/// Also one of these on each line (NDJSON). Names are those of ``PlainField``; identities are hex; signals
/// are in dBm; times as ``TimeText`` tells them apart; numbers may be texts. A time and an antenna beside the
/// array stand in for reads that have none. A record whose `event` says that the tag has gone is no read and
/// is passed over. Refusals call a field as the message does (`reads[3].antennaPort`).
///
/// The texts of ``ConnectionText`` are the reader's state.
///
/// Source: the bodies that a public platform accepts for "any other reader", and the names in published
/// samples. Vectors: `Tests/DeviceDecodingTests/Fixtures/plain.ndjson`.
package struct PlainReads: MessageFamily {
    package static let format = MessageFormat.plain

    private var tape = JSONTape()

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition {
        message.payload.withUnsafeBytes { bytes in
            var tape = JSONTape()
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                try tape.read(&json)
            } catch {
                return .none
            }
            return PlainRecognition(page: JSONPage(bytes: bytes, tape: tape)).verdict
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            if let event = ConnectionText.event(of: bytes) { return decoded.deviceEvents.append(event) }
            JSONDocuments.read(bytes, &tape, into: &decoded) { page, decoded in
                var document = PlainDocument(page)
                return document.take(into: &decoded)
            }
        }
    }
}
