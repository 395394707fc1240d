import AssetModel

extension EPCEncoding {
    /// The bits of what a URI says.
    func bits(of uri: IdentityURI) throws(TextFault) -> [UInt8] {
        let start = uri.offsets[0]
        let filter = uri.filter ?? self.filter ?? 0
        switch scheme {
        case .binary(let asked):
            guard asked.key == uri.key else { throw TextFault(at: start) }
            return try EPCEncoding.first([asked], filter: filter, uri.values, at: uri.offsets)
        case .plus(let asked):
            // Whatever form holds it: only its element string is wanted.
            let bytes = try EPCEncoding.first(uri.key.schemes, filter: 0, uri.values, at: uri.offsets)
            let list = try EPCEncoding.elements(of: bytes, at: start)
            return try EPCEncoding.bits(of: list, asked, filter: filter, hostName: nil)
        case nil:
            let schemes = uri.scheme.map { [$0] } ?? uri.key.schemes
            return try EPCEncoding.first(schemes, filter: filter, uri.values, at: uri.offsets)
        }
    }

    /// The bits of an element string or a link.
    func bits(of list: [ElementText], hostName: String?) throws(TextFault) -> [UInt8] {
        for element in list { try element.identifier.check(element) }
        guard let key = list.first(where: { $0.identifier.plusScheme != nil }),
            let natural = key.identifier.plusScheme
        else { throw TextFault(.missingIdentity, at: 0) }
        let filter = filter ?? 0
        switch scheme {
        case .plus(let asked):
            return try EPCEncoding.bits(of: list, asked, filter: filter, hostName: hostName)
        case .binary(let asked):
            return try partitioned(list, key, natural, [asked])
        case nil where companyPrefixDigits != nil:
            return try partitioned(list, key, natural, nil)
        case nil:
            let hasDate = natural == .sgtin && list.contains { $0.identifier.isDate }
            return try EPCEncoding.bits(
                of: list, hasDate ? .dsgtin : natural, filter: filter, hostName: nil)
        }
    }

    private static func bits(
        of list: [ElementText], _ scheme: PlusScheme, filter: UInt8, hostName: String?
    ) throws(TextFault) -> [UInt8] {
        guard filter >> UInt8(PlusReading.filterBits) == 0 else { throw TextFault(.numberOutOfRange, at: 0) }
        try checkPlaces(of: list, in: scheme)
        let name = scheme.hasHostName ? hostName : nil
        guard let bytes = scheme.encoded(list, filter: filter, hostName: name) else {
            throw TextFault(at: list.first?.offset ?? 0)
        }
        return bytes
    }

    /// - Throws: for the key of another scheme, an identifier that comes twice, data without a place.
    private static func checkPlaces(of list: [ElementText], in scheme: PlusScheme) throws(TextFault) {
        let key = list.first { $0.identifier.plusScheme != nil }
        if let key, !scheme.carries(key.identifier) { throw TextFault(at: key.offset) }
        var hasDate = false
        for (index, element) in list.enumerated() {
            let identifier = element.identifier
            if list[..<index].contains(where: { $0.identifier == identifier }) {
                throw TextFault(at: element.offset)
            }
            guard scheme.carries(identifier), !(identifier.isDate && hasDate) else {
                throw TextFault(notCarried: identifier.text)
            }
            hasDate = hasDate || identifier.isDate
        }
    }

    /// With the company prefix set apart.
    private func partitioned(
        _ list: [ElementText], _ key: ElementText, _ natural: PlusScheme, _ asked: [BinaryScheme]?
    ) throws(TextFault) -> [UInt8] {
        guard let prefixDigits = companyPrefixDigits, (6...12).contains(prefixDigits),
            let binaryKey = BinaryScheme.Key(rawValue: String(natural.name.dropLast())),
            asked.map({ $0.allSatisfy { $0.key == binaryKey } }) ?? true
        else { throw TextFault(at: key.offset) }
        try EPCEncoding.checkPlaces(of: list, in: natural)
        var rest = list.filter { $0 != key }
        var values = key.partitioned(prefixDigits: prefixDigits)
        let qualifier: ElementIdentifier? =
            switch binaryKey {
            case .sgtin, .itip: .serial
            case .sgln: .extension
            case .cpi: .cpidSerial
            default: nil
            }
        if let qualifier {
            let index = rest.firstIndex { $0.identifier == qualifier }
            // No extension is written as 0; a number without serial number is a kind and no thing.
            guard index != nil || qualifier == .extension else { throw TextFault(.missingIdentity, at: 0) }
            values.append(index.map { rest.remove(at: $0).value } ?? "0")
        }
        if let strange = rest.first { throw TextFault(at: strange.offset) }
        let offsets = [Int](repeating: key.offset, count: values.count + 1)
        return try EPCEncoding.first(asked ?? binaryKey.schemes, filter: filter ?? 0, values, at: offsets)
    }

    /// The first scheme that holds the values.
    private static func first(
        _ schemes: [BinaryScheme], filter: UInt8, _ values: [String], at offsets: [Int]
    ) throws(TextFault) -> [UInt8] {
        var fault = TextFault(at: offsets[0])
        for scheme in schemes {
            guard filter >> UInt8(scheme.filterBits) == 0 else {
                fault = TextFault(.numberOutOfRange, at: offsets[0])
                continue
            }
            do throws(ValueFault) {
                return try BinaryIdentity(scheme: scheme, filter: filter, values: values).bits()
            } catch {
                fault = TextFault(at: offsets[min(error.index, offsets.count - 1)])
            }
        }
        throw fault
    }

    /// The elements of bits that have just been made.
    private static func elements(of bytes: [UInt8], at offset: Int) throws(TextFault) -> [ElementText] {
        do throws(TagFault) {
            guard let bits = TagBits(bytes), let elements = try BinaryReading(bits).elements else {
                throw .malformed(atBit: 0)
            }
            return (0..<elements.count).map {
                ElementText(
                    identifier: elements.identifier($0), value: elements.text.string($0), offset: offset)
            }
        } catch {
            throw TextFault(at: offset)
        }
    }
}

extension ElementText {
    /// Company prefix, reference and what stands in the same value behind the check digit.
    fileprivate func partitioned(prefixDigits: Int) -> [String] {
        let digits = Array(value)
        func text(_ range: Range<Int>) -> String { String(digits[range.clamped(to: 0..<digits.count)]) }
        switch identifier {
        case .gtin, .itip:
            let reference = text(0..<1) + text((1 + prefixDigits)..<13)
            let pieces = identifier == .itip ? [text(14..<16), text(16..<18)] : []
            return [text(1..<(1 + prefixDigits)), reference] + pieces
        case .sscc:
            return [text(1..<(1 + prefixDigits)), text(0..<1) + text((1 + prefixDigits)..<17)]
        case .gsrn, .gsrnp: return [text(0..<prefixDigits), text(prefixDigits..<17)]
        case .gln: return [text(0..<prefixDigits), text(prefixDigits..<12)]
        case .grai:
            return [
                text(1..<(1 + prefixDigits)), text((1 + prefixDigits)..<13), text(14..<max(14, digits.count)),
            ]
        case .gdti, .sgcn:
            return [text(0..<prefixDigits), text(prefixDigits..<12), text(13..<max(13, digits.count))]
        default: return [text(0..<prefixDigits), text(prefixDigits..<max(prefixDigits, digits.count))]
        }
    }
}
