import AssetModel

/// A heartbeat: what it says about coverage and about messages that were lost.
///
/// | field | |
/// | --- | --- |
/// | `radio_control.radioActivity` | `active`, `inactive`: whether tags are being read |
/// | `radio_control.radioConnection` | `disconnected`: the radio is gone, so nothing is read |
/// | `radio_control.antennas` | {"1": "connected", "2": "disconnected", …}; 6 to 13 of them seen |
/// | `reader_gateway.dataPathStatistics[]` | `numDataMessagesDropped`, `numDataMessagesRetained`: added up |
/// | the same two counters in `reader_gateway` | older firmware; taken where there is no such list |
/// | `system.hostName`, `system.macAddress` | the reader |
/// | `system.systemtime`, documented as `systemTime` | the time of a heartbeat without an envelope |
///
/// A radio that is inactive, or gone, reads no tag: both are an idle inventory, and cover nothing. So is a
/// reader in PORTAL mode that waits for its trigger.
///
/// No part is required, and a part of another shape says nothing: the heartbeat is still a sign of life.
/// `systemtime` is taken only in the form of RFC 3339, and only where no `timestamp` stands in the envelope
/// (it was 9 s older in the one capture there is): the other form, `21/11/2026 12:00`, is to the minute and
/// names no zone. Skipped: processor, memory, flash, temperature, versions, counters of reads.
struct ZebraHeartbeat {
    /// `radio_control` or `reader_gateway` was there, which no other message of the reader has.
    private(set) var isPresent = false
    private(set) var hostName: JSONString?
    private(set) var mac: JSONString?
    private(set) var systemTime: UTCInstant?
    private var isActive: Bool?
    private var isRadioGone = false
    private var antennas = ZebraAntennas()
    private var listed = ZebraBacklog()
    private var flat = ZebraBacklog()

    /// Takes the value where the key is one of ours; else leaves it and returns `false`.
    mutating func read(_ key: JSONString, _ json: inout JSONCursor) throws(JSONFault) -> Bool {
        var unused: Rejection?
        switch key {
        case "radio_control":
            guard try json.enterMember(at: "radio_control", &unused) else { return true }
            isPresent = true
            try readRadio(&json)
        case "reader_gateway":
            guard try json.enterMember(at: "reader_gateway", &unused) else { return true }
            isPresent = true
            try readGateway(&json)
        case "system":
            guard try json.enterMember(at: "system", &unused) else { return true }
            try readSystem(&json)
        default:
            return false
        }
        return true
    }

    private mutating func readSystem(_ json: inout JSONCursor) throws(JSONFault) {
        while let key = try json.nextKey() {
            switch key {
            case "hostName": hostName = try json.besideText()
            case "macAddress": mac = try json.besideText()
            case "systemtime", "systemTime": systemTime = try json.besideInstant()
            default: try json.skip()
            }
        }
    }

    private mutating func readRadio(_ json: inout JSONCursor) throws(JSONFault) {
        var unused: Rejection?
        while let key = try json.nextKey() {
            switch key {
            case "radioActivity":
                switch try json.word(at: "radio_control.radioActivity", &unused) {
                case .some("active"): isActive = true
                case .some("inactive"): isActive = false
                default: isActive = nil
                }
            case "radioConnection":
                let word = try json.word(at: "radio_control.radioConnection", &unused)
                if case .some("disconnected") = word { isRadioGone = true } else { isRadioGone = false }
            case "antennas":
                try antennas.read(&json)
            default:
                try json.skip()
            }
        }
    }

    private mutating func readGateway(_ json: inout JSONCursor) throws(JSONFault) {
        var unused: Rejection?
        while let key = try json.nextKey() {
            guard key.equals("dataPathStatistics"), try json.kind() == .array else {
                if try !flat.read(key, &json) { try json.skip() }
                continue
            }
            try json.enterArray()
            while try json.nextElement() {
                guard try json.enterMember(at: "reader_gateway.dataPathStatistics", &unused) else { continue }
                while let key = try json.nextKey() {
                    if try !listed.read(key, &json) { try json.skip() }
                }
            }
        }
    }

