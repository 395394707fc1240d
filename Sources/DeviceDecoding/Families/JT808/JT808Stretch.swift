import AssetModel

/// What stands between two delimiters of a payload, found eight bytes at a time.
///
/// One pass finds the end, whether anything was escaped, and the XOR of all bytes: for a frame without
/// escapes, which most are, nothing is left to do but to read its fields where they are.
struct JT808Stretch {
    /// Where the delimiter stands that closes it, or the number of bytes where none does.
    let end: Int
    let hasEscape: Bool
    /// XOR of the bytes as they are sent: zero for a good frame without escapes.
    let check: UInt8

    @inline(__always)
    init(in bytes: UnsafeRawBufferPointer, from start: Int) {
        var at = start
        var folded: UInt64 = 0
        var hasEscape = false
        while at + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let marks = JT808Stretch.zeroBytes(word ^ 0x7E7E_7E7E_7E7E_7E7E)
            let escapes = JT808Stretch.zeroBytes(word ^ 0x7D7D_7D7D_7D7D_7D7D)
            if marks != 0 {
                let bytesBefore = marks.trailingZeroBitCount / 8
                let before: UInt64 = (1 << UInt64(8 * bytesBefore)) - 1
                self.init(
                    end: at + bytesBefore, hasEscape: hasEscape || escapes & before != 0,
                    check: JT808Stretch.fold(folded ^ (word & before)))
                return
            }
            folded ^= word
            hasEscape = hasEscape || escapes != 0
            at += 8
        }
        while at < bytes.count, bytes[at] != JT808Payload.delimiter {
            folded ^= UInt64(bytes[at])
            hasEscape = hasEscape || bytes[at] == JT808Escapes.mark
            at += 1
        }
        self.init(end: at, hasEscape: hasEscape, check: JT808Stretch.fold(folded))
    }

    /// XOR of all bytes.
    static func check(_ bytes: UnsafeRawBufferPointer) -> UInt8 {
        var (at, folded): (Int, UInt64) = (0, 0)
        while at + 8 <= bytes.count {
            folded ^= bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            at += 8
        }
        while at < bytes.count {
            folded ^= UInt64(bytes[at])
            at += 1
        }
        return fold(folded)
    }

    private init(end: Int, hasEscape: Bool, check: UInt8) {
        self.end = end
        self.hasEscape = hasEscape
        self.check = check
    }

    /// The top bit of each byte that is zero. Above the lowest of them a byte 1 shows as well: only the
    /// lowest, and whether there is one, may be used.
    @inline(__always)
    static func zeroBytes(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }

    private static func fold(_ word: UInt64) -> UInt8 {
        let half = word ^ (word >> 32)
        let quarter = half ^ (half >> 16)
        return UInt8(truncatingIfNeeded: quarter ^ (quarter >> 8))
    }
}

/// Undoes escapes: 7d 02 is 7e, 7d 01 is 7d, anything else after 7d is no frame.
enum JT808Escapes {
    static let mark: UInt8 = 0x7D

    /// - Parameters:
    ///   - offset: where `escaped` stands in the payload, for refusals.
    ///   - plain: no shorter than `escaped`.
    /// - Returns: bytes written to `plain`.
    static func undo(
        _ escaped: UnsafeRawBufferPointer, offset: Int, into plain: UnsafeMutableRawBufferPointer
    ) throws(Rejection) -> Int {
        precondition(plain.count >= escaped.count, "\(escaped.count) bytes into \(plain.count)")
        var (at, count) = (0, 0)
        while at < escaped.count {
            let end = nextMark(in: escaped, from: at)
            UnsafeMutableRawBufferPointer(rebasing: plain[count...])
                .copyMemory(from: escaped.part(at..<end))
            count += end - at
            guard end < escaped.count else { break }
            guard end + 1 < escaped.count, escaped[end + 1] == 1 || escaped[end + 1] == 2 else {
                throw Rejection(.frameEscape, offset: offset + end)
            }
            plain[count] = escaped[end + 1] == 1 ? 0x7D : 0x7E
            count += 1
            at = end + 2
        }
        return count
    }

    private static func nextMark(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var at = start
        while at + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let marks = JT808Stretch.zeroBytes(word ^ 0x7D7D_7D7D_7D7D_7D7D)
            if marks != 0 { return at + marks.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < bytes.count, bytes[at] != mark { at += 1 }
        return at
    }
}
