import AssetModel
import DaemonAssembly
import Foundation
import GatewayConfiguration
import Testing

@testable import tally

/// A trace of real readers, from CSV through `import-trace` and `replay`: what was read is accounted for, and
/// every silence longer than the zone's time is told once.
struct ImportTraceReplayTests {
    /// As `docs/import-trace.md` shows it: the readers would have said so, had they stopped reading.
    private static func configuration(missingAfter: Int64) -> String {
        """
        [gateway]
        id = "trace"
        [[site]]
        id = "rooms"
        """
            + [("S1", 1...4), ("S2", 1...3)].map { reader, ports in
                """

                [[zone]]
                id = "\(reader)"
                site = "rooms"
                kind = "room"
                missing_after_seconds = \(missingAfter)
                [[reader]]
                id = "\(reader)"
                site = "rooms"
                vendor = "plain"
                topics = ["trace/\(reader)"]
                liveness = "will"
                """
                    + ports.map { "\n[[reader.antenna]]\nport = \($0)\nzone = \"\(reader)\"" }.joined()
            }.joined()
    }

    /// One line of `replay --presence`.
    private struct Told {
        var presence: String?
        var at: UTCInstant?
        var cause: UTCInstant?
        var accounts: [String: Int64]?

        init(_ line: String) throws {
            let fields = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            presence = fields["presence"] as? String
            at = (fields["at"] as? String).flatMap { UTCInstant(rfc3339: $0) }
            cause = (fields["cause"] as? String).flatMap { UTCInstant(rfc3339: $0) }
            accounts = (fields["accounts"] as? [String: Any])?.compactMapValues { $0 as? Int64 }
        }
    }

    private struct Replayed {
        var reads: [UTCInstant]
        var told: [Told]
    }

    /// - Parameter trace: in `Fixtures`.
    private func replay(_ trace: String, missingAfter: Int64) throws -> Replayed {
        let directory = try TemporaryDirectory()
        let (map, file) = (directory.path + "/map.csv", directory.path + "/trace.ndjson")
        try "sternum-tag,E28011700000020000000001\n".write(toFile: map, atomically: true, encoding: .utf8)
        let configuration = try TallyConfiguration.parse(
            Self.configuration(missingAfter: missingAfter), file: "config.toml", needsBroker: false)
        let trace = try #require(
            Bundle.module.url(
                forResource: trace, withExtension: "csv", subdirectory: "Fixtures"))
        let start = try #require(UTCInstant(rfc3339: "2026-01-05T00:00:00Z"))
        var lines: [String] = []
        let sorted = try ImportTrace(
            path: trace.path, names: TraceNames(path: map),
            clock: TraceClock(start: start, gap: ElapsedTime(seconds: 60))
        ).run {
            lines.append($0)
            return true
        }
        #expect(sorted.isEmpty)
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        var request = ReplayRun.Request(file: file)
        request.showsPresence = true
        var told: [String] = []
        var run = ReplayRun(
            request, configuration: configuration
        ) { told.append($0) }
        try run.run()
        withExtendedLifetime(directory) {}
        let reads = try lines.map { line in
            try #require(UTCInstant(rfc3339: String(line.dropFirst(6).prefix(24))))
        }
        return Replayed(reads: reads, told: try told.map(Told.init))
    }

    /// The whole trace, without rows that are far from a gap; and all rows of some sessions.
    @Test(
        arguments: [
            ("uci-batteryless-gaps", 150, 20), ("uci-batteryless-gaps", 120, 33),
            ("uci-batteryless-gaps", 60, 58), ("uci-batteryless-sessions", 150, 15),
            ("uci-batteryless-sessions", 60, 31),
        ] as [(String, Int64, Int)])
    func `every gap over the zone's time is one silence, the longest included, and there are no others`(
        trace: String, missingAfter: Int64, count: Int
    ) throws {
        let replayed = try replay(trace, missingAfter: missingAfter)
        let limit = ElapsedTime(seconds: missingAfter)
        let gaps = zip(replayed.reads, replayed.reads.dropFirst()).filter { $1 - $0 > limit }
        #expect(gaps.count == count)
        #expect(gaps.map { ($1 - $0).milliseconds }.max() == 865_550)
        let silences = replayed.told.filter { $0.presence == "silent" }
        for (from, to) in gaps {
            let told = silences.filter { $0.at.map { from < $0 && $0 <= to } ?? false }
            #expect(told.count == 1, "\(from) to \(to)")
        }
        #expect(silences.count == gaps.count)
        // After each of them the tag is heard again.
        #expect(replayed.told.filter { $0.presence == "heard" }.count == gaps.count + 1)
    }

    @Test func `every row of the trace is accounted for`() throws {
        let replayed = try replay("uci-batteryless-sessions", missingAfter: 150)
        let accounts = try #require(replayed.told.last?.accounts)
        #expect(accounts["messages_received"] == Int64(replayed.reads.count))
        #expect(accounts["messages_decoded"] == Int64(replayed.reads.count))
        #expect(accounts["observations"] == Int64(replayed.reads.count))
        let known = ["redelivered", "repeats", "new"].compactMap { accounts[$0] }
        #expect(known.count == 3)
        #expect(known.reduce(0, +) == Int64(replayed.reads.count))
    }
}
