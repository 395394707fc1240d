import AssetModel
import Foundation
import Glibc
import MQTTLink
import TestSupport
import Testing

/// What operators do with the running daemon: decide, follow, look at readers, zones and refused messages.
struct OperatorCommandTests {
    private static var now: UTCInstant {
        UTCInstant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    /// A daemon with books, and one discrepancy: the disposed asset PC-21 read in zone A.
    private func rigWithDiscrepancy() throws -> (rig: DaemonRig, publisher: CountingPublisher, id: String) {
        let rig = try DaemonRig()
        try rig.start()
        try rig.waitUntilConnected()
        try KillTests.books(into: rig)
        let publisher = try CountingPublisher(port: rig.broker.port)
        publisher.send([ReadStream.read(21, zone: "A", at: OperatorCommandTests.now)], from: 1)
        var list = ""
        let found = eventually(seconds: 10) {
            do { list = try rig.tally(["discrepancies", "list", "--json"]).output } catch { return false }
            return list.contains("DISPOSED_STILL_PRESENT")
        }
        try #require(found, "\(list) \(rig.log.suffix(500))")
        let id = try #require(list.firstMatch(of: /D-[0-9a-f]{16}/)).output
        return (rig, publisher, String(id))
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    @Test(.timeLimit(.minutes(2)))
    func `a decision is answered after its commit, survives a kill, and is told with who and why`() throws {
        let (rig, publisher, id) = try rigWithDiscrepancy()
        defer { publisher.close() }
        let confirmed = try rig.tally(["discrepancies", "confirm", id, "--reason", " 实地查看属实 ", "--json"])
        #expect(confirmed.code == 0, "\(confirmed.output)")
        let reply = try json(confirmed.output)
        #expect(reply["state"] as? String == "CONFIRMED" && reply["reason"] as? String == "实地查看属实")
        #expect((reply["by"] as? [String: Any])?["uid"] as? Int == Int(geteuid()))
        rig.kill()
        try rig.start()
        try rig.waitUntilConnected()
        let again = try rig.tally(["discrepancies", "confirm", id, "--reason", "again"])
        #expect(again.code == 1)
        let dismissed = try rig.tally(["discrepancies", "dismiss", id, "--reason", "已送修"])
        #expect(dismissed.code == 0 && dismissed.output.contains("DISMISSED"), "\(dismissed.output)")
        let shown = try json(try rig.tally(["discrepancies", "show", id, "--json"]).output)
        #expect(shown["state"] as? String == "DISMISSED" && shown["cleared_at"] is String, "\(shown)")
        let history = try #require(shown["history"] as? [[String: Any]])
        #expect(history.map { $0["change"] as? String } == ["opened", "confirmed", "dismissed"])
        #expect(history.map { $0["reason"] as? String } == [nil, "实地查看属实", "已送修"])
        #expect(try rig.tally(["discrepancies", "dismiss", id, "--reason", "x"]).code == 1)
        #expect(try json(try rig.tally(["discrepancies", "list", "--json"]).output)["total"] as? Int == 0)
        #expect(rig.log.contains("OPERATOR_ACTION") && !rig.log.contains("已送修"))
        #expect(rig.stop().code == 0)
    }

    @Test(.timeLimit(.minutes(2)))
    func `a decision that cannot be is refused by its code`() throws {
        let (rig, publisher, id) = try rigWithDiscrepancy()
        defer { publisher.close() }
        #expect(try rig.tally(["discrepancies", "dismiss", "D-0000000000000000", "--reason", "x"]).code == 1)
        #expect(try rig.tally(["discrepancies", "dismiss", id]).code == 64)
        for reason in ["", "  ", "a\nb", "a\u{1B}[2J", String(repeating: "字", count: 501)] {
            #expect(try rig.tally(["discrepancies", "dismiss", id, "--reason", reason]).code == 64)
        }
        let shown = try json(try rig.tally(["discrepancies", "show", id, "--json"]).output)
        #expect(shown["state"] as? String == "OPEN" && (shown["history"] as? [Any])?.count == 1)
        #expect(rig.stop().code == 0)
        #expect(try rig.tally(["discrepancies", "dismiss", id, "--reason", "x"]).code == 69)
    }

    @Test(.timeLimit(.minutes(2)))
    func `a dismissed discrepancy is taken back from the broker`() throws {
        let (rig, publisher, id) = try rigWithDiscrepancy()
        defer { publisher.close() }
        var lines: [String] = []
        func retained() -> [String] {
            do { return try rig.broker.listen(to: "tally/v1/S1/#", count: 1, seconds: 1) } catch {
                return ["\(error)"]
            }
        }
        try rig.tally(["discrepancies", "confirm", id, "--reason", "属实"])
        let confirmed = eventually(seconds: 15) {
            lines = retained()
            return lines.contains { $0.contains("\"state\":\"CONFIRMED\"") }
        }
        #expect(confirmed, "\(lines)")
        try rig.tally(["discrepancies", "dismiss", id, "--reason", "误报"])
        let gone = eventually(seconds: 15) {
            lines = retained()
            return lines.isEmpty
        }
        #expect(gone, "\(lines)")
        #expect(rig.stop().code == 0)
    }

    @Test(.timeLimit(.minutes(2)))
    func `tail follows changes over a restart of the daemon and ends well on Ctrl-C`() throws {
        let (rig, publisher, id) = try rigWithDiscrepancy()
        defer { publisher.close() }
        let program = DaemonRig.programs.appendingPathComponent("tally").path
        let output = rig.directory.file("tail.ndjson")
        let tail = try Child(
            program, ["--socket", rig.socketPath, "tail", "--json"], output: output, environment: [:])
        func seen(_ change: String) -> Bool {
            eventually(seconds: 15) {
                rig.directory.read("tail.ndjson").contains("\"change\":\"\(change)\"")
            }
        }
        #expect(seen("opened"))
        rig.stop()
        try rig.start()
        try rig.waitUntilConnected()
        try rig.tally(["discrepancies", "dismiss", id, "--reason", "误报"])
        #expect(seen("dismissed"), "\(rig.directory.read("tail.ndjson").suffix(500))")
        tail.end(SIGINT)
        #expect(tail.exitCode == 0)
        let lines = rig.directory.read("tail.ndjson").split(separator: "\n").filter { $0.hasPrefix("{") }
        let numbers = try lines.map { try #require(try json(String($0))["seq"] as? Int) }
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count, "nothing twice")
        #expect(rig.stop().code == 0)
    }

    @Test(.timeLimit(.minutes(2)))
    func `refused messages can be looked at`() throws {
        let (rig, publisher, _) = try rigWithDiscrepancy()
        defer { publisher.close() }
        let broken = OutgoingMessage(topic: "readers/rA/events", payload: Array("{\"broken\":".utf8))
        publisher.send([broken], from: 2)
        var text = ""
        let counted = eventually(seconds: 10) {
            do { text = try rig.tally(["quarantine", "list", "--json"]).output } catch { return false }
            return text.contains("malformed_json")
        }
        #expect(counted, "\(text)")
        let item = try #require((try json(text)["items"] as? [[String: Any]])?.first)
        let number = "\(try #require(item["n"] as? Int))"
        let shown = try rig.tally(["quarantine", "show", number])
        #expect(shown.code == 0 && shown.output.contains("{\"broken\":"), "\(shown.output)")
        #expect(shown.output.contains("tally decode reader --topic 'readers/rA/events'"))
        #expect(try rig.tally(["quarantine", "show", number, "--payload"]).output == "{\"broken\":\n")
        #expect(try rig.tally(["quarantine", "show", "999999"]).code == 1)
        #expect(try rig.tally(["quarantine", "list", "--reason", "nonsense"]).code == 64)
        let none = try json(try rig.tally(["quarantine", "list", "--topic", "x/#", "--json"]).output)
        #expect(none["total"] as? Int == 0)
        #expect(rig.stop().code == 0)
    }

    @Test(.timeLimit(.minutes(2)))
    func `readers and zones can be looked at`() throws {
        let (rig, publisher, _) = try rigWithDiscrepancy()
        defer { publisher.close() }
        let readers = try json(try rig.tally(["reader", "list", "--json"]).output)
        #expect(readers["total"] as? Int == 3)
        var reader: [String: Any] = [:]
        let isOnline = eventually(seconds: 5) {
            do { reader = try json(try rig.tally(["reader", "show", "rA", "--json"]).output) } catch {
                return false
            }
            return reader["online"] as? Bool == true
        }
        #expect(isOnline && reader["antennas_total"] as? Int == 1, "\(reader)")
        #expect(try rig.tally(["reader", "show", "nobody"]).code == 1)

        let zones = try json(try rig.tally(["zone", "list", "--json"]).output)
        let expected = (zones["items"] as? [[String: Any]])?.compactMap { $0["expected"] as? Int }
        #expect(expected?.reduce(0, +) == 20, "the disposed one stands nowhere: \(zones)")
        let zone = try json(try rig.tally(["zone", "show", "A", "--limit", "3", "--json"]).output)
        let groups = ["found", "not_seen", "not_covered", "untagged"].compactMap {
            (zone[$0] as? [String: Any])?["total"] as? Int
        }
        let belongs = (zone["zone"] as? [String: Any])?["expected"] as? Int
        #expect(groups.count == 4 && groups.reduce(0, +) == belongs, "\(zone)")
        #expect(try rig.tally(["zone", "show", "A"]).output.contains("应在 expected"))
        #expect(try rig.tally(["zone", "show", "nowhere"]).code == 1)
        #expect(rig.stop().code == 0)
    }
}
