import AssetModel
import CGlibcExtras
import IntakePipeline
import InventoryStorage

/// Register imports: lines are staged in slices between batches, then the change goes through the path as an
/// input, and the commit that carries it flips one row.
struct StagingImport {
    var pending: OperatorQueue.PendingImport
    var importID: Int64
    var staged = 0
    /// All lines are staged and the change is on its way through the path.
    var isSubmitted = false
}

extension IntakeLoop {
    /// Lines in one slice: under 50 ms on a slow box, so that reads are never held up for longer.
    private static let sliceRows = 500

    func stageImport() throws(StoreError) {
        if staging == nil, let pending = queue.nextImport() {
            if pending.change.isEmpty {
                pending.finish(.applied)
                return
            }
            staging = StagingImport(pending: pending, importID: try store.nextImportID())
        }
        guard var current = staging, !current.isSubmitted else { return }
        do {
            current.staged = try store.stageRegister(
                current.pending.change, importID: current.importID, from: current.staged,
                rows: IntakeLoop.sliceRows)
        } catch {
            guard error.mayRetry else { throw error }
            current.pending.finish(.abandoned("\(error)"))
            staging = nil
            try store.abandonRegister(importID: current.importID)
            return
        }
        if current.staged >= current.pending.change.rowCount {
            current.isSubmitted = true
            ahead.append(IntakeInput(.register(current.pending.change), at: clock.now()))
        }
        staging = current
    }

    func finishStagedImport(_ outcome: IntakeOutcome) {
        guard let current = staging, current.isSubmitted, !outcome.registerChanges.isEmpty else { return }
        let change = current.pending.change
        log.write(
            .registerImported,
            [
                "cards": "\(change.cards.count)", "tags": "\(change.bindings.count)",
                "vehicles": "\(change.vehicles.count)",
            ])
        current.pending.finish(.applied)
        staging = nil
        // A large import leaves as much freed memory behind as it needed; the box has better uses for it.
        malloc_trim(0)
    }

    func abandonImports() {
        let reason = "daemon is stopping"
        staging?.pending.finish(.abandoned(reason))
        staging = nil
        while let pending = queue.nextImport() { pending.finish(.abandoned(reason)) }
    }
}
