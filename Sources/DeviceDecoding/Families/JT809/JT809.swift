package import AssetModel

/// JT/T 809, platform to platform: the positions in 0x1200 (vehicle dynamics).
///
///     0x1200: [UTC time 8, from 2019 on] | plate 21, GBK | colour BYTE | type WORD | length DWORD | data
///     0x1202, one position; 0x1203, positions sent later: count BYTE | count × position
///     position 2011 (36 bytes): shifted BYTE | day BYTE | month BYTE | year WORD | hour, minute, second BYTE
///     |
///         longitude DWORD 1e-6° | latitude DWORD 1e-6° | speed WORD km/h | recorder's speed WORD |
///         mileage DWORD km | direction WORD | altitude WORD m | state DWORD | alarm DWORD
///     position 2019: shifted BYTE | length DWORD | a JT/T 808 location body | three platforms with alarms
///
/// - **Longitude comes first**, speed is in km/h and mileage in km: all three differ from JT/T 808. Times are
///   binary, in GMT+8. State and alarm bits are those of JT/T 808.
/// - The vehicle is named by its plate: that is what `terminalPhone` of the vehicle's line then holds.
/// - Payloads are binary, or hex or Base64 as text; whole frames, or the 36 bytes of a position alone, which
///   the topic then names (``TerminalTopic``).
///
/// Source: JT/T 809-2011 and -2019 as two public implementations have it; no captured frame was at hand.
package struct JT809: MessageFamily {
    package static let format = MessageFormat.jt809

    private enum Message {
        static let vehicleDynamics: UInt16 = 0x1200
        static let position: UInt16 = 0x1202
        static let backfill: UInt16 = 0x1203
    }
    private static let positionBytes = 36
    private static let plateBytes = 21
    private static let timeBytes2019 = 8

    package init() {}

    /// By a whole frame, its CRC included.
    package static func recognition(of message: RawMessage) -> Recognition {
        let bytes = wire(of: message.payload)
        guard bytes.first == JT809Frame.opening else { return .none }
        do throws(Rejection) {
            _ = try JT809Frame(bytes[...])
            return .certain
        } catch {
            return error.reason == .frameEncrypted ? .certain : .none
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        guard !message.payload.isEmpty else { return decoded.refuse(Rejection(.emptyPayload, offset: 0)) }
        let bytes = JT809.wire(of: message.payload)
        if bytes.count == JT809.positionBytes, bytes.first != JT809Frame.opening {
            let name = TerminalTopic.name(in: message.topic)
            guard !name.isEmpty else { return decoded.refuse(Rejection(.unknownDevice, at: "topic")) }
            return JT809.take(bytes, of: name, into: &decoded)
        }
        do throws(Rejection) {
            try JT809.takeFrame(try JT809Frame(bytes[...]), into: &decoded)
        } catch {
            decoded.refuse(error)
        }
    }

    /// Text is hex or Base64; binary starts with the frame's own delimiter, or is what nobody writes as text.
    private static func wire(of payload: [UInt8]) -> [UInt8] {
        if payload.first == JT809Frame.opening { return payload }
        let text = payload.filter { $0 > 0x20 }
        return BinaryText.hex(text) ?? BinaryText.base64(text) ?? payload
    }

    private static func takeFrame(
        _ frame: JT809Frame, into decoded: inout DecodedMessage
    ) throws(Rejection) {
        guard frame.messageID == Message.vehicleDynamics else {
            decoded.ignored = "jt809_other_message"
            return
        }
        guard let content = content(of: frame.data, at: 0) ?? content(of: frame.data, at: timeBytes2019)
        else {
            throw Rejection(.frameLength, at: "body of \(frame.data.count) bytes")
        }
        guard !content.plate.isEmpty else { throw Rejection(.unknownDevice, at: "plate") }
        decoded.terminalPhone = content.plate
        switch content.type {
        case Message.position: take(content.data, of: content.plate, into: &decoded)
        case Message.backfill: try takeBackfill(content.data, of: content.plate, into: &decoded)
        default: decoded.ignored = "jt809_other_message"
        }
    }

    private struct Content {
        let plate: String
        let type: UInt16
        let data: [UInt8]
    }

    /// `nil` unless the length fits: the header of 2019 is longer by the time.
    private static func content(of data: [UInt8], at start: Int) -> Content? {
        let head = start + plateBytes + 1
        guard data.count >= head + 6 else { return nil }
        let length = data[(head + 2)..<(head + 6)].reduce(0) { $0 << 8 | Int($1) }
        guard data.count == head + 6 + length else { return nil }
        return Content(
            plate: PlateText.text(data[start..<(start + plateBytes)]),
            type: UInt16(data[head]) << 8 | UInt16(data[head + 1]), data: Array(data[(head + 6)...]))
    }

    private static func takeBackfill(
        _ data: [UInt8], of plate: String, into decoded: inout DecodedMessage
    ) throws(Rejection) {
        guard let count = data.first, data.count == 1 + Int(count) * positionBytes else {
            throw Rejection(.frameLength, at: "back-fill of \(data.count) bytes")
        }
        for index in 0..<Int(count) {
            let start = 1 + index * positionBytes
            let position = Array(data[start..<(start + positionBytes)])
            take(position, of: plate, isBackfill: true, into: &decoded)
        }
        for index in decoded.fixes.indices { decoded.fixes[index].isBackfill = true }
        if decoded.recordCount == 0 { decoded.ignored = "jt809_empty_batch" }
    }

    private static func take(
        _ position: [UInt8], of plate: String, isBackfill: Bool = false, into decoded: inout DecodedMessage
    ) {
        decoded.terminalPhone = plate
        position.withUnsafeBytes { bytes in
            var fields = JT808Fields(bytes)
            let shifted = fields.byte() == 1
            let read: Read? =
                bytes.count == positionBytes
                ? JT809Position(&fields)?.read(of: plate) : read2019(&fields, of: plate)
            guard let read else {
                _ = decoded.refuseRecord(Rejection(.frameLength, at: "position of \(bytes.count) bytes"))
                return
            }
            var fix = read.fix
            if shifted { fix.statusBits |= 1 << 5 }
            decoded.fixes.append(fix)
            if !isBackfill {
                for event in TerminalAlarms.events(in: fix.alarmBits)
                where !decoded.deviceEvents.contains(event) {
                    decoded.deviceEvents.append(event)
                }
            }
            for (reason, part) in read.refusals {
                decoded.rejections.append(Rejection(reason, at: "position.\(part)"))
            }
        }
    }

    private typealias Read = (fix: VehicleFix, refusals: [(Rejection.Reason, StaticString)])

    private static func read2019(_ fields: inout JT808Fields, of plate: String) -> Read? {
        guard let length = fields.doubleWord(), let body = fields.take(Int(length)) else { return nil }
        guard body.count >= JT808FixedPart.size else { return nil }
        let fixed = JT808FixedPart(body)
        var fix = VehicleFix(phone: plate, phoneRaw: plate)
        fix.isEdition2019 = true
        var refusals = fixed.fill(&fix)
        let items = UnsafeRawBufferPointer(rebasing: body[JT808FixedPart.size...])
        let whole = JT808Location.takeItems(items, into: &fix)
        if whole < items.count { refusals.append((.malformedItem, "items")) }
        return (fix, refusals)
    }
}

/// The 35 bytes after the first of a position of 2011.
private struct JT809Position {
    private var fixed: JT808FixedPart
    private let date: (year: Int, month: Int, day: Int)
    private let time: (hour: Int, minute: Int, second: Int, millisecond: Int)
    private let kilometres: UInt32

    private static let gmt8Minutes = 8 * 60

    init?(_ fields: inout JT808Fields) {
        guard let day = fields.byte(), let month = fields.byte(), let year = fields.word(),
            let hour = fields.byte(), let minute = fields.byte(), let second = fields.byte(),
            let longitude = fields.doubleWord(), let latitude = fields.doubleWord(),
            let speed = fields.word(), fields.word() != nil, let kilometres = fields.doubleWord(),
            let direction = fields.word(), let altitude = fields.word(),
            let state = fields.doubleWord(), let alarm = fields.doubleWord()
        else { return nil }
        date = (Int(year), Int(month), Int(day))
        time = (Int(hour), Int(minute), Int(second), 0)
        self.kilometres = kilometres
        // Speeds above 6,553 km/h do not fit the tenths of JT/T 808 and are no vehicle's.
        let tenths = UInt16(clamping: Int(speed) * 10)
        fixed = JT808FixedPart(
            alarm: alarm, status: state, latitude: latitude, longitude: longitude, altitude: altitude,
            speed: tenths, direction: direction, time: 0)
    }

    func read(of plate: String) -> (fix: VehicleFix, refusals: [(Rejection.Reason, StaticString)]) {
        var fix = VehicleFix(phone: plate, phoneRaw: plate)
        var refusals = fixed.fill(&fix).filter { $0.0 != .malformedTime }
        fix.fixedAt = UTCInstant(date: date, time: time, offsetMinutes: JT809Position.gmt8Minutes)
        if fix.fixedAt == nil { refusals.append((.malformedTime, "time")) }
        fix.odometerMetres = UInt64(kilometres) * 1_000
        return (fix, refusals)
    }
}
