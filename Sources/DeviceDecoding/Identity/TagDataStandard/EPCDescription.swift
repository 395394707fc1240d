package import AssetModel

/// What the bits of an EPC bank say, in the words of the GS1 EPC Tag Data Standard.
///
/// | scheme | when | URIs | element string, Digital Link |
/// | --- | --- | --- | --- |
/// | `sgtin-96`, `giai-202`, … | header 2C...41 and the coding table holds | both | not GID, USDOD, ADI |
/// | `sgtin+`, `sgtin++`, … | header of TDS 2 and every digit, check digit and end is right | none | yes |
/// | `iso-15961` | the toggle bit of the PC word is set: no EPC | raw | none |
/// | `uncommissioned` | begins with E2 like a TID: as the chip maker delivers it | raw | none |
/// | `unprogrammed` | all bits are zero | raw | none |
/// | `raw` | anything else: a number of the owner's own | raw | none |
package struct EPCDescription: Hashable, Sendable {
    /// Upper case, as many digits as were given, or as the PC word says where that is fewer.
    package var hex: String
    /// Lower case.
    package var scheme: String?
    /// 0...7 (USDOD 0...15, ADI 0...63); `nil` where there is none.
    package var filter: UInt8?
    package var pureIdentityURI: String?
    package var tagURI: String?
    package var elementString: String?
    /// GS1 Digital Link at GS1's own resolver.
    package var digitalLink: String?
    /// The PC word, where it is known.
    package var protocolControl: PCWord?

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
    package static let bytesMax = TagBits.bytesMax

    /// Application family identifier of an item that is no EPC.
    package var applicationFamily: UInt8? { protocolControl?.applicationFamily }

    /// Two upper case digits.
    package var applicationFamilyHex: String? { applicationFamily.map { TagHex.text([$0]) } }

    /// `urn:epc:raw:96.xE2…`, `urn:epc:raw:16.xFF.x8BD4` with an application family; `nil` for identities of
    /// a known scheme, which have a better name.
    package var rawURI: String? {
        guard tagURI == nil, elementString == nil, !hex.isEmpty else { return nil }
        let family = applicationFamilyHex.map { "x" + $0 + "." } ?? ""
        return "urn:epc:raw:\(hex.utf8.count * 4).\(family)x\(hex)"
    }

    /// The PC word announces more bits than were read; `nil` where it does not, or is not known.
    package var announcedBits: Int? {
        guard let bits = protocolControl?.lengthBits, bits > hex.utf8.count * 4 else { return nil }
        return bits
    }
}

extension EPCDescription {
    /// Describes hex digits of either case, 1...62 bytes of them.
    ///
    /// A header of 2C...41 belongs to GS1 since the first version of the standard, so bits behind it that
    /// break its coding table are refused. The headers of TDS 2 came later and collide with numbers in use:
    /// what does not hold there is raw.
    /// - Throws: `malformedIdentity` for another character or a broken coding table, `identityLength` for no
    ///   digit, an odd number, more than 124, or fewer than the scheme needs. The offset counts digits.
    package static func describe(hex: String) throws(Rejection) -> EPCDescription {
        let bits = try TagHex.bits(hex)
        do throws(TagFault) {
            return try EPCDescription(bits)
        } catch {
            throw error.rejection
        }
    }

    /// As `describe(hex:)`, but bits that break their coding table are raw.
    package static func describe(_ epc: EPC) -> EPCDescription {
        EPCDescription(orRaw: TagBits(epc))
    }

    /// As `describe(_:)` for a tag of another air protocol: opaque bits, `raw`, unless header and length are
    /// those of a coding table. Headers of TDS 2 are no evidence there, nor is E2 a class.
    package static func describe(_ epc: EPC, over air: AirProtocol) -> EPCDescription {
        guard !air.carriesEPC else { return describe(epc) }
        let bits = TagBits(epc)
        do throws(TagFault) {
            let reading = try BinaryReading(bits)
            if let encoded = reading.identity.encoded, encoded.count * 8 == bits.bitCount {
                return try EPCDescription(bits)
            }
        } catch {
            // Opaque.
        }
        return EPCDescription(hex: TagHex.text(bits.bytes), scheme: "raw")
    }

