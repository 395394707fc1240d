import Foundation
import Testing
import TestSupport

@testable import MQTTLink

/// `config/mosquitto.acl` as it is shipped, with its commented examples switched on.
@Suite(.serialized) struct ShippedRightsTests {
    /// Every login of the file, a second reader, and one of the test's own that may do everything.
    private static let logins = [
        "tallyd", "tallyd-pub", "tallyd-record", "upstream", "handheld-1", "M01-R1", "M01-R2", "platform-1",
        "overseer",
    ]

    private static func shipped() throws -> String {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("config/mosquitto.acl")
        return try String(contentsOf: file, encoding: .utf8)
            .replacingOccurrences(of: "#user ", with: "user ")
            .replacingOccurrences(of: "#topic ", with: "topic ")
    }

    private static func broker() throws -> TestBroker {
        let accounts = try TestDirectory()
        for name in logins {
            let create = name == logins[0] ? ["-c"] : []
            try run("mosquitto_passwd", create + ["-b", accounts.file("accounts"), name, "secret"])
        }
        let rights = try shipped() + "\nuser overseer\ntopic readwrite #\n"
        return try TestBroker(
            """
            allow_anonymous false
            password_file @DIR@/accounts
            acl_file @DIR@/rights
            sys_interval 1
            """,
            files: ["accounts": accounts.read("accounts"), "rights": rights])
    }

    private static func login(_ name: String) -> [String] { ["-u", name, "-P", "secret"] }

    /// Lines of `login  topic`, the rest a remark.
    private static func rows(_ table: String) -> [(login: String, topic: String)] {
        table.split(separator: "\n").map { line in
            let words = line.split(separator: " ").map { String($0) }
            return (words[0], words[1])
        }
    }

    @Test func `each login writes what is its own and nothing else`() throws {
        let allowed = """
            M01-R1      readers/M01-R1/events
            M01-R1      readers/M01-R1/status
            M01-R2      terminals/M01-R2/fix
            platform-1  jt808/platform-1/up
            handheld-1  tally/v1/M01/sweep
            tallyd-pub  tally/v1/M01/discrepancies/D-1
            tallyd-pub  tally/v1/gateways/gateway-1/status
            """
        let denied = """
            M01-R1         readers/M01-R2/events               another reader's topic
            M01-R1         tally/v1/M01/discrepancies/D-2      a finding made up
            M01-R1         tally/v1/M01/discrepancies/D-1      a finding cleared away
            M01-R1         tally/v1/M02/sweep
            M01-R1         jt808/platform-1/down
            platform-1     readers/M01-R1/tags
            handheld-1     tally/v1/M03/sweep                  another site
            handheld-1     tally/v1/M01/discrepancies/D-3
            upstream       tally/v1/M01/discrepancies/D-4
            tallyd         readers/M01-R1/replies
            tallyd         tally/v1/M01/discrepancies/D-5
            tallyd-record  readers/M01-R1/other
            tallyd-pub     readers/M01-R1/made-up
            """
        let broker = try Self.broker()
        for row in Self.rows(allowed) + Self.rows(denied) {
            try broker.publish([row.login], to: row.topic, options: Self.login(row.login) + ["-r"])
        }
        let kept = try broker.listen(to: "#", count: 100, seconds: 1, options: Self.login("overseer"))
        #expect(kept.sorted() == Self.rows(allowed).map { "\($0.topic) \($0.login)" }.sorted())
    }

    @Test func `each login reads what it needs and nothing else`() throws {
        let broker = try Self.broker()
        let topics = [
            "readers/M01-R1/events", "readers/M01-R1/commands", "terminals/T-1/fix", "jt808/platform-1/up",
            "tally/v1/M01/sweep", "tally/v1/M01/discrepancies/D-1",
        ]
        for topic in topics {
            try broker.publish(["x"], to: topic, options: Self.login("overseer") + ["-r"])
        }
        func heard(by login: String) throws -> [String] {
            try broker.listen(to: "#", count: 100, seconds: 1, options: Self.login(login))
                .map { String($0.dropLast(2)) }.sorted()
        }
        #expect(try heard(by: "tallyd") == topics.dropLast().sorted())
        #expect(try heard(by: "tallyd-record") == topics.sorted())
        #expect(try heard(by: "upstream") == topics.suffix(2).sorted())
        #expect(try heard(by: "M01-R1") == ["readers/M01-R1/commands"])
        for login in ["M01-R2", "handheld-1", "tallyd-pub"] {
            #expect(try heard(by: login) == [], "\(login)")
        }
    }

    @Test func `the daemon hears what the broker says about itself, and a reader does not`() throws {
        let broker = try Self.broker()
        for topic in BrokerWatch.topics {
            let own = try broker.listen(to: topic, count: 1, options: Self.login("tallyd"))
            #expect(own.count == 1, "\(topic)")
        }
        let other = try broker.listen(to: "$SYS/#", count: 1, seconds: 1, options: Self.login("M01-R1"))
        #expect(other == [])
    }
}
