package import AssetModel

/// The generic adapter of Rifidi Edge, which other programs feed.
///
///     [{"epc": hex, "antenna": 1, "timestamp": 1483735761055, "reader": "Alien_1", "rssi": "-52",
///       "extrainformation": "Direction:IN|Speed:50"}, …]
///
/// - The identity is `epc` in the code that reads these messages and `id` in the comment that describes them;
///   either is taken, `epc` first.
/// - `rssi` is a text of no stated unit (the published sample says "123"). It counts as dBm where it can be
///   dBm, -120 to below 0; else the signal is unknown and the read stands.
/// - `extrainformation` holds `name:value` pairs between bars. `Direction` is IN or OUT; numbers occur, and
///   what they mean is not documented: the direction is then unknown.
/// - `timestamp` is epoch milliseconds.
///
/// Source: TagParsingStrategy.java of TranscendsLLC/rifidi and its comment.
/// Vectors: `Fixtures/rifidi.ndjson` of the tests.
package struct Rifidi: MessageFamily {
    package static let format = MessageFormat.rifidi

    /// In 1/100 dBm. Zero is what a program writes that has no signal.
    private static let signalRange: ClosedRange<Int16> = -12_000...(-1)

    private var tape = JSONTape()

    package init() {}

    /// By `extrainformation`, which nobody else has; without it the message is plain.
    package static func recognition(of message: RawMessage) -> Recognition {
        JSONPage.recognition(of: message) { page in
            guard let record = page.firstRecord else { return false }
            return record.has("extrainformation") && namesTag(record)
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            JSONDocuments.read(bytes, &tape, into: &decoded) { page, decoded in
                RecordWalk.takeRoot(
                    page, into: &decoded, without: "rifidi_no_reads", isOne: Rifidi.namesTag, Rifidi.read)
            }
        }
    }

    private static func namesTag(_ record: ReadRecord) -> Bool { record.has("epc") || record.has("id") }

    private static func read(
        _ record: ReadRecord, _ decoded: inout DecodedMessage
    ) throws(MappedFault) -> RecordOutcome {
        try decoded.name(try record.name("reader"), field: "reader")
        let tag: EPC
        if let named = try record.epc("epc") { tag = named } else { tag = try record.requiredEPC("id") }
        var read = TagRead(tag: tag)
        read.antennaPort = try record.port("antenna")
        read.heardAt = try record.instant("timestamp")
        let signal = record.hint("rssi") { FieldText.signal($0, .dBm) }
        read.peakSignal = signal.flatMap { signalRange.contains($0.centiDBm) ? $0 : nil }
        read.direction = record.text("extrainformation").flatMap(direction)
        return .read(read)
    }

    /// `nil` where the pairs say nothing of a direction.
    private static func direction(in pairs: String) -> PassageDirection? {
        for pair in pairs.split(separator: "|") {
            let parts = pair.split(separator: ":", maxSplits: 1).map { word in
                word.lowercased().filter { $0 != " " }
            }
            guard parts.count == 2, parts[0] == "direction" else { continue }
            switch parts[1] {
            case "in": return .inward
            case "out": return .outward
            case "none": return PassageDirection.none
            default: return .unknown
            }
        }
        return nil
    }
}
