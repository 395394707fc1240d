package import AssetModel
import Foundation
import GRDB
import Logging

extension InventoryStore {
    /// Makes an outcome durable, with the messages that follow from it, in one transaction.
    ///
    /// A checkpoint in the outcome describes the path after this very outcome: the journal up to and
    /// including it is pruned, and its own blob is not kept.
    ///
    /// - Parameter outgoing: what goes up because of it, in order: ``OutgoingRow/rows(for:)``.
    /// - Throws: `.full` and `.busy` after a full roll-back: commit the same outcome again later. `.fatal`:
    ///   the process has to end without acknowledging anything.
    package func commit(_ outcome: IntakeOutcome, outgoing: [OutgoingRow]) throws(StoreError) {
        if outcome.isEmpty {
            precondition(outgoing.isEmpty, "messages without an outcome: \(outgoing.count)")
            return
        }
        precondition(outcome.sequence > lastSequence, "outcome \(outcome.sequence) after \(lastSequence)")
        Fault.point("before-commit")
        var rows = OutcomeRows(settings: settings, counts: counts)
        var flipped = false
        try transaction { db in
            try rows.confirm(confirmed, db)
            for change in outcome.registerChanges {
                flipped = try apply(change, at: outcome.advancedTo, db) || flipped
            }
            try rows.write(outcome, outgoing, db)
            try rows.writeAccounts(outcome, changed: outcome.accounts != lastAccounts, db)
            Fault.point("in-commit")
        }
        Fault.point("after-commit")
        lastSequence = outcome.sequence
        lastAccounts = outcome.accounts
        counts = rows.counts
        confirmed.removeAll(keepingCapacity: true)
        if flipped { staging = nil }
        if rows.unsent > 0 {
            log.error("发件箱已满，丢弃最旧消息 outbox full, oldest dropped", metadata: ["rows": "\(rows.unsent)"])
        }
        try checkpointLogIfDue()
    }
}

/// Rows of the tables whose bounds depend on a count, kept in memory so that no commit has to count.
struct RowCounts {
    var presence: Int64 = 0
    var fixes: Int64 = 0
    var discrepancies: Int64 = 0
    var outbox: Int64 = 0

    init() {}

    init(_ db: Database) throws {
        func count(_ table: String) throws -> Int64 {
            try Int64.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
        }
        presence = try count("presence")
        fixes = try count("vehicle_fix")
        discrepancies = try count("discrepancy")
        outbox = try count("outbox")
    }
}

/// Turns one outcome into rows. Lives as long as one commit.
struct OutcomeRows {
    let settings: StoreSettings
    var counts: RowCounts
    /// Messages that the bound of the outbox let go unsent.
    var unsent: Int64 = 0

    init(settings: StoreSettings, counts: RowCounts) {
        self.settings = settings
        self.counts = counts
    }

    mutating func confirm(_ sequences: [Int64], _ db: Database) throws {
        for sequence in sequences {
            try run(db, "DELETE FROM outbox WHERE seq = ?", [sequence])
            counts.outbox -= Int64(db.changesCount)
        }
    }

    mutating func write(_ outcome: IntakeOutcome, _ outgoing: [OutgoingRow], _ db: Database) throws {
        // Who passes an antenna stands in the path's own state: it moves nothing on a shelf.
        for change in outcome.presenceChanges where !change.isPassing { try write(change, db) }
        for fix in outcome.latestFixes { try write(fix, receivedAt: outcome.advancedTo, db) }
        for change in outcome.discrepancyChanges { try write(change, db) }
        for passage in outcome.passages { try write(passage, db) }
        for record in outcome.decisions { try write(record, db) }
        for change in outcome.deviceChanges { try write(change, db) }
        for sweep in outcome.sweeps { try write(sweep, db) }
        for row in outgoing { try write(row, db) }
        for entry in outcome.quarantine { try write(entry, db) }
        for gap in outcome.gaps { try write(gap, db) }
        try keepBounds(db)
        if let checkpoint = outcome.checkpoint {
            try write(checkpoint, of: outcome, db)
        } else if !outcome.journal.isEmpty {
            let insert = "INSERT INTO journal (sequence, advanced_to_ms, blob) VALUES (?, ?, ?)"
            try run(db, insert, [outcome.sequence, outcome.advancedTo.milliseconds, Data(outcome.journal)])
        }
    }

