/// The '+' schemes of TDS 2: header 8, data toggle 1, filter 3, then the values of GS1 application
/// identifiers. The length of the company prefix is not known, so there is no URN. '++' (TDS 2.3) adds a host
/// name.
/// - Source: GS1 EPC Tag Data Standard 2.x, section 14.6, tables E and F.
package enum PlusScheme: UInt8, CaseIterable, Hashable, Sendable {
    case cpi = 0xF0
    case grai = 0xF1
    case sgln = 0xF2
    case itip = 0xF3
    case gsrn = 0xF4
    case gsrnp = 0xF5
    case gdti = 0xF6
    case sgtin = 0xF7
    case sgcn = 0xF8
    case sscc = 0xF9
    case giai = 0xFA
    case dsgtin = 0xFB
    case cpiHost = 0xE6
    case gsrnHost = 0xE7
    case gsrnpHost = 0xE8
    case sglnHost = 0xE9
    case gdtiHost = 0xEA
    case graiHost = 0xEB
    case sgcnHost = 0xEC
    case itipHost = 0xED
    case giaiHost = 0xEE
    case ssccHost = 0xEF
    case dsgtinHost = 0xFC
    case sgtinHost = 0xFD

    /// Lower case: "sgtin+", "sgtin++".
    package var name: String { word + (hasHostName ? "++" : "+") }

    package var hasHostName: Bool { rawValue < 0xF0 || rawValue > 0xFB }

    /// Published examples of these two disagree on how the serial number is packed.
    var hasDisputedNumber: Bool { self == .cpiHost || self == .sgcnHost }

    /// No check digit, or not sure where the name begins: the host name has to make sense.
    var needsHostName: Bool { self == .giaiHost || hasDisputedNumber }

    /// Made once: a read allocates nothing.
    var pieces: [PlusPiece] {
        switch self {
        case .sgtin, .sgtinHost: return PlusPiece.sgtin
        case .dsgtin, .dsgtinHost: return PlusPiece.dsgtin
        case .sscc, .ssccHost: return PlusPiece.sscc
        case .sgln, .sglnHost: return PlusPiece.sgln
        case .grai, .graiHost: return PlusPiece.grai
        case .gsrn, .gsrnHost: return PlusPiece.gsrn
        case .gsrnp, .gsrnpHost: return PlusPiece.gsrnp
        case .gdti, .gdtiHost: return PlusPiece.gdti
        case .itip, .itipHost: return PlusPiece.itip
        case .sgcn, .sgcnHost: return PlusPiece.sgcn
        case .giai, .giaiHost: return PlusPiece.giai
        case .cpi, .cpiHost: return PlusPiece.cpi
        }
    }

    /// Whether it has a place for the value of an identifier.
    func carries(_ identifier: ElementIdentifier) -> Bool {
        pieces.contains { $0.carries(identifier) }
    }

    private var word: String {
        switch self {
        case .sgtin, .sgtinHost: return "sgtin"
        case .dsgtin, .dsgtinHost: return "dsgtin"
        case .sscc, .ssccHost: return "sscc"
        case .sgln, .sglnHost: return "sgln"
        case .grai, .graiHost: return "grai"
        case .gsrn, .gsrnHost: return "gsrn"
        case .gsrnp, .gsrnpHost: return "gsrnp"
        case .gdti, .gdtiHost: return "gdti"
        case .itip, .itipHost: return "itip"
        case .sgcn, .sgcnHost: return "sgcn"
        case .giai, .giaiHost: return "giai"
        case .cpi, .cpiHost: return "cpi"
        }
    }
}

/// One part of a '+' scheme; the identifier is that of its value, `nil` where the part continues the value
/// before.
enum PlusPiece: Hashable, Sendable {
    /// Four bits a digit; the first `checked` digits end in their check digit. The rest is piece and total.
    case digits(ElementIdentifier, count: Int, checked: Int)
    /// Encoding indicator 3, length 5, then the characters of that encoding.
    case text(ElementIdentifier?, lengths: ClosedRange<Int>)
    /// SGLN: as text; "0" or nothing says that there is no extension.
    case `extension`
    /// Length 4, then the digits as one integer.
    case number(ElementIdentifier?, digitsMax: Int)
    /// Four bits a digit up to F, or up to E and a text behind it that does not begin with a digit.
    case delimited(ElementIdentifier, isPart: Bool)
    /// DSGTIN: kind of date 4, year 7, month 4, day 5; printed at the end.
    case date

    func carries(_ other: ElementIdentifier) -> Bool {
        switch self {
        case .digits(let identifier, _, _), .delimited(let identifier, _): return identifier == other
        case .text(let identifier, _), .number(let identifier, _): return identifier == other
        case .extension: return other == .extension
        case .date: return other.isDate
        }
    }

    private static let gtin = PlusPiece.digits(.gtin, count: 14, checked: 14)
    private static let serial = PlusPiece.text(.serial, lengths: 1...20)

    static let sgtin = [gtin, serial]
    static let dsgtin = [.date, gtin, serial]
    static let sscc = [PlusPiece.digits(.sscc, count: 18, checked: 18)]
    static let sgln = [PlusPiece.digits(.gln, count: 13, checked: 13), .extension]
    static let grai = [PlusPiece.digits(.grai, count: 14, checked: 14), .text(nil, lengths: 1...16)]
    static let gsrn = [PlusPiece.digits(.gsrn, count: 18, checked: 18)]
    static let gsrnp = [PlusPiece.digits(.gsrnp, count: 18, checked: 18)]
    static let gdti = [PlusPiece.digits(.gdti, count: 13, checked: 13), .text(nil, lengths: 1...17)]
    static let itip = [PlusPiece.digits(.itip, count: 18, checked: 14), serial]
    static let sgcn = [PlusPiece.digits(.sgcn, count: 13, checked: 13), .number(nil, digitsMax: 12)]
    static let giai = [PlusPiece.delimited(.giai, isPart: false)]
    static let cpi = [PlusPiece.delimited(.cpid, isPart: true), .number(.cpidSerial, digitsMax: 12)]
}
