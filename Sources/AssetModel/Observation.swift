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
    /// Bits 10h to 1Fh of the EPC bank: length, flags, and the attribute bits or AFI; `nil` where the
    /// message does not carry it.
    package var protocolControl: UInt16?
    /// The air interface, where the reader names it; `nil` counts as EPC Gen2.
    package var airProtocol: AirProtocol?
    package var radio = RadioDetail()

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

/// How a read was made on air. Said by some readers, judged by nobody yet: kept for people who look for a
/// fault in a site.
package struct RadioDetail: Hashable, Sendable {
    /// Carrier frequency in kHz: UHF RFID is at 840_000...960_000.
    package var frequencyKilohertz: UInt32?
    /// Phase in 1/100 degree, 0...36_000.
    package var phaseCentidegrees: UInt16?
    /// Transmitted power at the reader's port.
    package var transmitPower: SignalStrength?

    package init() {}
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
    /// Messages between these two instants never came: the device counts what it sends, and numbers are
    /// missing.
    case sequenceGap(first: UTCInstant, last: UTCInstant, missed: UInt32)
    /// What came from the reader was refused and nothing of it was taken. Said by the path, not by a device.
    case readsRefused
    case generalPurposeInput(pin: UInt16, high: Bool)
    /// A periodic sign of life; what it says about antennas stands in events of its own.
    case heartbeat
    /// The reader's own counters since it started: messages it dropped, and messages that still wait in it.
    case backlog(dropped: UInt64, retained: UInt64)
    /// A vehicle terminal said that it is no longer registered: taken off its vehicle, or reset.
    case deregistered
    /// A vehicle terminal asks to be registered: fitted anew, reset, or moved to another vehicle. Its own id
    /// from the factory; empty where it says none.
    case registered(terminalID: String)
    /// A vehicle terminal logs in. Its IMEI, 15 digits; empty where the frame carries none.
    case authenticated(imei: String)
    /// A vehicle terminal says what it is: its own id, its SIM (ICCID, 20 hex digits), and the satellite
    /// systems that it can receive (bit 0 GPS, 1 BDS, 2 GLONASS, 3 Galileo).
    case described(terminalID: String, iccid: String, satelliteSystems: UInt8)
    /// A vehicle terminal runs without its main power. Said again with every report while it lasts.
    case powerCut
    /// The satellite antenna of a vehicle terminal is open or cut. Said again with every report while it
    /// lasts.
    case antennaCut
    /// A driver's card went into a vehicle terminal, at its own time. The code tells cards apart and names
    /// nobody; empty where the card could not be read.
    case driverCardInserted(code: String, at: UTCInstant?)
    case driverCardRemoved(at: UTCInstant?)

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
        case .sequenceGap: return "sequence_gap"
        case .readsRefused: return "reads_refused"
        case .generalPurposeInput: return "gpi"
        case .heartbeat: return "heartbeat"
        case .backlog: return "backlog"
        case .deregistered: return "deregistered"
        case .registered: return "registered"
        case .authenticated: return "authenticated"
        case .described: return "described"
        case .powerCut: return "power_cut"
        case .antennaCut: return "antenna_cut"
        case .driverCardInserted: return "driver_card_in"
        case .driverCardRemoved: return "driver_card_out"
        }
    }
}
