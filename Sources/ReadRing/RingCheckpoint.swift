package import AssetModel

/// Lines that changed, in chunks, so that a checkpoint writes what moved and not the warehouse.
extension ReadRing {
    /// 64 lines with two antennas each are about 6 KiB.
    static let chunkLines = 64

    /// Chunks that changed since the last call, or all of them.
    package mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        let wanted = all ? Set((0..<lines.count).map { $0 / ReadRing.chunkLines }) : dirtyChunks
        dirtyChunks.removeAll()
        var clock = ByteWriter()
        clock.put(UInt32(hand))
        clock.put(strangersEvicted)
        clock.put(antennasReplaced)
        return [Checkpoint.Chunk(table: "ring_clock", index: 0, bytes: clock.bytes)]
            + wanted.sorted().map { index in
                var writer = ByteWriter(capacity: 8_192)
                let start = index * ReadRing.chunkLines
                for slot in start..<min(start + ReadRing.chunkLines, lines.count) {
                    guard let line = lines[slot] else { continue }
                    write(line, at: slot, to: &writer)
                }
                return Checkpoint.Chunk(table: "ring", index: index, bytes: writer.bytes)
            }
    }

    private func write(_ line: Line, at slot: Int, to writer: inout ByteWriter) {
        writer.put(UInt32(slot))
        writer.put(line.isRegistered)
        writer.put(line.isReferenced)
        writer.put(tag: line.tag)
        let evidence = evidence(of: slot)
        writer.put(UInt8(evidence.count))
        for item in evidence {
            writer.put(UInt16(item.antenna))
            writer.put(item.newestEpoch)
            writer.put(item.bits)
            writer.put(item.peakSignal?.centiDBm ?? Int16.min)
            writer.put(item.reads)
        }
    }

    /// Takes back what ``takeChunks(all:)`` gave. The ring must be empty.
    /// - Parameter mapping: antennas that the layout no longer has lose their evidence.
    package mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        precondition(count == 0, "restoring into a ring of \(count) tags")
        if let clock = chunks.first(where: { $0.table == "ring_clock" }) {
            var reader = ByteReader(clock.bytes)
            hand = Int(try reader.take(UInt32.self))
            strangersEvicted = try reader.take()
            antennasReplaced = try reader.take()
        }
        for chunk in chunks where chunk.table == "ring" {
            var reader = ByteReader(chunk.bytes)
            while !reader.atEnd { try restoreLine(&reader, mapping: mapping) }
        }
        dirtyChunks.removeAll()
    }

    private mutating func restoreLine(
        _ reader: inout ByteReader, mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        let slot = Int(try reader.take(UInt32.self))
        let (isRegistered, isReferenced) = (try reader.takeFlag(), try reader.takeFlag())
        let tag = try reader.takeTag()
        var evidence: [AntennaEvidence] = []
        for _ in 0..<(try reader.take(UInt8.self)) {
            var item = AntennaEvidence(
                antenna: Int(try reader.take(UInt16.self)), newestEpoch: try reader.take(),
                bits: try reader.take())
            let signal = try reader.take(Int16.self)
            item.peakSignal = signal == Int16.min ? nil : SignalStrength(centiDBm: signal)
            item.reads = try reader.take()
            guard let antenna = mapping.antenna(item.antenna) else { continue }
            item.antenna = antenna
            evidence.append(item)
        }
        let line = Line(tag: tag, isRegistered: isRegistered, isReferenced: isReferenced, firstCell: -1)
        restoreCells(evidence, of: place(line, at: slot))
    }
}
