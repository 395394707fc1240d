/// JSON with texts in GBK in it: bytes that are no UTF-8, and of which one may look like a quote's escape.
enum RawGBK {
    /// Stands for each byte that was masked: no digit of any kind, no Base64, and allowed in a JSON text.
    static let mask: UInt8 = 0x23

    /// The same text, as long as before, without its GBK characters and all other bytes above 0x7F.
    ///
    ///     lead 81...FE | trail 40...7E, 80...FE
    ///
    /// The trail may be `\`, `{` or `]`, which must not be taken for JSON; it is never a quote, so that a
    /// character that was cut in half ends before one.
    static func masked(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var text = Array(bytes)
        var at = 0
        while at < text.count {
            guard text[at] >= 0x80 else {
                at += 1
                continue
            }
            let isLead = text[at] != 0x80 && text[at] != 0xFF
            text[at] = mask
            at += 1
            guard isLead, at < text.count, text[at] >= 0x40, text[at] != 0x7F, text[at] != 0xFF else {
                continue
            }
            text[at] = mask
            at += 1
        }
        return text
    }
}
