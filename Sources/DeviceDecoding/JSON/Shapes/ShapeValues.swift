import AssetModel

/// Fills the slots of one record into a copy of the read that its shape was learnt from.
struct ShapeValues {
    /// Points to where the read will stay: it is not moved while its last bytes are still on their way to
    /// memory. Valid while the value is.
    private let read: UnsafeMutablePointer<TagRead>
    private(set) var sentAt: UTCInstant?
    private var hasTag = false
    private var hasTID = false
    private var hasHeardAt = false

    @inline(__always)
    init(into read: UnsafeMutablePointer<TagRead>) {
        self.read = read
    }

    /// The slots are all read.pointee.
    @inline(__always)
    func close() {
        if !hasHeardAt, let sentAt { read.pointee.heardAt = sentAt }
    }

    /// Reads one slot and returns where it ends. `nil` for whatever is not plainly what the slot is for: it
    /// is then read the long way, which says what is wrong, if anything is.
    @inline(__always)
    mutating func take(_ slot: ShapeSlot, of bytes: UnsafeRawBufferPointer, at: Int) -> Int? {
        switch slot {
        case .tagHex, .tidHex, .protocolControlHex: return takeHex(slot, bytes, at)
        case .tagBase64, .tidBase64: return takeBase64(slot, bytes, at)
        case .sentAt, .heardAt: return takeTime(slot, bytes, at)
        case .unusedText: return ShapeScan.endOfText(bytes, at)
        case .unusedNumber: return ShapeScan.endOfNumber(bytes, at)
        default: return takeNumber(slot, bytes, at)
        }
    }

    @inline(never)
    private mutating func takeHex(_ slot: ShapeSlot, _ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int? {
        let scan = IdentityScan(hex: bytes, at: at)
        guard let identity = scan.identity, take(identity, slot) else { return nil }
        return scan.end
    }

    @inline(never)
    private mutating func takeBase64(_ slot: ShapeSlot, _ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int? {
        let scan = IdentityScan(base64: bytes, at: at)
        guard let identity = scan.identity, take(identity, slot) else { return nil }
        return scan.end
    }

    /// `false` where the record has another identity in its other form.
    @inline(__always)
    private mutating func take(_ identity: EPC, _ slot: ShapeSlot) -> Bool {
        switch slot {
        case .tagHex, .tagBase64:
            if hasTag { return read.pointee.tag == identity }
            read.pointee.tag = identity
            hasTag = true
        case .tidHex, .tidBase64:
            if hasTID { return read.pointee.tid == identity }
            read.pointee.tid = identity
            hasTID = true
        default:
            guard identity.bitCount == 16 else { return false }
            read.pointee.protocolControl = UInt16(truncatingIfNeeded: identity.words.first >> 48)
        }
        return true
    }

    @inline(never)
    private mutating func takeTime(_ slot: ShapeSlot, _ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int? {
        guard let time = TimeScan.instant(of: bytes, at: at) else { return nil }
        if slot == .sentAt {
            sentAt = time.instant
        } else {
            read.pointee.heardAt = time.instant
            hasHeardAt = true
        }
        return time.end
    }

    @inline(never)
    private mutating func takeNumber(_ slot: ShapeSlot, _ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int? {
        guard let number = ShapeScan.number(bytes, at) else { return nil }
        switch slot {
        case .antennaPort:
            guard let value = number.whole, value >= 1, value <= 65_535 else { return nil }
            read.pointee.antennaPort = UInt16(truncatingIfNeeded: value)
        case .signalCentiDBm:
            guard let value = number.whole, let signal = Int16(exactly: value) else { return nil }
            read.pointee.peakSignal = SignalStrength(centiDBm: signal)
        case .signalDBm:
            guard let signal = Int16(exactly: number.scaled(by: 100, places: 2)) else { return nil }
            read.pointee.peakSignal = SignalStrength(centiDBm: signal)
        case .powerCentiDBm:
            guard let value = number.whole, let power = Int16(exactly: value) else { return nil }
            read.pointee.radio.transmitPower = SignalStrength(centiDBm: power)
        case .reads:
            guard let value = number.whole, value >= 0 else { return nil }
            read.pointee.reads = UInt32(truncatingIfNeeded: max(value, 1))
        default:
            guard take(number, slot) else { return nil }
        }
        return number.end
    }

    @inline(__always)
    private mutating func take(_ number: ShapeScan.Number, _ slot: ShapeSlot) -> Bool {
        switch slot {
        case .kilohertz:
            guard let value = number.whole, value >= 840_000, value <= 960_000 else { return false }
            read.pointee.radio.frequencyKilohertz = UInt32(truncatingIfNeeded: value)
        case .megahertz:
            let value = number.scaled(by: 1_000, places: 3)
            guard number.places <= 3, value >= 840_000, value <= 960_000 else { return false }
            read.pointee.radio.frequencyKilohertz = UInt32(truncatingIfNeeded: value)
        case .phaseFromZero, .phase:
            let value = number.scaled(by: 100, places: 2)
            let isExact = slot == .phase && number.places <= 2 && value >= -18_000
            guard value < 36_000, isExact || !number.isNegative else { return false }
            read.pointee.radio.phaseCentidegrees = UInt16(
                truncatingIfNeeded: value < 0 ? value &+ 36_000 : value)
        default:
            return false
        }
        return true
    }
}
