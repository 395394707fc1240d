import AssetModel

/// The text of one reader's records with its values taken out: what stays the same from record to record.
///
/// A reader sends the same keys in the same order for as long as nobody changes its settings. A record of a
/// known shape is compared with it, eight bytes at a time, and only the values are read; every other record
/// is read the long way, key by key. Both ways give the same read, because
///
/// - all that is not in a slot is, byte for byte, what it was in a record that went the long way, so the
///   grammar, the keys, and every value that is no slot mean again what they meant there;
/// - a slot takes nothing but the plainest form of its value, and gives up for all others.
///
/// A shape is used only once it has read its own example as the long way did (``ShapeLesson``).
final class RecordShape: Sendable {
    /// Text and slots in turns, to be walked over in one go:
    ///
    ///     count of the text's bytes UInt16, slot UInt8, 5 bytes unused | text in words of eight bytes
    ///
    /// The first byte of a text is the lowest of its word, and the last word is filled up with zeros.
    private let program: [UInt64]
    /// What the long way made of the record that this was learnt from: one read. In an array, so that it is
    /// copied from memory to memory in one piece.
    private let example: [TagRead]
    /// What that record said besides its read: how the reader names itself, how often it reports.
    let deviceIdentity: String?
    let reportMode: ReportMode?

    /// - Parameter pieces: the text before each slot, at most 65,535 bytes, and the slot; the last is `.end`.
    init(_ pieces: [(text: [UInt8], slot: ShapeSlot)], example: TagRead, besides decoded: DecodedMessage) {
        var program: [UInt64] = []
        for piece in pieces {
            program.append(UInt64(piece.text.count) | UInt64(piece.slot.rawValue) << 16)
            for at in stride(from: 0, to: piece.text.count, by: 8) {
                let part = piece.text[at..<min(at + 8, piece.text.count)]
                program.append(part.reversed().reduce(0) { $0 << 8 | UInt64($1) })
            }
        }
        self.program = program
        self.example = [example]
        deviceIdentity = decoded.deviceIdentity.isEmpty ? nil : decoded.deviceIdentity
        reportMode = decoded.reportMode
    }

    /// Whether both have the same text and slots, and so take the same records.
    func isSame(as other: RecordShape) -> Bool {
        program == other.program
    }

    /// Reads the record at `start`, appends its read and says where it ends; `nil` where it has another shape
    /// or an unusual value.
    @inline(never)
    func take(
        _ bytes: UnsafeRawBufferPointer, at start: Int, into reads: inout [TagRead]
    ) -> ShapeReading? {
        reads.append(contentsOf: example)
        let reading = reads.withUnsafeMutableBufferPointer { reads -> ShapeReading? in
            guard let first = reads.baseAddress else { return nil }
            return fill(first + (reads.count - 1), from: bytes, at: start)
        }
        if reading == nil { reads.removeLast() }
        return reading
    }

    @inline(__always)
    private func fill(
        _ read: UnsafeMutablePointer<TagRead>, from bytes: UnsafeRawBufferPointer, at start: Int
    ) -> ShapeReading? {
        var values = ShapeValues(into: read)
        return program.withUnsafeBufferPointer { program in
            var at = start
            var next = 0
            while next < program.count {
                let head = program[next]
                guard let text = RecordShape.skip(program, &next, bytes, at) else { return nil }
                guard let slot = ShapeSlot(rawValue: UInt8(truncatingIfNeeded: head >> 16)), slot != .end
                else {
                    values.close()
                    return ShapeReading(end: text, sentAt: values.sentAt)
                }
                guard let end = values.take(slot, of: bytes, at: text) else { return nil }
                at = end
            }
            return nil
        }
    }

    /// Where the text ends that the program has at `next`; `nil` where another one stands in the payload.
    @inline(__always)
    private static func skip(
        _ program: UnsafeBufferPointer<UInt64>, _ next: inout Int, _ bytes: UnsafeRawBufferPointer, _ at: Int
    ) -> Int? {
        let count = Int(program[next] & 0xFFFF)
        let words = count >> 3
        guard at &+ words &* 8 <= bytes.count else { return nil }
        var difference: UInt64 = 0
        for index in 0..<words {
            let word = bytes.loadUnaligned(fromByteOffset: at &+ index &* 8, as: UInt64.self)
            difference |= UInt64(littleEndian: word) ^ program[next &+ 1 &+ index]
        }
        next &+= 1 &+ words
        let rest = count & 7
        if rest > 0 {
            let last = ByteWords.word(of: bytes, at: at &+ words &* 8) ^ program[next]
            difference |= last << UInt64(truncatingIfNeeded: 64 &- rest &* 8)
            next &+= 1
        }
        return difference == 0 ? at &+ count : nil
    }
}

/// Where a record ended that had a known shape, and when it says that it was sent.
struct ShapeReading {
    let end: Int
    let sentAt: UTCInstant?
}
