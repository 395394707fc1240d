package import AssetModel

/// How many tags an antenna usually reads, so that it is noticed when all of them fall silent at once.
///
/// Counted in chances of a minute (or a report of its reader): a tag that stays sets one bit in each evidence
/// epoch, so bits over epochs are no more than the tags behind them.
struct AntennaUse: Sendable, Equatable {
    /// Tags of a chance, the mean of about the last hour; slow to rise, so that a short visit is no habit.
    var usual: Float = 0
    /// Bits in the chance at hand, and its number.
    var bits: UInt32 = 0
    var chance = Int64.min

    /// Chances that the mean spans.
    static let memory: Float = 60
    /// Tags that must usually be read: one or two may be carried off together.
    static let tagsMin: Float = 3
    /// Tag reads that must have failed to come: by chance that happens once in e^15, three million times.
    static let missesMin: Float = 15
    /// Chances that must have passed.
    static let chancesMin: Float = 3
    /// More idle chances than these do not count: nobody knows what was then.
    private static let idleMax: Int64 = 120

    /// A bit was set.
    mutating func note(chance now: Int64, epochsInChance: Float) {
        if chance == Int64.min { chance = now }
        if now > chance {
            fold(Float(bits) / epochsInChance)
            for _ in 1..<max(1, min(now - chance, AntennaUse.idleMax)) { fold(0) }
            (chance, bits) = (now, 0)
        }
        bits += 1
    }

    /// The antenna was out of use: the chances since say nothing.
    mutating func resume(chance now: Int64) {
        if now > chance { (chance, bits) = (now, 0) }
    }

    private mutating func fold(_ tags: Float) { usual += (tags - usual) / AntennaUse.memory }

    /// Chances without a read after which the antenna is quiet; `nil` where too few tags are usually read.
    var quietAfterChances: Int64? {
        guard usual >= AntennaUse.tagsMin else { return nil }
        return Int64(max(AntennaUse.chancesMin, (AntennaUse.missesMin / usual).rounded(.up)))
    }
}

extension CoverageLedger {
    private func chanceLength(of antenna: Int) -> ElapsedTime {
        max(AbsenceModel.chanceMin, reportIntervals[layout.antennas[antenna].zone])
    }

    mutating func count(_ antenna: Int, at time: PathTime) {
        let length = chanceLength(of: antenna)
        let now = time.listened.milliseconds / length.milliseconds
        let since = antennas[antenna].since
        if since.map({ $0 > antennas[antenna].lastRead ?? .zero }) ?? true {
            antennas[antenna].use.resume(chance: now)
        }
        let epochs = Float(length.milliseconds / epochLengths[antenna].milliseconds)
        antennas[antenna].use.note(chance: now, epochsInChance: max(1, epochs))
    }

    /// When an antenna of a reader that lives is quiet, should it read nothing more.
    func deadline(ofUsed antenna: Int, lastRead: ElapsedTime) -> ElapsedTime {
        guard antennas[antenna].quietSince == nil, let since = antennas[antenna].since,
            let chances = antennas[antenna].use.quietAfterChances
        else { return .never }
        let patience = chanceLength(of: antenna).milliseconds * chances
        return max(lastRead, since) + EvidenceEpoch.length + ElapsedTime(milliseconds: patience)
    }

    package func useChunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        writer.put(UInt32(antennas.count))
        for antenna in antennas {
            writer.put(antenna.use.usual.bitPattern)
            writer.put(antenna.use.bits)
            writer.put(antenna.use.chance)
        }
        return Checkpoint.Chunk(table: "antenna_use", index: 0, bytes: writer.bytes)
    }

    /// A store from before it was counted has none.
    package mutating func restoreUse(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "antenna_use" }) else { return }
        var reader = ByteReader(chunk.bytes)
        for index in 0..<Int(try reader.take(UInt32.self)) {
            var use = AntennaUse()
            use.usual = Float(bitPattern: try reader.take(UInt32.self))
            use.bits = try reader.take()
            use.chance = try reader.take()
            if let index = mapping.antenna(index), use.usual.isFinite { antennas[index].use = use }
        }
    }
}
