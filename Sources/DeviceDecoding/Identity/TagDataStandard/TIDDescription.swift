package import AssetModel

/// What the TID bank of a chip says about its maker, model and serial number.
///
/// Layout of class E2, most significant bit first; class E0 is eight bytes, maker 8 and serial number 48:
///
///     11100010 X S F DDDDDDDDD MMMMMMMMMMMM  [NNN… (16)]  [serial (48–144)]  [segments]
///
/// - E2: class of EPCglobal. X: an XTID word follows. S: the chip has security commands. F: it has files.
/// - D: mask designer, 9 bits. M: model number, 12 bits.
/// - N: serialisation, the *top* three bits of the XTID word: 0 = no serial number, otherwise it has
///   48 + 16 (N - 1) bits. Some software reads N from the bottom of the word and misses every serial number
///   (the usual word is 0x2000).
/// - Source: GS1 EPC Tag Data Standard, section 16; ISO/IEC 15963 for class E0. Readers often report only the
///   first words: what was not read is absent, never a mismatch.
package struct TIDDescription: Hashable, Sendable {
    /// Raw value: the word in `tally decode`.
    package enum Class: String, Hashable, Sendable {
        case epcGlobal = "epcglobal"
        case iso15963 = "iso-15963"
    }

    /// Upper case.
    package var hex: String
    package var tidClass: Class
    package var hasExtension: Bool
    package var hasSecurity: Bool
    package var hasFile: Bool
    /// Mask designer identifier, 0...511; in class E0 the manufacturer of ISO/IEC 7816-6, 0...255.
    package var designerID: UInt16
    /// `nil` for an identifier that is not in our list.
    package var designerName: String?
    /// 0...4095, assigned by the designer; `nil` in class E0. Names of models are not kept: public lists
    /// contradict each other.
    package var modelNumber: UInt16?
    /// Announced: 0 or 48...144. `nil` where nothing says so: no XTID word, it was not read, or it announces
    /// a further header, so that the place of the serial number is not known.
    package var serialBits: Int?
    /// Upper case. `nil` where there is none or where the reader sent fewer bits than announced.
    package var serialHex: String?
    /// The XTID word, where there is one and it was read.
    package var extensionHeader: ExtendedTID.Header?
    /// As far as announced and read.
    package var segments = ExtendedTID.Segments()

    /// The class of EPCglobal; an EPC bank that begins with it has not been written since the chip was made.
    package static let classByte: UInt8 = 0xE2

    /// - Parameter hex: digits of either case, 4...62 bytes of them.
    /// - Throws: `malformedIdentity` for another character or class, `identityLength` for an odd number of
    ///   digits, fewer than 8 or more than 124. The offset counts digits.
    package static func describe(hex: String) throws(Rejection) -> TIDDescription {
        try TIDDescription(try TagHex.bits(hex))
    }

    /// - Throws: as `describe(hex:)`.
    package init(_ tid: EPC) throws(Rejection) {
        try self.init(TagBits(tid))
    }

    /// The model number in three upper case digits.
    package var modelHex: String? {
        modelNumber.map { String(TagHex.text([UInt8($0 >> 8), UInt8($0 & 0xFF)]).dropFirst()) }
    }

    private init(_ bits: TagBits) throws(Rejection) {
        do throws(TagFault) {
            switch bits.byte(0) {
            case TIDDescription.classByte: try self.init(epcGlobal: bits)
            case 0xE0: try self.init(iso15963: bits)
            default: throw .malformed(atBit: 0)
            }
        } catch {
            throw error.rejection
        }
    }

    private init(epcGlobal bits: TagBits) throws(TagFault) {
        var reader = BitFieldReader(bits)
        _ = try reader.take(8)
        hex = TagHex.text(bits.bytes)
        tidClass = .epcGlobal
        hasExtension = try reader.take(1) == 1
        hasSecurity = try reader.take(1) == 1
        hasFile = try reader.take(1) == 1
        designerID = UInt16(try reader.take(9))
        designerName = MaskDesigner.name(of: designerID)
        modelNumber = UInt16(try reader.take(12))
        guard hasExtension, reader.remainingBits >= 16 else { return }
        let header = ExtendedTID.Header(rawValue: UInt16(try reader.take(16)))
        extensionHeader = header
        guard !header.hasFurtherHeader else { return }
        serialBits = header.serialBits
        guard reader.remainingBits >= header.serialBits else { return }
        if header.serialBits > 0 {
            serialHex = TagHex.text((6..<(6 + header.serialBits / 8)).map(bits.byte))
        }
        for _ in 0..<(header.serialBits / 16) { _ = try reader.take(16) }
        segments = ExtendedTID.Segments(header, &reader)
    }

    private init(iso15963 bits: TagBits) throws(TagFault) {
        var reader = BitFieldReader(bits)
        _ = try reader.take(8)
        hex = TagHex.text(bits.bytes)
        tidClass = .iso15963
        hasExtension = false
        hasSecurity = false
        hasFile = false
        designerID = UInt16(try reader.take(8))
        designerName = MaskDesigner.manufacturer(of: designerID)
        serialBits = TIDDescription.isoSerialBits
        // Four bytes at the least, as in class E2: fewer do not tell one chip from another.
        guard bits.bitCount >= 32 else { throw TagFault(kind: .short, digit: bits.bitCount / 4) }
        guard reader.remainingBits >= TIDDescription.isoSerialBits else { return }
        serialHex = TagHex.text((2..<8).map(bits.byte))
    }

    private static let isoSerialBits = 48
}
