package import AssetModel

/// Remembers which factory identity (TID) answered for each EPC, so that a second tag with the same EPC is
/// noticed.
///
/// A read without TID says nothing. TIDs are compared as far as both were read; one that was read further
/// replaces the shorter. That two tags share an EPC is shown by both answering in turn, or close together: a
/// tag that was exchanged never answers again. Two TIDs at most are kept for a tag. Bounded by the ring,
/// whose slots it goes by.
package struct TIDMemory: Sendable {
    struct Entry: Sendable, Equatable {
        var tid: EPC
        /// First epoch with it, event time.
        var epoch: Int64
    }

    /// The second TID of a tag: few tags have one.
    struct Rival: Sendable, Equatable {
        var tid: EPC
        var epoch: Int64
        /// Both answered, in turn or close together: nothing more is to be learned.
        var isDuplicate = false
    }

    /// What a read with a TID turned out to mean.
    package enum Finding: Sendable, Equatable {
        /// Known already, or read further than before.
        case known
        /// The first TID of this tag.
        case first
        /// Another one, long after the former answered last: the tag may have been exchanged.
        case exchanged(former: EPC)
        /// Two tags with one EPC; both had answered once this epoch (event time) was reached.
        case duplicate(other: EPC, sinceEpoch: Int64)
    }

    static let chunkSlots = 128

    /// By slot.
    var entries: [Entry?] = []
    var rivals: [Int: Rival] = [:]
    var dirtyChunks = ChangedChunks()

    package init() {}

    package func tid(of slot: Int) -> EPC? { slot < entries.count ? entries[slot]?.tid : nil }

    /// Would this read change anything that is kept?
    package func isNews(_ tid: EPC, of slot: Int) -> Bool {
        guard !tid.isBlank else { return false }
        guard slot < entries.count, let entry = entries[slot] else { return true }
        guard !rivals.isEmpty, let rival = rivals[slot] else {
            return !entry.tid.agrees(with: tid) || tid.bitCount > entry.tid.bitCount
        }
        return !rival.isDuplicate && (entry.tid.agrees(with: tid) || !rival.tid.agrees(with: tid))
    }

    /// - Parameters:
    ///   - epoch: evidence epoch of the read, event time.
    ///   - lastHeard: epoch in which the EPC was heard last before, with whatever TID; `nil` for never.
    package mutating func observe(
        _ tid: EPC, of slot: Int, epoch: Int64, lastHeard: Int64?
    ) -> Finding {
        guard isNews(tid, of: slot) else { return .known }
        dirtyChunks.insert(slot / TIDMemory.chunkSlots)
        while entries.count <= slot { entries.append(nil) }
        guard let entry = entries[slot] else {
            entries[slot] = Entry(tid: tid, epoch: epoch)
            return .first
        }
        let rival = rivals[slot]
        guard !entry.tid.agrees(with: tid) else {
            if tid.bitCount > entry.tid.bitCount { entries[slot]?.tid = tid }
            guard let rival else { return .known }
            rivals[slot]?.isDuplicate = true
            return .duplicate(other: rival.tid, sinceEpoch: max(entry.epoch, rival.epoch))
        }
        let isClose = lastHeard.map { epoch - $0 <= TIDMemory.togetherEpochs } ?? false
        let isDuplicate = isClose || rival != nil
        rivals[slot] = Rival(tid: tid, epoch: epoch, isDuplicate: isDuplicate)
        let former = rival?.tid ?? entry.tid
        guard isDuplicate else { return .exchanged(former: former) }
        return .duplicate(other: former, sinceEpoch: max(entry.epoch, epoch))
    }

    /// A minute: nobody takes a tag off, puts another on and has it read within it.
    static let togetherEpochs: Int64 = 12

    /// The ring gave the slot up, or the tag was bound anew.
    package mutating func forget(_ slot: Int) {
        guard slot < entries.count, entries[slot] != nil else { return }
        entries[slot] = nil
        rivals[slot] = nil
        dirtyChunks.insert(slot / TIDMemory.chunkSlots)
    }
}

extension TIDMemory {
    package mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        if all {
            dirtyChunks.removeAll()
            for slot in entries.indices where entries[slot] != nil {
                dirtyChunks.insert(slot / TIDMemory.chunkSlots)
            }
        }
        let wanted = dirtyChunks
        dirtyChunks.removeAll()
        return wanted.sorted().map { index in
            var writer = ByteWriter()
            let start = index * TIDMemory.chunkSlots
            for slot in start..<min(start + TIDMemory.chunkSlots, entries.count) {
                guard let entry = entries[slot] else { continue }
                writer.put(UInt32(slot))
                writer.put(tag: entry.tid)
                writer.put(entry.epoch)
                let rival = rivals[slot]
                writer.put(rival?.isDuplicate ?? false)
                writer.put(rival != nil)
                guard let rival else { continue }
                writer.put(tag: rival.tid)
                writer.put(rival.epoch)
            }
            return Checkpoint.Chunk(table: "tids", index: index, bytes: writer.bytes)
        }
    }

    package mutating func restore(_ chunks: [Checkpoint.Chunk]) throws(ByteReader.Damaged) {
        for chunk in chunks where chunk.table == "tids" {
            var reader = ByteReader(chunk.bytes)
            while !reader.atEnd {
                let slot = Int(try reader.take(UInt32.self))
                guard slot < SlotTable.slotsMax, slot / TIDMemory.chunkSlots == chunk.index else {
                    throw ByteReader.Damaged(offset: reader.offset, size: chunk.bytes.count)
                }
                let entry = Entry(tid: try reader.takeTag(), epoch: try reader.take())
                let isDuplicate = try reader.takeFlag()
                if try reader.takeFlag() {
                    rivals[slot] = Rival(
                        tid: try reader.takeTag(), epoch: try reader.take(), isDuplicate: isDuplicate)
                }
                while entries.count <= slot { entries.append(nil) }
                entries[slot] = entry
            }
        }
        dirtyChunks.removeAll()
    }
}
