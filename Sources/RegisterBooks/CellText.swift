/// Turns what people and spreadsheets leave in a cell into the text that was meant.
package enum CellText {
    /// For identifiers, codes, headings, numbers and dates: full-width letters, digits and signs become their
    /// ASCII forms, U+3000, U+00A0 and their kin become spaces, invisible characters go, the ends are
    /// trimmed.
    ///
    /// That is the part of Unicode's NFKC that occurs in exports; hanzi, and the circled and other forms that
    /// carry meaning, are left alone.
    package static func folded(_ text: String) -> String {
        if isPlain(text) { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E:
                // The full-width block repeats ASCII 0x21...0x7E at a fixed distance.
                if let ascii = Unicode.Scalar(scalar.value - 0xFEE0) { scalars.append(ascii) }
            case 0x3000, 0x00A0, 0x2000...0x200A, 0x202F, 0x205F: scalars.append(" ")
            case 0x200B...0x200F, 0x202A...0x202E, 0x2060, 0x00AD, 0xFEFF: continue
            // Compatibility forms of signs that codes are made of.
            case 0x2010, 0x2011, 0xFE63: scalars.append("-")
            case 0xFFE5: scalars.append("\u{A5}")
            default: scalars.append(scalar)
            }
        }
        return trimmed(String(scalars))
    }

    /// For names and descriptions: kept as written, only the ends are trimmed.
    package static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// An identifier: folded, and without the marks that make a spreadsheet keep it as text (`="0012"`,
    /// `'0012`).
    package static func identifier(_ text: String) -> String {
        var plain = folded(text)
        if plain.hasPrefix("=\""), plain.hasSuffix("\""), plain.utf8.count >= 3 {
            plain = String(plain.dropFirst(2).dropLast())
        }
        if plain.hasPrefix("'") { plain = String(plain.dropFirst()) }
        return trimmed(plain)
    }

    /// `4.21101E+17`: a long number that a spreadsheet has rounded; its last digits are gone for good.
    package static func isScientific(_ text: String) -> Bool {
        var seen = Scientific.whole
        var digits = 0
        for byte in text.utf8 {
            switch (seen, byte) {
            case (_, 0x30...0x39) where seen != .exponentSign: digits += 1
            case (.whole, 0x2E) where digits > 0: (seen, digits) = (.fraction, 0)
            case (.whole, 0x45), (.whole, 0x65), (.fraction, 0x45), (.fraction, 0x65):
                guard digits > 0 else { return false }
                (seen, digits) = (.exponentSign, 0)
            case (.exponentSign, 0x2B): seen = .exponent
            default: return false
            }
        }
        return seen == .exponent && digits > 0
    }

    /// The same text without any space inside.
    package static func withoutSpaces(_ text: String) -> String {
        text.contains(" ") ? String(text.filter { $0 != " " }) : text
    }

    private enum Scientific {
        case whole, fraction, exponentSign, exponent
    }

    /// ASCII without spaces at the ends: nothing to fold.
    private static func isPlain(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last else { return true }
        return first > 0x20 && last > 0x20 && bytes.allSatisfy { $0 < 0x80 }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0xA0, 0x3000, 0x2000...0x200F, 0x202F, 0x205F, 0x2060, 0xFEFF: return true
        default: return false
        }
    }
}
