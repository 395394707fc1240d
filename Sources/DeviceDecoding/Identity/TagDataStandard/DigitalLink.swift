import AssetModel

/// A GS1 Digital Link taken apart: `https://id.gs1.org/01/80614141123458/21/6789?17=261121`.
///
/// The host and what stands before the key in the path may be anybody's, and so may words in the query; a
/// slash at the end of the path says nothing. Dates stand in the query.
/// - Source: GS1 Digital Link standard, URI syntax, uncompressed form.
struct DigitalLink {
    /// As it stands there, without a port.
    let hostName: String
    private(set) var elements: [ElementText] = []

    static let schemes = ["https://", "http://"]

    /// - Parameter text: with one of the schemes, in lower case.
    /// - Throws: `malformedItem` for data of any other application identifier.
    init(_ text: [UInt8]) throws(TextFault) {
        guard let scheme = DigitalLink.schemes.first(where: { text.starts(with: $0.utf8) }) else {
            throw TextFault(.unknownShape, at: 0)
        }
        let start = scheme.utf8.count
        let pathStart = text[start...].firstIndex(of: 0x2F) ?? text.endIndex
        hostName = GS1Text.string(text[start..<pathStart].prefix { $0 != 0x3A })
        let pathEnd = text[pathStart...].firstIndex { $0 == 0x3F || $0 == 0x23 } ?? text.endIndex
        try readPath(text[pathStart..<pathEnd])
        if pathEnd < text.endIndex, text[pathEnd] == 0x3F {
            try readQuery(text[(pathEnd + 1)...].prefix { $0 != 0x23 })
        }
    }

    private mutating func readPath(_ path: ArraySlice<UInt8>) throws(TextFault) {
        let segments = path.split(separator: 0x2F, omittingEmptySubsequences: false).dropFirst()
        guard let key = DigitalLink.key(in: segments),
            segments.endIndex - key <= DigitalLink.pairsMax * 2 + 1
        else { throw TextFault(.unknownShape, at: path.startIndex) }
        for index in stride(from: key, to: segments.endIndex - 1, by: 2) {
            guard GS1Text.isIdentifier(segments[index]) else {
                throw TextFault(at: segments[index].startIndex)
            }
            try append(segments[index], segments[index + 1]) { !$0.isDate }
        }
    }

    /// Where the pairs of identifier and value begin that end the path, or end before its last slash.
    private static func key(in segments: ArraySlice<ArraySlice<UInt8>>) -> Int? {
        let keys = segments.indices.filter { ElementIdentifier(segments[$0])?.plusScheme != nil }
        let beforeSlash =
            segments.last?.isEmpty == true ? keys.first { (segments.endIndex - $0) % 2 == 1 } : nil
        return beforeSlash ?? keys.first { (segments.endIndex - $0) % 2 == 0 }
    }

    private mutating func readQuery(_ query: ArraySlice<UInt8>) throws(TextFault) {
        for pair in query.split(whereSeparator: { $0 == 0x26 || $0 == 0x3B }) {
            guard let equals = pair.firstIndex(of: 0x3D),
                GS1Text.isIdentifier(pair[..<equals])
            else { continue }
            try append(pair[..<equals], pair[(equals + 1)...]) { $0.isDate }
        }
    }

    private mutating func append(
        _ digits: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, where belongs: (ElementIdentifier) -> Bool
    ) throws(TextFault) {
        guard let identifier = ElementIdentifier(digits), belongs(identifier) else {
            throw TextFault(notCarried: GS1Text.string(digits))
        }
        var places: [Int] = []
        let text = try PercentText.decoded(value, places: &places)
        elements.append(
            ElementText(identifier: identifier, value: text, offset: value.startIndex, places: places))
    }

    /// A key, its three qualifiers (variant, batch, serial number), and one more to say what is too much.
    private static let pairsMax = 5
}

/// `%` and two hex digits, as in a URN or a link.
enum PercentText {
    /// - Parameter refusing: characters that may not stand there without an escape.
    static func decoded(
        _ text: ArraySlice<UInt8>, refusing: (UInt8) -> Bool
    ) throws(TextFault) -> String {
        var places: [Int] = []
        return try decoded(text, refusing: refusing, places: &places)
    }

    /// - Parameter places: where each character stands, an escaped one with its `%`.
    static func decoded(
        _ text: ArraySlice<UInt8>, refusing: (UInt8) -> Bool = { _ in false }, places: inout [Int]
    ) throws(TextFault) -> String {
        var characters: [UInt8] = []
        var place = text.startIndex
        while place < text.endIndex {
            let ascii = text[place]
            places.append(place)
            guard ascii == 0x25 else {
                guard ascii < 0x80, !refusing(ascii) else { throw TextFault(at: place) }
                characters.append(ascii)
                place += 1
                continue
            }
            guard place + 2 < text.endIndex, let high = HexDigit.value(of: text[place + 1]),
                let low = HexDigit.value(of: text[place + 2]), high < 8
            else { throw TextFault(at: place) }
            characters.append(high << 4 | low)
            place += 3
        }
        return GS1Text.string(characters)
    }
}
