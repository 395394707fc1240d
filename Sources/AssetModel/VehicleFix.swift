/// One position report of one vehicle terminal.
///
/// Holds no heap memory for what terminals usually send (a phone of up to 15 digits, 64 bytes of items), so
/// that a fleet's reports are decoded without allocating.
package struct VehicleFix: Hashable, Sendable {
    /// Terminal phone number with leading zeros stripped, decimal digits (hex digits where a packed IMEI
    /// stands there).
    package var phone: String
    /// Zeros in front of `phone` in the frame.
    private var leadingZeros: UInt8
    /// The number as the source wrote it, where that is not `phone` behind zeros; else empty.
    private var otherRaw = ""
    /// Degrees, WGS-84 as the terminal sends it, -90...90, south negative; `nil` where the position was
    /// refused.
    package var latitudeDegrees: Double?
    /// Degrees, -180...180, west negative.
    package var longitudeDegrees: Double?
    /// As exact as the source says it, like speed and direction; `nil` where it says none, or a number that
    /// is none (0xFFFF in frames).
    package var altitudeMetres: Double?
    /// Kilometres per hour, not below zero.
    package var speedKilometresPerHour: Double?
    /// From 0 to less than 360, north 0, clockwise.
    package var directionDegrees: Double?
    /// UTC; JT/T 808 carries GMT+8. `nil` where the BCD digits are no date.
    package var fixedAt: UTCInstant?
    /// The terminal vouches for the place (JT/T 808: status bit 1). Never without a place, and never at
    /// 0°, 0°: see ``takePlace(latitude:longitude:isVouchedFor:)``.
    package var isValid = false
    /// From a blind-area upload (0x0704 type 1): legal old data, no live alarm follows from it.
    package var isBackfill = false
    /// Alarm and status bits have the meaning of the tables of 2019, which some do not have in 2011 and 2013:
    /// the report came in the header form of JT/T 808-2019, or in a format that has no such bits of its own.
    package var isEdition2019 = false
    package var alarmBits: UInt32 = 0
    package var statusBits: UInt32 = 0
    /// Item 0x01 in metres, `nil` where the report has none.
    package var odometerMetres: UInt64?
    /// Satellites in the solution, where the source says so (JT/T 808: item 0x31).
    package var satellitesUsed: UInt8?
    package var satellitesInView: UInt8?
    /// Radius of the circle in which the place is believed to be, metres, as the source states it.
    package var accuracyMetres: Double?
    /// Additional items as they came, see ``items``.
    package var itemRecords = ItemRecords()

    /// One additional item: identifier and bytes.
    package struct Item: Hashable, Sendable {
        package var id: UInt8
        package var bytes: [UInt8]

        package init(id: UInt8, bytes: [UInt8]) {
            self.id = id
            self.bytes = bytes
        }
    }

    package init(phone: String, leadingZeros: UInt8) {
        self.phone = phone
        self.leadingZeros = leadingZeros
    }

    /// A fix of another terminal, in place of a new one.
    package mutating func identify(phone: String, leadingZeros: UInt8) {
        self.phone = phone
        self.leadingZeros = leadingZeros
    }

    /// Takes a place, in degrees and in range, or none; whether it is a fix is decided here for every format.
    ///
    /// A report without a place is no fix, whatever its status says. 0°, 0° is in the sea off Africa and what
    /// receivers write that have none: it stays as it came, and is no fix.
    package mutating func takePlace(latitude: Double?, longitude: Double?, isVouchedFor: Bool) {
        guard let latitude, let longitude else {
            (latitudeDegrees, longitudeDegrees, isValid) = (nil, nil, false)
            return
        }
        (latitudeDegrees, longitudeDegrees) = (latitude, longitude)
        isValid = isVouchedFor && !(latitude == 0 && longitude == 0)
    }

    package init(phone: String, phoneRaw: String) {
        self.init(phone: phone, leadingZeros: 0)
        self.phoneRaw = phoneRaw
    }

    /// The number as the frame carries it, leading zeros kept.
    package var phoneRaw: String {
        get { otherRaw.isEmpty ? String(repeating: "0", count: Int(leadingZeros)) + phone : otherRaw }
        set {
            let zeros = max(0, newValue.utf8.count - phone.utf8.count)
            leadingZeros = UInt8(clamping: zeros)
            otherRaw = ""
            if phoneRaw != newValue { (leadingZeros, otherRaw) = (0, newValue) }
        }
    }

    /// The additional items as an array, duplicates kept. Made on each call: take `itemRecords` where speed
    /// counts.
    package var items: [Item] {
        get { itemRecords.items }
        set { itemRecords = ItemRecords(newValue) }
    }
}

