import Foundation
import TestSupport
import Testing

/// The watched directory of the running daemon: what is put into `inbox/` is in the books, or beside its
/// report.
struct InboxDaemonTests {
    private func rig() throws -> DaemonRig {
        let rig = try DaemonRig()
        let extra = "[register]\ndirectory = \"\(rig.directory.file("books"))\"\n"
        try rig.directory.write(rig.configuration(extra: extra), to: "tallyd.toml")
        return rig
    }

    /// As office software does it: written under another name, then moved in.
    private func put(_ bytes: [UInt8], _ name: String, into rig: DaemonRig) throws {
        let made = rig.directory.file("made-\(name)")
        try Data(bytes).write(to: URL(fileURLWithPath: made))
        try FileManager.default.moveItem(atPath: made, toPath: rig.directory.file("books/inbox/\(name)"))
    }

    private func files(_ folder: String, of rig: DaemonRig) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(
                atPath: rig.directory.file("books/\(folder)")
            ).sorted()
        } catch { return [] }
    }

    private func cards(of rig: DaemonRig) throws -> Int {
        let status = try rig.tally(["status", "--json"]).output
        let reply = try JSONSerialization.jsonObject(with: Data(status.utf8)) as? [String: Any]
        return (reply?["register"] as? [String: Any])?["cards"] as? Int ?? -1
    }

    /// 资产编号,资产名称,存放地点 and one line, in GB18030.
    private static let export: [UInt8] =
        [0xD7, 0xCA, 0xB2, 0xFA, 0xB1, 0xE0, 0xBA, 0xC5, 0x2C]
        + [0xD7, 0xCA, 0xB2, 0xFA, 0xC3, 0xFB, 0xB3, 0xC6, 0x2C]
        + [0xB4, 0xE6, 0xB7, 0xC5, 0xB5, 0xD8, 0xB5, 0xE3, 0x0D, 0x0A]
        + Array("PC-1,".utf8) + [0xD7, 0xC0, 0xD7, 0xD3] + Array(",shelf A\r\n".utf8)

    @Test(.timeLimit(.minutes(2)))
    func `a file that was put in is in the books, and one that is no book is returned with its report`()
        throws
    {
        let rig = try rig()
        try rig.start()
        try rig.waitUntilConnected()
        #expect(eventually(seconds: 10) { files("inbox", of: rig).isEmpty && files("done", of: rig).isEmpty })
        try put(Self.export, "台账.csv", into: rig)
        try put(Array("资产编号,资产名称\nPC-2,\n,椅子\n".utf8), "register-half.csv", into: rig)
        try put(Array("<html><table></table></html>".utf8), "export.xls", into: rig)
        let isOver = eventually(seconds: 40) {
            files("done", of: rig).count + files("failed", of: rig).count >= 9
        }
        #expect(isOver, "\(files("done", of: rig)) \(files("failed", of: rig)) \(rig.log.suffix(800))")
        #expect(files("done", of: rig).contains("台账.csv"))
        #expect(files("failed", of: rig).contains("export.xls"))
        #expect(rig.directory.read("books/failed/export.xls.report.txt").contains("E-"))
        #expect(rig.directory.read("books/done/台账.csv.report.json").contains("\"encoding\":\"GB18030\""))
        #expect(try cards(of: rig) == 2)
        #expect(files("inbox", of: rig).isEmpty)
        #expect(rig.stop().code == 0)
    }

    @Test(.timeLimit(.minutes(2)))
    func `what was put in while the daemon was down is imported when it starts`() throws {
        let rig = try rig()
        try rig.start()
        try rig.waitUntilConnected()
        #expect(
            eventually(seconds: 10) {
                FileManager.default.fileExists(atPath: rig.directory.file("books/inbox"))
            })
        rig.kill()
        try put(Self.export, "a.csv", into: rig)
        try rig.start()
        try rig.waitUntilConnected()
        #expect(
            eventually(seconds: 30) { files("done", of: rig).contains("a.csv") }, "\(rig.log.suffix(500))")
        #expect(try cards(of: rig) == 1)
        #expect(rig.stop().code == 0)
    }
}
