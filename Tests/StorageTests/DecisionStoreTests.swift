import AssetModel
import Foundation
import GRDB
import Testing

@testable import InventoryStorage

struct DecisionStoreTests {
    private static let actor = OperatorDecision.Actor(uid: 1_001, gid: 1_001, name: "cang-guan")

    private func decide(
        _ verb: OperatorDecision.Verb, _ found: Discrepancy, at seconds: Int64, _ reason: String
    ) -> (DiscrepancyChange, DecisionRecord) {
        var settled = found
        settled.state = verb == .confirm ? .confirmed : .dismissed
        if verb == .dismiss { settled.clearedAt = second(seconds) }
        let decision = OperatorDecision(
            discrepancyID: found.id, verb: verb, actor: DecisionStoreTests.actor, reason: reason)
        return (
            DiscrepancyChange(verb == .confirm ? .confirmed : .dismissed, settled, at: second(seconds)),
            DecisionRecord(decision, at: second(seconds), episode: found.episode)
        )
    }

    private func commit(
        _ step: (change: DiscrepancyChange, record: DecisionRecord), _ sequence: Int64,
        to store: InventoryStore
    ) throws {
        let outcome = outcome(sequence) {
            $0.discrepancyChanges = [step.change]
            $0.decisions = [step.record]
        }
        try store.commit(outcome, outgoing: OutgoingRow.rows(for: step.change))
    }

    @Test func `the history says who decided and why, and counts new evidence without listing it`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        var found = missing("A-1")
        try StorageTests.commit([DiscrepancyChange(.opened, found, at: second(1))], 1, to: store)
        try StorageTests.commit([DiscrepancyChange(.held, found, at: second(2))], 2, to: store)
        try commit(decide(.confirm, found, at: 3, "实地查看属实"), 3, to: store)
        found.state = .confirmed
        try commit(decide(.dismiss, found, at: 4, "在维修间找到"), 4, to: store)

        let history = try store.reader.changes(of: found.id)
        let lines = history.steps.map { step in
            "\(step.kind) \(step.state) " + (step.decision.map { "\($0.actor.name): \($0.reason)" } ?? "-")
        }
        #expect(
            lines == [
                "opened OPEN -", "confirmed CONFIRMED cang-guan: 实地查看属实",
                "dismissed DISMISSED cang-guan: 在维修间找到",
            ])
        #expect(history.total == 3 && history.heldTotal == 1 && history.lastHeldAt == second(2))
        #expect(history.steps.last?.decision?.actor == DecisionStoreTests.actor)
        #expect(try store.reader.discrepancies() == [])
        #expect(try store.reader.discrepancy(found.id)?.state == .dismissed)
    }

    @Test func `a decision is stored with its change or not at all`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        let found = missing("A-1")
        try StorageTests.commit([DiscrepancyChange(.opened, found, at: second(1))], 1, to: store)
        try plantFailure(in: store)
        let step = decide(.confirm, found, at: 2, "x")
        #expect(failure { try commit(step, 2, to: store) } == "fatal")
        #expect(try decisions(in: store) == 0)
        #expect(try store.reader.discrepancy(found.id)?.state == .open)
        try removeFailure(from: store)
        try commit(step, 2, to: store)
        #expect(try decisions(in: store) == 1)
    }

    @Test func `confirmed stays published, dismissed is taken back after a last word`() {
        let found = missing("A-1")
        let confirmed = OutgoingRow.rows(for: decide(.confirm, found, at: 1, "x").0)
        #expect(confirmed.map(\.isRetained) == [true])
        #expect(String(decoding: confirmed[0].payload, as: UTF8.self).contains("\"state\":\"CONFIRMED\""))
        let dismissed = OutgoingRow.rows(for: decide(.dismiss, found, at: 1, "x").0)
        #expect(dismissed.map(\.isRetained) == [false, true])
        #expect(dismissed.map(\.payload.isEmpty) == [false, true])
        #expect(String(decoding: dismissed[0].payload, as: UTF8.self).contains("\"state\":\"DISMISSED\""))
    }

    @Test func `only so many decisions are kept, the oldest go`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store) { $0.decisionRowsMax = 2 }
        let found = missing("A-1")
        for number in 1...4 {
            try commit(decide(.confirm, found, at: Int64(number), "\(number)"), Int64(number), to: store)
        }
        #expect(try decisions(in: store) == 2)
        let reasons = try store.reader.changes(of: found.id).steps.map { $0.decision?.reason }
        #expect(reasons == [nil, nil, "3", "4"])
    }

    private func decisions(in store: InventoryStore) throws -> Int? {
        try store.reader.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM decision") }
    }
}

struct FeedTests {
    private func words(_ page: FeedPage) -> [String] {
        page.entries.map { entry in
            switch entry.change {
            case .discrepancy(let discrepancy, let kind, _):
                return "\(kind) \(discrepancy.subject.key) \(discrepancy.state.rawValue)"
            case .device(let device): return "\(device.word) \(device.kind) \(device.name)"
            }
        }
    }

