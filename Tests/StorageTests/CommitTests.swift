import AssetModel
import Foundation
import GRDB
import Testing

@testable import InventoryStorage

struct CommitTests {
    @Test func `a new store recovers to nothing`() throws {
        let directory = try TemporaryDirectory()
        let recovery = try open(directory.store).recover()
        #expect(recovery.lastSequence == 0 && recovery.accounts == Accounts())
        #expect(recovery.checkpoint.isEmpty && recovery.journal.isEmpty && recovery.discrepancies.isEmpty)
    }

    @Test func `what was committed comes back after a restart`() throws {
        let directory = try TemporaryDirectory()
        var last = outcome(3)
        last.accounts.rejected = ["malformed_json": 7]
        do {
            let store = try open(directory.store)
            try store.commit(outcome(1), outgoing: [])
            try store.commit(outcome(2) { $0.journal = [] }, outgoing: [])
            try store.commit(last, outgoing: [])
        }
        let store = try open(directory.store)
        #expect(store.lastSequence == 3)
        let recovery = try store.recover()
        #expect(recovery.lastSequence == 3)
        #expect(recovery.advancedTo == second(3))
        #expect(recovery.accounts == last.accounts)
        #expect(recovery.journal.map(\.sequence) == [1, 3])
        #expect(recovery.journal.map(\.advancedTo) == [second(1), second(3)])
        #expect(recovery.journal.last?.bytes == Array("journal 3".utf8))
    }

    @Test func `time that passes without a message is kept too`() throws {
        let directory = try TemporaryDirectory()
        do {
            let store = try open(directory.store)
            try store.commit(outcome(1), outgoing: [])
            try store.commit(outcome(2) { $0.accounts = outcome(1).accounts }, outgoing: [])
        }
        let recovery = try open(directory.store).recover()
        #expect(recovery.advancedTo == second(2) && recovery.accounts.messagesReceived == 1)
    }

