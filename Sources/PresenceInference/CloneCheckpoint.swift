import AssetModel

/// The memory of ``CloneWatch`` as one small chunk, `clones`.
///
/// | field | bytes |
/// | --- | --- |
/// | number of turns; of each: slot, count, last arrival, from, to | 4; 4, 2, 8, 2, 2 |
/// | number of pairs; of each: two zones, number of slots, the slots | 4; 2, 2, 1, 4 each |
/// | number of tags bound anew; of each: slot, when | 4; 4, 8 |
extension CloneWatch {
    func chunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        writer.put(UInt32(turns.count))
        for (slot, turn) in turns.sorted(by: { $0.key < $1.key }) {
            writer.put(UInt32(slot))
            writer.put(turn.count)
            writer.put(turn.lastAt)
            writer.put(UInt16(turn.from))
            writer.put(UInt16(turn.to))
        }
        writer.put(UInt32(seenBetween.count))
        for (pair, slots) in seenBetween.sorted(by: { $0.key < $1.key }) {
            writer.put(UInt16(pair.low))
            writer.put(UInt16(pair.high))
            writer.put(UInt8(slots.count))
            for slot in slots { writer.put(UInt32(slot)) }
        }
        writer.put(UInt32(boundAt.count))
        for (slot, instant) in boundAt.sorted(by: { $0.key < $1.key }) {
            writer.put(UInt32(slot))
            writer.put(instant)
        }
        return Checkpoint.Chunk(table: "clones", index: 0, bytes: writer.bytes)
    }

    /// A store from before this was written has none: nothing was doubted. Zones that are gone are dropped.
    mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "clones" }) else { return }
        var reader = ByteReader(chunk.bytes)
        for _ in 0..<(try reader.take(UInt32.self)) {
            let slot = Int(try reader.take(UInt32.self))
            let (count, lastAt) = (try reader.take(UInt16.self), try reader.takeInstant())
            let (from, to) = (try reader.take(UInt16.self), try reader.take(UInt16.self))
            guard let from = mapping.zone(Int(from)), let to = mapping.zone(Int(to)) else { continue }
            turns[slot] = Turns(count: count, lastAt: lastAt, from: from, to: to)
        }
        for _ in 0..<(try reader.take(UInt32.self)) {
            let (low, high) = (try reader.take(UInt16.self), try reader.take(UInt16.self))
            var slots: [Int] = []
            for _ in 0..<(try reader.take(UInt8.self)) { slots.append(Int(try reader.take(UInt32.self))) }
            guard let low = mapping.zone(Int(low)), let high = mapping.zone(Int(high)) else { continue }
            seenBetween[Pair(low, high)] = slots
        }
        for _ in 0..<(try reader.take(UInt32.self)) {
            let slot = Int(try reader.take(UInt32.self))
            boundAt[slot] = try reader.takeInstant()
        }
    }
}
