/// An identity in a '+' or '++' scheme: what its element string says.
///
/// The headers collide with numbers that owners made up themselves, so every digit has to be 0...9, every
/// check digit right, every character allowed, and what follows has to be what the data toggle announces.
/// Otherwise it is no identity of GS1.
struct PlusReading {
    let scheme: PlusScheme
    /// 0...7.
    let filter: UInt8
    /// Data of other application identifiers follows the EPC.
    let hasData: Bool
    private(set) var elements = GS1Elements()

    static let filterBits = 3

    /// - Parameter bits: from bit 20h of the EPC bank, zeros behind the end allowed.
    /// - Throws: the caller takes the bits as raw then.
    init(_ bits: TagBits) throws(TagFault) {
        var reader = BitFieldReader(bits)
        guard bits.bitCount > 0, let scheme = PlusScheme(rawValue: bits.byte(0)) else {
            throw .malformed(atBit: 0)
        }
        _ = try reader.take(8)
        self.scheme = scheme
        hasData = try reader.take(1) == 1
        filter = UInt8(try reader.take(PlusReading.filterBits))
        guard scheme.hasDisputedNumber else {
            try readPieces(reader, numbers: .integer)
            return
        }
        elements = try PlusReading.only(of: self, reader)
    }

    /// The host name behind the number has to make sense in one of the two ways to pack it, and only in one.
    private static func only(
        of reading: PlusReading, _ reader: BitFieldReader
    ) throws(TagFault) -> GS1Elements {
        var found: GS1Elements?
        for packing in NumberPacking.allCases {
            var attempt = reading
            do throws(TagFault) {
                try attempt.readPieces(reader, numbers: packing)
            } catch {
                continue
            }
            if let found, !found.isSame(as: attempt.elements) { throw .malformed(atBit: 0) }
            found = attempt.elements
        }
        guard let found else { throw .malformed(atBit: 0) }
        return found
    }

    private mutating func readPieces(
        _ reader: BitFieldReader, numbers packing: NumberPacking
    ) throws(TagFault) {
        var reader = reader
        var date: PlusDate?
        for piece in scheme.pieces {
            let start = reader.offsetBits
            if case .date = piece {
                date = try PlusDate(&reader)
                continue
            }
            guard try piece.read(from: &reader, numbers: packing, into: &elements) else {
                throw .malformed(atBit: start)
            }
        }
        if let date { elements.append(date.identifier) { date.append(to: &$0) } }
        guard try isEnd(reader) else { throw .malformed(atBit: reader.offsetBits) }
    }

    private func isEnd(_ reader: BitFieldReader) throws(TagFault) -> Bool {
        guard scheme.hasHostName else { return reader.holdsData(hasData) }
        let name = try PlusHostName(reader)
        return scheme.needsHostName ? try name.isPlausible(hasData: hasData) : name.isAnnounced
    }
}

/// How the serial numbers of CPI and SGCN are packed behind their length.
enum NumberPacking: CaseIterable, Sendable {
    /// As one integer: the '+' schemes.
    case integer
    /// Four bits a digit: so in published examples of the '++' schemes.
    case digits
}

/// The date of DSGTIN: kind 4 bits, year 7, month 4, day 5; day 00 says the month as a whole.
struct PlusDate {
    let identifier: ElementIdentifier
    let year: UInt64
    let month: UInt64
    let day: UInt64

    init(_ reader: inout BitFieldReader) throws(TagFault) {
        let start = reader.offsetBits
        let kind = Int(try reader.take(4))
        year = try reader.take(7)
        month = try reader.take(4)
        day = try reader.take(5)
        guard kind < ElementIdentifier.dates.count, PlusDate.isInCalendar(year, month, day) else {
            throw .malformed(atBit: start)
        }
        identifier = ElementIdentifier.dates[kind]
    }

    /// - Parameter text: YYMMDD.
    init?(_ identifier: ElementIdentifier, _ text: String) {
        guard identifier.isDate, text.utf8.count == 6, let number = GS1Text.number(text) else {
            return nil
        }
        self.identifier = identifier
        (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
        guard PlusDate.isInCalendar(year, month, day) else { return nil }
    }

    /// Two digits of a year stand for one of the hundred around now, 1951...2050 or later: of these every
    /// fourth is a leap year.
    private static func isInCalendar(_ year: UInt64, _ month: UInt64, _ day: UInt64) -> Bool {
        switch month {
        case 2: return year <= 99 && day <= (year % 4 == 0 ? 29 : 28)
        case 4, 6, 9, 11: return year <= 99 && day <= 30
        case 1...12: return year <= 99 && day <= 31
        default: return false
        }
    }

    func append(to text: inout TagValues) {
        _ = text.appendPadded((year * 100 + month) * 100 + day, digits: 6)
    }

    func append(to writer: inout BitFieldWriter) {
        let kind = UInt64(identifier.rawValue - ElementIdentifier.production.rawValue)
        writer.append(kind, width: 4)
        writer.append(year, width: 7)
        writer.append(month, width: 4)
        writer.append(day, width: 5)
    }
}
