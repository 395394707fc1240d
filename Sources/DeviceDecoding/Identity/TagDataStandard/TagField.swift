import AssetModel

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
    /// The value as the URN has it before escaping; `nil` for bits without one.
    ///
    /// - Throws: `malformedIdentity` at the field where its bits mean nothing, `identityLength` at the end.
    func value(
        from reader: inout BitFieldReader, behind partition: inout Partition?
    ) throws(Rejection) -> String? {
        let start = reader.offsetBits
        if case .zeros(let bits) = self {
            guard try reader.take(bits) == 0 else { throw BitFieldReader.refusal(ofBit: start) }
            return nil
        }
        if self == .companyPrefix {
            partition = Partition(try reader.take(Partition.width))
            guard partition != nil else { throw BitFieldReader.refusal(ofBit: start) }
        }
        guard let value = try text(from: &reader, behind: partition) else {
            throw BitFieldReader.refusal(ofBit: start)
        }
        return value
    }

    /// `nil` for bits that mean nothing.
    private func text(
        from reader: inout BitFieldReader, behind partition: Partition?
    ) throws(Rejection) -> String? {
        let (prefixBits, prefixDigits) = Partition.share(partition)
        switch self {
        case .companyPrefix: return GS1Text.padded(try reader.take(prefixBits), digits: prefixDigits)
        case .paddedReference(let bits, let digits):
            let value = try reader.take(bits - prefixBits)
            return GS1Text.padded(value, digits: digits - prefixDigits)
        case .plainReference(let bits, let digits):
            let value = try reader.take(bits - prefixBits)
            return TagField.plain(value, digitsMax: digits - prefixDigits)
        case .textReference(let bits, let characters):
            return try TagField.sevenBitText(
                from: &reader, bits: bits - prefixBits, charactersMax: characters - prefixDigits)
        case .partReference(let characters):
            let text = try TagField.sixBitText(from: &reader, charactersMax: characters - prefixDigits)
            return isPartText(text, lengths: 1...30) ? text : nil
        case .integer(let bits, let digits): return TagField.plain(try reader.take(bits), digitsMax: digits)
        case .paddedInteger(let bits, let digits):
            return GS1Text.padded(try reader.take(bits), digits: digits)
        case .digitsBehindOne(let bits, let digits):
            let text = String(try reader.take(bits))
            return text.first == "1" && (2...(digits + 1)).contains(text.count)
                ? String(text.dropFirst()) : nil
        case .text(let characters):
            return try TagField.sevenBitText(from: &reader, bits: characters * 7, charactersMax: characters)
        case .supplier(let bits): return try TagField.supplier(from: &reader, characterBits: bits)
        case .partNumber(let lengths), .partSerial(let lengths):
            let text = try TagField.sixBitText(from: &reader, charactersMax: lengths.upperBound)
            return isPartText(text, lengths: lengths) ? text : nil
        case .zeros: return nil
        }
    }

    private static func plain(_ value: UInt64, digitsMax: Int) -> String? {
        let text = String(value)
        return text.utf8.count <= digitsMax ? text : nil
    }

    private static func sevenBitText(
        from reader: inout BitFieldReader, bits: Int, charactersMax: Int
    ) throws(Rejection) -> String? {
        var characters: [UInt8] = []
        var hasEnded = false
        var isGood = true
        for _ in 0..<charactersMax {
            let ascii = UInt8(try reader.take(7))
            if ascii == 0 {
                hasEnded = true
            } else {
                isGood = isGood && !hasEnded && GS1Text.isCharacter(ascii)
            }
            if !hasEnded { characters.append(ascii) }
        }
        // What is left of GIAI-202 behind its last character.
        let rest = try reader.take(bits - charactersMax * 7)
        return isGood && rest == 0 && !characters.isEmpty ? GS1Text.string(characters) : nil
    }

    /// The characters before six zero bits; `nil` where there are more than allowed.
    private static func sixBitText(
        from reader: inout BitFieldReader, charactersMax: Int
    ) throws(Rejection) -> String? {
        var characters: [UInt8] = []
        while true {
            let bits = UInt8(try reader.take(6))
            if bits == 0 { return GS1Text.string(characters) }
            guard characters.count < charactersMax else { return nil }
            characters.append(sixBitCharacter(bits))
        }
    }

    /// The six bits are the low ones of the ASCII code: letters from 0x41, the others as they are.
    private static func sixBitCharacter(_ bits: UInt8) -> UInt8 {
        bits < 0x20 ? bits | 0x40 : bits
    }

    private static func supplier(
        from reader: inout BitFieldReader, characterBits: Int
    ) throws(Rejection) -> String? {
        var characters: [UInt8] = []
        for _ in 0..<6 {
            let bits = UInt8(try reader.take(characterBits))
            characters.append(characterBits == 6 ? sixBitCharacter(bits) : bits)
        }
        if characters[0] == 0x20 { characters.removeFirst() }
        return characters.allSatisfy(GS1Text.isSupplierCharacter) ? GS1Text.string(characters) : nil
    }

    /// Whether a text of 6-bit characters is what this field may hold.
    func isPartText(_ text: String?, lengths: ClosedRange<Int>) -> Bool {
        guard let text, lengths.contains(text.utf8.count) else { return false }
        guard text.utf8.allSatisfy(GS1Text.isPartCharacter) else { return false }
        switch self {
        case .partNumber: return !text.utf8.contains(0x23)
        case .partSerial: return text != "#" && !text.utf8.dropFirst().contains(0x23)
        default: return true
        }
    }
}
