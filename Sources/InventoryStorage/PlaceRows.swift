package import AssetModel
import GRDB

/// Where a tag is, as the last committed outcome has it.
package struct PresenceRecord: Hashable, Sendable {
    package var epcHex: String
    package var site: String
    package var zone: String
    package var state: State
    /// Event time: `heard`, `present`: start of the first evidence of the stay; `silent`: when it was last
    /// heard.
    package var since: UTCInstant
    /// Event time of the evidence behind the last conclusion; it may have been heard since without any
    /// change.
    package var lastHeardAt: UTCInstant
    /// Receipt time of the last conclusion about it.
    package var concludedAt: UTCInstant
    /// 0...1.
    package var probability: Double
    package var evidenceCount: Int
    package var source: String
    package var reasonChinese: String
    package var reasonEnglish: String

    package enum State: String, Sendable {
        /// Heard, the zone is not sure yet.
        case heard
        /// Settled in its zone: arrived, moved or stayed.
        case present
        case silent
    }

    init(_ row: Row) {
        epcHex = row["epc"]
        site = row["site"]
        zone = row["zone"]
        // Written by ``init(_:)`` below and by nothing else.
        state = State(rawValue: row["kind"]) ?? .heard
        since = UTCInstant(milliseconds: row["since_ms"])
        lastHeardAt = UTCInstant(milliseconds: row["cause_ms"])
        concludedAt = UTCInstant(milliseconds: row["at_ms"])
        probability = row["probability"]
        evidenceCount = row["evidence"]
        source = row["source"]
        reasonChinese = row["reason_zh"]
        reasonEnglish = row["reason_en"]
    }
}

extension PresenceRecord.State {
    /// Of a change that says where a tag is; one that only passes is told to nobody's place.
    init(_ kind: PresenceChange.Kind) {
        switch kind {
        case .heard, .entered, .left: self = .heard
        case .arrived, .moved, .stayed: self = .present
        case .silent: self = .silent
        }
    }
}

/// Parameters: epc, site, zone, state, concluded, cause, probability, evidence, source, reason zh, reason en.
enum PresenceSQL {
    static let update = """
        UPDATE presence SET since_ms = CASE WHEN zone = ?3 AND kind = ?4 THEN since_ms ELSE ?6 END,
            site = ?2, zone = ?3, kind = ?4, at_ms = ?5, cause_ms = ?6, probability = ?7, evidence = ?8,
            source = ?9,
            reason_zh = ?10, reason_en = ?11
        WHERE epc = ?1
        """
    static let insert = """
        INSERT INTO presence (epc, site, zone, kind, since_ms, at_ms, cause_ms, probability, evidence, source,
            reason_zh, reason_en)
        VALUES (?1, ?2, ?3, ?4, ?6, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        """
}

/// The latest position of a terminal.
package struct FixRecord: Hashable, Sendable {
    /// Without its additional items.
    package var fix: VehicleFix
    package var receivedAt: UTCInstant

    init(_ row: Row) {
        var fix = VehicleFix(phone: row["phone"], phoneRaw: row["phone_raw"])
        fix.fixedAt = instant(row["fixed_ms"])
        fix.latitudeDegrees = row["latitude_deg"]
        fix.longitudeDegrees = row["longitude_deg"]
        fix.altitudeMetres = row["altitude_m"]
        fix.speedKilometresPerHour = row["speed_km_h"]
        fix.directionDegrees = row["direction_deg"]
        fix.isValid = row["valid"]
        fix.isBackfill = row["backfill"]
        fix.alarmBits = row["alarm_bits"]
        fix.statusBits = row["status_bits"]
        fix.odometerMetres = (row["odometer_m"] as Int64?).map { UInt64(clamping: $0) }
        self.fix = fix
        receivedAt = UTCInstant(milliseconds: row["received_ms"])
    }
}

/// Parameters: phone, raw, received, fixed, latitude, longitude, altitude, speed, direction, valid, backfill,
/// alarms, status, odometer.
enum VehicleFixSQL {
    static let update = """
        UPDATE vehicle_fix SET phone_raw = ?2, received_ms = ?3, fixed_ms = ?4, latitude_deg = ?5,
        longitude_deg = ?6,
            altitude_m = ?7, speed_km_h = ?8, direction_deg = ?9, valid = ?10, backfill = ?11,
            alarm_bits = ?12,
            status_bits = ?13, odometer_m = ?14
        WHERE phone = ?1
        """
    static let insert = """
        INSERT INTO vehicle_fix (phone, phone_raw, received_ms, fixed_ms, latitude_deg, longitude_deg,
        altitude_m,
            speed_km_h, direction_deg, valid, backfill, alarm_bits, status_bits, odometer_m)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        """
}
