package import AssetModel

/// An identity with what its binary coding carries: the scheme, the filter and the values of the URN.
///
/// SGTIN-96 as the example, 96 bits:
///
///     HHHHHHHH FFF PPP  C…(20–40) I…(24–4)  S…(38)
///
/// - H: header, 0x30. F: filter, 0...7; reserved values occur on tags and are kept as they are.
/// - P: partition, 0...6; 7 is not assigned. It says how C and I share 44 bits and 13 digits.
/// - C, I: company prefix and item reference with zeros in front. S: serial number, none in front.
package struct BinaryIdentity: Hashable, Sendable {
    package let scheme: BinaryScheme
    /// 0...7; 0...15 in USDOD-96, 0...63 in ADI-var, 0 where the scheme has none.
    package let filter: UInt8
    /// In the order of the URN and without its escapes: company prefix, reference, serial. Parts that the
    /// partition leaves no digit for are empty.
    package let values: [String]

    package init(scheme: BinaryScheme, filter: UInt8, values: [String]) {
        self.scheme = scheme
        self.filter = filter
        self.values = values
    }

    /// Reads the bits of a tag.
    ///
    /// - Parameter bytes: from bit 20h of the EPC bank; more than the scheme needs only if zero, as tags
    ///   store whole words and readers print the whole bank.
    /// - Throws: `malformedIdentity` where bits break the coding table (header, partition 7, a number with
    ///   more digits than its field, a character outside the set, bits behind the end), `identityLength`
    ///   where they end too soon; offsets count hex digits. Never traps: the bytes come from the air.
    /// - Source: GS1 EPC Tag Data Standard, section 14.
    package init(bytes: [UInt8]) throws(Rejection) {
        guard let scheme = bytes.first.flatMap(BinaryScheme.init(rawValue:)) else {
            throw Rejection(.malformedIdentity, offset: 0)
        }
        var reader = BitFieldReader(bytes)
        _ = try reader.take(8)
        filter = UInt8(try reader.take(scheme.filterBits))
        var partition: Partition?
        var values: [String] = []
        for field in scheme.fields {
            if let value = try field.value(from: &reader, behind: &partition) { values.append(value) }
        }
        guard reader.restIsZero else { throw BitFieldReader.refusal(ofBit: reader.offsetBits) }
        self.scheme = scheme
        self.values = values
    }

    /// The bits, filled with zeros to whole 16-bit words. `nil` where a value does not fit its field: wrong
    /// number of digits, zeros in front, a character outside the set, too many values or too few.
    package var encoded: [UInt8]? {
        guard filter >> UInt8(scheme.filterBits) == 0 else { return nil }
        var writer = BitFieldWriter()
        writer.append(UInt64(scheme.header), width: 8)
        writer.append(UInt64(filter), width: scheme.filterBits)
        var partition: Partition?
        var rest = values[...]
        for field in scheme.fields {
            var value = ""
            if field.hasValue {
                guard let next = rest.popFirst() else { return nil }
                value = next
            }
            guard field.append(value, to: &writer, behind: &partition) else { return nil }
        }
        return rest.isEmpty ? writer.wholeWords : nil
    }
}

extension BinaryIdentity {
    /// `urn:epc:id:sgtin:0614141.812345.6789`: the thing, however it is written on the tag.
    package var pureIdentityURI: String {
        "urn:epc:id:\(scheme.key.rawValue):\(urnValues)"
    }

    /// `urn:epc:tag:sgtin-96:3.0614141.812345.6789`: the thing and the form on the tag.
    package var tagURI: String {
        let filter = scheme.filterBits > 0 ? "\(self.filter)." : ""
        return "urn:epc:tag:\(scheme.name):\(filter)\(urnValues)"
    }

    private var urnValues: String {
        values.map(GS1Text.urnEscaped).joined(separator: ".")
    }

    /// `(01)80614141123458(21)6789`: application identifiers and values as under a barcode, check digits
    /// computed. `nil` for the schemes that are not GS1's: GID, USDOD, ADI.
    package var elementString: String? {
        let first = values.first ?? ""
        let second = values.count > 1 ? values[1] : ""
        let serial = values.last ?? ""
        let key = first + second
        let closed = key + GS1Text.checkDigit(of: key)
        switch scheme.key {
        case .sgtin: return "(01)\(BinaryIdentity.indicatorFirst(first, second))(21)\(serial)"
        case .sscc: return "(00)\(BinaryIdentity.indicatorFirst(first, second))"
        // An extension of 0 says that there is none.
        case .sgln: return "(414)\(closed)" + (serial == "0" ? "" : "(254)\(serial)")
        // The zero in front makes a GRAI as long as a GTIN.
        case .grai: return "(8003)0\(closed)\(serial)"
        case .giai: return "(8004)\(key)"
        case .gsrn: return "(8018)\(closed)"
        case .gsrnp: return "(8017)\(closed)"
        case .gdti: return "(253)\(closed)\(serial)"
        case .sgcn: return "(255)\(closed)\(serial)"
        case .cpi: return "(8010)\(key)(8011)\(serial)"
        case .itip:
            let pieces = values.dropFirst(2).prefix(2).joined()
            return "(8006)\(BinaryIdentity.indicatorFirst(first, second))\(pieces)(21)\(serial)"
        case .gid, .usdod, .adi: return nil
        }
    }

    /// GTIN and SSCC: the first digit of the reference goes before the company prefix.
    private static func indicatorFirst(_ prefix: String, _ reference: String) -> String {
        let digits = reference.prefix(1) + prefix + reference.dropFirst()
        return digits + GS1Text.checkDigit(of: String(digits))
    }
}

extension TagField {
    /// Whether the field stands in the URN.
    fileprivate var hasValue: Bool {
        if case .zeros = self { return false }
        return true
    }
}
