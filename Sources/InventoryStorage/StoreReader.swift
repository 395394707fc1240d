package import AssetModel
import Foundation
import GRDB

/// Reads what is committed, and nothing else. Any thread, any number of them; never holds up the writer.
package struct StoreReader: Sendable {
    private let pool: DatabasePool
    private let path: String
    private let synchronous: String

    init(pool: DatabasePool, path: String, synchronous: String) {
        self.pool = pool
        self.path = path
        self.synchronous = synchronous
    }

    /// One consistent view of the database on a read-only connection.
    func read<Value>(_ work: (Database) throws -> Value) throws(StoreError) -> Value {
        do { return try pool.read(work) } catch { throw StoreError(error) }
    }

    package func figures() throws(StoreError) -> StoreFigures {
        let sizes = sizes()
        return try read { db in
            let position = try Position(db)
            var figures = StoreFigures(
                path: path, synchronous: synchronous, sizes: sizes, lastSequence: position.sequence,
                advancedTo: position.advancedTo, accounts: position.accounts)
            figures.checkpointAt = position.checkpointAt
            let open = "SELECT code, count(*) FROM discrepancy WHERE cleared_ms IS NULL GROUP BY code"
            for row in try Row.fetchAll(db, sql: open) { figures.openByCode[row[0]] = row[1] }
            figures.outboxRows = try count("outbox", db)
            figures.quarantineRows = try count("quarantine", db)
            figures.gapRows = try count("gap", db)
            let dropped = "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'outbox_dropped'"
            figures.outboxDropped = try Int.fetchOne(db, sql: dropped) ?? 0
            figures.cards = try AssetCard.count(db)
            figures.bindings = try TagBinding.count(db)
            figures.vehicles = try VehicleCard.count(db)
            return figures
        }
    }

    /// Bytes of the database file and of its log; 0 where there is none.
    package func sizes() -> StoreSizes {
        StoreSizes(databaseBytes: fileBytes(path), logBytes: fileBytes(path + "-wal"))
    }

    private func count(_ table: String, _ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
    }
}

/// The size of the store on disk, bytes.
package struct StoreSizes: Hashable, Sendable {
    package var databaseBytes: Int64
    package var logBytes: Int64
}

/// What the status page says about the store.
package struct StoreFigures: Sendable {
    package var path: String
    package var synchronous: String
    package var sizes: StoreSizes
    package var lastSequence: Int64
    /// Receipt time up to which everything is committed.
    package var advancedTo: UTCInstant
    package var accounts: Accounts
    package var checkpointAt: UTCInstant?
    /// Open discrepancies by code.
    package var openByCode: [String: Int] = [:]
    package var outboxRows = 0
    /// Messages that the bound of the outbox let go unsent, since the store was made.
    package var outboxDropped = 0
    package var quarantineRows = 0
    package var gapRows = 0
    package var cards = 0
    package var bindings = 0
    package var vehicles = 0
}

private func fileBytes(_ path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
}

// MARK: - Discrepancies

/// Which discrepancies to list: all conditions together, the newest first.
package struct DiscrepancyFilter: Sendable {
    package var onlyOpen: Bool
    package var code: DiscrepancyCode?
    package var site: String?
    /// Asset number, EPC, plate, phone number or reader id.
    package var subjectKey: String?
    package var rowsMax: Int

    /// What one answer of the control socket carries at most.
    package static let rowsMaxDefault = 1_000

    package init(onlyOpen: Bool = true, code: DiscrepancyCode? = nil, rowsMax: Int = rowsMaxDefault) {
        self.onlyOpen = onlyOpen
        self.code = code
        self.rowsMax = rowsMax
    }
}

extension StoreReader {
    package func discrepancies(_ filter: DiscrepancyFilter = DiscrepancyFilter()) throws(StoreError)
        -> [Discrepancy]
    {
        try read { db in
            let select = """
                SELECT * FROM discrepancy
                WHERE (?1 = 0 OR cleared_ms IS NULL) AND (?2 IS NULL OR code = ?2)
                AND (?3 IS NULL OR site = ?3)
                    AND (?4 IS NULL OR subject_key = ?4 OR subject_epc = ?4)
                ORDER BY opened_ms DESC, id LIMIT ?5
                """
            let arguments: [(any DatabaseValueConvertible)?] = [
                filter.onlyOpen, filter.code?.rawValue, filter.site, filter.subjectKey,
                max(filter.rowsMax, 0),
            ]
            return try Row.fetchAll(db, sql: select, arguments: StatementArguments(arguments))
                .map { try DiscrepancyRow.read($0) }
        }
    }

