import AssetModel

/// The 28 bytes that every location body starts with, as numbers (layout: ``JT808Location``): also what a
/// gateway's JSON gives of them.
///
/// - Latitude and longitude are magnitudes; status bit 2 is south, bit 3 west, bit 1 "positioned".
/// - Altitude is taken as two's complement: terminals below sea level send it so, and no road is above 32 km.
/// - A place out of range leaves a fix without a place, a time that is no date leaves one without a time.
/// - Altitude and speed 0xFFFF are no numbers, and so is a direction above 360, which is refused: 0xFFFF too.
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
    /// BCD YYMMDDhhmmss in the low six bytes.
    let time: UInt64
}

extension JT808FixedPart {
    /// In bytes.
    static let size = 28
    /// What terminals write where they have no number.
    private static let noNumber = UInt16.max

    /// - Parameter bytes: at least ``size`` of them.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer) {
        let time = UInt64(bytes.big(22) as UInt16) << 32 | UInt64(bytes.big(24) as UInt32)
        self.init(
            alarm: bytes.big(0), status: bytes.big(4), latitude: bytes.big(8), longitude: bytes.big(12),
            altitude: bytes.big(16), speed: bytes.big(18), direction: bytes.big(20), time: time)
    }

    /// Fills a fix, and returns what could not be taken, with its name.
    func fill(_ fix: inout VehicleFix) -> [(Rejection.Reason, StaticString)] {
        var refusals: [(Rejection.Reason, StaticString)] = []
        fix.alarmBits = alarm
        fix.statusBits = status
        let none = JT808FixedPart.noNumber
        fix.altitudeMetres = altitude == none ? nil : Double(Int16(bitPattern: altitude))
        fix.speedKilometresPerHour = speed == none ? nil : Double(speed) / 10
        if latitude <= 90_000_000, longitude <= 180_000_000 {
            let degrees = (Double(latitude) / 1_000_000, Double(longitude) / 1_000_000)
            fix.takePlace(
                latitude: status & 1 << 2 != 0 ? -degrees.0 : degrees.0,
                longitude: status & 1 << 3 != 0 ? -degrees.1 : degrees.1,
                isVouchedFor: status & 1 << 1 != 0)
        } else {
            fix.takePlace(latitude: nil, longitude: nil, isVouchedFor: false)
            refusals.append((.positionOutOfRange, "position"))
        }
        // 360 is how some terminals write north.
        if direction <= 360 {
            fix.directionDegrees = direction == 360 ? 0 : Double(direction)
        } else {
            fix.directionDegrees = nil
            refusals.append((.numberOutOfRange, "direction"))
        }
        fix.fixedAt = BCDTime.instant(time)
        if fix.fixedAt == nil { refusals.append((.malformedTime, "time")) }
        return refusals
    }
}

/// BCD YYMMDDhhmmss in GMT+8: all times of JT/T 808 but the one in 0x8004, which the platform sends.
enum BCDTime {
    private static let gmt8Minutes = 8 * 60

    /// No digit of it is decimal.
    static let none: UInt64 = 0xFFFF_FFFF_FFFF

    /// Years 70...99 are 1970...1999: the clock of a terminal that was never set starts in 1970, and JT/T 808
    /// is of 2011, so no such year is meant as 2070.
    /// - Parameter packed: two digits a byte, in the low six bytes.
    static func instant(_ packed: UInt64) -> UTCInstant? {
        // Adding six to a digit above nine carries into the next one.
        let carries = (packed &+ 0x6666_6666_6666) ^ packed ^ 0x6666_6666_6666
        guard carries & 0x1_1111_1111_1110 == 0 else { return nil }
        func pair(_ place: UInt64) -> Int {
            let byte = packed >> (8 * place)
            return Int(byte >> 4 & 0xF) * 10 + Int(byte & 0xF)
        }
        let year = pair(5)
        return UTCInstant(
            date: (year + (year >= 70 ? 1_900 : 2_000), pair(4), pair(3)),
            time: (pair(2), pair(1), pair(0), 0), offsetMinutes: gmt8Minutes)
    }
}
