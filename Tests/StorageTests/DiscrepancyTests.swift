import AssetModel
import Foundation
import GRDB
import Testing

@testable import InventoryStorage

struct DiscrepancyTests {
    @Test
    func `a discrepancy keeps its one row through clearing and reopening, and every step is remembered`()
        throws
    {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        var found = missing("A-1")
        try commit([DiscrepancyChange(.opened, found, at: second(1))], 1, to: store)
        found.clearedAt = second(2)
        found.state = .autoResolved
        try commit([DiscrepancyChange(.cleared, found, at: second(2))], 2, to: store)
        found.clearedAt = nil
        found.state = .open
        found.episode = 2
        try commit([DiscrepancyChange(.reopened, found, at: second(3))], 3, to: store)
        found.evidenceCount += 1
        try commit([DiscrepancyChange(.held, found, at: second(4))], 4, to: store)

        #expect(try store.reader.discrepancies(DiscrepancyFilter(onlyOpen: false)) == [found])
        let history = try store.reader.history(of: found.id)
        #expect(history.map(\.kind) == ["opened", "cleared", "reopened", "held"])
        #expect(history.map(\.episode) == [1, 1, 2, 2])
        #expect(history.map(\.at) == [1, 2, 3, 4].map(second))
        #expect(history.map(\.evidenceCount) == [14, 14, 14, 15])
    }

    @Test func `the identifier is unique in the table itself`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try commit([DiscrepancyChange(.opened, missing("A-1"), at: second(1))], 1, to: store)
        let copy = "INSERT INTO discrepancy SELECT * FROM discrepancy"
        #expect(failure { try store.transaction { try $0.execute(sql: copy) } } == "fatal")
    }

    @Test func `every subject and every absent value comes back as it was`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        let subjects: [Subject] = [
            .asset(assetNo: "固-1", epcHex: nil), .asset(assetNo: "A-2", epcHex: "E200"), .tag(epcHex: "E201"),
            .vehicle(plateNo: "鄂J12345"), .terminal(phone: "13800000001"), .reader(id: "gate-2"),
        ]
        var all: [Discrepancy] = []
        for (subject, code) in zip(subjects, DiscrepancyCode.allCases) {
            let id = DiscrepancyID.make(code: code, subject: subject, cause: start)
            all.append(
                Discrepancy(
                    id: id, code: code, subject: subject, cause: start, openedAt: start, ruleSet: "v1"))
        }
        try commit(all.map { DiscrepancyChange(.opened, $0, at: second(1)) }, 1, to: store)
        #expect(try store.recover().discrepancies == all.sorted { $0.id < $1.id })
        for discrepancy in all { #expect(try store.reader.discrepancy(discrepancy.id) == discrepancy) }
        #expect(try store.reader.discrepancy("D-0000000000000000") == nil)
    }

    @Test func `a start gets those that are open and those that may still reopen`() throws {
        let directory = try TemporaryDirectory()
        var settings = settings(directory.store)
        settings.reopenWindow = ElapsedTime(seconds: 100)
        let store = try InventoryStore(settings: settings, log: quiet)
        var changes = [DiscrepancyChange(.opened, missing("open"), at: second(1))]
        for (name, cleared) in [("just inside", Int64(900)), ("just outside", 899)] {
            var found = missing(name)
            found.clearedAt = second(cleared)
            changes.append(DiscrepancyChange(.cleared, found, at: second(cleared)))
        }
        try commit(changes, 1_000, to: store)
        let names = try store.recover().discrepancies.map(\.subject.key)
        #expect(Set(names) == ["open", "just inside"])
    }

    @Test func `lists are filtered, bounded and newest first`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        var cleared = missing("gone", cause: second(3))
        cleared.clearedAt = second(4)
        var changes = ["first", "second"].enumerated().map { index, name in
            DiscrepancyChange(.opened, missing(name, cause: second(Int64(index))), at: second(5))
        }
        changes.append(DiscrepancyChange(.cleared, cleared, at: second(5)))
        try commit(changes, 5, to: store)
        func keys(_ filter: DiscrepancyFilter) throws -> [String] {
            try store.reader.discrepancies(filter).map(\.subject.key)
        }
        var bySubject = DiscrepancyFilter(onlyOpen: false)
        bySubject.subjectKey = "gone"
        var byTag = DiscrepancyFilter()
        byTag.subjectKey = "E28011606000000000000001"
        var elsewhere = DiscrepancyFilter()
        elsewhere.site = "wh2"
        #expect(try keys(DiscrepancyFilter()) == ["second", "first"])
        #expect(try keys(DiscrepancyFilter(onlyOpen: false)) == ["gone", "second", "first"])
        #expect(try keys(DiscrepancyFilter(onlyOpen: false, rowsMax: 1)) == ["gone"])
        #expect(try keys(DiscrepancyFilter(code: .readerOffline)) == [])
        #expect(try keys(bySubject) == ["gone"])
        #expect(try keys(byTag) == ["second", "first"])
        #expect(try keys(elsewhere) == [])
        #expect(try store.reader.figures().openByCode == ["MISSING_SUSPECT": 2])
    }

    @Test func `beyond the bound only cleared ones go, and history goes by its own bound`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store) { limits in
            limits.discrepancyRowsMax = 2
            limits.historyRowsMax = 3
        }
        for number in 1...4 {
            var found = missing("A-\(number)")
            let isCleared = number == 1 || number == 3
            if isCleared { found.clearedAt = second(Int64(number)) }
            let change = DiscrepancyChange(isCleared ? .cleared : .opened, found, at: second(Int64(number)))
            try commit([change], Int64(number), to: store)
        }
        let kept = try store.reader.discrepancies(DiscrepancyFilter(onlyOpen: false)).map(\.subject.key)
        #expect(Set(kept) == ["A-2", "A-4"])
        #expect(try store.reader.history(of: missing("A-1").id).isEmpty)
        #expect(try store.reader.history(of: missing("A-2").id).count == 1)
    }
}

