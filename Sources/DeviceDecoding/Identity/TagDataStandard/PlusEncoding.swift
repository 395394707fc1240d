extension PlusScheme {
    /// The bits of an identity, filled with zeros to whole 16-bit words, without data behind it.
    ///
    /// - Parameters:
    ///   - elements: the identifiers of the scheme in any order, each once; a date only for DSGTIN.
    ///   - hostName: for '++' only: ASCII letters, digits, `-` and `.`; the case is not kept.
    /// - Returns: `nil` where a value cannot stand in the scheme; `ElementText` checks what it can before.
    func encoded(_ elements: [ElementText], filter: UInt8, hostName: String? = nil) -> [UInt8]? {
        guard filter >> UInt8(PlusReading.filterBits) == 0, (hostName != nil) == hasHostName else {
            return nil
        }
        var writer = BitFieldWriter()
        writer.append(UInt64(rawValue), width: 8)
        writer.append(0, width: 1)
        writer.append(UInt64(filter), width: PlusReading.filterBits)
        var left = elements
        // Behind the check digit of a GRAI, GDTI or SGCN the serial number follows in the same value.
        var continued = ""
        for piece in pieces {
            guard piece.append(from: &left, continuing: &continued, scheme: self, to: &writer) else {
                return nil
            }
        }
        guard left.isEmpty, continued.isEmpty else { return nil }
        if let hostName {
            guard PlusHostName.append(hostName, to: &writer) else { return nil }
        }
        return writer.wholeWords.count <= TagBits.bytesMax ? writer.wholeWords : nil
    }
}

extension PlusPiece {
    fileprivate func append(
        from left: inout [ElementText], continuing continued: inout String, scheme: PlusScheme,
        to writer: inout BitFieldWriter
    ) -> Bool {
        switch self {
        case .digits(let identifier, let count, _):
            guard let value = left.take(identifier), value.utf8.count >= count else { return false }
            let digits = value.utf8.prefix(count)
            guard digits.allSatisfy(GS1Text.isDigit) else { return false }
            for ascii in digits { writer.append(UInt64(ascii - 0x30), width: 4) }
            continued = String(value.dropFirst(count))
            return true
        case .text(let identifier, let lengths):
            let value = identifier.map { left.take($0) } ?? continued
            if identifier == nil { continued = "" }
            guard let value, lengths.contains(value.utf8.count) else { return false }
            return PlusText.append(value, to: &writer)
        case .extension: return PlusText.append(left.take(.extension) ?? "0", to: &writer)
        case .number(let identifier, let digitsMax):
            let value = identifier.map { left.take($0) } ?? continued
            if identifier == nil { continued = "" }
            guard let value, (1...digitsMax).contains(value.utf8.count),
                value.utf8.allSatisfy(GS1Text.isDigit)
            else { return false }
            writer.append(UInt64(value.utf8.count), width: 4)
            return PlusText.appendNumber(value, asDigits: scheme.hasDisputedNumber, to: &writer)
        case .delimited(let identifier, let isPart):
            guard let value = left.take(identifier) else { return false }
            return PlusPiece.appendDelimited(value, isPart: isPart, to: &writer)
        case .date:
            guard let index = left.firstIndex(where: { $0.identifier.isDate }) else { return false }
            let element = left.remove(at: index)
            guard let date = PlusDate(element.identifier, element.value) else { return false }
            date.append(to: &writer)
            return true
        }
    }

    private static func appendDelimited(
        _ value: String, isPart: Bool, to writer: inout BitFieldWriter
    ) -> Bool {
        let isAllowed = isPart ? GS1Text.isPartCharacter : GS1Text.isCharacter
        let digits = value.utf8.prefix(while: GS1Text.isDigit)
        guard (5...30).contains(value.utf8.count), digits.count >= 4, value.utf8.allSatisfy(isAllowed) else {
            return false
        }
        for ascii in digits { writer.append(UInt64(ascii - 0x30), width: 4) }
        let rest = String(value.dropFirst(digits.count))
        writer.append(rest.isEmpty ? 0xF : 0xE, width: 4)
        return rest.isEmpty || PlusText.append(rest, isAllowed: isAllowed, to: &writer)
    }
}

extension [ElementText] {
    /// Takes the value of an identifier out of the list.
    fileprivate mutating func take(_ identifier: ElementIdentifier) -> String? {
        guard let index = firstIndex(where: { $0.identifier == identifier }) else { return nil }
        return remove(at: index).value
    }
}