    /// The sign of life first, then what bears on coverage, then what was lost.
    /// - Parameter index: its place in a list of envelopes.
    func close(_ index: Int?, into decoded: inout DecodedMessage) -> Bool {
        decoded.deviceEvents.append(.heartbeat)
        if isRadioGone || isActive == false {
            decoded.deviceEvents.append(.inventoryIdle)
        } else if isActive == true {
            decoded.deviceEvents.append(.inventoryRunning)
        }
        antennas.append(to: &decoded.deviceEvents)
        let backlog = listed.isPresent ? listed : flat
        if backlog.isPresent {
            decoded.deviceEvents.append(.backlog(dropped: backlog.dropped, retained: backlog.retained))
        }
        guard let refusal = antennas.refusal else { return true }
        return decoded.refuseRecord(refusal.inRecord(index))
    }
}

/// Which antennas a heartbeat calls connected and which not, one bit a port, so that they come out in
/// ascending order whatever the order of the keys ("1", "10", "2", …).
struct ZebraAntennas {
    /// A reader has 14 at most; 64 fit a machine word.
    private static let portMax = 64

    private var connected: UInt64 = 0
    private var disconnected: UInt64 = 0
    private(set) var refusal: Rejection?

    mutating func read(_ json: inout JSONCursor) throws(JSONFault) {
        var unused: Rejection?
        guard try json.enterMember(at: "radio_control.antennas", &unused) else { return }
        while let key = try json.nextKey() {
            guard let bit = ZebraAntennas.bit(of: key) else {
                note(.unknownAntenna, at: "radio_control.antennas", &refusal)
                try json.skip()
                continue
            }
            connected &= ~bit
            disconnected &= ~bit
            switch try json.word(at: "radio_control.antennas", &unused) {
            case .some("connected"): connected |= bit
            case .some("disconnected"): disconnected |= bit
            default: break
            }
        }
    }

    func append(to events: inout [DeviceEvent]) {
        var left = connected | disconnected
        while left != 0 {
            let place = left.trailingZeroBitCount
            let port = UInt16(place + 1)
            let isConnected = connected >> UInt64(place) & 1 == 1
            events.append(isConnected ? .antennaConnected(port: port) : .antennaDisconnected(port: port))
            left &= left - 1
        }
    }

    private static func bit(of key: JSONString) -> UInt64? {
        key.withBytes(bit(of:))
    }

    private static func bit(of key: UnsafeRawBufferPointer) -> UInt64? {
        guard (1...2).contains(key.count) else { return nil }
        var port = 0
        for character in key {
            let digit = character &- 0x30
            guard digit <= 9 else { return nil }
            port = port * 10 + Int(digit)
        }
        return (1...portMax).contains(port) ? 1 << UInt64(port - 1) : nil
    }
}

/// Messages that the reader dropped, and messages that still wait in it, since it started.
struct ZebraBacklog {
    private(set) var dropped: UInt64 = 0
    private(set) var retained: UInt64 = 0
    private(set) var isPresent = false

    /// Takes the value where the key is one of the two counters; else leaves it and returns `false`.
    mutating func read(_ key: JSONString, _ json: inout JSONCursor) throws(JSONFault) -> Bool {
        var unused: Rejection?
        let isDropped = key.equals("numDataMessagesDropped")
        guard isDropped || key.equals("numDataMessagesRetained") else { return false }
        guard let count = try json.whole(in: 0...Int64.max, at: "reader_gateway", &unused) else {
            return true
        }
        isPresent = true
        if isDropped {
            dropped = ZebraBacklog.sum(dropped, count)
        } else {
            retained = ZebraBacklog.sum(retained, count)
        }
        return true
    }

    /// Stays at the largest number there is: nothing from the air traps.
    private static func sum(_ total: UInt64, _ count: Int64) -> UInt64 {
        let (sum, overflow) = total.addingReportingOverflow(UInt64(count))
        return overflow ? .max : sum
    }
}
