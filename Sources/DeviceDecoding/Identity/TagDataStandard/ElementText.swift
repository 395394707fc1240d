import AssetModel

/// One application identifier and its value, as an element string or a GS1 Digital Link has them.
struct ElementText: Equatable {
    var identifier: ElementIdentifier
    var value: String
    /// Where the value begins in the text.
    var offset: Int
    /// Where each character of the value stands in the text, an escaped one with its escape; empty where the
    /// text is not this value's.
    var places: [Int] = []

    func place(_ index: Int) -> Int { places.indices.contains(index) ? places[index] : offset }
}

/// Why a text that should be encoded is not taken.
struct TextFault: Error, Equatable {
    let rejection: Rejection

    init(_ reason: Rejection.Reason = .malformedIdentity, at offset: Int) {
        rejection = Rejection(reason, offset: offset)
    }

    /// Data that the scheme has no room for: to leave it out would lose it in silence.
    /// - Parameter identifier: its digits.
    init(notCarried identifier: String) {
        rejection = Rejection(.malformedItem, at: "AI \(identifier)")
    }
}

extension ElementText {
    /// `(01)80614141123458(21)6789`: the bracketed syntax of GS1, in any order.
    ///
    /// A value ends where two to four digits in round brackets begin; every other bracket is part of it.
    /// Where the value itself has such digits, `\(` stands for the bracket before them.
    static func list(elementString text: [UInt8]) throws(TextFault) -> [ElementText] {
        var list: [ElementText] = []
        var offset = 0
        while offset < text.count {
            guard list.count < listMax,
                let length = GS1Text.bracketedDigits(text.count - offset, { text[offset + $0] })
            else { throw TextFault(at: offset) }
            let start = offset + length + 2
            let digits = text[(offset + 1)..<(start - 1)]
            guard let identifier = ElementIdentifier(digits) else {
                throw TextFault(notCarried: GS1Text.string(digits))
            }
            let places = places(of: text, from: start, end: &offset)
            let value = GS1Text.string(places.map { text[$0] })
            list.append(ElementText(identifier: identifier, value: value, offset: start, places: places))
        }
        return list
    }

    /// More elements than any identity has.
    private static let listMax = 4

    /// Where the characters of a value stand.
    /// - Parameter end: where the next element begins.
    private static func places(of text: [UInt8], from start: Int, end: inout Int) -> [Int] {
        var places: [Int] = []
        end = start
        while end < text.count {
            if text[end] == 0x5C, end + 1 < text.count, text[end + 1] == 0x28 {
                end += 1
            } else if GS1Text.bracketedDigits(text.count - end, { text[end + $0] }) != nil {
                break
            }
            places.append(end)
            end += 1
        }
        return places
    }
}

extension ElementIdentifier {
    init?(_ digits: some Collection<UInt8>) {
        guard let known = ElementIdentifier.allCases.first(where: { $0.ascii.elementsEqual(digits) }) else {
            return nil
        }
        self = known
    }

    var ascii: [UInt8] { digits.withUTF8Buffer { Array($0) } }

    var text: String { GS1Text.string(ascii) }

    /// Characters of a value that always has as many; of the others the most and at least one.
    var fixedLength: Int? {
        switch self {
        case .gtin: return 14
        case .gln: return 13
        case .sscc, .gsrn, .gsrnp, .itip: return 18
        default: return isDate ? 6 : nil
        }
    }

    /// Digits at the front of which the last is a check digit; 0 where there is none.
    private var checkedDigits: Int {
        switch self {
        case .gtin, .itip, .grai: return 14
        case .gln, .gdti, .sgcn: return 13
        case .sscc, .gsrn, .gsrnp: return 18
        default: return 0
        }
    }

    /// Length, digits, check digit and characters.
    func check(_ element: ElementText) throws(TextFault) {
        let (value, offset) = (element.value, element.offset)
        let characters = Array(value.utf8)
        let least = max(fixedLength ?? 1, checkedDigits)
        guard characters.count >= least, characters.count <= fixedLength ?? 30 else {
            throw TextFault(.identityLength, at: offset)
        }
        let isAllDigits = fixedLength != nil || self == .cpidSerial || self == .sgcn
        for (place, ascii) in characters.enumerated() {
            let isGood =
                isAllDigits || place < checkedDigits
                ? GS1Text.isDigit(ascii)
                : self == .cpid ? GS1Text.isPartCharacter(ascii) : GS1Text.isCharacter(ascii)
            guard isGood else { throw TextFault(at: element.place(place)) }
        }
        // The 14 digits of a GRAI begin with a zero.
        if self == .grai, characters[0] != 0x30 { throw TextFault(at: offset) }
        if isDate, PlusDate(self, value) == nil { throw TextFault(at: offset) }
        guard checkedDigits > 0 else { return }
        let text = TagValues([value])
        guard text.checkDigit(of: 0..<(checkedDigits - 1)) == characters[checkedDigits - 1] else {
            throw TextFault(at: element.place(checkedDigits - 1))
        }
    }

    /// The key that a list of elements begins with, as a '+' scheme without host name; `nil` for what only
    /// qualifies a key.
    var plusScheme: PlusScheme? {
        switch self {
        case .sscc: return .sscc
        case .gtin: return .sgtin
        case .gln: return .sgln
        case .grai: return .grai
        case .giai: return .giai
        case .gsrn: return .gsrn
        case .gsrnp: return .gsrnp
        case .gdti: return .gdti
        case .cpid: return .cpi
        case .sgcn: return .sgcn
        case .itip: return .itip
        default: return nil
        }
    }
}
