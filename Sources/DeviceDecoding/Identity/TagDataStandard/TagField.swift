/// One field of a binary coding table: how many bits, and how they become text.
enum TagField: Hashable, Sendable {
    /// Partition 3, company prefix 20...40: 12...6 digits.
    case companyPrefix
    /// A number in the digits that the prefix leaves, zeros in front.
    case paddedReference(sharedBits: Int, sharedDigits: Int)
    /// A number of at most the digits that the prefix leaves, without zeros in front.
    case plainReference(sharedBits: Int, sharedDigits: Int)
    /// 7-bit characters, at most those that the prefix leaves; zero bits behind them.
    case textReference(sharedBits: Int, sharedCharacters: Int)
    /// 6-bit characters, 1 to those that the prefix leaves, closed by six zero bits.
    case partReference(sharedCharacters: Int)
    /// A number without zeros in front; `digits` only where they hold less than the bits do.
    case integer(bits: Int, digits: Int = 20)
    case paddedInteger(bits: Int, digits: Int)
    /// 1...`digits` digits, zeros in front included, written as the number 1 followed by them.
    case digitsBehindOne(bits: Int, digits: Int)
    /// 1...`characters` 7-bit characters, zero bits behind them.
    case text(characters: Int)
    /// CAGE (five characters behind a space) or DoDAAC (six).
    case supplier(characterBits: Int)
    /// ADI: 6-bit characters without `#`, closed by six zero bits.
    case partNumber(lengths: ClosedRange<Int>)
    /// ADI: as the part number; `#` may be the first of two or more.
    case partSerial(lengths: ClosedRange<Int>)
    /// Not used, zero.
    case zeros(bits: Int)
}

extension TagField {
    /// Takes the field and adds its value, as the URN has it before escaping; zeros add none.
    ///
    /// - Throws: `malformed` at the field where its bits mean nothing, `short` at the end.
    func read(
        from reader: inout BitFieldReader, behind partition: inout Partition?,
        into values: inout TagValues
    ) throws(TagFault) {
        let start = reader.offsetBits
        if case .zeros(let bits) = self {
            guard try reader.take(bits) == 0 else { throw .malformed(atBit: start) }
            return
        }
        if case .companyPrefix = self {
            partition = Partition(try reader.take(Partition.width))
            guard partition != nil else { throw .malformed(atBit: start) }
        }
        guard try readValue(from: &reader, behind: partition, into: &values) else {
            throw .malformed(atBit: start)
        }
        values.close()
    }

    /// `false` for bits that mean nothing.
    private func readValue(
        from reader: inout BitFieldReader, behind partition: Partition?, into values: inout TagValues
    ) throws(TagFault) -> Bool {
        let (prefixBits, prefixDigits) = Partition.share(partition)
        switch self {
        case .companyPrefix:
            return values.appendPadded(try reader.take(prefixBits), digits: prefixDigits)
        case .paddedReference(let bits, let digits):
            return values.appendPadded(try reader.take(bits - prefixBits), digits: digits - prefixDigits)
        case .plainReference(let bits, let digits):
            return values.appendPlain(
                try reader.take(bits - prefixBits), digitsMax: digits - prefixDigits)
        case .textReference(let bits, let characters):
            return try values.appendSevenBit(
                from: &reader, bits: bits - prefixBits, charactersMax: characters - prefixDigits)
        case .partReference(let characters):
            try values.appendSixBit(from: &reader, charactersMax: characters - prefixDigits)
            return isPartText(values, lengths: 1...(characters - prefixDigits))
        case .integer(let bits, let digits):
            return values.appendPlain(try reader.take(bits), digitsMax: digits)
        case .paddedInteger(let bits, let digits):
            return values.appendPadded(try reader.take(bits), digits: digits)
        case .digitsBehindOne(let bits, let digits):
            return values.appendDigits(behindOne: try reader.take(bits), digitsMax: digits)
        case .text(let characters):
            return try values.appendSevenBit(
                from: &reader, bits: characters * 7, charactersMax: characters)
        case .supplier(let bits): return try values.appendSupplier(from: &reader, characterBits: bits)
        case .partNumber(let lengths), .partSerial(let lengths):
            try values.appendSixBit(from: &reader, charactersMax: lengths.upperBound)
            return isPartText(values, lengths: lengths)
        case .zeros: return false
        }
    }

    /// Whether the open text of 6-bit characters is what this field may hold.
    func isPartText(_ values: TagValues, lengths: ClosedRange<Int>) -> Bool {
        let range = values.open
        guard lengths.contains(range.count), values.allSatisfy(range, GS1Text.isPartCharacter) else {
            return false
        }
        switch self {
        case .partNumber: return values.allSatisfy(range) { $0 != TagField.numberSign }
        // `#` may be the first of two or more.
        case .partSerial:
            let rest = range.dropFirst()
            let isLone = rest.isEmpty && values.character(range.lowerBound) == TagField.numberSign
            return !isLone && values.allSatisfy(rest) { $0 != TagField.numberSign }
        default: return true
        }
    }

    private static let numberSign: UInt8 = 0x23
}

extension TagValues {
    /// The digits behind the 1 that keeps their zeros; at least one digit.
    fileprivate mutating func appendDigits(behindOne number: UInt64, digitsMax: Int) -> Bool {
        var power: UInt64 = 10
        for digits in 1...digitsMax {
            if number / power == 1 { return appendPadded(number - power, digits: digits) }
            power *= 10
        }
        return false
    }

    /// `false` for no character, one outside the set, or bits behind the end.
    fileprivate mutating func appendSevenBit(
        from reader: inout BitFieldReader, bits: Int, charactersMax: Int
    ) throws(TagFault) -> Bool {
        var hasEnded = false
        var isGood = true
        for _ in 0..<charactersMax {
            let ascii = UInt8(try reader.take(7))
            if ascii == 0 {
                hasEnded = true
            } else {
                isGood = isGood && !hasEnded && GS1Text.isCharacter(ascii)
            }
            if !hasEnded { append(ascii) }
        }
        // What is left of GIAI-202 behind its last character.
        let rest = try reader.take(bits - charactersMax * 7)
        return isGood && rest == 0 && !open.isEmpty
    }

    /// The characters before six zero bits, and one more than allowed where there are more.
    fileprivate mutating func appendSixBit(
        from reader: inout BitFieldReader, charactersMax: Int
    ) throws(TagFault) {
        for _ in 0...charactersMax {
            let bits = UInt8(try reader.take(6))
            if bits == 0 { return }
            append(TagValues.sixBitCharacter(bits))
        }
    }

    /// CAGE behind a space, or DoDAAC.
    fileprivate mutating func appendSupplier(
        from reader: inout BitFieldReader, characterBits: Int
    ) throws(TagFault) -> Bool {
        var isGood = true
        for index in 0..<6 {
            let bits = UInt8(try reader.take(characterBits))
            let ascii = characterBits == 6 ? TagValues.sixBitCharacter(bits) : bits
            if index == 0, ascii == 0x20 { continue }
            isGood = isGood && GS1Text.isSupplierCharacter(ascii)
            append(ascii)
        }
        return isGood
    }

    /// The six bits are the low ones of the ASCII code: letters from 0x41, the others as they are.
    private static func sixBitCharacter(_ bits: UInt8) -> UInt8 {
        bits < 0x20 ? bits | 0x40 : bits
    }
}