    @Test func `a checkpoint prunes the journal up to itself and replaces only the chunks it names`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try store.commit(
            outcome(1) { $0.checkpoint = chunks(replacesAll: true, ("ring", 0, 1), ("ring", 1, 1)) },
            outgoing: [])
        try store.commit(outcome(2), outgoing: [])
        try store.commit(
            outcome(3) { $0.checkpoint = chunks(replacesAll: false, ("ring", 1, 3), ("filter", 0, 3)) },
            outgoing: [])
        try store.commit(outcome(4), outgoing: [])
        let recovery = try store.recover()
        #expect(recovery.journal.map(\.sequence) == [4])
        #expect(
            recovery.checkpoint
                == chunks(replacesAll: false, ("filter", 0, 3), ("ring", 0, 1), ("ring", 1, 3)).chunks)
        #expect(try store.reader.figures().checkpointAt == second(3))

        try store.commit(
            outcome(5) { $0.checkpoint = chunks(replacesAll: true, ("ring", 0, 5)) }, outgoing: [])
        #expect(try store.recover().checkpoint == chunks(replacesAll: true, ("ring", 0, 5)).chunks)
    }

    @Test func `an outcome without a number changes nothing`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try store.commit(IntakeOutcome(), outgoing: [])
        #expect(try store.recover().lastSequence == 0)
    }

    @Test func `an outcome is committed once`() async throws {
        let directory = try TemporaryDirectory()
        await #expect(processExitsWith: .failure) { [path = directory.store as String] in
            let store = try open(path)
            try store.commit(outcome(1), outgoing: [])
            try store.commit(outcome(1), outgoing: [])
        }
    }

    @Test func `an error in the middle takes back everything and the same outcome can be committed again`()
        throws
    {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try store.commit(outcome(1), outgoing: [])
        try plantFailure(in: store)
        let full = try everything(2)
        let outgoing = OutgoingRow.rows(for: full.discrepancyChanges)
        #expect(failure { try store.commit(full, outgoing: outgoing) } == "fatal")
        #expect(try store.reader.figures().outboxRows == 0)
        #expect(try store.reader.presence(of: tag(1)) == nil)
        #expect(try store.recover().lastSequence == 1)

        try removeFailure(from: store)
        try store.commit(full, outgoing: outgoing)
        let figures = try store.reader.figures()
        #expect(figures.outboxRows == 1 && figures.quarantineRows == 1 && figures.gapRows == 1)
        #expect(figures.lastSequence == 2 && figures.cards == 1)
        #expect(try store.reader.presence(of: tag(1))?.zone == "shelf-b")
    }

    /// kind, zone, seconds → state, zone, since
    @Test func `a stay keeps its beginning until the zone or the state changes`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        let steps: [(PresenceChange.Kind, Int64, PresenceRecord.State, String, Int64)] = [
            (.heard(zone: 0), 1, .heard, "shelf-a", 1),
            (.arrived(zone: 0), 2, .present, "shelf-a", 2),
            (.stayed(zone: 0), 3, .present, "shelf-a", 2),
            (.moved(from: 0, to: 2), 4, .present, "room-c", 4),
            (.stayed(zone: 2), 5, .present, "room-c", 4),
            (.silent(zone: 2), 6, .silent, "room-c", 6),
            (.heard(zone: 1), 7, .heard, "shelf-b", 7),
        ]
        for (kind, seconds, state, zone, since) in steps {
            let change = PresenceChange(
                tag: try tag(1), kind: kind, at: second(seconds), cause: second(seconds))
            try store.commit(outcome(seconds) { $0.presenceChanges = [change] }, outgoing: [])
            let record = try #require(try store.reader.presence(of: try tag(1)))
            #expect(record.state == state && record.zone == zone && record.since == second(since), "\(kind)")
            #expect(record.concludedAt == second(seconds) && record.site == "wh1")
        }
    }

    @Test func `the latest fix of a terminal replaces the one before, whole`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        var fix = VehicleFix(phone: "13800000001", phoneRaw: "013800000001")
        fix.latitudeDegrees = 31.1875
        fix.longitudeDegrees = 121.4375
        fix.fixedAt = second(1)
        fix.isValid = true
        fix.alarmBits = 0xFFFF_FFFF
        fix.odometerMetres = 12
        fix.altitudeMetres = -0.5
        fix.speedKilometresPerHour = 1.12972
        fix.directionDegrees = 142.29
        try store.commit(outcome(1) { $0.latestFixes = [fix] }, outgoing: [])
        #expect(try store.reader.latestFix(of: "13800000001")?.fix == fix)
        fix.latitudeDegrees = nil
        fix.fixedAt = nil
        fix.odometerMetres = nil
        (fix.altitudeMetres, fix.speedKilometresPerHour, fix.directionDegrees) = (nil, nil, nil)
        try store.commit(outcome(2) { $0.latestFixes = [fix] }, outgoing: [])
        let record = try #require(try store.reader.latestFix(of: "13800000001"))
        #expect(record.fix == fix && record.receivedAt == second(2))
    }

    @Test func `refused messages and gaps are kept as they came, the oldest go first`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store) { limits in
            limits.quarantineRowsMax = 3
            limits.gapRowsMax = 2
        }
        let gaps = GapReason.allCases.map {
            GapEvent(reason: $0, from: second(1), to: second(2), detail: "d")
        }
        try store.commit(outcome(1) { $0.quarantine = (1...2).map(quarantined) }, outgoing: [])
        try store.commit(outcome(2) { $0.quarantine = (3...5).map(quarantined) }, outgoing: [])
        try store.commit(outcome(3) { $0.gaps = gaps }, outgoing: [])
        #expect(try store.reader.quarantine(rowsMax: 10) == [5, 4, 3].map(quarantined))
        #expect(try store.reader.quarantine(rowsMax: 1) == [quarantined(5)])
        #expect(try store.reader.gaps(rowsMax: 10) == gaps.suffix(2).reversed())
    }

    @Test func `tables of what the air names are bounded, the longest unheard go first`() throws {
        let directory = try TemporaryDirectory()
        let limited: (inout StoreLimits) -> Void = { limits in
            limits.presenceRowsMax = 2
            limits.vehicleFixRowsMax = 2
        }
        do {
            let store = try open(directory.store, limited)
            for number in 1...3 { try store.commit(try heard(number), outgoing: []) }
        }
        // The bound holds over a restart, too.
        let store = try open(directory.store, limited)
        try store.commit(try heard(2, sequence: 4), outgoing: [])
        try store.commit(try heard(5), outgoing: [])
        for (number, isKept) in [(1, false), (2, true), (3, false), (5, true)] {
            #expect(try (store.reader.presence(of: tag(number)) != nil) == isKept, "tag \(number)")
            #expect(try (store.reader.latestFix(of: "\(number)") != nil) == isKept, "terminal \(number)")
        }
    }

    @Test func `readers see a whole commit or nothing of it`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        let reader = store.reader
        let view = try reader.read { db in
            let before = try Int.fetchOne(db, sql: "SELECT sequence FROM accounts")
            try store.commit(try everything(1), outgoing: [])
            return (before, try Int.fetchOne(db, sql: "SELECT sequence FROM accounts"))
        }
        #expect(view.0 == 0 && view.1 == 0)
        #expect(try reader.figures().lastSequence == 1)
    }

    @Test func `the log does not grow with the number of commits`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        for sequence in 1...60 {
            let blob = [UInt8](repeating: 7, count: 200_000)
            try store.commit(
                outcome(Int64(sequence)) {
                    $0.checkpoint = chunks(replacesAll: true, ("ring", 0, 0), blob: blob)
                }, outgoing: [])
        }
        // 60 commits write some 12 MB of pages; the log is moved and used anew after 4 MB.
        #expect(store.reader.sizes().logBytes < 6_000_000)
        try store.close()
    }

    @Test func `a killed process keeps what was committed and nothing of what was not`() async throws {
        for (point, kept) in [("before-commit:2", 1), ("in-commit:2", 1), ("after-commit:2", 2)] {
            let directory = try TemporaryDirectory()
            let path = directory.store
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, point = point as String] in
                setenv("TALLY_FAULT", point, 1)
                let store = try open(path)
                try store.commit(outcome(1), outgoing: [])
                try store.commit(outcome(2), outgoing: [])
            }
            let recovery = try open(path).recover()
            #expect(recovery.lastSequence == kept && recovery.journal.count == kept, "\(point)")
        }
    }
}

