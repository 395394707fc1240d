import AssetModel

/// A position as 0x1202 and 0x1203 carry it.
///
///     2011 (36 bytes): shifted BYTE | day BYTE | month BYTE | year WORD | hour, minute, second BYTE |
///         longitude DWORD 1e-6° | latitude DWORD 1e-6° | speed WORD km/h | recorder's speed WORD |
///         mileage DWORD km | direction WORD | altitude WORD m | state DWORD | alarm DWORD
///     2019: shifted BYTE | length DWORD | a JT/T 808 location body | 3 × (platform 11 | alarm DWORD)
///
/// - **Longitude comes first**, speed is in km/h and mileage in km: all three differ from JT/T 808. Times are
///   binary, in GMT+8. State and alarm bits are those of JT/T 808.
struct JT809Position {
    private var fixed: JT808FixedPart
    private let date: (year: Int, month: Int, day: Int)
    private let time: (hour: Int, minute: Int, second: Int, millisecond: Int)
    private let speed: UInt16
    private let kilometres: UInt32

    static let size2011 = 36
    /// Of a position of 2019 in front of and behind the location body.
    static let frontBytes2019 = 5
    static let tailBytes2019 = 45
    private static let gmt8Minutes = 8 * 60
    /// More than any vehicle drives, in km/h.
    private static let speedMax: UInt16 = 2_000

    /// The 35 bytes of 2011 behind the first.
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
        self.speed = speed
        self.kilometres = kilometres
        fixed = JT808FixedPart(
            alarm: alarm, status: state, latitude: latitude, longitude: longitude, altitude: altitude,
            speed: 0, direction: direction, time: 0)
    }

    func fill(_ fix: inout VehicleFix) -> [(Rejection.Reason, StaticString)] {
        var refusals = fixed.fill(&fix).filter { $0.0 != .malformedTime }
        // All bits set is how terminals say that they do not know.
        fix.speedKilometresPerHour = speed <= JT809Position.speedMax ? Double(speed) : nil
        if speed > JT809Position.speedMax, speed != .max { refusals.append((.numberOutOfRange, "speed")) }
        fix.fixedAt = UTCInstant(date: date, time: time, offsetMinutes: JT809Position.gmt8Minutes)
        if fix.fixedAt == nil { refusals.append((.malformedTime, "time")) }
        fix.odometerMetres = kilometres == .max ? nil : UInt64(kilometres) * 1_000
        return refusals
    }
}

/// Takes positions of one vehicle.
struct JT809Report {
    private let terminal: TerminalName
    /// For refusals.
    private let place: String
    private let isBackfill: Bool

    init(of terminal: TerminalName, at place: String, isBackfill: Bool = false) {
        self.terminal = terminal
        self.place = place
        self.isBackfill = isBackfill
    }

    /// `false` once too much of the message was refused.
    func take(_ position: ArraySlice<UInt8>, into decoded: inout DecodedMessage) -> Bool {
        var fix = VehicleFix(phone: terminal.name, phoneRaw: terminal.raw)
        let refusals = position.withUnsafeBytes { bytes -> [(Rejection.Reason, StaticString)]? in
            var fields = JT808Fields(bytes)
            let shifted = fields.byte() == 1
            let refusals =
                bytes.count == JT809Position.size2011
                ? JT809Position(&fields)?.fill(&fix) : JT809Report.fill2019(&fields, &fix)
            // The state's plug-in, as status bit 5 of JT/T 808 says it.
            if shifted { fix.statusBits |= 1 << 5 }
            return refusals
        }
        guard let refusals else {
            return decoded.refuseRecord(
                Rejection(.frameLength, at: "\(place) of \(position.count) bytes"))
        }
        fix.isBackfill = isBackfill
        decoded.fixes.append(fix)
        for (reason, part) in refusals {
            guard decoded.refuseRecord(Rejection(reason, at: "\(place).\(part)")) else { return false }
        }
        return takeEvents(of: fix, into: &decoded)
    }

    /// What was the matter when the terminal had no line is no news.
    private func takeEvents(of fix: VehicleFix, into decoded: inout DecodedMessage) -> Bool {
        let events = isBackfill ? [] : TerminalAlarms.events(in: fix.alarmBits)
        guard !events.isEmpty else { return true }
        if case .refused(let reason, let at)? = decoded.take(events, of: terminal) {
            return decoded.refuseRecord(Rejection(reason, at: "\(place), \(at)"))
        }
        return true
    }

    private static func fill2019(
        _ fields: inout JT808Fields, _ fix: inout VehicleFix
    ) -> [(Rejection.Reason, StaticString)]? {
        guard let length = fields.doubleWord(), let body = fields.take(Int(length)) else { return nil }
        guard body.count >= JT808FixedPart.size else { return nil }
        fix.isEdition2019 = true
        var refusals = JT808FixedPart(body).fill(&fix)
        let items = UnsafeRawBufferPointer(rebasing: body[JT808FixedPart.size...])
        let whole = JT808Location.takeItems(items, into: &fix)
        if whole < items.count { refusals.append((.malformedItem, "items")) }
        return refusals
    }
}

/// The positions of a 0x1203: count BYTE | positions, of 2011 or of 2019.
///
/// The edition shows in the first position: what is a length in 2019 is a day, a month and a year in 2011,
/// and then far too large a length.
struct JT809Batch {
    private let count: Int
    private let data: ArraySlice<UInt8>

    init(_ data: ArraySlice<UInt8>) throws(Rejection) {
        guard let count = data.first else { throw Rejection(.frameLength, at: "back-fill of 0 bytes") }
        self.count = Int(count)
        self.data = data.dropFirst()
    }

    /// All positions that are whole, whatever the count says: that they are not as many is refused.
    func take(
        of terminal: TerminalName, _ place: String, into decoded: inout DecodedMessage
    ) throws(Rejection) {
        var rest = data
        var taken = 0
        while let size = sizeOfFirst(in: rest) {
            taken += 1
            let report = JT809Report(of: terminal, at: "\(place)position \(taken)", isBackfill: true)
            guard report.take(rest.prefix(size), into: &decoded) else { return }
            rest = rest.dropFirst(size)
        }
        let said = "\(place)back-fill of \(data.count + 1) bytes, \(taken) of \(count) positions"
        if rest.isEmpty, taken == count {
            if count == 0 { decoded.ignored = "jt809_empty_batch" }
        } else if taken == 0 {
            throw Rejection(.frameLength, at: "back-fill of \(data.count + 1) bytes")
        } else {
            _ = decoded.refuseRecord(Rejection(.frameLength, at: said))
        }
    }

    /// `nil` where no whole position is left.
    private func sizeOfFirst(in rest: ArraySlice<UInt8>) -> Int? {
        let around = JT809Position.frontBytes2019 + JT809Position.tailBytes2019
        let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let size =
            length >= JT808FixedPart.size && length < 1 << 16 ? length + around : JT809Position.size2011
        return rest.count >= size ? size : nil
    }
}
