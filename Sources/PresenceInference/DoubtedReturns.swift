import AssetModel

/// Tags that are said to be gone and were read since, but not so that it is sure that they are back.
///
/// A tag that was missed for two days and is then read once either came back, or was never there: a reader
/// takes one garbled answer in a million for some tag's number. One such read must not clear what two days of
/// misses say, and the second read of a tag that is back is not long in coming.
struct DoubtedReturns: Sendable, Equatable {
    struct Doubt: Sendable, Equatable {
        /// 0...1, that the tag was there, before the chance of the last read.
        var there: Float
        /// Epochs of that chance with a read, no more than the smallest chance has.
        var epochs: UInt8
        /// Likelier to have come back than to have been there all the time, should it be there.
        var wasAway = false
    }

    /// By slot; only of tags that are silent.
    private(set) var doubts: [Int: Doubt] = [:]

    static let epochsMax: UInt8 = 12
    private static let awayBit: UInt8 = 0x80

    subscript(slot: Int) -> Doubt? { doubts[slot] }

    /// - Parameter there: 0...1, before the chance that a read now begins.
    mutating func begin(_ slot: Int, there: Double, wasAway: Bool) {
        doubts[slot] = Doubt(there: Float(there), epochs: 1, wasAway: wasAway)
    }

    /// One more epoch of the same chance.
    mutating func goOn(_ slot: Int) {
        guard let doubt = doubts[slot], doubt.epochs < Self.epochsMax else { return }
        doubts[slot]?.epochs += 1
    }

    mutating func end(_ slot: Int) {
        if !doubts.isEmpty { doubts[slot] = nil }
    }

    /// Slot 4, chance of being there 4, epochs 1; the highest bit of those: it was away.
    func chunk() -> Checkpoint.Chunk {
        let bytes = ByteBlock.bytes(atMost: doubts.count * 9) { block in
            for (slot, doubt) in doubts.sorted(by: { $0.key < $1.key }) {
                block.put(UInt32(truncatingIfNeeded: slot))
                block.put(doubt.there.bitPattern)
                block.put(doubt.epochs | (doubt.wasAway ? Self.awayBit : 0))
            }
        }
        return Checkpoint.Chunk(table: "returns", index: 0, bytes: bytes)
    }

    /// A store from before they were doubted has none. Tags that are not silent by now are left out.
    mutating func restore(
        _ chunks: [Checkpoint.Chunk], isSilent: (Int) -> Bool
    ) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "returns" }) else { return }
        var reader = ByteReader(chunk.bytes)
        while !reader.atEnd {
            let slot = Int(try reader.take(UInt32.self))
            let there = Float(bitPattern: try reader.take(UInt32.self))
            let word: UInt8 = try reader.take()
            let epochs = word & ~Self.awayBit
            guard there >= 0, there <= 1, (1...Self.epochsMax).contains(epochs) else {
                throw ByteReader.Damaged(offset: reader.offset, size: chunk.bytes.count)
            }
            if isSilent(slot) {
                doubts[slot] = Doubt(there: there, epochs: epochs, wasAway: word & Self.awayBit != 0)
            }
        }
    }
}

extension PresenceTracker {
    /// A silent tag was read, and what its chances told is learned: is it back? If not, its silence goes on
    /// from that read.
    ///
    /// Of a read that came late nothing is known but that it was made: it counts for the tag. A person who
    /// reads a tag with a handheld stands before it.
    mutating func comesBack(
        _ slot: Int, by antenna: Int, at time: PathTime, _ coverage: CoverageLedger
    ) -> Bool {
        let zone = Int(tags[slot].zone)
        if returns[slot] != nil, zone >= 0, !layout.readers[layout.antennas[antenna].reader].isHandheld {
            let step = step(in: zone, of: slot, coverage)
            let run = begin(slot, in: zone, step, until: (time.now, 0), coverage)
            if run.probabilityGone > 1 - rules.missingCertainty {
                mark(slot, at: coverage.coveredTime(of: zone, at: time), in: zone, at: time, coverage)
                return false
            }
            // Whoever brought it set it down in another way than it stood before.
            if returns[slot]?.wasAway == true { forgetRate(slot) }
        }
        returns.end(slot)
        noteReturn(slot)
        return true
    }
}
