extension TagField {
    /// Appends the bits of a value. `false` where the field cannot hold it; the bits are then of no use.
    ///
    /// - Parameter value: as `read(from:behind:into:)` adds it; ignored for bits without a value.
    func append(
        _ value: String, to writer: inout BitFieldWriter, behind partition: inout Partition?
    ) -> Bool {
        if self == .companyPrefix {
            partition = Partition(prefixDigits: value.utf8.count)
            guard let partition else { return false }
            writer.append(partition.value, width: Partition.width)
        }
        let (prefixBits, prefixDigits) = Partition.share(partition)
        switch self {
        case .companyPrefix:
            return TagField.appendDigits(value, digits: prefixDigits, bits: prefixBits, to: &writer)
        case .paddedReference(let bits, let digits):
            return TagField.appendDigits(
                value, digits: digits - prefixDigits, bits: bits - prefixBits, to: &writer)
        case .paddedInteger(let bits, let digits):
            return TagField.appendDigits(value, digits: digits, bits: bits, to: &writer)
        case .plainReference(let bits, let digits):
            return TagField.appendPlain(
                value, digitsMax: digits - prefixDigits, bits: bits - prefixBits, to: &writer)
        case .integer(let bits, let digits):
            return TagField.appendPlain(value, digitsMax: digits, bits: bits, to: &writer)
        case .digitsBehindOne(let bits, let digits):
            guard (1...digits).contains(value.utf8.count) else { return false }
            return TagField.appendNumber(GS1Text.number("1" + value), bits: bits, to: &writer)
        case .textReference(let bits, let characters):
            return TagField.appendSevenBit(
                value, charactersMax: characters - prefixDigits, bits: bits - prefixBits, to: &writer)
        case .text(let characters):
            return TagField.appendSevenBit(
                value, charactersMax: characters, bits: characters * 7, to: &writer)
        case .partReference(let characters):
            return appendSixBit(value, lengths: 1...(characters - prefixDigits), to: &writer)
        case .partNumber(let lengths), .partSerial(let lengths):
            return appendSixBit(value, lengths: lengths, to: &writer)
        case .supplier(let bits):
            return TagField.appendSupplier(value, characterBits: bits, to: &writer)
        case .zeros(let bits): return TagField.appendNumber(0, bits: bits, to: &writer)
        }
    }

    private static func appendNumber(
        _ number: UInt64?, bits: Int, to writer: inout BitFieldWriter
    ) -> Bool {
        guard let number, bits >= 64 || number >> UInt64(bits) == 0 else { return false }
        writer.append(number, width: bits)
        return true
    }

    private static func appendDigits(
        _ value: String, digits: Int, bits: Int, to writer: inout BitFieldWriter
    ) -> Bool {
        value.utf8.count == digits && appendNumber(GS1Text.number(value), bits: bits, to: &writer)
    }

    private static func appendPlain(
        _ value: String, digitsMax: Int, bits: Int, to writer: inout BitFieldWriter
    ) -> Bool {
        value.utf8.count <= digitsMax
            && appendNumber(GS1Text.plainNumber(value), bits: bits, to: &writer)
    }

    private static func appendSevenBit(
        _ value: String, charactersMax: Int, bits: Int, to writer: inout BitFieldWriter
    ) -> Bool {
        let characters = value.utf8
        guard (1...charactersMax).contains(characters.count), characters.allSatisfy(GS1Text.isCharacter)
        else { return false }
        for ascii in characters { writer.append(UInt64(ascii), width: 7) }
        for _ in 0..<(bits - characters.count * 7) { writer.append(0, width: 1) }
        return true
    }

    private func appendSixBit(
        _ value: String, lengths: ClosedRange<Int>, to writer: inout BitFieldWriter
    ) -> Bool {
        var text = TagValues()
        text.append(value)
        guard value.utf8.count <= lengths.upperBound, isPartText(text, lengths: lengths) else {
            return false
        }
        for ascii in value.utf8 { writer.append(UInt64(ascii & 0x3F), width: 6) }
        writer.append(0, width: 6)
        return true
    }

    private static func appendSupplier(
        _ value: String, characterBits: Int, to writer: inout BitFieldWriter
    ) -> Bool {
        let characters = Array(value.utf8)
        guard (5...6).contains(characters.count), characters.allSatisfy(GS1Text.isSupplierCharacter)
        else { return false }
        let mask: UInt8 = characterBits == 6 ? 0x3F : 0xFF
        for ascii in (characters.count == 5 ? [0x20] : []) + characters {
            writer.append(UInt64(ascii & mask), width: characterBits)
        }
        return true
    }
}
