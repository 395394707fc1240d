package import AssetModel

/// What one look of a reader found, as the simulated reader will report it.
package struct SimulatedRead: Sendable {
    package var tag: EPC
    /// Factory identity, where the reader asked for it and got it.
    package var tid: EPC?
    /// By the reader's own clock.
    package var heardAt: UTCInstant
    /// 1-based.
    package var antennaPort: Int
    package var peakSignal: SignalStrength
    package var frequencyKilohertz: Int
    /// Reads that the report stands for.
    package var reads = 1
    /// Digits after the second in the message's time: the firmware versions differ (3, 6 or 9).
    package var fractionDigits: Int
    /// How the reader names itself in the body.
    package var hostName: String?

    package init(tag: EPC, heardAt: UTCInstant, antennaPort: Int, peakSignal: SignalStrength) {
        self.tag = tag
        self.heardAt = heardAt
        self.antennaPort = antennaPort
        self.peakSignal = peakSignal
        frequencyKilohertz = 920_625
        fractionDigits = 3
    }
}

/// Messages of an Impinj R700, written from the published description of its IoT device interface and sharing
/// nothing with the decoder of the daemon. As it leaves the factory: one event a message, the EPC in
/// base64url, no `epcHex`, no `hostname`, no `lastSeenTime`; birth and will are bare text.
package enum ImpinjEncoder {
    /// Default `connectMessage`.
    package static let connected = Array("connected".utf8)
    /// Default `willMessage`, published by the broker.
    package static let connectionLost = Array("connection lost".utf8)

    /// 30 dBm conducted, the usual setting.
    private static let transmitPowerCentiDBm = 3_000
    /// With `lastSeenTime` the message's own time is when it was queued; the queue is short.
    private static let queued = ElapsedTime(milliseconds: 12)

    /// As it leaves the factory, plus `hostname` where the read has one.
    package static func tagInventory(_ read: SimulatedRead) -> [UInt8] {
        let identity = base64((0..<read.tag.byteCount).map(read.tag.byte), alphabet: .url)
        return event(
            "tagInventory", at: read.heardAt, of: read,
            #"{"epc":"\#(identity)","antennaPort":\#(read.antennaPort),\#(radio(read))}"#)
    }

    /// With `epcHex` (and `tidHex` where known) in place of `epc`, and `lastSeenTime`.
    package static func tagInventoryInHex(_ read: SimulatedRead) -> [UInt8] {
        let tid = read.tid.map { #","tidHex":"\#($0.hex)""# } ?? ""
        let seen = time(read.heardAt, fractionDigits: read.fractionDigits)
        let port = #""antennaPort":\#(read.antennaPort)"#
        return event(
            "tagInventory", at: read.heardAt + queued, of: read,
            #"{"epcHex":"\#(read.tag.hex)"\#(tid),\#(port),\#(radio(read)),"lastSeenTime":"\#(seen)"}"#)
    }

    /// - Parameter status: `running`, `idle` or `armed`.
    package static func inventoryStatus(_ status: String, at instant: UTCInstant, host: String? = nil)
        -> [UInt8]
    {
        event("inventoryStatus", at: instant, host: host, #"{"status":"\#(status)"}"#)
    }

    package static func antenna(port: Int, isConnected: Bool, at instant: UTCInstant, host: String? = nil)
        -> [UInt8]
    {
        let type = isConnected ? "antennaConnected" : "antennaDisconnected"
        return event(type, at: instant, host: host, #"{"antennaPort":\#(port)}"#)
    }

    /// Events between two instants were purged from the reader's buffer.
    package static func overflow(
        from first: UTCInstant, to last: UTCInstant, purged: Int, host: String? = nil
    ) -> [UInt8] {
        let range =
            #""firstEventTimestamp":"\#(first.rfc3339())","lastEventTimestamp":"\#(last.rfc3339())""#
        return event(
            "overflow", at: last, host: host, #"{\#(range),"eventsPurged":\#(purged),"eventsRemaining":0}"#)
    }

    private static func radio(_ read: SimulatedRead) -> String {
        #""peakRssiCdbm":\#(read.peakSignal.centiDBm),"frequency":\#(read.frequencyKilohertz)"#
            + #","transmitPowerCdbm":\#(transmitPowerCentiDBm)"#
    }

    private static func event(
        _ type: String, at instant: UTCInstant, of read: SimulatedRead, _ body: String
    ) -> [UInt8] {
        envelope(type, time(instant, fractionDigits: read.fractionDigits), read.hostName, body)
    }

    private static func event(_ type: String, at instant: UTCInstant, host: String?, _ body: String)
        -> [UInt8]
    {
        envelope(type, time(instant, fractionDigits: 3), host, body)
    }

    private static func envelope(_ type: String, _ stamp: String, _ host: String?, _ body: String) -> [UInt8]
    {
        let name = host.map { #""hostname":"\#($0)","# } ?? ""
        let head = #"{"timestamp":"\#(stamp)",\#(name)"eventType":"\#(type)""#
        return Array(#"\#(head),"\#(type)Event":\#(body)}"#.utf8)
    }

    /// UTC with at least three fraction digits; digits beyond the millisecond are zeros.
    private static func time(_ instant: UTCInstant, fractionDigits: Int) -> String {
        let milliseconds = instant.rfc3339().dropLast()
        return milliseconds + String(repeating: "0", count: max(0, fractionDigits - 3)) + "Z"
    }
}

/// The two alphabets of RFC 4648; padding is kept in both, as the reader does.
enum Base64Alphabet {
    case standard, url

    fileprivate func character(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: return UInt8(ascii: "A") + value
        case 26..<52: return UInt8(ascii: "a") + value - 26
        case 52..<62: return UInt8(ascii: "0") + value - 52
        case 62: return self == .url ? UInt8(ascii: "-") : UInt8(ascii: "+")
        default: return self == .url ? UInt8(ascii: "_") : UInt8(ascii: "/")
        }
    }
}

func base64(_ bytes: [UInt8], alphabet: Base64Alphabet) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        var bits: UInt32 = 0
        for byte in group { bits = bits << 8 | UInt32(byte) }
        bits <<= UInt32(8 * (3 - group.count))
        for place in 0..<4 {
            let value = UInt8(truncatingIfNeeded: bits >> UInt32(18 - 6 * place)) & 0x3F
            text.append(place <= group.count ? alphabet.character(value) : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}
