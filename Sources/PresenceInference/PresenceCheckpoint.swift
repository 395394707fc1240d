package import AssetModel

/// Filter state that changed, in chunks of slots, and the coverage ledger as one small chunk.
extension PresenceTracker {
    static let chunkSlots = 128
    private static let countedGoneBit: UInt8 = 0x80
    private static let countedShadowedBit: UInt8 = 0x40

    private func word(of state: TagState) -> UInt8 {
        state.phase.rawValue | (state.isCountedGone ? Self.countedGoneBit : 0)
            | (state.isCountedShadowed ? Self.countedShadowedBit : 0)
    }

    mutating func markDirty(_ slot: Int) {
        dirtyChunks.insert(slot / PresenceTracker.chunkSlots)
    }

    package mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        let count = (tags.count + PresenceTracker.chunkSlots - 1) / PresenceTracker.chunkSlots
        let wanted = all ? Array(0..<count) : dirtyChunks.sorted()
        dirtyChunks.removeAll()
        let chunks = wanted.flatMap { index in
            let start = index * PresenceTracker.chunkSlots
            let slots = (start..<min(start + PresenceTracker.chunkSlots, tags.count)).filter {
                tags[$0].phase != .unseen || tags[$0].home >= 0
            }
            var chunks = [
                Checkpoint.Chunk(table: "presence", index: index, bytes: beliefs(of: slots)),
                Checkpoint.Chunk(table: "presence_rates", index: index, bytes: rates(of: slots)),
            ]
            if antennaRates.isUsed {
                let bytes = antennaRates.bytes(of: slots)
                chunks.append(Checkpoint.Chunk(table: AntennaRates.table, index: index, bytes: bytes))
            }
            return chunks
        }
        // What is known of the site changes with its tags.
        let site = [hazards.chunk(), clones.chunk(), returns.chunk(), departures.chunk()]
        return chunks + (chunks.isEmpty ? [] : site) + signals.takeChunks(all: all)
    }

    /// Slot 4, phase 1, zone 2, home 2, last epoch 8, cause epoch 8, mark 8 ms, zone of the wheel 2.
    private func beliefs(of slots: [Int]) -> [UInt8] {
        ByteBlock.bytes(atMost: slots.count * 35) { block in
            for slot in slots {
                block.put(UInt32(truncatingIfNeeded: slot))
                block.put(word(of: tags[slot]))
                block.put(tags[slot].zone)
                block.put(tags[slot].home)
                block.put(tags[slot].lastEpoch)
                block.put(tags[slot].causeEpoch)
                block.put(tags[slot].mark.milliseconds)
                block.put(Int16(truncatingIfNeeded: wheel.zone(of: slot)))
            }
        }
    }

    /// Slot 4, six figures of 4, heard 1, first stay 1, sent epoch 8, marked at 8 ms, marked from 8 ms.
    private func rates(of slots: [Int]) -> [UInt8] {
        ByteBlock.bytes(atMost: slots.count * 54) { block in
            for slot in slots {
                block.put(UInt32(truncatingIfNeeded: slot))
                block.put(tags[slot].rate.hits.bitPattern)
                block.put(tags[slot].rate.misses.bitPattern)
                block.put(tags[slot].rate.strays.bitPattern)
                block.put(tags[slot].rate.strayMisses.bitPattern)
                block.put(tags[slot].shadowed.bitPattern)
                block.put(tags[slot].certainty.bitPattern)
                block.put(tags[slot].heard.rawValue)
                block.put(tags[slot].isFirstStay)
                block.put(tags[slot].sentEpoch)
                block.put(tags[slot].markedAt.milliseconds)
                block.put(tags[slot].markedFrom.milliseconds)
            }
        }
    }

    /// Takes back what ``takeChunks(all:)`` gave. Everybody is looked at once: what was due is due.
    package mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        var listed: [(slot: Int, zone: Int)] = []
        for chunk in chunks where chunk.table == "presence" {
            var reader = ByteReader(chunk.bytes)
            while !reader.atEnd {
                let slot = Int(try reader.take(UInt32.self))
                while tags.count <= slot { tags.append(untold) }
                let word: UInt8 = try reader.take()
                guard let phase = Phase(rawValue: word & ~(Self.countedGoneBit | Self.countedShadowedBit))
                else {
                    throw ByteReader.Damaged(offset: reader.offset, size: chunk.bytes.count)
                }
                tags[slot].phase = phase
                tags[slot].isCountedGone = word & Self.countedGoneBit != 0
                tags[slot].isCountedShadowed = word & Self.countedShadowedBit != 0
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
        try restoreRates(chunks)
        try antennaRates.restore(chunks, mapping: mapping) { tags.indices.contains($0) }
        try hazards.restore(chunks)
        adoptHazards()
        try clones.restore(chunks, mapping: mapping)
        try departures.restore(chunks, mapping: mapping)
        try returns.restore(chunks) { tags.indices.contains($0) && tags[$0].phase == .silent }
        try signals.restore(chunks, mapping: mapping, layout: layout)
        for entry in listed {
            knownCovered[entry.zone] = max(knownCovered[entry.zone], tags[entry.slot].mark)
            wheel.put(entry.slot, in: entry.zone, due: tags[entry.slot].mark)
        }
        dirtyChunks.removeAll()
        checkSoon()
    }

    /// A store from before the rates were learned has none: they begin anew.
    private mutating func restoreRates(_ chunks: [Checkpoint.Chunk]) throws(ByteReader.Damaged) {
        for chunk in chunks where chunk.table == "presence_rates" {
            var reader = ByteReader(chunk.bytes)
            while !reader.atEnd {
                let slot = Int(try reader.take(UInt32.self))
                var figures: [Float] = []
                for _ in 0..<6 { figures.append(Float(bitPattern: try reader.take(UInt32.self))) }
                let heard: UInt8 = try reader.take()
                let isFirstStay = try reader.takeFlag()
                let sent: Int64 = try reader.take()
                let marked = (try reader.takeInstant(), try reader.takeInstant())
                guard tags.indices.contains(slot), figures.allSatisfy({ $0 >= 0 && $0.isFinite }),
                    figures[0] + figures[1] > 0, figures[2] + figures[3] > 0, figures[4] <= 1, figures[5] <= 1
                else { throw ByteReader.Damaged(offset: reader.offset, size: chunk.bytes.count) }
                tags[slot].rate = ReadRate(
                    hits: figures[0], misses: figures[1], strays: figures[2], strayMisses: figures[3])
                (tags[slot].shadowed, tags[slot].certainty) = (figures[4], figures[5])
                tags[slot].heard = Heard(rawValue: heard)
                tags[slot].isFirstStay = isFirstStay
                tags[slot].sentEpoch = sent
                (tags[slot].markedAt, tags[slot].markedFrom) = marked
            }
        }
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
        try restorePart(chunks, mapping: mapping)
        checkSoon()
    }
}
