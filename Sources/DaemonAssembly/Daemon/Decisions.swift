import AssetModel
import InventoryStorage

/// Decisions of people: each goes through the path as an input, one in a batch so that the outcome answers it
/// alone, and whoever asked hears of it after the commit.
extension IntakeLoop {
    /// The next decision as an input of this batch.
    func takeDecision() -> IntakeInput? {
        guard let pending = queue.nextDecision() else { return nil }
        deciding = pending
        return IntakeInput(.decision(pending.decision), at: clock.now())
    }

    /// - Parameter outcome: committed, or empty: then the decision found nothing to change.
    func finishDecision(_ outcome: IntakeOutcome) {
        guard let pending = deciding else { return }
        deciding = nil
        let record = outcome.decisions.first { $0.decision == pending.decision }
        pending.finish(record.map { .taken($0) } ?? .noChange)
    }

    /// The person's words stay in the store: they may name somebody, and the journal holds no personal data.
    func report(_ record: DecisionRecord) {
        let decision = record.decision
        log.write(
            .operatorAction,
            [
                "action": "discrepancy \(decision.verb.rawValue)", "by_uid": "\(decision.actor.uid)",
                "id": decision.discrepancyID,
            ])
    }

    func abandonDecisions() {
        let reason = "daemon is stopping"
        deciding?.finish(.abandoned(reason))
        deciding = nil
        while let pending = queue.nextDecision() { pending.finish(.abandoned(reason)) }
    }
}
