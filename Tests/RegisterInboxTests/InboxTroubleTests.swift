import AssetModel
import Foundation
import OperatorAPI
import RegisterBooks
import Testing

@testable import RegisterInbox

@Suite struct InboxTroubleTests {
    private static let good = "资产编号,资产名称\nA1,桌\n"

    @Test func `a busy daemon is tried again, later each time, and told of once`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        try rig.put(InboxTroubleTests.good, as: "a.csv")
        rig.makeBusy(3)
        await rig.look(&rounds, 3)
        #expect(rig.notices == ["INBOX_WAITING a.csv"])
        // Tried at 0, 2, 6 and 14 seconds.
        await rig.look(&rounds, 6)
        #expect(rig.imports.isEmpty)
        await rig.look(&rounds, 1)
        #expect(rig.imports.count == 1)
        #expect(rig.notices == ["INBOX_WAITING a.csv", "INBOX_IMPORTED a.csv"])
    }

    @Test func `a file that cannot be read for now does not stop the others`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        rounds.reading = { folder, name, max throws(InboxFault) in
            if name == FileName("bad.csv") { throw InboxFault(action: "read", subject: "bad", code: EIO) }
            return try folder.read(name, bytesMax: max)
        }
        try rig.put(InboxTroubleTests.good, as: "bad.csv")
        try rig.put(InboxTroubleTests.good, as: "good.csv")
        await rig.look(&rounds)
        #expect(try rig.files("done") == ["good.csv+"] && rig.files(".taken") == ["bad.csv"])
    }

    @Test func `a directory that cannot be used is told once, and work goes on when it can`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        // A file where the directory should be.
        try Data().write(to: URL(fileURLWithPath: rig.settings.directory))
        var rounds = rig.rounds()
        await rig.look(&rounds, 5)
        #expect(rig.notices == ["INBOX_FAULT"])
        try FileManager.default.removeItem(atPath: rig.settings.directory)
        await rig.look(&rounds, 1)
        #expect(rig.notices == ["INBOX_FAULT", "INBOX_RECOVERED"])
        try rig.put(InboxTroubleTests.good, as: "a.csv")
        await rig.look(&rounds)
        #expect(try rig.files("done") == ["a.csv+"])
    }

    @Test func `a report that cannot be written keeps the file, and the import is not made twice`()
        async throws
    {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        try rig.put(InboxTroubleTests.good, as: "a.csv")
        await rig.look(&rounds, 2)
        // A directory in the place of the working name of a report: it cannot be created.
        try FileManager.default.createDirectory(
            atPath: rig.path("done/.writing.tmp"), withIntermediateDirectories: false)
        await rig.look(&rounds, 4)
        #expect(try rig.files(".taken") == ["a.csv"] && rig.files("done") == [".writing.tmp"])
        #expect(rig.notices == ["INBOX_FAULT"])
        try FileManager.default.removeItem(atPath: rig.path("done/.writing.tmp"))
        await rig.look(&rounds, 1)
        #expect(rig.imports.count == 1)
        #expect(try rig.files("done") == ["a.csv+"])
        #expect(rig.text("done/a.csv.report.json")?.contains("\"added\":1") == true)
        #expect(rig.notices == ["INBOX_FAULT", "INBOX_IMPORTED a.csv", "INBOX_RECOVERED"])
    }

    @Test func `two processes on one directory: the second waits and imports nothing twice`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        await rig.makeDirectories()
        let other = try InboxTree.open(rig.settings.directory)
        var rounds = rig.rounds()
        try rig.put(InboxTroubleTests.good, as: "a.csv")
        await rig.look(&rounds, 4)
        #expect(rig.imports.isEmpty && rig.notices == ["INBOX_FAULT"])
        withExtendedLifetime(other) {}
    }

    @Test func `when the other process ends its file is taken over`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        var one = rig.rounds()
        var two = rig.rounds()
        await rig.look(&one, 1)
        try rig.put(InboxTroubleTests.good, as: "a.csv")
        for _ in 0..<4 {
            await rig.look(&one, 1)
            await rig.look(&two, 1)
        }
        #expect(rig.imports.count == 1)
        #expect(try rig.files("done") == ["a.csv+"])
    }

    @Test func `a file of the same name waits until the first is done`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        try rig.put(InboxTroubleTests.good, as: "a.csv")
        rig.makeBusy(2)
        await rig.look(&rounds)
        try rig.put(InboxTroubleTests.good + "A2,椅\n", as: "a.csv")
        await rig.look(&rounds, 8)
        #expect(
            rig.imports.map { $0.text.count } == [
                InboxTroubleTests.good.count, InboxTroubleTests.good.count + 5,
            ])
        #expect(try rig.files("done") == ["a-20261122T052212Z.csv+", "a.csv+"])
    }

    @Test func `names of other systems and names too long find a place`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        // 资产.csv in GB18030, as a file share may bring it.
        let foreign = rig.path("inbox/").utf8 + [0xD7, 0xCA, 0xB2, 0xFA, 0x2E, 0x63, 0x73, 0x76, 0]
        let file = foreign.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { open($0, O_WRONLY | O_CREAT, 0o600) } ?? -1
        }
        #expect(file >= 0 && write(file, "assetNo\nA1\n", 11) == 11 && close(file) == 0)
        let long = String(repeating: "长", count: 83) + ".csv"
        try rig.put(InboxTroubleTests.good, as: long)
        await rig.look(&rounds)
        let done = try rig.files("done")
        #expect(done.count == 2 && done.allSatisfy { $0.hasSuffix(".csv+") })
        #expect(done.contains { $0.hasPrefix("_") } && done.contains { $0.hasPrefix("长长") })
        #expect(rig.imports.count == 2)
    }

    @Test func `the loop ends when its task is cancelled`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        let inbox = RegisterInbox(
            rig.settings, clock: InboxClock(now: { .init(milliseconds: 0) }),
            importBook: { _, _, _, _ in ImportReply() }, log: { _ in })
        let task = Task { await inbox.run() }
        task.cancel()
        await task.value
    }

    @Test func `every notice has words in two languages`() {
        for code in InboxNotice.Code.allCases {
            #expect(code.chinese.contains { !$0.isASCII } && code.english.allSatisfy(\.isASCII))
        }
        #expect(Set(InboxNotice.Code.allCases.map(\.chinese)).count == InboxNotice.Code.allCases.count)
    }
}