extension PlusText {
    /// Indicator, length and characters in the encoding that takes the fewest bits, the first of equals.
    ///
    /// - Parameter isAllowed: the characters of the identifier; part references have a set of their own.
    /// - Returns: `false` for any other character or more than 31 of them.
    static func append(
        _ value: String, isAllowed: (UInt8) -> Bool = GS1Text.isCharacter, to writer: inout BitFieldWriter
    ) -> Bool {
        let characters = Array(value.utf8)
        guard characters.count <= 31, characters.allSatisfy(isAllowed) else { return false }
        let encodings = PlusEncoding.allCases.filter { $0.holds(characters) }
        guard
            let encoding = encodings.min(by: { $0.size(characters.count) < $1.size(characters.count) })
        else { return false }
        writer.append(UInt64(encoding.rawValue), width: 3)
        writer.append(UInt64(characters.count), width: 5)
        switch encoding {
        case .integer: return appendNumber(value, asDigits: false, to: &writer)
        case .code40: appendCode40(characters, to: &writer)
        default:
            for ascii in characters {
                writer.append(UInt64(encoding.symbol(of: ascii) ?? 0), width: encoding.symbolBits)
            }
        }
        return true
    }

    static func appendNumber(_ digits: String, asDigits: Bool, to writer: inout BitFieldWriter) -> Bool {
        if asDigits {
            for ascii in digits.utf8 { writer.append(UInt64(ascii - 0x30), width: 4) }
            return true
        }
        guard let number = digits.isEmpty ? 0 : UInt128(digits) else { return false }
        writer.appendWide(number, width: integerBits(digits: digits.utf8.count))
        return true
    }

    static func appendCode40(_ characters: [UInt8], to writer: inout BitFieldWriter) {
        for first in stride(from: 0, to: characters.count, by: 3) {
            var triple: UInt64 = 0
            for place in first..<(first + 3) {
                let symbol =
                    place < characters.count ? PlusEncoding.code40.symbol(of: characters[place]) ?? 0 : 0
                triple = triple * 40 + UInt64(symbol)
            }
            writer.append(triple + 1, width: 16)
        }
    }
}

extension PlusEncoding {
    fileprivate func holds(_ characters: [UInt8]) -> Bool {
        characters.allSatisfy { symbol(of: $0) != nil }
    }

    /// Bits of the data behind indicator and length.
    fileprivate func size(_ count: Int) -> Int {
        switch self {
        case .integer: return PlusText.integerBits(digits: count)
        case .code40: return (count + 2) / 3 * 16
        default: return count * symbolBits
        }
    }

    /// The other way round than `character(_:)`.
    fileprivate func symbol(of ascii: UInt8) -> UInt8? {
        switch (self, ascii) {
        case (.ascii, 0...0x7F): return ascii
        case (.integer, 0x30...0x39), (.upperHex, 0x30...0x39), (.lowerHex, 0x30...0x39): return ascii - 0x30
        case (.upperHex, 0x41...0x46): return ascii - 0x37
        case (.lowerHex, 0x61...0x66): return ascii - 0x57
        case (.base64, _):
            let sextet = Base64.sextet(of: ascii)
            // The alphabet for URLs and file names only.
            return sextet <= 63 && ascii != 0x2B && ascii != 0x2F ? sextet : nil
        case (.code40, 0x41...0x5A): return ascii - 0x40
        case (.code40, 0x30...0x39): return ascii - 18
        case (.code40, 0x2D), (.code40, 0x2E): return ascii - 18
        case (.code40, 0x3A): return 29
        default: return nil
        }
    }
}

extension PlusHostName {
    /// The name in URN Code 40 behind a zero bit and its length in characters.
    ///
    /// No published example of that form is known to us; it is what our own reading takes, and nobody's else
    /// may be relied on.
    static func append(_ name: String, to writer: inout BitFieldWriter) -> Bool {
        let characters = Array(name.uppercased().utf8)
        guard (charactersMin...63).contains(characters.count),
            characters.allSatisfy({ $0 == 0x2D || $0 == 0x2E || GS1Text.isDigit($0) || (0x41...0x5A) ~= $0 })
        else { return false }
        writer.append(0, width: 1)
        writer.append(UInt64(characters.count), width: 6)
        PlusText.appendCode40(characters, to: &writer)
        return true
    }
}
