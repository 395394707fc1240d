/// The air interface by which a reader heard a tag. Only `gen2` tags carry GS1 identities by their standard;
/// what the others carry is opaque bits until header and length say otherwise.
///
/// Raw values are kept in stores and must not change.
/// - Source: ISO/IEC 18000-63 (type C, GS1 Gen2), ISO/IEC 18000-62 (type B), GB/T 29768-2013,
///   GJB 7377.1-2011.
package enum AirProtocol: UInt8, Sendable, Hashable, CaseIterable {
    /// EPC Gen2, ISO/IEC 18000-63, once called 18000-6C.
    case gen2 = 0
    /// ISO/IEC 18000-62, once called 18000-6B: eight bytes of unique identifier, no EPC bank.
    case iso6B = 1
    /// The Chinese national standard GB/T 29768.
    case gbt29768 = 2
    /// The Chinese military standard GJB 7377.1.
    case gjb7377 = 3
    /// Named by the reader, and none of these.
    case other = 4

    /// Recognises the spellings that readers use: either case, with or without space and punctuation.
    ///
    /// - Parameter name: the text as it came, of any length and content; unknown or empty is ``other``.
    ///   Costs no allocation.
    package init(name: UnsafeRawBufferPointer) {
        let known = AirProtocol.spellings.first { AirProtocol.spells(name, $0.spelling) }
        self = known?.air ?? .other
    }

    package init(name: String) {
        var name = name
        self = name.withUTF8 { AirProtocol(name: UnsafeRawBufferPointer($0)) }
    }

    /// The word for output, lower case.
    package var word: String {
        switch self {
        case .gen2: return "gen2"
        case .iso6B: return "iso-18000-6b"
        case .gbt29768: return "gb-t-29768"
        case .gjb7377: return "gjb-7377.1"
        case .other: return "other"
        }
    }

    /// Whether the standard puts a GS1 EPC there: the bits may then be decoded by their header.
    package var carriesEPC: Bool { self == .gen2 }

    /// Upper case and without punctuation.
    private static let spellings: [(spelling: StaticString, air: AirProtocol)] = [
        ("6C", .gen2), ("EPC", .gen2), ("GEN2", .gen2), ("G2", .gen2), ("C1G2", .gen2), ("RAIN", .gen2),
        ("ISO180006C", .gen2), ("180006C", .gen2), ("ISO6C", .gen2), ("ISO1800063", .gen2),
        ("1800063", .gen2), ("ISOIEC1800063", .gen2), ("ISOIEC180006C", .gen2), ("63", .gen2),
        ("EPCGEN2", .gen2), ("EPCC1G2", .gen2), ("EPCC1GEN2", .gen2), ("C1GEN2", .gen2), ("UHFGEN2", .gen2),
        ("UHFC1GEN2", .gen2), ("EPCCLASS1GEN2", .gen2), ("CLASS1GEN2", .gen2), ("EPCGLOBALC1GEN2", .gen2),
        ("EPCGLOBALCLASS1GEN2", .gen2), ("EPCGLOBAL", .gen2), ("GEN2V2", .gen2), ("EPC6C", .gen2),
        ("EPCUHFGEN2", .gen2), ("1G2", .gen2),
        ("6B", .iso6B), ("ISO180006B", .iso6B), ("180006B", .iso6B), ("ISO6B", .iso6B),
        ("ISO1800062", .iso6B), ("1800062", .iso6B), ("ISOIEC180006B", .iso6B), ("ISOIEC1800062", .iso6B),
        ("GB", .gbt29768), ("GBT", .gbt29768), ("GB29768", .gbt29768), ("GBT29768", .gbt29768),
        ("29768", .gbt29768), ("GBT297682013", .gbt29768), ("GB297682013", .gbt29768),
        ("国标", .gbt29768),
        ("GJB", .gjb7377), ("GJB7377", .gjb7377), ("GJB73771", .gjb7377), ("7377", .gjb7377),
        ("73771", .gjb7377), ("GJB737712011", .gjb7377), ("国军标", .gjb7377),
    ]

    /// Whether the text is this spelling once ASCII punctuation and space are left out.
    private static func spells(_ text: UnsafeRawBufferPointer, _ spelling: StaticString) -> Bool {
        let expected = UnsafeRawBufferPointer(start: spelling.utf8Start, count: spelling.utf8CodeUnitCount)
        var matched = 0
        for byte in text {
            guard let folded = folded(byte) else { continue }
            guard matched < expected.count, folded == expected[matched] else { return false }
            matched += 1
        }
        return matched == expected.count
    }

    /// Upper case; `nil` for what does not count.
    private static func folded(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x80...0xFF: return byte
        case 0x61...0x7A: return byte & 0xDF
        default: return nil
        }
    }
}