    package func discrepancy(_ id: String) throws(StoreError) -> Discrepancy? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM discrepancy WHERE id = ?", arguments: [id])
                .map { try DiscrepancyRow.read($0) }
        }
    }
}

// MARK: - Places and books

extension StoreReader {
    package func presence(of tag: EPC) throws(StoreError) -> PresenceRecord? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM presence WHERE epc = ?", arguments: [tag.hex])
                .map { PresenceRecord($0) }
        }
    }

    /// - Parameter phone: leading zeros stripped.
    package func latestFix(of phone: String) throws(StoreError) -> FixRecord? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM vehicle_fix WHERE phone = ?", arguments: [phone])
                .map { FixRecord($0) }
        }
    }

    package func card(_ assetNo: String) throws(StoreError) -> AssetCard? {
        try read { db in try AssetCard.newest(assetNo.databaseValue, db) }
    }

    package func binding(epcHex: String) throws(StoreError) -> TagBinding? {
        try read { db in try TagBinding.newest(epcHex.databaseValue, db) }
    }

    /// Every tag that is, was or will be on an asset, by EPC.
    package func bindings(assetNo: String) throws(StoreError) -> [TagBinding] {
        try read { db in
            let select = "SELECT DISTINCT epc FROM tag_binding WHERE asset_no = ? ORDER BY epc"
            let tags = try DatabaseValue.fetchAll(db, sql: select, arguments: [assetNo])
            return try tags.compactMap { try TagBinding.newest($0, db) }.filter { $0.assetNo == assetNo }
        }
    }

    package func vehicle(plateNo: String) throws(StoreError) -> VehicleCard? {
        try read { db in try VehicleCard.newest(plateNo.databaseValue, db) }
    }
}

// MARK: - What went wrong, what goes up

/// A message on its way up, with its place in the order.
package struct OutboxRow: Hashable, Sendable {
    package var sequence: Int64
    package var row: OutgoingRow
}

/// A refused message with the number that it keeps for as long as it is kept.
package struct QuarantineRow: Hashable, Sendable {
    package var number: Int64
    package var entry: QuarantineEntry

    /// `nil` for a reason that this version does not know.
    init?(_ row: Row) {
        guard let reason = Rejection.Reason(rawValue: row["reason"]) else { return nil }
        number = row["id"]
        entry = QuarantineEntry(
            receivedAt: UTCInstant(milliseconds: row["received_ms"]), topic: row["topic"],
            rejection: Rejection(reason, at: row["at"]), payload: bytes(row["payload"]),
            payloadBytes: row["payload_bytes"])
    }
}

extension StoreReader {
    /// The newest first. Reasons that this version does not know are left out.
    package func quarantine(rowsMax: Int) throws(StoreError) -> [QuarantineEntry] {
        try quarantineRows(rowsMax: rowsMax).map(\.entry)
    }

    /// The newest first, each with its number; ``StoreLimits/quarantineRowsMax`` bounds them.
    package func quarantineRows(rowsMax: Int) throws(StoreError) -> [QuarantineRow] {
        try read { db in
            let select = "SELECT * FROM quarantine ORDER BY id DESC LIMIT ?"
            return try Row.fetchAll(db, sql: select, arguments: [max(rowsMax, 0)]).compactMap {
                QuarantineRow($0)
            }
        }
    }

    package func quarantined(_ number: Int64) throws(StoreError) -> QuarantineRow? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM quarantine WHERE id = ?", arguments: [number])
                .flatMap { QuarantineRow($0) }
        }
    }

    /// The newest first.
    package func gaps(rowsMax: Int) throws(StoreError) -> [GapEvent] {
        try read { db in
            let select = "SELECT * FROM gap ORDER BY id DESC LIMIT ?"
            return try Row.fetchAll(db, sql: select, arguments: [max(rowsMax, 0)]).compactMap { row in
                guard let reason = GapReason(rawValue: row["reason"]) else { return nil }
                return GapEvent(
                    reason: reason, from: UTCInstant(milliseconds: row["from_ms"]),
                    to: UTCInstant(milliseconds: row["to_ms"]), detail: row["detail"])
            }
        }
    }

    /// Messages after a sequence number, in order.
    package func outbox(after sequence: Int64, rowsMax: Int) throws(StoreError) -> [OutboxRow] {
        try read { db in
            let select = "SELECT seq, topic, payload, retain FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?"
            return try Row.fetchAll(db, sql: select, arguments: [sequence, max(rowsMax, 0)]).map { row in
                let message = OutgoingRow(topic: row[1], payload: bytes(row[2]), isRetained: row[3])
                return OutboxRow(sequence: row[0], row: message)
            }
        }
    }
}
