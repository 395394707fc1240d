/// Makers of chips by the identifier in the TID. Names are hints for people: nothing depends on them.
enum MaskDesigner {
    /// Class E2: mask designer identifier, 9 bits.
    static func name(of identifier: UInt16) -> String? { names[identifier] }

    /// Class E0: manufacturer of ISO/IEC 7816-6, 8 bits.
    static func manufacturer(of identifier: UInt16) -> String? { manufacturers[identifier] }

    /// - Source: GS1, list of mask designer identifiers.
    private static let names: [UInt16: String] = [
        0x01: "Impinj", 0x02: "Texas Instruments", 0x03: "Alien", 0x04: "Intelleflex", 0x05: "Atmel",
        0x06: "NXP", 0x07: "STMicroelectronics", 0x08: "EP Microelectronics", 0x09: "Motorola",
        0x0A: "Sentech", 0x0B: "EM Microelectronic", 0x0C: "Renesas", 0x0D: "Mstar", 0x0E: "Tyco",
        0x0F: "Quanray", 0x10: "Fujitsu", 0x11: "LSIS", 0x12: "CAEN", 0x15: "ON Semiconductor",
        0x17: "Tego", 0x18: "Ceitec", 0x1B: "Nationz", 0x1C: "Invengo", 0x1D: "Kiloway",
        0x1E: "Longjing",
        0x22: "Yangzhou Daoyuan", 0x24: "RFMicron", 0x27: "Shanghai Fudan", 0x28: "Farsens",
        0x31: "Honeywell", 0x32: "Huada", 0x35: "Hangzhou Landa", 0x36: "Nanjing NARI",
        0x37: "Southwest IC", 0x39: "Nation RFID", 0x3B: "Suzhou HCTech", 0x3C: "AXEM",
    ]

    /// - Source: registration list of ISO/IEC 7816-6 as far as tags are known to carry it.
    private static let manufacturers: [UInt16: String] = [
        0x01: "Motorola", 0x02: "STMicroelectronics", 0x03: "Hitachi", 0x04: "NXP", 0x05: "Infineon",
        0x07: "Texas Instruments", 0x08: "Fujitsu", 0x09: "Matsushita", 0x0A: "NEC", 0x0B: "Oki",
        0x0C: "Toshiba", 0x0D: "Mitsubishi", 0x0E: "Samsung", 0x0F: "Hynix", 0x10: "LG",
        0x16: "EM Microelectronic",
    ]
}
