import AssetModel

/// An identity that is one part of a longer text: behind a PC word, between other fields, before a check sum.
struct CutIdentity {
    var tag: EPC
    /// Where a PC word stood before it.
    var protocolControl: UInt16?

    /// Texts longer than this are no tag's memory: a bank of 512 bytes in spaced hex is shorter.
    private static let textBytesMax = 2_048

    static func read(
        _ text: UnsafeRawBufferPointer, _ form: IdentityText.Form, _ cut: IdentityCut
    ) -> FieldText.Reading<CutIdentity> {
        switch cut {
        case .whole:
            return FieldText.identity(text, form).map { CutIdentity(tag: $0) }
        case .bytes(let offset, let count):
            return bytes(of: text, form).flatMap { bytes in
                let rest = bytes.dropFirst(offset)
                guard let count else { return identity(rest) }
                return rest.count < count ? .failure(wrongLength) : identity(rest.prefix(count))
            }
        case .behindPC(let offset):
            return bytes(of: text, form).flatMap { behindPC($0.dropFirst(offset)) }
        }
    }

    /// Layout: `LLLLL U X T AAAAAAAA`, then L words of EPC, then perhaps a check sum.
    ///
    /// With X an XPC word stands between PC and EPC in what a tag sends on air, and readers keep it there or
    /// take it away. Only where nothing is left over is it certain that it is gone.
    ///
    /// Source: EPC Gen2 air interface protocol, EPC memory bank.
    private static func behindPC(_ bytes: ArraySlice<UInt8>) -> FieldText.Reading<CutIdentity> {
        guard bytes.count >= 2 else { return .failure(wrongLength) }
        let word = bytes.prefix(2).reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        let size = Int(word >> 11) * 2
        let rest = bytes.dropFirst(2)
        let hasXPC = word & 0x0200 != 0
        guard rest.count >= size, !hasXPC || rest.count == size else { return .failure(wrongLength) }
        return identity(rest.prefix(size)).map { CutIdentity(tag: $0.tag, protocolControl: word) }
    }

    private static let wrongLength = FieldFault(reason: .identityLength)

    private static func identity(_ bytes: ArraySlice<UInt8>) -> FieldText.Reading<CutIdentity> {
        guard let tag = EPC(bytes: bytes) else { return .failure(wrongLength) }
        return .success(CutIdentity(tag: tag))
    }

    private static func bytes(
        of text: UnsafeRawBufferPointer, _ form: IdentityText.Form
    ) -> FieldText.Reading<ArraySlice<UInt8>> {
        guard text.count <= textBytesMax else { return .failure(wrongLength) }
        let text = NumberText.trimmed(text)
        switch form {
        case .hex, .spacedHex: return hexBytes(of: text)
        case .base64: return base64Bytes(of: text)
        case .auto:
            let reading = hexBytes(of: text)
            guard case .failure(FieldFault(reason: .malformedIdentity)) = reading else { return reading }
            return base64Bytes(of: text)
        }
    }

    private static func base64Bytes(of text: UnsafeRawBufferPointer) -> FieldText.Reading<ArraySlice<UInt8>> {
        guard case .bytes(let bytes) = Base64.bytes(of: text) else {
            return .failure(FieldFault(reason: .malformedIdentity))
        }
        return .success(bytes[...])
    }

    /// As ``IdentityText/Form/spacedHex``, of any length.
    private static func hexBytes(of text: UnsafeRawBufferPointer) -> FieldText.Reading<ArraySlice<UInt8>> {
        let hasPrefix = text.count >= 2 && text[0] == 0x30 && text[1] | 0x20 == 0x78
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in text.dropFirst(hasPrefix ? 2 : 0) {
            if digit == 0x20 || digit == 0x2D || digit == 0x3A { continue }
            let nibble = ASCIIHex.value(of: digit)
            guard nibble <= 0xF else { return .failure(FieldFault(reason: .malformedIdentity)) }
            if let upper = high {
                bytes.append(upper << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        return high == nil ? .success(bytes[...]) : .failure(wrongLength)
    }
}

extension IdentityEncoding {
    var form: IdentityText.Form {
        switch self {
        case .hex: return .spacedHex
        case .base64, .base64url: return .base64
        case .auto: return .auto
        }
    }
}

extension ProtocolControlEncoding {
    /// `nil` for a number.
    var form: IdentityText.Form? {
        IdentityEncoding(rawValue: rawValue)?.form
    }
}
