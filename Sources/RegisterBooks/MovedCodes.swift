/// Characters that older systems keep in Unicode's private use area because Unicode had no place for them
/// yet, and the places that GB 18030-2022 gives them.
///
/// A file written by an old system and the same file written by a new one must become the same text.
///
///     bytes in GB18030        older tables            here
///     A6D9 … A6F3             U+E78D … U+E796         U+FE10 … U+FE19
///     FE50 … FEA0             U+E815 … U+E864         the 80 characters of ``components``
///     A8BC, A8BF              U+E7C7, U+E7C8          U+1E3F, U+01F9
///     84318236 … 84318335     U+FE10 … U+FE19         U+FE10 … U+FE19
///     82359037 … 82359134     U+9FB4 … U+9FBB         U+9FB4 … U+9FBB
///
/// The last two rows are what GB 18030-2022 exchanged: the four bytes that stood for a character until 2022
/// stand for its private place since then. Both readings fold to the character, so it does not matter which
/// edition the writer followed; some systems refuse the four bytes altogether.
enum MovedCodes {
    /// Vertical forms of punctuation: U+E78D first.
    private static let verticalForms: [UInt32] = [
        0xFE10, 0xFE12, 0xFE11, 0xFE13, 0xFE14, 0xFE15, 0xFE16, 0xFE17, 0xFE18, 0xFE19,
    ]
    /// Radicals and parts of hanzi, FE50 to FEA0 without FE7F: U+E815 first.
    private static let components = Array(
        ("⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱"
            + "䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻").unicodeScalars)

    /// The character that a private code point of these tables stands for.
    static func scalar(ofPrivate value: UInt32) -> Unicode.Scalar? {
        switch value {
        case 0xE78D...0xE796: return Unicode.Scalar(verticalForms[Int(value - 0xE78D)])
        case 0xE7C7: return "\u{1E3F}"
        case 0xE7C8: return "\u{01F9}"
        case 0xE815...0xE864: return components[Int(value - 0xE815)]
        default: return nil
        }
    }

    /// The character of a four-byte code that GB 18030-2022 moved; `nil` for every other.
    static func scalar(ofFourBytesAt start: Int, in bytes: [UInt8]) -> Unicode.Scalar? {
        guard start + 4 <= bytes.count,
            let place = place(bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3])
        else { return nil }
        switch place {
        case verticalFormsPlace..<(verticalFormsPlace + 10):
            return Unicode.Scalar(UInt32(0xFE10 + place - verticalFormsPlace))
        case componentsPlace..<(componentsPlace + 8):
            return Unicode.Scalar(UInt32(0x9FB4 + place - componentsPlace))
        default: return nil
        }
    }

    /// Four-byte codes in their order: 81…FE, 30…39, 81…FE, 30…39.
    private static func place(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> Int? {
        guard (0x81...0xFE).contains(a), (0x30...0x39).contains(b), (0x81...0xFE).contains(c),
            (0x30...0x39).contains(d)
        else { return nil }
        let pairs = (Int(a) - 0x81) * 10 + Int(b) - 0x30
        return (pairs * 126 + Int(c) - 0x81) * 10 + Int(d) - 0x30
    }

    /// 84318236
    private static let verticalFormsPlace = 39_076
    /// 82359037
    private static let componentsPlace = 19_057

    /// The text with every private code point of these tables replaced. Nearly every file has none, and is
    /// returned as it is.
    static func folded(_ utf8: [UInt8]) -> [UInt8] {
        // All of U+E000...U+EFFF, and nothing else, begins with this byte.
        guard let first = utf8.firstIndex(of: 0xEE) else { return utf8 }
        var text = Array(utf8[..<first])
        text.reserveCapacity(utf8.count)
        var at = first
        while at < utf8.count {
            if utf8[at] == 0xEE, at + 2 < utf8.count {
                let value = 0xE000 | UInt32(utf8[at + 1] & 0x3F) << 6 | UInt32(utf8[at + 2] & 0x3F)
                if let scalar = scalar(ofPrivate: value) {
                    text.append(contentsOf: UTF8Bytes.of(scalar))
                    at += 3
                    continue
                }
            }
            text.append(utf8[at])
            at += 1
        }
        return text
    }
}
