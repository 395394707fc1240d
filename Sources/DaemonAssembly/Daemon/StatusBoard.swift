package import AssetModel
package import IntakePipeline
import Synchronization

/// What the loop tells the control socket after each commit: only what is durable stands here.
package final class StatusBoard: Sendable {
    /// A reader as of the last commit.
    package struct ReaderLine: Sendable, Equatable {
        package var id: String
        package var site: String
        package var format: String
        package var isOnline: Bool
        package var isCovering: Bool
        package var lastHeardAt: UTCInstant?
    }

    package struct Snapshot: Sendable {
        package var state = "starting"
        package var layout = SiteLayout()
        package var lastCommitAt: UTCInstant?
        package var accounts = Accounts()
        package var readers: [ReaderLine] = []
        package var terminals = IntakePath.TerminalFigures()
        package var isConnected = false
        package var isSessionPresent: Bool?
        package var protocolVersion: String?
        package var connectionSince: UTCInstant?
        package var isStoreFull = false
        package var commits: Int64 = 0
    }

    private let state = Mutex(Snapshot())

    package init() {}

    package var snapshot: Snapshot { state.withLock { $0 } }

    package func update(_ change: (inout Snapshot) -> Void) {
        state.withLock { change(&$0) }
    }
}
