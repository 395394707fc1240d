import AssetModel

/// The characters, digits and escapes of GS1 keys.
enum GS1Text {
    /// The invariant set of ISO/IEC 646 that serial numbers and individual asset references may use (GS1
    /// General Specifications, figure 7.11-1).
    static func isCharacter(_ ascii: UInt8) -> Bool {
        switch ascii {
        case 0x21, 0x22, 0x25...0x3F, 0x41...0x5A, 0x5F, 0x61...0x7A: return true
        default: return false
        }
    }

    /// Component and part references (figure 7.11-2): `#`, `-`, `/`, digits, upper case letters.
    static func isPartCharacter(_ ascii: UInt8) -> Bool {
        switch ascii {
        case 0x23, 0x2D, 0x2F, 0x30...0x39, 0x41...0x5A: return true
        default: return false
        }
    }

    /// CAGE codes and DoDAAC: digits and upper case letters without I and O.
    static func isSupplierCharacter(_ ascii: UInt8) -> Bool {
        switch ascii {
        case 0x30...0x39, 0x41...0x48, 0x4A...0x4E, 0x50...0x5A: return true
        default: return false
        }
    }

    static func isDigit(_ ascii: UInt8) -> Bool {
        (0x30...0x39).contains(ascii)
    }

    /// What may not stand in a URN as it is becomes `%` and two hex digits.
    static func urnEscaped(_ text: String) -> String {
        var escaped: [UInt8] = []
        for ascii in text.utf8 {
            switch ascii {
            case 0x22, 0x23, 0x25, 0x26, 0x2F, 0x3C, 0x3E, 0x3F:
                escaped += [0x25, HexDigit.upper(ascii >> 4), HexDigit.upper(ascii & 0xF)]
            default: escaped.append(ascii)
            }
        }
        return string(escaped)
    }

    /// The check digit that closes these digits: weights 3, 1, 3, … from the right (GS1 General
    /// Specifications, section 7.9.1).
    static func checkDigit(of digits: String) -> String {
        var sum = 0
        for (index, ascii) in digits.utf8.reversed().enumerated() {
            sum += (Int(ascii) - 0x30) * (index % 2 == 0 ? 3 : 1)
        }
        return String((10 - sum % 10) % 10)
    }

    /// Decimal digits, with zeros in front up to `digits`; "" for 0 in no digits. `nil` where the value needs
    /// more.
    static func padded(_ value: some UnsignedInteger, digits: Int) -> String? {
        if digits == 0 { return value == 0 ? "" : nil }
        let plain = String(value)
        guard plain.utf8.count <= digits else { return nil }
        return String(repeating: "0", count: digits - plain.utf8.count) + plain
    }

    /// The number that digits write; 0 for none, `nil` for anything else and above 2^64 - 1.
    static func number(_ digits: String) -> UInt64? {
        guard digits.utf8.allSatisfy(isDigit) else { return nil }
        return digits.isEmpty ? 0 : UInt64(digits)
    }

    /// As `number`, for digits without zeros in front that say nothing.
    static func plainNumber(_ digits: String) -> UInt64? {
        guard !digits.isEmpty, digits == "0" || digits.utf8.first != 0x30 else { return nil }
        return number(digits)
    }

    static func string(_ ascii: some Collection<UInt8>) -> String {
        String(decoding: ascii, as: UTF8.self)
    }
}
