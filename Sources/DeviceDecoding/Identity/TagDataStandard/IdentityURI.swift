import AssetModel

/// A tag URI or a pure identity URI taken apart.
struct IdentityURI {
    static let tagPrefix = "urn:epc:tag:"
    static let purePrefix = "urn:epc:id:"

    let key: BinaryScheme.Key
    /// What a tag URI says and a pure identity URI does not.
    let scheme: BinaryScheme?
    let filter: UInt8?
    /// Without escapes.
    private(set) var values: [String] = []
    /// Where each value begins in the text, and where the text ends.
    private(set) var offsets: [Int] = []

    /// - Parameter text: with one of the prefixes.
    init(_ text: [UInt8]) throws(TextFault) {
        let isTag = text.starts(with: IdentityURI.tagPrefix.utf8)
        let start = (isTag ? IdentityURI.tagPrefix : IdentityURI.purePrefix).utf8.count
        guard let colon = text[start...].firstIndex(of: 0x3A) else { throw TextFault(at: start) }
        let word = GS1Text.string(text[start..<colon])
        var rest = text[(colon + 1)...]
        if isTag {
            guard case .binary(let named)? = EPCEncoding.Scheme(name: word) else {
                throw TextFault(at: start)
            }
            (scheme, key) = (named, named.key)
            filter = try IdentityURI.takeFilter(&rest, of: named)
        } else {
            guard let named = BinaryScheme.Key(rawValue: word) else { throw TextFault(at: start) }
            (scheme, filter, key) = (nil, nil, named)
        }
        try readValues(rest)
    }

    private static func takeFilter(
        _ rest: inout ArraySlice<UInt8>, of scheme: BinaryScheme
    ) throws(TextFault) -> UInt8? {
        guard scheme.filterBits > 0 else { return nil }
        guard let dot = rest.firstIndex(of: 0x2E),
            let number = GS1Text.plainNumber(GS1Text.string(rest[..<dot])),
            number >> UInt64(scheme.filterBits) == 0
        else { throw TextFault(at: rest.startIndex) }
        rest = rest[(dot + 1)...]
        return UInt8(number)
    }

    /// The last value may have dots of its own.
    private mutating func readValues(_ text: ArraySlice<UInt8>) throws(TextFault) {
        let parts = text.split(
            separator: 0x2E, maxSplits: key.valueCount - 1, omittingEmptySubsequences: false)
        guard parts.count == key.valueCount else { throw TextFault(at: text.endIndex) }
        for part in parts {
            offsets.append(part.startIndex)
            values.append(try PercentText.decoded(part, refusing: GS1Text.needsURNEscape))
        }
        offsets.append(text.endIndex)
    }
}

extension BinaryScheme.Key {
    /// How many values the URN has.
    var valueCount: Int {
        switch self {
        case .sscc, .giai, .gsrn, .gsrnp, .usdod: return 2
        case .itip: return 5
        default: return 3
        }
    }

    /// Schemes that may be written, the shortest first.
    var schemes: [BinaryScheme] {
        let legacy: BinaryScheme = .gdti113
        return BinaryScheme.allCases.filter { $0.key == self && $0 != legacy }
            .sorted { ($0.isVariable ? 1 : 0, $0.rawValue) < ($1.isVariable ? 1 : 0, $1.rawValue) }
    }
}

extension BinaryScheme {
    /// Its length depends on the value.
    fileprivate var isVariable: Bool { self == .adiVar || self == .cpiVar }
}
