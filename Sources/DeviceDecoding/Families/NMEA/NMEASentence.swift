import AssetModel

/// One sentence: `$ttsss,field,…*hh`.
///
/// - `tt` talker: GP GPS, GL GLONASS, GA Galileo, GB and BD Beidou, GQ QZSS, GI NavIC, GN several of them.
/// - `sss` what it says; sentences of makers start with `$P` and are nobody's here.
/// - `hh` XOR of all bytes between `$` and `*`, two hex digits of either case. Asked for always: a bare
///   sentence may be half of one, and a wrong place is worse than none.
struct NMEASentence {
    /// The three letters after the talker, as a number: `RMC`.
    let name: UInt32
    private let bytes: UnsafeRawBufferPointer
    /// Where the text between `$` and `*` stands in the payload.
    let offset: Int

    /// The standard allows 82 bytes; receivers exceed it a little.
    static let bytesMax = 256

    /// - Parameter line: from `$` on, without line end.
    init(_ line: UnsafeRawBufferPointer, at offset: Int) throws(Rejection) {
        guard line.count <= NMEASentence.bytesMax else { throw Rejection(.frameLength, offset: offset) }
        guard let star = line.lastIndex(of: 0x2A), star + 3 == line.count, star >= 6 else {
            throw Rejection(.frameChecksum, offset: offset + line.count)
        }
        let high = ASCIIHex.value(of: line[star + 1])
        let low = ASCIIHex.value(of: line[star + 2])
        bytes = UnsafeRawBufferPointer(rebasing: line[1..<star])
        guard high <= 0xF, low <= 0xF, bytes.reduce(0, ^) == high << 4 | low else {
            throw Rejection(.frameChecksum, offset: offset + star + 1)
        }
        self.offset = offset + 1
        name = NMEASentence.isTitled(line) ? NMEASentence.word(bytes[2], bytes[3], bytes[4]) : 0
    }

    /// `$`, five letters and a comma, and no maker's own: the form of a sentence, whatever becomes of it.
    static func isTitled(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line.count > 6, line[0] == 0x24, line[1] != 0x50, line[6] == 0x2C else { return false }
        return line[1...5].allSatisfy { (0x41...0x5A).contains($0) }
    }

    static func word(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt32 {
        UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)
    }

    static func word(_ name: StaticString) -> UInt32 {
        name.withUTF8Buffer { $0.prefix(3).reduce(0) { $0 << 8 | UInt32($1) } }
    }

    /// Talker `GN`: several systems together.
    var isCombined: Bool { bytes[0] == 0x47 && bytes[1] == 0x4E }

    /// Talker and name, for refusals: `GNRMC`.
    var title: String { String(decoding: bytes.prefix(5), as: UTF8.self) }

    /// A field without the space around it, 1 being the first after the name; empty where the sentence is
    /// shorter.
    func field(_ number: Int) -> UnsafeRawBufferPointer {
        var start = 0
        for _ in 0..<number {
            guard let comma = bytes[start...].firstIndex(of: 0x2C) else {
                return UnsafeRawBufferPointer(rebasing: bytes[bytes.count...])
            }
            start = comma + 1
        }
        let end = bytes[start...].firstIndex(of: 0x2C) ?? bytes.count
        return NumberText.trimmed(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    }

    /// The only letter of a field.
    func letter(_ number: Int) -> UInt8? {
        let field = field(number)
        return field.count == 1 ? field[0] : nil
    }

    func refusal(_ reason: Rejection.Reason, field number: Int) -> Rejection {
        Rejection(reason, at: "\(title) field \(number)")
    }
}

/// The values that fields hold; `nil` for an empty field.
extension NMEASentence {
    /// A decimal number: a sign, digits and a point, and nothing else that other texts write as numbers.
    func number(_ number: Int) throws(Rejection) -> Double? {
        let text = field(number)
        guard !text.isEmpty else { return nil }
        let isPlain = text.allSatisfy { $0 &- 0x30 <= 9 || [0x2B, 0x2D, 0x2E].contains($0) }
        guard isPlain, let value = NumberText.number(of: text)?.double else {
            throw refusal(.malformedNumber, field: number)
        }
        return value
    }

