package import AssetModel
import Synchronization

/// What operators ask of the loop: it is taken up between batches, in order, one import at a time
/// and one decision in each batch.
package final class OperatorQueue: Sendable {
    /// An import that waits, and who waits for it.
    package struct PendingImport: Sendable {
        package var change: RegisterChange
        package var finish: @Sendable (ImportEnd) -> Void
    }

    /// A decision that waits, and who waits for it.
    package struct PendingDecision: Sendable {
        package var decision: OperatorDecision
        package var finish: @Sendable (DecisionEnd) -> Void

        package init(_ decision: OperatorDecision, finish: @escaping @Sendable (DecisionEnd) -> Void) {
            self.decision = decision
            self.finish = finish
        }
    }

    /// How a decision ended; told after the commit that holds it.
    package enum DecisionEnd: Sendable, Equatable {
        case taken(DecisionRecord)
        /// There was nothing left to decide.
        case noChange
        /// The daemon is stopping, or too many were waiting.
        case abandoned(String)
    }

    /// How an import ended.
    package enum ImportEnd: Sendable, Equatable {
        case applied
        /// Another change of the books came first, or the daemon is stopping.
        case abandoned(String)
    }

    /// More waiting imports than this are refused: each may hold a whole register.
    private static let importsMax = 4
    /// More waiting decisions than this are refused: people decide one by one, and each takes a commit.
    private static let decisionsMax = 64

    private struct State {
        var imports: [PendingImport] = []
        var decisions: [PendingDecision] = []
        var shutdown = false
        var reload = false
    }

    private let state = Mutex(State())
    private let wake: @Sendable () -> Void

    /// - Parameter wake: brings the loop out of its wait.
    package init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    /// - Returns: `false` where too many are waiting already.
    package func enqueue(_ pending: PendingImport) -> Bool {
        let taken = state.withLock { state in
            guard state.imports.count < OperatorQueue.importsMax, !state.shutdown else { return false }
            state.imports.append(pending)
            return true
        }
        if taken { wake() }
        return taken
    }

    package func nextImport() -> PendingImport? {
        state.withLock { $0.imports.isEmpty ? nil : $0.imports.removeFirst() }
    }

    /// - Returns: `false` where too many are waiting already.
    package func enqueue(_ pending: PendingDecision) -> Bool {
        let taken = state.withLock { state in
            guard state.decisions.count < OperatorQueue.decisionsMax, !state.shutdown else { return false }
            state.decisions.append(pending)
            return true
        }
        if taken { wake() }
        return taken
    }

    package func nextDecision() -> PendingDecision? {
        state.withLock { $0.decisions.isEmpty ? nil : $0.decisions.removeFirst() }
    }

    package var hasDecisions: Bool { state.withLock { !$0.decisions.isEmpty } }

    package func requestShutdown() {
        state.withLock { $0.shutdown = true }
        wake()
    }

    package func requestReload() {
        state.withLock { $0.reload = true }
        wake()
    }

    package var isShutdownRequested: Bool { state.withLock { $0.shutdown } }

    package func takeReloadRequest() -> Bool {
        state.withLock { state in
            defer { state.reload = false }
            return state.reload
        }
    }
}
