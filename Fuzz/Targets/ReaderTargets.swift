import AssetModel
import DeviceDecoding

/// Impinj, "IoT device interface": a row of payloads, see ``RowOfPayloads``.
enum ImpinjTarget: FuzzTarget {
    static let name = "impinj"

    static func check(_ input: [UInt8]) throws(Breach) {
        try RowOfPayloads.check(input, topic: "readers/gate-1/events", at: SourceBench(reader: .impinj))
    }
}

/// Zebra fixed readers: a row of payloads, see ``RowOfPayloads``.
enum ZebraTarget: FuzzTarget {
    static let name = "zebra"

    static func check(_ input: [UInt8]) throws(Breach) {
        try RowOfPayloads.check(input, topic: "zebra/FX9600/tevents", at: SourceBench(reader: .zebra))
    }
}

/// Payloads of one source, separated by the byte 1E (record separator, in no JSON text). One is enough;
/// several show whether what a family learns from one message changes what it says about the next.
enum RowOfPayloads {
    private static let messagesMax = 4

    /// - Parameter bench: of a family that remembers nothing that matters.
    static func check(_ input: [UInt8], topic: String, at bench: SourceBench) throws(Breach) {
        let messages = messages(in: input[...], topic: topic)
        try check(messages, at: bench)
        for message in messages { try JSONLaws.check(message, .text, at: bench) }
    }

    static func messages(in input: ArraySlice<UInt8>, topic: String) -> [RawMessage] {
        input.split(separator: 0x1E, omittingEmptySubsequences: false).prefix(messagesMax).map {
            RawMessage(topic: topic, payload: Array($0))
        }
    }

    /// The laws of every source, and that what came before changes nothing.
    static func check(_ messages: [RawMessage], at bench: SourceBench) throws(Breach) {
        try SourceLaws.check(messages, at: bench)
        var practised = bench
        for message in messages { _ = practised.decode(message) }
        for message in messages {
            var new = bench
            let decoded = new.decode(message)
            try SourceLaws.holdSame(decoded, practised.decode(message), "new and practised", message)
        }
    }
}

/// Every family of readers, found by content. Messages are separated by the byte 1E (record separator, in no
/// JSON text); a message that begins with 1F is on the second topic of the source.
enum AutoTarget: FuzzTarget {
    static let name = "auto"

    /// Enough to decide, to change, and to stay decided; more would only cost time.
    private static let messagesMax = 6

    static func check(_ input: [UInt8]) throws(Breach) {
        let payloads = input.split(separator: 0x1E, omittingEmptySubsequences: false)
        let messages = payloads.prefix(messagesMax).map { payload in
            let isOfSecond = payload.first == 0x1F
            return RawMessage(
                topic: isOfSecond ? "site/gate-1/events" : "site/gate-1/tags",
                payload: Array(isOfSecond ? payload.dropFirst() : payload))
        }
        try SourceLaws.check(messages, at: SourceBench(reader: .auto), memory: .ofReads)
        guard let first = messages.first else { return }
        try checkChoice(of: first)
    }

    /// A family chosen by content says the same as one that the configuration names.
    private static func checkChoice(of message: RawMessage) throws(Breach) {
        var undecided = SourceBench(reader: .auto)
        let decoded = undecided.decode(message)
        guard let format = undecided.formats.first, format != .auto else { return }
        var configured = SourceBench(reader: format)
        try SourceLaws.holdSame(
            decoded, configured.decode(message), "as \(format.rawValue) by content", message)
    }
}
