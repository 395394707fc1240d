import AssetModel
import Glibc
import OperatorAPI
import RegisterBooks

/// One look after the other at the watched directory, and what is remembered from one to the next. All of it
/// may be forgotten without harm: files that were taken stand in `.taken/`.
struct InboxRounds {
    /// Reads a taken file. Tests put faults here.
    typealias Reading = @Sendable (Folder, FileName, Int) throws(InboxFault) -> ([UInt8], FileStatus)

    private let settings: InboxSettings
    private let clock: InboxClock
    private let importBook: InboxImport
    private let log: @Sendable (InboxNotice) -> Void
    var reading: Reading = { folder, name, max throws(InboxFault) in
        try folder.read(name, bytesMax: max)
    }

    private var sightings: [FileName: Sighting] = [:]
    private var ignored: Set<FileName> = []
    private var oddTaken: Set<FileName> = []
    private var waits: [FileName: Wait] = [:]
    /// Imports that are committed while the file could not be moved yet.
    private var finished: [FileName: ImportReply] = [:]
    private var lastFault: InboxFault?

    /// A file in the inbox, since it looks as it does.
    private struct Sighting {
        var status: FileStatus
        var since: Duration
        var unchangedPolls = 0
    }

    /// A file whose import was not taken up.
    private struct Wait {
        var reason: String
        var until: Duration
        var length: Duration
    }

    init(
        _ settings: InboxSettings, clock: InboxClock, importBook: @escaping InboxImport,
        log: @escaping @Sendable (InboxNotice) -> Void
    ) {
        self.settings = settings
        self.clock = clock
        self.importBook = importBook
        self.log = log
    }

    /// Looks once: first after what an earlier process, or an earlier round, has taken and not finished.
    mutating func round() async {
        do throws(InboxFault) {
            let tree = try InboxTree.open(settings.directory)
            for name in try tree.taken.names(max: settings.namesMax) {
                guard !Task.isCancelled else { return }
                try await bring(name, tree)
            }
            for name in try whole(tree) {
                guard !Task.isCancelled else { return }
                guard try claim(name, tree) else { continue }
                try await bring(name, tree)
            }
            if lastFault != nil { log(InboxNotice(.recovered, ["directory": settings.directory])) }
            lastFault = nil
        } catch {
            if error != lastFault {
                log(InboxNotice(.fault, ["directory": settings.directory, "detail": "\(error)"]))
            }
            lastFault = error
        }
    }

    // MARK: What is whole

    /// Files that have not changed for the settling time, the longest unchanged first.
    private mutating func whole(_ tree: InboxTree) throws(InboxFault) -> [FileName] {
        let now = clock.elapsed()
        var seen: [FileName: Sighting] = [:]
        var noFiles: Set<FileName> = []
        for name in try tree.inbox.names(max: settings.namesMax) where !InboxTree.isLeftAlone(name) {
            guard let status = try tree.inbox.status(of: name) else { continue }
            guard status.isRegular else {
                noFiles.insert(name)
                if !ignored.contains(name) { log(InboxNotice(.ignored, ["file": name.shown])) }
                continue
            }
            if var before = sightings[name], before.status == status {
                before.unchangedPolls += 1
                seen[name] = before
            } else {
                seen[name] = Sighting(status: status, since: now)
            }
        }
        ignored = noFiles
        sightings = seen
        let whole = seen.filter { _, sighting in
            sighting.unchangedPolls >= settings.settlePolls && now - sighting.since >= settings.settle
        }
        return whole.sorted { left, right in
            let (one, other) = (left.value.status, right.value.status)
            let times = (one.changedSeconds, one.changedNanoseconds)
            let others = (other.changedSeconds, other.changedNanoseconds)
            return times == others ? left.key < right.key : times < others
        }.map(\.key)
    }

    /// Takes a file out of the inbox. One of the same name that was taken before goes first.
    private mutating func claim(_ name: FileName, _ tree: InboxTree) throws(InboxFault) -> Bool {
        guard try tree.taken.status(of: name) == nil else { return false }
        guard let status = try tree.inbox.status(of: name), status == sightings[name]?.status else {
            return false
        }
        do throws(InboxFault) {
            try tree.inbox.move(name, to: tree.taken, as: name)
        } catch {
            // Its owner was faster.
            if error.code == ENOENT { return false }
            throw error
        }
        try tree.taken.sync()
        sightings[name] = nil
        return true
    }

