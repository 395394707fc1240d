import AssetModel
import DaemonAssembly
import Foundation
import GatewayConfiguration
import Testing

/// A gate in a configuration, reads in a file: `tallyd replay --presence` prints its passages.
struct PassageReplayTests {
    private static let configuration = """
        [gateway]
        id = "g"
        [[site]]
        id = "M01"
        [[zone]]
        id = "G1"
        site = "M01"
        kind = "gate"
        [[reader]]
        id = "gate-1"
        site = "M01"
        vendor = "plain"
        topics = ["gate/1"]
        [[reader.antenna]]
        port = 1
        zone = "G1"
        side = "inside"
        [[reader.antenna]]
        port = 2
        zone = "G1"
        side = "outside"
        """

    /// Two tags, three seconds inside, then three seconds outside.
    private static let lines: [String] = {
        let start = UTCInstant(rfc3339: "2026-11-21T08:00:00Z")!
        var lines: [String] = []
        for look in 0..<24 {
            for tag in 1...2 {
                let at = (start + ElapsedTime(milliseconds: Int64(look * 250 + tag))).rfc3339()
                let read =
                    "{\"epc\":\"E2801170000000000000000\(tag)\",\"antenna\":\(look < 12 ? 1 : 2),"
                    + "\"rssi\":-52,\"timestamp\":\"\(at)\"}"
                lines.append("{\"t\":\"\(at)\",\"topic\":\"gate/1\",\"payload\":\(read)}")
            }
        }
        lines.append("{\"t\":\"2026-11-21T08:01:00Z\",\"kind\":\"tick\"}")
        return lines
    }()

    private func replay(batch: Int, presence: Bool = true) throws -> [String] {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/gate.ndjson"
        try Self.lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        var request = ReplayRun.Request(file: file)
        request.showsPresence = presence
        request.batchSize = batch
        var told: [String] = []
        var run = ReplayRun(
            request,
            configuration: try TallyConfiguration.parse(Self.configuration, file: "c", needsBroker: false)
        ) { told.append($0) }
        try run.run()
        withExtendedLifetime(directory) {}
        return told
    }

    @Test func `a replay prints a passage as one line, the same for every way of cutting the input`() throws {
        let told = try replay(batch: 500)
        let passages = told.filter { $0.hasPrefix("{\"passage\"") }
        let line = try #require(passages.first)
        #expect(passages.count == 1)
        #expect(line.contains("\"gate\":\"G1\",\"direction\":\"out\",\"confidence\":0.9"))
        #expect(line.contains("\"from\":\"2026-11-21T08:00:00.000Z\""))
        #expect(line.contains("\"means\":[\"antennas\"]"))
        #expect(line.contains("\"epc_hex\":\"E28011700000000000000001\""))
        #expect(line.contains("\"reason_en\":\"2 of 2 tags first inside, then outside\""))
        #expect(try replay(batch: 1) == told && (try replay(batch: 7)) == told)
        #expect(try replay(batch: 7, presence: false).count == 1)
    }
}
