import AssetModel
import Foundation
import OperatorAPI

/// A payload from the air, made safe for a terminal: text where it is text, else a hex dump.
struct PayloadText {
    let bytes: [UInt8]
    /// Only the beginning of the payload was kept.
    let isCut: Bool
    private let text: String?
    private let item: QuarantineReply

    init(_ item: QuarantineReply) {
        self.item = item
        bytes = item.payloadBase64.flatMap { Data(base64Encoded: $0) }.map { Array($0) } ?? []
        isCut = bytes.count < item.payloadBytes
        // Protobuf may look like text by chance; only the JSON form of Sparkplug B is one.
        let isProtobuf = SparkplugNamespace.contains(item.topic) && bytes.first != UInt8(ascii: "{")
        text = isProtobuf ? nil : PayloadText.text(bytes, isCut: isCut)
    }

    /// One scalar in so many may be a control character before the payload counts as binary: line breaks and
    /// tabs of printed JSON pass, frames of terminals do not.
    private static let controlShareMax = 8
    /// A cut may fall into a UTF-8 sequence: at most its first three bytes are left.
    private static let cutSequenceBytesMax = 3

    private static func text(_ bytes: [UInt8], isCut: Bool) -> String? {
        for dropped in 0...(isCut ? cutSequenceBytesMax : 0) where dropped <= bytes.count {
            guard let text = String(validating: bytes.dropLast(dropped), as: UTF8.self) else { continue }
            let controls = text.unicodeScalars.count { isHidden($0) && !"\t\r\n".unicodeScalars.contains($0) }
            let isText = controls * controlShareMax <= text.unicodeScalars.count
            return isText && !text.unicodeScalars.contains("\0") ? text : nil
        }
        return nil
    }

    var lines: [String] {
        guard let text else { return dump }
        return text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            .map { "  " + PayloadText.escaped($0) }
    }

    /// As `tally decode` reads it: one line of text, or hex.
    var line: String {
        guard let text else { return bytes.map { PayloadText.hex($0) }.joined() }
        // A raw line break is white space in JSON, so this says the same.
        let breaks = text.unicodeScalars.map { $0 == "\n" || $0 == "\r" ? " " : $0 }
        return PayloadText.escaped(Substring(String(String.UnicodeScalarView(breaks))))
    }

    /// How to see what the decoder makes of it.
    var decodeCommand: String {
        let show = "tally quarantine show \(item.number) --payload | "
        let isTerminal = item.source == "terminal"
        if text == nil, isTerminal { return show + "tally decode jt808 --hex" }
        let kind = isTerminal ? "terminal" : "reader"
        let command = show + "tally decode \(kind) --topic " + PayloadText.quoted(item.topic)
        return text == nil ? command + " --hex" : command
    }

    // MARK: forms

    private static let bytesPerLine = 16

    /// `000010  7e 02 00 …  |~..|`
    private var dump: [String] {
        stride(from: 0, to: bytes.count, by: PayloadText.bytesPerLine).map { start in
            let row = bytes[start..<min(start + PayloadText.bytesPerLine, bytes.count)]
            let offset = String(start, radix: 16)
            let digits = row.map { PayloadText.hex($0) }.joined(separator: " ")
            let width = PayloadText.bytesPerLine * 3 - 1
            let shown = row.map { (0x20...0x7E).contains($0) ? Character(Unicode.Scalar($0)) : "." }
            return "  " + String(repeating: "0", count: 6 - offset.count) + offset + "  "
                + digits + String(repeating: " ", count: width - digits.count) + "  |\(String(shown))|"
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }

    /// Without anything that steers a terminal or turns the direction of reading.
    private static func escaped(_ text: Substring) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            if isHidden(scalar) {
                plain += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }

    /// As one word of a shell.
    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
