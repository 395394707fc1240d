import AssetModel
import Foundation
import TestSupport
import Testing

/// What the daemon concludes because time passed, without a message: as durable as any other conclusion.
struct TimeAloneTests {
    @Test(.timeLimit(.minutes(2)))
    func `a reader that fell silent is offline after a kill too, and is told once`() throws {
        let rig = try DaemonRig(
            extra: """
                [[reader]]
                id = "rT"
                site = "S1"
                vendor = "impinj"
                liveness = "traffic"
                offline_after_seconds = 2
                topics = ["readers/rT/#"]
                [[reader.antenna]]
                port = 1
                zone = "A"

                """)
        try rig.start()
        try rig.waitUntilConnected()
        let publisher = try CountingPublisher(port: rig.broker.port)
        defer { publisher.close() }
        let read = ReadStream.read(
            1, zone: "T", at: UTCInstant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)))
        publisher.send([read], from: 1)
        var list = ""
        let isOffline = eventually(seconds: 30) {
            do { list = try rig.tally(["discrepancies", "list", "--json"]).output } catch { return false }
            return list.contains("READER_OFFLINE")
        }
        try #require(isOffline, "\(list) \(rig.log.suffix(500))")
        let id = String(try #require(list.firstMatch(of: /D-[0-9a-f]{16}/)).output)
        for _ in 0..<2 {
            rig.kill()
            try rig.start()
            try rig.waitUntilConnected()
            let readers = try rig.tally(["reader", "show", "rT", "--json"]).output
            #expect(readers.contains("\"online\":false"), "\(readers)")
            #expect(
                !eventually(seconds: 9) {
                    do {
                        return try rig.tally(["discrepancies", "show", id, "--json"]).output
                            .components(separatedBy: "\"change\":\"opened\"").count > 2
                    } catch { return false }
                })
        }
        #expect(rig.stop().code == 0)
    }
}
