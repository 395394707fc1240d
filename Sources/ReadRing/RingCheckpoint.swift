package import AssetModel

/// Lines that changed, in chunks, so that a checkpoint writes what moved and not the warehouse.
extension ReadRing {
    /// Chunks of 64 slots that changed since the last call, or all of them. 64 tags with two antennas each
    /// are about 6 KiB.
    package mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        ownTables()
        var clock = ByteWriter()
        clock.put(UInt32(slots.hand))
        clock.put(strangersEvicted)
        clock.put(antennasReplaced)
        return [Checkpoint.Chunk(table: "ring_clock", index: 0, bytes: clock.bytes)]
            + slots.takeDirty(all: all).map { index in
                Checkpoint.Chunk(table: "ring", index: index, bytes: chunkBytes(index))
            }
    }

    /// Takes back what ``takeChunks(all:)`` gave. The ring must be empty.
    /// - Parameter mapping: antennas that the layout no longer has lose their evidence.
    package mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        precondition(count == 0, "restoring into a ring of \(count) tags")
        ownTables()
        if let clock = chunks.first(where: { $0.table == "ring_clock" }) {
            var reader = ByteReader(clock.bytes)
            slots.hand = Int(try reader.take(UInt32.self))
            strangersEvicted = try reader.take()
            antennasReplaced = try reader.take()
        }
        let lines = chunks.filter { $0.table == "ring" }
        reserve(registered: try ReadRing.registeredTags(in: lines))
        for chunk in lines {
            var reader = ByteReader(chunk.bytes)
            while !reader.atEnd { restore(try SavedLine(&reader), mapping: mapping) }
        }
        _ = slots.takeDirty(all: false)
    }

    private static func registeredTags(in chunks: [Checkpoint.Chunk]) throws(ByteReader.Damaged) -> Int {
        var count = 0
        for chunk in chunks {
            var reader = ByteReader(chunk.bytes)
            while !reader.atEnd { count += try SavedLine(&reader).isRegistered ? 1 : 0 }
        }
        return count
    }

    /// A slot or a tag that is named twice is taken the first time; a stranger beyond the limit, which may
    /// have been lowered, is given up and counted.
    private mutating func restore(_ saved: SavedLine, mapping: LayoutMapping) {
        guard slots[saved.slot] == nil, slot(of: saved.tag) == nil else { return }
        if !saved.isRegistered, strangers.count >= limits.strangersMax {
            strangersEvicted += 1
            return
        }
        if saved.isRegistered {
            placeRegistered(name(of: saved.tag), at: saved.slot)
        } else {
            _ = placeStranger(name(of: saved.tag), at: saved.slot)
            slots.setReferenced(saved.slot, saved.isReferenced)
        }
        let evidence = saved.evidence.compactMap { item -> AntennaEvidence? in
            guard let antenna = mapping.antenna(item.antenna) else { return nil }
            var item = item
            item.antenna = antenna
            return item
        }
        restoreCells(evidence, of: saved.slot)
    }
}

/// One tag in a chunk: slot (4 bytes), registered, heard since the clock passed, EPC, number of antennas
/// (1 byte), and of each antenna index (2), newest epoch (8), bits (8), peak (2), reads (4).
private struct SavedLine {
    let slot: Int
    let isRegistered: Bool
    let isReferenced: Bool
    let tag: EPC
    let evidence: [AntennaEvidence]

    init(_ reader: inout ByteReader) throws(ByteReader.Damaged) {
        slot = Int(try reader.take(UInt32.self))
        guard slot < SlotTable.slotsMax else {
            throw ByteReader.Damaged(offset: reader.offset, size: SlotTable.slotsMax)
        }
        (isRegistered, isReferenced) = (try reader.takeFlag(), try reader.takeFlag())
        tag = try reader.takeTag()
        var evidence: [AntennaEvidence] = []
        for _ in 0..<(try reader.take(UInt8.self)) {
            var item = AntennaEvidence(
                antenna: Int(try reader.take(UInt16.self)), newestEpoch: try reader.take(),
                bits: try reader.take())
            let signal = try reader.take(Int16.self)
            item.peakSignal = signal == Int16.min ? nil : SignalStrength(centiDBm: signal)
            item.reads = try reader.take()
            evidence.append(item)
        }
        self.evidence = evidence
    }
}
