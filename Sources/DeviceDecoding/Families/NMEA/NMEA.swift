package import AssetModel

/// NMEA 0183 sentences as trackers and modems pass them on: one payload holds one or several, as a rule a
/// line each.
///
///     $GNRMC,151444.600,A,4013.17349,N,11612.09969,E,0.00,142.29,160621,,,A,V*08
///
/// - RMC, GGA, GNS and GLL make one fix for each instant that they name; ZDA gives the date, VTG the speed,
///   GSA and GSV count satellites. What else there is says nothing for us. Times are UTC.
/// - GGA, GNS and GLL carry no date: they are of the day that an RMC or ZDA said last, in the payload or in
///   one before it (``NMEAClock``). Without any the day is the one nearest to the receipt.
/// - A sentence must carry its checksum and match it. A value that is broken or out of range is refused
///   alone, the rest of its sentence stands.
/// - A place that was estimated, simulated or set by hand is given as not valid.
/// - The topic names the terminal (``TerminalTopic``): no sentence does.
///
/// Source: NMEA 0183 4.11 as published by makers of receivers. Talkers BD and GB are Beidou. Samples with
/// their checksums: `Tests/DeviceDecodingTests/NMEATests.swift`.
package struct NMEA: MessageFamily {
    package static let format = MessageFormat.nmea

    private var clocks = NMEAClocks()
    private var changed = false

    package init() {}

    /// By the first sentence: it must be whole, with the checksum right. One that is damaged is still told as
    /// one by its form.
    package static func recognition(of message: RawMessage) -> Recognition {
        message.payload.withUnsafeBytes { bytes in
            var lines = NMEALines(bytes)
            guard let (line, offset) = lines.next() else { return .none }
            do throws(Rejection) {
                _ = try NMEASentence(line, at: offset)
                return .certain
            } catch {
                return NMEASentence.isTitled(line) ? .possible : .none
            }
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        guard !message.payload.isEmpty else { return decoded.refuse(Rejection(.emptyPayload, offset: 0)) }
        let terminal = TerminalName(TerminalTopic.name(in: message.topic))
        var collection = NMEACollection()
        let hasSentences = message.payload.withUnsafeBytes { collection.take($0, into: &decoded) }
        guard hasSentences else { return decoded.refuse(Rejection(.unknownShape, offset: 0)) }
        guard let terminal else { return decoded.refuse(Rejection(.unknownDevice, at: "topic")) }
        decoded.terminalPhone = terminal.name
        let (instants, isNews) = clocks.instants(
            of: collection.fixes, from: terminal.name, receivedAt: receivedAt)
        if isNews { changed = true }
        for (found, instant) in zip(collection.fixes, instants) where found.isPosition {
            var fix = found.fix(of: terminal, at: instant)
            fix.satellitesInView = collection.satellitesInView
            decoded.fixes.append(fix)
        }
        if decoded.recordCount == 0 { decoded.ignored = "nmea_no_position" }
    }

    package mutating func takeStateChanged() -> Bool {
        defer { changed = false }
        return changed
    }

    package func encodeState() -> [UInt8] { clocks.encode() }

    package mutating func restoreState(_ bytes: [UInt8]) throws(ByteReader.Damaged) {
        clocks = try NMEAClocks(encoded: bytes)
    }
}
