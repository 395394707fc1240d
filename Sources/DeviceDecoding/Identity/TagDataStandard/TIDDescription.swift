package import AssetModel

/// What the TID bank of a Gen2 chip says about its maker, model and serial number.
///
/// Layout, most significant bit first:
///
///     11100010 X S F DDDDDDDDD MMMMMMMMMMMM  [NNN… (16)]  [serial (48–144)]
///
/// - E2: class of EPCglobal. X: an XTID word follows. S: the chip has security commands. F: it has files.
/// - D: mask designer, 9 bits. M: model number, 12 bits.
/// - N: serialisation, the *top* three bits of the XTID word: 0 = no serial number, otherwise it has
///   48 + 16 (N - 1) bits. Some software reads N from the bottom of the word and misses every serial number
///   (the usual word is 0x2000).
/// - Source: GS1 EPC Tag Data Standard, section 16. Readers often report only the first words.
package struct TIDDescription: Hashable, Sendable {
    /// Upper case.
    package var hex: String
    package var hasExtension: Bool
    package var hasSecurity: Bool
    package var hasFile: Bool
    /// Mask designer identifier, 0...511.
    package var designerID: UInt16
    /// `nil` for an identifier that is not in our list.
    package var designerName: String?
    /// 0...4095, assigned by the designer. Names of models are not kept: public lists contradict each other.
    package var modelNumber: UInt16
    /// Announced by the XTID word: 0 or 48...144. `nil` without that word, or where it announces a further
    /// header, so that the place of the serial number is not known.
    package var serialBits: Int?
    /// Upper case. `nil` where there is none or where the reader sent fewer bits than announced.
    package var serialHex: String?

    /// The class of EPCglobal; an EPC bank that begins with it has not been written since the chip was made.
    package static let classByte: UInt8 = 0xE2

    /// - Parameter hex: digits of either case, 4...62 bytes of them.
    /// - Throws: `malformedIdentity` for another character or class, `identityLength` for an odd number of
    ///   digits, fewer than 8 or more than 124. The offset counts digits.
    package static func describe(hex: String) throws(Rejection) -> TIDDescription {
        try TIDDescription(bytes: try TagHex.bytes(hex))
    }

    /// - Throws: as `describe(hex:)`.
    package init(_ tid: EPC) throws(Rejection) {
        try self.init(bytes: (0..<tid.byteCount).map(tid.byte))
    }

    private init(bytes: [UInt8]) throws(Rejection) {
        guard bytes[0] == TIDDescription.classByte else { throw Rejection(.malformedIdentity, offset: 0) }
        var reader = BitFieldReader(bytes)
        _ = try reader.take(8)
        hex = TagHex.text(bytes)
        hasExtension = try reader.take(1) == 1
        hasSecurity = try reader.take(1) == 1
        hasFile = try reader.take(1) == 1
        designerID = UInt16(try reader.take(9))
        designerName = MaskDesigner.name(of: designerID)
        modelNumber = UInt16(try reader.take(12))
        guard hasExtension, reader.remainingBits >= 16 else { return }
        let header = try reader.take(16)
        // The lowest bit announces a further header word.
        guard header & 1 == 0 else { return }
        let serialisation = Int(header >> 13)
        let bits = serialisation == 0 ? 0 : 48 + 16 * (serialisation - 1)
        serialBits = bits
        guard bits > 0, reader.remainingBits >= bits else { return }
        serialHex = TagHex.text(Array(bytes[6..<(6 + bits / 8)]))
    }
}

/// Makers of chips by the identifier that GS1 assigns.
enum MaskDesigner {
    static func name(of identifier: UInt16) -> String? { names[identifier] }

    /// - Source: GS1, list of mask designer identifiers.
    private static let names: [UInt16: String] = [
        0x01: "Impinj", 0x02: "Texas Instruments", 0x03: "Alien", 0x04: "Intelleflex", 0x05: "Atmel",
        0x06: "NXP", 0x07: "STMicroelectronics", 0x08: "EP Microelectronics", 0x09: "Motorola",
        0x0A: "Sentech", 0x0B: "EM Microelectronic", 0x0C: "Renesas", 0x0D: "Mstar", 0x0E: "Tyco",
        0x0F: "Quanray", 0x10: "Fujitsu", 0x11: "LSIS", 0x12: "CAEN", 0x15: "ON Semiconductor",
        0x17: "Tego", 0x18: "Ceitec", 0x1B: "Nationz", 0x1C: "Invengo", 0x1D: "Kiloway", 0x1E: "Longjing",
        0x22: "Yangzhou Daoyuan", 0x24: "RFMicron", 0x27: "Shanghai Fudan", 0x28: "Farsens",
        0x31: "Honeywell", 0x32: "Huada", 0x35: "Hangzhou Landa", 0x36: "Nanjing NARI",
        0x37: "Southwest IC", 0x39: "Nation RFID", 0x3B: "Suzhou HCTech", 0x3C: "AXEM",
    ]
}
