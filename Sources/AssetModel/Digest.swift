private import CLibcrypto

/// Message digests from the OpenSSL that libmosquitto already brings.
package enum Digest {
    /// SHA-256, 32 bytes.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var size: UInt32 = 0
        let done = EVP_Digest(bytes, bytes.count, &digest, &size, EVP_sha256(), nil)
        precondition(done == 1 && size == 32, "libcrypto refused SHA-256: result \(done), \(size) bytes")
        return digest
    }

    /// Lower-case hex.
    package static func hex(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(lower(byte >> 4))
            text.append(lower(byte & 0xF))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func lower(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 0x30 + nibble : 0x61 + nibble - 10
    }
}
