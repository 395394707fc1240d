/// Takes big-endian fields off the front of some bytes; `nil` at their end instead of a trap. Copies nothing
/// and holds nothing: the bytes must stay where they are while it is used.
struct JT808Fields {
    private let bytes: UnsafeRawBufferPointer
    /// Bytes taken.
    private(set) var at = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var count: Int { bytes.count - at }

    /// What is left.
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[at...]) }

    @inline(__always)
    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= bytes.count - at else { return nil }
        defer { at += count }
        return UnsafeRawBufferPointer(rebasing: bytes[at..<(at + count)])
    }

    @inline(__always)
    mutating func byte() -> UInt8? { integer() }

    /// WORD of the standard.
    @inline(__always)
    mutating func word() -> UInt16? { integer() }

    /// DWORD of the standard.
    @inline(__always)
    mutating func doubleWord() -> UInt32? { integer() }

    @inline(__always)
    private mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>() -> Value? {
        let size = MemoryLayout<Value>.size
        guard size <= bytes.count - at else { return nil }
        defer { at += size }
        return bytes.big(at)
    }
}

extension UnsafeRawBufferPointer {
    /// A big-endian number; the caller has checked that it is there.
    @inline(__always)
    func big<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Value {
        Value(bigEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// Some of these bytes; the caller has checked that they are there.
    @inline(__always)
    func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range])
    }
}
