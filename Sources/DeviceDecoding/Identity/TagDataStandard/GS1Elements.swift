/// The application identifiers of the keys that tags carry.
///
/// - Source: GS1 General Specifications, section 3; GS1 Digital Link URI syntax for which of them is a key.
enum ElementIdentifier: UInt8, CaseIterable, Sendable {
    case sscc, gtin, serial, gln, `extension`, grai, giai, gsrn, gsrnp, gdti, cpid, cpidSerial, sgcn,
        itip
    // The dates of DSGTIN+, in the order of its kinds 0...6.
    case production, packaging, bestBefore, sellBy, expiration, firstFreezing, harvest

    var digits: StaticString {
        switch self {
        case .sscc: return "00"
        case .gtin: return "01"
        case .serial: return "21"
        case .gln: return "414"
        case .extension: return "254"
        case .grai: return "8003"
        case .giai: return "8004"
        case .gsrn: return "8018"
        case .gsrnp: return "8017"
        case .gdti: return "253"
        case .cpid: return "8010"
        case .cpidSerial: return "8011"
        case .sgcn: return "255"
        case .itip: return "8006"
        case .production: return "11"
        case .packaging: return "13"
        case .bestBefore: return "15"
        case .sellBy: return "16"
        case .expiration: return "17"
        case .firstFreezing: return "7006"
        case .harvest: return "7007"
        }
    }

    /// By kind of date, 0...6.
    static let dates: [ElementIdentifier] = [
        .production, .packaging, .bestBefore, .sellBy, .expiration, .firstFreezing, .harvest,
    ]

    var isDate: Bool { rawValue >= ElementIdentifier.production.rawValue }
}

/// Up to three application identifiers with their values, held inline.
struct GS1Elements {
    private var identifiers = InlineArray<3, ElementIdentifier>(repeating: .sscc)
    /// A value for each identifier.
    private(set) var text = TagValues()

    var count: Int { text.count }

    func identifier(_ index: Int) -> ElementIdentifier { identifiers[index] }

    mutating func append(_ identifier: ElementIdentifier, _ write: (inout TagValues) -> Void) {
        guard count < 3 else { return }
        identifiers[count] = identifier
        write(&text)
        text.close()
    }

    /// Continues the last value.
    mutating func extend(_ write: (inout TagValues) -> Void) {
        text.reopen()
        write(&text)
        text.close()
    }

    func isSame(as other: GS1Elements) -> Bool {
        guard text.isSame(as: other.text) else { return false }
        for index in 0..<count where identifiers[index] != other.identifiers[index] { return false }
        return true
    }

    /// `(01)80614141123458(21)6789`: each identifier in round brackets, values without escapes unless one has
    /// two to four digits in round brackets itself.
    func writeElementString(to sink: inout TextSink) {
        for index in 0..<count {
            sink.write(0x28)
            sink.write(identifiers[index].digits)
            sink.write(0x29)
            sink.writeElement(text[index], of: text)
        }
    }

    /// `https://id.gs1.org/01/80614141123458/21/6789`; a date stands in the query.
    func writeDigitalLink(to sink: inout TextSink) {
        sink.write("https://id.gs1.org")
        for index in 0..<count {
            let isDate = identifiers[index].isDate
            sink.write(isDate ? 0x3F : 0x2F)
            sink.write(identifiers[index].digits)
            sink.write(isDate ? 0x3D : 0x2F)
            sink.writeLink(text[index], of: text)
        }
    }
}
