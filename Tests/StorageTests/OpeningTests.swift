import AssetModel
import Foundation
import GRDB
import Testing

@testable import InventoryStorage

struct OpeningTests {
    @Test func `a lock that was let go is free, though a child still holds a copy of its descriptor`() throws
    {
        let directory = try TemporaryDirectory()
        let path = directory.store + "-locked"
        var copy: Int32 = -1
        do {
            let lock = try StoreLock(path: path)
            #expect(throws: StoreError.self) { _ = try StoreLock(path: path) }
            // What a child has between fork and exec.
            for number in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
                let target = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/self/fd/" + number)
                if target?.hasSuffix("-locked.lock") == true, let descriptor = Int32(number), copy < 0 {
                    copy = dup(descriptor)
                }
            }
            withExtendedLifetime(lock) {}
        }
        try #require(copy >= 0)
        defer { close(copy) }
        _ = try StoreLock(path: path)
    }

    @Test(arguments: [("full", 2), ("extra", 3)])
    func `commits are as durable as asked, read back from SQLite`(_ word: String, _ level: Int) throws {
        let directory = try TemporaryDirectory()
        var settings = settings(directory.store)
        settings.synchronous = word
        let store = try InventoryStore(settings: settings, log: quiet)
        let durability = try store.durability()
        #expect(durability == .init(journalMode: "wal", synchronous: level, memoryMapBytes: 0))
        try store.close()
    }

    @Test(arguments: ["normal", "off", "FULL", ""])
    func `a store that would lose data in a power cut does not open`(_ word: String) throws {
        let directory = try TemporaryDirectory()
        var settings = settings(directory.store)
        settings.synchronous = word
        #expect(failure { _ = try InventoryStore(settings: settings, log: quiet) } == "refused")
        #expect(!FileManager.default.fileExists(atPath: directory.store))
    }

    @Test func `only the writer checkpoints and every other connection is read-only`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        let (automatic, onlyQueries) = try store.reader.read { db in
            (try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint"), db.configuration.readonly)
        }
        #expect(automatic == 0 && onlyQueries)
        #expect(failure { try store.reader.read { try $0.execute(sql: "DELETE FROM meta") } } == "fatal")
    }

    @Test func `a second daemon on the same database is refused until the first has gone`() throws {
        let directory = try TemporaryDirectory()
        do {
            let first = try open(directory.store)
            #expect(failure { _ = try open(directory.store) } == "refused")
            try first.close()
        }
        #expect(failure { _ = try open(directory.store) } == "none")
    }

    @Test func `a database of a newer version is refused`() throws {
        let directory = try TemporaryDirectory()
        do {
            let store = try open(directory.store)
            try store.transaction { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9-later')") }
        }
        #expect(failure { _ = try open(directory.store) } == "refused")
    }

    @Test func `a fix from before altitude, speed and direction could be missing is read as it was`() throws {
        let directory = try TemporaryDirectory()
        do {
            let pool = try DatabasePool(path: directory.store)
            try Schema.migrator.migrate(pool, upTo: "2-people")
            let insert = """
                INSERT INTO vehicle_fix (phone, phone_raw, received_ms, fixed_ms, latitude_deg, longitude_deg,
                    altitude_m, speed_km_h, direction_deg, valid, backfill, alarm_bits, status_bits,
                    odometer_m)
                VALUES ('1', '01', 2000, 1000, 39.9, 116.4, 44, 36.5, 90, 1, 0, 256, 3, 1200)
                """
            try pool.write { try $0.execute(sql: insert) }
            try pool.close()
        }
        let store = try open(directory.store)
        var fix = VehicleFix(phone: "1", phoneRaw: "01")
        fix.takePlace(latitude: 39.9, longitude: 116.4, isVouchedFor: true)
        (fix.altitudeMetres, fix.speedKilometresPerHour, fix.directionDegrees) = (44, 36.5, 90)
        (fix.alarmBits, fix.statusBits, fix.odometerMetres) = (256, 3, 1_200)
        fix.fixedAt = UTCInstant(milliseconds: 1_000)
        #expect(try store.reader.latestFix(of: "1")?.fix == fix)
    }

    @Test func `a directory that does not exist is named, not made`() {
        #expect(failure { _ = try open("/nonexistent/tally/tally.db") } == "refused")
    }

    @Test func `a file that is no database is fatal`() throws {
        let directory = try TemporaryDirectory()
        try Data(repeating: 0x55, count: 8_192).write(to: URL(fileURLWithPath: directory.store))
        #expect(failure { _ = try open(directory.store) } == "fatal")
    }

    @Test func `a database with damaged pages is fatal`() throws {
        let directory = try TemporaryDirectory()
        do {
            let store = try open(directory.store)
            try store.commit(outcome(1), outgoing: [])
            try store.close()
            #expect(!FileManager.default.fileExists(atPath: directory.store + "-wal"))
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: directory.store))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4_096)
        try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 4_096))
        try file.close()
        #expect(failure { _ = try open(directory.store).recover() } == "fatal")
    }

    @Test func `what the daemon remembers about itself survives a restart`() throws {
        let directory = try TemporaryDirectory()
        do {
            let store = try open(directory.store)
            #expect(try store.meta("gateway") == nil)
            try store.setMeta("gateway", to: "gw-1")
            try store.setMeta("gateway", to: "gw-2")
        }
        #expect(try open(directory.store).meta("gateway") == "gw-2")
    }

    /// result code, errno, kind
    @Test(arguments: [
        (ResultCode.SQLITE_FULL, Int32(0), "full"),
        (.SQLITE_BUSY, 0, "busy"),
        (.SQLITE_BUSY_SNAPSHOT, 0, "busy"),
        (.SQLITE_LOCKED, 0, "busy"),
        (.SQLITE_IOERR_WRITE, EIO, "fatal"),
        (.SQLITE_IOERR_WRITE, ENOSPC, "full"),
        (.SQLITE_IOERR_WRITE, EDQUOT, "full"),
        (.SQLITE_IOERR_SHMSIZE, 0, "full"),
        (.SQLITE_IOERR_FSYNC, EIO, "fatal"),
        (.SQLITE_IOERR_FSYNC, ENOSPC, "fatal"),
        (.SQLITE_IOERR_DIR_FSYNC, ENOSPC, "fatal"),
        (.SQLITE_IOERR_READ, EIO, "fatal"),
        (.SQLITE_CORRUPT, 0, "fatal"),
        (.SQLITE_NOTADB, 0, "fatal"),
        (.SQLITE_CANTOPEN, EACCES, "fatal"),
        (.SQLITE_CANTOPEN, ENOSPC, "full"),
        (.SQLITE_READONLY, 0, "fatal"),
        (.SQLITE_CONSTRAINT, 0, "fatal"),
    ])
    func `each result of SQLite is retried or ends the process`(
        _ code: ResultCode, _ systemError: Int32, _ kind: String
    ) {
        let error = StoreError(DatabaseError(resultCode: code, message: "x"), systemError: systemError)
        #expect(error.kind == kind)
        #expect(error.mayRetry == (kind == "full" || kind == "busy"))
    }
}
