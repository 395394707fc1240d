package import AssetModel

/// NMEA 0183 sentences as trackers and modems pass them on: one payload holds one or several, a line each.
///
///     $GNRMC,151444.600,A,4013.17349,N,11612.09969,E,0.00,142.29,160621,,,A,V*08
///
/// - RMC, GGA and GLL make one fix for each instant that they name; ZDA gives the date, GSA and GSV count
///   satellites. What else there is says nothing for us. Times are UTC.
/// - GGA and GLL carry no date: without an RMC or ZDA beside them the day is the one nearest to the receipt.
/// - A sentence must carry its checksum and match it.
/// - A place that was estimated, simulated or set by hand is given as not valid.
/// - The topic names the terminal (``TerminalTopic``): no sentence does.
///
/// Source: NMEA 0183 4.11 as published by makers of receivers. Talkers BD and GB are Beidou. Samples with
/// their checksums: `Tests/DeviceDecodingTests/NMEATests.swift`.
package struct NMEA: MessageFamily {
    package static let format = MessageFormat.nmea

    package init() {}

    /// By the first sentence: it must be whole, with the checksum right.
    package static func recognition(of message: RawMessage) -> Recognition {
        message.payload.withUnsafeBytes { bytes in
            var lines = NMEALines(bytes)
            guard let (line, offset) = lines.next() else { return .none }
            do throws(Rejection) {
                _ = try NMEASentence(line, at: offset)
                return .certain
            } catch {
                return .none
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
        for found in collection.fixes where found.isPosition {
            var fix = found.fix(of: terminal, receivedAt: receivedAt)
            fix.satellitesInView = collection.satellitesInView
            decoded.fixes.append(fix)
        }
        if decoded.recordCount == 0 { decoded.ignored = "nmea_no_position" }
    }
}

/// The lines of a payload that start with `$`; others are passed over (a modem's prompt, an empty line).
private struct NMEALines {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func next() -> (line: UnsafeRawBufferPointer, offset: Int)? {
        while at < bytes.count {
            let start = at
            let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
            at = end + 1
            var last = end
            while last > start, bytes[last - 1] == 0x20 { last -= 1 }
            guard last > start, bytes[start] == 0x24 else { continue }
            return (UnsafeRawBufferPointer(rebasing: bytes[start..<last]), start)
        }
        return nil
    }
}

/// The sentences of one payload, put together by instant.
private struct NMEACollection {
    private(set) var fixes: [NMEAFix] = []
    private var satellitesByTalker: [UInt32: UInt8] = [:]
    private var satellitesOfGSA: UInt8?

    /// Instants in one payload: a minute at once a second.
    private static let fixesMax = 64

    /// GSA counts satellites of one system each, GSV those above the horizon of one system each.
    var satellitesInView: UInt8? {
        guard !satellitesByTalker.isEmpty else { return nil }
        return UInt8(clamping: satellitesByTalker.values.reduce(0) { $0 + Int($1) })
    }

    /// `false` where no line is a sentence.
    mutating func take(_ bytes: UnsafeRawBufferPointer, into decoded: inout DecodedMessage) -> Bool {
        var lines = NMEALines(bytes)
        var hasSentences = false
        while let (line, offset) = lines.next() {
            hasSentences = true
            do throws(Rejection) {
                try take(try NMEASentence(line, at: offset))
            } catch {
                guard decoded.refuseRecord(error) else { break }
            }
        }
        // With several instants in one payload it is not said of which.
        if let satellitesOfGSA, fixes.count == 1 { fixes[0].note(satellites: satellitesOfGSA) }
        return hasSentences
    }

    private mutating func take(_ sentence: NMEASentence) throws(Rejection) {
        switch sentence.name {
        case NMEASentence.word("RMC"):
            try change(at: try sentence.timeOfDay(1)) { (fix) throws(Rejection) in try fix.takeRMC(sentence) }
        case NMEASentence.word("GGA"):
            try change(at: try sentence.timeOfDay(1)) { (fix) throws(Rejection) in try fix.takeGGA(sentence) }
        case NMEASentence.word("GLL"):
            try change(at: try sentence.timeOfDay(5)) { (fix) throws(Rejection) in try fix.takeGLL(sentence) }
        case NMEASentence.word("ZDA"):
            try change(at: try sentence.timeOfDay(1)) { (fix) throws(Rejection) in try fix.takeZDA(sentence) }
        case NMEASentence.word("GSA"): countUsed(sentence)
        case NMEASentence.word("GSV"): try countInView(sentence)
        default: break
        }
    }

    private mutating func change(
        at timeOfDay: Int64?, _ body: (inout NMEAFix) throws(Rejection) -> Void
    ) throws(Rejection) {
        if let index = fixes.firstIndex(where: { $0.timeOfDay == timeOfDay }) {
            return try body(&fixes[index])
        }
        guard fixes.count < NMEACollection.fixesMax else {
            throw Rejection(.fragmentLimit, at: "more than \(NMEACollection.fixesMax) instants")
        }
        var fix = NMEAFix(timeOfDay: timeOfDay)
        try body(&fix)
        fixes.append(fix)
    }

    /// Fields 3 to 14: the satellites of the solution.
    private mutating func countUsed(_ sentence: NMEASentence) {
        let count = (3...14).count { !sentence.field($0).isEmpty }
        satellitesOfGSA = UInt8(clamping: Int(satellitesOfGSA ?? 0) + count)
    }

    /// Field 3: satellites in view of this talker's system, the same in each of its sentences.
    private mutating func countInView(_ sentence: NMEASentence) throws(Rejection) {
        guard let count = try sentence.number(3), count >= 0, count <= 255 else { return }
        let talker = sentence.title.utf8.prefix(2).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        satellitesByTalker[talker] = UInt8(count)
    }
}
