/// The terminal phone number of a header, BCD[6] or BCD[10], as it is packed. A terminal that packs its IMEI
/// there has hex digits.
struct JT808Phone: Equatable, Sendable {
    /// The first four of twenty digits; zero in the header of 2011 and 2013.
    private let high: UInt16
    /// Sixteen digits, of which the header of 2011 and 2013 has twelve.
    private let low: UInt64
    private let digits: Int

    /// - Parameter bytes: ten of them for the header of 2019, else six.
    init(_ bytes: UnsafeRawBufferPointer, is2019: Bool) {
        let front: UInt16 = bytes.big(0)
        let middle: UInt32 = bytes.big(2)
        if is2019 {
            high = front
            low = UInt64(middle) << 32 | UInt64(bytes.big(6) as UInt32)
            digits = 20
        } else {
            high = 0
            low = UInt64(front) << 32 | UInt64(middle)
            digits = 12
        }
    }

    /// Digits without the zeros in front; one where all are zero.
    private var significant: Int {
        let bits = high != 0 ? 80 - high.leadingZeroBitCount : 64 - low.leadingZeroBitCount
        return max(1, (bits + 3) / 4)
    }

    var leadingZeros: UInt8 { UInt8(digits - significant) }

    /// Leading zeros stripped; "0" where there is nothing else. Hex digits are lower-case letters.
    var text: String { text(last: significant) }

    /// As the frame carries it.
    var raw: String { text(last: digits) }

    /// The last of the twenty digits.
    private func text(last count: Int) -> String {
        let front = JT808Phone.ascii(UInt32(high))
        let middle = JT808Phone.ascii(UInt32(truncatingIfNeeded: low >> 32))
        let back = JT808Phone.ascii(UInt32(truncatingIfNeeded: low))
        return withUnsafeBytes(of: (front.bigEndian, middle.bigEndian, back.bigEndian)) { text in
            String(decoding: text.part((text.count - count)..<text.count), as: UTF8.self)
        }
    }

    /// Eight digits as text, the first in the top byte: all at once, since every message needs it.
    private static func ascii(_ digits: UInt32) -> UInt64 {
        var spread = UInt64(digits)
        spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFF
        spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
        spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // One where a digit is above nine: "a" stands 39 behind the sign after "9".
        let letters = (spread + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return spread + 0x3030_3030_3030_3030 + letters * 39
    }
}
