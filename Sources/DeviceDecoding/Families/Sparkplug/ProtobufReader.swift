import AssetModel

/// Walks over the fields of one protobuf message inside a payload, without building anything.
///
///     field: tag varint (number × 8 + wire type) | value
///     wire type 0 varint | 1 eight bytes | 2 length varint, bytes | 5 four bytes
///
/// - Varints are at most ten bytes and at most 64 bits. Lengths end inside the message.
/// - Groups (wire types 3 and 4), wire types 6 and 7 and field number 0 are refused: no schema in use here
///   has them, so that they show damage or another format.
/// - Every refusal is `malformed_protobuf` with the byte in the whole payload. Never traps: the bytes come
///   from the air.
/// - Source: the protocol buffers encoding, wire format.
struct ProtobufReader {
    private let bytes: UnsafeRawBufferPointer
    /// Of the next byte, in the whole payload.
    private(set) var offset: Int
    private let end: Int

    /// One field, its value not yet judged.
    struct Field {
        let number: UInt32
        let value: Value
        /// Where its tag stands.
        let offset: Int

        enum Value {
            case varint(UInt64)
            case fixed64(UInt64)
            case fixed32(UInt32)
            /// Where the bytes stand in the payload.
            case bytes(Range<Int>)
        }
    }

    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(bytes, 0..<bytes.count)
    }

    /// - Parameter range: of a message inside the payload, as a field of this reader named it.
    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The next field; `nil` at the end.
    mutating func next() throws(Rejection) -> Field? {
        guard offset < end else { return nil }
        let start = offset
        let tag = try varint()
        guard let number = UInt32(exactly: tag >> 3), number > 0, number <= ProtobufReader.fieldNumberMax
        else { throw ProtobufReader.malformed(at: start) }
        switch tag & 7 {
        case 0: return Field(number: number, value: .varint(try varint()), offset: start)
        case 1: return Field(number: number, value: .fixed64(try fixed(8)), offset: start)
        case 2: return Field(number: number, value: .bytes(try lengthDelimited()), offset: start)
        case 5:
            let word = UInt32(truncatingIfNeeded: try fixed(4))
            return Field(number: number, value: .fixed32(word), offset: start)
        default: throw ProtobufReader.malformed(at: start)
        }
    }

    /// What 29 bits hold.
    private static let fieldNumberMax: UInt32 = 1 << 29 - 1

    static func malformed(at offset: Int) -> Rejection { Rejection(.malformedProtobuf, offset: offset) }

    /// Seven bits a byte, the lowest first.
    mutating func varint() throws(Rejection) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < end {
            let byte = bytes[offset]
            offset += 1
            // The tenth byte has but one bit left.
            if shift == 63, byte > 1 { throw ProtobufReader.malformed(at: start) }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw ProtobufReader.malformed(at: start)
    }

    private mutating func lengthDelimited() throws(Rejection) -> Range<Int> {
        let start = offset
        let length = try varint()
        guard length <= UInt64(end - offset) else { throw ProtobufReader.malformed(at: start) }
        defer { offset += Int(length) }
        return offset..<(offset + Int(length))
    }

    /// Little-endian.
    private mutating func fixed(_ size: Int) throws(Rejection) -> UInt64 {
        guard size <= end - offset else { throw ProtobufReader.malformed(at: offset) }
        var value: UInt64 = 0
        for index in 0..<size { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
        offset += size
        return value
    }
}

/// The value as the schema has it. Another wire type is another schema: refused, never skipped.
extension ProtobufReader.Field {
    func varint() throws(Rejection) -> UInt64 {
        guard case .varint(let value) = value else { throw ProtobufReader.malformed(at: offset) }
        return value
    }

    /// `uint32`: of a longer varint the low bits, as encoders of negative numbers write them.
    func word() throws(Rejection) -> UInt32 { UInt32(truncatingIfNeeded: try varint()) }

    func flag() throws(Rejection) -> Bool { try varint() != 0 }

    func float() throws(Rejection) -> Float {
        guard case .fixed32(let bits) = value else { throw ProtobufReader.malformed(at: offset) }
        return Float(bitPattern: bits)
    }

    func double() throws(Rejection) -> Double {
        guard case .fixed64(let bits) = value else { throw ProtobufReader.malformed(at: offset) }
        return Double(bitPattern: bits)
    }

    /// `string`, `bytes` or a message.
    func range() throws(Rejection) -> Range<Int> {
        guard case .bytes(let range) = value else { throw ProtobufReader.malformed(at: offset) }
        return range
    }
}