    /// - Parameter changed: the totals differ from those of the commit before, else only time has passed.
    func writeAccounts(_ outcome: IntakeOutcome, changed: Bool, _ db: Database) throws {
        let position: [(any DatabaseValueConvertible)?] = [outcome.sequence, outcome.advancedTo.milliseconds]
        guard changed else {
            try run(db, "UPDATE accounts SET sequence = ?, advanced_to_ms = ?", position)
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = String(decoding: try encoder.encode(outcome.accounts), as: UTF8.self)
        try run(db, "UPDATE accounts SET sequence = ?, advanced_to_ms = ?, json = ?", position + [json])
    }

    private func write(_ checkpoint: Checkpoint, of outcome: IntakeOutcome, _ db: Database) throws {
        if checkpoint.replacesAll { try run(db, "DELETE FROM checkpoint", []) }
        for chunk in checkpoint.chunks {
            let upsert = """
                INSERT INTO checkpoint (table_name, chunk, blob) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET blob = excluded.blob
                """
            try run(db, upsert, [chunk.table, chunk.index, Data(chunk.bytes)])
        }
        try run(db, "DELETE FROM journal WHERE sequence <= ?", [outcome.sequence])
        try run(db, "UPDATE accounts SET checkpoint_ms = ?", [outcome.advancedTo.milliseconds])
    }

    private mutating func write(_ change: PresenceChange, _ db: Database) throws {
        let zone = change.zone
        precondition(settings.zoneNames.indices.contains(zone), "zone \(zone) of \(settings.zoneNames.count)")
        let values: [(any DatabaseValueConvertible)?] = [
            change.tag.hex, settings.siteOfZone[zone], settings.zoneNames[zone],
            PresenceRecord.State(change.kind).rawValue,
            change.at.milliseconds, change.cause.milliseconds, change.probability, change.evidenceCount,
            change.source, change.reasonChinese, change.reasonEnglish,
        ]
        try run(db, PresenceSQL.update, values)
        if db.changesCount > 0 { return }
        try run(db, PresenceSQL.insert, values)
        counts.presence += 1
    }

    private mutating func write(_ fix: VehicleFix, receivedAt: UTCInstant, _ db: Database) throws {
        let values: [(any DatabaseValueConvertible)?] = [
            fix.phone, fix.phoneRaw, receivedAt.milliseconds, fix.fixedAt?.milliseconds,
            fix.latitudeDegrees, fix.longitudeDegrees, fix.altitudeMetres, fix.speedKilometresPerHour,
            fix.directionDegrees, fix.isValid, fix.isBackfill, fix.alarmBits, fix.statusBits,
            fix.odometerMetres.map { Int64(clamping: $0) },
        ]
        try run(db, VehicleFixSQL.update, values)
        if db.changesCount > 0 { return }
        try run(db, VehicleFixSQL.insert, values)
        counts.fixes += 1
    }

    private mutating func write(_ change: DiscrepancyChange, _ db: Database) throws {
        let discrepancy = change.discrepancy
        let values = DiscrepancyRow.values(of: discrepancy)
        try run(db, DiscrepancyRow.update, values)
        if db.changesCount == 0 {
            try run(db, DiscrepancyRow.insert, values)
            counts.discrepancies += 1
        }
        let insert = """
            INSERT INTO discrepancy_history
                (discrepancy, episode, kind, at_ms, state, confidence, evidence_count) VALUES (?, ?, ?, ?, ?,
                ?, ?)
            """
        let step: [(any DatabaseValueConvertible)?] = [
            discrepancy.id, discrepancy.episode, change.kind.rawValue, change.at.milliseconds,
            discrepancy.state.rawValue, discrepancy.confidence, discrepancy.evidenceCount,
        ]
        try run(db, insert, step)
        let history = db.lastInsertedRowID
        try prune("discrepancy_history", to: settings.limits.historyRowsMax, db)
        try feed(history: history, db)
    }

    private mutating func write(_ row: OutgoingRow, _ db: Database) throws {
        let insert = "INSERT INTO outbox (topic, payload, retain) VALUES (?, ?, ?)"
        try run(db, insert, [row.topic, Data(row.payload), row.isRetained])
        counts.outbox += 1
    }

    private func write(_ entry: QuarantineEntry, _ db: Database) throws {
        let insert = """
            INSERT INTO quarantine (received_ms, topic, reason, at, payload, payload_bytes) VALUES (?, ?, ?,
            ?, ?, ?)
            """
        let kept = entry.payload.prefix(QuarantineEntry.payloadBytesMax)
        let values: [(any DatabaseValueConvertible)?] = [
            entry.receivedAt.milliseconds, entry.topic, entry.rejection.reason.rawValue, entry.rejection.at,
            Data(kept), entry.payloadBytes,
        ]
        try run(db, insert, values)
        try prune("quarantine", to: settings.limits.quarantineRowsMax, db)
    }

    private func write(_ gap: GapEvent, _ db: Database) throws {
        let insert = "INSERT INTO gap (reason, from_ms, to_ms, detail) VALUES (?, ?, ?, ?)"
        try run(db, insert, [gap.reason.rawValue, gap.from.milliseconds, gap.to.milliseconds, gap.detail])
        try prune("gap", to: settings.limits.gapRowsMax, db)
    }
}

func run(_ db: Database, _ sql: String, _ values: [(any DatabaseValueConvertible)?]) throws {
    try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
}
