/// Appends fixed-width little-endian fields to a byte buffer: journal and checkpoint blobs.
package struct ByteWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    package mutating func put(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// One read in the journal: kind, time, line, antenna, time of the read, signal. One call instead of six,
    /// because it is made for every piece of evidence.
    package mutating func put(
        kind: UInt8, time: Int32, slot: UInt32, antenna: UInt16, read: (heard: Int32, signal: Int16)
    ) {
        let head = UInt64(kind) | UInt64(UInt32(bitPattern: time)) << 8
        append(head, bytes: 5)
        append(UInt64(slot) | UInt64(antenna) << 32, bytes: 6)
        append(
            UInt64(UInt32(bitPattern: read.heard)) | UInt64(UInt16(bitPattern: read.signal)) << 32, bytes: 6)
    }

    private mutating func append(_ word: UInt64, bytes count: Int) {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0.prefix(count)) }
    }

    /// Words one after the other, eight bytes each.
    package mutating func put(words: [UInt64]) {
        #if _endian(little)
            words.withUnsafeBytes { bytes.append(contentsOf: $0) }
        #else
            for word in words { append(word, bytes: 8) }
        #endif
    }

    package mutating func put(_ value: Double) {
        put(value.bitPattern)
    }

    package mutating func put(_ flag: Bool) {
        bytes.append(flag ? 1 : 0)
    }

    /// Length (UInt32) and bytes.
    package mutating func put(bytes added: some Collection<UInt8>) {
        put(UInt32(added.count))
        bytes.append(contentsOf: added)
    }

    /// Length (UInt32) and UTF-8.
    package mutating func put(_ text: String) {
        put(bytes: Array(text.utf8))
    }

    package mutating func put(_ instant: UTCInstant) {
        put(instant.milliseconds)
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }
}

/// Reads what ``ByteWriter`` wrote. Our own bytes from our own store: damage is an error of the store, not a
/// trap.
package struct ByteReader: Sendable {
    private let bytes: [UInt8]
    package private(set) var offset = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var atEnd: Bool { offset >= bytes.count }

    package struct Damaged: Error, CustomStringConvertible {
        package let offset: Int
        package let size: Int

        package init(offset: Int, size: Int) {
            self.offset = offset
            self.size = size
        }

        package var description: String { "blob of \(size) bytes ends or is damaged at offset \(offset)" }
    }

    private func damaged() -> Damaged { Damaged(offset: offset, size: bytes.count) }

    package mutating func take<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(Damaged) -> Value
    {
        let size = MemoryLayout<Value>.size
        guard offset + size <= bytes.count else { throw damaged() }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
        offset += size
        return Value(littleEndian: value)
    }

    package mutating func takeDouble() throws(Damaged) -> Double {
        Double(bitPattern: try take(UInt64.self))
    }

    package mutating func takeFlag() throws(Damaged) -> Bool {
        try take(UInt8.self) != 0
    }

    package mutating func takeBytes() throws(Damaged) -> [UInt8] {
        let size = Int(try take(UInt32.self))
        guard offset + size <= bytes.count else { throw damaged() }
        defer { offset += size }
        return Array(bytes[offset..<(offset + size)])
    }

    package mutating func takeText() throws(Damaged) -> String {
        String(decoding: try takeBytes(), as: UTF8.self)
    }

    package mutating func takeInstant() throws(Damaged) -> UTCInstant {
        UTCInstant(milliseconds: try take())
    }
}

extension ByteWriter {
    /// Number of words of 16 bits, then that many bytes twice over.
    package mutating func put(tag: EPC) {
        put(UInt8(tag.bitCount / 16))
        for index in 0..<tag.byteCount { put(tag.byte(index)) }
    }
}

extension ByteReader {
    package mutating func takeTag() throws(Damaged) -> EPC {
        let size = Int(try take(UInt8.self)) * 2
        var bytes: [UInt8] = []
        for _ in 0..<size { bytes.append(try take()) }
        guard let tag = EPC(bytes: bytes) else { throw Damaged(offset: offset, size: size) }
        return tag
    }
}
