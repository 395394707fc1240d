/// One blob whose size is known at most before it is written, as ``ByteWriter`` would write it: the chunks of
/// a checkpoint, of which a site of 200,000 tags writes some 60 MiB at once. ``ByteWriter`` asks for room at
/// every field; here each field goes straight to its place. No generic function is called across modules:
/// the compiler would not specialise it.
package struct ByteBlock {
    private var at: UnsafeMutableRawPointer
    private let end: UnsafeMutableRawPointer

    /// - Parameters:
    ///   - bytesMax: room; one field more is a bug and traps.
    ///   - fill: puts the fields.
    package static func bytes(atMost bytesMax: Int, _ fill: (inout ByteBlock) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytesMax) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            let start = UnsafeMutableRawPointer(base)
            var block = ByteBlock(at: start, end: start + bytesMax)
            fill(&block)
            count = block.at - start
        }
    }

    /// Little-endian.
    @inline(__always)
    private mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        let next = at + MemoryLayout<Value>.size
        precondition(next <= end, "a blob larger than was asked for")
        at.storeBytes(of: value.littleEndian, as: Value.self)
        at = next
    }

    package mutating func put(_ value: UInt8) { store(value) }
    package mutating func put(_ value: UInt32) { store(value) }
    package mutating func put(_ value: Int16) { store(value) }
    package mutating func put(_ value: Int64) { store(value) }
    package mutating func put(_ flag: Bool) { store(flag ? 1 as UInt8 : 0) }

    /// Antenna 2, newest epoch 8, bits 8, peak 2, reads 4.
    package mutating func put(
        antenna: UInt16, epoch: Int64, bits: UInt64, heard: (peak: Int16, reads: UInt32)
    ) {
        store(antenna)
        store(epoch)
        store(bits)
        store(heard.peak)
        store(heard.reads)
    }

    /// As ``ByteWriter/put(tag:)``: number of words of 16 bits, then their bytes, the most significant first.
    package mutating func put(tag words: EPC.Words, length: UInt8) {
        store(length)
        store(words.first, upTo: Int(length))
        store(words.second, upTo: Int(length) - 4)
        store(words.third, upTo: Int(length) - 8)
        store(words.fourth, upTo: Int(length) - 12)
    }

    /// - Parameter rest: words of 16 bits that are still to come; four are in `word`.
    @inline(__always)
    private mutating func store(_ word: UInt64, upTo rest: Int) {
        if rest >= 4 { return store(word.bigEndian) }
        for place in 0..<max(0, rest) {
            store(UInt16(truncatingIfNeeded: word >> UInt64(48 - place * 16)).bigEndian)
        }
    }
}
