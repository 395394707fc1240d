import AssetModel
import DaemonAssembly
import Foundation
import GatewayConfiguration
import Testing

@testable import tally

/// A trace of real readers, from CSV through `import-trace` and `replay`: what was read is accounted for, and
/// every silence longer than the zone's time is told once.
struct ImportTraceReplayTests {
    /// No gap of the trace lies within six seconds above it: an epoch of evidence and a whole second, by
    /// which a silence is told later than its time.
    private static let missingAfter: Int64 = 150

    /// As `docs/import-trace.md` shows it: the readers would have said so, had they stopped reading.
    private static let configuration = """
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

    private func replay() throws -> Replayed {
        let directory = try TemporaryDirectory()
        let (map, file) = (directory.path + "/map.csv", directory.path + "/trace.ndjson")
        try "sternum-tag,E28011700000020000000001\n".write(toFile: map, atomically: true, encoding: .utf8)
        let configuration = try TallyConfiguration.parse(
            ImportTraceReplayTests.configuration, file: "config.toml", needsBroker: false)
        let trace = try #require(
            Bundle.module.url(
                forResource: "uci-batteryless-sessions", withExtension: "csv", subdirectory: "Fixtures"))
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

    @Test
    func `every gap over the zone's time is one silence, the longest included, and there are no others`()
        throws
    {
        let replayed = try replay()
        let limit = ElapsedTime(seconds: ImportTraceReplayTests.missingAfter)
        let gaps = zip(replayed.reads, replayed.reads.dropFirst()).filter { $1 - $0 > limit }
        #expect(gaps.count == 15)
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
        let replayed = try replay()
        let accounts = try #require(replayed.told.last?.accounts)
        #expect(accounts["messages_received"] == Int64(replayed.reads.count))
        #expect(accounts["messages_decoded"] == Int64(replayed.reads.count))
        #expect(accounts["observations"] == Int64(replayed.reads.count))
        let known = ["redelivered", "repeats", "new"].compactMap { accounts[$0] }
        #expect(known.count == 3)
        #expect(known.reduce(0, +) == Int64(replayed.reads.count))
    }
}