    /// Milliseconds of the day from `hhmmss[.sss]`. A leap second is the last millisecond before it.
    func timeOfDay(_ number: Int) throws(Rejection) -> Int64? {
        let text = field(number)
        guard !text.isEmpty else { return nil }
        guard let digits = NMEASentence.wholeDigits(text), digits == 6, let (hour, minute) = pairs(text, 2),
            let seconds = NumberText.number(of: UnsafeRawBufferPointer(rebasing: text[4...])),
            let milliseconds = seconds.scaled(byPowerOfTen: 3),
            hour < 24, minute < 60, milliseconds <= 60_999
        else { throw refusal(.malformedTime, field: number) }
        return Int64(hour * 3_600_000 + minute * 60_000) + min(milliseconds, 59_999)
    }

    /// Days since 1970 from `ddmmyy`.
    func date(_ number: Int) throws(Rejection) -> Int64? {
        let text = field(number)
        guard !text.isEmpty else { return nil }
        guard text.count == 6, let (day, month) = pairs(text, 2),
            let (year, _) = pairs(UnsafeRawBufferPointer(rebasing: text[4...]), 1),
            // Two digits: receivers that were never set start in 1980, some in 1970.
            let days = CalendarTime.daysSinceEpoch(
                year: year + (year >= 70 ? 1_900 : 2_000), month: month, day: day)
        else { throw refusal(.malformedTime, field: number) }
        return days
    }

    /// Two numbers of two digits from the front; with `count` 1 the second is 0.
    private func pairs(_ text: UnsafeRawBufferPointer, _ count: Int) -> (Int, Int)? {
        guard text.count >= count * 2 else { return nil }
        for digit in text.prefix(count * 2) where digit &- 0x30 > 9 { return nil }
        func pair(_ at: Int) -> Int { Int(text[at] &- 0x30) * 10 + Int(text[at + 1] &- 0x30) }
        return (pair(0), count > 1 ? pair(2) : 0)
    }

    /// Digits in front of the point; `nil` for anything but digits and one point.
    private static func wholeDigits(_ text: UnsafeRawBufferPointer) -> Int? {
        let whole = text.prefix { $0 &- 0x30 <= 9 }.count
        guard whole < text.count else { return whole }
        return text[whole] == 0x2E && text[(whole + 1)...].allSatisfy { $0 &- 0x30 <= 9 } ? whole : nil
    }

    /// Degrees from `ddmm.mmmm` and the letter in the next field.
    ///
    /// The digits in front of the point are counted: decimal degrees in this field would be read as another
    /// place.
    /// - Parameter axis: digits of whole degrees, their largest number, and the letters for both halves.
    func degrees(_ number: Int, _ axis: NMEAAxis) throws(Rejection) -> Double? {
        let text = field(number)
        guard !text.isEmpty else { return nil }
        let sign = letter(number + 1)
        guard sign == axis.positive || sign == axis.negative else {
            throw refusal(.malformedItem, field: number + 1)
        }
        guard NMEASentence.wholeDigits(text) == axis.digits + 2,
            let minutes = NumberText.number(of: UnsafeRawBufferPointer(rebasing: text[axis.digits...]))?
                .double
        else { throw refusal(.malformedNumber, field: number) }
        let whole = text.prefix(axis.digits).reduce(0.0) { $0 * 10 + Double($1 &- 0x30) }
        let degrees = whole + minutes / 60
        guard minutes < 60, degrees <= axis.degreesMax else {
            throw refusal(.positionOutOfRange, field: number)
        }
        return sign == axis.negative ? -degrees : degrees
    }
}

/// Latitude or longitude, as a sentence writes it.
struct NMEAAxis {
    let digits: Int
    let degreesMax: Double
    let positive: UInt8
    let negative: UInt8

    static let latitude = NMEAAxis(digits: 2, degreesMax: 90, positive: 0x4E, negative: 0x53)
    static let longitude = NMEAAxis(digits: 3, degreesMax: 180, positive: 0x45, negative: 0x57)
}
