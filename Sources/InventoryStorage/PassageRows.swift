package import AssetModel
import GRDB

/// Passages through gates, as they are kept for `tally passages`.
///
/// - `passage`: one row each; `means` as in ``Passage/Means``, `tags` how many it holds.
/// - `passage_tag`: the tags in it, with how sure each is.
enum PassageSQL {
    static let tables = """
        CREATE TABLE passage (
            id INTEGER PRIMARY KEY, passage TEXT NOT NULL UNIQUE, site TEXT NOT NULL, gate TEXT NOT NULL,
            direction TEXT NOT NULL, confidence REAL NOT NULL, at_ms INTEGER NOT NULL,
            from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, late INTEGER NOT NULL, means INTEGER NOT NULL,
            tags INTEGER NOT NULL, bystanders INTEGER NOT NULL, reason_zh TEXT NOT NULL,
            reason_en TEXT NOT NULL
        ) STRICT;
        CREATE INDEX passage_from ON passage (from_ms);
        CREATE TABLE passage_tag (
            passage INTEGER NOT NULL, epc TEXT NOT NULL, confidence REAL NOT NULL, reads INTEGER NOT NULL,
            PRIMARY KEY (passage, epc)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX passage_tag_epc ON passage_tag (epc);
        """
}

extension OutcomeRows {
    /// A passage has one identifier for good: told twice, it is one row.
    func write(_ passage: Passage, _ db: Database) throws {
        let gate = passage.gate
        precondition(settings.zoneNames.indices.contains(gate), "zone \(gate) of \(settings.zoneNames.count)")
        let insert = """
            INSERT INTO passage (passage, site, gate, direction, confidence, at_ms, from_ms, to_ms, late,
                means, tags, bystanders, reason_zh, reason_en)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """
        let values: [(any DatabaseValueConvertible)?] = [
            passage.id, settings.siteOfZone[gate], settings.zoneNames[gate], passage.direction.rawValue,
            passage.confidence, passage.at.milliseconds, passage.from.milliseconds, passage.to.milliseconds,
            passage.isLate, Int64(passage.means.rawValue), passage.tags.count, passage.bystanders,
            passage.reasonChinese, passage.reasonEnglish,
        ]
        try run(db, insert, values)
        guard db.changesCount > 0 else { return }
        let id = db.lastInsertedRowID
        for tag in passage.tags {
            let row: [(any DatabaseValueConvertible)?] = [id, tag.tag.hex, tag.confidence, tag.reads]
            try run(db, "INSERT INTO passage_tag VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", row)
        }
        let oldest = id - settings.limits.passageRowsMax
        try run(db, "DELETE FROM passage WHERE id <= ?", [oldest])
        try run(db, "DELETE FROM passage_tag WHERE passage <= ?", [oldest])
    }
}

/// A passage as it stands in the store.
package struct PassageRecord: Hashable, Sendable {
    package var id: String
    package var site: String
    package var gate: String
    /// `in`, `out` or `undecided`.
    package var direction: String
    package var confidence: Double
    package var at: UTCInstant
    package var from: UTCInstant
    package var to: UTCInstant
    package var isLate: Bool
    package var means: Passage.Means
    package var bystanders: Int
    package var reasonChinese: String
    package var reasonEnglish: String
    /// In order of their EPCs, at most ``StoreReader/passageTagsMax``; `tagCount` counts all.
    package var tags: [Tag] = []
    package var tagCount: Int

    package struct Tag: Hashable, Sendable {
        package var epcHex: String
        package var confidence: Double
        package var reads: Int
    }

    fileprivate init(_ row: Row) {
        id = row["passage"]
        site = row["site"]
        gate = row["gate"]
        direction = row["direction"]
        confidence = row["confidence"]
        at = UTCInstant(milliseconds: row["at_ms"])
        from = UTCInstant(milliseconds: row["from_ms"])
        to = UTCInstant(milliseconds: row["to_ms"])
        isLate = row["late"]
        means = Passage.Means(rawValue: UInt8(truncatingIfNeeded: row["means"] as Int64))
        bystanders = row["bystanders"]
        reasonChinese = row["reason_zh"]
        reasonEnglish = row["reason_en"]
        tagCount = row["tags"]
    }
}

extension StoreReader {
    /// Tags of one passage that are handed out: some pallets.
    package static let passageTagsMax = 500

    /// - Parameters:
    ///   - gate: only this zone.
    ///   - since: only what began then or later, event time.
    /// - Returns: how many there are, and the newest of them, newest first.
    package func passages(
        gate: String?, since: UTCInstant?, rowsMax: Int
    ) throws(StoreError) -> (total: Int, rows: [PassageRecord]) {
        try read { db in
            let filter = "WHERE (?1 IS NULL OR gate = ?1) AND from_ms >= ?2"
            let values: [(any DatabaseValueConvertible)?] = [gate, since?.milliseconds ?? Int64.min]
            let total =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM passage \(filter)", arguments: StatementArguments(values))
                ?? 0
            let select = "SELECT * FROM passage \(filter) ORDER BY from_ms DESC, id DESC LIMIT ?3"
            let rows = try Row.fetchAll(
                db, sql: select, arguments: StatementArguments(values + [max(rowsMax, 0)]))
            return (total, try rows.map { try passage($0, db) })
        }
    }

    private func passage(_ row: Row, _ db: Database) throws -> PassageRecord {
        var record = PassageRecord(row)
        let select = "SELECT * FROM passage_tag WHERE passage = ? ORDER BY epc LIMIT ?"
        let id: Int64 = row["id"]
        record.tags = try Row.fetchAll(db, sql: select, arguments: [id, StoreReader.passageTagsMax]).map {
            PassageRecord.Tag(epcHex: $0["epc"], confidence: $0["confidence"], reads: $0["reads"])
        }
        return record
    }
}
