import Glibc
import Synchronization

/// Places at which a test may have the process killed, to show that nothing acknowledged is lost there.
///
/// Off unless the environment says `TALLY_FAULT=name:count`: then the process sends itself SIGKILL when it
/// passes the named point for the count-th time. Points in use: `before-commit`, `in-commit` (all written,
/// COMMIT not yet issued), `after-commit`.
package enum Fault {
    /// Costs one load where nothing is armed. Any thread.
    package static func point(_ name: StaticString) {
        guard let armed else { return }
        armed.pass(name)
    }

    private static let armed = ArmedFault(environment: "TALLY_FAULT")
}

private final class ArmedFault: Sendable {
    private let name: String
    private let count: Int
    private let stallMilliseconds: UInt32?
    private let passes = Atomic<Int>(0)

    init?(environment key: String) {
        guard let value = getenv(key) else { return nil }
        let parts = String(cString: value).split(separator: ":")
        guard (2...3).contains(parts.count), let count = Int(parts[1]), count > 0 else { return nil }
        name = String(parts[0])
        self.count = count
        stallMilliseconds = parts.count == 3 ? UInt32(parts[2]) : nil
    }

    func pass(_ point: StaticString) {
        guard point.description == name else { return }
        guard passes.add(1, ordering: .relaxed).newValue == count else { return }
        guard let stallMilliseconds else {
            kill(getpid(), SIGKILL)
            return
        }
        usleep(stallMilliseconds * 1_000)
    }
}
