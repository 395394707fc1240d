package import AssetModel
import GRDB

/// One step in the life of a discrepancy.
package struct DiscrepancyStep: Hashable, Sendable {
    package var episode: Int
    /// `opened`, `held`, `cleared`, `reopened`, `confirmed` or `dismissed`.
    package var kind: String
    package var at: UTCInstant
    package var state: String
    package var confidence: Double
    package var evidenceCount: Int
    /// Set where a person made the step.
    package var decision: StoredDecision?
}

/// Who decided, and why.
package struct StoredDecision: Hashable, Sendable {
    package var actor: OperatorDecision.Actor
    package var reason: String

    init?(_ row: Row) {
        guard let uid: UInt32 = row["uid"] else { return nil }
        actor = OperatorDecision.Actor(uid: uid, gid: row["gid"], name: row["name"])
        reason = row["reason"]
    }
}

/// The life of a discrepancy as far as it is still kept.
package struct DiscrepancyHistory: Hashable, Sendable {
    /// The latest ones, oldest first; `held` steps (new evidence, nothing changed) only where asked for.
    package var steps: [DiscrepancyStep] = []
    /// Steps of the kind asked for, listed or not.
    package var total = 0
    package var heldTotal = 0
    package var lastHeldAt: UTCInstant?

    /// More steps than this are listed for no discrepancy; the latest are.
    package static let stepsMax = 200
}

extension StoreReader {
    /// In the order in which they were committed, `held` ones among them.
    package func history(of id: String) throws(StoreError) -> [DiscrepancyStep] {
        try read { db in try steps(of: id, withHeld: true, rowsMax: Int.max, db) }
    }

    /// What changed in the life of a discrepancy, with who decided; new evidence is counted only.
    package func changes(of id: String) throws(StoreError) -> DiscrepancyHistory {
        try read { db in
            var history = DiscrepancyHistory()
            history.steps = try steps(of: id, withHeld: false, rowsMax: DiscrepancyHistory.stepsMax, db)
            let select = """
                SELECT count(*) FILTER (WHERE kind <> 'held'), count(*) FILTER (WHERE kind = 'held'),
                    max(at_ms) FILTER (WHERE kind = 'held')
                FROM discrepancy_history WHERE discrepancy = ?
                """
            guard let row = try Row.fetchOne(db, sql: select, arguments: [id]) else { return history }
            history.total = row[0]
            history.heldTotal = row[1]
            history.lastHeldAt = instant(row[2])
            return history
        }
    }

    private func steps(
        of id: String, withHeld: Bool, rowsMax: Int, _ db: Database
    ) throws -> [DiscrepancyStep] {
        let select = """
            SELECT h.*, d.uid, d.gid, d.name, d.reason FROM discrepancy_history AS h
                LEFT JOIN decision AS d ON d.history = h.id
            WHERE h.discrepancy = ?1 AND (?2 OR h.kind <> 'held') ORDER BY h.id DESC LIMIT ?3
            """
        let rows = try Row.fetchAll(db, sql: select, arguments: [id, withHeld, rowsMax])
        return rows.reversed().map { row in
            DiscrepancyStep(
                episode: row["episode"], kind: row["kind"], at: UTCInstant(milliseconds: row["at_ms"]),
                state: row["state"], confidence: row["confidence"], evidenceCount: row["evidence_count"],
                decision: StoredDecision(row))
        }
    }
}

// MARK: - The feed

/// A change as it was committed, with its place in the order of all of them.
package struct FeedEntry: Hashable, Sendable {
    package var sequence: Int64
    package var at: UTCInstant
    package var change: Change

    package enum Change: Hashable, Sendable {
        /// The discrepancy as it is now, but for `state`, `episode`, `confidence` and `evidenceCount`, which
        /// are those of the step.
        case discrepancy(Discrepancy, kind: String, decision: StoredDecision?)
        case device(Device)
    }

    package struct Device: Hashable, Sendable {
        /// `reader`, `terminal` or `device`.
        package var kind: String
        package var name: String
        package var word: String
        package var cause: UTCInstant
        package var reasonChinese: String
        package var reasonEnglish: String
    }
}

