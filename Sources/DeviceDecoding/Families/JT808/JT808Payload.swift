package import AssetModel

/// How the frames of one MQTT payload are written.
package enum JT808Payload {
    static let delimiter: UInt8 = 0x7E

    /// The frames as bytes: the payload itself where it is binary, else the bytes that its text stands for.
    ///
    /// Binary starts with 0x7E. Hex text starts with "7e" or "7E"; space may stand between its digits. Base64
    /// of 0x7E… starts with "f" and a letter from "g" on, so it is never hex. A text may stand in double
    /// quotes.
    package static func frameBytes(of payload: [UInt8]) throws(Rejection) -> [UInt8] {
        guard let first = payload.first else { throw Rejection(.emptyPayload, offset: 0) }
        if first == delimiter { return payload }
        let text = trimmed(payload[...])
        guard let start = text.first else { throw Rejection(.emptyPayload, offset: 0) }
        if start == 0x7B || start == 0x5B { throw Rejection(.unknownShape, offset: text.startIndex) }
        let bytes =
            text.allSatisfy { isSpace($0) || ASCIIHex.value(of: $0) <= 0xF }
            ? try hex(text) : try base64(text)
        guard bytes.first == delimiter else { throw Rejection(.frameDelimiter, offset: 0) }
        return bytes
    }

    private static func hex(_ text: ArraySlice<UInt8>) throws(Rejection) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var high: UInt8?
        for digit in text where !isSpace(digit) {
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

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func trimmed(_ payload: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = payload
        while let first = text.first, isSpace(first) { text = text.dropFirst() }
        while let last = text.last, isSpace(last) { text = text.dropLast() }
        if text.count >= 2, text.first == 0x22, text.last == 0x22 { text = text.dropFirst().dropLast() }
        return text
    }
}
