package import AssetModel
import Synchronization

/// What operators ask of the loop: it is taken up between batches, in order, one import at a time.
package final class OperatorQueue: Sendable {
    /// An import that waits, and who waits for it.
    package struct PendingImport: Sendable {
        package var change: RegisterChange
        package var finish: @Sendable (ImportEnd) -> Void
    }

    /// How an import ended.
    package enum ImportEnd: Sendable, Equatable {
        case applied
        /// Another change of the books came first, or the daemon is stopping.
        case abandoned(String)
    }

    /// More waiting imports than this are refused: each may hold a whole register.
    private static let importsMax = 4

    private struct State {
        var imports: [PendingImport] = []
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
