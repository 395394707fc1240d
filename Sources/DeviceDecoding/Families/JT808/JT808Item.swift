package import AssetModel

/// What an additional item of a position says, by the tables of the standard.
///
///     01 DWORD 0.1 km       02 WORD 0.1 L          03 WORD 0.1 km/h       04 WORD
///     05 BYTE[30]           06 WORD °C, top bit = below zero
///     11 kind BYTE | [area DWORD]                  12 kind BYTE | area DWORD | direction BYTE
///     13 segment DWORD | seconds WORD | result BYTE
///     25 DWORD              2A WORD                2B DWORD: AD1 | AD0
///     30 BYTE               31 BYTE
///
/// - An id with another length than the standard gives it is another maker's item. It stays as it came, as do
///   14-1F (2013 reserves them, JT/T 1078 and makers use them with different meanings), E0 and all from E1
///   on.
/// - Read from a fix when somebody wants to know: the daemon keeps items as bytes.
///
/// Source: JT/T 808-2013 tables 27-32, -2019 table 27 for 05 and 06.
package enum JT808Item: Hashable, Sendable {
    /// 0.1 km.
    case odometer(UInt32)
    /// 0.1 litre.
    case fuel(UInt16)
    /// Speed by the driving recorder, 0.1 km/h.
    case recorderSpeed(UInt16)
    /// Number of an alarm that somebody has to confirm.
    case alarmToConfirm(UInt16)
    /// Pascal, one byte for each wheel; 0xFF is not measured.
    case tyrePressure([UInt8])
    /// Degrees Celsius, -32_767...32_767.
    case carriageTemperature(Int16)
    /// `area` is `nil` where no area is meant.
    case overspeed(Place, area: UInt32?)
    case areaPassage(Place, area: UInt32, isOut: Bool)
    case segmentTime(segment: UInt32, seconds: UInt16, isTooLong: Bool)
    /// Bits of ``signalNames``.
    case signals(UInt32)
    /// Bit 0 deep sleep, bit 1 sleep.
    case inputs(UInt16)
    case analogue(first: UInt16, second: UInt16)
    case radioSignal(UInt8)
    case satellites(UInt8)

    /// What an alarm of an area or a route is about.
    package enum Place: UInt8, Hashable, Sendable {
        case none, circle, rectangle, polygon, route
    }

    /// `nil` for makers' items, and where the length or a code is not the standard's.
    package init?(_ item: VehicleFix.Item) {
        let read = item.bytes.withUnsafeBytes { JT808Item.read(item.id, $0) }
        guard let read else { return nil }
        self = read
    }

    private static func read(_ id: UInt8, _ bytes: UnsafeRawBufferPointer) -> JT808Item? {
        switch (id, bytes.count) {
        case (0x01, 4): return .odometer(bytes.big(0))
        case (0x02, 2): return .fuel(bytes.big(0))
        case (0x03, 2): return .recorderSpeed(bytes.big(0))
        case (0x04, 2): return .alarmToConfirm(bytes.big(0))
        case (0x05, 30): return .tyrePressure(Array(bytes))
        case (0x06, 2): return .carriageTemperature(signed(bytes.big(0)))
        case (0x11, 1), (0x11, 5): return overspeed(bytes)
        case (0x12, 6):
            guard let place = Place(rawValue: bytes[0]), bytes[5] <= 1 else { return nil }
            return .areaPassage(place, area: bytes.big(1), isOut: bytes[5] == 1)
        case (0x13, 7):
            guard bytes[6] <= 1 else { return nil }
            return .segmentTime(segment: bytes.big(0), seconds: bytes.big(4), isTooLong: bytes[6] == 1)
        case (0x25, 4): return .signals(bytes.big(0))
        case (0x2A, 2): return .inputs(bytes.big(0))
        case (0x2B, 4): return .analogue(first: bytes.big(2), second: bytes.big(0))
        case (0x30, 1): return .radioSignal(bytes[0])
        case (0x31, 1): return .satellites(bytes[0])
        default: return nil
        }
    }

    /// The place is 0 exactly where no area follows.
    private static func overspeed(_ bytes: UnsafeRawBufferPointer) -> JT808Item? {
        guard let place = Place(rawValue: bytes[0]), (place == .none) == (bytes.count == 1) else {
            return nil
        }
        return .overspeed(place, area: bytes.count == 1 ? nil : bytes.big(1))
    }

    /// Sign and size, not two's complement.
    private static func signed(_ word: UInt16) -> Int16 {
        let size = Int16(word & 0x7FFF)
        return word & 0x8000 == 0 ? size : -size
    }

    /// By bit, 0...14.
    package static let signalNames: [StaticString] = [
        "low_beam", "high_beam", "right_turn", "left_turn", "brake", "reverse", "fog_light", "outline_light",
        "horn", "air_conditioner", "neutral", "retarder", "abs", "heater", "clutch",
    ]
}
