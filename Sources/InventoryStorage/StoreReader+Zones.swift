package import AssetModel
import Foundation
import GRDB

/// What of a card says where its thing should be: the columns that ``RegisterSnapshot`` reads, so that cards
/// of one place are looked up once.
package struct CardPlace: Hashable, Sendable {
    package var site: String
    package var zone: String
    package var locationCode: String
    package var location: String
    package var state: AssetState?

    /// - Parameter row: with the columns of ``columns``, under these names or with a prefix.
    fileprivate init(_ row: Row, prefix: String = "") {
        site = row[prefix + "site"]
        zone = row[prefix + "zone"]
        locationCode = row[prefix + "location_code"]
        location = row[prefix + "location"]
        state = (row[prefix + "state"] as String?).flatMap { AssetState(rawValue: $0) }
    }

    fileprivate static let columns = "site, zone, location_code, location, state"

    /// As a row value of ``StandingSQL/expected``.
    fileprivate var texts: [String] { [site, zone, locationCode, location, state?.rawValue ?? ""] }

    /// A card that stands for all cards of this place.
    package func card(_ assetNo: String) -> AssetCard {
        var card = AssetCard(assetNo: assetNo)
        card.site = site
        card.zone = zone
        card.locationCode = locationCode
        card.location = location
        card.state = state
        return card
    }
}

/// An asset, and where each of its tags was heard.
package struct StandingAsset: Hashable, Sendable {
    package var assetNo: String
    package var assetName: String
    /// Tags bound to it now; empty where none is.
    package var tags: [Tag] = []

    package struct Tag: Hashable, Sendable {
        package var epcHex: String
        /// `nil` where it was never heard.
        package var presence: PresenceRecord?
    }
}

/// A tag settled in a zone, and what the books say of it.
package struct SettledTag: Hashable, Sendable {
    package var presence: PresenceRecord
    /// The asset number that it is bound to now.
    package var assetNo: String?
    package var assetName: String?
    /// `nil` where no card stands behind it.
    package var place: CardPlace?
}

extension StoreReader {
    /// The distinct places of all cards, and how many cards each has.
    package func cardPlaces() throws(StoreError) -> [CardPlace: Int] {
        try read { db in
            let select = """
                SELECT \(CardPlace.columns), count(*) AS cards FROM (\(StandingSQL.currentCards))
                GROUP BY \(CardPlace.columns)
                """
            var places: [CardPlace: Int] = [:]
            let rows = try Row.fetchCursor(db, sql: select)
            while let row = try rows.next() { places[CardPlace(row)] = row["cards"] }
            return places
        }
    }

    /// Tags settled in each zone, by zone id.
    package func settledCounts() throws(StoreError) -> [String: Int] {
        try counts("SELECT zone, count(*) FROM presence WHERE kind = 'present' GROUP BY zone")
    }

    /// Discrepancies of a code that are not settled, by zone id.
    package func openCounts(_ code: DiscrepancyCode) throws(StoreError) -> [String: Int] {
        try counts(
            """
            SELECT zone, count(*) FROM discrepancy
            WHERE cleared_ms IS NULL AND zone IS NOT NULL AND code = '\(code.rawValue)' GROUP BY zone
            """)
    }

    private func counts(_ select: String) throws(StoreError) -> [String: Int] {
        try read { db in
            var counts: [String: Int] = [:]
            for row in try Row.fetchAll(db, sql: select) { counts[row[0]] = row[1] }
            return counts
        }
    }

    /// The assets whose cards name one of these places, in order of their numbers, each with its tags.
    ///
    /// - Parameter now: which bindings hold.
    package func eachAsset(
        in places: [CardPlace], at now: UTCInstant, _ body: (StandingAsset) -> Void
    ) throws(StoreError) {
        try read { db in
            let json = String(decoding: try JSONEncoder().encode(places.map(\.texts)), as: UTF8.self)
            let rows = try Row.fetchCursor(
                db, sql: StandingSQL.expected, arguments: [json, now.milliseconds])
            var current: StandingAsset?
            while let row = try rows.next() {
                let assetNo: String = row["asset_no"]
                if current?.assetNo != assetNo {
                    if let current { body(current) }
                    current = StandingAsset(assetNo: assetNo, assetName: row["asset_name"])
                }
                guard let hex: String = row["tag"] else { continue }
                let presence = (row["kind"] as String?).map { _ in PresenceRecord(row) }
                current?.tags.append(StandingAsset.Tag(epcHex: hex, presence: presence))
            }
            if let current { body(current) }
        }
    }

    /// The tags settled in a zone, by EPC.
    package func eachSettledTag(
        inZone zone: String, at now: UTCInstant, _ body: (SettledTag) -> Void
    ) throws(StoreError) {
        try read { db in
            let rows = try Row.fetchCursor(db, sql: StandingSQL.settled, arguments: [zone, now.milliseconds])
            while let row = try rows.next() {
                let hasCard = (row["card_site"] as String?) != nil
                let place = hasCard ? CardPlace(row, prefix: "card_") : nil
                body(
                    SettledTag(
                        presence: PresenceRecord(row), assetNo: row["asset_no"],
                        assetName: row["asset_name"], place: place))
            }
        }
    }
}

private enum StandingSQL {
    private static let applied = "SELECT id FROM register_import WHERE state = 'applied'"

    /// The current version of every card.
    static let currentCards = """
        SELECT asset_no, asset_name, \(CardPlace.columns), max(import_id) FROM card
        WHERE import_id IN (\(applied)) GROUP BY asset_no
        """

    /// The binding `b` is the current one of its tag and holds at `?2`.
    private static let bindingHolds = """
        b.import_id = (SELECT max(v.import_id) FROM tag_binding AS v
            WHERE v.epc = b.epc AND v.import_id IN (\(applied)))
        AND (b.valid_from_ms IS NULL OR b.valid_from_ms <= ?2)
        AND (b.valid_to_ms IS NULL OR ?2 < b.valid_to_ms)
        """

    /// `?1`: places as a JSON array of arrays of text.
    static let expected = """
        SELECT c.asset_no, c.asset_name, b.epc AS tag, p.* FROM (\(currentCards)) AS c
            LEFT JOIN tag_binding AS b ON b.asset_no = c.asset_no AND \(bindingHolds)
            LEFT JOIN presence AS p ON p.epc = b.epc
        WHERE (c.site, c.zone, c.location_code, c.location, ifnull(c.state, '')) IN (
            SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?1))
        ORDER BY c.asset_no, b.epc
        """

    /// `?1`: zone id.
    static let settled = """
        SELECT p.*, b.asset_no, c.asset_name, c.site AS card_site, c.zone AS card_zone,
            c.location_code AS card_location_code, c.location AS card_location, c.state AS card_state
        FROM presence AS p
            LEFT JOIN tag_binding AS b ON b.epc = p.epc AND \(bindingHolds)
            LEFT JOIN card AS c ON c.asset_no = b.asset_no AND c.import_id = (
                SELECT max(v.import_id) FROM card AS v
                WHERE v.asset_no = c.asset_no AND v.import_id IN (\(applied)))
        WHERE p.zone = ?1 AND p.kind = 'present' ORDER BY p.epc
        """
}
