import AssetModel
import DaemonAssembly
import Foundation
import GatewayConfiguration
import Testing

@testable import tally

/// Traces of the forms that others recorded: a handheld that walks a store session by session, and four
/// antennas in four zones. Made here, and run the whole way as `docs/import-trace.md` says.
struct RecordedWalkTests {
    /// The same numbers on every run: a linear congruence, upper bits.
    private struct Numbers {
        var state: UInt64 = 20_260_105

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    private static let registered = (0..<915).map { "3034257bf468d48" + hex(1_000 + $0, digits: 9) }
    private static let strangers = (0..<326).map { "E2801170000002" + hex(2_748 + $0, digits: 10) }

    private static func hex(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// Nine walks of ten minutes, each past all tags in the same order, 95 % of them read. As spread sheets
    /// write it: byte-order mark, CRLF, fractions, empty signals, rows in no order.
    private static func walks() -> String {
        var numbers = Numbers()
        var text = "\u{FEFF}t_ms,reader,antenna,epc,rssi_dbm,session,label\r\n"
        let order = (registered + strangers).enumerated().sorted { ($0.0 % 37, $0.0) < ($1.0 % 37, $1.0) }
        for walk in 1...9 {
            for (place, tag) in order.map(\.element).enumerated() where numbers.below(100) < 95 {
                for _ in 0...numbers.below(2) {
                    let at = place * 600_000 / order.count + numbers.below(8_000)
                    let signal = numbers.below(10) == 0 ? "" : "-\(45 + numbers.below(30)).5"
                    text += "\(at).25,handheld,1,\(tag),\(signal),\"walk \(walk)\",\r\n"
                }
            }
        }
        return text
    }

    /// Two sessions of ten minutes: 120 tags, most reads by the antenna of their own zone.
    private static func quarters() -> String {
        var numbers = Numbers()
        var text = "t_ms,reader,antenna,epc,rssi_dbm,session,label\n"
        for session in 1...2 {
            for second in 0..<600 {
                for index in 0..<120 where numbers.below(8) == 0 {
                    let antenna = numbers.below(10) < 9 ? index % 4 + 1 : numbers.below(4) + 1
                    let signal = antenna == index % 4 + 1 ? -50 : -66
                    let at = second * 1_000 + index * 8
                    text += "\(at),r4,\(antenna),\(registered[index]),\(signal),s\(session),\n"
                }
            }
        }
        return text
    }

    /// Two sessions of ten minutes, each tag in another quarter in the second one: all four antennas read
    /// every tag nearly every second, and only strength tells where it is.
    private static func strengths() -> String {
        var numbers = Numbers()
        var text = "t_ms,reader,antenna,epc,rssi_dbm,session,label\n"
        for session in 0..<2 {
            // Standing waves: each antenna is off by up to 4 dB for as long as the tag lies.
            let offsets = (0..<160).map { _ in numbers.below(9) - 4 }
            for second in 0..<600 {
                for index in 0..<40 {
                    let quarter = (index + session) % 4
                    for antenna in 0..<4 where numbers.below(10) < 9 {
                        let level = antenna == quarter ? -50 : antenna == quarter ^ 3 ? -67 : -63
                        let signal = level + offsets[index * 4 + antenna] + numbers.below(7) - 3
                        let at = second * 1_000 + index * 24 + antenna * 5
                        text +=
                            "\(at),r4,\(antenna + 1),\(registered[index]),\(signal),s\(session),q\(quarter)\n"
                    }
                }
            }
        }
        return text
    }

    private static let site = """
        [gateway]
        id = "trace"
        [[site]]
        id = "store"

        """

    private static let walkConfiguration =
        site + """
            [[zone]]
            id = "shop"
            site = "store"
            kind = "room"
            [[reader]]
            id = "handheld"
            site = "store"
            vendor = "plain"
            topics = ["trace/handheld"]
            [[reader.antenna]]
            port = 1
            zone = "shop"
            """

    private static let quarterConfiguration =
        site
        + (1...4).map { zone in
            let others = (1...4).filter { $0 != zone }.map { "\"q\($0)\"" }.joined(separator: ", ")
            return "[[zone]]\nid = \"q\(zone)\"\nsite = \"store\"\nneighbours = [\(others)]\n"
        }.joined()
        + "[[reader]]\nid = \"r4\"\nsite = \"store\"\nvendor = \"plain\"\ntopics = [\"trace/r4\"]\n"
        + "liveness = \"will\"\n"
        + (1...4).map { "[[reader.antenna]]\nport = \($0)\nzone = \"q\($0)\"\n" }.joined()

    private struct Replayed {
        var rows: Int
        var lines: [[String: Any]]

        func count(_ key: String, _ value: String) -> Int {
            lines.filter { $0[key] as? String == value }.count
        }

        var accounts: [String: Int64] {
            (lines.last?["accounts"] as? [String: Any])?.compactMapValues { $0 as? Int64 } ?? [:]
        }
    }

    /// - Parameters:
    ///   - zone: of the card with a number.
    ///   - gap: seconds between two sessions.
    private func replay(
        _ csv: String, _ configuration: String, gap: Int64, assets: Int, zone: (Int) -> String
    ) throws -> Replayed {
        let directory = try TemporaryDirectory()
        func put(_ text: String, _ name: String) throws -> String {
            let path = directory.path + "/" + name
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }
        let start = try #require(UTCInstant(rfc3339: "2026-01-05T00:00:00Z"))
        var lines: [String] = []
        _ = try ImportTrace(
            path: try put(csv, "trace.csv"), names: TraceNames(),
            clock: TraceClock(start: start, gap: ElapsedTime(seconds: gap))
        ).run {
            lines.append($0)
            return true
        }
        let cards = (0..<assets).map { "A-\($0),\(zone($0)),在用\n" }.joined()
        let tags = (0..<assets).map { "\(Self.registered[$0]),A-\($0)\n" }.joined()
        var request = ReplayRun.Request(file: try put(lines.joined(separator: "\n"), "trace.ndjson"))
        request.register = try put("资产编号,存放地点,状态\n" + cards, "register.csv")
        request.tags = try put("epc,asset_no\n" + tags, "tags.csv")
        request.showsPresence = true
        var told: [String] = []
        let parsed = try TallyConfiguration.parse(configuration, file: "config.toml", needsBroker: false)
        var run = ReplayRun(request, configuration: parsed) { told.append($0) }
        try run.run()
        withExtendedLifetime(directory) {}
        let objects = try told.map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(lines == lines.sorted { $0.dropFirst(6).prefix(24) < $1.dropFirst(6).prefix(24) })
        return Replayed(rows: lines.count, lines: objects)
    }

    private func checkAccounts(_ replayed: Replayed) {
        let accounts = replayed.accounts
        let rows = Int64(replayed.rows)
        #expect(accounts["messages_decoded"] == rows && accounts["observations"] == rows)
        #expect(accounts["records_rejected"] == 0 && accounts["replays"] == 0)
        let sum = ["redelivered", "repeats", "new"].compactMap { accounts[$0] }.reduce(0, +)
        #expect(sum == rows)
    }

    @Test(arguments: [60, 86_400] as [Int64])
    func `a handheld that walks a store accuses nobody, in its walks or between them`(gap: Int64) throws {
        let replayed = try replay(
            Self.walks(), Self.walkConfiguration, gap: gap, assets: 915, zone: { _ in "shop" })
        checkAccounts(replayed)
        #expect(replayed.rows > 15_000)
        #expect(replayed.count("presence", "heard") == 915 + 326)
        #expect(replayed.count("presence", "silent") == 0)
        #expect(replayed.count("code", "MISSING_SUSPECT") == 0)
        #expect(replayed.count("code", "LOCATION_MISMATCH") == 0)
    }

    @Test func `a reader set up as a handheld covers nothing, whatever time its zone has`() throws {
        func replayed(isHandheld: Bool) throws -> Replayed {
            let configuration = Self.walkConfiguration
                .replacingOccurrences(of: "\"room\"", with: "\"room\"\nmissing_after_seconds = 300")
                .replacingOccurrences(of: "\"plain\"", with: "\"plain\"\nhandheld = \(isHandheld)")
            return try replay(Self.walks(), configuration, gap: 86_400, assets: 915, zone: { _ in "shop" })
        }
        #expect(try replayed(isHandheld: false).count("presence", "silent") > 1_000)
        let carried = try replayed(isHandheld: true)
        checkAccounts(carried)
        #expect(carried.count("presence", "heard") == 915 + 326)
        #expect(carried.count("presence", "silent") == 0 && carried.count("code", "MISSING_SUSPECT") == 0)
        // Put away between its walks.
        #expect(carried.count("code", "READER_OFFLINE") == 0 && carried.count("code", "COVERAGE_GAP") == 0)
    }

    @Test func `four antennas in four zones put each tag into its own, and the breaks accuse nobody`() throws
    {
        let replayed = try replay(
            Self.quarters(), Self.quarterConfiguration, gap: 3_600, assets: 120,
            zone: { "q\($0 % 4 + 1)" })
        checkAccounts(replayed)
        #expect(replayed.count("presence", "arrived") == 120)
        #expect(replayed.count("presence", "silent") == 0)
        #expect(replayed.count("code", "MISSING_SUSPECT") == 0)
        #expect(replayed.count("code", "LOCATION_MISMATCH") == 0)
    }

    /// Hits alone name a quarter of them rightly.
    @Test func `where all four antennas read all tags, their strengths put each into its quarter`() throws {
        let replayed = try replay(
            Self.strengths(), Self.quarterConfiguration, gap: 60, assets: 40, zone: { _ in "" })
        checkAccounts(replayed)
        var places: [String: String] = [:]
        var right = 0
        for line in replayed.lines {
            guard let epc = line["epc_hex"] as? String, let zone = line["zone"] as? String,
                ["heard", "arrived", "moved"].contains(line["presence"] as? String ?? "")
            else { continue }
            places[epc] = zone
        }
        for index in 0..<40 where places[Self.registered[index].uppercased()] == "q\((index + 1) % 4 + 1)" {
            right += 1
        }
        #expect(right >= 39, "\(right) of 40")
        // Ten minutes in each place: told once or twice, not time and again.
        #expect(replayed.count("presence", "heard") + replayed.count("presence", "moved") < 40 * 4)
        #expect(replayed.count("presence", "silent") == 0)
        let words = replayed.lines.compactMap { $0["reason_en"] as? String }
        #expect(words.contains { $0.contains("dBm at q") })
    }
}
