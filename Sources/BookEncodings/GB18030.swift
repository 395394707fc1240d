import Glibc
package import RegisterBooks

/// GB18030 by the tables of the system, iconv(3).
package enum GB18030 {
    /// `nil` where the system has no table for it: files in GB18030 are refused then.
    package static let converter: GB18030Converter? = isAvailable ? convert : nil

    private static let isAvailable: Bool = {
        guard let descriptor = open() else { return false }
        iconv_close(descriptor)
        return true
    }()

    private static func open() -> iconv_t? {
        let descriptor = iconv_open("UTF-8", "GB18030")
        // (iconv_t) -1 says that there is no such conversion.
        return Int(bitPattern: descriptor) == -1 ? nil : descriptor
    }

    /// One conversion; the descriptor has state and is nobody else's.
    @Sendable private static func convert(
        _ bytes: [UInt8], from start: Int, to text: inout [UInt8]
    ) -> Int {
        guard let descriptor = open() else { return start }
        defer { iconv_close(descriptor) }
        var at = start
        var slice = [CChar](repeating: 0, count: sliceBytes)
        while at < bytes.count {
            let (taken, made, mayGoOn) = step(descriptor, bytes, from: at, into: &slice)
            text.append(contentsOf: slice[..<made].lazy.map { UInt8(bitPattern: $0) })
            at += taken
            guard mayGoOn else { return at }
        }
        return at
    }

    /// Fills the slice once. May go on where it was full, or all was taken; else a code is unknown, wrong or
    /// cut off.
    private static func step(
        _ descriptor: iconv_t, _ bytes: [UInt8], from start: Int, into slice: inout [CChar]
    ) -> (taken: Int, made: Int, mayGoOn: Bool) {
        bytes.withUnsafeBytes { input in
            slice.withUnsafeMutableBufferPointer { output in
                // iconv(3) takes a mutable pointer and does not write through it.
                let rest = UnsafeMutableRawBufferPointer(mutating: input)
                var from = rest.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) }
                var into = output.baseAddress
                var fromLeft = bytes.count - start
                var intoLeft = output.count
                let made = iconv(descriptor, &from, &fromLeft, &into, &intoLeft)
                let reason = errno
                let hasFailed = Int(made) == -1
                return (
                    bytes.count - start - fromLeft, output.count - intoLeft, !hasFailed || reason == E2BIG
                )
            }
        }
    }

    /// 64 KiB: a few calls for each megabyte.
    private static let sliceBytes = 65_536
}
