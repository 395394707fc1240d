import AssetModel

/// What the sentences of one instant say together, before it is a fix.
struct NMEAFix {
    /// Milliseconds of the day, UTC.
    let timeOfDay: Int64?
    /// Days since 1970.
    private(set) var date: Int64?
    /// A date was said and cannot be: then the day is not guessed either.
    private var isDateBroken = false
    private var titles: [String] = []
    private var place: (latitude: Double, longitude: Double)?
    private var isValid: Bool?
    private var altitude: Double?
    /// km/h.
    private var speed: Double?
    private var course: Double?
    private(set) var satellitesUsed: UInt8?
    /// A combined solution holds against those of single systems.
    private var isCombined = false

    private static let kilometresPerHourInKnot = 1.852

    init(timeOfDay: Int64?) {
        self.timeOfDay = timeOfDay
    }

    /// A place was said, valid or not.
    var isPosition: Bool { isValid != nil }

    /// Whether a sentence at this instant belongs here: one of a kind that is here already begins another
    /// report, so that none is lost where a receiver's clock stands still.
    func takes(_ title: String, at timeOfDay: Int64?) -> Bool {
        self.timeOfDay == timeOfDay && !titles.contains(title)
    }

    mutating func take(_ fields: inout NMEAFields) {
        titles.append(fields.sentence.title)
        switch fields.sentence.name {
        case NMEASentence.word("RMC"): takeRMC(&fields)
        case NMEASentence.word("GGA"): takeGGA(&fields)
        case NMEASentence.word("GNS"): takeGNS(&fields)
        case NMEASentence.word("GLL"): takeGLL(&fields)
        case NMEASentence.word("ZDA"): takeZDA(&fields)
        default: break
        }
    }

    /// RMC: time, status, latitude, N/S, longitude, E/W, knots, course, date, variation, E/W, mode.
    private mutating func takeRMC(_ fields: inout NMEAFields) {
        let isGood =
            fields.sentence.letter(2) == 0x41 && NMEAFix.isOfSatellites(mode: fields.sentence.letter(12))
        let isBest = takePlace(&fields, from: 3, isGood)
        let speed = fields.speed(7).map { $0 * NMEAFix.kilometresPerHourInKnot }
        let course = fields.course(8)
        let known = fields.refusals.count
        let date = fields.date(9)
        if fields.refusals.count > known { isDateBroken = true }
        self.date = date ?? self.date
        self.speed = choose(speed, over: self.speed, isBest, isGood)
        self.course = choose(course, over: self.course, isBest, isGood)
    }

    /// GGA: time, latitude, N/S, longitude, E/W, quality, satellites, HDOP, altitude, M.
    private mutating func takeGGA(_ fields: inout NMEAFields) {
        // 0 none, 1 to 5 of satellites, 6 dead reckoning, 7 manual, 8 simulated.
        let isGood = (0x31...0x35).contains(fields.sentence.letter(6) ?? 0x30)
        takeSolution(&fields, isGood, altitude: fields.altitude(9, unit: 10))
    }

    /// GNS: time, latitude, N/S, longitude, E/W, a letter for each system, satellites, HDOP, altitude.
    private mutating func takeGNS(_ fields: inout NMEAFields) {
        let modes = fields.sentence.field(6)
        let isFound = modes.contains { NMEAFix.isOfSatellites(mode: $0) }
        // Estimated, manual, simulated: one system's guess is in the place of all.
        let isGuessed = modes.contains { [0x45, 0x4D, 0x53].contains($0) }
        takeSolution(&fields, isFound && !isGuessed, altitude: fields.altitude(9))
    }

    private mutating func takeSolution(_ fields: inout NMEAFields, _ isGood: Bool, altitude: Double?) {
        let isBest = takePlace(&fields, from: 2, isGood)
        satellitesUsed = choose(fields.satellites(7), over: satellitesUsed, isBest, isGood)
        self.altitude = choose(altitude, over: self.altitude, isBest, isGood)
    }

    /// GLL: latitude, N/S, longitude, E/W, time, status, mode.
    private mutating func takeGLL(_ fields: inout NMEAFields) {
        let isGood =
            fields.sentence.letter(6) == 0x41 && NMEAFix.isOfSatellites(mode: fields.sentence.letter(7))
        _ = takePlace(&fields, from: 1, isGood)
    }

    /// ZDA: time, day, month, year.
    private mutating func takeZDA(_ fields: inout NMEAFields) {
        let known = fields.refusals.count
        let date = fields.date(day: 2, month: 3, year: 4)
        if fields.refusals.count > known { isDateBroken = true }
        self.date = date ?? self.date
    }

    mutating func note(satellites: UInt8) {
        if satellitesUsed == nil { satellitesUsed = satellites }
    }

    /// Of a VTG, which names no instant.
    mutating func note(_ velocity: NMEAVelocity) {
        guard isValid ?? false else { return }
        speed = speed ?? velocity.speed
        course = course ?? velocity.course
    }

    /// A autonomous, D differential, R and F kinematic, P precise. Estimated, manual and simulated places are
    /// no evidence of where a vehicle is. Old receivers send no mode.
    static func isOfSatellites(mode: UInt8?) -> Bool {
        guard let mode else { return true }
        return [0x41, 0x44, 0x46, 0x50, 0x52].contains(mode)
    }

    /// The value of the best sentence; where that says none, of any that was found by satellites too.
    private func choose<Value>(_ new: Value?, over old: Value?, _ isBest: Bool, _ isGood: Bool) -> Value? {
        if isBest { return new ?? old }
        return old ?? (isGood ? new : nil)
    }

    /// Returns whether the sentence is the best so far about this instant. A place that was found by
    /// satellites holds against one that was not, and a combined one against one of a single system.
    private mutating func takePlace(_ fields: inout NMEAFields, from field: Int, _ isGood: Bool) -> Bool {
        let found = fields.place(field)
        let isWhole = isGood && found != nil
        let isBetter = isWhole && (isValid != true || fields.sentence.isCombined || !isCombined)
        guard isValid == nil || isBetter else { return false }
        isValid = isWhole
        isCombined = fields.sentence.isCombined
        place = found
        return true
    }

    /// The instant as the sentences date it; `nil` where none of them does.
    var datedInstant: UTCInstant? {
        guard let timeOfDay, let date else { return nil }
        return UTCInstant(milliseconds: date * CalendarTime.millisecondsPerDay + timeOfDay)
    }

    /// The time of day, where no sentence dates it and none tried to.
    var undatedTime: Int64? { date == nil && !isDateBroken ? timeOfDay : nil }

    func fix(of terminal: TerminalName, at instant: UTCInstant?) -> VehicleFix {
        var fix = VehicleFix(phone: terminal.name, phoneRaw: terminal.raw)
        fix.takePlace(
            latitude: place?.latitude, longitude: place?.longitude, isVouchedFor: isValid ?? false)
        fix.altitudeMetres = altitude
        fix.speedKilometresPerHour = speed
        fix.directionDegrees = course
        fix.fixedAt = instant
        fix.satellitesUsed = satellitesUsed
        return fix
    }
}

/// VTG: course and speed over ground, at no stated instant.
struct NMEAVelocity {
    /// km/h.
    let speed: Double?
    /// Degrees from true north.
    let course: Double?

    /// Course, T, magnetic course, M, knots, N, km/h, K, mode; `nil` where it is not of satellites.
    init?(_ fields: inout NMEAFields) {
        guard NMEAFix.isOfSatellites(mode: fields.sentence.letter(9)) else { return nil }
        course = fields.course(1)
        speed = fields.speed(7)
    }
}
