package import AssetModel

/// Turns the texts of identities into the bits of a tag.
///
/// | text | example | scheme, where none is asked for |
/// | --- | --- | --- |
/// | tag URI | `urn:epc:tag:sgtin-96:3.0614141.812345.6789` | the one it names |
/// | pure identity URI | `urn:epc:id:sgtin:0614141.812345.6789` | the shortest that holds it |
/// | element string | `(01)80614141123458(21)6789` | '+'; with the length of the prefix as above |
/// | GS1 Digital Link | `https://id.gs1.org/01/80614141123458/21/6789` | as the element string |
/// | raw URI | `urn:epc:raw:16.xFF.x8BD4` | none |
/// | hex | `3074257BF7194E4000001A85` | none |
///
/// What is encoded decodes to the same identity. Check digits and characters are checked, nothing is mended.
package struct EPCEncoding: Sendable {
    /// `nil`: as the table says.
    package var scheme: Scheme?
    /// For texts that carry none; 0 where this does not say either.
    package var filter: UInt8?
    /// How many digits of a key are the company prefix, 6...12: no element string says it.
    package var companyPrefixDigits: Int?

    package init(scheme: Scheme? = nil, filter: UInt8? = nil, companyPrefixDigits: Int? = nil) {
        self.scheme = scheme
        self.filter = filter
        self.companyPrefixDigits = companyPrefixDigits
    }

    /// A scheme that can be asked for.
    package enum Scheme: Hashable, Sendable {
        case binary(BinaryScheme)
        case plus(PlusScheme)

        /// - Parameter name: as ``EPCDescription`` prints it.
        package init?(name: String) {
            guard let known = Scheme.byName[name] else { return nil }
            self = known
        }

        package var name: String {
            switch self {
            case .binary(let scheme): return scheme.name
            case .plus(let scheme): return scheme.name
            }
        }

        package static let all =
            BinaryScheme.allCases.map(Scheme.binary) + PlusScheme.allCases.map(Scheme.plus)

        private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    }

    /// The bits of a text, whole 16-bit words, and what they say.
    package struct Encoded: Hashable, Sendable {
        package let bytes: [UInt8]
        /// With the PC word that belongs before them: their length, and the application family of what is no
        /// EPC.
        package let description: EPCDescription
    }

    /// The longest text looked at: all of the longest identity escaped, in a link with a long host name.
    package static let textBytesMax = 1_024

    /// - Throws: `emptyPayload`; `unknownShape` for a text of no known form; `malformedIdentity` for a value
    ///   that is wrong (a character, a check digit, a prefix) or comes twice; `malformedItem` at `AI 10` for
    ///   data that the scheme does not carry;
    ///   `identityLength` for one of the wrong length; `numberOutOfRange` for a filter that the scheme has no
    ///   room for. Offsets count bytes of the text.
    package func encode(_ text: String) throws(Rejection) -> Encoded {
        let bytes = EPCEncoding.foldedScheme(Array(text.utf8))
        guard !bytes.isEmpty else { throw Rejection(.emptyPayload, offset: 0) }
        guard bytes.count <= EPCEncoding.textBytesMax else {
            throw Rejection(.identityLength, offset: EPCEncoding.textBytesMax)
        }
        do throws(TextFault) {
            if bytes.starts(with: RawURI.prefix.utf8) {
                let raw = try RawURI(bytes)
                return Encoded(raw.bytes, family: raw.applicationFamily)
            }
            return Encoded(try identityBits(bytes))
        } catch {
            throw error.rejection
        }
    }

    /// `urn`, the namespace behind it and the scheme of a link in lower case: no letter of them has a case
    /// (RFC 8141, RFC 3986). What follows keeps its own.
    private static func foldedScheme(_ text: [UInt8]) -> [UInt8] {
        for prefix in ["urn:epc:", "https://", "http://"] {
            let start = text.prefix(prefix.utf8.count)
            let isPrefix = start.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
                .elementsEqual(prefix.utf8)
            if isPrefix { return Array(prefix.utf8) + text[start.endIndex...] }
        }
        return text
    }

    private func identityBits(_ bytes: [UInt8]) throws(TextFault) -> [UInt8] {
        let isURI = [IdentityURI.tagPrefix, IdentityURI.purePrefix].contains { bytes.starts(with: $0.utf8) }
        if isURI {
            return try bits(of: try IdentityURI(bytes))
        }
        if bytes[0] == 0x28 {
            return try bits(of: try ElementText.list(elementString: bytes), hostName: nil)
        }
        if DigitalLink.schemes.contains(where: { bytes.starts(with: $0.utf8) }) {
            let link = try DigitalLink(bytes)
            return try bits(of: link.elements, hostName: link.hostName)
        }
        do throws(Rejection) {
            return try TagHex.bits(GS1Text.string(bytes)).bytes
        } catch {
            throw TextFault(.unknownShape, at: 0)
        }
    }
}

extension EPCEncoding.Encoded {
    /// - Parameter family: sets the toggle of the PC word.
    fileprivate init(_ bytes: [UInt8], family: UInt8? = nil) {
        self.bytes = bytes + [UInt8](repeating: 0, count: bytes.count % 2)
        let toggle = family.map { 0x100 | UInt16($0) } ?? 0
        let control = PCWord(UInt16(self.bytes.count / 2) << 11 | toggle)
        description = EPCDescription(control, self.bytes)
    }
}
