package import AssetModel
import Foundation
import GRDB
import GRDBSQLite
package import Logging

/// The one place where anything becomes durable: a SQLite database in WAL mode with exactly one connection
/// that writes and checkpoints.
///
/// Confined to the thread of the intake loop; what other threads may use is ``reader``. Every other
/// connection is read-only and never checkpoints: two that do could damage the file (SQLite's WAL-reset
/// fault).
package final class InventoryStore {
    package private(set) var settings: StoreSettings
    /// Sequence number of the last outcome committed; 0 in a new store.
    package internal(set) var lastSequence: Int64 = 0
    /// For every other thread.
    package let reader: StoreReader

    let pool: DatabasePool
    let log: Logger
    private let lock: StoreLock
    private let logPages: LogPages
    var counts = RowCounts()
    var lastAccounts: Accounts?
    var confirmed: [Int64] = []
    var staging: StagedImport?
    private var checkpointHeldUp = false

    /// Opens or makes the database, brings its tables up to date and reads back that commits are as durable
    /// as asked.
    ///
    /// - Throws: `.refused` for a setting below full, a second daemon or a newer file; `.fatal` for a damaged
    ///   one; `.full` where not even the start finds space.
    package init(settings: StoreSettings, log: Logger) throws(StoreError) {
        guard ["full", "extra"].contains(settings.synchronous) else {
            throw .refused(detail: "synchronous = \"\(settings.synchronous)\"", hint: .synchronous)
        }
        self.settings = settings
        self.log = log
        lock = try StoreLock(path: settings.path)
        pool = try openPool(settings)
        logPages = LogPages()
        reader = StoreReader(pool: pool, path: settings.path, synchronous: settings.synchronous)
        try migrate()
        try makeDurable()
        try takeStock()
    }

    /// Takes the zone indices of a reloaded configuration.
    package func adopt(_ layout: SiteLayout) {
        settings.adopt(layout)
    }

    /// These outbox rows have reached the broker; they are deleted in the next commit.
    package func confirmPublished(_ sequences: [Int64]) {
        confirmed.append(contentsOf: sequences)
    }

    /// What the daemon remembers about itself; `nil` where it never did.
    package func meta(_ key: String) throws(StoreError) -> String? {
        try reader.read { db in
            try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
        }
    }

    /// A small transaction of its own.
    package func setMeta(_ key: String, to value: String) throws(StoreError) {
        try transaction { db in
            let upsert =
                "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
            try db.cachedStatement(sql: upsert).execute(arguments: [key, value])
        }
    }

    /// Moves the log into the database file and closes everything. Not needed for safety: a killed process
    /// loses nothing that was committed.
    package func close() throws(StoreError) {
        // Readers first: only a writer that closes last leaves one complete file behind.
        pool.releaseMemory()
        try checkpointLog(.truncate)
        do { try pool.close() } catch { throw StoreError(error) }
    }
}

// MARK: - Opening

extension InventoryStore {
    /// How durable a commit is, as SQLite itself says.
    package struct Durability: Equatable, Sendable {
        package var journalMode: String
        /// 2 is FULL, 3 is EXTRA.
        package var synchronous: Int
        package var memoryMapBytes: Int
    }

    package func durability() throws(StoreError) -> Durability {
        try onWriter { db in
            Durability(
                journalMode: try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? "",
                synchronous: try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? 0,
                memoryMapBytes: try Int.fetchOne(db, sql: "PRAGMA mmap_size") ?? 0)
        }
    }

    private func migrate() throws(StoreError) {
        let migrator = Schema.migrator
        let superseded = try onWriter { db in try migrator.hasBeenSuperseded(db) }
        guard !superseded else { throw .refused(detail: settings.path, hint: .newerSchema) }
        do { try migrator.migrate(pool) } catch { throw StoreError(error) }
    }

    /// GRDB sets `synchronous` to NORMAL whenever it opens a database in WAL mode, after everything a
    /// configuration can say: so it is set here and read back.
    private func makeDurable() throws(StoreError) {
        let asked = settings.synchronous == "extra" ? 3 : 2
        try onWriter { db in
            try db.execute(sql: "PRAGMA synchronous = \(asked)")
            _ = try Int.fetchOne(db, sql: "PRAGMA journal_size_limit = \(logBytesKept)")
            logPages.follow(db.sqliteConnection)
        }
        let got = try durability()
        guard got == Durability(journalMode: "wal", synchronous: asked, memoryMapBytes: 0) else {
            throw .refused(detail: "\(got)", hint: .synchronous)
        }
    }

