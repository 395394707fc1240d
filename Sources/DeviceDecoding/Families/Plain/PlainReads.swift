package import AssetModel

/// Reads under the usual names: what bridges, scripts and small platforms send.
///
///     {"epc": "3034…", "antenna": 1, "rssi": -52.5, "time": "2026-11-21T12:00:00Z"}    one read
///     [{…}, {…}]      {"reads": [{…}]}      {"tags": [{…}]}      {"data": [{…}]}        several
///     ["3034…", "3034…"]      {"reads": ["3034…"]}                                      identities alone
///
/// Also one of these on each line (NDJSON). Names are those of ``PlainField``; identities are hex; signals
/// are in dBm; times as ``TimeText`` tells them apart; numbers may be texts. A time beside the array stands
/// in for reads that have none. A record whose `event` says that the tag has gone is no read and is passed
/// over.
///
/// The texts of ``ConnectionText`` are the reader's state.
///
/// Source: the bodies that a public platform accepts for "any other reader", and the names in published
/// samples. Vectors: `Tests/DeviceDecodingTests/Fixtures/plain.ndjson`.
package struct PlainReads: MessageFamily {
    package static let format = MessageFormat.plain

    private var tape = JSONTape()

    package init() {}

    /// Sure only where hex of a plausible length stands under a name that holds identities: a wrong guess is
    /// worse than none. Not for a bare array of texts, nor for events of arriving and leaving: what those
    /// mean is not in their shape.
    package static func recognition(of message: RawMessage) -> Recognition {
        message.payload.withUnsafeBytes { bytes in
            var tape = JSONTape()
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                try tape.read(&json)
            } catch {
                return .none
            }
            let page = JSONPage(bytes: bytes, tape: tape)
            guard let first = PlainDocument.firstRecord(of: page) else { return .none }
            return isCertainly(first, of: page) ? .certain : .none
        }
    }

    /// 64 bits, the shortest that carries a scheme; shorter hex is a number, a colour, a checksum.
    private static let hexDigitsMin = 16

    private static func isCertainly(_ record: PlainRecord, of page: JSONPage) -> Bool {
        guard !record.has(.event), !record.has(.gone), let node = record.node(.epc), page.kind(node) == .text
        else { return false }
        let text = page.raw(node)
        guard text.count >= hexDigitsMin, case .success = FieldText.identity(text, .hex) else { return false }
        // "tag" and "id" hold anything; with a signal or an antenna beside them, a tag.
        return record.namesEPC || record.has(.signal) || record.has(.antenna)
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
