import AssetModel
import Testing
import WarehouseSimulator

/// A story of reports about one planted event (code MISSING_SUSPECT, asset `A`, at 40 s, lasting to 100 s
/// where the story says so), one report a word: `opened D1 A 85`, `cleared D1 A 120`. Then the outcome.
@Suite struct `the judge` {
    @Test(
        arguments: [
            ("", "", "missed"),
            ("", "D1 open A 85", "found 45"),
            ("", "D1 open A 40", "found 0"),
            ("", "D1 open A 39", "missed, false D1"),
            ("", "D1 open E 85", "found 45"),
            ("", "D1 open B 85", "missed, false D1"),
            ("", "D1 wrong-code A 85", "missed, false D1"),
            ("", "D1 open A 85; D1 open A 95", "found 45"),
            ("", "D1 open A 85; D2 open A 95", "found 45, false D2"),
            ("", "D1 open A 20; D2 open A 85", "found 45, false D1"),
            ("", "D1 open A 85; D1 cleared A 95", "not held 45 55"),
            ("", "D1 open A 85; D1 cleared A 95; D1 open A 97", "found 45"),
            ("until 100", "D1 open A 85; D1 cleared A 104", "found 45 cleared 4"),
            ("until 100", "D1 open A 85; D1 cleared A 99", "not held 45 59"),
            ("until 100", "D1 open A 110", "found 70"),
            ("until 100", "D1 open A 111", "missed, false D1"),
            ("until 100", "D1 open A 85", "found 45"),
            ("until 100", "D1 open A 85; D1 cleared A 101; D1 open A 150", "found 45 cleared 1, false D1"),
            ("until 100 open-by 90", "D1 open A 90", "found 50"),
            ("until 100 open-by 90", "D1 open A 91", "late 51"),
            ("until 100 clear-by 120", "D1 open A 85", "not cleared 45"),
            ("until 100 clear-by 120", "D1 open A 85; D1 cleared A 121", "not cleared 45"),
            ("until 100 clear-by 120", "D1 open A 85; D1 cleared A 120", "found 45 cleared 20"),
        ])
    func `takes a story and gives a verdict`(truth: String, story: String, expected: String) {
        let score = judged(truth: truth, story: story)
        #expect(words(score) == expected)
        #expect(score.isClean == (expected.hasPrefix("found") && !expected.contains("false")))
    }

