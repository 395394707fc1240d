package import AssetModel

/// CSL CS463 and CS203X.
///
///     {"timeZone": "-5:00", "pcEthernetMACAddress": "00057B870000", "pcWiFiMACAddress": "",
///      "tags": [{"epc": hex, "antennaPort": "1", "rssi": "-70", "timeOfRead": "2026/11/21 07:00:00"}, …]}
///
/// - Which fields are sent is set up in the reader, so none but `epc` is required.
/// - `antennaPort` and `rssi` (dBm) are texts; numbers are taken too.
/// - `timeOfRead` is the reader's local time and `timeZone` its offset from UTC. Without an offset that can
///   be read the time is unknown, and the receipt stands in: taking it for UTC would be wrong by hours.
/// - The reader is its Ethernet MAC, or its WiFi MAC where the first is empty.
///
/// Source: the test and code of a public client (reelyactive/barnowl-csl).
/// Vectors: `Fixtures/csl.ndjson` of the tests.
package struct CSL: MessageFamily {
    package static let format = MessageFormat.csl

    private var tape = JSONTape()

    package init() {}

    /// By the names of the MAC members, or by `timeOfRead`: nobody else has them.
    package static func recognition(of message: RawMessage) -> Recognition {
        JSONPage.recognition(of: message) { page in
            guard let root = ReadRecord(JSONPage.root, of: page), let tags = root.array("tags") else {
                return false
            }
            if root.has("pcEthernetMACAddress") || root.has("pcWiFiMACAddress") { return true }
            let first = page.firstElement(of: tags).flatMap { ReadRecord($0, of: page) }
            return first?.has("timeOfRead") ?? false
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            JSONDocuments.read(bytes, &tape, into: &decoded, CSL.take)
        }
    }

    private static func take(_ page: JSONPage, into decoded: inout DecodedMessage) -> DocumentOutcome {
        guard let root = ReadRecord(JSONPage.root, of: page), let tags = root.array("tags") else {
            return page.unknownShape
        }
        let refused = decoded.takeName(of: root, "pcEthernetMACAddress", or: "pcWiFiMACAddress")
        if let refused { return refused }
        let zone = root.hint("timeZone") { .success(TimeText.offsetMinutes(of: $0)) } ?? nil
        var walk = RecordWalk(page, into: decoded)
        walk.takeElements(of: tags, "tags", into: &decoded) { record, _ throws(MappedFault) in
            var read = TagRead(tag: try record.requiredEPC("epc"))
            read.antennaPort = try record.port("antennaPort")
            read.peakSignal = try record.signal("rssi")
            // Read in any zone first, so that what is no time at all is refused and not passed over.
            let reading = TimeReading(zoneMinutes: zone ?? 0)
            let time = try record.value("timeOfRead", reading.instant(of:))
            read.heardAt = zone == nil ? nil : time
            return .read(read)
        }
        return walk.outcome(decoded, without: "csl_no_reads")
    }
}
