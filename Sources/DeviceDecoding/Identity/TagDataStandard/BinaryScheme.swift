/// The EPC schemes with a binary coding table of their own and a URN, by their header byte.
///
/// Layout, most significant bit first: header 8, filter 3 (none in GID-96, 4 in USDOD-96, 6 in ADI-var), then
/// the fields. Partition 3 and company prefix 20...40 begin every scheme of GS1.
/// - Source: GS1 EPC Tag Data Standard 2.x, coding tables of section 14.
package enum BinaryScheme: UInt8, CaseIterable, Hashable, Sendable {
    case gdti96 = 0x2C
    case gsrn96 = 0x2D
    case gsrnp96 = 0x2E
    case usdod96 = 0x2F
    case sgtin96 = 0x30
    case sscc96 = 0x31
    case sgln96 = 0x32
    case grai96 = 0x33
    case giai96 = 0x34
    case gid96 = 0x35
    case sgtin198 = 0x36
    case grai170 = 0x37
    case giai202 = 0x38
    case sgln195 = 0x39
    /// No longer to be written, still to be read.
    case gdti113 = 0x3A
    case adiVar = 0x3B
    case cpi96 = 0x3C
    case cpiVar = 0x3D
    case gdti174 = 0x3E
    case sgcn96 = 0x3F
    case itip110 = 0x40
    case itip212 = 0x41

    package var header: UInt8 { rawValue }

    /// What is identified, as the pure identity URI says it.
    package enum Key: String, Hashable, Sendable {
        case sgtin, sscc, sgln, grai, giai, gsrn, gsrnp, gdti, cpi, sgcn, itip, gid, usdod, adi

        /// The raw value without an allocation.
        var word: StaticString {
            switch self {
            case .sgtin: return "sgtin"
            case .sscc: return "sscc"
            case .sgln: return "sgln"
            case .grai: return "grai"
            case .giai: return "giai"
            case .gsrn: return "gsrn"
            case .gsrnp: return "gsrnp"
            case .gdti: return "gdti"
            case .cpi: return "cpi"
            case .sgcn: return "sgcn"
            case .itip: return "itip"
            case .gid: return "gid"
            case .usdod: return "usdod"
            case .adi: return "adi"
            }
        }
    }

    package var key: Key {
        switch self {
        case .sgtin96, .sgtin198: return .sgtin
        case .sscc96: return .sscc
        case .sgln96, .sgln195: return .sgln
        case .grai96, .grai170: return .grai
        case .giai96, .giai202: return .giai
        case .gsrn96: return .gsrn
        case .gsrnp96: return .gsrnp
        case .gdti96, .gdti113, .gdti174: return .gdti
        case .cpi96, .cpiVar: return .cpi
        case .sgcn96: return .sgcn
        case .itip110, .itip212: return .itip
        case .gid96: return .gid
        case .usdod96: return .usdod
        case .adiVar: return .adi
        }
    }

    /// Lower case, as in a tag URI: "sgtin-96".
    package var name: String { "\(key.rawValue)-\(suffix)" }

    var suffix: StaticString {
        switch self {
        case .sgtin198: return "198"
        case .sgln195: return "195"
        case .grai170: return "170"
        case .giai202: return "202"
        case .gdti113: return "113"
        case .gdti174: return "174"
        case .itip110: return "110"
        case .itip212: return "212"
        case .adiVar, .cpiVar: return "var"
        default: return "96"
        }
    }

    /// Width of the filter value; 0 where the scheme has none.
    package var filterBits: Int {
        switch self {
        case .gid96: return 0
        case .usdod96: return 4
        case .adiVar: return 6
        default: return 3
        }
    }

    /// What follows the filter; GS1's own schemes all begin with the company prefix.
    var fields: [TagField] { BinaryScheme.fieldTable[Int(rawValue - BinaryScheme.gdti96.rawValue)] }

    /// By header from 2C on, made once: a read allocates nothing.
    private static let fieldTable: [[TagField]] =
        (BinaryScheme.gdti96.rawValue...BinaryScheme.itip212.rawValue)
        .map { header in BinaryScheme(rawValue: header)?.tableFields ?? [] }

    private var tableFields: [TagField] {
        switch self {
        case .gid96: return [.integer(bits: 28), .integer(bits: 24), .integer(bits: 36)]
        case .usdod96: return [.supplier(characterBits: 8), .integer(bits: 36)]
        case .adiVar:
            return [
                .supplier(characterBits: 6), .partNumber(lengths: 0...32), .partSerial(lengths: 1...30),
            ]
        default: return [.companyPrefix] + fieldsBehindPrefix
        }
    }

    private var fieldsBehindPrefix: [TagField] {
        switch self {
        case .sgtin96: return [.itemReference, .integer(bits: 38)]
        case .sgtin198: return [.itemReference, .text(characters: 20)]
        case .sscc96, .gsrn96, .gsrnp96: return [.serviceReference, .zeros(bits: 24)]
        case .sgln96, .gdti96: return [.placeReference, .integer(bits: 41)]
        case .sgln195: return [.placeReference, .text(characters: 20)]
        case .gdti113: return [.placeReference, .digitsBehindOne(bits: 58, digits: 17)]
        case .gdti174: return [.placeReference, .text(characters: 17)]
        case .sgcn96: return [.placeReference, .digitsBehindOne(bits: 41, digits: 12)]
        case .grai96: return [.assetTypeReference, .integer(bits: 38)]
        case .grai170: return [.assetTypeReference, .text(characters: 16)]
        case .giai96: return [.plainReference(sharedBits: 82, sharedDigits: 30)]
        case .giai202: return [.textReference(sharedBits: 188, sharedCharacters: 30)]
        case .cpi96: return [.plainReference(sharedBits: 51, sharedDigits: 15), .integer(bits: 31)]
        case .cpiVar: return [.partReference(sharedCharacters: 30), .integer(bits: 40, digits: 12)]
        case .itip110: return [.itemReference, .pieces, .pieces, .integer(bits: 38)]
        case .itip212: return [.itemReference, .pieces, .pieces, .text(characters: 20)]
        case .gid96, .usdod96, .adiVar: return []
        }
    }
}

extension TagField {
    /// SGTIN: 44 bits and 13 digits together with the prefix.
    fileprivate static let itemReference = TagField.paddedReference(sharedBits: 44, sharedDigits: 13)
    /// GRAI: as SGTIN but one digit less; the P0 field of 4 bits has no digit.
    fileprivate static let assetTypeReference = TagField.paddedReference(
        sharedBits: 44, sharedDigits: 12)
    /// SSCC, GSRN, GSRNP.
    fileprivate static let serviceReference = TagField.paddedReference(
        sharedBits: 58, sharedDigits: 17)
    /// SGLN, GDTI, SGCN.
    fileprivate static let placeReference = TagField.paddedReference(sharedBits: 41, sharedDigits: 12)
    /// ITIP: piece and total, two digits each.
    fileprivate static let pieces = TagField.paddedInteger(bits: 7, digits: 2)
}
