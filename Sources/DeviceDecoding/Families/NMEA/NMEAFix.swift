import AssetModel

/// What the sentences of one instant say together, before it is a fix.
struct NMEAFix {
    /// Milliseconds of the day, UTC.
    let timeOfDay: Int64?
    private var date: (year: Int, month: Int, day: Int)?
    private var latitude: Double?
    private var longitude: Double?
    private var isValid: Bool?
    private var altitude: Double?
    private var knots: Double?
    private var course: Double?
    private(set) var satellitesUsed: UInt8?
    /// A combined solution holds against those of single systems.
    private var isCombined = false

    private static let kilometresPerHourInKnot = 1.852
    /// More than any vehicle drives, in km/h.
    private static let speedMax = 2_000.0
    private static let millisecondsPerDay = CalendarTime.millisecondsPerDay

    init(timeOfDay: Int64?) {
        self.timeOfDay = timeOfDay
    }

    /// A place was said, valid or not.
    var isPosition: Bool { isValid != nil }

    /// RMC: time, status, latitude, N/S, longitude, E/W, knots, course, date, variation, E/W, mode.
    mutating func takeRMC(_ sentence: NMEASentence) throws(Rejection) {
        let isGood = sentence.letter(2) == 0x41 && NMEAFix.isOfSatellites(mode: sentence.letter(12))
        if let date = try sentence.date(9) { self.date = date }
        let (speed, course) = (try sentence.number(7), try sentence.number(8))
        guard try takePlace(sentence, from: 3, isGood) else { return }
        knots = speed
        self.course = course
    }

    /// GGA: time, latitude, N/S, longitude, E/W, quality, satellites, HDOP, altitude, M.
    mutating func takeGGA(_ sentence: NMEASentence) throws(Rejection) {
        // 0 none, 1 to 5 of satellites, 6 dead reckoning, 7 manual, 8 simulated.
        let quality = sentence.letter(6) ?? 0x30
        let altitude = try sentence.number(9)
        if let count = try sentence.number(7), count >= 0, count <= 255 { satellitesUsed = UInt8(count) }
        guard try takePlace(sentence, from: 2, (0x31...0x35).contains(quality)) else { return }
        self.altitude = altitude
    }

    /// GLL: latitude, N/S, longitude, E/W, time, status, mode.
    mutating func takeGLL(_ sentence: NMEASentence) throws(Rejection) {
        let isGood = sentence.letter(6) == 0x41 && NMEAFix.isOfSatellites(mode: sentence.letter(7))
        _ = try takePlace(sentence, from: 1, isGood)
    }

    /// ZDA: time, day, month, year.
    mutating func takeZDA(_ sentence: NMEASentence) throws(Rejection) {
        guard let day = try sentence.number(2), let month = try sentence.number(3),
            let year = try sentence.number(4), year >= 1980, year <= 9_999, month >= 1, month <= 12, day >= 1,
            day <= 31
        else { return }
        date = (Int(year), Int(month), Int(day))
    }

    mutating func note(satellites: UInt8) {
        if satellitesUsed == nil { satellitesUsed = satellites }
    }

    /// A autonomous, D differential, R and F kinematic, P precise. Estimated, manual and simulated places are
    /// no evidence of where a vehicle is. Old receivers send no mode.
    private static func isOfSatellites(mode: UInt8?) -> Bool {
        guard let mode else { return true }
        return [0x41, 0x44, 0x46, 0x50, 0x52].contains(mode)
    }

    /// Returns whether the sentence is the best so far about this instant. A place that was found by
    /// satellites holds against one that was not, and a combined one against one of a single system.
    private mutating func takePlace(
        _ sentence: NMEASentence, from field: Int, _ isGood: Bool
    ) throws(Rejection) -> Bool {
        let north = try sentence.degrees(field, positive: 0x4E, negative: 0x53, max: 90)
        let east = try sentence.degrees(field + 2, positive: 0x45, negative: 0x57, max: 180)
        let isWhole = isGood && north != nil && east != nil
        let isBetter = isWhole && (isValid != true || sentence.isCombined || !isCombined)
        guard isValid == nil || isBetter else { return false }
        isValid = isWhole
        isCombined = sentence.isCombined
        // Half a place is none.
        (latitude, longitude) = north == nil || east == nil ? (nil, nil) : (north, east)
        return true
    }

    /// - Parameter receivedAt: gives the day where no sentence did: the one that brings the time of day
    ///   closest to the receipt.
    func fix(of terminal: TerminalName, receivedAt: UTCInstant) -> VehicleFix {
        var fix = VehicleFix(phone: terminal.name, phoneRaw: terminal.raw)
        fix.isValid = isValid ?? false
        (fix.latitudeDegrees, fix.longitudeDegrees) = (latitude, longitude)
        fix.altitudeMetres = Int32(clamping: Int64((altitude ?? 0).rounded().clamped))
        let speed = (knots ?? 0) * NMEAFix.kilometresPerHourInKnot
        if speed >= 0, speed <= NMEAFix.speedMax { fix.speedKilometresPerHour = (speed * 10).rounded() / 10 }
        if let course, course >= 0, course <= 360 { fix.directionDegrees = UInt16(course.rounded()) % 360 }
        fix.fixedAt = instant(near: receivedAt)
        fix.satellitesUsed = satellitesUsed
        return fix
    }

    private func instant(near receivedAt: UTCInstant) -> UTCInstant? {
        guard let timeOfDay else { return nil }
        if let date {
            guard
                let day = CalendarTime.daysSinceEpoch(year: date.year, month: date.month, day: date.day)
            else { return nil }
            return UTCInstant(milliseconds: day * NMEAFix.millisecondsPerDay + timeOfDay)
        }
        let sameDay =
            receivedAt.milliseconds - CalendarTime.fields(of: receivedAt).millisecondOfDay + timeOfDay
        let ahead = sameDay - receivedAt.milliseconds
        let halfDay = NMEAFix.millisecondsPerDay / 2
        let days: Int64 = ahead > halfDay ? -1 : ahead < -halfDay ? 1 : 0
        return UTCInstant(milliseconds: sameDay + days * NMEAFix.millisecondsPerDay)
    }
}

extension Double {
    /// Within what an altitude can be; infinite and unreal values become one of the ends.
    fileprivate var clamped: Double { self > 1e6 ? 1e6 : self < -1e6 ? -1e6 : self }
}
