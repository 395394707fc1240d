extension PlusPiece {
    /// Takes the piece and adds its value; `false` for bits that mean nothing.
    ///
    /// - Throws: `short` where the bits end before the piece does.
    func read(
        from reader: inout BitFieldReader, numbers packing: NumberPacking,
        into elements: inout GS1Elements
    ) throws(TagFault) -> Bool {
        var value = TagValues()
        switch self {
        case .digits(let identifier, let count, let checked):
            guard try value.appendDigits(from: &reader, count: count) else { return false }
            let key = value.open.prefix(checked)
            guard value.character(checked - 1) == value.checkDigit(of: key.dropLast()) else {
                return false
            }
            // The 14 digits of a GRAI begin with the zero that makes them as long as a GTIN.
            if identifier == .grai, value.character(0) != 0x30 { return false }
            elements.append(identifier, value)
        case .text(let identifier, let lengths):
            guard try PlusText.read(from: &reader, lengths: lengths, into: &value),
                value.allSatisfy(value.open, GS1Text.isCharacter)
            else { return false }
            elements.append(identifier, value)
        case .extension:
            guard try PlusText.read(from: &reader, lengths: 0...20, into: &value),
                value.allSatisfy(value.open, GS1Text.isCharacter)
            else { return false }
            let isNone = value.open.isEmpty || value.open.count == 1 && value.character(0) == 0x30
            if !isNone { elements.append(.extension, value) }
        case .number(let identifier, let digitsMax):
            guard try value.appendCounted(from: &reader, digitsMax: digitsMax, numbers: packing) else {
                return false
            }
            elements.append(identifier, value)
        case .delimited(let identifier, let isPart):
            guard try value.appendDelimited(from: &reader, isPart: isPart) else { return false }
            elements.append(identifier, value)
        case .date: return false
        }
        return true
    }
}

extension GS1Elements {
    /// - Parameter value: its open text.
    fileprivate mutating func append(_ identifier: ElementIdentifier?, _ value: TagValues) {
        if let identifier {
            append(identifier) { $0.append(value.open, of: value) }
        } else {
            extend { $0.append(value.open, of: value) }
        }
    }
}

extension TagValues {
    fileprivate mutating func appendDigits(
        from reader: inout BitFieldReader, count: Int
    ) throws(TagFault) -> Bool {
        for _ in 0..<count {
            let digit = UInt8(try reader.take(4))
            guard digit <= 9 else { return false }
            append(0x30 + digit)
        }
        return true
    }

    /// Length 4, then so many digits.
    fileprivate mutating func appendCounted(
        from reader: inout BitFieldReader, digitsMax: Int, numbers packing: NumberPacking
    ) throws(TagFault) -> Bool {
        let count = Int(try reader.take(4))
        guard (1...digitsMax).contains(count) else { return false }
        switch packing {
        case .integer: return try PlusText.integer(from: &reader, digits: count, into: &self)
        case .digits: return try appendDigits(from: &reader, count: count)
        }
    }

    /// At most 30 characters of which the first four are digits: the shortest company prefix. What follows
    /// the digits does not begin with a digit, which would stand before it.
    fileprivate mutating func appendDelimited(
        from reader: inout BitFieldReader, isPart: Bool
    ) throws(TagFault) -> Bool {
        var nibble = UInt8(try reader.take(4))
        while nibble <= 9, open.count < 30 {
            append(0x30 + nibble)
            nibble = UInt8(try reader.take(4))
        }
        let digits = open
        guard digits.count >= 4 else { return false }
        if nibble == 0xE, digits.count < 30 {
            guard try PlusText.read(from: &reader, lengths: 1...(30 - digits.count), into: &self),
                !GS1Text.isDigit(character(digits.upperBound))
            else { return false }
        } else if nibble != 0xF {
            return false
        }
        let isAllowed = isPart ? GS1Text.isPartCharacter : GS1Text.isCharacter
        return open.count >= 5 && allSatisfy(open, isAllowed)
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
    /// Adds the text; `false` for another length or encoding, or bits without a meaning.
    static func read(
        from reader: inout BitFieldReader, lengths: ClosedRange<Int>, into value: inout TagValues
    ) throws(TagFault) -> Bool {
        let indicator = UInt8(try reader.take(3))
        let count = Int(try reader.take(5))
        guard lengths.contains(count) else { return false }
        switch PlusEncoding(rawValue: indicator) {
        case .integer: return try integer(from: &reader, digits: count, into: &value)
        case .code40: return try code40(from: &reader, count: count, into: &value)
        case .some(let encoding):
            for _ in 0..<count {
                value.append(encoding.character(UInt8(try reader.take(encoding.symbolBits))))
            }
            return true
        case nil: return false
        }
    }

    /// The digits with their zeros in front; at most 31 of them, 103 bits.
    static func integer(
        from reader: inout BitFieldReader, digits: Int, into value: inout TagValues
    ) throws(TagFault) -> Bool {
        value.appendPadded(try reader.takeWide(integerBits(digits: digits)), digits: digits)
    }

    /// 4 bits for one digit, 7 for two, 10 for three, 14 for four: the width of the largest number.
    static func integerBits(digits: Int) -> Int {
        var largest: UInt128 = 0
        for _ in 0..<digits { largest = largest * 10 + 9 }
        return 128 - largest.leadingZeroBitCount
    }

    /// Three characters make 1600 a + 40 b + c + 1; 0 fills up behind the last character.
    static func code40(
        from reader: inout BitFieldReader, count: Int, into value: inout TagValues
    ) throws(TagFault) -> Bool {
        var left = count
        while left > 0 {
            let triple = Int(try reader.take(16)) - 1
            guard (0..<64_000).contains(triple) else { return false }
            var divisor = 1600
            for index in 0..<3 {
                let symbol = UInt8(triple / divisor % 40)
                let isFilling = index >= left
                guard isFilling == (symbol == 0) else { return false }
                if !isFilling { value.append(PlusEncoding.code40.character(symbol)) }
                divisor /= 40
            }
            left -= 3
        }
        return true
    }
}

/// How the characters of a text are packed. Raw value: the encoding indicator.
enum PlusEncoding: UInt8, CaseIterable {
    case integer, upperHex, lowerHex, base64, ascii, code40

    /// Width of a symbol; not of `integer`, nor of `code40` which packs three into 16 bits.
    var symbolBits: Int {
        switch self {
        case .upperHex, .lowerHex: return 4
        case .base64: return 6
        case .ascii: return 7
        case .integer, .code40: return 0
        }
    }

    /// - Parameter symbol: of so many bits; 1...39 for `code40`.
    func character(_ symbol: UInt8) -> UInt8 {
        switch self {
        case .integer: return 0x30 + symbol
        case .upperHex: return symbol < 10 ? 0x30 + symbol : 0x37 + symbol
        case .lowerHex: return symbol < 10 ? 0x30 + symbol : 0x57 + symbol
        case .ascii: return symbol
        case .base64:
            switch symbol {
            case 0...25: return 0x41 + symbol
            case 26...51: return 0x61 - 26 + symbol
            case 52...61: return symbol - 52 + 0x30
            default: return symbol == 62 ? 0x2D : 0x5F
            }
        case .code40:
            switch symbol {
            case 1...26: return 0x40 + symbol
            case 27: return 0x2D
            case 28: return 0x2E
            case 29: return 0x3A
            default: return symbol - 30 + 0x30
            }
        }
    }
}
