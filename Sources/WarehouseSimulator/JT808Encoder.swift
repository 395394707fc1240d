package import AssetModel

/// One position report of a simulated vehicle terminal.
package struct SimulatedPosition: Sendable {
    /// Decimal digits without leading zeros.
    package var phone: String
    package var edition: JT808Encoder.Edition
    package var serial: UInt16
    package var at: UTCInstant
    /// 1/1,000,000 degree north.
    package var latitudeMicrodegrees: UInt32
    /// 1/1,000,000 degree east.
    package var longitudeMicrodegrees: UInt32
    package var altitudeMetres: UInt16 = 0
    /// 1/10 km/h.
    package var speedTenths: UInt16 = 0
    /// 0...359, north 0, clockwise.
    package var directionDegrees: UInt16 = 0
    /// 1/10 km.
    package var odometerTenths: UInt32 = 0
    /// The engine runs (status bit 0).
    package var engineOn = false
    /// The terminal knows where it is (status bit 1).
    package var hasFix = true

    package init(phone: String, edition: JT808Encoder.Edition, at: UTCInstant) {
        self.phone = phone
        self.edition = edition
        self.at = at
        serial = 0
        latitudeMicrodegrees = 0
        longitudeMicrodegrees = 0
    }
}

/// Frames of JT/T 808, written from the tables of the standard and sharing nothing with the decoder of the
/// daemon.
///
///     7e | id WORD | attributes WORD | [version BYTE = 1] | phone BCD | serial WORD | body | check | 7e
///
/// - Attributes: bits 0-9 body length; bit 14 set in the 2019 edition, which also has the version byte.
/// - Phone: 6 bytes (2013) or 10 bytes (2019), left-padded with zeros.
/// - Check: XOR from the first header byte to the last body byte. Then 7e → 7d 02 and 7d → 7d 01 between the
///   marks.
package enum JT808Encoder {
    package enum Edition: Sendable {
        case year2013, year2019
    }

    private static let locationReport: UInt16 = 0x0200
    private static let versionFlag: UInt16 = 1 << 14
    /// Positioned (bit 1), GPS and BDS used (bits 18 and 19).
    private static let positionedByTwoSystems: UInt32 = 1 << 1 | 1 << 18 | 1 << 19

    /// The status DWORD of a report: ignition, fix, systems used.
    static func status(of position: SimulatedPosition) -> UInt32 {
        (position.hasFix ? positionedByTwoSystems : 0) | (position.engineOn ? 1 : 0)
    }

    /// The standard prints all times but one in GMT+8.
    private static let beijing = ElapsedTime(seconds: 8 * 3_600)

    /// A 0x0200 location report with odometer, radio signal and satellite items.
    package static func location(_ position: SimulatedPosition) -> [UInt8] {
        frame(locationReport, locationBody(position), of: position)
    }

    private static let keptReports: UInt16 = 0x0704
    /// Sent after a stretch without network, and not in bulk to save frames (0).
    private static let keptInDeadZone: UInt8 = 1

    /// A 0x0704 frame: location reports that were kept where there was no network.
    ///
    ///     count WORD | type BYTE = 1 | { length WORD | body of 0x0200 }…
    ///
    /// - Parameter positions: of one terminal, at least one.
    package static func kept(_ positions: [SimulatedPosition]) -> [UInt8] {
        var body: [UInt8] = []
        put(UInt16(positions.count), into: &body)
        body.append(keptInDeadZone)
        for position in positions {
            let report = locationBody(position)
            put(UInt16(report.count), into: &body)
            body += report
        }
        return frame(keptReports, body, of: positions[0])
    }

    private static func frame(_ id: UInt16, _ body: [UInt8], of position: SimulatedPosition) -> [UInt8] {
        var content: [UInt8] = []
        put(id, into: &content)
        switch position.edition {
        case .year2013:
            put(UInt16(body.count), into: &content)
            content += bcd(position.phone, bytes: 6)
        case .year2019:
            put(UInt16(body.count) | versionFlag, into: &content)
            content.append(1)
            content += bcd(position.phone, bytes: 10)
        }
        put(position.serial, into: &content)
        content += body
        content.append(content.reduce(0, ^))
        return framed(content)
    }

    private static func locationBody(_ position: SimulatedPosition) -> [UInt8] {
        var body: [UInt8] = []
        put(UInt32(0), into: &body)
        put(status(of: position), into: &body)
        put(position.latitudeMicrodegrees, into: &body)
        put(position.longitudeMicrodegrees, into: &body)
        put(position.altitudeMetres, into: &body)
        put(position.speedTenths, into: &body)
        put(position.directionDegrees, into: &body)
        body += bcd(clockDigits(position.at), bytes: 6)
        body += [0x01, 4]
        put(position.odometerTenths, into: &body)
        body += [0x30, 1, 24, 0x31, 1, 11]
        return body
    }

    /// `YYMMDDhhmmss` in GMT+8.
    static func clockDigits(_ instant: UTCInstant) -> String {
        let fields = CalendarTime.fields(of: instant + beijing)
        let second = Int(fields.millisecondOfDay / 1_000)
        let parts = [
            fields.year % 100, fields.month, fields.day, second / 3_600, second / 60 % 60, second % 60,
        ]
        return parts.map { padded($0, 2) }.joined()
    }

    /// Packed decimal digits, left-padded with zeros. The digits are our own, so other characters are a bug.
    private static func bcd(_ digits: String, bytes: Int) -> [UInt8] {
        precondition(digits.utf8.count <= bytes * 2, "\(digits) does not fit into \(bytes) bytes of BCD")
        let nibbles =
            [UInt8](repeating: 0, count: bytes * 2 - digits.utf8.count)
            + digits.utf8.map { digit in
                precondition((0x30...0x39).contains(digit), "\(digits) is not decimal")
                return digit - 0x30
            }
        return (0..<bytes).map { nibbles[2 * $0] << 4 | nibbles[2 * $0 + 1] }
    }

    private static func framed(_ content: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = [0x7E]
        for byte in content {
            switch byte {
            case 0x7E: frame += [0x7D, 0x02]
            case 0x7D: frame += [0x7D, 0x01]
            default: frame.append(byte)
            }
        }
        frame.append(0x7E)
        return frame
    }

    private static func put(_ value: some FixedWidthInteger, into bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

/// A decimal number with leading zeros.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
