/// A number plate in GBK, as platforms exchange it: ASCII and the few characters that plates may hold.
///
/// Source: GA 36 for the characters, GB 18030 for their codes. Another character becomes U+FFFD: a plate that
/// nobody can bind is better than one that is guessed.
enum PlateText {
    private static let characters: [(code: UInt16, text: Character)] = [
        (0xB0C4, "澳"), (0xB2D8, "藏"), (0xB3AC, "超"), (0xB4A8, "川"), (0xB6F5, "鄂"),
        (0xB8CA, "甘"), (0xB8D3, "赣"), (0xB8DB, "港"), (0xB9D2, "挂"), (0xB9F0, "桂"),
        (0xB9F3, "贵"), (0xBADA, "黑"), (0xBBA6, "沪"), (0xBCAA, "吉"), (0xBCB1, "急"),
        (0xBCBD, "冀"), (0xBDF2, "津"), (0xBDFA, "晋"), (0xBEA9, "京"), (0xBEAF, "警"),
        (0xC1C9, "辽"), (0xC1EC, "领"), (0xC2B3, "鲁"), (0xC3C9, "蒙"), (0xC3F6, "闽"),
        (0xC4FE, "宁"), (0xC7E0, "青"), (0xC7ED, "琼"), (0xC9C2, "陕"), (0xCAB9, "使"),
        (0xCAD4, "试"), (0xCBD5, "苏"), (0xCDEE, "皖"), (0xCFE6, "湘"), (0xD0C2, "新"),
        (0xD1A7, "学"), (0xD3A6, "应"), (0xD3E5, "渝"), (0xD4A5, "豫"), (0xD4C1, "粤"),
        (0xD4C6, "云"), (0xD5E3, "浙"),
    ]

    /// - Parameter bytes: up to the first zero byte or the end.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        var lead: UInt8?
        for byte in bytes {
            if let first = lead {
                let code = UInt16(first) << 8 | UInt16(byte)
                text.append(characters.first { $0.code == code }?.text ?? "\u{FFFD}")
                lead = nil
            } else if byte == 0 {
                break
            } else if byte >= 0x80 {
                lead = byte
            } else if byte > 0x20, byte < 0x7F {
                text.append(Character(Unicode.Scalar(byte)))
            }
        }
        return lead == nil ? text : text + "\u{FFFD}"
    }
}