    @Test func `changes of discrepancies and devices stand in one order, and a page leads to the next`()
        throws
    {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        var found = missing("A-1")
        try commit([DiscrepancyChange(.opened, found, at: second(1))], 1, to: store)
        let devices = [
            DeviceChange(.terminal("13800000001"), .heard, at: second(2), cause: second(2)),
            DeviceChange(.unlisted("fx-9"), .heard, at: second(2), cause: second(2)),
        ]
        try store.commit(outcome(2) { $0.deviceChanges = devices }, outgoing: [])
        try commit([DiscrepancyChange(.held, found, at: second(3))], 3, to: store)
        found.state = .autoResolved
        found.clearedAt = second(4)
        try commit([DiscrepancyChange(.cleared, found, at: second(4))], 4, to: store)

        let all = try store.reader.feed(after: 0, rowsMax: 9, withHeld: true)
        #expect(
            words(all) == [
                "opened A-1 OPEN", "heard terminal 13800000001", "heard device fx-9", "held A-1 OPEN",
                "cleared A-1 AUTO_RESOLVED",
            ])
        let first = try store.reader.feed(after: 0, rowsMax: 3, withHeld: false)
        #expect(first.entries.map(\.sequence) == [1, 2, 3] && first.next == 3)
        let rest = try store.reader.feed(after: first.next, rowsMax: 3, withHeld: false)
        #expect(words(rest) == ["cleared A-1 AUTO_RESOLVED"] && rest.next == 5)
        let none = try store.reader.feed(after: rest.next, rowsMax: 3, withHeld: false)
        #expect(none.entries.isEmpty && none.next == 5)
        let latest = try store.reader.feed(after: nil, rowsMax: 2, withHeld: false)
        #expect(words(latest) == ["heard device fx-9", "cleared A-1 AUTO_RESOLVED"] && latest.next == 5)
        #expect(try store.reader.feed(after: 99, rowsMax: 3, withHeld: true).next == 5)
    }

    @Test func `a number of the feed is never used twice, and only so many lines are kept`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store) { $0.feedRowsMax = 2 }
        for number in Int64(1)...5 {
            let change = DeviceChange(.terminal("\(number)"), .heard, at: second(number), cause: start)
            try store.commit(outcome(number) { $0.deviceChanges = [change] }, outgoing: [])
        }
        let page = try store.reader.feed(after: 0, rowsMax: 9, withHeld: true)
        #expect(page.entries.map(\.sequence) == [4, 5] && page.next == 5)
    }

    @Test func `a reader is named as the configuration names it`() throws {
        let directory = try TemporaryDirectory()
        var places = layout
        places.readers = [SiteLayout.Reader(id: "gate-2", site: 0, topics: [])]
        let store = try InventoryStore(
            settings: StoreSettings(path: directory.store, layout: places), log: quiet)
        let changes = [0, 1].map { DeviceChange(.reader($0), .offline, at: second(1), cause: start) }
        try store.commit(outcome(1) { $0.deviceChanges = changes }, outgoing: [])
        let page = try store.reader.feed(after: 0, rowsMax: 9, withHeld: true)
        #expect(words(page) == ["offline reader gate-2"], "the path's own handheld is no device")
    }
}

struct SweepStoreTests {
    private func sweep(_ number: Int, bytes: Int) -> SweepRecord {
        let header = SweepHeader(
            id: "s-\(number)", operatorCode: "op-7", at: number % 2 == 0 ? second(Int64(number)) : nil,
            zone: "shelf-a")
        return SweepRecord(
            receivedAt: second(Int64(number)), site: "wh1", header: header,
            payload: [UInt8](repeating: UInt8(number), count: bytes))
    }

    @Test func `a sweep comes back as it was`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        let sweeps = [sweep(1, bytes: 3), sweep(2, bytes: 0)]
        try store.commit(outcome(1) { $0.sweeps = sweeps }, outgoing: [])
        #expect(try store.reader.sweeps(rowsMax: 9) == sweeps.reversed())
        #expect(try store.reader.sweeps(rowsMax: 1).map(\.header.id) == ["s-2"])
    }

    @Test(arguments: [
        (rows: Int64(3), bytes: Int64(1_000), kept: ["s-5", "s-4", "s-3"]),
        (rows: 9, bytes: 250, kept: ["s-5", "s-4"]), (rows: 9, bytes: 300, kept: ["s-5", "s-4", "s-3"]),
        (rows: 9, bytes: 99, kept: []),
    ])
    func `sweeps are bounded in number and in bytes, the oldest go`(
        rows: Int64, bytes: Int64, kept: [String]
    ) throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store) {
            $0.sweepRowsMax = rows
            $0.sweepBytesMax = bytes
        }
        for number in 1...5 {
            let one = sweep(number, bytes: 100)
            try store.commit(outcome(Int64(number)) { $0.sweeps = [one] }, outgoing: [])
        }
        #expect(try store.reader.sweeps(rowsMax: 9).map(\.header.id) == kept)
    }
}
