/// One hex digit, without an optional: the check is one comparison in a hot loop.
enum ASCIIHex {
    /// 0...15, or 0xFF for anything that is no hex digit.
    @inline(__always)
    static func value(of ascii: UInt8) -> UInt8 {
        let digit = ascii &- 0x30
        if digit <= 9 { return digit }
        let letter = (ascii | 0x20) &- 0x61
        return letter <= 5 ? letter &+ 10 : 0xFF
    }

    static func lower(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble
    }
}
