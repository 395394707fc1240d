/// One blob whose size is known at most before it is written, as ``ByteWriter`` would write it: the chunks of
/// a checkpoint, of which a site of 200,000 tags writes some 60 MiB at once. ``ByteWriter`` asks for room at
/// every field; here each field goes straight to its place.
package struct ByteBlock {
    @usableFromInline var at: UnsafeMutableRawPointer
    @usableFromInline let end: UnsafeMutableRawPointer

    @usableFromInline
    init(_ at: UnsafeMutableRawPointer, end: UnsafeMutableRawPointer) {
        self.at = at
        self.end = end
    }

    /// - Parameters:
    ///   - bytesMax: room; one field more is a bug and traps.
    ///   - fill: puts the fields.
    @inlinable @inline(__always)
    package static func bytes(atMost bytesMax: Int, _ fill: (inout ByteBlock) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytesMax) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            let start = UnsafeMutableRawPointer(base)
            var block = ByteBlock(start, end: start + bytesMax)
            fill(&block)
            count = block.at - start
        }
    }

    /// Little-endian.
    @inlinable @inline(__always)
    package mutating func put<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        let next = at + MemoryLayout<Value>.size
        precondition(next <= end, "a blob larger than was asked for")
        at.storeBytes(of: value.littleEndian, as: Value.self)
        at = next
    }

    @inlinable @inline(__always)
    package mutating func put(_ flag: Bool) { put(flag ? 1 as UInt8 : 0) }

    /// As ``ByteWriter/put(tag:)``: number of words of 16 bits, then their bytes, the most significant first.
    @inlinable @inline(__always)
    package mutating func put(tag words: EPC.Words, length: UInt8) {
        put(length)
        put(words.first, upTo: Int(length))
        put(words.second, upTo: Int(length) - 4)
        put(words.third, upTo: Int(length) - 8)
        put(words.fourth, upTo: Int(length) - 12)
    }

    /// - Parameter rest: words of 16 bits that are still to come; four are in `word`.
    @inlinable @inline(__always)
    package mutating func put(_ word: UInt64, upTo rest: Int) {
        if rest >= 4 { return put(word.bigEndian) }
        for place in 0..<max(0, rest) {
            put(UInt16(truncatingIfNeeded: word >> UInt64(48 - place * 16)).bigEndian)
        }
    }
}
