import AssetModel
import DeviceDecoding

/// Identities as texts: what is read is what the digits or symbols say, no more and no less.
enum IdentityTextLaws {
    static func check(_ text: [UInt8]) throws(Breach) {
        try checkForm(.hex, text, meaning: EPC(hex: text))
        let isMarked = text.starts(with: [0x30, 0x78]) || text.starts(with: [0x30, 0x58])
        let digits = text.dropFirst(isMarked ? 2 : 0).filter { $0 != 0x20 && $0 != 0x2D && $0 != 0x3A }
        try checkForm(.spacedHex, text, meaning: EPC(hex: digits))
        let bytes = bytes(ofBase64: text)
        try checkForm(.base64, text, meaning: bytes.flatMap { EPC(bytes: $0) })
    }

    private static func checkForm(
        _ form: IdentityText.Form, _ text: [UInt8], meaning: EPC?
    ) throws(Breach) {
        let reading = text.withUnsafeBytes { IdentityText.read($0, as: form) }
        if case .identity(let identity) = reading {
            try DecodedLaws.checkBits(identity)
            try hold(identity == meaning, "\(shown(text)) as \(form) is \(identity)")
        } else {
            try hold(meaning == nil, "\(shown(text)) as \(form) is \(reading), not \(meaning as Any)")
        }
    }

    /// RFC 4648 §4 and §5, padded or not; left-over bits must be zero.
    private static func bytes(ofBase64 text: [UInt8]) -> [UInt8]? {
        let padding = text.reversed().prefix { $0 == 0x3D }.count
        let symbols = text.dropLast(padding)
        guard padding <= 2, padding == 0 || text.count % 4 == 0, symbols.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        var held = 0
        var width = 0
        for symbol in symbols {
            guard let value = sextet(symbol) else { return nil }
            held = (held << 6 | value) & 0xFFFF
            width += 6
            if width >= 8 {
                width -= 8
                bytes.append(UInt8(held >> width & 0xFF))
            }
        }
        return held & (1 << width - 1) == 0 ? bytes : nil
    }

    private static func sextet(_ symbol: UInt8) -> Int? {
        switch symbol {
        case 0x41...0x5A: return Int(symbol) - 0x41
        case 0x61...0x7A: return Int(symbol) - 0x61 + 26
        case 0x30...0x39: return Int(symbol) - 0x30 + 52
        case 0x2B, 0x2D: return 62
        case 0x2F, 0x5F: return 63
        default: return nil
        }
    }
}