    // MARK: What is taken

    /// Imports a taken file and puts it where it belongs.
    private mutating func bring(_ name: FileName, _ tree: InboxTree) async throws(InboxFault) {
        if let wait = waits[name], clock.elapsed() < wait.until { return }
        if finished[name] == nil {
            guard let reply = try await reply(to: name, tree) else { return }
            finished[name] = reply
        }
        guard let reply = finished[name] else { return }
        let place = try tree.file(name, reply: reply, at: clock.now(), offsetMinutes: settings.offsetMinutes)
        finished[name] = nil
        waits[name] = nil
        let code: InboxNotice.Code = reply.isRefused ? .refused : .imported
        log(
            InboxNotice(
                code,
                [
                    "file": place, "kind": reply.kind ?? "-", "rows": "\(reply.rows)",
                    "left_out": "\(reply.leftOut)", "added": reply.added.map { "\($0)" } ?? "-",
                    "changed": reply.changed.map { "\($0)" } ?? "-", "problems": "\(reply.problemCount)",
                ]))
    }

    /// What became of the import; `nil` where there is nothing to tell yet.
    private mutating func reply(to name: FileName, _ tree: InboxTree) async throws(InboxFault) -> ImportReply?
    {
        guard let status = try tree.taken.status(of: name) else { return nil }
        guard status.isRegular else {
            if oddTaken.insert(name).inserted { log(InboxNotice(.ignored, ["file": name.shown])) }
            return nil
        }
        guard status.bytes <= Int64(settings.fileBytesMax) else { return refusal(.tooLarge) }
        let bytes: [UInt8]
        do throws(InboxFault) {
            let read = try reading(tree.taken, name, settings.fileBytesMax)
            guard read.1 == status, Int64(read.0.count) == status.bytes,
                try tree.taken.status(of: name) == status
            else {
                try putBack(name, tree)
                return nil
            }
            bytes = read.0
        } catch {
            // Nobody has to wait for rights that only a person can give.
            if error.code == EACCES || error.code == EPERM { return refusal(.unreadable) }
            // One bad file must not stop the others.
            wait(name, reason: "\(error)")
            return nil
        }
        do {
            return try await importBook(
                bytes, InboxTree.kind(of: name), settings.isStrict, settings.headings)
        } catch {
            wait(name, reason: "\(error)")
            return nil
        }
    }

    /// Somebody writes into the file through a handle that they had open: it is not whole after all.
    private func putBack(_ name: FileName, _ tree: InboxTree) throws(InboxFault) {
        guard try tree.inbox.status(of: name) == nil else { return }
        try tree.taken.move(name, to: tree.inbox, as: name)
    }

    private mutating func wait(_ name: FileName, reason: String) {
        let length = min(waits[name].map { $0.length * 2 } ?? settings.interval, settings.retryMax)
        if waits[name]?.reason != reason {
            log(InboxNotice(.waiting, ["file": name.shown, "detail": reason]))
        }
        waits[name] = Wait(reason: reason, until: clock.elapsed() + length, length: length)
    }

    // MARK: What is refused unread

    private enum Unread {
        case tooLarge, unreadable
    }

    private func refusal(_ why: Unread) -> ImportReply {
        var problem: ProblemReply
        switch why {
        case .tooLarge:
            problem = ProblemReply(line: 0, column: "", code: BookProblem.Code.fileTooLarge.rawValue)
            problem.hintChinese = "文件超过 \(settings.fileBytesMax) 字节，请分成几个文件导入"
            problem.hintEnglish = "the file is over \(settings.fileBytesMax) bytes: import it in parts"
        case .unreadable:
            problem = ProblemReply(line: 0, column: "", code: "E-UNREADABLE")
            problem.hintChinese = "守护进程没有读取此文件的权限，请修改权限后重新放入"
            problem.hintEnglish = "the daemon may not read this file: change its mode and put it in again"
        }
        var reply = ImportReply()
        reply.isRefused = true
        reply.isStrict = settings.isStrict
        reply.headings = settings.headings.rawValue
        reply.problems = [problem]
        reply.problemCount = 1
        return reply
    }
}
