/// The XTID of class E2: a header word, the serial number, and up to three segments in this order.
///
/// - Source: GS1 EPC Tag Data Standard, section 16.2. Bit numbers count from the least significant.
package enum ExtendedTID {
    /// | bits | meaning |
    /// | --- | --- |
    /// | 15...13 | serialisation, see ``TIDDescription`` |
    /// | 12 | optional command support segment, 16 bits |
    /// | 11 | BlockWrite and BlockErase segment, 64 bits |
    /// | 10 | user memory and BlockPermalock segment, 32 bits |
    /// | 9...1 | reserved; what they announce stands behind the others and is left alone |
    /// | 0 | a further header word follows |
    package struct Header: Hashable, Sendable {
        package let rawValue: UInt16

        package init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// 0, or 48...144.
        package var serialBits: Int {
            let serialisation = Int(rawValue >> 13)
            return serialisation == 0 ? 0 : 48 + 16 * (serialisation - 1)
        }
        package var hasCommandSegment: Bool { rawValue >> 12 & 1 == 1 }
        package var hasBlockSegment: Bool { rawValue >> 11 & 1 == 1 }
        package var hasUserMemorySegment: Bool { rawValue >> 10 & 1 == 1 }
        package var hasFurtherHeader: Bool { rawValue & 1 == 1 }

        /// Four upper case digits.
        package var hex: String {
            TagHex.text([UInt8(rawValue >> 8), UInt8(truncatingIfNeeded: rawValue)])
        }
    }

    /// Segments that were announced and read whole; one that was cut off ends the list.
    package struct Segments: Hashable, Sendable {
        package var commands: Commands?
        package var blocks: Blocks?
        package var userMemory: UserMemory?

        init() {}

        init(_ header: Header, _ reader: inout BitFieldReader) {
            do throws(TagFault) {
                if header.hasCommandSegment { commands = Commands(UInt16(try reader.take(16))) }
                if header.hasBlockSegment { blocks = Blocks(try reader.take(64)) }
                if header.hasUserMemorySegment {
                    userMemory = UserMemory(UInt32(truncatingIfNeeded: try reader.take(32)))
                }
            } catch {
                // Not read: absent.
            }
        }
    }

    /// Optional command support, 16 bits.
    package struct Commands: Hashable, Sendable {
        package let rawValue: UInt16

        init(_ rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// The longest EPC that can be written, in 16-bit words.
        package var epcWordsMax: Int { Int(rawValue & 0x1F) }

        /// The words of what is supported, from bit 5 up; bits 13...15 are reserved.
        package var names: [String] {
            ExtendedTID.Commands.table.enumerated()
                .filter { rawValue >> UInt16($0.offset + 5) & 1 == 1 }.map(\.element)
        }

        private static let table = [
            "recommissioning", "access", "separate_lock_bits", "automatic_umi", "phase_jitter_modulation",
            "block_erase", "block_write", "block_permalock",
        ]
    }

    /// BlockWrite and BlockErase, 64 bits. Sizes and offsets in 16-bit words.
    package struct Blocks: Hashable, Sendable {
        package let rawValue: UInt64

        init(_ rawValue: UInt64) {
            self.rawValue = rawValue
        }

        package var writeWordsMax: Int { bits(0, 8) }
        package var canWriteAnySize: Bool { bits(8, 1) == 1 }
        package var writeEPCOffset: Int { bits(9, 8) }
        package var needsNoWriteEPCAlignment: Bool { bits(17, 1) == 1 }
        package var writeUserOffset: Int { bits(18, 8) }
        package var needsNoWriteUserAlignment: Bool { bits(26, 1) == 1 }
        package var eraseWordsMax: Int { bits(32, 8) }
        package var canEraseAnySize: Bool { bits(40, 1) == 1 }
        package var eraseEPCOffset: Int { bits(41, 8) }
        package var needsNoEraseEPCAlignment: Bool { bits(49, 1) == 1 }
        package var eraseUserOffset: Int { bits(50, 8) }
        package var needsNoEraseUserAlignment: Bool { bits(58, 1) == 1 }

        private func bits(_ lowest: Int, _ width: Int) -> Int {
            Int(rawValue >> UInt64(lowest) & (1 << UInt64(width) - 1))
        }
    }

    /// User memory and BlockPermalock, 32 bits.
    package struct UserMemory: Hashable, Sendable {
        package let rawValue: UInt32

        init(_ rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// In 16-bit words.
        package var sizeWords: Int { Int(rawValue & 0xFFFF) }
        /// Size of a block that BlockPermalock locks, in 16-bit words; 0: not supported.
        package var permalockBlockWords: Int { Int(rawValue >> 16) }
    }
}
