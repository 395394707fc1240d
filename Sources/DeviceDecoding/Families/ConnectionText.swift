import AssetModel

/// The raw texts that readers leave on a will topic in place of JSON.
///
/// | text | event |
/// | --- | --- |
/// | `connected` | birth message |
/// | `connection lost` | last will |
/// | empty | a farewell: the reader was shut down cleanly. Space alone is none: nobody sends it for one |
///
/// The same texts as a JSON string are taken too; an empty JSON string is not. The words are the defaults of
/// Impinj's `MqttConfiguration`; other readers say them where whoever set them up chose them.
enum ConnectionText {
    /// Longer than any of them with quotes and line ends; keeps this check off the hot path.
    private static let textBytesMax = 32

    /// `nil` for everything else.
    static func event(of payload: UnsafeRawBufferPointer) -> DeviceEvent? {
        guard payload.count <= textBytesMax else { return nil }
        var text = payload[...]
        while let first = text.first, first <= 0x20 { text = text.dropFirst() }
        while let last = text.last, last <= 0x20 { text = text.dropLast() }
        if text.isEmpty { return payload.isEmpty ? .disconnected : nil }
        if text.count > 2, text.first == 0x22, text.last == 0x22 { text = text.dropFirst().dropLast() }
        let word = JSONString(raw: UnsafeRawBufferPointer(rebasing: text), hasEscapes: false, offset: 0)
        switch word {
        case "connected": return .connected
        case "connection lost": return .disconnected
        default: return nil
        }
    }
}