/// A stretch of the feed.
package struct FeedPage: Sendable {
    /// Oldest first.
    package var entries: [FeedEntry]
    /// Ask for what comes after this.
    package var next: Int64
    /// Newest in the store.
    package var newest: Int64
}

extension StoreReader {
    /// - Parameters:
    ///   - sequence: entries after this one; `nil` for the newest ones.
    ///   - withHeld: steps that are only new evidence, too.
    package func feed(after sequence: Int64?, rowsMax: Int, withHeld: Bool) throws(StoreError) -> FeedPage {
        try read { db in
            let newest = try Int64.fetchOne(db, sql: "SELECT max(seq) FROM change_feed") ?? 0
            let select = """
                SELECT f.seq, f.device_kind, f.device, f.word, f.at_ms AS device_at_ms,
                    f.cause_ms AS device_cause_ms, f.reason_zh, f.reason_en,
                    h.discrepancy, h.kind, h.at_ms, h.state, h.episode, h.confidence, h.evidence_count,
                    p.uid, p.gid, p.name, p.reason
                FROM change_feed AS f LEFT JOIN discrepancy_history AS h ON h.id = f.history
                    LEFT JOIN decision AS p ON p.history = f.history
                WHERE f.seq > ?1 AND (?2 OR h.kind IS NULL OR h.kind <> 'held')
                ORDER BY f.seq \(sequence == nil ? "DESC" : "ASC") LIMIT ?3
                """
            let arguments: [(any DatabaseValueConvertible)?] = [sequence ?? 0, withHeld, max(rowsMax, 0)]
            let rows = try Row.fetchAll(db, sql: select, arguments: StatementArguments(arguments))
            let ordered = sequence == nil ? rows.reversed() : rows
            let entries = try ordered.compactMap { try feedEntry($0, db) }
            let isCut = sequence != nil && rows.count >= rowsMax
            let last: Int64 = ordered.last?["seq"] ?? newest
            return FeedPage(entries: entries, next: isCut ? last : max(newest, last), newest: newest)
        }
    }

    /// `nil` for a step of a discrepancy that is pruned already.
    private func feedEntry(_ row: Row, _ db: Database) throws -> FeedEntry? {
        let sequence: Int64 = row["seq"]
        if let kind: String = row["device_kind"] {
            let device = FeedEntry.Device(
                kind: kind, name: row["device"], word: row["word"],
                cause: UTCInstant(milliseconds: row["device_cause_ms"]), reasonChinese: row["reason_zh"],
                reasonEnglish: row["reason_en"])
            return FeedEntry(
                sequence: sequence, at: UTCInstant(milliseconds: row["device_at_ms"]),
                change: .device(device))
        }
        guard let id: String = row["discrepancy"] else { return nil }
        let select = "SELECT * FROM discrepancy WHERE id = ?"
        guard let stored = try Row.fetchOne(db, sql: select, arguments: [id]),
            let state = DiscrepancyState(rawValue: row["state"])
        else { return nil }
        var discrepancy = try DiscrepancyRow.read(stored)
        discrepancy.state = state
        discrepancy.episode = row["episode"]
        discrepancy.confidence = row["confidence"]
        discrepancy.evidenceCount = row["evidence_count"]
        return FeedEntry(
            sequence: sequence, at: UTCInstant(milliseconds: row["at_ms"]),
            change: .discrepancy(discrepancy, kind: row["kind"], decision: StoredDecision(row)))
    }
}

// MARK: - Sweeps

extension StoreReader {
    /// The newest first.
    package func sweeps(rowsMax: Int) throws(StoreError) -> [SweepRecord] {
        try read { db in
            let select = "SELECT * FROM sweep ORDER BY id DESC LIMIT ?"
            return try Row.fetchAll(db, sql: select, arguments: [max(rowsMax, 0)]).map { row in
                let header = SweepHeader(
                    id: row["sweep"], operatorCode: row["operator"], at: instant(row["at_ms"]),
                    zone: row["zone"])
                return SweepRecord(
                    receivedAt: UTCInstant(milliseconds: row["received_ms"]), site: row["site"],
                    header: header, payload: bytes(row["payload"]))
            }
        }
    }
}