    @Test func `two events of one kind are two findings`() {
        var scoreboard = Scoreboard(truth: [event(asset: "A", until: nil), event(asset: "B", until: nil)])
        scoreboard.observe(report("D2", "B", 90))
        #expect(
            scoreboard.score().rows.map(\.verdict) == [
                .missed, .found(after: ElapsedTime(seconds: 50), clearedAfterEnd: nil),
            ])
        scoreboard.observe(report("D1", "A", 91))
        #expect(scoreboard.score().isClean)
    }

    @Test func `the same thing twice is two findings`() {
        var second = event(asset: "A", until: nil)
        second.at = start + ElapsedTime(seconds: 200)
        var scoreboard = Scoreboard(truth: [event(asset: "A", until: 100), second])
        scoreboard.observe(report("D1", "A", 90))
        var cleared = report("D1", "A", 101)
        cleared.isCleared = true
        scoreboard.observe(cleared)
        #expect(!scoreboard.score().isClean)
        scoreboard.observe(report("D1", "A", 230))
        #expect(scoreboard.score().isClean)
        #expect(
            scoreboard.score().tallies == [
                {
                    var tally = Score.Tally(code: "MISSING_SUSPECT")
                    (tally.planted, tally.found) = (2, 2)
                    return tally
                }()
            ])
    }

    @Test func `the table lines up under double-width characters and ends with the sum`() {
        let score = judged(truth: "", story: "D1 open A 85; D2 open B 86")
        let lines = score.table().split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("结果 result         代码 code                 对象 subject"))
        #expect(
            lines[2].hasPrefix("✓ 发现 found        MISSING_SUSPECT 疑似缺失  A             09:00:40      45.0 s"))
        #expect(lines[3].hasPrefix("✗ 误报 false alarm  MISSING_SUSPECT 疑似缺失  B"))
        #expect(
            lines.contains(
                "MISSING_SUSPECT 疑似缺失  1             1           0            0                   0"
                    + "                   1           ✗ 未通过 FAIL"))
        #expect(
            lines.last == "埋设 planted 1 · 发现 found 1 · 漏报 missed 0 · 过早消除 cleared too early 0 · "
                + "未消除 not cleared 0 · 误报 false alarms 1  —  未通过 FAIL")
    }

    private func judged(truth: String, story: String) -> Score {
        var planted = event(asset: "A", until: seconds("until", in: truth))
        planted.openBy = seconds("open-by", in: truth).map { start + ElapsedTime(seconds: $0) }
        planted.clearBy = seconds("clear-by", in: truth).map { start + ElapsedTime(seconds: $0) }
        var scoreboard = Scoreboard(truth: [planted])
        for step in story.split(separator: ";") {
            let words = step.split(separator: " ").map(String.init)
            var report = report(words[0], words[2], Int64(words[3]) ?? -1)
            report.isCleared = words[1] == "cleared"
            if words[1] == "wrong-code" { report.code = "LOCATION_MISMATCH" }
            scoreboard.observe(report)
        }
        return scoreboard.score()
    }

    private func seconds(_ word: String, in text: String) -> Int64? {
        let words = text.split(separator: " ").map(String.init)
        guard let place = words.firstIndex(of: word) else { return nil }
        return Int64(words[place + 1])
    }

    private func event(asset: String, until: Int64?) -> PlantedEvent {
        let at = start + ElapsedTime(seconds: 40)
        var event = PlantedEvent(
            .missingSuspect, subject: [SubjectName(.assetNo, asset), SubjectName(.epcHex, "E")], at: at,
            detectableFrom: at)
        event.until = until.map { start + ElapsedTime(seconds: $0) }
        return event
    }

    private func report(_ id: String, _ asset: String, _ second: Int64) -> ReportedDiscrepancy {
        ReportedDiscrepancy(
            id: id, code: "MISSING_SUSPECT",
            subject: [asset == "E" ? SubjectName(.epcHex, "E") : SubjectName(.assetNo, asset)],
            isCleared: false, at: start + ElapsedTime(seconds: second))
    }

    private func words(_ score: Score) -> String {
        let verdicts = score.rows.map { row in
            switch row.verdict {
            case .missed: return "missed"
            case .late(let after): return "late \(after.seconds)"
            case .notCleared(let after): return "not cleared \(after.seconds)"
            case .found(let after, nil): return "found \(after.seconds)"
            case .found(let after, .some(let cleared)):
                return "found \(after.seconds) cleared \(cleared.seconds)"
            case .notHeld(let after, let cleared): return "not held \(after.seconds) \(cleared.seconds)"
            }
        }
        return (verdicts + score.falseAlarms.map { "false \($0.id)" }).joined(separator: ", ")
    }
}

@Suite struct `documents that the daemon publishes` {
    static let document =
        #"{"version":1,"id":"D-0123456789abcdef","episode":1,"code":"LOCATION_MISMATCH","zh":"位置不符","#
        + #""state":"OPEN","subject":{"assetNo":"GWC2026000001","epc_hex":null},"#
        + #""opened_at":"2026-03-02T01:01:00.000Z","cleared_at":null}"#

    @Test func `are read with the time of their arrival, or their own in a replay`() throws {
        let own = try #require(try PublishedText.discrepancy(Self.document, heardAt: nil))
        #expect(own.id == "D-0123456789abcdef" && own.code == "LOCATION_MISMATCH" && !own.isCleared)
        #expect(own.subject == [SubjectName(.assetNo, "GWC2026000001")])
        #expect(own.at == start + ElapsedTime(seconds: 60))
        let heard = try #require(try PublishedText.discrepancy(Self.document, heardAt: start))
        #expect(heard.at == start)
    }

    @Test func `are cleared at the time they say`() throws {
        let text = Self.document.replacing(
            #""cleared_at":null"#, with: #""cleared_at":"2026-03-02T01:02:00.000Z","change":"cleared""#)
        let cleared = try #require(try PublishedText.discrepancy(text, heardAt: nil))
        #expect(cleared.isCleared && cleared.at == start + ElapsedTime(seconds: 120))
    }

    @Test func `are open again not before their last evidence`() throws {
        let text = Self.document.replacing(
            #""episode":1"#, with: #""episode":2,"evidence":[{"at":"2026-03-02T01:05:00Z"}]"#)
        let again = try #require(try PublishedText.discrepancy(text, heardAt: nil))
        #expect(!again.isCleared && again.at == start + ElapsedTime(seconds: 305))
    }

    @Test func `lines about something else are passed over, broken ones refused`() throws {
        #expect(try PublishedText.discrepancy(#"{"accounts":{"received":3}}"#, heardAt: nil) == nil)
        #expect(throws: PublishedText.Unreadable.self) { try PublishedText.discrepancy("{", heardAt: nil) }
        #expect(throws: PublishedText.Unreadable.self) {
            try PublishedText.discrepancy(#"{"id":"D-1","code":"X"}"#, heardAt: nil)
        }
    }
}
