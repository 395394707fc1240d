import AssetModel
import Foundation
import Testing
import TestSupport

@testable import MQTTLink

/// `config/mosquitto.conf` as it is shipped, with only its paths and its port changed.
@Suite(.serialized) struct ShippedBrokerTests {
    private static func shipped(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("config/\(name)"), encoding: .utf8)
    }

    private static func broker(profile: String? = nil) throws -> TestBroker {
        let accounts = try TestDirectory()
        for name in ["tallyd", "tallyd-pub", "reader-1", "reader-2"] {
            let create = name == "tallyd" ? ["-c"] : []
            try run("mosquitto_passwd", create + ["-b", accounts.file("accounts"), name, "secret"])
        }
        var configuration = try shipped("mosquitto.conf")
        for (from, to) in [
            ("listener 1883", "listener @PORT@"), ("/etc/mosquitto/tally.passwd", "@DIR@/accounts"),
            ("/etc/mosquitto/mosquitto.acl", "@DIR@/mosquitto.acl"), ("/var/lib/mosquitto/", "@DIR@/"),
            ("/etc/mosquitto/conf.d", "@DIR@/conf.d"),
        ] {
            #expect(configuration.contains(from), "the test no longer fits the file")
            configuration = configuration.replacingOccurrences(of: from, with: to)
        }
        var files = ["accounts": accounts.read("accounts"), "mosquitto.acl": try shipped("mosquitto.acl")]
        files["conf.d/profile.conf"] = try profile.map { try shipped($0) } ?? "# none\n"
        return try TestBroker(configuration, files: files, hasOwnListener: true)
    }

    private static func rig(_ broker: TestBroker, known: Set<String>? = nil) throws -> LinkRig {
        try broker.directory.write("tallyd", to: "user")
        try broker.directory.write("secret", to: "password")
        return try LinkRig(port: broker.port, subscriptions: ["readers/+/events"], known: known) {
            $0.credentials = Credentials(
                usernameFile: broker.directory.file("user"), passwordFile: broker.directory.file("password"))
        }
    }

    private static func login(_ name: String) -> [String] { ["-u", name, "-P", "secret"] }

    @Test(arguments: [nil, "mosquitto-safe.conf"])
    func `both profiles start, and a reader is heard on its own topic only`(profile: String?) throws {
        let broker = try ShippedBrokerTests.broker(profile: profile)
        let rig = try ShippedBrokerTests.rig(broker)
        #expect(rig.comeUp() == false)
        let reader = ShippedBrokerTests.login("reader-1")
        try broker.publish(["foreign"], to: "readers/reader-2/events", options: reader)
        try broker.publish(["own"], to: "readers/reader-1/events", options: reader)
        rig.run { $0.contains { $0.message != nil } }
        #expect(rig.listen(milliseconds: 300) == [])
        #expect(rig.texts == ["own"])
    }

    @Test func `a reader that uses the daemon's client id does not get its queue`() throws {
        let broker = try ShippedBrokerTests.broker()
        let rig = try ShippedBrokerTests.rig(broker)
        rig.comeUp()
        rig.link.close(within: ElapsedTime(seconds: 2))
        let (reader, thief) = (ShippedBrokerTests.login("reader-1"), ShippedBrokerTests.login("reader-2"))
        try broker.publish(numbered(1...10), to: "readers/reader-1/events", options: reader)
        let stolen = try broker.listen(
            to: "readers/reader-2/commands", count: 10, seconds: 1, options: thief + ["-i", "tallyd", "-c"])
        #expect(stolen == [])
        let back = try ShippedBrokerTests.rig(broker, known: ["readers/+/events"])
        #expect(back.comeUp() == true)
        back.run { $0.filter { $0.message != nil }.count == 10 }
        #expect(back.texts == numbered(1...10))
    }

    @Test func `a queue of the safe profile outlives the broker's death`() throws {
        let broker = try ShippedBrokerTests.broker(profile: "mosquitto-safe.conf")
        let rig = try ShippedBrokerTests.rig(broker)
        rig.comeUp()
        rig.link.close(within: ElapsedTime(seconds: 2))
        let reader = ShippedBrokerTests.login("reader-1")
        try broker.publish(numbered(1...50), to: "readers/reader-1/events", options: reader)
        broker.kill()
        try broker.start()
        let back = try ShippedBrokerTests.rig(broker, known: ["readers/+/events"])
        #expect(back.comeUp() == true)
        // mosquitto saves when the changes exceed its limit, so the last one may be missing.
        back.run { $0.filter { $0.message != nil }.count >= 49 }
        #expect(back.texts.starts(with: numbered(1...49)))
    }

    @Test func `nobody gets in without a login`() throws {
        let broker = try ShippedBrokerTests.broker()
        let rig = try LinkRig(port: broker.port)
        rig.run { _ in rig.link.status.problem != nil }
        #expect(!rig.link.status.isConnected)
    }
}