    /// Describes what stands behind a PC word.
    ///
    /// Where the word announces fewer bits than are given, the rest is no part of the EPC and is left out;
    /// where it announces more, what is there is described and `announcedBits` says so. A length of 0 says
    /// that no EPC is written: `unprogrammed`.
    package static func describe(pc: UInt16, epc: EPC) -> EPCDescription {
        describe(PCWord(pc), TagBits(epc))
    }

    /// As `describe(pc:epc:)` for the PC word and what follows it in one text; `describe(hex:)` says which
    /// texts are refused. Bits that break their coding table are raw.
    package static func describe(hexWithPC hex: String) throws(Rejection) -> EPCDescription {
        let bits = try TagHex.bits(hex)
        guard bits.bitCount >= 16, let rest = TagBits(bits.bytes.dropFirst(2)) else {
            throw Rejection(.identityLength, offset: hex.utf8.count)
        }
        return describe(PCWord(UInt16(bits.field(at: 0, width: 16))), rest)
    }

    private static func describe(_ control: PCWord, _ bits: TagBits) -> EPCDescription {
        let length = min(control.lengthBits, bits.bitCount)
        let cut = length == bits.bitCount ? bits : TagBits(bits.prefix(length)) ?? bits
        var description: EPCDescription
        if control.isToggled {
            description = EPCDescription(hex: TagHex.text(cut.bytes), scheme: "iso-15961")
        } else {
            description = EPCDescription(orRaw: cut)
        }
        description.protocolControl = control
        return description
    }

    /// - Parameter bytes: at most 62, as the PC word says.
    init(_ control: PCWord, _ bytes: [UInt8]) {
        self =
            TagBits(bytes).map { EPCDescription.describe(control, $0) }
            ?? EPCDescription(hex: TagHex.text(bytes), scheme: "raw")
    }

    private init(orRaw bits: TagBits) {
        do throws(TagFault) {
            try self.init(bits)
        } catch {
            self.init(hex: TagHex.text(bits.bytes), scheme: "raw")
        }
    }

    /// - Throws: where a header of 2C...41 stands before what breaks its coding table.
    private init(_ bits: TagBits) throws(TagFault) {
        self.init(hex: TagHex.text(bits.bytes), scheme: "raw")
        let header = bits.bitCount == 0 ? 0 : bits.byte(0)
        if BinaryScheme(rawValue: header) != nil {
            fill(try BinaryReading(bits))
        } else if header == TIDDescription.classByte {
            scheme = "uncommissioned"
        } else if bits.isZero(from: 0) {
            scheme = "unprogrammed"
        } else if PlusScheme(rawValue: header) != nil {
            do throws(TagFault) {
                fill(try PlusReading(bits))
            } catch {
                // Not GS1's, whatever the header says.
            }
        }
    }

    private mutating func fill(_ reading: BinaryReading) {
        scheme = reading.scheme.name
        filter = reading.scheme.filterBits > 0 ? reading.filter : nil
        pureIdentityURI = TextSink.string { reading.writePureIdentityURI(to: &$0) }
        tagURI = TextSink.string { reading.writeTagURI(to: &$0) }
        if let elements = reading.elements { fill(elements) }
    }

    private mutating func fill(_ reading: PlusReading) {
        scheme = reading.scheme.name
        filter = reading.filter
        fill(reading.elements)
    }

    private mutating func fill(_ elements: GS1Elements) {
        elementString = TextSink.string { elements.writeElementString(to: &$0) }
        digitalLink = TextSink.string { elements.writeDigitalLink(to: &$0) }
    }
}

/// Hex digits of tag memory.
enum TagHex {
    static func bits(_ hex: String) throws(Rejection) -> TagBits {
        var bytes: [UInt8] = []
        var count = 0
        for ascii in hex.utf8 {
            guard let nibble = HexDigit.value(of: ascii) else {
                throw Rejection(.malformedIdentity, offset: count)
            }
            if count % 2 == 0 { bytes.append(nibble << 4) } else { bytes[count / 2] |= nibble }
            count += 1
        }
        guard count > 0, count % 2 == 0, let bits = TagBits(bytes) else {
            throw Rejection(.identityLength, offset: min(count, TagBits.bytesMax * 2))
        }
        return bits
    }

    /// Upper case.
    static func text(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[index * 2] = HexDigit.upper(byte >> 4)
                buffer[index * 2 + 1] = HexDigit.upper(byte & 0xF)
            }
            return bytes.count * 2
        }
    }
}
