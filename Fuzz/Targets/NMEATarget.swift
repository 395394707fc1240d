import AssetModel
import DeviceDecoding

/// NMEA 0183 sentences. The input is a byte of flags, then a row of payloads, see ``RowOfPayloads``.
///
/// - flags: bit 0 the checksum of each sentence is made right; bits 1, 2 the topic.
enum NMEATarget: FuzzTarget {
    static let name = "nmea"

    private static let topics = [
        "nmea/860000000000001/up", "nmea/up", "trackers/0000123/nmea", "fleet/京A12345",
    ]

    static func check(_ input: [UInt8]) throws(Breach) {
        guard let flags = input.first else { return }
        let topic = topics[Int(flags >> 1 & 3)]
        let messages = RowOfPayloads.messages(in: input.dropFirst(), topic: topic).map {
            flags & 1 != 0 ? withChecksums($0) { $0 } : $0
        }
        try SourceLaws.check(messages, at: SourceBench(terminals: .nmea))
        try checkMemory(messages)
        for message in messages {
            try TerminalLaws.checkPrivacy(message)
            try checkLines(of: message)
        }
        if let first = messages.first { try TerminalLaws.checkChoice(of: first) }
    }

    /// What came before dates the fixes that no sentence dates, and changes nothing else.
    private static func checkMemory(_ messages: [RawMessage]) throws(Breach) {
        var practised = SourceBench(terminals: .nmea)
        for message in messages { _ = practised.decode(message) }
        for message in messages {
            var new = SourceBench(terminals: .nmea)
            let (one, other) = (timeless(new.decode(message)), timeless(practised.decode(message)))
            try SourceLaws.holdSame(one, other, "new and practised", message)
        }
    }

    private static func timeless(_ decoded: DecodedMessage) -> DecodedMessage {
        var timeless = decoded
        for index in timeless.fixes.indices { timeless.fixes[index].fixedAt = nil }
        return timeless
    }

    /// Other line ends say the same, and a sentence whose checksum is wrong says nothing.
    private static func checkLines(of message: RawMessage) throws(Breach) {
        var bench = SourceBench(terminals: .nmea)
        let decoded = bench.decode(message)
        var windows = message
        windows.payload = lines(of: message).flatMap { $0 + [0x0D, 0x0A] }
        let again = bench.decode(windows)
        try hold(
            decoded.fixes == again.fixes
                && decoded.rejections.map(\.reason) == again.rejections.map(\.reason),
            "with CR LF: \(again), not \(decoded), payload \(shown(message.payload))")
        let spoilt = bench.decode(withChecksums(message) { ~$0 })
        try hold(spoilt.fixes.isEmpty, "a place from wrong checksums: \(shown(message.payload))")
    }

    /// A `$` begins a sentence wherever it stands, so it is put on a line of its own.
    private static func lines(of message: RawMessage) -> [ArraySlice<UInt8>] {
        let payload = message.payload.flatMap { $0 == 0x24 ? [0x0A, $0] : [$0] }
        return payload.split(omittingEmptySubsequences: false) { $0 == 0x0A || $0 == 0x0D }
    }

    /// What follows the last `*` of each sentence becomes its checksum, or what `change` makes of it.
    private static func withChecksums(_ message: RawMessage, _ change: (UInt8) -> UInt8) -> RawMessage {
        var message = message
        let sealed = lines(of: message).map { line -> [UInt8] in
            guard line.first == 0x24, let star = line.lastIndex(of: 0x2A) else { return Array(line) }
            let sum = change(line[..<star].dropFirst().reduce(0, ^))
            return Array(line[...star]) + FrameText.hex([sum])
        }
        message.payload = Array(sealed.joined(separator: [0x0A]))
        return message
    }
}
