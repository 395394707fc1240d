import AssetModel
import Foundation
import GRDB
import Testing

@testable import InventoryStorage

struct FullDiskTests {
    @Test func `a full disk takes back everything and the same commit succeeds once there is space`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try store.commit(outcome(1), outgoing: [])
        try limitPages(of: store, to: 1)
        let found = DiscrepancyChange(.opened, missing("A-1"), at: second(2))
        let large = big(2) { $0.discrepancyChanges = [found] }
        for _ in 1...3 {
            #expect(failure { try store.commit(large, outgoing: OutgoingRow.rows(for: found)) } == "full")
        }
        let held = try store.recover()
        #expect(held.lastSequence == 1 && held.discrepancies.isEmpty)
        #expect(try store.reader.outbox(after: 0, rowsMax: 10).isEmpty)

        try limitPages(of: store, to: 1_000_000)
        try store.commit(large, outgoing: OutgoingRow.rows(for: found))
        let done = try store.recover()
        #expect(
            done.lastSequence == 2 && done.discrepancies.count == 1
                && done.journal.last?.bytes == large.journal)
        #expect(try store.reader.outbox(after: 0, rowsMax: 10).count == 1)
    }

    @Test func `staging stops at a full disk and goes on where it stopped`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        let change = RegisterChange(cards: (1...2_000).map { AssetCard(assetNo: "A-\($0)") })
        try limitPages(of: store, to: 1)
        #expect(failure { _ = try store.stageRegister(change, importID: 1, from: 0, rows: 2_000) } == "full")
        try limitPages(of: store, to: 1_000_000)
        #expect(try store.stageRegister(change, importID: 1, from: 0, rows: 2_000) == 2_000)
    }

    @Test(.enabled(if: SmallDisk.isPossible, "mounting a small file system needs root"))
    func `a file system that runs full and is freed loses nothing`() throws {
        let disk = try SmallDisk(mebibytes: 4)
        let store = try open(disk.path + "/tally.db")
        var sequence: Int64 = 0
        var refusal = "none"
        while refusal == "none", sequence < 1_000 {
            sequence += 1
            refusal = failure { try store.commit(big(sequence), outgoing: []) }
            if refusal == "none", sequence == 5 { try disk.fill() }
        }
        #expect(refusal == "full")
        #expect(failure { try store.commit(big(sequence), outgoing: []) } == "full")
        #expect(try store.recover().lastSequence == sequence - 1)

        try disk.free()
        try store.commit(big(sequence), outgoing: [])
        let recovery = try store.recover()
        #expect(recovery.lastSequence == sequence)
        #expect(recovery.journal.map(\.sequence) == Array(1...sequence))
        try store.close()
    }
}

/// An outcome whose journal takes some 25 pages.
private func big(_ sequence: Int64, _ content: (inout IntakeOutcome) -> Void = { _ in }) -> IntakeOutcome {
    outcome(sequence) { outcome in
        outcome.journal = [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: 100_000)
        content(&outcome)
    }
}

/// SQLite never goes below the pages that are there already: 1 means "not one more".
private func limitPages(of store: InventoryStore, to pages: Int) throws {
    try store.onWriter { db in _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)") }
}

/// A small file system in memory.
private final class SmallDisk {
    let path: String
    private let directory: TemporaryDirectory
    private var filler: String { path + "/filler" }

    static let isPossible: Bool = {
        let target = FileManager.default.temporaryDirectory.path
        return geteuid() == 0 && run("unshare", "--mount", "mount", "-t", "tmpfs", "tally-probe", target)
    }()

    init(mebibytes: Int) throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/disk"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try #require(run("mount", "-t", "tmpfs", "-o", "size=\(mebibytes)m", "tally-test", path))
    }

    deinit {
        if !run("umount", "-l", path) { Issue.record("\(path) stays mounted") }
    }

    func fill() throws {
        let file = open(filler, O_CREAT | O_WRONLY, 0o600)
        defer { close(file) }
        let block = [UInt8](repeating: 0, count: 4_096)
        while write(file, block, block.count) == block.count {}
        #expect(errno == ENOSPC)
    }

    func free() throws {
        try FileManager.default.removeItem(atPath: filler)
    }
}

private func run(_ command: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}
