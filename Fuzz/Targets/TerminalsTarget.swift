import AssetModel
import DeviceDecoding

/// Terminals as other platforms pass them on. The first byte says which, then a row of payloads follows, see
/// ``RowOfPayloads``; JT/T 809 is binary and has one alone.
///
/// - first byte: bits 0...2 emqx, traccar, owntracks, flespi, 32960, 809, and from the start again; bits 3, 4
///   the topic; bit 5 length and CRC of an 809 frame are made right.
enum TerminalsTarget: FuzzTarget {
    static let name = "terminals"

    private static let formats: [MessageFormat] = [
        .emqx, .traccar, .ownTracks, .flespi, .gbt32960, .jt809,
    ]

    /// Those that say something come first; the last names no terminal.
    private static let topics: [[String]] = [
        [
            "jt808/013800138000/013800138000/up",
            "$SYS/brokers/n/gateway/jt808/clients/013800138000/connected",
            "$SYS/brokers/n/gateway/jt808/clients/013800138000/disconnected", "up",
        ],
        ["positions", "events", "traccar/events", "up"],
        [
            "owntracks/alice/860000000000002", "owntracks/alice/860000000000002/event",
            "owntracks/qtripp/860000000000002", "up",
        ],
        [
            "flespi/message/gw/devices/123", "flespi/log/gw/devices/123/connected",
            "flespi/log/gw/devices/123/disconnected", "flespi/message/gw/channels/45/860000000000003",
        ],
        [
            "gbt32960/LTESTVEH0M0000001/upstream/info", "gbt32960/LTESTVEH0M0000001/upstream/reinfo",
            "gbt32960/LTESTVEH0M0000001/upstream/vlogin", "gbt32960/LTESTVEH0M0000001/upstream/vlogout",
        ],
        ["809/up", "809/A12345/up", "809/0/up", "up"],
    ]

    static func check(_ input: [UInt8]) throws(Breach) {
        guard let first = input.first else { return }
        let format = formats[Int(first & 7) % formats.count]
        let topic = topics[Int(first & 7) % formats.count][Int(first >> 3 & 3)]
        let bench = SourceBench(terminals: format)
        let messages: [RawMessage]
        if format == .jt809 {
            let payload = Array(input.dropFirst())
            let frame = first & 32 != 0 ? JT809Seal.sealed(payload) : payload
            messages = [RawMessage(topic: topic, payload: frame)]
            try checkForms(of: messages[0])
        } else {
            messages = RowOfPayloads.messages(in: input.dropFirst(), topic: topic)
            for message in messages where format != .emqx || isUTF8(message.payload) {
                try JSONLaws.check(message, .text, at: bench)
            }
        }
        try RowOfPayloads.check(messages, at: bench)
        for message in messages { try TerminalLaws.checkPrivacy(message) }
        if let message = messages.first { try TerminalLaws.checkChoice(of: message) }
    }

    /// The EMQX gateway may write texts in GBK into its JSON, which nobody can check for its grammar.
    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// A frame says the same as bytes, hex and Base64.
    private static func checkForms(of message: RawMessage) throws(Breach) {
        guard message.payload.first == JT809Seal.opening else { return }
        var bench = SourceBench(terminals: .jt809)
        let decoded = bench.decode(message)
        for text in [FrameText.hex(message.payload), FrameText.base64(message.payload)] {
            let again = bench.decode(RawMessage(topic: message.topic, payload: text))
            try SourceLaws.holdSame(decoded, again, "bytes and text", message)
        }
    }
}

/// Makes a JT/T 809 frame right that the fuzzer has changed: behind the CRC nothing would be reached else.
enum JT809Seal {
    static let opening: UInt8 = 0x5B
    private static let closing: UInt8 = 0x5D

    /// The frame with the length that it has and the CRC that fits; what is shorter than a header, or has no
    /// delimiters, stays.
    static func sealed(_ frame: [UInt8]) -> [UInt8] {
        guard frame.count > 2, frame.first == opening, frame.last == closing else { return frame }
        var plain = plain(frame.dropFirst().dropLast())
        guard plain.count >= 24 else { return frame }
        let length = plain.count + 2
        for place in 0..<4 { plain[place] = UInt8(length >> (24 - 8 * place) & 0xFF) }
        let sum = checksum(plain.dropLast(2))
        plain[plain.count - 2] = UInt8(sum >> 8)
        plain[plain.count - 1] = UInt8(sum & 0xFF)
        return [opening] + plain.flatMap(escaped) + [closing]
    }

    /// An escape that is none stands for itself.
    private static func plain(_ escaped: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        var rest = escaped
        while let byte = rest.popFirst() {
            guard byte == 0x5A || byte == 0x5E, let next = rest.first, next == 1 || next == 2 else {
                plain.append(byte)
                continue
            }
            rest = rest.dropFirst()
            plain.append(next == 2 ? byte : byte == 0x5A ? opening : closing)
        }
        return plain
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case opening: [0x5A, 1]
        case 0x5A: [0x5A, 2]
        case closing: [0x5E, 1]
        case 0x5E: [0x5E, 2]
        default: [byte]
        }
    }

    /// CRC-16/CCITT from FFFF, bit by bit.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var sum: UInt32 = 0xFFFF
        for byte in bytes {
            for bit in (0..<8).reversed() {
                let carry = (sum >> 15 ^ UInt32(byte) >> UInt32(bit)) & 1
                sum = sum << 1 & 0xFFFF
                if carry == 1 { sum ^= 0x1021 }
            }
        }
        return UInt16(sum)
    }
}
