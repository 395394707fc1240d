package import AssetModel

/// Remembers which factory identity (TID) answered for each EPC, so that a second tag with the same EPC is
/// noticed.
///
/// A read without TID says nothing. TIDs are compared as far as both were read; one that was read further
/// replaces the shorter. Two TIDs at most are kept for a tag: that they are two is all there is to know.
/// Bounded by the ring, whose slots it goes by.
package struct TIDMemory: Sendable {
    struct Entry: Sendable, Equatable {
        var tid: EPC
        /// First epoch with it, event time.
        var epoch: Int64
        var rival: EPC?
        var rivalEpoch: Int64 = 0
    }

    /// What a read with a TID turned out to mean.
    package enum Finding: Sendable, Equatable {
        /// Known already, or read further than before.
        case known
        /// The first TID of this tag.
        case first
        /// A second one; both were read once this epoch (event time) was reached.
        case second(first: EPC, sinceEpoch: Int64)
    }

    static let chunkSlots = 128

    var entries: [Int: Entry] = [:]
    var dirtyChunks: Set<Int> = []

    package init() {}

    package func tid(of slot: Int) -> EPC? { entries[slot]?.tid }

    /// Would this read change anything that is kept?
    package func isNews(_ tid: EPC, of slot: Int, epoch: Int64) -> Bool {
        guard !tid.isBlank else { return false }
        guard let entry = entries[slot] else { return true }
        if entry.tid.agrees(with: tid) { return tid.bitCount > entry.tid.bitCount || epoch < entry.epoch }
        guard let rival = entry.rival else { return true }
        return rival.agrees(with: tid) && epoch < entry.rivalEpoch
    }

    /// - Parameter epoch: evidence epoch of the read, event time.
    package mutating func observe(_ tid: EPC, of slot: Int, epoch: Int64) -> Finding {
        guard !tid.isBlank else { return .known }
        guard var entry = entries[slot] else {
            entries[slot] = Entry(tid: tid, epoch: epoch)
            dirtyChunks.insert(slot / TIDMemory.chunkSlots)
            return .first
        }
        let finding = entry.take(tid, epoch: epoch)
        if entries[slot] != entry {
            entries[slot] = entry
            dirtyChunks.insert(slot / TIDMemory.chunkSlots)
        }
        return finding
    }

    /// The ring gave the slot up, or the tag was bound anew.
    package mutating func forget(_ slot: Int) {
        guard entries.removeValue(forKey: slot) != nil else { return }
        dirtyChunks.insert(slot / TIDMemory.chunkSlots)
    }
}

extension TIDMemory.Entry {
    fileprivate mutating func take(_ other: EPC, epoch readEpoch: Int64) -> TIDMemory.Finding {
        if tid.agrees(with: other) {
            if other.bitCount > tid.bitCount { tid = other }
            epoch = min(epoch, readEpoch)
            return .known
        }
        if rival == nil {
            rival = other
            rivalEpoch = readEpoch
        } else if rival?.agrees(with: other) == true {
            rivalEpoch = min(rivalEpoch, readEpoch)
        }
        return .second(first: tid, sinceEpoch: max(epoch, rivalEpoch))
    }
}

extension TIDMemory {
    package mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        let wanted = all ? Set(entries.keys.map { $0 / TIDMemory.chunkSlots }) : dirtyChunks
        dirtyChunks.removeAll()
        return wanted.sorted().map { index in
            var writer = ByteWriter()
            let start = index * TIDMemory.chunkSlots
            for slot in start..<start + TIDMemory.chunkSlots {
                guard let entry = entries[slot] else { continue }
                writer.put(UInt32(slot))
                writer.put(tag: entry.tid)
                writer.put(entry.epoch)
                writer.put(entry.rival != nil)
                guard let rival = entry.rival else { continue }
                writer.put(tag: rival)
                writer.put(entry.rivalEpoch)
            }
            return Checkpoint.Chunk(table: "tids", index: index, bytes: writer.bytes)
        }
    }

    package mutating func restore(_ chunks: [Checkpoint.Chunk]) throws(ByteReader.Damaged) {
        for chunk in chunks where chunk.table == "tids" {
            var reader = ByteReader(chunk.bytes)
            while !reader.atEnd {
                let slot = Int(try reader.take(UInt32.self))
                var entry = Entry(tid: try reader.takeTag(), epoch: try reader.take())
                if try reader.takeFlag() {
                    entry.rival = try reader.takeTag()
                    entry.rivalEpoch = try reader.take()
                }
                entries[slot] = entry
            }
        }
        dirtyChunks.removeAll()
    }
}
