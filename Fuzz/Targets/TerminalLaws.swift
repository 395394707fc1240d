import AssetModel
import DeviceDecoding

/// What holds of every payload of vehicle terminals, whoever passed it on.
enum TerminalLaws {
    /// What tells of a driver is hidden byte for byte, and JSON stays JSON.
    static func checkPrivacy(_ message: RawMessage) throws(Breach) {
        let payload = message.payload
        let hidden = TerminalPrivacy.redacted(payload, topic: message.topic)
        try hold(hidden.count == payload.count, "\(hidden.count) of \(payload.count) bytes are shown")
        try hold(
            hidden == TerminalPrivacy.redacted(payload, topic: message.topic),
            "hidden twice is not the same: \(shown(payload))")
        let first = payload.first { $0 > 0x20 }
        guard first == 0x7B || first == 0x5B, JSONGrammar.isText(payload) else { return }
        try hold(JSONGrammar.isText(hidden), "hidden, and no JSON: \(shown(hidden)) of \(shown(payload))")
    }

    /// A family chosen by content says the same as one that the configuration names.
    static func checkChoice(of message: RawMessage) throws(Breach) {
        var undecided = SourceBench(terminals: .auto)
        let decoded = undecided.decode(message)
        guard let format = undecided.formats.first, format != .auto else { return }
        var configured = SourceBench(terminals: format)
        try SourceLaws.holdSame(
            decoded, configured.decode(message), "as \(format.rawValue) by content", message)
    }
}

/// Bytes written as text, the way platforms pass frames on.
enum FrameText {
    private static let digits = Array("0123456789abcdef".utf8)
    private static let signs = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func hex(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }
    }

    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? signs[bits >> (18 - 6 * place) & 63] : 0x3D)
            }
        }
        return text
    }
}
