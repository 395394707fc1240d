package import AssetModel

/// The state of walk-by zones, a chunk for each.
///
/// Layout, little-endian: read cycle ms, delay in epochs, tags followed; when the next epoch closes;
/// counters; lateness; reads of open epochs; stays; the filter's own checkpoint.
extension WalkByTracker {
    static let table = "walk_by"

    package mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        var chunks: [Checkpoint.Chunk] = []
        for place in zones.indices where all || zones[place].isDirty {
            zones[place].isDirty = false
            chunks.append(
                Checkpoint.Chunk(
                    table: WalkByTracker.table, index: zones[place].zone, bytes: zones[place].encoded()))
        }
        return chunks
    }

    /// Takes back what ``takeChunks(all:)`` gave. A zone that is no walk-by zone any more, or is told to
    /// decide sooner or later, or counts in other epochs, starts anew; so does every zone of a store from
    /// before.
    package mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        for chunk in chunks where chunk.table == WalkByTracker.table {
            guard let zone = mapping.zone(chunk.index),
                let place = zones.firstIndex(where: { $0.zone == zone })
            else { continue }
            try zones[place].restore(chunk.bytes)
        }
        noteNext()
    }
}

extension WalkByZone {
    fileprivate func encoded() -> [UInt8] {
        var writer = ByteWriter()
        for number in shape { writer.put(number) }
        writer.put(UInt32(filter?.tagsFollowed ?? 0))
        writer.put(nextClose?.milliseconds ?? Int64.min)
        writer.put(readsOutOfTime)
        writer.put(readsBeyond)
        lateness.write(to: &writer)
        writer.put(UInt32(open.count))
        for epoch in open.keys.sorted() {
            let slots = (open[epoch] ?? []).sorted()
            writer.put(epoch)
            writer.put(UInt32(slots.count))
            for slot in slots { writer.put(slot) }
        }
        writer.put(UInt32(stays.count))
        for slot in stays.keys.sorted() {
            guard let stay = stays[slot] else { continue }
            writer.put(slot)
            writer.put(stay.since)
            writer.put(stay.probability)
        }
        writer.put(filter != nil)
        if let filter { writer.put(bytes: filter.checkpoint()) }
        return writer.bytes
    }

    /// What has to be the same for the state to mean the same.
    private var shape: [Int64] {
        [epochLength.milliseconds, Int64(settings.lagEpochs)]
    }

    fileprivate mutating func restore(_ bytes: [UInt8]) throws(ByteReader.Damaged) {
        var reader = ByteReader(bytes)
        var isSame = true
        for number in shape where try reader.take(Int64.self) != number { isSame = false }
        // Another walk-by zone beside it leaves less room for each.
        guard isSame, Int(try reader.take(UInt32.self)) <= settings.tagsMax else { return }
        let next: Int64 = try reader.take()
        nextClose = next == Int64.min ? nil : UTCInstant(milliseconds: next)
        readsOutOfTime = try reader.take()
        readsBeyond = try reader.take()
        lateness = try WalkByLateness(from: &reader)
        for _ in 0..<(try reader.take(UInt32.self)) {
            let epoch: Int64 = try reader.take()
            try need(epoch, reader)
            for _ in 0..<(try reader.take(UInt32.self)) { open[epoch, default: []].insert(try reader.take()) }
        }
        for _ in 0..<(try reader.take(UInt32.self)) {
            let slot: UInt32 = try reader.take()
            stays[slot] = Stay(since: try reader.take(), probability: try reader.takeDouble())
            try need(stays[slot]?.since ?? 0, reader)
        }
        if try reader.takeFlag() { filter = try WalkByFilter(settings, checkpoint: try reader.takeBytes()) }
        try need(filter?.newestEpoch ?? 0, reader)
        isDirty = false
    }

    /// An epoch that has an instant.
    private func need(_ epoch: Int64, _ reader: ByteReader) throws(ByteReader.Damaged) {
        let limit = Int64.max / 4 / epochLength.milliseconds
        guard (-limit...limit).contains(epoch) else {
            throw ByteReader.Damaged(offset: reader.offset, size: reader.offset)
        }
    }
}
