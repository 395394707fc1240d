import AssetModel
import Foundation
import OperatorAPI
import RegisterBooks
import Testing

@testable import RegisterInbox

@Suite struct RegisterInboxTests {
    private static let good = "资产编号,资产名称\nA1,桌\n"

    @Test func `the directories are made, with modes that keep others out`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        await rig.makeDirectories()
        for (name, mode) in [
            ("", 0o750), ("inbox", 0o770), ("done", 0o750), ("failed", 0o750), (".taken", 0o700),
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: rig.path(name))
            #expect(attributes[.posixPermissions] as? Int == mode, "\(name)")
        }
        #expect(rig.notices.isEmpty)
    }

    @Test func `a file that stays the same is imported at the third look and goes to done with its reports`()
        async throws
    {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        try rig.put(RegisterInboxTests.good, as: "台账.csv")
        await rig.look(&rounds, 2)
        #expect(rig.imports.isEmpty)
        await rig.look(&rounds, 1)
        #expect(rig.imports.map(\.text) == [RegisterInboxTests.good])
        #expect(try rig.files("inbox").isEmpty && rig.files(".taken").isEmpty)
        #expect(try rig.files("done") == ["台账.csv+"])
        #expect(rig.text("done/台账.csv") == RegisterInboxTests.good)
        #expect(rig.notices == ["INBOX_IMPORTED 台账.csv"])
    }

    @Test func `the report is for people with a mark and CRLF, and for programs the reply`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        try rig.put("资产编号,原值,备柱\nA1,5,\nA2,五元,\n", as: "a.csv")
        await rig.look(&rounds)
        let text = try #require(FileManager.default.contents(atPath: rig.path("done/a.csv.report.txt")))
        #expect(text.starts(with: [0xEF, 0xBB, 0xBF]))
        let lines = String(decoding: text.dropFirst(3), as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { !$0.contains("\n") } && lines.last?.isEmpty == true)
        for line in [
            "文件 file: a.csv", "时间 time: 2026-11-22T13:22:12.345+08:00", "编码 encoding: UTF-8",
            "结果 result: 已导入，1 行除外 imported, 1 lines were left out", "未导入 left out: 1",
            "不认识的列 unknown columns: 备柱", "第 3 行 line 3  E-MONEY  列 column: 原值  内容 value: 五元",
        ] { #expect(lines.contains(line), "\(line)") }
        let json = try #require(FileManager.default.contents(atPath: rig.path("done/a.csv.report.json")))
        let reply = try OperatorJSON.reply(ImportReply.self, from: Array(json))
        #expect(reply.problems.map { "\($0.code) \($0.line) \($0.column)" } == ["E-MONEY 3 原值"])
        #expect((reply.added, reply.isApplied, reply.isRefused) == (1, true, false))
    }

    @Test func `strict refuses the same file, which goes to failed and changes nothing`() async throws {
        let rig = try InboxRig(strict: true)
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        try rig.put("资产编号,原值\nA1,5\nA2,五元\n", as: "a.csv")
        await rig.look(&rounds)
        #expect(rig.imports.map(\.isStrict) == [true] && rig.books.cards.isEmpty)
        #expect(try rig.files("failed") == ["a.csv+"] && rig.files("done").isEmpty)
        #expect(rig.notices == ["INBOX_REFUSED a.csv"])
    }

    @Test func `a file that grows while it is watched waits until it is whole`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        var text = RegisterInboxTests.good
        for number in 2...6 {
            try rig.put(text, as: "a.csv")
            await rig.look(&rounds, 2)
            text += "A\(number),椅\n"
        }
        #expect(rig.imports.isEmpty)
        try rig.put(text, as: "a.csv")
        await rig.look(&rounds)
        #expect(rig.imports.map(\.text) == [text])
    }

    @Test func `a taken file that somebody still writes goes back until it is whole`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        let path = rig.path(".taken/a.csv")
        rounds.reading = { folder, name, max throws(InboxFault) in
            let read = try folder.read(name, bytesMax: max)
            if read.bytes.count < 40, let handle = FileHandle(forWritingAtPath: path) {
                handle.seekToEndOfFile()
                handle.write(Data("A2,椅\nA3,柜\n".utf8))
            }
            return read
        }
        try rig.put(RegisterInboxTests.good, as: "a.csv")
        await rig.look(&rounds)
        #expect(rig.imports.isEmpty)
        #expect(try rig.files("inbox") == ["a.csv"])
        await rig.look(&rounds, 4)
        #expect(rig.imports.map(\.text) == [RegisterInboxTests.good + "A2,椅\nA3,柜\n"])
        #expect(try rig.files("done") == ["a.csv+"])
    }

    @Test func `a file taken before a crash is found again and imported, once more at most`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        var first = rig.rounds()
        await rig.look(&first, 1)
        try rig.put(RegisterInboxTests.good, as: "a.csv")
        // Killed between the claim and the import: the import never answers.
        rig.makeBusy(1)
        await rig.look(&first)
        #expect(rig.imports.isEmpty)
        #expect(try rig.files(".taken") == ["a.csv"] && rig.files("inbox").isEmpty)
        // A new process knows nothing of the first.
        var second = rig.rounds()
        await rig.look(&second, 1)
        #expect(rig.imports.count == 1 && rig.books.cards.count == 1)
        #expect(try rig.files("done") == ["a.csv+"] && rig.files(".taken").isEmpty)
    }

    @Test func `a crash between the import and the move imports again and changes nothing`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        var first = rig.rounds()
        await rig.look(&first, 1)
        try rig.put(RegisterInboxTests.good, as: "a.csv")
        await rig.look(&first)
        try FileManager.default.moveItem(atPath: rig.path("done/a.csv"), toPath: rig.path(".taken/a.csv"))
        var second = rig.rounds()
        await rig.look(&second, 1)
        #expect(rig.imports.count == 2 && rig.books.cards.count == 1)
        // The first report stays; the second stands beside the file.
        #expect(try rig.files("done") == ["a-20261122T052212Z.csv+"])
        #expect(rig.text("done/a.csv.report.txt") != nil)
    }

    @Test func `names that are taken get the time, then a number, and nothing is overwritten`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        for number in 1...3 {
            try rig.put(RegisterInboxTests.good + "B\(number),椅\n", as: "a.csv")
            await rig.look(&rounds)
        }
        let names = ["a-20261122T052212Z-2.csv+", "a-20261122T052212Z.csv+", "a.csv+"]
        #expect(try rig.files("done") == names)
        #expect(rig.text("done/a.csv")?.contains("B1") == true)
        #expect(rig.text("done/a-20261122T052212Z-2.csv")?.contains("B3") == true)
    }

    @Test func `two files at once are both imported, the older first, each by the kind its name says`()
        async throws
    {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        try rig.put("epc,assetNo\nE280,A1\n", as: "a-tags.csv")
        try rig.put(RegisterInboxTests.good, as: "register-1.csv")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000)],
            ofItemAtPath: rig.path("inbox/register-1.csv"))
        await rig.look(&rounds)
        #expect(rig.imports.map(\.kind) == [.register, nil])
        #expect(try rig.files("done") == ["a-tags.csv+", "register-1.csv+"])
    }

    @Test(arguments: [
        ("register.csv", BookKind.register), ("Register_2026.csv", .register), ("tags-1.csv", .tags),
        ("vehicles.csv", .vehicles), ("资产台账2026.csv", .register), ("车辆台账.csv", .vehicles),
        ("registers.csv", nil), ("cards.csv", nil), ("my-tags.csv", nil),
    ])
    func `a name may say the kind`(name: String, kind: BookKind?) {
        #expect(InboxTree.kind(of: FileName(name)) == kind)
    }

    @Test func `what is no plain file is never opened, and hidden or unfinished names are left alone`()
        async throws
    {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        for name in [".hidden.csv", "a.csv.tmp", "a.csv.part", "a.csv~", "A.TMP"] {
            try rig.put(RegisterInboxTests.good, as: name)
        }
        try Data(RegisterInboxTests.good.utf8).write(to: URL(fileURLWithPath: rig.root + "/secret"))
        try FileManager.default.createSymbolicLink(
            atPath: rig.path("inbox/link.csv"), withDestinationPath: rig.root + "/secret")
        try FileManager.default.createDirectory(
            atPath: rig.path("inbox/folder.csv"), withIntermediateDirectories: false)
        #expect(mkfifo(rig.path("inbox/pipe.csv"), 0o600) == 0)
        await rig.look(&rounds, 5)
        #expect(rig.imports.isEmpty)
        #expect(try rig.files("inbox").count == 8)
        let told = ["INBOX_IGNORED folder.csv", "INBOX_IGNORED link.csv", "INBOX_IGNORED pipe.csv"]
        #expect(rig.notices == told)
    }

    @Test func `an empty file is refused as empty, a large one unread`() async throws {
        let rig = try InboxRig(bytesMax: 100)
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        try rig.put("", as: "empty.csv")
        try rig.put(String(repeating: "x", count: 101), as: "large.csv")
        await rig.look(&rounds)
        #expect(rig.imports.map(\.text) == [""])
        #expect(try rig.files("failed") == ["empty.csv+", "large.csv+"])
        #expect(rig.text("failed/empty.csv.report.json")?.contains("\"E-EMPTY\"") == true)
        #expect(rig.text("failed/large.csv.report.json")?.contains("\"E-FILE-SIZE\"") == true)
    }

    @Test func `a file that may not be read goes to failed and says so`() async throws {
        let rig = try InboxRig()
        defer { rig.remove() }
        var rounds = rig.rounds()
        await rig.look(&rounds, 1)
        rounds.reading = { _, name, _ throws(InboxFault) in
            throw InboxFault(action: "open", subject: name.shown, code: EACCES)
        }
        try rig.put(RegisterInboxTests.good, as: "a.csv")
        await rig.look(&rounds)
        #expect(try rig.files("failed") == ["a.csv+"] && rig.imports.isEmpty)
        #expect(rig.text("failed/a.csv.report.txt")?.contains("E-UNREADABLE") == true)
    }
}
