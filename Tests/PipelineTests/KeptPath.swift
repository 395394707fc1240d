import AssetModel
import IntakePipeline

/// What a store would hold of a path: the newest chunk of each name, the journals since the checkpoint, and
/// the books as they were taken in.
struct KeptPath {
    private(set) var chunks: [String: Checkpoint.Chunk] = [:]
    private(set) var journals: [[UInt8]] = []
    private(set) var register = RegisterChange()
    private(set) var passages: [Passage] = []
    /// Of all journals, those before the checkpoint among them.
    private(set) var journalBytes = 0
    private var accounts = Accounts()
    private var sequence: Int64 = 0

    mutating func commit(_ outcome: IntakeOutcome) {
        guard !outcome.isEmpty else { return }
        if let checkpoint = outcome.checkpoint {
            if checkpoint.replacesAll { chunks = [:] }
            for chunk in checkpoint.chunks { chunks["\(chunk.table)/\(chunk.index)"] = chunk }
            journals = []
        }
        if !outcome.journal.isEmpty { journals.append(outcome.journal) }
        journalBytes += outcome.journal.count
        passages += outcome.passages
        for change in outcome.registerChanges { take(change) }
        (accounts, sequence) = (outcome.accounts, outcome.sequence)
    }

    private mutating func take(_ change: RegisterChange) {
        register.cards.removeAll { old in change.cards.contains { $0.assetNo == old.assetNo } }
        register.cards += change.cards
        register.bindings.removeAll { old in change.bindings.contains { $0.epcHex == old.epcHex } }
        register.bindings += change.bindings
        register.vehicles.removeAll { old in change.vehicles.contains { $0.plateNo == old.plateNo } }
        register.vehicles += change.vehicles
    }

    var saved: IntakePath.Saved { saved(without: nil) }

    /// - Parameter table: as a store from before this table has it.
    func saved(without table: String?) -> IntakePath.Saved {
        let kept = chunks.keys.sorted().compactMap { chunks[$0] }.filter { $0.table != table }
        return IntakePath.Saved(chunks: kept, journals: journals, accounts: accounts, sequence: sequence)
    }

    /// What a path concludes of tags from inputs, should it be stopped before one of them and go on with what
    /// was kept.
    static func presenceChanges(
        of inputs: [IntakeInput], setup: IntakePath.Setup, stoppedBefore count: Int
    ) throws -> (changes: [PresenceChange], kept: KeptPath) {
        func fresh(_ register: RegisterChange) -> IntakePath {
            IntakePath(setup: setup, register: register, startingAt: PathStory.start, isListening: true)
        }
        var kept = KeptPath()
        var path = fresh(RegisterChange())
        var changes: [PresenceChange] = []
        for (place, input) in inputs.enumerated() {
            if place == count {
                path = fresh(kept.register)
                try path.restore(kept.saved, keepsListening: true)
            }
            let outcome = path.advance(through: [input], to: input.receivedAt)
            changes += outcome.presenceChanges
            kept.commit(outcome)
        }
        return (changes, kept)
    }
}