    /// Where the last run ended. Imports that it left half staged are dropped with their lines.
    private func takeStock() throws(StoreError) {
        try dropUnfinishedImports()
        let (sequence, counts) = try reader.read { db in
            let sequence = try Int64.fetchOne(db, sql: "SELECT sequence FROM accounts") ?? 0
            return (sequence, try RowCounts(db))
        }
        lastSequence = sequence
        self.counts = counts
    }
}

/// A connection waits no longer than this for another process (a backup, somebody's `sqlite3`); the loop
/// feeds a watchdog.
private let busyWaitSeconds = 0.5

/// The status page and one long list at the same time.
private let readersMax = 2

/// Page cache of one reader, KiB; the writer keeps SQLite's 2 MiB.
private let readerCacheKiB = 512

/// The log file is cut back to this size after a burst, bytes.
private let logBytesKept = 64 * 1_024 * 1_024

private func openPool(_ settings: StoreSettings) throws(StoreError) -> DatabasePool {
    var configuration = Configuration()
    configuration.label = "tally.db"
    configuration.maximumReaderCount = readersMax
    configuration.busyMode = .timeout(busyWaitSeconds)
    configuration.prepareDatabase { db in
        // No memory map: an I/O error there would be a signal instead of a result code. No checkpoint inside
        // a COMMIT: SQLite does not report its errors, and a failed fsync must end the process.
        try db.execute(sql: "PRAGMA mmap_size = 0; PRAGMA wal_autocheckpoint = 0")
        guard db.configuration.readonly else { return }
        try db.execute(sql: "PRAGMA cache_size = -\(readerCacheKiB)")
        _ = try Int.fetchOne(db, sql: "PRAGMA busy_timeout = \(Int(busyWaitSeconds * 1_000))")
    }
    do {
        return try DatabasePool(path: settings.path, configuration: configuration)
    } catch {
        throw StoreError(error, systemError: errno)
    }
}

// MARK: - The writing connection

extension InventoryStore {
    /// Everything or nothing. On any error all is rolled back.
    func transaction(_ work: (Database) throws -> Void) throws(StoreError) {
        try onWriter { db in
            try db.inTransaction(.immediate) {
                try work(db)
                return .commit
            }
        }
    }

    func onWriter<Value>(_ work: (Database) throws -> Value) throws(StoreError) -> Value {
        let done: Result<Value, StoreError> = pool.writeWithoutTransaction { db in
            do {
                return .success(try work(db))
            } catch {
                return .failure(StoreError(error, systemError: sqlite3_system_errno(db.sqliteConnection)))
            }
        }
        return try done.get()
    }

    /// Moves the log into the database file once it has grown to ``LogPages/checkpointAt``. Want of space or
    /// a reader in the way holds it up without harm: what is committed is durable in the log.
    func checkpointLogIfDue() throws(StoreError) {
        guard logPages.count >= LogPages.checkpointAt else { return }
        try checkpointLog(.passive)
    }

    private func checkpointLog(_ mode: Database.CheckpointMode) throws(StoreError) {
        do {
            try onWriter { db in _ = try db.checkpoint(mode) }
            checkpointHeldUp = false
        } catch {
            guard error.mayRetry else { throw error }
            if !checkpointHeldUp { log.warning("日志合并推迟 checkpoint held up", metadata: ["cause": "\(error)"]) }
            checkpointHeldUp = true
        }
    }
}

/// Pages in the write-ahead log after the last commit, told by SQLite's own hook.
final class LogPages {
    /// 4 MiB of 4 KiB pages, SQLite's own default: a commit that checkpoints takes some ten milliseconds
    /// longer.
    static let checkpointAt: Int32 = 1_000

    private let pages = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

    init() {
        pages.initialize(to: 0)
    }

    deinit {
        pages.deallocate()
    }

    var count: Int32 { pages.pointee }

    /// The connection must not commit any more once `self` is gone. Runs on the thread that commits.
    func follow(_ connection: OpaquePointer?) {
        let store:
            @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, Int32) -> Int32 =
                {
                    pages, _, _, count in
                    pages?.assumingMemoryBound(to: Int32.self).pointee = count
                    return SQLITE_OK
                }
        _ = sqlite3_wal_hook(connection, store, pages)
    }
}
