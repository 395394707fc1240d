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

    /// Two to four digits.
    static func isIdentifier(_ text: ArraySlice<UInt8>) -> Bool {
        (2...4).contains(text.count) && text.allSatisfy(isDigit)
    }

    static func isDigit(_ ascii: UInt8) -> Bool {
        ascii &- 0x30 <= 9
    }

    /// How many digits stand in round brackets at the beginning, where it is two to four of them: an
    /// application identifier in the bracketed syntax of GS1.
    ///
    /// - Parameter character: of a place below `count`.
    @inline(__always)
    static func bracketedDigits(_ count: Int, _ character: (Int) -> UInt8) -> Int? {
        guard count >= 4, character(0) == 0x28 else { return nil }
        var place = 1
        while place < count, place <= 4, isDigit(character(place)) { place += 1 }
        guard place >= 3, place < count, character(place) == 0x29 else { return nil }
        return place - 1
    }

    /// What may not stand in an EPC URN as it is.
    static func needsURNEscape(_ ascii: UInt8) -> Bool {
        switch ascii {
        case 0x22, 0x23, 0x25, 0x26, 0x2F, 0x3C, 0x3E, 0x3F: return true
        default: return false
        }
    }

    /// RFC 3986 without `~`, which no GS1 key has.
    static func isUnreserved(_ ascii: UInt8) -> Bool {
        switch ascii {
        case 0x2D, 0x2E, 0x5F, 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
        default: return false
        }
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
