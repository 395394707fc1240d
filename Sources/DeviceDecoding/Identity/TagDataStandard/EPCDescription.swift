package import AssetModel

/// What the bits of an EPC bank say, in the words of the GS1 EPC Tag Data Standard.
///
/// | scheme | when | URIs | element string |
/// | --- | --- | --- | --- |
/// | `sgtin-96`, `giai-202`, … | header 2C...41 and the coding table holds | both | not GID, USDOD, ADI |
/// | `sgtin+`, `sgtin++`, … | header of TDS 2 and every digit, check digit and end is right | none | yes |
/// | `uncommissioned` | begins with E2 like a TID: as the chip maker delivers it | none | none |
/// | `unprogrammed` | all bits are zero | none | none |
/// | `raw` | anything else: a number of the owner's own | none | none |
package struct EPCDescription: Hashable, Sendable {
    /// Upper case, as many digits as were given.
    package var hex: String
    /// Lower case.
    package var scheme: String?
    package var pureIdentityURI: String?
    package var tagURI: String?
    package var elementString: String?

    package init(
        hex: String, scheme: String?, pureIdentityURI: String? = nil, tagURI: String? = nil,
        elementString: String? = nil
    ) {
        self.hex = hex
        self.scheme = scheme
        self.pureIdentityURI = pureIdentityURI
        self.tagURI = tagURI
        self.elementString = elementString
    }

    /// The longest EPC bank that the length field of the PC word can announce: 31 words.
    package static let bytesMax = 62

    /// Describes hex digits of either case, 1...62 bytes of them.
    ///
    /// A header of 2C...41 belongs to GS1 since the first version of the standard, so bits behind it that
    /// break its coding table are refused. The headers of TDS 2 came later and collide with numbers in use:
    /// what does not hold there is raw.
    /// - Throws: `malformedIdentity` for another character or a broken coding table, `identityLength` for no
    ///   digit, an odd number, more than 124, or fewer than the scheme needs. The offset counts digits.
    package static func describe(hex: String) throws(Rejection) -> EPCDescription {
        let bytes = try TagHex.bytes(hex)
        if let scheme = BinaryScheme(rawValue: bytes[0]) {
            return try binary(bytes, scheme: scheme)
        }
        return foreign(bytes)
    }

    /// As `describe(hex:)`, but bits that break their coding table are raw.
    package static func describe(_ epc: EPC) -> EPCDescription {
        let bytes = (0..<epc.byteCount).map(epc.byte)
        guard let scheme = BinaryScheme(rawValue: bytes[0]) else { return foreign(bytes) }
        do throws(Rejection) {
            return try binary(bytes, scheme: scheme)
        } catch {
            return EPCDescription(hex: TagHex.text(bytes), scheme: "raw")
        }
    }

    private static func binary(
        _ bytes: [UInt8], scheme: BinaryScheme
    ) throws(Rejection) -> EPCDescription {
        let identity = try BinaryIdentity(bytes: bytes)
        return EPCDescription(
            hex: TagHex.text(bytes), scheme: scheme.name, pureIdentityURI: identity.pureIdentityURI,
            tagURI: identity.tagURI, elementString: identity.elementString)
    }

    private static func foreign(_ bytes: [UInt8]) -> EPCDescription {
        var description = EPCDescription(hex: TagHex.text(bytes), scheme: "raw")
        if bytes[0] == TIDDescription.classByte {
            description.scheme = "uncommissioned"
        } else if bytes.allSatisfy({ $0 == 0 }) {
            description.scheme = "unprogrammed"
        } else if PlusScheme(rawValue: bytes[0]) != nil {
            do throws(Rejection) {
                let identity = try PlusIdentity(bytes: bytes)
                description.scheme = identity.scheme.name
                description.elementString = identity.elementString
            } catch {
                // Not GS1's, whatever the header says.
            }
        }
        return description
    }
}

/// Hex digits of tag memory.
enum TagHex {
    static func bytes(_ hex: String) throws(Rejection) -> [UInt8] {
        let digits = Array(hex.utf8)
        var bytes: [UInt8] = []
        for (index, ascii) in digits.enumerated() {
            guard let nibble = HexDigit.value(of: ascii) else {
                throw Rejection(.malformedIdentity, offset: index)
            }
            if index % 2 == 0 { bytes.append(nibble << 4) } else { bytes[index / 2] |= nibble }
        }
        let isWhole = !digits.isEmpty && digits.count % 2 == 0
        guard isWhole, bytes.count <= EPCDescription.bytesMax else {
            throw Rejection(.identityLength, offset: min(digits.count, EPCDescription.bytesMax * 2))
        }
        return bytes
    }

    /// Upper case.
    static func text(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            digits.append(HexDigit.upper(byte >> 4))
            digits.append(HexDigit.upper(byte & 0xF))
        }
        return GS1Text.string(digits)
    }
}
