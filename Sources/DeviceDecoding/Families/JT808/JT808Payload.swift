package import AssetModel

/// How the frames of one MQTT payload are written.
package enum JT808Payload {
    static let delimiter: UInt8 = 0x7E

    /// The frames as bytes: the payload itself where it is binary, else the bytes that its text stands for.
    ///
    /// Binary starts with 0x7E. Hex text starts with "7e" or "7E", after "0x" or not; space, ":" or "-" may
    /// stand between its digits. Base64 of 0x7E… starts with "f" and a letter from "g" on, so it is never
    /// hex. A text may stand in double quotes and behind a byte order mark.
    ///
    /// What stands in front of the first 0x7E, in any of the forms, is left there: ``JT808`` refuses it.
    package static func frameBytes(of payload: [UInt8]) throws(Rejection) -> [UInt8] {
        guard let first = payload.first else { throw Rejection(.emptyPayload, offset: 0) }
        if first == delimiter { return payload }
        let text = trimmed(payload[...])
        guard let start = text.first else { throw Rejection(.emptyPayload, offset: 0) }
        if start == 0x7B || start == 0x5B { throw Rejection(.unknownShape, offset: text.startIndex) }
        // Frames are binary by chance text never: their lengths alone are no signs of a text.
        let isText = text.allSatisfy { $0 < 0x7F && ($0 >= 0x20 || isSpace($0)) }
        if !isText, payload.contains(delimiter) { return payload }
        let digits = withoutPrefix(text)
        let bytes =
            digits.allSatisfy { isSeparator($0) || ASCIIHex.value(of: $0) <= 0xF }
            ? try hex(digits) : try base64(text)
        guard bytes.contains(delimiter) else { throw Rejection(.frameDelimiter, offset: 0) }
        return bytes
    }

    /// "0x" or "0X" in front of hex digits.
    private static func withoutPrefix(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isPrefixed = text.first == 0x30 && text.dropFirst().first.map { $0 | 0x20 } == 0x78
        return isPrefixed ? text.dropFirst(2) : text
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == 0x3A || byte == 0x2D
    }

    private static func hex(_ text: ArraySlice<UInt8>) throws(Rejection) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var high: UInt8?
        for digit in text where !isSeparator(digit) {
            let nibble = ASCIIHex.value(of: digit)
            if let upper = high {
                bytes.append(upper << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        guard high == nil else { throw Rejection(.textEncoding, offset: text.endIndex) }
        return bytes
    }

    private static func base64(_ text: ArraySlice<UInt8>) throws(Rejection) -> [UInt8] {
        let decoded = text.withUnsafeBytes { Base64.bytes(of: $0) }
        switch decoded {
        case .bytes(let bytes): return bytes
        case .fault(let offset):
            // Neither text nor a delimiter in front: binary that starts in the middle of a frame.
            let isText = text.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
            throw Rejection(
                isText ? .textEncoding : .frameDelimiter, offset: isText ? text.startIndex + offset : 0)
        }
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func trimmed(_ payload: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = payload.starts(with: byteOrderMark) ? payload.dropFirst(byteOrderMark.count) : payload
        while let first = text.first, isSpace(first) { text = text.dropFirst() }
        while let last = text.last, isSpace(last) { text = text.dropLast() }
        if text.count >= 2, text.first == 0x22, text.last == 0x22 { text = text.dropFirst().dropLast() }
        return text
    }
}
