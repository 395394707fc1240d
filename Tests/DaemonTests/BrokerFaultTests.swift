import AssetModel
import Foundation
import Glibc
import InventoryStorage
import MQTTLink
import TestSupport
import Testing

/// The broker dies, the disk is slow or full, the payloads are poison: nothing acknowledged is lost in
/// silence.
struct BrokerFaultTests {
    private static func stream(rounds: Int) -> ReadStream {
        ReadStream(rounds: rounds, now: UTCInstant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)))
    }

    @Test(.timeLimit(.minutes(3)))
    func `a broker killed under load loses nothing outside a recorded gap`() throws {
        let stream = BrokerFaultTests.stream(rounds: 60)
        let rig = try DaemonRig()
        try rig.start()
        try rig.waitUntilConnected()
        let publisher = try CountingPublisher(port: rig.broker.port)
        let third = stream.messages.count / 3
        for part in 0..<3 {
            let range = (part * third)..<(part == 2 ? stream.messages.count : (part + 1) * third)
            publisher.send(stream.messages[range], from: Int64(range.lowerBound + 1), paceMicroseconds: 500)
            guard part < 2 else { break }
            rig.broker.kill()
            usleep(300_000)
            try rig.broker.start()
        }
        #expect(publisher.waitForConfirmed(stream.messages.count))
        try rig.waitUntilConnected()
        _ = eventually(seconds: 5) { rig.log.contains("GAP") }
        publisher.close()
        #expect(rig.stop().code == 0)
        let result = try KillTests.result(of: rig)
        #expect(result.accounts.imbalance == nil)
        let missing = Int64(stream.observations) - result.accounts.new - result.accounts.repeats
        #expect(missing >= 0)
        #expect(missing == 0 || result.gaps > 0, "\(missing) missing, no gap recorded")
        #expect(result.gaps > 0, "two broker restarts must be recorded")
    }

    @Test(.timeLimit(.minutes(3)))
    func `a commit longer than the keepalive loses and doubles nothing`() throws {
        let stream = BrokerFaultTests.stream(rounds: 10)
        let rig = try DaemonRig()
        try rig.start()
        try rig.waitUntilConnected()
        try KillTests.books(into: rig)
        #expect(rig.stop().code == 0)
        // Keepalive 30 s: the broker gives up after one and a half.
        try rig.start(fault: "in-commit:2:50000")
        let publisher = try CountingPublisher(port: rig.broker.port)
        publisher.send(stream.messages, from: 1, paceMicroseconds: 300)
        #expect(publisher.waitForConfirmed(stream.messages.count))
        try KillTests.waitForAll(stream, rig)
        publisher.close()
        #expect(rig.stop().code == 0)
        let result = try KillTests.result(of: rig)
        #expect(result.accounts.imbalance == nil)
        #expect(result.accounts.new == Int64(stream.observations))
        #expect(result.gaps == 0)
    }

    @Test(.timeLimit(.minutes(2)))
    func `poison is quarantined and never blocks the session`() throws {
        let rig = try DaemonRig()
        try rig.start()
        try rig.waitUntilConnected()
        let publisher = try CountingPublisher(port: rig.broker.port)
        let now = UTCInstant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        var poison = [ReadStream.text("", zone: "A")]
        for bytes in [300_000, 600_000, 1] {
            var message = ReadStream.text("", zone: "B")
            message.payload = [UInt8](repeating: 0x7B, count: bytes)
            poison.append(message)
        }
        var binary = ReadStream.text("", zone: "C")
        binary.payload = [0xFF, 0x00, 0xFE]
        binary.topic = "vehicles/1/up"
        poison.append(binary)
        for _ in 0..<3 { publisher.send(poison, from: 1) }
        publisher.send([ReadStream.read(1, zone: "A", at: now)], from: 100)
        let taken = eventually(seconds: 10) {
            do { return ((try rig.status()?["accounts"]) as? [String: Any])?["new"] as? Int == 1 } catch {
                return false
            }
        }
        #expect(taken, "\(rig.log.suffix(1_000))")
        publisher.close()
        #expect(rig.stop().code == 0)
        let result = try KillTests.result(of: rig)
        #expect(result.accounts.messagesRejected == 12)
        #expect(result.accounts.rejected["oversize_payload"] == 3)
        #expect(result.accounts.imbalance == nil)
    }

    @Test(.timeLimit(.minutes(3)))
    func `a full disk acknowledges nothing, is said aloud, and nothing is lost once there is space`() throws {
        let stream = BrokerFaultTests.stream(rounds: 30)
        let rig = try DaemonRig()
        let disk = rig.directory.file("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try rig.directory.write(rig.configuration(storePath: disk + "/tally.db"), to: "tallyd.toml")
        // A file system of its own, in a mount namespace of its own, that ends with the process.
        let mount = "mount -t tmpfs -o size=3m none \(disk) && exec \"$@\""
        try rig.start(launcher: ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, "sh"])
        try rig.waitUntilConnected()
        let inside = "/proc/\(rig.processID)/root\(disk)/ballast"
        let ballast = fopen(inside, "w")
        #expect(ballast != nil, "\(inside): \(String(cString: strerror(errno)))")
        var zeros = [UInt8](repeating: 1, count: 4_096)
        while let ballast, fwrite(&zeros, 1, zeros.count, ballast) == zeros.count, fflush(ballast) == 0 {}
        if let ballast { fclose(ballast) }
        let publisher = try CountingPublisher(port: rig.broker.port)
        publisher.send(stream.messages, from: 1, paceMicroseconds: 1_000)
        #expect(publisher.waitForConfirmed(stream.messages.count))
        #expect(eventually(seconds: 10) { rig.log.contains("STORE_FULL") }, "\(rig.log.suffix(1_000))")
        #expect(rig.isRunning)
        unlink(inside)
        #expect(eventually(seconds: 20) { rig.log.contains("STORE_RECOVERED") }, "\(rig.log.suffix(1_000))")
        try KillTests.waitForAll(stream, rig)
        let accounts = try rig.status()?["accounts"] as? [String: Any]
        #expect(accounts?["new"] as? Int == stream.observations)
        publisher.close()
        #expect(rig.stop().code == 0)
    }
}
