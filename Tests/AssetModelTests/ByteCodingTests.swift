import AssetModel
import Testing

/// Fixed-width fields of journal and checkpoint: what is written is read; damage is an error, never a trap.
struct ByteCodingTests {
    private static let tag = EPC(bytes: (0..<26).map { UInt8($0 &* 9) })

    private static func written() throws -> [UInt8] {
        var writer = ByteWriter()
        writer.put(UInt8.max)
        writer.put(UInt16(0x1234))
        writer.put(Int32.min)
        writer.put(UInt64.max - 1)
        writer.put(-0.1)
        writer.put(true)
        writer.put(false)
        writer.put("鄂J·12345")
        writer.put("")
        writer.put(bytes: [1, 2, 3])
        writer.put(UTCInstant(milliseconds: -1))
        writer.put(tag: try #require(tag))
        return writer.bytes
    }

    /// Reads the fields one after another and says what they are.
    private static func read(_ reader: inout ByteReader) throws -> [String] {
        var fields: [String] = []
        fields.append("\(try reader.take(UInt8.self))")
        fields.append("\(try reader.take(UInt16.self))")
        fields.append("\(try reader.take(Int32.self))")
        fields.append("\(try reader.take(UInt64.self))")
        fields.append("\(try reader.takeDouble())")
        fields.append("\(try reader.takeFlag())")
        fields.append("\(try reader.takeFlag())")
        fields.append(try reader.takeText())
        fields.append(try reader.takeText())
        fields.append("\(try reader.takeBytes())")
        fields.append("\(try reader.takeInstant().milliseconds)")
        fields.append(try reader.takeTag().hex)
        return fields
    }

    @Test func `fields come back in the order in which they were written`() throws {
        var reader = ByteReader(try Self.written())
        #expect(
            try Self.read(&reader) == [
                "255", "4660", "-2147483648", "18446744073709551614", "-0.1", "true", "false", "鄂J·12345", "",
                "[1, 2, 3]", "-1", try #require(Self.tag).hex,
            ])
        #expect(reader.atEnd)
    }

    @Test func `numbers are little-endian on every machine`() {
        var writer = ByteWriter(capacity: 16)
        writer.put(UInt32(0x0102_0304))
        writer.put("é")
        #expect(writer.bytes == [4, 3, 2, 1, 2, 0, 0, 0, 0xC3, 0xA9])
        writer.removeAll()
        #expect(writer.bytes.isEmpty)
    }

    @Test func `bytes cut off anywhere are damage at a place within them`() throws {
        let bytes = try Self.written()
        for size in 0..<bytes.count {
            var reader = ByteReader(Array(bytes.prefix(size)))
            do {
                _ = try Self.read(&reader)
                Issue.record("\(size) of \(bytes.count) bytes were enough")
            } catch let error as ByteReader.Damaged {
                #expect(error.size <= bytes.count && error.offset <= size, "\(error)")
            }
        }
    }

    @Test func `a length that points beyond the end is damage`() {
        for head: [UInt8] in [[4, 0, 0, 0, 1, 2, 3], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0x80, 1]] {
            var reader = ByteReader(head)
            #expect(throws: ByteReader.Damaged.self) { try reader.takeBytes() }
            var again = ByteReader(head)
            #expect(throws: ByteReader.Damaged.self) { try again.takeText() }
        }
    }

    /// Number of 16-bit words, bytes that follow.
    @Test(arguments: [(0, 0), (0, 8), (17, 34), (255, 510), (6, 11)])
    func `a tag of no length or an impossible one is damage`(words: UInt8, count: Int) {
        var reader = ByteReader([words] + [UInt8](repeating: 0xE2, count: count))
        #expect(throws: ByteReader.Damaged.self) { try reader.takeTag() }
    }

    @Test func `seeded rubbish is read or refused and never traps`() {
        var numbers = SeededNumbers(seed: 808)
        for _ in 0..<2_000 {
            let bytes = (0..<numbers.below(64)).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
            var reader = ByteReader(bytes)
            do {
                while !reader.atEnd {
                    _ = try reader.takeTag()
                    _ = try reader.takeText()
                }
            } catch {
                #expect(reader.offset <= bytes.count)
            }
        }
    }

    @Test(arguments: [2, 4, 6, 8, 10, 12, 16, 24, 26, 30, 32])
    func `a block holds the bytes that a writer gives`(length: Int) throws {
        let tag = try #require(EPC(bytes: (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 1) }))
        var writer = ByteWriter()
        writer.put(UInt8(7))
        writer.put(true)
        writer.put(UInt32(0x1234_5678))
        writer.put(Int16(-2))
        writer.put(Int64.min + 5)
        writer.put(tag: tag)
        writer.put(UInt16(9))
        writer.put(Int64(1_795_248))
        writer.put(UInt64.max - 3)
        writer.put(Int16.min)
        writer.put(UInt32(65_535))
        let block = ByteBlock.bytes(atMost: writer.bytes.count) { block in
            block.put(UInt8(7))
            block.put(true)
            block.put(UInt32(0x1234_5678))
            block.put(Int16(-2))
            block.put(Int64.min + 5)
            block.put(tag: tag.words, length: UInt8(tag.bitCount / 16))
            block.put(antenna: 9, epoch: 1_795_248, bits: UInt64.max - 3, heard: (Int16.min, 65_535))
        }
        #expect(block == writer.bytes)
    }
}
