/// How frames of JT/T 809 stand in one payload: binary, or as hex or Base64 text, one or several.
enum JT809Wire {
    /// A stretch of a payload.
    enum Piece {
        /// From an opening to a closing delimiter. Neither stands inside a frame: both are escaped there.
        case frame(ArraySlice<UInt8>)
        /// What is no frame, or the front of one that was cut off, by where it begins.
        case rest(Int)
    }

    /// Line ends between frames are no rest.
    static func pieces(of bytes: [UInt8]) -> [Piece] {
        var pieces: [Piece] = []
        var at = 0
        while at < bytes.count {
            let start = bytes[at...].firstIndex(of: JT809Frame.opening) ?? bytes.count
            if let rest = bytes[at..<start].firstIndex(where: { !isSpace($0) }) { pieces.append(.rest(rest)) }
            guard start < bytes.count else { break }
            let next = bytes[(start + 1)...].firstIndex {
                $0 == JT809Frame.opening || $0 == JT809Frame.closing
            }
            guard let next, bytes[next] == JT809Frame.closing else {
                pieces.append(.rest(start))
                at = next ?? bytes.count
                continue
            }
            pieces.append(.frame(bytes[start...next]))
            at = next + 1
        }
        return pieces
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    /// The bytes that a payload stands for.
    ///
    /// Binary starts with the delimiter of frames, or is what nobody writes as text. Hex may have `0x` in
    /// front, and spaces, colons or commas between its digits; a text may stand in quotes.
    static func bytes(of payload: [UInt8]) -> [UInt8] {
        if payload.first == JT809Frame.opening { return payload }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = payload.starts(with: mark) ? payload.dropFirst(mark.count) : payload[...]
        let lines = text.split { $0 == 0x0A || $0 == 0x0D }.map { $0.filter { $0 > 0x20 && $0 != 0x22 } }
        if let bytes = BinaryText.hex(digits(of: lines.joined())) { return bytes }
        if let bytes = BinaryText.base64(Array(lines.joined())) { return bytes }
        // Each line with an end of its own.
        var bytes: [UInt8] = []
        for line in lines where !line.isEmpty {
            guard let part = BinaryText.base64(line) else { return payload }
            bytes += part
        }
        return bytes.isEmpty ? payload : bytes
    }

    private static func digits(of text: some Sequence<UInt8>) -> [UInt8] {
        var digits: [UInt8] = []
        for letter in text {
            switch letter {
            case UInt8(ascii: "x"), UInt8(ascii: "X"):
                guard digits.last == UInt8(ascii: "0") else { return [] }
                digits.removeLast()
            case UInt8(ascii: ":"), UInt8(ascii: ","): break
            default: digits.append(letter)
            }
        }
        return digits
    }
}
