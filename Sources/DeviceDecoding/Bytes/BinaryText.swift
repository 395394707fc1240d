/// Bytes written as text: what people and files hold of a payload that is not text.
package enum BinaryText {
    /// Two digits a byte, either case, spaces between them passed over; `nil` for anything else and for
    /// nothing.
    package static func hex(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var high: UInt8?
        for letter in text where letter != 0x20 && letter != 0x09 {
            let value = ASCIIHex.value(of: letter)
            guard value <= 0xF else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil && !bytes.isEmpty ? bytes : nil
    }

    /// RFC 4648, either alphabet, padded or not; `nil` for anything else and for nothing.
    package static func base64(_ text: [UInt8]) -> [UInt8]? {
        text.withUnsafeBytes { text in
            guard !text.isEmpty, case .bytes(let bytes) = Base64.bytes(of: text) else { return nil }
            return bytes
        }
    }
}

extension JSONCursor {
    /// The payload of a recorded message: a text stands as a JSON string; anything else is the payload's own
    /// JSON, byte for byte.
    package mutating func recordedPayload() throws(JSONFault) -> [UInt8] {
        if try kind() == .string { return try string().bytes }
        return Array(slice(try skip()))
    }
}
