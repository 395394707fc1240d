import AssetModel

/// One frame of JT/T 809 on the wire.
///
///     5B | header | data | CRC WORD | 5D
///     header 2011 (22 bytes): length DWORD | serial DWORD | message WORD | centre DWORD | version 3 |
///                             encrypted BYTE | key DWORD
///     header 2019 (30 bytes): the same and UTC time 8
///
/// - Escapes outside the delimiters: 5A 01 = 5B, 5A 02 = 5A, 5E 01 = 5D, 5E 02 = 5E.
/// - CRC-16/CCITT (x¹⁶ + x¹² + x⁵ + 1, from FFFF) over header and data. `length` counts the delimiters too.
/// - The edition is not stated: the shape of what is inside tells (``JT809``).
struct JT809Frame {
    let messageID: UInt16
    /// What follows the header of 2011, up to the CRC.
    let data: [UInt8]

    static let opening: UInt8 = 0x5B
    static let closing: UInt8 = 0x5D
    private static let headerBytes = 22

    init(_ wire: ArraySlice<UInt8>) throws(Rejection) {
        guard wire.first == JT809Frame.opening, wire.last == JT809Frame.closing, wire.count > 2 else {
            throw Rejection(.frameDelimiter, offset: wire.startIndex)
        }
        let plain = try JT809Frame.unescaped(wire.dropFirst().dropLast())
        guard plain.count >= JT809Frame.headerBytes + 2 else {
            throw Rejection(.frameLength, at: "\(plain.count) bytes")
        }
        let sum = UInt16(plain[plain.count - 2]) << 8 | UInt16(plain[plain.count - 1])
        guard JT809Frame.checksum(plain.dropLast(2)) == sum else {
            throw Rejection(.frameChecksum, offset: wire.endIndex - 3)
        }
        let length = plain[0..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length == plain.count + 2 else {
            throw Rejection(.frameLength, at: "\(plain.count + 2) bytes, header says \(length)")
        }
        guard plain[17] == 0 else { throw Rejection(.frameEncrypted, at: "header") }
        messageID = UInt16(plain[8]) << 8 | UInt16(plain[9])
        data = Array(plain[JT809Frame.headerBytes..<(plain.count - 2)])
    }

    private static func unescaped(_ bytes: ArraySlice<UInt8>) throws(Rejection) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var at = bytes.startIndex
        while at < bytes.endIndex {
            let byte = bytes[at]
            guard byte == 0x5A || byte == 0x5E else {
                plain.append(byte)
                at += 1
                continue
            }
            let next = at + 1 < bytes.endIndex ? bytes[at + 1] : 0
            guard next == 1 || next == 2 else { throw Rejection(.frameEscape, offset: at) }
            plain.append(next == 2 ? byte : byte == 0x5A ? opening : closing)
            at += 2
        }
        return plain
    }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0xFFFF) { sum, byte in
            var sum = sum ^ UInt16(byte) << 8
            for _ in 0..<8 { sum = sum & 0x8000 != 0 ? sum << 1 ^ 0x1021 : sum << 1 }
            return sum
        }
    }
}
