package import AssetModel

/// Filter state that changed, in chunks of slots, and the coverage ledger as one small chunk.
extension PresenceTracker {
    static let chunkSlots = 128

    mutating func markDirty(_ slot: Int) {
        dirtyChunks.insert(slot / PresenceTracker.chunkSlots)
    }

    package mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        let wanted = all ? Set(tags.indices.map { $0 / PresenceTracker.chunkSlots }) : dirtyChunks
        dirtyChunks.removeAll()
        return wanted.sorted().map { index in
            var writer = ByteWriter(capacity: 4_096)
            let start = index * PresenceTracker.chunkSlots
            for slot in start..<min(start + PresenceTracker.chunkSlots, tags.count) {
                let state = tags[slot]
                guard state.phase != .unseen || state.home >= 0 else { continue }
                writer.put(UInt32(slot))
                writer.put(state.phase.rawValue)
                writer.put(state.zone)
                writer.put(state.home)
                writer.put(state.lastEpoch)
                writer.put(state.causeEpoch)
                writer.put(state.mark.milliseconds)
                writer.put(state.listed)
            }
            return Checkpoint.Chunk(table: "presence", index: index, bytes: writer.bytes)
        }
    }

    /// Takes back what ``takeChunks(all:)`` gave; the lists are made anew in the order of their marks.
    package mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        var listed: [(slot: Int, zone: Int)] = []
        for chunk in chunks where chunk.table == "presence" {
            var reader = ByteReader(chunk.bytes)
            while !reader.atEnd {
                let slot = Int(try reader.take(UInt32.self))
                while tags.count <= slot { tags.append(TagState()) }
                guard let phase = Phase(rawValue: try reader.take()) else {
                    throw ByteReader.Damaged(offset: reader.offset, size: chunk.bytes.count)
                }
                tags[slot].phase = phase
                tags[slot].zone = Self.carried(try reader.take(), by: mapping)
                tags[slot].home = Self.carried(try reader.take(), by: mapping)
                tags[slot].lastEpoch = try reader.take()
                tags[slot].causeEpoch = try reader.take()
                tags[slot].mark = ElapsedTime(milliseconds: try reader.take())
                let zone = Self.carried(try reader.take(), by: mapping)
                if zone >= 0 { listed.append((slot, Int(zone))) }
                if tags[slot].zone < 0 { tags[slot].phase = .unseen }
            }
        }
        listed.sort { (tags[$0.slot].mark, $0.slot) < (tags[$1.slot].mark, $1.slot) }
        for entry in listed { append(entry.slot, to: entry.zone) }
        dirtyChunks.removeAll()
        checkSoon()
    }

    private static func carried(_ zone: Int16, by mapping: LayoutMapping) -> Int16 {
        zone < 0 ? -1 : mapping.zone(Int(zone)).map { Int16($0) } ?? -1
    }
}

extension CoverageLedger {
    package func chunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        writer.put(UInt32(readers.count))
        for reader in readers {
            writer.put(reader.everHeard)
            writer.put(reader.isOnline)
            writer.put(reader.isIdle)
            writer.put(reader.lastSign.milliseconds)
            writer.put(reader.lastEpoch)
        }
        writer.put(UInt32(antennas.count))
        for antenna in antennas {
            writer.put(antenna.isConnected)
            writer.put(antenna.lastRead?.milliseconds ?? Int64.min)
        }
        writer.put(UInt32(zones.count))
        for zone in zones {
            writer.put(zone.accumulated.milliseconds)
            writer.put(zone.since?.milliseconds ?? Int64.min)
        }
        return Checkpoint.Chunk(table: "coverage", index: 0, bytes: writer.bytes)
    }

    /// Takes back what ``chunk()`` gave; readers, antennas and zones that the layout no longer has are
    /// dropped.
    package mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "coverage" }) else { return }
        var reader = ByteReader(chunk.bytes)
        for index in 0..<Int(try reader.take(UInt32.self)) {
            var state = ReaderState()
            state.everHeard = try reader.takeFlag()
            state.isOnline = try reader.takeFlag()
            state.isIdle = try reader.takeFlag()
            state.lastSign = ElapsedTime(milliseconds: try reader.take())
            state.lastEpoch = try reader.take()
            if let index = mapping.reader(index) { readers[index] = state }
        }
        for index in 0..<Int(try reader.take(UInt32.self)) {
            var state = AntennaState()
            state.isConnected = try reader.takeFlag()
            let lastRead: Int64 = try reader.take()
            state.lastRead = lastRead == Int64.min ? nil : ElapsedTime(milliseconds: lastRead)
            if let index = mapping.antenna(index) { antennas[index] = state }
        }
        for index in 0..<Int(try reader.take(UInt32.self)) {
            var state = ZoneState()
            state.accumulated = ElapsedTime(milliseconds: try reader.take())
            let since: Int64 = try reader.take()
            state.since = since == Int64.min ? nil : ElapsedTime(milliseconds: since)
            if let index = mapping.zone(index) { zones[index] = state }
        }
        checkSoon()
    }
}
