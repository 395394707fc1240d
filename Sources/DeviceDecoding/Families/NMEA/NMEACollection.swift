import AssetModel

/// The sentences of one payload, put together by instant.
struct NMEACollection {
    private(set) var fixes: [NMEAFix] = []
    private var satellitesByTalker: [UInt32: UInt8] = [:]
    private var satellitesOfGSA: UInt8?
    private var velocity: NMEAVelocity?

    /// Instants in one payload: an hour at once a second.
    private static let fixesMax = 4_096
    /// Sentences of one instant stand near each other.
    private static let fixesLookedAt = 16

    /// GSA counts satellites of one system each, GSV those above the horizon of one system each.
    var satellitesInView: UInt8? {
        guard !satellitesByTalker.isEmpty else { return nil }
        return UInt8(clamping: satellitesByTalker.values.reduce(0) { $0 + Int($1) })
    }

    /// `false` where no line is a sentence.
    mutating func take(_ bytes: UnsafeRawBufferPointer, into decoded: inout DecodedMessage) -> Bool {
        var lines = NMEALines(bytes)
        var hasSentences = false
        reading: while let (line, offset) = lines.next() {
            hasSentences = true
            for refusal in take(line, at: offset) {
                guard decoded.refuseRecord(refusal) else { break reading }
            }
        }
        // With several instants in one payload it is not said of which.
        if let only = fixes.firstIndex(where: \.isPosition),
            !fixes[(only + 1)...].contains(where: \.isPosition)
        {
            if let satellitesOfGSA { fixes[only].note(satellites: satellitesOfGSA) }
            if let velocity { fixes[only].note(velocity) }
        }
        return hasSentences
    }

    /// Returns what could not be taken.
    private mutating func take(_ line: UnsafeRawBufferPointer, at offset: Int) -> [Rejection] {
        do throws(Rejection) {
            var fields = NMEAFields(try NMEASentence(line, at: offset))
            try take(&fields)
            return fields.refusals
        } catch {
            return [error]
        }
    }

    private mutating func take(_ fields: inout NMEAFields) throws(Rejection) {
        switch fields.sentence.name {
        case NMEASentence.word("RMC"), NMEASentence.word("GGA"), NMEASentence.word("GNS"),
            NMEASentence.word("ZDA"):
            try takeInstant(fields.timeOfDay(1), &fields)
        case NMEASentence.word("GLL"): try takeInstant(fields.timeOfDay(5), &fields)
        case NMEASentence.word("VTG"): velocity = NMEAVelocity(&fields) ?? velocity
        case NMEASentence.word("GSA"): countUsed(fields.sentence)
        case NMEASentence.word("GSV"): countInView(&fields)
        default: break
        }
    }

    private mutating func takeInstant(_ timeOfDay: Int64?, _ fields: inout NMEAFields) throws(Rejection) {
        let title = fields.sentence.title
        let near = max(0, fixes.count - NMEACollection.fixesLookedAt)
        if let index = fixes[near...].lastIndex(where: { $0.takes(title, at: timeOfDay) }) {
            return fixes[index].take(&fields)
        }
        guard fixes.count < NMEACollection.fixesMax else {
            throw Rejection(.fragmentLimit, at: "more than \(NMEACollection.fixesMax) instants")
        }
        var fix = NMEAFix(timeOfDay: timeOfDay)
        fix.take(&fields)
        fixes.append(fix)
    }

    /// Fields 3 to 14: the satellites of the solution.
    private mutating func countUsed(_ sentence: NMEASentence) {
        let count = (3...14).count { !sentence.field($0).isEmpty }
        satellitesOfGSA = UInt8(clamping: Int(satellitesOfGSA ?? 0) + count)
    }

    /// Field 3: satellites in view of this talker's system, the same in each of its sentences.
    private mutating func countInView(_ fields: inout NMEAFields) {
        guard let count = fields.satellites(3) else { return }
        let talker = fields.sentence.title.utf8.prefix(2).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        satellitesByTalker[talker] = count
    }
}
