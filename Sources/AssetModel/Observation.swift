/// One read of one tag by one antenna, as a device reported it.
package struct TagRead: Hashable, Sendable {
    package var tag: EPC
    /// The tag's factory identity, when the reader was told to read it. Missing means unknown, never
    /// different.
    package var tid: EPC?
    /// The antenna port, 1-based as printed on the reader; `nil` where the message does not say.
    package var antennaPort: UInt16?
    package var peakSignal: SignalStrength?
    /// Event time from the reader's own clock; `nil` where the message carries none (the receipt time then
    /// stands in).
    package var heardAt: UTCInstant?
    /// How many reads the report stands for, at least 1.
    package var reads: UInt32
    /// Which way the tag went, where the reader itself says so.
    package var direction: PassageDirection?

    package init(
        tag: EPC, tid: EPC? = nil, antennaPort: UInt16? = nil, peakSignal: SignalStrength? = nil,
        heardAt: UTCInstant? = nil
    ) {
        self.tag = tag
        self.tid = tid
        self.antennaPort = antennaPort
        self.peakSignal = peakSignal
        self.heardAt = heardAt
        self.reads = 1
    }
}

/// A reader's own word on which way a tag passed it. Raw value: the word in `tally decode`.
package enum PassageDirection: String, Hashable, Sendable {
    case inward = "IN"
    case outward = "OUT"
    /// Passed by or turned back.
    case none = "NONE"
    /// The reader could not tell.
    case unknown = "UNKNOWN"
}

/// How often a device reports a tag that stays where it is, as far as its messages show it.
package enum ReportMode: Hashable, Sendable {
    /// Once for each tag (or tag and antenna) and never again: silence of a tag says nothing at all.
    case once
    /// About once in this time.
    case every(ElapsedTime)
    /// The messages do not show it: the device may report every read, or as it was set up.
    case unstated
}

/// What a message says about a device rather than about a tag: coverage, liveness, lost reads.
package enum DeviceEvent: Hashable, Sendable {
    /// Birth message, or the text a reader publishes when it connects.
    case connected
    /// Last will, or the text a reader publishes when it goes.
    case disconnected
    case inventoryRunning
    case inventoryIdle
    case inventoryArmed
    case antennaConnected(port: UInt16)
    case antennaDisconnected(port: UInt16)
    case antennaActivated(port: UInt16)
    /// Reads were lost in the reader between these instants.
    case overflow(first: UTCInstant, last: UTCInstant, purged: UInt32)
    case generalPurposeInput(pin: UInt16, high: Bool)
    /// A periodic sign of life; what it says about antennas stands in events of its own.
    case heartbeat
    /// The reader's own counters since it started: messages it dropped, and messages that still wait in it.
    case backlog(dropped: UInt64, retained: UInt64)
    /// A vehicle terminal said that it is no longer registered: taken off its vehicle, or reset.
    case deregistered

    /// The word used in `tally decode`, counters and logs.
    package var kind: String {
        switch self {
        case .connected: return "connected"
        case .disconnected: return "disconnected"
        case .inventoryRunning: return "inventory_running"
        case .inventoryIdle: return "inventory_idle"
        case .inventoryArmed: return "inventory_armed"
        case .antennaConnected: return "antenna_connected"
        case .antennaDisconnected: return "antenna_disconnected"
        case .antennaActivated: return "antenna_activated"
        case .overflow: return "overflow"
        case .generalPurposeInput: return "gpi"
        case .heartbeat: return "heartbeat"
        case .backlog: return "backlog"
        case .deregistered: return "deregistered"
        }
    }
}

/// One position report of one vehicle terminal.
package struct VehicleFix: Hashable, Sendable {
    /// Terminal phone number with leading zeros stripped, decimal digits (hex digits where a packed IMEI
    /// stands there).
    package var phone: String
    /// The number as the frame carries it, leading zeros kept.
    package var phoneRaw: String
    /// Degrees, WGS-84 as the terminal sends it, -90...90, south negative; `nil` where the position was
    /// refused.
    package var latitudeDegrees: Double?
    /// Degrees, -180...180, west negative.
    package var longitudeDegrees: Double?
    package var altitudeMetres: Int32
    /// Kilometres per hour, one decimal.
    package var speedKilometresPerHour: Double
    /// 0...359, north 0, clockwise.
    package var directionDegrees: UInt16
    /// UTC; JT/T 808 carries GMT+8. `nil` where the BCD digits are no date.
    package var fixedAt: UTCInstant?
    /// The terminal says it has a position fix (status bit 1).
    package var isValid: Bool
    /// From a blind-area upload (0x0704 type 1): legal old data, no live alarm follows from it.
    package var isBackfill: Bool
    package var alarmBits: UInt32
    package var statusBits: UInt32
    /// Item 0x01 in metres, `nil` where the report has none.
    package var odometerMetres: UInt64?
    /// Additional items as they came: identifier and bytes, duplicates kept.
    package var items: [Item]

    package struct Item: Hashable, Sendable {
        package var id: UInt8
        package var bytes: [UInt8]

        package init(id: UInt8, bytes: [UInt8]) {
            self.id = id
            self.bytes = bytes
        }
    }

    package init(phone: String, phoneRaw: String) {
        self.phone = phone
        self.phoneRaw = phoneRaw
        altitudeMetres = 0
        speedKilometresPerHour = 0
        directionDegrees = 0
        isValid = false
        isBackfill = false
        alarmBits = 0
        statusBits = 0
        items = []
    }
}
