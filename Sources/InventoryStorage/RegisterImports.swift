package import AssetModel
import GRDB

/// An import whose lines are being written, or are written and wait for the path to take the change up.
struct StagedImport {
    let id: Int64
    let change: RegisterChange
    var rowsStaged: Int

    var isComplete: Bool { rowsStaged == change.rowCount }
}

extension RegisterChange {
    /// Lines of all three kinds; staging counts through cards, then bindings, then vehicles.
    package var rowCount: Int { cards.count + bindings.count + vehicles.count }

    fileprivate var kind: String {
        let kinds = [("register", cards.isEmpty), ("tags", bindings.isEmpty), ("vehicles", vehicles.isEmpty)]
        return kinds.filter { !$0.1 }.map(\.0).joined(separator: "+")
    }

    fileprivate func writeLines(_ lines: Range<Int>, under id: Int64, versionsMax: Int64, _ db: Database)
        throws
    {
        for index in lines {
            if index < cards.count {
                try cards[index].write(under: id, versionsMax: versionsMax, db)
            } else if index < cards.count + bindings.count {
                try bindings[index - cards.count].write(under: id, versionsMax: versionsMax, db)
            } else {
                try vehicles[index - cards.count - bindings.count].write(
                    under: id, versionsMax: versionsMax, db)
            }
        }
    }
}

/// Imports of the books.
///
/// Staged lines are not part of the books. Once all are staged, the change goes into the path as an input,
/// and the commit of the outcome that carries it turns the import to `applied`: one row. A change that was
/// not staged is written line by line in that commit, which is right for a few lines and long for many.
extension InventoryStore {
    /// The number under which the next import is to be staged.
    package func nextImportID() throws(StoreError) -> Int64 {
        try reader.read { db in try newImportID(db) }
    }

    /// Writes a slice of an import, in a transaction of its own, between two batches.
    ///
    /// Lines that say what the books say already are left out: a second import of the same file writes
    /// nothing.
    ///
    /// - Parameters:
    ///   - start: 0 at first, then what the call before returned.
    ///   - rows: lines in this slice; some 500 stay under 50 ms on a slow box.
    /// - Returns: lines staged so far; equal to ``RegisterChange/rowCount`` when all are.
    /// - Throws: `.refused` while another import is staged, or when this one was dropped meanwhile; `.full`,
    ///   `.busy`.
    package func stageRegister(
        _ change: RegisterChange, importID: Int64, from start: Int, rows: Int
    ) throws(StoreError) -> Int {
        let stagedAlready = staging?.rowsStaged ?? 0
        guard (staging?.id ?? importID) == importID, start == stagedAlready, staging != nil || start == 0
        else {
            throw .refused(detail: "import \(importID) from line \(start)", hint: .oneImport)
        }
        let end = min(start + max(rows, 0), change.rowCount)
        let versionsMax = settings.limits.registerVersionsMax
        let isNew = staging == nil
        try transaction { db in
            if isNew { try insertImport(importID, change.kind, state: "staged", at: nil, db) }
            try change.writeLines(start..<end, under: importID, versionsMax: versionsMax, db)
        }
        staging = StagedImport(id: importID, change: change, rowsStaged: end)
        return end
    }

    /// Gives up an import that is staged; its lines are removed.
    package func abandonRegister(importID: Int64) throws(StoreError) {
        guard staging?.id == importID else { return }
        try dropUnfinishedImports()
        staging = nil
    }

    /// The books as they are, every line in its current version, by key.
    package func loadRegister() throws(StoreError) -> RegisterChange {
        try reader.read { db in
            RegisterChange(
                cards: try AssetCard.all(db), bindings: try TagBinding.all(db),
                vehicles: try VehicleCard.all(db))
        }
    }

    /// Takes a change into the books as part of a commit.
    ///
    /// - Returns: `true` where the import being staged has found its end: applied, or dropped because another
    ///   change came before it (its lines were compared with books that are no more).
    func apply(_ change: RegisterChange, at now: UTCInstant, _ db: Database) throws -> Bool {
        if let staging, staging.isComplete, staging.change == change {
            try db.execute(
                sql: "UPDATE register_import SET state = 'applied', at_ms = ? WHERE id = ?",
                arguments: [now.milliseconds, staging.id])
            return true
        }
        if change.isEmpty { return false }
        try db.execute(sql: "UPDATE register_import SET state = 'dropped' WHERE state = 'staged'")
        let dropped = db.changesCount > 0
        let id = try newImportID(db)
        try insertImport(id, change.kind, state: "applied", at: now, db)
        let versionsMax = settings.limits.registerVersionsMax
        try change.writeLines(0..<change.rowCount, under: id, versionsMax: versionsMax, db)
        return dropped
    }

    /// Removes what is staged or dropped, with its lines.
    func dropUnfinishedImports() throws(StoreError) {
        let unfinished = "SELECT id FROM register_import WHERE state <> 'applied'"
        let any = try reader.read { db in try Int64.fetchOne(db, sql: unfinished) != nil }
        guard any else { return }
        try transaction { db in
            for table in [AssetCard.table, TagBinding.table, VehicleCard.table] {
                try db.execute(sql: "DELETE FROM \(table) WHERE import_id IN (\(unfinished))")
            }
            try db.execute(sql: "DELETE FROM register_import WHERE state <> 'applied'")
        }
    }
}

private func newImportID(_ db: Database) throws -> Int64 {
    (try Int64.fetchOne(db, sql: "SELECT max(id) FROM register_import") ?? 0) + 1
}

private func insertImport(_ id: Int64, _ kind: String, state: String, at: UTCInstant?, _ db: Database) throws
{
    try db.execute(
        sql: "INSERT INTO register_import (id, kind, at_ms, state) VALUES (?, ?, ?, ?)",
        arguments: [id, kind, at?.milliseconds, state])
}

extension StoreReader {
    /// The books as they are, every line in its current version, by key.
    package func loadRegister() throws(StoreError) -> RegisterChange {
        try read { db in
            RegisterChange(
                cards: try AssetCard.all(db), bindings: try TagBinding.all(db),
                vehicles: try VehicleCard.all(db))
        }
    }
}
