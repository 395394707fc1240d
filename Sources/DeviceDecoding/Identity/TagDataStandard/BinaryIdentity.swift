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
    /// - Parameter bytes: from bit 20h of the EPC bank, at most 62; more than the scheme needs only if zero,
    ///   as tags store whole words and readers print the whole bank.
    /// - Throws: `malformedIdentity` where bits break the coding table (header, partition 7, a number with
    ///   more digits than its field, a character outside the set, bits behind the end), `identityLength`
    ///   where they end too soon; offsets count hex digits. Never traps: the bytes come from the air.
    /// - Source: GS1 EPC Tag Data Standard, section 14.
    package init(bytes: [UInt8]) throws(Rejection) {
        guard let bits = TagBits(bytes) else {
            throw Rejection(.identityLength, offset: TagBits.bytesMax * 2)
        }
        do throws(TagFault) {
            self = try BinaryReading(bits).identity
        } catch {
            throw error.rejection
        }
    }

    /// The bits, filled with zeros to whole 16-bit words. `nil` where a value does not fit its field: wrong
    /// number of digits, zeros in front, a character outside the set, too many values or too few.
    package var encoded: [UInt8]? {
        do throws(ValueFault) {
            return try bits()
        } catch {
            return nil
        }
    }

    /// - Throws: the first value that does not fit; behind the last where there are too few.
    func bits() throws(ValueFault) -> [UInt8] {
        guard filter >> UInt8(scheme.filterBits) == 0 else { throw ValueFault(index: 0) }
        var writer = BitFieldWriter()
        writer.append(UInt64(scheme.header), width: 8)
        writer.append(UInt64(filter), width: scheme.filterBits)
        var partition: Partition?
        var index = 0
        for field in scheme.fields {
            let value = field.hasValue ? (index < values.count ? values[index] : nil) : ""
            guard let value, field.append(value, to: &writer, behind: &partition) else {
                throw ValueFault(index: index)
            }
            if field.hasValue { index += 1 }
        }
        guard index == values.count else { throw ValueFault(index: index) }
        return writer.wholeWords
    }
}

/// A value that its field cannot hold, by its place in the URN.
struct ValueFault: Error {
    let index: Int
}

extension TagField {
    /// Whether the field stands in the URN.
    var hasValue: Bool {
        if case .zeros = self { return false }
        return true
    }
}

/// A ``BinaryIdentity`` as it is read from the air: its values inline, so that its texts can be written
/// without an allocation.
struct BinaryReading {
    let scheme: BinaryScheme
    let filter: UInt8
    private(set) var values = TagValues()

    init(_ identity: BinaryIdentity) {
        scheme = identity.scheme
        filter = identity.filter
        values = TagValues(identity.values)
    }

    /// - Throws: as `BinaryIdentity(bytes:)`.
    init(_ bits: TagBits) throws(TagFault) {
        var reader = BitFieldReader(bits)
        guard bits.bitCount > 0, let scheme = BinaryScheme(rawValue: bits.byte(0)) else {
            throw .malformed(atBit: 0)
        }
        self.scheme = scheme
        _ = try reader.take(8)
        filter = UInt8(try reader.take(scheme.filterBits))
        var partition: Partition?
        for field in scheme.fields {
            try field.read(from: &reader, behind: &partition, into: &values)
        }
        guard reader.restIsZero else { throw .malformed(atBit: reader.offsetBits) }
    }

    var identity: BinaryIdentity {
        BinaryIdentity(scheme: scheme, filter: filter, values: (0..<values.count).map(values.string))
    }

    /// `urn:epc:id:sgtin:0614141.812345.6789`: the thing, however it is written on the tag.
    func writePureIdentityURI(to sink: inout TextSink) {
        sink.write("urn:epc:id:")
        sink.write(scheme.key.word)
        sink.write(0x3A)
        writeValues(to: &sink)
    }

    /// `urn:epc:tag:sgtin-96:3.0614141.812345.6789`: the thing and the form on the tag.
    func writeTagURI(to sink: inout TextSink) {
        sink.write("urn:epc:tag:")
        sink.write(scheme.key.word)
        sink.write(0x2D)
        sink.write(scheme.suffix)
        sink.write(0x3A)
        if scheme.filterBits > 0 {
            sink.writeDecimal(filter)
            sink.write(0x2E)
        }
        writeValues(to: &sink)
    }

    private func writeValues(to sink: inout TextSink) {
        for index in 0..<values.count {
            if index > 0 { sink.write(0x2E) }
            sink.writeURN(values[index], of: values)
        }
    }
}

extension BinaryReading {
    /// The application identifiers and values as under a barcode, check digits computed. `nil` for the
    /// schemes that are not GS1's: GID, USDOD, ADI.
    var elements: GS1Elements? {
        var elements = GS1Elements()
        let serial = values.last
        switch scheme.key {
        case .sgtin:
            elements.append(.gtin, indicatorFirst)
            elements.append(.serial) { $0.append(serial, of: values) }
        case .sscc: elements.append(.sscc, indicatorFirst)
        case .sgln:
            elements.append(.gln, closedKey)
            // An extension of 0 says that there is none.
            let isNone = serial.count == 1 && values.character(serial.lowerBound) == 0x30
            if !isNone { elements.append(.extension) { $0.append(serial, of: values) } }
        case .grai:
            elements.append(.grai) {
                // The zero in front makes a GRAI as long as a GTIN.
                $0.append(0x30)
                closedKey(&$0)
                $0.append(serial, of: values)
            }
        case .giai: elements.append(.giai, key)
        case .gsrn: elements.append(.gsrn, closedKey)
        case .gsrnp: elements.append(.gsrnp, closedKey)
        case .gdti, .sgcn:
            elements.append(scheme.key == .gdti ? .gdti : .sgcn) {
                closedKey(&$0)
                $0.append(serial, of: values)
            }
        case .cpi:
            elements.append(.cpid, key)
            elements.append(.cpidSerial) { $0.append(serial, of: values) }
        case .itip:
            elements.append(.itip) {
                indicatorFirst(&$0)
                $0.append(values[2], of: values)
                $0.append(values[3], of: values)
            }
            elements.append(.serial) { $0.append(serial, of: values) }
        case .gid, .usdod, .adi: return nil
        }
        return elements
    }

    private func key(_ text: inout TagValues) {
        text.append(values[0], of: values)
        text.append(values[1], of: values)
    }

    /// With its check digit; a zero before it counts nothing.
    private func closedKey(_ text: inout TagValues) {
        key(&text)
        text.appendCheckDigit()
    }

    /// GTIN and SSCC: the first digit of the reference goes before the company prefix.
    private func indicatorFirst(_ text: inout TagValues) {
        let reference = values[1]
        text.append(reference.prefix(1), of: values)
        text.append(values[0], of: values)
        text.append(reference.dropFirst(), of: values)
        text.appendCheckDigit()
    }
}
