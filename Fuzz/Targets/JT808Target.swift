import AssetModel
import DeviceDecoding

/// JT/T 808 frames. The input is a row of payloads of one source, in the order in which they come:
///
///     flags UInt8 | size UInt16, little endian | payload
///
/// - flags: bit 0 body length and check code of each frame are made right (``JT808Seal``); bits 1, 2 binary,
///   hex, Base64, hex in quotes; bits 3, 4 seconds since the payload before: 1, 0, 60, 301.
/// - A size that goes beyond the end means all that is left.
enum JT808Target: FuzzTarget {
    static let name = "jt808"

    /// A message in parts, another one between them, and what comes after both.
    private static let messagesMax = 12
    /// Parts are given up after 300 s.
    private static let gaps = [1, 0, 60, 301]
    private static let topic = "jt808/up"

    static func check(_ input: [UInt8]) throws(Breach) {
        var rest = input[...]
        var payloads: [[UInt8]] = []
        var messages: [RawMessage] = []
        var seconds: [Int] = []
        while let flags = rest.popFirst(), messages.count < messagesMax {
            let size = Int(rest.popFirst() ?? 0) | Int(rest.popFirst() ?? 0) << 8
            let payload = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            payloads.append(flags & 1 != 0 ? JT808Seal.sealed(payload) : payload)
            messages.append(RawMessage(topic: topic, payload: written(payloads[payloads.count - 1], flags)))
            seconds.append((seconds.last ?? 0) + gaps[Int(flags >> 3 & 3)])
        }
        try SourceLaws.check(messages, at: SourceBench(terminals: .jt808), seconds: seconds)
        for message in messages { try TerminalLaws.checkPrivacy(message) }
        if let first = messages.first { try TerminalLaws.checkChoice(of: first) }
        for payload in payloads where payload.first == JT808Seal.delimiter {
            try checkForms(of: payload)
            try checkDriver(payload)
        }
    }

    private static func written(_ payload: [UInt8], _ flags: UInt8) -> [UInt8] {
        switch flags >> 1 & 3 {
        case 1: FrameText.hex(payload)
        case 2: FrameText.base64(payload)
        case 3: [0x22] + FrameText.hex(payload) + [0x22]
        default: payload
        }
    }

    /// The same frames as bytes, hex and Base64 say the same, and both ways of reading frames agree about
    /// which payloads hold one.
    private static func checkForms(of payload: [UInt8]) throws(Breach) {
        let message = RawMessage(topic: topic, payload: payload)
        var bench = SourceBench(terminals: .jt808)
        let decoded = bench.decode(message)
        for text in [FrameText.hex(payload), FrameText.base64(payload)] {
            var other = SourceBench(terminals: .jt808)
            let again = other.decode(RawMessage(topic: topic, payload: text))
            try SourceLaws.holdSame(decoded, again, "bytes and text", message)
        }
        // Beyond 64 refused frames both stop, one a frame before the other.
        guard payload.split(separator: JT808Seal.delimiter).count < 64 else { return }
        var reason: Rejection.Reason?
        do throws(Rejection) {
            _ = try JT808.frames(in: payload)
        } catch {
            reason = error.reason
        }
        try hold(
            (reason == nil) == (decoded.refusal == nil),
            "refused as \(String(describing: decoded.refusal)), frames by themselves as \(reason as Any)")
    }

    /// Nothing of the body of a good 0x0702 (the driver's card) is shown, as bytes or as hex.
    private static func checkDriver(_ payload: [UInt8]) throws(Breach) {
        let bytes = TerminalPrivacy.redacted(payload, topic: topic)
        let text = TerminalPrivacy.redacted(FrameText.hex(payload), topic: topic)
        for stretch in payload.split(separator: JT808Seal.delimiter) where stretch.endIndex < payload.count {
            guard let frame = frame(stretch), frame.messageID == 0x0702 else { continue }
            // Body and check code; with escapes they are longer.
            let range = (stretch.endIndex - frame.body.count - 1)..<stretch.endIndex
            // What is taken for damaged JSON keeps its signs.
            let isHidden = bytes[range].allSatisfy { $0 == 0x2A || signs.contains($0) }
            let digits = text[(range.lowerBound * 2)..<(range.upperBound * 2)]
            try hold(
                isHidden && digits.allSatisfy { $0 == 0x2A },
                "shown of a driver: \(shown(FrameText.hex(bytes))), \(shown(text))")
        }
    }

    private static let signs = Array("{}[]:,\" \t\n\r".utf8)

    private static func frame(_ stretch: ArraySlice<UInt8>) -> JT808Frame? {
        do throws(Rejection) {
            return try JT808Frame(escaped: stretch)
        } catch {
            return nil
        }
    }
}
