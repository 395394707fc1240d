/// Writes JSON whose bytes depend on nothing but the values: keys in the order they are given, no spaces,
/// absent values as `null`, numbers without exponent. What is published and what `replay` prints is made with
/// it.
///
/// Text is UTF-8 as it is; only `"`, `\` and control characters below 20h are escaped (RFC 8259, section 7).
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// The next value or key follows another one in the same object or array.
    private var follows = false

    package init() {
        // One discrepancy with a few pieces of evidence.
        bytes.reserveCapacity(1_024)
    }

    package mutating func object(_ content: (inout JSONWriter) -> Void) {
        enclosed("{", "}", content)
    }

    package mutating func array(_ content: (inout JSONWriter) -> Void) {
        enclosed("[", "]", content)
    }

    /// Starts a member of an object; a value, object or array comes next.
    package mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        follows = false
    }

    package mutating func value(_ text: String?) {
        separate()
        guard let text else { return raw("null") }
        quote(text)
    }

    package mutating func value(_ number: Int64?) {
        separate()
        raw(number.map { String($0) } ?? "null")
    }

    /// A number from 0 to 1 with at most four decimals, trailing zeros cut off; what is no number counts as
    /// 0.
    package mutating func value(fraction: Double) {
        separate()
        let tenThousandths = fraction > 0 ? Int64((min(fraction, 1) * 10_000).rounded()) : 0
        guard tenThousandths < 10_000 else { return raw("1") }
        guard tenThousandths > 0 else { return raw("0") }
        var digits = String(tenThousandths + 10_000).utf8.dropFirst()
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        raw("0.")
        bytes.append(contentsOf: digits)
    }

    package mutating func value(_ flag: Bool) {
        separate()
        raw(flag ? "true" : "false")
    }

    package mutating func field(_ name: String, _ flag: Bool) {
        key(name)
        value(flag)
    }

    package mutating func field(_ name: String, _ text: String?) {
        key(name)
        value(text)
    }

    package mutating func field(_ name: String, _ number: Int64?) {
        key(name)
        value(number)
    }

    /// RFC 3339 in UTC with milliseconds.
    package mutating func field(_ name: String, _ instant: UTCInstant?) {
        field(name, instant?.rfc3339())
    }

    private mutating func enclosed(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ content: (inout JSONWriter) -> Void
    ) {
        separate()
        bytes.append(UInt8(ascii: open))
        follows = false
        content(&self)
        bytes.append(UInt8(ascii: close))
        follows = true
    }

    private mutating func separate() {
        if follows { bytes.append(UInt8(ascii: ",")) }
        follows = true
    }

    private mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): raw("\\\"")
            case UInt8(ascii: "\\"): raw("\\\\")
            case 0x0A: raw("\\n")
            case 0x0D: raw("\\r")
            case 0x09: raw("\\t")
            case 0x00..<0x20: raw("\\u00" + Digest.hex([byte]))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
