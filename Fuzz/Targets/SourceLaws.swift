import AssetModel
import DeviceDecoding

/// What holds of every source: the same messages say the same, after a restart too.
enum SourceLaws {
    /// How much of a family's memory outlives a restart.
    enum Memory {
        case whole
        /// All that reads depend on; counters of messages start anew.
        case ofReads
    }

    /// Runs messages of one source in their order.
    /// - Parameters:
    ///   - bench: fresh.
    ///   - seconds: when each message comes; one a second where nothing is said.
    static func check(
        _ messages: [RawMessage], at bench: SourceBench, memory: Memory = .whole, seconds: [Int] = []
    ) throws(Breach) {
        var first = bench
        var second = bench
        for (place, message) in messages.enumerated() {
            let time = seconds.indices.contains(place) ? seconds[place] : place
            var restarted = try first.restarted()
            let decoded = first.decode(message, after: time)
            try DecodedLaws.check(decoded, payloadBytes: message.payload.count)
            if bench.hasGuessedUnits { try DecodedLaws.checkSignals(decoded) }
            try holdSame(decoded, second.decode(message, after: time), "decoded twice", message)
            let again = restarted.decode(message, after: time)
            switch memory {
            case .whole:
                try holdSame(decoded, again, "after a restart", message)
                try hold(first.state == restarted.state, "a restart leaves another state")
            case .ofReads:
                try hold(
                    decoded.tagReads == again.tagReads && decoded.refusal == again.refusal,
                    "after a restart: \(again), not \(decoded)")
            }
        }
        try hold(first.state == second.state, "the same messages leave another state")
        try first.checkDamage(at: messages.last?.payload.count ?? 0)
    }

    static func holdSame(
        _ one: DecodedMessage, _ other: DecodedMessage, _ when: String, _ message: RawMessage
    ) throws(Breach) {
        if let difference = one.difference(from: other) {
            throw Breach(description: "\(when): \(difference), payload \(shown(message.payload))")
        }
    }
}

/// What holds besides of families whose messages are JSON, or a text that is not.
enum JSONLaws {
    enum Form {
        case text, lines
    }

    /// - Parameter bench: fresh, and of a family that remembers nothing.
    static func check(_ message: RawMessage, _ form: Form, at bench: SourceBench) throws(Breach) {
        let payload = message.payload
        guard let first = payload.first(where: { $0 > 0x20 }), first == 0x7B || first == 0x5B else { return }
        var bench = bench
        let decoded = bench.decode(message)
        let isText = JSONGrammar.isText(payload)
        let isTaken = decoded.refusal == nil
        let isJSON = isText || (form == .lines && JSONGrammar.isLines(payload))
        try hold(!isTaken || isJSON, "taken, and no JSON: \(shown(payload))")
        try hold(!isTaken || isUTF8(payload), "taken, and no UTF-8: \(shown(payload))")
        if decoded.refusal?.reason == .malformedJSON {
            try hold(!isText, "refused as no JSON at \(decoded.refusal?.at ?? ""): \(shown(payload))")
        }
        if decoded.refusal?.reason == .notUTF8 {
            try hold(!isUTF8(payload), "refused as no UTF-8: \(shown(payload))")
        }
        // In what is cut off, a line end may fall into a text.
        guard isText else { return }
        var padded = message
        padded.payload += [0x20, 0x0D, 0x0A]
        try SourceLaws.holdSame(decoded, bench.decode(padded), "with a line end behind it", message)
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }
}
