import AssetModel
import GRDB

// MARK: - Bounds

extension OutcomeRows {
    /// After an insert into a table whose ids grow by one: drops what lies more than `rowsMax` back.
    func prune(_ table: String, to rowsMax: Int64, by key: String = "id", _ db: Database) throws {
        try run(db, "DELETE FROM \(table) WHERE \(key) <= ?", [db.lastInsertedRowID - rowsMax])
    }

    mutating func keepBounds(_ db: Database) throws {
        let limits = settings.limits
        counts.presence -= try drop(
            counts.presence - limits.presenceRowsMax, db,
            "DELETE FROM presence WHERE epc IN (SELECT epc FROM presence ORDER BY at_ms, epc LIMIT ?)")
        counts.fixes -= try drop(
            counts.fixes - limits.vehicleFixRowsMax, db,
            """
            DELETE FROM vehicle_fix WHERE phone IN (
                SELECT phone FROM vehicle_fix ORDER BY received_ms, phone LIMIT ?)
            """
        )
        counts.discrepancies -= try drop(
            counts.discrepancies - limits.discrepancyRowsMax, db,
            """
            DELETE FROM discrepancy WHERE id IN (
                SELECT id FROM discrepancy WHERE cleared_ms IS NOT NULL ORDER BY cleared_ms, id LIMIT ?)
            """)
        if counts.outbox > limits.outboxRowsMax { try thinOutbox(db) }
    }

    private func drop(_ excess: Int64, _ db: Database, _ delete: String) throws -> Int64 {
        guard excess > 0 else { return 0 }
        try run(db, delete, [excess])
        return Int64(db.changesCount)
    }

    /// Back to nine tenths of the bound, so that the search is not repeated at every commit. What a later
    /// retained message of the same topic replaces is no loss; the oldest beyond that are, and are counted.
    private mutating func thinOutbox(_ db: Database) throws {
        let replaced = """
            DELETE FROM outbox WHERE retain = 1 AND seq NOT IN
                (SELECT max(seq) FROM outbox WHERE retain = 1 GROUP BY topic)
            """
        try run(db, replaced, [])
        counts.outbox -= Int64(db.changesCount)
        let goal = settings.limits.outboxRowsMax / 10 * 9
        let lost = try drop(
            counts.outbox - goal, db,
            "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox ORDER BY seq LIMIT ?)")
        counts.outbox -= lost
        unsent += lost
        let count = """
            INSERT INTO meta (key, value) VALUES ('outbox_dropped', ?)
            ON CONFLICT DO UPDATE SET value = CAST(value AS INTEGER) + CAST(excluded.value AS INTEGER)
            """
        try run(db, count, [String(lost)])
    }
}
