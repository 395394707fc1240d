package import AssetModel
import Foundation
import GRDB

/// What a start needs in order to continue where the last commit ended: checkpoint, then the journal through
/// the same path.
package struct Recovery: Sendable {
    /// By table and index.
    package var checkpoint: [Checkpoint.Chunk]
    /// What was committed after the checkpoint, in order.
    package var journal: [JournalEntry]
    package var accounts: Accounts
    /// 0 in a new store.
    package var lastSequence: Int64
    package var advancedTo: UTCInstant
    /// Those that are open and those cleared within the reopen window before ``advancedTo``, by id.
    package var discrepancies: [Discrepancy]

    package struct JournalEntry: Sendable, Equatable {
        package var sequence: Int64
        package var advancedTo: UTCInstant
        package var bytes: [UInt8]
    }
}

extension InventoryStore {
    package func recover() throws(StoreError) -> Recovery {
        let window = settings.reopenWindow
        let recovery = try reader.read { db in
            let position = try Position(db)
            let since = UTCInstant(milliseconds: position.advancedTo.milliseconds &- window.milliseconds)
            return Recovery(
                checkpoint: try checkpointChunks(db), journal: try journalEntries(db),
                accounts: position.accounts,
                lastSequence: position.sequence, advancedTo: position.advancedTo,
                discrepancies: try discrepancies(openOrClearedSince: since, db))
        }
        lastAccounts = recovery.lastSequence > 0 ? recovery.accounts : nil
        return recovery
    }
}

/// The row of `accounts`.
struct Position {
    var sequence: Int64 = 0
    var advancedTo = UTCInstant(milliseconds: 0)
    var checkpointAt: UTCInstant?
    var accounts = Accounts()

    init(_ db: Database) throws {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM accounts") else { return }
        sequence = row["sequence"]
        advancedTo = UTCInstant(milliseconds: row["advanced_to_ms"])
        checkpointAt = instant(row["checkpoint_ms"])
        let json: String = row["json"]
        if json.isEmpty { return }
        do {
            accounts = try JSONDecoder().decode(Accounts.self, from: Data(json.utf8))
        } catch {
            throw StoreError.fatal(detail: "accounts: \(error)", hint: .damaged)
        }
    }
}

private func checkpointChunks(_ db: Database) throws -> [Checkpoint.Chunk] {
    let rows = try Row.fetchCursor(
        db, sql: "SELECT table_name, chunk, blob FROM checkpoint ORDER BY table_name, chunk")
    var chunks: [Checkpoint.Chunk] = []
    while let row = try rows.next() {
        chunks.append(Checkpoint.Chunk(table: row[0], index: row[1], bytes: bytes(row[2])))
    }
    return chunks
}

private func journalEntries(_ db: Database) throws -> [Recovery.JournalEntry] {
    let rows = try Row.fetchCursor(
        db, sql: "SELECT sequence, advanced_to_ms, blob FROM journal ORDER BY sequence")
    var entries: [Recovery.JournalEntry] = []
    while let row = try rows.next() {
        let advancedTo = UTCInstant(milliseconds: row[1])
        entries.append(Recovery.JournalEntry(sequence: row[0], advancedTo: advancedTo, bytes: bytes(row[2])))
    }
    return entries
}

private func discrepancies(openOrClearedSince since: UTCInstant, _ db: Database) throws -> [Discrepancy] {
    let select = "SELECT * FROM discrepancy WHERE cleared_ms IS NULL OR cleared_ms >= ? ORDER BY id"
    let rows = try Row.fetchCursor(db, sql: select, arguments: [since.milliseconds])
    var found: [Discrepancy] = []
    while let row = try rows.next() { found.append(try DiscrepancyRow.read(row)) }
    return found
}

func bytes(_ data: Data) -> [UInt8] {
    Array(data)
}
