import AssetModel

extension PlusPiece {
    /// The application identifier and the value; `nil` for bits that mean nothing.
    ///
    /// - Throws: `identityLength` where the bits end before the piece does.
    func element(
        from reader: inout BitFieldReader, numbers packing: NumberPacking
    ) throws(Rejection) -> String? {
        switch self {
        case .digits(let identifier, let count, let checked):
            guard let digits = try PlusPiece.digits(from: &reader, count: count) else { return nil }
            let key = String(digits.prefix(checked))
            guard GS1Text.checkDigit(of: String(key.dropLast())) == key.suffix(1) else { return nil }
            // The 14 digits of a GRAI begin with the zero that makes them as long as a GTIN.
            if identifier == "(8003)", digits.first != "0" { return nil }
            return identifier + digits
        case .text(let identifier, let lengths):
            let text = try PlusText.text(from: &reader, lengths: lengths)
            return text.flatMap { $0.utf8.allSatisfy(GS1Text.isCharacter) ? identifier + $0 : nil }
        case .extension:
            let text = try PlusText.text(from: &reader, lengths: 0...20)
            guard let text, text.utf8.allSatisfy(GS1Text.isCharacter) else { return nil }
            return text.isEmpty || text == "0" ? "" : "(254)" + text
        case .number(let identifier, let digitsMax):
            let count = Int(try reader.take(4))
            guard (1...digitsMax).contains(count) else { return nil }
            let number =
                switch packing {
                case .integer: try PlusText.integer(from: &reader, digits: count)
                case .digits: try PlusPiece.digits(from: &reader, count: count)
                }
            return number.map { identifier + $0 }
        case .delimited(let identifier, let isPart):
            return try PlusPiece.delimited(from: &reader, isPart: isPart).map { identifier + $0 }
        case .date: return try PlusPiece.date(from: &reader)
        }
    }

    private static func digits(from reader: inout BitFieldReader, count: Int) throws(Rejection) -> String? {
        var digits = ""
        for _ in 0..<count {
            let digit = try reader.take(4)
            guard digit <= 9 else { return nil }
            digits += String(digit)
        }
        return digits
    }

    /// At most 30 characters of which the first four are digits: the shortest company prefix.
    private static func delimited(from reader: inout BitFieldReader, isPart: Bool) throws(Rejection)
        -> String?
    {
        var value = ""
        var nibble = try reader.take(4)
        while nibble <= 9, value.utf8.count < 30 {
            value += String(nibble)
            nibble = try reader.take(4)
        }
        if nibble == 0xE, value.utf8.count < 30 {
            let text = try PlusText.text(from: &reader, lengths: 1...(30 - value.utf8.count))
            guard let text else { return nil }
            value += text
        } else if nibble != 0xF {
            return nil
        }
        let isAllowed = isPart ? GS1Text.isPartCharacter : GS1Text.isCharacter
        guard (5...30).contains(value.utf8.count), value.utf8.prefix(4).allSatisfy(GS1Text.isDigit),
            value.utf8.allSatisfy(isAllowed)
        else { return nil }
        return value
    }

    /// Production, packaging, best before, sell by, expiration, first freezing, harvest.
    private static let dateIdentifiers = ["(11)", "(13)", "(15)", "(16)", "(17)", "(7006)", "(7007)"]

    /// YYMMDD; day 00 says the month as a whole.
    private static func date(from reader: inout BitFieldReader) throws(Rejection) -> String? {
        let kind = Int(try reader.take(4))
        let year = try reader.take(7)
        let month = try reader.take(4)
        let day = try reader.take(5)
        guard dateIdentifiers.indices.contains(kind), (1...12).contains(month), day <= 31,
            let yy = GS1Text.padded(year, digits: 2), let mm = GS1Text.padded(month, digits: 2),
            let dd = GS1Text.padded(day, digits: 2)
        else { return nil }
        return dateIdentifiers[kind] + yy + mm + dd
    }
}

/// Variable-length text of the '+' schemes: encoding indicator 3 bits, length 5 bits, data.
///
/// | indicator | encoding | bits |
/// | --- | --- | --- |
/// | 0 | integer | as many as the largest number of that many digits needs |
/// | 1, 2 | hex, upper or lower case | 4 a character |
/// | 3 | base64 with `-` and `_` | 6 a character |
/// | 4 | ASCII | 7 a character |
/// | 5 | URN Code 40 | 16 for every three characters or fewer |
///
/// - Source: GS1 EPC Tag Data Standard 2.x, section 14.5.6, tables B and E.
enum PlusText {
    static func text(
        from reader: inout BitFieldReader, lengths: ClosedRange<Int>
    ) throws(Rejection) -> String? {
        let indicator = try reader.take(3)
        let count = Int(try reader.take(5))
        guard lengths.contains(count) else { return nil }
        switch indicator {
        case 0: return try integer(from: &reader, digits: count)
        case 1: return try symbols(from: &reader, bits: 4, count: count, alphabet: "0123456789ABCDEF")
        case 2: return try symbols(from: &reader, bits: 4, count: count, alphabet: "0123456789abcdef")
        case 3:
            return try symbols(
                from: &reader, bits: 6, count: count,
                alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        case 4:
            var characters: [UInt8] = []
            for _ in 0..<count { characters.append(UInt8(try reader.take(7))) }
            return GS1Text.string(characters)
        case 5: return try code40(from: &reader, count: count)
        default: return nil
        }
    }

    /// The digits with their zeros in front; at most 31 of them, 103 bits.
    static func integer(from reader: inout BitFieldReader, digits: Int) throws(Rejection) -> String? {
        GS1Text.padded(try reader.takeWide(integerBits(digits: digits)), digits: digits)
    }

    /// 4 bits for one digit, 7 for two, 10 for three, 14 for four: the width of the largest number.
    static func integerBits(digits: Int) -> Int {
        var largest: UInt128 = 0
        for _ in 0..<digits { largest = largest * 10 + 9 }
        return 128 - largest.leadingZeroBitCount
    }

    private static func symbols(
        from reader: inout BitFieldReader, bits: Int, count: Int, alphabet: String
    ) throws(Rejection) -> String? {
        let alphabet = Array(alphabet.utf8)
        var characters: [UInt8] = []
        for _ in 0..<count { characters.append(alphabet[Int(try reader.take(bits))]) }
        return GS1Text.string(characters)
    }

    /// Three characters make 1600 a + 40 b + c + 1; 0 fills up behind the last character.
    static func code40(from reader: inout BitFieldReader, count: Int) throws(Rejection) -> String? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789".utf8)
        var characters: [UInt8] = []
        for first in stride(from: 0, to: count, by: 3) {
            let triple = Int(try reader.take(16)) - 1
            guard (0..<64_000).contains(triple) else { return nil }
            for (index, symbol) in [triple / 1600, triple / 40 % 40, triple % 40].enumerated() {
                let isFilling = first + index >= count
                guard isFilling == (symbol == 0) else { return nil }
                if !isFilling { characters.append(alphabet[symbol - 1]) }
            }
        }
        return GS1Text.string(characters)
    }
}
