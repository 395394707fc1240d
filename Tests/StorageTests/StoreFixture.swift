import AssetModel
import Foundation
import GRDB
import Logging
import Testing

@testable import InventoryStorage

/// A directory that goes when the test does.
final class TemporaryDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tally-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch {
            Issue.record("\(path) stays: \(error)")
        }
    }

    var store: String { path + "/tally.db" }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// One site, three zones.
let layout: SiteLayout = {
    let zones = ["shelf-a", "shelf-b", "room-c"].map {
        SiteLayout.Zone(id: $0, site: 0, missingAfter: ElapsedTime(seconds: 60))
    }
    return SiteLayout(sites: [SiteLayout.Site(id: "wh1")], zones: zones)
}()

func settings(_ path: String, _ limits: (inout StoreLimits) -> Void = { _ in }) -> StoreSettings {
    var settings = StoreSettings(path: path, layout: layout)
    limits(&settings.limits)
    return settings
}

func open(_ path: String, _ limits: (inout StoreLimits) -> Void = { _ in }) throws -> InventoryStore {
    try InventoryStore(settings: settings(path, limits), log: quiet)
}

/// 2026-11-21T04:00:00Z.
let start = UTCInstant(milliseconds: 1_795_233_600_000)

func second(_ seconds: Int64) -> UTCInstant {
    start + ElapsedTime(seconds: seconds)
}

/// An outcome that took one message, advanced to its own number of seconds after ``start``.
func outcome(_ sequence: Int64, _ content: (inout IntakeOutcome) -> Void = { _ in }) -> IntakeOutcome {
    var outcome = IntakeOutcome()
    outcome.inputs = 1
    outcome.sequence = sequence
    outcome.advancedTo = second(sequence)
    outcome.accounts.messagesReceived = sequence
    outcome.accounts.messagesDecoded = sequence
    outcome.journal = Array("journal \(sequence)".utf8)
    content(&outcome)
    return outcome
}

func tag(_ number: Int) throws -> EPC {
    let digits = String(number, radix: 16)
    return try #require(
        EPC(hex: "E280116060000000" + String(repeating: "0", count: 8 - digits.count) + digits))
}

func missing(_ assetNo: String, cause: UTCInstant = start) -> Discrepancy {
    let subject = Subject.asset(assetNo: assetNo, epcHex: "E28011606000000000000001")
    let id = DiscrepancyID.make(code: .missingSuspect, subject: subject, cause: cause)
    var found = Discrepancy(
        id: id, code: .missingSuspect, subject: subject, cause: cause, openedAt: cause, ruleSet: "v1")
    found.site = "wh1"
    found.zone = "shelf-a"
    found.expected = "shelf-a"
    found.evidence = [
        Evidence(at: cause, source: "gate-2/1", chinese: "\"最后\"一次识读", english: "last heard\nhere")
    ]
    found.confidence = 0.98765
    found.exposureFen = 549_900
    found.evidenceCount = 14
    return found
}

func commit(_ changes: [DiscrepancyChange], _ sequence: Int64, to store: InventoryStore) throws {
    let outcome = outcome(sequence) { $0.discrepancyChanges = changes }
    try store.commit(outcome, outgoing: OutgoingRow.rows(for: changes))
}

func quarantined(_ number: Int) -> QuarantineEntry {
    QuarantineEntry(
        receivedAt: second(Int64(number)), topic: "readers/\(number)/tags",
        rejection: Rejection(.malformedJSON, offset: number), payload: [0x7B, 0x00, 0xFF], payloadBytes: 3)
}

extension StoreError {
    /// The case alone, for tables.
    var kind: String {
        switch self {
        case .full: return "full"
        case .busy: return "busy"
        case .fatal: return "fatal"
        case .refused: return "refused"
        }
    }
}

/// The kind of the error that `work` throws; "none" where it throws none.
func failure(_ work: () throws -> Void) -> String {
    do {
        try work()
        return "none"
    } catch {
        return (error as? StoreError)?.kind ?? "\(error)"
    }
}

/// Every commit with a journal fails at it, after most of its rows are written.
func plantFailure(in store: InventoryStore) throws {
    let trigger = """
        CREATE TRIGGER planted BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'planted'); END
        """
    try store.onWriter { try $0.execute(sql: trigger) }
}

func removeFailure(from store: InventoryStore) throws {
    try store.onWriter { try $0.execute(sql: "DROP TRIGGER planted") }
}
