import AssetModel

/// `urn:epc:raw:96.xE2…`, `urn:epc:raw:96.1234`, `urn:epc:raw:16.xFF.x8BD4`: bits without a claim, with
/// an application family identifier where they are an item of ISO/IEC 15961.
///
/// - Source: GS1 EPC Tag Data Standard, section 12 (raw EPC URI).
struct RawURI {
    static let prefix = "urn:epc:raw:"

    /// Filled with zeros to whole 16-bit words.
    private(set) var bytes: [UInt8] = []
    private(set) var applicationFamily: UInt8?

    /// - Parameter text: with the prefix.
    init(_ text: [UInt8]) throws(TextFault) {
        let body = text.dropFirst(RawURI.prefix.utf8.count)
        let parts = body.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let value = parts.last else {
            throw TextFault(at: body.startIndex)
        }
        let bits = GS1Text.plainNumber(GS1Text.string(parts[0]))
        guard let bits, (1...UInt64(TagBits.bytesMax * 8)).contains(bits) else {
            throw TextFault(.identityLength, at: parts[0].startIndex)
        }
        if parts.count == 3 {
            guard parts[1].count == 3, let family = try RawURI.number(parts[1], bits: 8).first else {
                throw TextFault(at: parts[1].startIndex)
            }
            applicationFamily = family
        }
        let number = try RawURI.number(value, bits: Int(bits))
        var writer = BitFieldWriter()
        var left = Int(bits)
        for byte in number {
            let width = left % 8 == 0 ? 8 : left % 8
            writer.append(UInt64(byte), width: width)
            left -= width
        }
        bytes = writer.wholeWords
    }

    /// The bytes of a number in so many bits, most significant first.
    private static func number(_ text: ArraySlice<UInt8>, bits: Int) throws(TextFault) -> [UInt8] {
        let isHex = text.first == 0x78
        let digits = isHex ? text.dropFirst() : text
        let size = (bits + 7) / 8
        guard !digits.isEmpty, digits.count <= (isHex ? size * 2 : size * 3) else {
            throw TextFault(.identityLength, at: text.startIndex)
        }
        var bytes = [UInt8](repeating: 0, count: size)
        for (place, ascii) in zip(digits.indices, digits) {
            guard let digit = HexDigit.value(of: ascii), isHex || digit <= 9 else {
                throw TextFault(at: place)
            }
            var carry = UInt16(digit)
            for index in bytes.indices.reversed() {
                carry += UInt16(bytes[index]) * (isHex ? 16 : 10)
                bytes[index] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
            guard carry == 0 else { throw TextFault(.identityLength, at: text.startIndex) }
        }
        let spare = size * 8 - bits
        guard spare == 0 || bytes[0] >> UInt8(8 - spare) == 0 else {
            throw TextFault(.identityLength, at: text.startIndex)
        }
        return bytes
    }
}
