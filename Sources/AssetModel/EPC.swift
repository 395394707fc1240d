/// The bits of a tag's EPC bank as the reader reports them, without any claim about their scheme.
///
/// 16 to 256 bits in whole 16-bit words, most significant bit first. Held inline, so that a read costs no
/// allocation.
package struct EPC: Hashable, Sendable {
    /// Number of bits, 16...256, a multiple of 16.
    package let bitCount: UInt16
    /// The bits left-aligned in four words; bits beyond `bitCount` are zero.
    package let words: Words

    package struct Words: Hashable, Sendable {
        package var first: UInt64 = 0
        package var second: UInt64 = 0
        package var third: UInt64 = 0
        package var fourth: UInt64 = 0

        package init() {}

        subscript(index: Int) -> UInt64 {
            get { index == 0 ? first : index == 1 ? second : index == 2 ? third : fourth }
            set {
                switch index {
                case 0: first = newValue
                case 1: second = newValue
                case 2: third = newValue
                default: fourth = newValue
                }
            }
        }
    }

    /// The longest identity kept, in bytes. 256 bits hold every binary scheme up to GIAI-202 and ITIP-212
    /// with padding.
    package static let bytesMax = 32

    /// - Parameter bytes: 2...32 bytes, an even number, from bit 20h of bank 01. `nil` for any other length.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count >= 2, bytes.count <= EPC.bytesMax, bytes.count % 2 == 0 else { return nil }
        var words = Words()
        var index = 0
        for byte in bytes {
            words[index / 8] |= UInt64(byte) << UInt64(56 - index % 8 * 8)
            index += 1
        }
        self.bitCount = UInt16(index * 8)
        self.words = words
    }

    /// - Parameter hex: 4...64 hex digits of either case, a multiple of 4. `nil` for anything else.
    package init?(hex: some Collection<UInt8>) {
        guard hex.count >= 4, hex.count <= EPC.bytesMax * 2, hex.count % 4 == 0 else { return nil }
        var words = Words()
        var index = 0
        for digit in hex {
            guard let nibble = HexDigit.value(of: digit) else { return nil }
            words[index / 16] |= UInt64(nibble) << UInt64(60 - index % 16 * 4)
            index += 1
        }
        self.bitCount = UInt16(index * 4)
        self.words = words
    }

    package init?(hex: String) {
        self.init(hex: hex.utf8)
    }

    package init(bitCount: UInt16, words: Words) {
        precondition(bitCount >= 16 && bitCount <= 256 && bitCount % 16 == 0, "EPC of \(bitCount) bits")
        self.bitCount = bitCount
        self.words = words
    }

    package var byteCount: Int { Int(bitCount) / 8 }

    /// Upper-case hex, two digits a byte.
    package var hex: String {
        let size = Int(bitCount) / 4
        return String(unsafeUninitializedCapacity: size) { buffer in
            for index in 0..<size {
                let nibble = UInt8(truncatingIfNeeded: words[index / 16] >> UInt64(60 - index % 16 * 4)) & 0xF
                buffer[index] = HexDigit.upper(nibble)
            }
            return size
        }
    }

    package func byte(_ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: words[index / 8] >> UInt64(56 - index % 8 * 8))
    }
}

extension EPC: Comparable {
    /// By bits from the left, the shorter first of equals: the order of their hex.
    package static func < (left: EPC, right: EPC) -> Bool {
        for index in 0..<4 where left.words[index] != right.words[index] {
            return left.words[index] < right.words[index]
        }
        return left.bitCount < right.bitCount
    }
}

extension EPC: CustomStringConvertible {
    package var description: String { hex }
}

/// One hex digit as ASCII.
package enum HexDigit {
    package static func value(of ascii: UInt8) -> UInt8? {
        switch ascii {
        case 0x30...0x39: return ascii - 0x30
        case 0x41...0x46: return ascii - 0x41 + 10
        case 0x61...0x66: return ascii - 0x61 + 10
        default: return nil
        }
    }

    package static func upper(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 0x30 + nibble : 0x41 + nibble - 10
    }
}

/// Signal strength as reported by a reader, in 1/100 dBm (Impinj's "cdBm"); -5234 means -52.34 dBm.
package struct SignalStrength: Hashable, Comparable, Sendable {
    package var centiDBm: Int16

    package init(centiDBm: Int16) {
        self.centiDBm = centiDBm
    }

    package static func < (left: SignalStrength, right: SignalStrength) -> Bool {
        left.centiDBm < right.centiDBm
    }

    package var dBm: Double { Double(centiDBm) / 100 }
}

extension EPC {
    /// The same bits as far as both go: a TID may be read in part.
    package func agrees(with other: EPC) -> Bool {
        let shared = Int(min(bitCount, other.bitCount))
        for index in 0..<4 {
            let bits = min(64, max(0, shared - index * 64))
            guard bits > 0 else { return true }
            let mask = bits == 64 ? UInt64.max : ~(UInt64.max >> UInt64(bits))
            if (words[index] ^ other.words[index]) & mask != 0 { return false }
        }
        return true
    }

    /// No bit is set: what readers report where a bank could not be read.
    package var isBlank: Bool { words == Words() }
}
