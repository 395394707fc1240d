import AssetModel
import Glibc
import OperatorAPI
import RegisterBooks

/// The watched directory, open.
///
///     DIRECTORY/
///       inbox/   where people put files
///       .taken/  files being imported; after a crash they are found here and imported again
///       done/    imported files, each with its report
///       failed/  refused files, each with its report
///       .lock    one process at a time
struct InboxTree {
    let inbox: Folder
    let taken: Folder
    let done: Folder
    let failed: Folder
    private let lock: FileLock

    /// - Throws: ``InboxFault``, also where another process works in it.
    static func open(_ directory: String) throws(InboxFault) -> InboxTree {
        // The daemon's group may look at everything and put files into the inbox.
        let root = try Folder.open(directory, mode: 0o750)
        guard let lock = try root.lock() else {
            throw InboxFault(action: "lock", subject: directory, code: EBUSY)
        }
        return InboxTree(
            inbox: try root.folder("inbox", mode: 0o770), taken: try root.folder(".taken", mode: 0o700),
            done: try root.folder("done", mode: 0o750), failed: try root.folder("failed", mode: 0o750),
            lock: lock)
    }

    /// Files that others are still writing, by the names that programs give them, and hidden ones.
    static func isLeftAlone(_ name: FileName) -> Bool {
        let text = name.shown.lowercased()
        return text.hasPrefix(".") || text.hasSuffix(".tmp") || text.hasSuffix(".part") || text.hasSuffix("~")
    }

    /// `register-2026.csv`, `资产台账.csv`: a name may say what the file is; else its headings do.
    static func kind(of name: FileName) -> BookKind? {
        let text = name.shown.lowercased()
        return BookKind.allCases.first { kind in
            if text.hasPrefix(kind.chinese) { return true }
            guard text.hasPrefix(kind.rawValue) else { return false }
            return text.dropFirst(kind.rawValue.count).first.map { !$0.isLetter } ?? true
        }
    }

    /// Puts the reports beside the place of the file, then the file into it: a file in `done/` or `failed/`
    /// always has its report.
    ///
    /// - Returns: the name it has there.
    func file(_ name: FileName, reply: ImportReply, at now: UTCInstant, offsetMinutes: Int)
        throws(InboxFault) -> String
    {
        let folder = reply.isRefused ? failed : done
        let place = try InboxTree.freeName(for: name, in: folder, at: now)
        let report = InboxReport(reply: reply, file: place, at: now, offsetMinutes: offsetMinutes)
        try folder.write(report.text, to: place + InboxReport.textSuffix)
        try folder.write(report.json, to: place + InboxReport.jsonSuffix)
        try folder.sync()
        try taken.move(name, to: folder, as: FileName(place))
        try folder.sync()
        try taken.sync()
        return place
    }

    /// The file's own name, or the name with the time, or with the time and a number: the first under which
    /// neither a file nor a report stands.
    private static func freeName(
        for name: FileName, in folder: Folder, at now: UTCInstant
    ) throws(InboxFault) -> String {
        let stamp = "-" + now.rfc3339().prefix { $0 != "." }.filter { $0 != "-" && $0 != ":" } + "Z"
        var number = 0
        while true {
            let mark = number == 0 ? "" : number == 1 ? stamp : stamp + "-\(number)"
            let place = marked(name.shown, with: mark)
            var isFree = true
            for suffix in ["", InboxReport.textSuffix, InboxReport.jsonSuffix] where isFree {
                isFree = !(try folder.has(place + suffix))
            }
            if isFree { return place }
            number += 1
        }
    }

    /// `a.csv`, `-1` → `a-1.csv`, shortened where the longest of its names would be too long.
    private static func marked(_ name: String, with mark: String) -> String {
        let dot = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : $0 } ?? name.endIndex
        var stem = name[..<dot]
        var ending = name[dot...]
        let suffixBytes = mark.utf8.count + InboxReport.jsonSuffix.utf8.count
        while stem.utf8.count + ending.utf8.count + suffixBytes > nameBytesMax {
            if stem.count > 1 { stem = stem.dropLast() } else { ending = ending.dropLast() }
        }
        return stem + mark + ending
    }

    /// NAME_MAX of Linux.
    private static let nameBytesMax = 255
}
