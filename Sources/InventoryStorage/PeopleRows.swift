import AssetModel
import Foundation
import GRDB

/// What people decide and bring in, and the feed of changes that they follow.
extension OutcomeRows {
    /// After the changes of the same outcome: the decision names the step that it made.
    func write(_ record: DecisionRecord, _ db: Database) throws {
        let decision = record.decision
        let step = """
            SELECT max(id) FROM discrepancy_history WHERE discrepancy = ? AND kind = ? AND at_ms = ?
            """
        let arguments: [(any DatabaseValueConvertible)?] = [
            decision.discrepancyID, decision.verb.step.rawValue, record.at.milliseconds,
        ]
        let history = try Int64.fetchOne(db, sql: step, arguments: StatementArguments(arguments))
        let insert = """
            INSERT INTO decision (discrepancy, history, episode, verb, reason, uid, gid, name, at_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        let actor = decision.actor
        let values: [(any DatabaseValueConvertible)?] = [
            decision.discrepancyID, history, record.episode, decision.verb.rawValue, decision.reason,
            actor.uid, actor.gid, actor.name, record.at.milliseconds,
        ]
        try run(db, insert, values)
        try prune("decision", to: settings.limits.decisionRowsMax, db)
    }

    func write(_ sweep: SweepRecord, _ db: Database) throws {
        let insert = """
            INSERT INTO sweep (sweep, site, zone, operator, at_ms, received_ms, payload_bytes, payload)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        let header = sweep.header
        let values: [(any DatabaseValueConvertible)?] = [
            header.id, sweep.site, header.zone, header.operatorCode, header.at?.milliseconds,
            sweep.receivedAt.milliseconds, sweep.payload.count, Data(sweep.payload),
        ]
        try run(db, insert, values)
        try prune("sweep", to: settings.limits.sweepRowsMax, db)
        let overweight = """
            DELETE FROM sweep WHERE id <= (
                SELECT max(id) FROM (
                    SELECT id, sum(payload_bytes) OVER (ORDER BY id DESC) AS newer FROM sweep)
                WHERE newer > ?)
            """
        try run(db, overweight, [settings.limits.sweepBytesMax])
    }

    /// A step of a discrepancy, in the feed.
    func feed(history: Int64, _ db: Database) throws {
        try run(db, "INSERT INTO change_feed (history) VALUES (?)", [history])
        try prune("change_feed", to: settings.limits.feedRowsMax, by: "seq", db)
    }

    func write(_ change: DeviceChange, _ db: Database) throws {
        let device: (kind: String, name: String)
        switch change.device {
        case .reader(let reader):
            // A handheld stands in the path's own layout only: nobody looks after it as a reader.
            guard settings.readerNames.indices.contains(reader) else { return }
            device = ("reader", settings.readerNames[reader])
        case .terminal(let phone): device = ("terminal", phone)
        case .unlisted(let name): device = ("device", name)
        }
        let insert = """
            INSERT INTO change_feed (device_kind, device, word, at_ms, cause_ms, reason_zh, reason_en)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        let values: [(any DatabaseValueConvertible)?] = [
            device.kind, device.name, change.kind.word, change.at.milliseconds, change.cause.milliseconds,
            change.reasonChinese, change.reasonEnglish,
        ]
        try run(db, insert, values)
        try prune("change_feed", to: settings.limits.feedRowsMax, by: "seq", db)
    }
}

extension OperatorDecision.Verb {
    /// The step in the life of a discrepancy that the decision makes.
    var step: DiscrepancyChange.Kind {
        switch self {
        case .confirm: return .confirmed
        case .dismiss: return .dismissed
        }
    }
}

extension DeviceChange.Kind {
    /// The word in the feed.
    var word: String {
        switch self {
        case .online: return "online"
        case .offline: return "offline"
        case .heard: return "heard"
        case .silent: return "silent"
        case .gap: return "gap"
        case .covering: return "covering"
        case .skewed: return "skewed"
        case .inStep: return "in_step"
        case .clockSet: return "clock_set"
        case .noFix: return "no_fix"
        case .fixed: return "fixed"
        }
    }
}