/// What the status bits say. Source: JT/T 808-2013 table 24, -2019 table 24.
extension VehicleFix {
    private func has(_ bit: UInt32) -> Bool { statusBits >> bit & 1 == 1 }

    /// The ignition is on (ACC).
    package var isIgnitionOn: Bool { has(0) }
    /// The place went through the state's confidentiality plug-in, so that it is GCJ-02 and no longer WGS-84.
    package var isShifted: Bool { has(5) }
    package var isOilCut: Bool { has(10) }
    package var isCircuitCut: Bool { has(11) }
    package var usesGPS: Bool { has(18) }
    package var usesBDS: Bool { has(19) }
    package var usesGLONASS: Bool { has(20) }
    package var usesGalileo: Bool { has(21) }
    /// Whether the vehicle moves; `nil` before 2019, where the bit is reserved.
    package var isMoving: Bool? { isEdition2019 ? has(22) : nil }
}

/// Additional items of a position report, one after the other as in a JT/T 808 frame, and compared as such.
///
///     id BYTE | length BYTE | bytes
///
/// The first 64 bytes need no heap memory.
package struct ItemRecords: Hashable, Sendable {
    private var words = Words()
    private var inlineCount: UInt8 = 0
    /// All records, once they are more than `words` can hold.
    private var spilled: [UInt8] = []

    /// 64 bytes. What terminals send beside the fixed fields is 15 to 50 bytes in most reports.
    private struct Words: Hashable, Sendable {
        var (w0, w1, w2, w3): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var (w4, w5, w6, w7): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    }

    package init() {}

    package init(_ items: some Sequence<VehicleFix.Item>) {
        for item in items { append(item.id, item.bytes) }
    }

    package var isEmpty: Bool { inlineCount == 0 && spilled.isEmpty }

    /// The length is a byte: more than 255 bytes are no item, and are not taken.
    package mutating func append(_ id: UInt8, _ bytes: [UInt8]) {
        guard let length = UInt8(exactly: bytes.count) else { return }
        ([id, length] + bytes).withUnsafeBytes { append(records: $0) }
    }

    package var items: [VehicleFix.Item] {
        withRecords { records in
            var items: [VehicleFix.Item] = []
            var at = 0
            while at + 2 <= records.count {
                let end = min(at + 2 + Int(records[at + 1]), records.count)
                items.append(VehicleFix.Item(id: records[at], bytes: Array(records[(at + 2)..<end])))
                at = end
            }
            return items
        }
    }

    private func withRecords<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        guard spilled.isEmpty else { return spilled.withUnsafeBytes(body) }
        return withUnsafeBytes(of: words) {
            body(UnsafeRawBufferPointer(rebasing: $0.prefix(Int(inlineCount))))
        }
    }

    /// - Parameter records: whole records, as they stand in a frame.
    package mutating func append(records: UnsafeRawBufferPointer) {
        let count = Int(inlineCount) + records.count
        if spilled.isEmpty, count <= MemoryLayout<Words>.size {
            let start = Int(inlineCount)
            withUnsafeMutableBytes(of: &words) { words in
                UnsafeMutableRawBufferPointer(rebasing: words[start...]).copyMemory(from: records)
            }
            inlineCount = UInt8(count)
        } else {
            if spilled.isEmpty { spilled = withRecords { Array($0) } }
            spilled.append(contentsOf: records)
            (words, inlineCount) = (Words(), 0)
        }
    }
}
