package import AssetModel

/// A keyed 64-bit hash by folded multiplication: fast, and not predictable without the key. EPCs and payloads
/// are chosen by whoever writes them, so an unkeyed hash could be filled with collisions on purpose.
package struct KeyedHash: Sendable, BitwiseCopyable {
    private let first: UInt64
    private let second: UInt64

    /// Odd constants with balanced bits, so that a key of zero (replay) still mixes: fractional parts of the
    /// square roots of 2 and 3.
    private static let salt: (UInt64, UInt64) = (0x6A09_E667_F3BC_C909, 0xBB67_AE85_84CA_A73B)

    package init(key: UInt64) {
        first = key ^ KeyedHash.salt.0
        second = KeyedHash.fold(key ^ KeyedHash.salt.1, KeyedHash.salt.0)
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    package func hash(_ tag: EPC) -> UInt64 { hash(TagName(tag, hash: 0)) }

    /// Two multiplications for up to 128 bits. With one alone, whoever writes tags could steer half of the
    /// result without knowing the key.
    @inline(__always)
    func hash(_ name: TagName) -> UInt64 {
        var state = KeyedHash.fold(name.first ^ first, name.second ^ second)
        if name.isLong { state = KeyedHash.fold(name.third ^ state ^ first, name.fourth ^ second) }
        return KeyedHash.fold(state ^ UInt64(name.length) &<< 4, second | 1)
    }

    /// As ``hash(_:)`` of an EPC of up to 128 bits; `oddSecond` is held by who hashes many.
    @inline(__always)
    func short(_ head: UInt64, _ tail: UInt64, bits: UInt64, oddSecond: UInt64) -> UInt64 {
        KeyedHash.fold(KeyedHash.fold(head ^ first, tail ^ second) ^ bits, oddSecond)
    }

    var oddSecond: UInt64 { second | 1 }

    /// Digest of a message: its topic and its payload, lengths included.
    package func digest(topic: String, payload: [UInt8]) -> UInt64 {
        var topic = topic
        let head = topic.withUTF8 { digest(UnsafeRawBufferPointer($0), from: first) }
        return payload.withUnsafeBytes { digest($0, from: head ^ second) }
    }

    private func digest(_ bytes: UnsafeRawBufferPointer, from seed: UInt64) -> UInt64 {
        var state = KeyedHash.fold(seed ^ UInt64(bytes.count), second | 1)
        var offset = 0
        while offset + 16 <= bytes.count {
            let left = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let right = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
            state = KeyedHash.fold(left.littleEndian ^ first ^ state, right.littleEndian ^ second)
            offset += 16
        }
        var tail: (UInt64, UInt64) = (0, 0)
        for index in offset..<bytes.count {
            let shift = UInt64(index - offset) % 8 * 8
            if index - offset < 8 {
                tail.0 |= UInt64(bytes[index]) << shift
            } else {
                tail.1 |= UInt64(bytes[index]) << shift
            }
        }
        return KeyedHash.fold(tail.0 ^ first ^ state, tail.1 ^ second ^ 0x9E37_79B9_7F4A_7C15)
    }
}
