package import AssetModel

/// SmartReader, the AlexConnect application that runs on an Impinj R700.
///
/// Tags, under `tag_reads` or `tag_reads_positioning` (``SmartReaderTag``):
///
///     {"readerName": "impinj00162513F90B", "mac": "00:16:25:13:F9:0B", "site": "Main Warehouse",
///      "tag_reads": [{"epc": hex, "firstSeenTimestamp": 1706119203123456, "antennaPort": 1, …}, …]}
///
/// About itself, on the management topic (``SmartReaderStatus``):
///
///     {"smartreader-mqtt-status": "disconnected"}               connected; the other word is the last will
///     {"smartreader-status": "inventory-idle"}                  newer builds add readerName, mac, timestamp
///     {"eventType": "gpi-status", …}      {"eventType": "status", "component": "smartreader", …}
///
/// - All epochs are microseconds.
/// - The reader is its `readerName`, or its `mac` where that is empty; `site` is the integrator's word.
/// - By the application's own default its tag messages are retained: the path takes no read from those.
///
/// Source: the vendor's "mqtt events" page and the code of github:suporterfid/smartreader.
/// Vectors: `Fixtures/smartreader.ndjson` of the tests.
package struct SmartReader: MessageFamily {
    package static let format = MessageFormat.smartReader

    /// The members that hold tags.
    private static let lists: [StaticString] = ["tag_reads", "tag_reads_positioning"]

    private var tape = JSONTape()

    package init() {}

    /// By the vendor's own names. `gpi-status` alone might be another's: it needs a name of the reader beside
    /// it.
    package static func recognition(of message: RawMessage) -> Recognition {
        JSONPage.recognition(of: message) { page in
            guard let root = ReadRecord(JSONPage.root, of: page) else { return false }
            if lists.contains(where: { root.array($0) != nil }) { return true }
            switch SmartReaderStatus(root) {
            case .connection, .application, .status: return true
            case .inputs: return root.has("readerName") || root.has("mac")
            case nil: return false
            }
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            JSONDocuments.read(bytes, &tape, into: &decoded, SmartReader.take)
        }
    }

    private static func take(_ page: JSONPage, into decoded: inout DecodedMessage) -> DocumentOutcome {
        guard let root = ReadRecord(JSONPage.root, of: page) else { return page.unknownShape }
        let status = SmartReaderStatus(root)
        guard status != nil || lists.contains(where: root.has) else { return page.unknownShape }
        if let refused = decoded.takeName(of: root, "readerName", or: "mac") { return refused }
        var walk = RecordWalk(page, into: decoded)
        for list in lists {
            guard let node = root.node(list), page.kind(node) != .null else { continue }
            if page.kind(node) == .array {
                walk.takeElements(of: node, "\(list)", into: &decoded, SmartReaderTag.take)
            } else {
                walk.refuse(Rejection(.unknownShape, at: "\(list)"), in: &decoded)
            }
        }
        if let status {
            walk.take(JSONPage.root, "", into: &decoded) { record, decoded throws(MappedFault) in
                try status.take(record, into: &decoded)
            }
        }
        return walk.outcome(decoded, without: "smartreader_no_reads")
    }
}