private func chunks(replacesAll: Bool, _ named: (String, Int, UInt8)..., blob: [UInt8] = []) -> Checkpoint {
    Checkpoint(
        replacesAll: replacesAll,
        chunks: named.map { Checkpoint.Chunk(table: $0.0, index: $0.1, bytes: blob + [$0.2]) })
}

private func heard(_ number: Int, sequence: Int64? = nil) throws -> IntakeOutcome {
    let sequence = sequence ?? Int64(number)
    let at = second(sequence)
    let change = PresenceChange(tag: try tag(number), kind: .heard(zone: 0), at: at, cause: at)
    return outcome(sequence) { outcome in
        outcome.presenceChanges = [change]
        outcome.latestFixes = [VehicleFix(phone: "\(number)", phoneRaw: "\(number)")]
    }
}

/// An outcome with something in every list.
private func everything(_ sequence: Int64) throws -> IntakeOutcome {
    let at = second(sequence)
    let presence = PresenceChange(tag: try tag(1), kind: .arrived(zone: 1), at: at, cause: at)
    return outcome(sequence) { outcome in
        outcome.presenceChanges = [presence]
        outcome.discrepancyChanges = [DiscrepancyChange(.opened, missing("A-1"), at: at)]
        outcome.latestFixes = [VehicleFix(phone: "1", phoneRaw: "01")]
        outcome.quarantine = [quarantined(1)]
        outcome.gaps = [GapEvent(reason: .brokerDropped, from: at, to: at, detail: "3 messages")]
        outcome.registerChanges = [RegisterChange(cards: [AssetCard(assetNo: "A-1")])]
    }
}
