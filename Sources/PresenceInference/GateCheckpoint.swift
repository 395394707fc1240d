package import AssetModel

/// What is under way at the gates, one chunk each, so that a restart in the middle of a passage tells it once
/// and whole. Stores from before the clocks of readers were followed have with the first how long the
/// messages of each reader take.
extension GateTracker {
    package static let table = "gates"
    /// 1 was without the habits of a gate.
    private static let version: UInt8 = 2

    package func chunks() -> [Checkpoint.Chunk] {
        gates.indices.map { index in
            var writer = ByteWriter(capacity: 256)
            writer.put(GateTracker.version)
            writer.put(UInt16(clamping: gates[index].zone))
            writer.put(UInt16(0))
            gates[index].write(to: &writer)
            return Checkpoint.Chunk(table: GateTracker.table, index: index, bytes: writer.bytes)
        }
    }

    /// Takes back what ``chunks()`` gave. A store from before there were gates has none.
    package mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        for chunk in chunks where chunk.table == GateTracker.table {
            var reader = ByteReader(chunk.bytes)
            let version = try reader.take(UInt8.self)
            guard (1...GateTracker.version).contains(version) else {
                throw ByteReader.Damaged(offset: 0, size: chunk.bytes.count)
            }
            let zone = mapping.zone(Int(try reader.take(UInt16.self)))
            for _ in 0..<(try reader.take(UInt16.self)) { _ = try reader.take(Int64.self) }
            guard let zone, let gate = gates.firstIndex(where: { $0.zone == zone }) else { continue }
            try gates[gate].restore(from: &reader)
            if version > 1 { gates[gate].habits = try GateHabits(from: &reader) }
            nextCheck = min(nextCheck, gates[gate].nextDue)
        }
    }
}

extension GateTracker.GateState {
    func write(to writer: inout ByteWriter) {
        writer.put(hasSides)
        writer.put(usualPeak != nil)
        writer.put(usualPeak ?? 0)
        writer.put(beams.isAlive)
        writer.put(beams.due.milliseconds)
        writer.put(UInt16(clamping: beams.edges.count))
        for edge in beams.edges {
            writer.put(edge.at)
            writer.put(edge.side)
            writer.put(edge.isBroken)
        }
        writer.put(UInt16(clamping: told.count))
        for told in told {
            writer.put(told.from)
            writer.put(told.to)
            writer.put(UInt32(told.slots.count))
            for slot in told.slots { writer.put(slot) }
        }
        writer.put(UInt32(tracks.count))
        for key in tracks.keys.sorted() {
            guard let track = tracks[key] else { continue }
            writer.put(key.slot)
            writer.put(key.minute)
            track.write(to: &writer)
        }
        writer.put(nextDue.milliseconds)
        habits.write(to: &writer)
    }

    mutating func restore(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        let hadSides = try reader.takeFlag()
        let hasPeak = try reader.takeFlag()
        let peak = try reader.takeDouble()
        usualPeak = hasPeak && peak.isFinite ? peak : nil
        beams.isAlive = try reader.takeFlag()
        beams.due = ElapsedTime(milliseconds: try reader.take())
        beams.edges = []
        for _ in 0..<(try reader.take(UInt16.self)) {
            let edge = GateBeams.Edge(
                at: try reader.take(), side: try reader.take(), isBroken: try reader.takeFlag())
            if beams.sides.contains(edge.side) { beams.edges.append(edge) }
        }
        told = []
        for _ in 0..<(try reader.take(UInt16.self)) {
            var entry = GateTracker.Told(from: try reader.take(), to: try reader.take(), slots: [])
            for _ in 0..<(try reader.take(UInt32.self)) { entry.slots.append(try reader.take()) }
            told.append(entry)
        }
        tracks = [:]
        for _ in 0..<(try reader.take(UInt32.self)) {
            let key = GateTrack.Key(slot: try reader.take(), minute: try reader.take())
            let track = try GateTrack(from: &reader)
            // Sides that were set anew mean something else.
            if hadSides == hasSides { tracks[key] = track }
        }
        nextDue = ElapsedTime(milliseconds: try reader.take())
    }
}

extension GateTrack {
    func write(to writer: inout ByteWriter) {
        writer.put(tag: tag)
        writer.put(level)
        writer.put(due.milliseconds)
        writer.put(lagMin)
        writer.put(isResting)
        writer.put(word?.code ?? 0)
        writer.put(wordAt)
        for side in moments {
            writer.put(UInt8(side.count))
            for moment in side {
                writer.put(moment.number)
                writer.put(moment.signal)
            }
        }
    }

    init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        self.init(tag: try reader.takeTag())
        level = try reader.take()
        due = ElapsedTime(milliseconds: try reader.take())
        lagMin = try reader.take()
        isResting = try reader.takeFlag()
        let code = try reader.take(UInt8.self)
        word = PassageDirection(code: code)
        wordAt = try reader.take()
        for side in moments.indices {
            let count = Int(try reader.take(UInt8.self))
            for _ in 0..<count {
                moments[side].append(Moment(number: try reader.take(), signal: try reader.take()))
            }
        }
        // A minute of quarter seconds is halved eight times at most.
        guard level <= 8, moments.allSatisfy({ $0.count <= GateTrack.momentsMax }) else {
            throw ByteReader.Damaged(offset: reader.offset, size: reader.offset)
        }
    }
}
