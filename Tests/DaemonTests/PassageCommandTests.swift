import AssetModel
import Foundation
import MQTTLink
import TestSupport
import Testing

/// A pallet through a gate of the running daemon: told in the journal, listed by `tally passages`.
struct PassageCommandTests {
    private static let gate = """
        [[zone]]
        id = "G1"
        site = "S1"
        kind = "gate"
        [[reader]]
        id = "rG"
        site = "S1"
        vendor = "impinj"
        liveness = "will"
        topics = ["readers/rG/#"]
        [[reader.antenna]]
        port = 1
        zone = "G1"
        side = "inside"
        [[reader.antenna]]
        port = 2
        zone = "G1"
        side = "outside"

        """

    private static func read(_ tag: Int, port: Int, at: UTCInstant) -> OutgoingMessage {
        let payload = """
            {"timestamp":"\(at.rfc3339())","eventType":"tagInventory","tagInventoryEvent":{"epcHex":\
            "\(ReadStream.epc(tag))","antennaPort":\(port),"peakRssiCdbm":-5000}}
            """
        return OutgoingMessage(topic: "readers/rG/events", payload: Array(payload.utf8))
    }

    @Test(.timeLimit(.minutes(2)))
    func `what went through a gate is logged, listed, and still there after a kill`() throws {
        let rig = try DaemonRig(extra: Self.gate)
        try rig.start()
        try rig.waitUntilConnected()
        let publisher = try CountingPublisher(port: rig.broker.port)
        defer { publisher.close() }
        // Ten seconds ago, so that nobody has to wait for it.
        let start = UTCInstant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000) - 10_000)
        var messages: [OutgoingMessage] = []
        for look in 0..<24 {
            for tag in 1...3 {
                let at = start + ElapsedTime(milliseconds: Int64(look * 250 + tag))
                messages.append(Self.read(tag, port: look < 12 ? 1 : 2, at: at))
            }
        }
        publisher.send(messages, from: 1)
        var text = ""
        let found = eventually(seconds: 60) {
            do { text = try rig.tally(["passages", "--json"]).output } catch { return false }
            return text.contains("\"direction\"")
        }
        try #require(found, "\(text) \(rig.log.suffix(500))")
        #expect(text.contains("\"out\"") && text.contains(ReadStream.epc(2)) && text.contains("antennas"))
        #expect(rig.log.contains("PASSAGE") && rig.log.contains("先内侧后外侧"))
        rig.kill()
        try rig.start()
        try rig.waitUntilConnected()
        let again = try rig.tally(["passages", "--gate", "G1"])
        #expect(again.code == 0 && again.output.contains("G1"), "\(again.output)")
        #expect(try rig.tally(["passages", "--gate", "nowhere"]).code == 1)
        #expect(try rig.tally(["passages", "--since", "yesterday"]).code == 64)
        let none = try rig.tally(["passages", "--since", "2099-01-01T00:00:00Z"])
        #expect(none.code == 0 && !none.output.contains("G1"))
        #expect(rig.stop().code == 0)
    }
}
