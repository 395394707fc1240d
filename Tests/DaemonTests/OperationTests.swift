import AssetModel
import Foundation
import Glibc
import MQTTLink
import TestSupport
import Testing

/// What systemd and an operator see of the daemon.
struct OperationTests {
    private static var now: UTCInstant {
        UTCInstant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    @Test(.timeLimit(.minutes(2)))
    func `it says ready, feeds the watchdog from its loop, and stops within five seconds under load`() throws
    {
        let rig = try DaemonRig()
        let notices = try NoticeSocket(path: rig.directory.file("notify"))
        try rig.start(environment: ["NOTIFY_SOCKET": notices.path, "WATCHDOG_USEC": "600000"])
        #expect(notices.wait(for: "READY=1", seconds: 20))
        try rig.waitUntilConnected()
        #expect(notices.wait(for: "WATCHDOG=1", seconds: 5))
        let publisher = try CountingPublisher(port: rig.broker.port)
        let stream = ReadStream(rounds: 100, now: OperationTests.now)
        publisher.send(stream.messages.prefix(800), from: 1)
        let end = rig.stop()
        publisher.close()
        #expect(end.code == 0 && end.seconds < 5, "\(end)")
        #expect(notices.wait(for: "STOPPING=1", seconds: 1))
        #expect(!FileManager.default.fileExists(atPath: rig.socketPath))
    }

    @Test(.timeLimit(.minutes(2)))
    func `a loop that hangs does not feed the watchdog`() throws {
        let rig = try DaemonRig()
        let notices = try NoticeSocket(path: rig.directory.file("notify"))
        try rig.start(
            fault: "in-commit:2:6000",
            environment: ["NOTIFY_SOCKET": notices.path, "WATCHDOG_USEC": "600000"])
        try rig.waitUntilConnected()
        let publisher = try CountingPublisher(port: rig.broker.port)
        for tag in 1...3 {
            publisher.send(
                [ReadStream.read(tag, zone: "A", at: OperationTests.now)], from: Int64(tag),
                paceMicroseconds: 200_000)
        }
        usleep(500_000)
        notices.drain()
        #expect(!notices.wait(for: "WATCHDOG=1", seconds: 2))
        publisher.close()
        rig.kill()
    }

    @Test(.timeLimit(.minutes(2)))
    func `a reload takes up a new reader without losing anything, a broken file keeps the old and says so`()
        throws
    {
        let rig = try DaemonRig()
        try rig.start()
        try rig.waitUntilConnected()
        let publisher = try CountingPublisher(port: rig.broker.port)
        let text = rig.configuration()
        try rig.directory.write(
            text + "\n[[reader]]\nid = \"broken\"\nsite = \"nowhere\"\ntopics = []\n", to: "tallyd.toml")
        rig.send(SIGHUP)
        #expect(eventually(seconds: 5) { rig.log.contains("CONFIG_REFUSED") }, "\(rig.log)")
        #expect(rig.log.contains("reader.site") || rig.log.contains("site"))
        publisher.send([ReadStream.read(1, zone: "A", at: OperationTests.now)], from: 1)
        let more = """

            [[reader]]
            id = "rNew"
            site = "S1"
            vendor = "impinj"
            topics = ["readers/rNew/#"]
            [[reader.antenna]]
            port = 1
            zone = "A"
            """
        try rig.directory.write(text + more, to: "tallyd.toml")
        rig.send(SIGHUP)
        #expect(eventually(seconds: 5) { rig.log.contains("CONFIG_RELOADED") }, "\(rig.log)")
        var fresh = ReadStream.read(2, zone: "A", at: OperationTests.now)
        fresh.topic = "readers/rNew/events"
        let taken = eventually(seconds: 10) {
            publisher.send([fresh], from: 2)
            usleep(100_000)
            do { return ((try rig.status()?["accounts"]) as? [String: Any])?["new"] as? Int == 2 } catch {
                return false
            }
        }
        #expect(taken, "\(rig.log.suffix(1_000))")
        publisher.close()
        #expect(rig.stop().code == 0)
    }

    @Test(.timeLimit(.minutes(2)))
    func `import, status, where, list and show say what is`() throws {
        let rig = try DaemonRig()
        try rig.start()
        try rig.waitUntilConnected()
        try rig.directory.write(ReadStream.register, to: "register.csv")
        let dry = try rig.tally([
            "register", "import", rig.directory.file("register.csv"), "--dry-run", "--json",
        ])
        #expect(dry.code == 0 && dry.output.contains("\"dry_run\":true"), "\(dry.output)")
        try KillTests.books(into: rig)
        let again = try rig.tally(["register", "import", rig.directory.file("register.csv"), "--json"])
        #expect(again.output.contains("\"unchanged\":21"), "\(again.output)")
        let publisher = try CountingPublisher(port: rig.broker.port)
        publisher.send([ReadStream.read(21, zone: "A", at: OperationTests.now)], from: 1)
        var list = ""
        let found = eventually(seconds: 10) {
            do { list = try rig.tally(["discrepancies", "list"]).output } catch { return false }
            return list.contains("DISPOSED_STILL_PRESENT")
        }
        #expect(found, "\(list)")
        #expect(list.contains("已处置仍在") && list.contains("PC-21"))
        let json = try rig.tally(["discrepancies", "list", "--json"]).output
        let id = try #require(json.firstMatch(of: /D-[0-9a-f]{16}/)).output
        let shown = try rig.tally(["discrepancies", "show", String(id)])
        #expect(shown.code == 0 && shown.output.contains("PC-21"), "\(shown.output)")
        let place = try rig.tally(["where", "PC-21"])
        #expect(place.code == 0 && place.output.contains("A"), "\(place.output)")
        #expect(try rig.tally(["where", "nobody"]).code == 1)
        #expect(try rig.tally(["discrepancies", "show", "D-0000000000000000"]).code == 1)
        let status = try rig.tally(["status"])
        #expect(status.code == 0 && status.output.contains("test-gateway"), "\(status.output)")
        #expect(rig.log.contains("DISPOSED_STILL_PRESENT 已处置仍在 id=\(id)"))
        publisher.close()
        #expect(rig.stop().code == 0)
        #expect(try rig.tally(["status"]).code == 69)
    }

    @Test(.timeLimit(.minutes(2)))
    func `discrepancies go out retained while open, and the gateway says that it is gone`() throws {
        let rig = try DaemonRig()
        try rig.start()
        try rig.waitUntilConnected()
        try KillTests.books(into: rig)
        let publisher = try CountingPublisher(port: rig.broker.port)
        publisher.send([ReadStream.read(21, zone: "A", at: OperationTests.now)], from: 1)
        let topics = "tally/v1/#"
        var lines: [String] = []
        let published = eventually(seconds: 15) {
            do { lines = try rig.broker.listen(to: topics, count: 2, seconds: 1) } catch { return false }
            return lines.contains { $0.contains("/discrepancies/D-") }
        }
        #expect(published, "\(lines)")
        let line = try #require(lines.first { $0.contains("/discrepancies/D-") })
        #expect(line.hasPrefix("tally/v1/S1/discrepancies/D-"))
        #expect(line.contains("\"code\":\"DISPOSED_STILL_PRESENT\"") && line.contains("\"state\":\"OPEN\""))
        #expect(
            lines.contains { $0.contains("tally/v1/gateways/test-gateway/status") && $0.contains("online") })
        let register = ReadStream.register.replacingOccurrences(of: "已处置", with: "在仓")
        try rig.directory.write(register, to: "register.csv")
        try rig.tally(["register", "import", rig.directory.file("register.csv")])
        let gone = eventually(seconds: 15) {
            do { lines = try rig.broker.listen(to: "tally/v1/S1/#", count: 1, seconds: 1) } catch {
                return false
            }
            return lines.isEmpty
        }
        #expect(gone, "\(lines)")
        publisher.close()
        rig.kill()
        let offline = eventually(seconds: 60) {
            do { lines = try rig.broker.listen(to: "tally/v1/gateways/#", count: 1, seconds: 1) } catch {
                return false
            }
            return lines.contains { $0.contains("offline") }
        }
        #expect(offline, "\(lines)")
    }

