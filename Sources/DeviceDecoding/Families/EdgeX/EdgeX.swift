package import AssetModel

/// EdgeX app-rfid-llrp-inventory: its inventory events, bare or in EdgeX's envelopes.
///
///     {"epc": hex, "tid": "", "timestamp": 1600000000000, "location": "Reader-10-EF-25_1"}         Arrived
///     {"epc": hex, "tid": "", "timestamp": …, "old_location": …, "new_location": "Backroom"}       Moved
///     {"epc": hex, "tid": "", "timestamp": …, "last_read": …, "last_known_location": …}            Departed
///
/// - An arrival and a move are one read each, at `timestamp` (epoch ms). A tag that rests is not told again,
///   so silence says nothing. A departure is EdgeX's own judgement of silence: passed over.
/// - A location is `device_antenna`, or an alias that somebody gave it. An alias names no antenna and no
///   reader; one that ends in `_` and a number looks like an antenna, so there must be none such.
/// - A message with a read at an alias names no reader at all: whose the alias is cannot be told.
/// - An empty `tid` is unknown.
///
/// An envelope (``EdgeXContent``) carries one such object in each reading whose `resourceName` begins with
/// `InventoryEvent`; other readings are passed over.
///
/// Source: internal/inventory/event.go of edgexfoundry/app-rfid-llrp-inventory; the names of EdgeX's own
/// messages and events. Vectors: `Fixtures/edgex.ndjson` of the tests.
package struct EdgeX: MessageFamily {
    package static let format = MessageFormat.edgex

    private var tape = JSONTape()

    package init() {}

    /// By the name of a reading's resource, or by exactly the members of one of the three events: an EPC, a
    /// time and a location are everybody's.
    package static func recognition(of message: RawMessage) -> Recognition {
        JSONPage.recognition(of: message) { page in
            EdgeXContent.open(page) { $0.first.map(isOwn) ?? false } ?? false
        }
    }

    private static let memberSets: [[StaticString]] = [
        ["epc", "tid", "timestamp", "location"],
        ["epc", "tid", "timestamp", "old_location", "new_location"],
        ["epc", "tid", "timestamp", "last_read", "last_known_location"],
    ]

    private static func isOwn(_ record: ReadRecord) -> Bool {
        if EdgeXContent.isInventoryReading(record) { return true }
        var count = 0
        record.forEachMember { _, _ in count += 1 }
        return memberSets.contains { $0.count == count && $0.allSatisfy(record.has) }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            JSONDocuments.read(bytes, &tape, into: &decoded) { page, decoded in
                EdgeXContent.open(page) { $0.take(into: &decoded) } ?? page.unknownShape
            }
        }
    }
}

/// One of the three inventory events.
enum EdgeXEvent {
    /// Whether an object is one, whole or not.
    static func isOne(_ record: ReadRecord) -> Bool {
        let locations: [StaticString] = ["location", "new_location", "last_known_location", "last_read"]
        return locations.contains(where: record.has)
    }

    /// - Parameter hasAlias: set where a read is taken whose location is no antenna.
    static func take(
        _ record: ReadRecord, _ hasAlias: inout Bool, into decoded: inout DecodedMessage
    ) throws(MappedFault) -> RecordOutcome {
        if record.has("last_known_location") || record.has("last_read") {
            return .passedOver("edgex_departed")
        }
        let field: StaticString = record.has("new_location") ? "new_location" : "location"
        let location = try record.name(field) ?? ""
        let place = antenna(at: location)
        try decoded.name(place?.device, field: "\(field)")
        var read = TagRead(tag: try record.requiredEPC("epc"))
        read.tid = try record.tid("tid")
        read.heardAt = try record.instant("timestamp")
        read.antennaPort = place?.port
        if place == nil { hasAlias = true }
        decoded.reportMode = .once
        return .read(read)
    }

    /// `Reader-10-EF-25_1` is antenna 1 of `Reader-10-EF-25`; anything else is an alias.
    private static func antenna(at location: String) -> (device: String, port: UInt16)? {
        guard let bar = location.lastIndex(of: "_"), bar > location.startIndex else { return nil }
        let digits = location[location.index(after: bar)...]
        guard digits.utf8.allSatisfy({ $0 &- 0x30 <= 9 }), digits.first != "0", let port = UInt16(digits)
        else { return nil }
        return (String(location[..<bar]), port)
    }
}
