import GRDB

/// The tables of the store, in named migrations. A migration that has been released is never edited; the next
/// one is added below it. Times are milliseconds since 1970 UTC and end in `_ms`; EPCs are upper-case hex;
/// all tables are STRICT, so that a value of the wrong type is refused by SQLite itself.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1-spine") { db in
            for table in [path, results, messages, register] { try db.execute(sql: table) }
        }
        migrator.registerMigration("2-people") { db in
            for table in [decisions, feed, sweeps] { try db.execute(sql: table) }
        }
        migrator.registerMigration("3-fix-numbers") { db in try db.execute(sql: fixNumbers) }
        migrator.registerMigration("4-passages") { db in try db.execute(sql: PassageSQL.tables) }
        return migrator
    }

    /// State of the path.
    ///
    /// - `meta`: what the daemon remembers about itself (gateway id, subscriptions, hash key).
    /// - `accounts`: one row: the last outcome committed, how far time has advanced, the totals as JSON.
    /// - `journal`: what changed evidence since the last checkpoint, one blob per outcome; pruned by a
    ///   checkpoint.
    /// - `checkpoint`: the path's memory in named tables of numbered chunks; only changed chunks are
    ///   rewritten.
    private static let path = """
        CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE accounts (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            sequence INTEGER NOT NULL, advanced_to_ms INTEGER NOT NULL, checkpoint_ms INTEGER,
            json TEXT NOT NULL
        ) STRICT;
        INSERT INTO accounts (id, sequence, advanced_to_ms, json) VALUES (1, 0, 0, '');
        CREATE TABLE journal (
            sequence INTEGER PRIMARY KEY, advanced_to_ms INTEGER NOT NULL, blob BLOB NOT NULL
        ) STRICT;
        CREATE TABLE checkpoint (
            table_name TEXT NOT NULL, chunk INTEGER NOT NULL, blob BLOB NOT NULL, PRIMARY KEY (table_name,
            chunk)
        ) STRICT;
        """

    /// What people ask for.
    ///
    /// - `presence`: where each tag is; `since_ms` starts when kind or zone changed, `at_ms` is the last
    ///   conclusion.
    /// - `discrepancy`: one row per identifier, whatever its episode; `evidence` as it is published.
    /// - `discrepancy_history`: every opened, held, cleared, reopened, confirmed and dismissed.
    /// - `vehicle_fix`: the latest position per terminal, and no track: tracks are sensitive personal
    ///   information.
    /// - `gap`: stretches of time in which messages may have been lost.
    /// - `quarantine`: refused messages and records, the first 1,024 bytes of each.
    private static let results = """
        CREATE TABLE presence (
            epc TEXT PRIMARY KEY NOT NULL, site TEXT NOT NULL, zone TEXT NOT NULL, kind TEXT NOT NULL,
            since_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL, cause_ms INTEGER NOT NULL,
            probability REAL NOT NULL, evidence INTEGER NOT NULL, source TEXT NOT NULL,
            reason_zh TEXT NOT NULL, reason_en TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX presence_at ON presence (at_ms);
        CREATE TABLE discrepancy (
            id TEXT PRIMARY KEY NOT NULL, episode INTEGER NOT NULL, code TEXT NOT NULL, state TEXT NOT NULL,
            subject_kind TEXT NOT NULL, subject_key TEXT NOT NULL, subject_epc TEXT, site TEXT, zone TEXT,
            expected TEXT, actual TEXT, cause_ms INTEGER NOT NULL, opened_ms INTEGER NOT NULL,
            cleared_ms INTEGER,
            evidence TEXT NOT NULL, confidence REAL NOT NULL, exposure_fen INTEGER, rule_set TEXT NOT NULL,
            evidence_count INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX discrepancy_cleared ON discrepancy (cleared_ms);
        CREATE TABLE discrepancy_history (
            id INTEGER PRIMARY KEY, discrepancy TEXT NOT NULL, episode INTEGER NOT NULL, kind TEXT NOT NULL,
            at_ms INTEGER NOT NULL, state TEXT NOT NULL, confidence REAL NOT NULL,
            evidence_count INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX discrepancy_history_of ON discrepancy_history (discrepancy);
        CREATE TABLE vehicle_fix (
            phone TEXT PRIMARY KEY NOT NULL, phone_raw TEXT NOT NULL, received_ms INTEGER NOT NULL,
            fixed_ms INTEGER,
            latitude_deg REAL, longitude_deg REAL, altitude_m INTEGER NOT NULL, speed_km_h REAL NOT NULL,
            direction_deg INTEGER NOT NULL, valid INTEGER NOT NULL, backfill INTEGER NOT NULL,
            alarm_bits INTEGER NOT NULL, status_bits INTEGER NOT NULL, odometer_m INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX vehicle_fix_received ON vehicle_fix (received_ms);
        CREATE TABLE gap (
            id INTEGER PRIMARY KEY, reason TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
            detail TEXT NOT NULL
        ) STRICT;
        CREATE TABLE quarantine (
            id INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL,
            at TEXT NOT NULL, payload BLOB NOT NULL, payload_bytes INTEGER NOT NULL
        ) STRICT;
        """

    /// Altitude, speed and direction of a fix are NULL where the terminal does not say them, and keep their
    /// fractions. Rows from before keep the 0 that then stood for both.
    private static let fixNumbers = """
        CREATE TABLE vehicle_fix_3 (
            phone TEXT PRIMARY KEY NOT NULL, phone_raw TEXT NOT NULL, received_ms INTEGER NOT NULL,
            fixed_ms INTEGER, latitude_deg REAL, longitude_deg REAL, altitude_m REAL, speed_km_h REAL,
            direction_deg REAL, valid INTEGER NOT NULL, backfill INTEGER NOT NULL,
            alarm_bits INTEGER NOT NULL, status_bits INTEGER NOT NULL, odometer_m INTEGER
        ) STRICT, WITHOUT ROWID;
        INSERT INTO vehicle_fix_3 (phone, phone_raw, received_ms, fixed_ms, latitude_deg, longitude_deg,
            altitude_m, speed_km_h, direction_deg, valid, backfill, alarm_bits, status_bits, odometer_m)
        SELECT phone, phone_raw, received_ms, fixed_ms, latitude_deg, longitude_deg,
            altitude_m, speed_km_h, direction_deg, valid, backfill, alarm_bits, status_bits, odometer_m
        FROM vehicle_fix;
        DROP TABLE vehicle_fix;
        ALTER TABLE vehicle_fix_3 RENAME TO vehicle_fix;
        CREATE INDEX vehicle_fix_received ON vehicle_fix (received_ms);
        """

    /// - `outbox`: messages on their way up, in order; `seq` is never used twice.
    private static let messages = """
        CREATE TABLE outbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, payload BLOB NOT NULL,
            retain INTEGER NOT NULL
        ) STRICT;
        """

    /// The books, in versions: the current version of a line is that of the highest import in state
    /// `applied`. A line that an import does not name keeps its version: nothing is ever wiped.
    ///
    /// - `register_import`: `staged` while its lines are written in slices, `applied` once the path took it
    ///   up, `dropped` where it never will be; only one is staged at a time.
    private static let register = """
        CREATE TABLE register_import (
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, at_ms INTEGER,
            state TEXT NOT NULL CHECK (state IN ('staged', 'applied', 'dropped'))
        ) STRICT;
        CREATE TABLE card (
            asset_no TEXT NOT NULL, import_id INTEGER NOT NULL, asset_name TEXT NOT NULL,
            class_code TEXT NOT NULL,
            spec_model TEXT NOT NULL, quantity TEXT NOT NULL, original_value_fen INTEGER,
            acquire_date TEXT NOT NULL,
            state TEXT, use_dept TEXT NOT NULL, use_unit TEXT NOT NULL, owner_unit TEXT NOT NULL,
            location TEXT NOT NULL, location_code TEXT NOT NULL, site TEXT NOT NULL, zone TEXT NOT NULL,
            PRIMARY KEY (asset_no, import_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE tag_binding (
            epc TEXT NOT NULL, import_id INTEGER NOT NULL, tid TEXT, asset_no TEXT NOT NULL,
            valid_from_ms INTEGER, valid_to_ms INTEGER, PRIMARY KEY (epc, import_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX tag_binding_asset ON tag_binding (asset_no);
        CREATE TABLE vehicle (
            plate_no TEXT NOT NULL, import_id INTEGER NOT NULL, vin TEXT NOT NULL, use_unit TEXT NOT NULL,
            vehicle_use TEXT NOT NULL, terminal_phone TEXT NOT NULL, tag_epc TEXT NOT NULL,
            sealed INTEGER NOT NULL,
            parking_fence TEXT NOT NULL, tracking_policy TEXT NOT NULL, valid_from_ms INTEGER,
            valid_to_ms INTEGER,
            PRIMARY KEY (plate_no, import_id)
        ) STRICT, WITHOUT ROWID;
        """

    /// What people decided about discrepancies, who and why.
    ///
    /// - `history`: the step in `discrepancy_history` that it made; that row may be pruned first.
    private static let decisions = """
        CREATE TABLE decision (
            id INTEGER PRIMARY KEY, discrepancy TEXT NOT NULL, history INTEGER, episode INTEGER NOT NULL,
            verb TEXT NOT NULL, reason TEXT NOT NULL, uid INTEGER NOT NULL, gid INTEGER NOT NULL,
            name TEXT NOT NULL, at_ms INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX decision_of ON decision (discrepancy);
        CREATE INDEX decision_history ON decision (history);
        """

    /// Steps of discrepancies and changes of devices in one order, for whoever follows them; `seq` is never
    /// used twice, so that it is a place to go on from.
    ///
    /// - `history`: a row of `discrepancy_history`; the columns after it are then NULL.
    /// - `device_kind`: `reader`, `terminal` or `device` (one that the configuration does not list).
    private static let feed = """
        CREATE TABLE change_feed (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, history INTEGER,
            device_kind TEXT, device TEXT, word TEXT, at_ms INTEGER, cause_ms INTEGER,
            reason_zh TEXT, reason_en TEXT
        ) STRICT;
        """

    /// Handheld sweeps as they came. `payload_bytes` stands before the payload, so that adding them up does
    /// not read the payloads.
    private static let sweeps = """
        CREATE TABLE sweep (
            id INTEGER PRIMARY KEY, sweep TEXT NOT NULL, site TEXT NOT NULL, zone TEXT NOT NULL,
            operator TEXT NOT NULL, at_ms INTEGER, received_ms INTEGER NOT NULL,
            payload_bytes INTEGER NOT NULL, payload BLOB NOT NULL
        ) STRICT;
        """
}
