import AssetModel
import Foundation
import Glibc
import InventoryStorage
import Logging
import MQTTLink
import TestSupport

/// A real `tallyd` with a real broker in a directory of its own.
///
/// Three shelves that are no neighbours, one Impinj reader each with one antenna, one source of 808 frames.
final class DaemonRig {
    let broker: TestBroker
    let directory: TestDirectory
    private var daemon: Child?

    /// The broker as shipped in the fast profile, without its logins.
    static let brokerText = """
        allow_anonymous true
        max_inflight_messages 2000
        max_queued_messages 100000
        persistence true
        autosave_interval 1
        sys_interval 1
        """

    static let zones = ["A", "B", "C"]

    init(broker: TestBroker? = nil, extra: String = "") throws {
        self.broker = try broker ?? TestBroker(DaemonRig.brokerText)
        directory = try TestDirectory()
        try directory.write(configuration(extra: extra), to: "tallyd.toml")
    }

    deinit {
        kill()
    }

    /// In a directory that the daemon makes.
    var socketPath: String { directory.file("run/control.sock") }
    var storePath: String { directory.file("tally.db") }

    func configuration(extra: String = "", storePath: String? = nil) -> String {
        var text = """
            [gateway]
            id = "test-gateway"
            [broker]
            host = "127.0.0.1"
            port = \(broker.port)
            [store]
            path = "\(storePath ?? self.storePath)"
            [[site]]
            id = "S1"
            [[terminal_source]]
            id = "t"
            topics = ["vehicles/+/up"]
            [number_space]
            epc_prefixes = ["E280"]

            """
        for zone in DaemonRig.zones {
            text += """
                [[zone]]
                id = "\(zone)"
                site = "S1"
                locations = ["shelf \(zone)"]
                [[reader]]
                id = "r\(zone)"
                site = "S1"
                vendor = "impinj"
                liveness = "will"
                topics = ["readers/r\(zone)/#"]
                [[reader.antenna]]
                port = 1
                zone = "\(zone)"

                """
        }
        return text + extra
    }

    // MARK: the process

    /// The directory of the built programs: beside the test runner.
    static let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()

    /// - Parameter fault: `TALLY_FAULT`, see ``InventoryStorage/Fault``.
    func start(fault: String? = nil, environment: [String: String] = [:], launcher: [String] = []) throws {
        let program = DaemonRig.programs.appendingPathComponent("tallyd").path
        let arguments = ["run", "--config", directory.file("tallyd.toml"), "--socket", socketPath]
        let command = launcher + [program] + arguments
        var variables = environment
        variables["TALLY_FAULT"] = fault ?? ""
        variables["SWIFT_BACKTRACE"] = "enable=no"
        daemon = try Child(
            command[0], Array(command.dropFirst()), output: directory.file("tallyd.log"),
            environment: variables)
    }

    var processID: Int32 { daemon?.identifier ?? 0 }
    var isRunning: Bool { daemon?.isRunning ?? false }
    var log: String { directory.read("tallyd.log") }

    func send(_ signal: Int32) {
        if let daemon, daemon.isRunning { Glibc.kill(daemon.identifier, signal) }
    }

    /// SIGKILL, as in a crash.
    func kill() {
        daemon?.end(SIGKILL)
        daemon = nil
    }

    /// SIGTERM. - Returns: seconds until the end, and the exit code.
    @discardableResult
    func stop() -> (seconds: Double, code: Int32) {
        guard let daemon else { return (0, -1) }
        let start = ContinuousClock.now
        daemon.end(SIGTERM)
        let time = (ContinuousClock.now - start).components
        self.daemon = nil
        return (Double(time.seconds) + Double(time.attoseconds) / 1e18, daemon.exitCode)
    }

    /// Waits for the process to end by itself. - Returns: whether it did.
    func waitForEnd(seconds: Double) -> Bool {
        let ended = eventually(seconds: seconds) { !self.isRunning }
        if ended { daemon = nil }
        return ended
    }

    // MARK: what people see

    /// Runs `tally` against the daemon. - Returns: exit code and standard output.
    @discardableResult
    func tally(_ arguments: [String]) throws -> (code: Int32, output: String) {
        let program = DaemonRig.programs.appendingPathComponent("tally").path
        let result = try runForResult(program, ["--socket", socketPath] + arguments)
        return (result.code, result.output)
    }

    func status() throws -> [String: Any]? {
        let answer = try tally(["status", "--json"])
        guard answer.code == 0 else { return nil }
        return try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
    }

    func waitUntilConnected() throws {
        let isUp = eventually(seconds: 20) {
            do {
                return ((try self.status()?["broker"]) as? [String: Any])?["connected"] as? Bool == true
            } catch {
                return false
            }
        }
        guard isUp else { throw RigFailure(description: "the daemon did not connect: \(log.suffix(2_000))") }
    }

    /// What is stored, once no daemon runs any more.
    func withStore<Value>(_ body: (InventoryStore) throws -> Value) throws -> Value {
        let store = try InventoryStore(
            settings: StoreSettings(path: storePath, layout: SiteLayout()),
            log: Logger(label: "test") { _ in
                SwiftLogNoOpLogHandler()
            })
        defer { do { try store.close() } catch { print("close: \(error)") } }
        return try body(store)
    }
}

struct RigFailure: Error, CustomStringConvertible {
    var description: String
}

/// Looks again until something holds; the condition is the world's (another process), so there is no clock to
/// inject.
func eventually(seconds: Double, _ holds: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .milliseconds(Int64(seconds * 1_000))
    while ContinuousClock.now < end {
        if holds() { return true }
        usleep(20_000)
    }
    return holds()
}
