import AssetModel
import DeviceDecoding

/// One NMEA source, payload after payload.
struct NMEABench {
    var bench = DecoderBench(.nmea, terminal: true)

    /// - Parameters:
    ///   - text: sentences without `$` and checksum, one a line.
    ///   - now: receipt, RFC 3339.
    mutating func decode(
        _ text: String, at now: String, topic: String = "nmea/860000000000001/up"
    ) -> DecodedMessage {
        bench.now = UTCInstant(rfc3339: now)!
        let lines = text.split(separator: "\n").map { NMEABench.sealed(String($0)) }
        return bench.decode(Array(lines.joined(separator: "\r\n").utf8), on: topic)
    }

    /// The times of the fixes.
    mutating func times(
        _ text: String, at now: String, topic: String = "nmea/860000000000001/up"
    ) -> [String?] {
        decode(text, at: now, topic: topic).fixes.map { $0.fixedAt?.rfc3339() }
    }

    mutating func hasNews() -> Bool { bench.decoder.takeStateChanged() }

    /// The same source after a restart.
    mutating func restart() throws {
        var other = DeviceDecoder(layout: DecoderBench.layout(.nmea))
        try other.restoreState(bench.decoder.encodeState())
        bench.decoder = other
    }

    /// The sentence with its checksum.
    static func sealed(_ body: String) -> String {
        let sum = body.utf8.reduce(0, ^)
        let digits = String(sum, radix: 16, uppercase: true)
        return "$" + body + "*" + (digits.count < 2 ? "0" : "") + digits
    }
}
