/// The protocol control word of a Gen2 tag, bits 10h...1Fh of the EPC bank, in front of the EPC.
///
/// Layout, most significant bit first:
///
///     LLLLL U X T AAAAAAAA
///
/// - L: length of what follows, in 16-bit words, 0...31. U: user memory holds data. X: an XPC word follows.
/// - T: numbering system toggle. 0: an EPC follows, and A are attribute bits (the lowest: hazardous goods).
///   1: what follows is no EPC but an item of ISO/IEC 15961, and A is its application family identifier.
/// - Source: GS1 EPC Tag Data Standard, section 9.2; ISO/IEC 18000-63. Usual words: 3000h for 96 bits, 3400h
///   for the same with user memory.
package struct PCWord: Hashable, Sendable {
    package let rawValue: UInt16

    package init(_ rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// 0...31 words of 16 bits.
    package var lengthWords: Int { Int(rawValue >> 11) }
    /// 0...496.
    package var lengthBits: Int { lengthWords * 16 }
    package var hasUserMemory: Bool { rawValue >> 10 & 1 == 1 }
    package var hasExtendedProtocolControl: Bool { rawValue >> 9 & 1 == 1 }
    package var isToggled: Bool { rawValue >> 8 & 1 == 1 }
    package var attributeBits: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
    /// `nil` where the bits are attributes of an EPC.
    package var applicationFamily: UInt8? { isToggled ? attributeBits : nil }
    package var isHazardous: Bool { !isToggled && attributeBits & 1 == 1 }

    /// Four upper case digits.
    package var hex: String {
        TagHex.text([UInt8(rawValue >> 8), UInt8(truncatingIfNeeded: rawValue)])
    }
}