    @Test func `a broken configuration is refused with file, line and key`() throws {
        let rig = try DaemonRig()
        try rig.directory.write("[gateway]\nid = \"x\"\n[broker]\nport = \"many\"\n", to: "tallyd.toml")
        let program = DaemonRig.programs.appendingPathComponent("tallyd").path
        let check = try runForResult(program, ["check", "--config", rig.directory.file("tallyd.toml")])
        #expect(check.code == 78)
        #expect(check.output.contains("tallyd.toml:4: broker.port"), "\(check.output)")
        let run = try runForResult(program, ["run", "--config", rig.directory.file("tallyd.toml")])
        #expect(run.code == 78)
        #expect(try runForResult(program, ["check", "--nonsense"]).code == 64)
    }
}

/// The other end of sd_notify.
final class NoticeSocket {
    let path: String
    private let descriptor: Int32
    private var seen: [String] = []

    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else {
            throw RigFailure(description: "bind \(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    func drain() {
        read()
        seen.removeAll()
    }

    func wait(for text: String, seconds: Double) -> Bool {
        eventually(seconds: seconds) {
            self.read()
            return self.seen.contains { $0.contains(text) }
        }
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let size = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard size > 0 else { return }
            seen.append(String(decoding: buffer.prefix(size), as: UTF8.self))
        }
    }
}
