import AssetModel

/// The values of one sentence. What is broken or out of range is noted by its field and is then not said:
/// one bad value leaves the others as they are.
struct NMEAFields {
    let sentence: NMEASentence
    private(set) var refusals: [Rejection] = []

    /// More than any vehicle drives, in km/h and in knots.
    private static let speeds = 0.0...2_000.0
    /// Beyond these an altitude is none of a vehicle, in metres.
    private static let altitudes = -1_000.0...20_000.0
    private static let circle = 0.0...360.0
    private static let counts = 0.0...255.0

    init(_ sentence: NMEASentence) {
        self.sentence = sentence
    }

    private mutating func note<Value>(_ body: () throws(Rejection) -> Value?) -> Value? {
        do throws(Rejection) {
            return try body()
        } catch {
            refusals.append(error)
            return nil
        }
    }

    private mutating func number(_ field: Int, _ range: ClosedRange<Double>) -> Double? {
        let sentence = sentence
        return note { () throws(Rejection) in
            guard let value = try sentence.number(field) else { return nil }
            guard range.contains(value) else { throw sentence.refusal(.numberOutOfRange, field: field) }
            return value
        }
    }

    /// Knots, or km/h where the field holds them.
    mutating func speed(_ field: Int) -> Double? { number(field, NMEAFields.speeds) }

    /// Degrees from north, below 360.
    mutating func course(_ field: Int) -> Double? {
        number(field, NMEAFields.circle).map { $0 == 360 ? 0 : $0 }
    }

    mutating func satellites(_ field: Int) -> UInt8? { number(field, NMEAFields.counts).map { UInt8($0) } }

    /// Metres above the sea. - Parameter unit: the field that must say `M`, where there is one.
    mutating func altitude(_ field: Int, unit: Int? = nil) -> Double? {
        guard let value = number(field, NMEAFields.altitudes) else { return nil }
        guard let unit, let letter = sentence.letter(unit), letter != 0x4D else { return value }
        refusals.append(sentence.refusal(.malformedItem, field: unit))
        return nil
    }

    mutating func timeOfDay(_ field: Int) -> Int64? {
        let sentence = sentence
        return note { () throws(Rejection) in try sentence.timeOfDay(field) }
    }

    /// Days since 1970.
    mutating func date(_ field: Int) -> Int64? {
        let sentence = sentence
        return note { () throws(Rejection) in try sentence.date(field) }
    }

    /// Days since 1970 from the day, month and year of a ZDA.
    mutating func date(day: Int, month: Int, year: Int) -> Int64? {
        let sentence = sentence
        return note { () throws(Rejection) in
            guard let dayNumber = try sentence.number(day), let monthNumber = try sentence.number(month),
                let yearNumber = try sentence.number(year)
            else { return nil }
            guard let wholeDay = Int(exactly: dayNumber), let wholeMonth = Int(exactly: monthNumber),
                let wholeYear = Int(exactly: yearNumber), (1_970...9_999).contains(wholeYear),
                let days = CalendarTime.daysSinceEpoch(year: wholeYear, month: wholeMonth, day: wholeDay)
            else { throw sentence.refusal(.malformedTime, field: day) }
            return days
        }
    }

    /// Latitude and longitude; `nil` where neither is said, or where one cannot be taken: half a place is
    /// none.
    mutating func place(_ field: Int) -> (latitude: Double, longitude: Double)? {
        let sentence = sentence
        return note { () throws(Rejection) in
            let latitude = try sentence.degrees(field, .latitude)
            let longitude = try sentence.degrees(field + 2, .longitude)
            if let latitude, let longitude { return (latitude, longitude) }
            guard latitude == nil, longitude == nil else {
                throw sentence.refusal(.malformedItem, field: latitude == nil ? field : field + 2)
            }
            return nil
        }
    }
}
