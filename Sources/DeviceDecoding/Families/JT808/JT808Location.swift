import AssetModel

/// The bodies of 0x0200 and 0x0704.
///
///     0x0200:  alarm DWORD | status DWORD | latitude DWORD 1e-6° | longitude DWORD 1e-6° | altitude WORD m |
///              speed WORD 0.1 km/h | direction WORD 0...359 | time BCD[6] YYMMDDhhmmss GMT+8 | items…
///     item:    id BYTE | length BYTE | bytes
///     0x0704:  count WORD | type BYTE (0 live, 1 blind-area back-fill) |
///              count × { length WORD | 0x0200 body }
///
/// - Latitude and longitude are magnitudes; status bit 2 is south, bit 3 west, bit 1 "positioned".
/// - Altitude is taken as two's complement: terminals below sea level send it so, and no road is above 32 km.
/// - The time stands at offset 22; the 21 printed in the 2013 and 2019 texts is a misprint (2011 says 22).
/// - What is wrong is refused alone and the rest kept: a place out of range leaves a fix without a place, a
///   time that is no date leaves one without a time, an item that runs past the end is dropped with what
///   follows it.
///
/// Source: JT/T 808-2013 tables 23-27 and 0x0704; -2019 table 24 for the status bits.
enum JT808Location {
    static let single: UInt16 = 0x0200
    static let batch: UInt16 = 0x0704
    /// The fixed part of a location body, in bytes.
    static let fixedBytes = 28

    /// `false` once too many records of this message were refused.
    static func read(_ body: [UInt8], of frame: JT808Frame, into decoded: inout DecodedMessage) -> Bool {
        if frame.messageID == batch { return readBatch(body, frame, into: &decoded) }
        return readOne(body[...], frame, isBackfill: false, place: "body", into: &decoded)
    }

    private static func readBatch(_ body: [UInt8], _ frame: JT808Frame, into decoded: inout DecodedMessage)
        -> Bool
    {
        var fields = BigEndianFields(body[...])
        guard let count = fields.word(), let type = fields.byte() else {
            return decoded.refuseRecord(Rejection(.frameLength, at: "batch of \(body.count) bytes"))
        }
        for index in 0..<Int(count) {
            let place = "batch[\(index)]"
            guard let length = fields.word(), let one = fields.take(Int(length)) else {
                return decoded.refuseRecord(Rejection(.frameLength, at: "\(place) of \(count)"))
            }
            guard readOne(one, frame, isBackfill: type == 1, place: place, into: &decoded) else {
                return false
            }
        }
        return fields.count == 0 || decoded.refuseRecord(Rejection(.malformedItem, at: "batch[\(count)]"))
    }

    /// A fix is kept whatever is wrong with parts of it, so the notes about it never end the message.
    private static func readOne(
        _ bytes: ArraySlice<UInt8>, _ frame: JT808Frame, isBackfill: Bool, place: String,
        into decoded: inout DecodedMessage
    ) -> Bool {
        var fields = BigEndianFields(bytes)
        var fix = VehicleFix(phone: frame.phone, phoneRaw: frame.phoneRaw)
        fix.isBackfill = isBackfill
        guard let fixed = JT808FixedPart(&fields) else {
            return decoded.refuseRecord(Rejection(.frameLength, at: "\(place) of \(bytes.count) bytes"))
        }
        let refusals = fixed.fill(&fix)
        let itemsEnd = readItems(&fields, into: &fix)
        decoded.fixes.append(fix)
        for (reason, part) in refusals {
            decoded.rejections.append(Rejection(reason, at: "\(place).\(part)"))
        }
        if let itemsEnd {
            let offset = itemsEnd - bytes.startIndex
            decoded.rejections.append(Rejection(.malformedItem, at: "\(place) offset \(offset)"))
        }
        return true
    }

    /// Takes items to the end. Returns where one stands that runs past it, `nil` where all fit.
    private static func readItems(_ fields: inout BigEndianFields, into fix: inout VehicleFix) -> Int? {
        while fields.count > 0 {
            let start = fields.rest.startIndex
            guard let id = fields.byte(), let length = fields.byte(), let bytes = fields.take(Int(length))
            else {
                return start
            }
            fix.items.append(VehicleFix.Item(id: id, bytes: Array(bytes)))
            noteOdometer(id, bytes, in: &fix)
        }
        return nil
    }

