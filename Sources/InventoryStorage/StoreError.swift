import GRDB
import GRDBSQLite
import Glibc

/// What the store could not do, and what follows from it.
package enum StoreError: Error, Equatable {
    /// No space left. Everything was rolled back; the same commit is to be tried again once there is space.
    case full(detail: String)
    /// Another process holds the database. Rolled back; try again.
    case busy(detail: String)
    /// Damage, a failed read or write, a failed fsync: the process ends and is started anew. Never tried
    /// again, for after a failed fsync the kernel may have dropped the very pages that a second one would
    /// report as written.
    case fatal(detail: String, hint: Hint)
    /// What was asked cannot be: wrong setting, second daemon, file of a newer version.
    case refused(detail: String, hint: Hint)

    /// What an operator can do about it.
    package struct Hint: Hashable, Sendable {
        package var chinese: String
        package var english: String

        package init(chinese: String, english: String) {
            self.chinese = chinese
            self.english = english
        }
    }

    /// Rolled back, nothing lost: keep the outcome and commit it again later.
    package var mayRetry: Bool {
        switch self {
        case .full, .busy: return true
        case .fatal, .refused: return false
        }
    }
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .full(let detail): return "磁盘已满 disk full: \(detail)"
        case .busy(let detail): return "数据库被占用 database busy: \(detail)"
        case .fatal(let detail, let hint):
            return "存储故障 store failed: \(detail); \(hint.chinese) \(hint.english)"
        case .refused(let detail, let hint):
            return "存储拒绝 store refused: \(detail); \(hint.chinese) \(hint.english)"
        }
    }
}

extension StoreError {
    /// Sorts what SQLite says.
    ///
    /// - Parameter systemError: `errno` of the failed system call, 0 where unknown: SQLite often forgets it
    ///   in its own roll-back. A plain lack of space has a result code of its own and does not depend on it.
    init(_ error: any Error, systemError: Int32 = 0) {
        if let ours = error as? StoreError {
            self = ours
            return
        }
        guard let error = error as? DatabaseError else {
            self = .fatal(detail: "\(error)", hint: .report)
            return
        }
        let words = error.message ?? "SQLite"
        let number = systemError == 0 ? "" : ", errno \(systemError)"
        let detail = "\(words) (SQLite \(error.extendedResultCode.rawValue)\(number))"
        switch error.resultCode {
        case .SQLITE_FULL: self = .full(detail: detail)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(detail: detail)
        case .SQLITE_IOERR: self = StoreError.inputOutput(error.extendedResultCode, systemError, detail)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .fatal(detail: detail, hint: .damaged)
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            self = isNoSpace(systemError) ? .full(detail: detail) : .fatal(detail: detail, hint: .permissions)
        default: self = .fatal(detail: detail, hint: .report)
        }
    }

    /// A failed write for want of space leaves nothing behind and may be repeated; a failed fsync may not,
    /// whatever its reason. `IOERR_SHMSIZE` is the index beside the log that could not grow: it is rebuilt
    /// from the log, so the only question is space.
    private static func inputOutput(_ code: ResultCode, _ systemError: Int32, _ detail: String) -> StoreError
    {
        switch code {
        case .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC: return .fatal(detail: detail, hint: .disk)
        case .SQLITE_IOERR_SHMSIZE: return .full(detail: detail)
        default: return isNoSpace(systemError) ? .full(detail: detail) : .fatal(detail: detail, hint: .disk)
        }
    }
}

private func isNoSpace(_ systemError: Int32) -> Bool {
    systemError == ENOSPC || systemError == EDQUOT
}

extension StoreError.Hint {
    static let damaged = StoreError.Hint(
        chinese: "数据库文件已损坏，请从备份恢复或移走该文件后重启。",
        english: "The database file is damaged: restore it from a backup, or move it away and restart.")
    static let disk = StoreError.Hint(
        chinese: "存储介质读写失败，请检查磁盘（dmesg、SMART）。",
        english: "The storage device failed to read or write: check it (dmesg, SMART).")
    static let permissions = StoreError.Hint(
        chinese: "请检查数据目录是否存在以及运行用户的读写权限。",
        english: "Check that the state directory exists and that the service's user may write there.")
    static let report = StoreError.Hint(
        chinese: "这是程序错误，请附上日志报告。", english: "This is a fault of the program: please report it with the log.")
    static let synchronous = StoreError.Hint(
        chinese: "store.synchronous 只能为 full 或 extra，否则断电会丢失已确认的数据。",
        english: "store.synchronous must be full or extra, or a power cut loses what was acknowledged.")
    static let secondDaemon = StoreError.Hint(
        chinese: "另一个 tallyd 正在使用该数据库，请先停止它。",
        english: "Another tallyd is using this database: stop it first.")
    static let newerSchema = StoreError.Hint(
        chinese: "该数据库由更新版本的 tallyd 写成，请升级程序。",
        english: "This database was written by a newer tallyd: upgrade the program.")
    static let oneImport = StoreError.Hint(
        chinese: "台账导入一次只能进行一个，请稍后重试。",
        english: "Register imports go one at a time: try again later.")
}