struct DocumentTests {
    @Test func `the published document is this, byte for byte`() {
        let document = String(decoding: DiscrepancyDocument.json(missing("A-1")), as: UTF8.self)
        let expected = #"""
            {"version":1,"id":"D-fbbeb8bf089750d5","episode":1,"code":"MISSING_SUSPECT","zh":"疑似缺失",\#
            "state":"OPEN","severity":"W","subject":{"assetNo":"A-1","epc_hex":"E28011606000000000000001"},\#
            "site":"wh1","zone":"shelf-a","expected":"shelf-a","actual":null,\#
            "opened_at":"2026-11-21T04:00:00.000Z","cleared_at":null,\#
            "evidence":[{"at":"2026-11-21T04:00:00.000Z","source":"gate-2/1",\#
            "zh":"\"最后\"一次识读","en":"last heard\nhere"}],"confidence":0.9877,\#
            "exposure_fen":549900,"rule_set":"v1"}
            """#
        #expect(document == expected)
    }

    @Test func `replay adds the change as the last key`() {
        let plain = DiscrepancyDocument.json(missing("A-1"))
        let at = UTCInstant(rfc3339: "2026-11-21T05:00:00Z")!
        let replayed = DiscrepancyDocument.json(DiscrepancyChange(.reopened, missing("A-1"), at: at))
        let added = #","changed_at":"2026-11-21T05:00:00.000Z","change":"reopened"}"#
        #expect(replayed == plain.dropLast() + Array(added.utf8))
    }

    /// subject, as published
    @Test(arguments: [
        (Subject.asset(assetNo: "A", epcHex: nil), #"{"assetNo":"A","epc_hex":null}"#),
        (.tag(epcHex: "E200"), #"{"epc_hex":"E200"}"#),
        (.vehicle(plateNo: "鄂J12345"), #"{"plateNo":"鄂J12345"}"#),
        (.terminal(phone: "138"), #"{"terminalPhone":"138"}"#),
        (.reader(id: "gate \"2\"\\\u{1}\t"), #"{"reader":"gate \"2\"\\\u0001\t"}"#),
    ])
    func `each subject names what it is`(_ subject: Subject, _ published: String) {
        let discrepancy = Discrepancy(
            id: "D-1", code: .readerOffline, subject: subject, cause: start, openedAt: start, ruleSet: "v1")
        let document = String(decoding: DiscrepancyDocument.json(discrepancy), as: UTF8.self)
        #expect(document.contains(#""severity":"W","subject":\#(published),"site":null"#))
    }

    /// confidence, as published
    @Test(arguments: [
        (0.0, "0"), (1.0, "1"), (0.98, "0.98"), (0.5, "0.5"), (0.05, "0.05"), (0.000_04, "0"),
        (0.000_05, "0.0001"),
        (0.999_94, "0.9999"), (0.999_96, "1"), (2.0, "1"), (-1.0, "0"), (.nan, "0"), (.infinity, "1"),
    ])
    func `confidence has at most four decimals and is a JSON number`(
        _ confidence: Double, _ published: String
    ) {
        var discrepancy = missing("A-1")
        discrepancy.confidence = confidence
        let document = String(decoding: DiscrepancyDocument.json(discrepancy), as: UTF8.self)
        #expect(document.contains(#""confidence":\#(published),"exposure_fen""#))
    }

    @Test func `the document is JSON for any text`() throws {
        var discrepancy = missing("A-1")
        discrepancy.actual =
            String(String.UnicodeScalarView((0...0x7F).compactMap { Unicode.Scalar($0) })) + "🏷️"
        let parsed = try JSONSerialization.jsonObject(with: Data(DiscrepancyDocument.json(discrepancy)))
        let members = try #require(parsed as? [String: Any])
        #expect(members["actual"] as? String == discrepancy.actual)
        #expect(members.count == 18)
    }

    /// kind → retained, empty
    @Test func `open discrepancies are retained, a cleared one says so and takes itself back`() {
        for kind in [DiscrepancyChange.Kind.opened, .held, .reopened] {
            let rows = OutgoingRow.rows(for: DiscrepancyChange(kind, missing("A-1"), at: start))
            #expect(rows.map(\.isRetained) == [true], "\(kind)")
        }
        var found = missing("A-1")
        found.clearedAt = second(1)
        let rows = OutgoingRow.rows(for: DiscrepancyChange(.cleared, found, at: second(1)))
        #expect(rows.map(\.isRetained) == [false, true])
        #expect(rows.map(\.payload) == [DiscrepancyDocument.json(found), []])
        #expect(Set(rows.map(\.topic)) == ["tally/v1/wh1/discrepancies/\(found.id)"])
    }

    /// site, level of the topic
    @Test(arguments: [(nil, "-"), ("", "-"), ("wh1", "wh1"), ("徐汇", "徐汇"), ("a/b+c#", "a_b_c_")])
    func `the topic is one that a broker takes`(_ site: String?, _ level: String) {
        var found = missing("A-1")
        found.site = site
        #expect(OutgoingRow.topic(of: found) == "tally/v1/\(level)/discrepancies/\(found.id)")
    }
}
