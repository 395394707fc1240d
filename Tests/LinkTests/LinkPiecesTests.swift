import AssetModel
import Glibc
import Testing
import TestSupport

@testable import MQTTLink

@Suite struct LinkPiecesTests {
    @Test(arguments: [
        (1, 0, 500), (2, 0, 1_000), (3, 0, 2_000), (5, 0, 8_000), (6, 0, 10_000), (1_000_000, 0, 10_000),
        (1, 99, 250), (6, 99, 5_000), (0, 0, 500),
    ])
    func `pauses double up to ten seconds and are cut by at most a half`(
        failures: Int, roll: Int64, milliseconds: Int64
    ) {
        #expect(Backoff().pause(afterFailures: failures, roll: roll).milliseconds == milliseconds)
    }

    @Test(
        arguments: [
            // wanted, granted before, session kept → asked for, withdrawn
            (["a", "b"], [], false, ["a", "b"], []),
            (["a", "b"], ["a", "b"], true, [], []),
            (["a", "b"], ["a", "b"], false, ["a", "b"], []),
            (["a", "b"], ["b", "z", "c"], true, ["a"], ["c", "z"]),
            (["a", "b"], [], true, ["a", "b"], []),
            (["a", "a"], [], true, ["a"], []),
        ] as [([String], Set<String>, Bool, [String], [String])])
    func `only what is missing is asked for`(
        wanted: [String], known: Set<String>, kept: Bool, missing: [String], obsolete: [String]
    ) {
        let plan = SubscriptionPlan(wanted: wanted, known: known, sessionPresent: kept)
        #expect(plan.missing == missing)
        #expect(plan.obsolete == obsolete)
    }

    @Test func `a batch is full by messages or by bytes, and leaves early for a change of the connection`() {
        var limit = BatchLimit()
        limit.messagesMax = 3
        limit.bytesMax = 20
        let (wall, instant) = (UTCInstant(milliseconds: 0), MonotonicInstant.now)
        let read = RawMessage(topic: "1234", payload: Array("123456".utf8))
        var batch = GrowingBatch()
        batch.begin(limit)
        #expect(batch.leaveAt == nil)
        batch.add(read, at: wall, instant)
        #expect(!batch.isComplete)
        #expect(batch.leaveAt == instant + limit.time)
        batch.add(read, at: wall, instant + ElapsedTime(milliseconds: 20))
        #expect(batch.isFull, "20 bytes")
        #expect(batch.leaveAt == instant + limit.time)
        #expect(batch.take().count == 2)
        batch.begin(limit)
        batch.add(.down, at: wall)
        #expect(batch.isComplete)
        #expect(!batch.isFull)
    }

    @Test(arguments: [
        ("secret", "secret"), ("secret\n", "secret"), ("secret\r\n", "secret"),
        ("two\nlines\n", "two\nlines"),
        ("", ""),
    ])
    func `a secret is the text of its file without the last newline`(content: String, secret: String) throws {
        let directory = try TestDirectory()
        try directory.write(content, to: "password")
        #expect(try CredentialFile.read(directory.file("password")) == secret)
    }

    @Test func `a bare name is a credential of systemd`() throws {
        let directory = try TestDirectory()
        try directory.write("from systemd", to: "tally-link-test")
        #expect(throws: LinkError.credentialMissing(name: "tally-link-test")) {
            try CredentialFile.read("tally-link-test")
        }
        setenv("CREDENTIALS_DIRECTORY", directory.path, 1)
        defer { unsetenv("CREDENTIALS_DIRECTORY") }
        #expect(try CredentialFile.read("tally-link-test") == "from systemd")
    }

    @Test func `a file that is missing, too long or no text is named`() throws {
        let directory = try TestDirectory()
        try directory.write(String(repeating: "x", count: 65_536), to: "long")
        for name in ["missing", "long"] {
            #expect { try CredentialFile.read(directory.file(name)) } throws: { error in
                "\(error)".contains(directory.file(name))
            }
        }
    }

    @Test func `settings out of range are refused before anything is tried`() throws {
        let good = LinkRig.settings(port: 1, subscriptions: ["r/#"])
        let wrong: [(String, (inout BrokerSettings) -> Void)] = [
            ("client_id", { $0.clientID = "" }),
            ("receive_maximum", { $0.receiveMaximum = 0 }),
            ("receive_maximum", { $0.receiveMaximum = 65_536 }),
            ("keepalive", { $0.keepAliveSeconds = 4 }),
            ("port", { $0.endpoint = .tcp(host: "localhost", port: 65_536) }),
            ("socket", { $0.endpoint = .unixSocket(path: String(repeating: "x", count: 108)) }),
            ("topics", { $0.subscriptions = ["a/#/b"] }),
        ]
        for (setting, spoil) in wrong {
            var settings = good
            spoil(&settings)
            #expect(throws: LinkError.self, "\(setting)") { try settings.validate() }
        }
        try good.validate()
    }

    @Test func `a call from outside ends a sleep, also one made before it`() throws {
        let pipe = try WakePipe()
        pipe.wake()
        #expect(pipe.wait(for: -1, events: 0, atMost: ElapsedTime(seconds: 30)).isCalled)
        #expect(!pipe.wait(for: -1, events: 0, atMost: .zero).isCalled, "forgotten once it was heard")
        Loopback.inBackground { pipe.wake() }
        #expect(pipe.wait(for: -1, events: 0, atMost: ElapsedTime(seconds: 30)).isCalled)
    }
}
