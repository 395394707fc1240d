/// The '+' schemes of TDS 2: header 8, data toggle 1, filter 3, then the values of GS1 application
/// identifiers. The length of the company prefix is not known, so there is no URN. '++' (TDS 2.3) adds a host
/// name.
/// - Source: GS1 EPC Tag Data Standard 2.x, section 14.6, tables E and F.
enum PlusScheme: UInt8, CaseIterable, Hashable, Sendable {
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
    var name: String { layout.key + (hasHostName ? "++" : "+") }

    var hasHostName: Bool { rawValue < 0xF0 || rawValue > 0xFB }

    /// Published examples of these two disagree on how the serial number is packed.
    var hasDisputedNumber: Bool { self == .cpiHost || self == .sgcnHost }

    /// No check digit, or not sure where the name begins: the host name has to make sense.
    var needsHostName: Bool { self == .giaiHost || hasDisputedNumber }

    var pieces: [PlusPiece] { layout.pieces }

    private var layout: (key: String, pieces: [PlusPiece]) {
        switch self {
        case .sgtin, .sgtinHost: return ("sgtin", [.gtin, .serial])
        case .dsgtin, .dsgtinHost: return ("dsgtin", [.date, .gtin, .serial])
        case .sscc, .ssccHost: return ("sscc", [.digits("(00)", count: 18, checked: 18)])
        case .sgln, .sglnHost: return ("sgln", [.digits("(414)", count: 13, checked: 13), .extension])
        case .grai, .graiHost:
            return ("grai", [.digits("(8003)", count: 14, checked: 14), .text("", lengths: 1...16)])
        case .gsrn, .gsrnHost: return ("gsrn", [.digits("(8018)", count: 18, checked: 18)])
        case .gsrnp, .gsrnpHost: return ("gsrnp", [.digits("(8017)", count: 18, checked: 18)])
        case .gdti, .gdtiHost:
            return ("gdti", [.digits("(253)", count: 13, checked: 13), .text("", lengths: 1...17)])
        case .itip, .itipHost: return ("itip", [.digits("(8006)", count: 18, checked: 14), .serial])
        case .sgcn, .sgcnHost:
            return ("sgcn", [.digits("(255)", count: 13, checked: 13), .number("", digitsMax: 12)])
        case .giai, .giaiHost: return ("giai", [.delimited("(8004)", isPart: false)])
        case .cpi, .cpiHost:
            return ("cpi", [.delimited("(8010)", isPart: true), .number("(8011)", digitsMax: 12)])
        }
    }
}

/// One part of a '+' scheme; the text is the application identifier to print in front, "" where the part
/// continues the one before.
enum PlusPiece: Hashable, Sendable {
    /// Four bits a digit; the first `checked` digits end in their check digit. The rest is piece and total.
    case digits(String, count: Int, checked: Int)
    /// Encoding indicator 3, length 5, then the characters of that encoding.
    case text(String, lengths: ClosedRange<Int>)
    /// SGLN: as text; "0" or nothing says that there is no extension.
    case `extension`
    /// Length 4, then the digits as one integer.
    case number(String, digitsMax: Int)
    /// Four bits a digit up to F, or up to E and a text behind it.
    case delimited(String, isPart: Bool)
    /// DSGTIN: kind of date 4, year 7, month 4, day 5; printed at the end.
    case date

    static let gtin = PlusPiece.digits("(01)", count: 14, checked: 14)
    static let serial = PlusPiece.text("(21)", lengths: 1...20)
}