    /// Item 0x01: DWORD, 0.1 km. Another length is another maker's item and stays raw.
    private static let odometerItem: UInt8 = 0x01

    static func noteOdometer(_ id: UInt8, _ bytes: ArraySlice<UInt8>, in fix: inout VehicleFix) {
        if id == odometerItem, fix.odometerMetres == nil { fix.odometerMetres = metres(bytes) }
    }

    private static func metres(_ bytes: ArraySlice<UInt8>) -> UInt64? {
        guard bytes.count == 4 else { return nil }
        return bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } * 100
    }
}

/// The 28 bytes that every location body starts with, as numbers: also what a gateway's JSON gives of them.
struct JT808FixedPart {
    let alarm: UInt32
    let status: UInt32
    /// Magnitudes in 1e-6 degrees.
    let latitude: UInt32
    let longitude: UInt32
    let altitude: UInt16
    /// 0.1 km/h.
    let speed: UInt16
    let direction: UInt16
    /// BCD[6] YYMMDDhhmmss.
    let time: ArraySlice<UInt8>
}

extension JT808FixedPart {
    init?(_ fields: inout BigEndianFields) {
        guard let alarm = fields.doubleWord(), let status = fields.doubleWord(),
            let latitude = fields.doubleWord(), let longitude = fields.doubleWord(),
            let altitude = fields.word(), let speed = fields.word(), let direction = fields.word(),
            let time = fields.take(6)
        else { return nil }
        self.init(
            alarm: alarm, status: status, latitude: latitude, longitude: longitude, altitude: altitude,
            speed: speed, direction: direction, time: time)
    }

    /// Fills a fix, and returns what could not be taken, with its name.
    func fill(_ fix: inout VehicleFix) -> [(Rejection.Reason, StaticString)] {
        var refusals: [(Rejection.Reason, StaticString)] = []
        fix.alarmBits = alarm
        fix.statusBits = status
        fix.isValid = status & 1 << 1 != 0
        fix.altitudeMetres = Int32(Int16(bitPattern: altitude))
        fix.speedKilometresPerHour = Double(speed) / 10
        if latitude <= 90_000_000, longitude <= 180_000_000 {
            let degrees = (Double(latitude) / 1_000_000, Double(longitude) / 1_000_000)
            fix.latitudeDegrees = status & 1 << 2 != 0 ? -degrees.0 : degrees.0
            fix.longitudeDegrees = status & 1 << 3 != 0 ? -degrees.1 : degrees.1
        } else {
            refusals.append((.positionOutOfRange, "position"))
        }
        // 360 is how some terminals write north.
        if direction <= 360 {
            fix.directionDegrees = direction % 360
        } else {
            refusals.append((.numberOutOfRange, "direction"))
        }
        fix.fixedAt = JT808FixedPart.instant(time)
        if fix.fixedAt == nil { refusals.append((.malformedTime, "time")) }
        return refusals
    }

    /// BCD YYMMDDhhmmss in GMT+8. Years 70...99 are 1970...1999: the clock of a terminal that was never set
    /// starts in 1970, and JT/T 808 is of 2011, so no such year is meant as 2070.
    private static func instant(_ packed: ArraySlice<UInt8>) -> UTCInstant? {
        var numbers: [Int] = []
        for byte in packed {
            guard byte >> 4 <= 9, byte & 0xF <= 9 else { return nil }
            numbers.append(Int(byte >> 4) * 10 + Int(byte & 0xF))
        }
        guard numbers.count == 6 else { return nil }
        let year = numbers[0] + (numbers[0] >= 70 ? 1_900 : 2_000)
        return UTCInstant(
            date: (year, numbers[1], numbers[2]), time: (numbers[3], numbers[4], numbers[5], 0),
            offsetMinutes: gmt8Minutes)
    }

    private static let gmt8Minutes = 8 * 60
}
