import AssetModel

/// The trails of all contested tags, by the tag's slot. Most sites have none, and pay a look at an empty
/// list.
///
/// A tag has a trail from the moment at which two zones read it nearly always until they no longer do. When
/// all places are taken, a newcomer gets that of a tag which was not read for ten minutes; where there is
/// none it waits, and is judged by hits alone meanwhile: what is told of others stays as well founded as it
/// was.
struct SignalTrails: Sendable {
    /// Some 250 bytes each with four zones. A reader that reports every read, at most 700 a second, keeps
    /// fewer than 200 tags contested among four antennas: enough for 80 of them.
    static let tagsMax = 16_384
    static let chunkPlaces = 64
    /// A trail is given away after so long without a read.
    static let idleAfter = ElapsedTime(seconds: 600)
    /// Places looked at for a newcomer, so that a read costs the same however many there are.
    private static let looksMax = 8

    private(set) var trails: [SignalTrail?] = []
    /// Place of each slot, -1 for none.
    private var places: [Int32] = []
    /// No place below it is free.
    private var freeFrom = 0
    /// Next place to be asked whether it is idle.
    private(set) var hand = 0
    private(set) var count = 0
    private var dirtyChunks: Set<Int> = []
    /// Tags that had to wait.
    private(set) var refused: Int64 = 0
    let capacity: Int

    init(capacity: Int = SignalTrails.tagsMax) {
        self.capacity = max(1, capacity)
    }

    func place(of slot: Int) -> Int? {
        guard slot < places.count, places[slot] >= 0 else { return nil }
        return Int(places[slot])
    }

    func trail(of slot: Int) -> SignalTrail? { place(of: slot).flatMap { trails[$0] } }

    /// - Returns: `nil` where the slot has no trail.
    mutating func change<Result>(_ slot: Int, _ body: (inout SignalTrail) -> Result) -> Result? {
        guard let place = place(of: slot) else { return nil }
        dirtyChunks.insert(place / SignalTrails.chunkPlaces)
        return trails[place]?.changed(by: body)
    }

    /// Begins a trail.
    /// - Parameter now: event time of the read that showed that the tag is contested.
    mutating func begin(_ slot: Int, epoch: ElapsedTime, now: UTCInstant) {
        guard place(of: slot) == nil else { return }
        guard let place = freePlace(now: now) else {
            refused += 1
            return
        }
        put(SignalTrail(slot: slot, epoch: epoch), at: place)
    }

    private mutating func put(_ trail: SignalTrail, at place: Int) {
        while trails.count <= place { trails.append(nil) }
        while places.count <= trail.slot { places.append(-1) }
        trails[place] = trail
        places[trail.slot] = Int32(place)
        count += 1
        dirtyChunks.insert(place / SignalTrails.chunkPlaces)
    }

    private mutating func freePlace(now: UTCInstant) -> Int? {
        while freeFrom < trails.count, trails[freeFrom] != nil { freeFrom += 1 }
        if freeFrom < capacity { return freeFrom }
        for _ in 0..<SignalTrails.looksMax {
            let place = hand
            hand = (hand + 1) % capacity
            guard let trail = trails[place], trail.isIdle(at: now) else { continue }
            end(trail.slot)
            return place
        }
        return nil
    }

    mutating func end(_ slot: Int) {
        guard let place = place(of: slot) else { return }
        trails[place] = nil
        places[slot] = -1
        count -= 1
        freeFrom = min(freeFrom, place)
        dirtyChunks.insert(place / SignalTrails.chunkPlaces)
    }

    // MARK: checkpoint

    /// Hand 4 as chunk 0 of `signals_hand`; then in chunks of 64 places, `signals`, of each trail:
    ///
    /// | field | bytes |
    /// | --- | --- |
    /// | place, slot; length of a cell, newest cell, newest judged, first of the means | 4, 4; 8, 8, 8, 8 |
    /// | has a past; zones | 1; 1 |
    /// | of each zone: index, sum and cells of the level | 2, 8, 8 |
    /// | tally, held, held for; cells | 2, 1, 1; 32 |
    mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        let size = SignalTrails.chunkPlaces
        let wanted = all ? Set(trails.indices.map { $0 / size }) : dirtyChunks
        dirtyChunks.removeAll()
        guard !wanted.isEmpty else { return [] }
        var writer = ByteWriter()
        writer.put(UInt32(hand))
        var chunks = wanted.sorted().map { index in
            let range = (index * size)..<max(index * size, min(trails.count, (index + 1) * size))
            return Checkpoint.Chunk(table: "signals", index: index, bytes: bytes(of: range))
        }
        // An empty chunk replaces one that was not; where all are replaced there is nothing to replace.
        if all { chunks.removeAll { $0.bytes.isEmpty } }
        guard !chunks.isEmpty else { return [] }
        return [Checkpoint.Chunk(table: "signals_hand", index: 0, bytes: writer.bytes)] + chunks
    }

    private func bytes(of range: Range<Int>) -> [UInt8] {
        var writer = ByteWriter()
        for place in range {
            guard let trail = trails[place] else { continue }
            writer.put(UInt32(place))
            writer.put(UInt32(trail.slot))
            writer.put(trail.unit.milliseconds)
            writer.put(trail.newest)
            writer.put(trail.judgedAt)
            writer.put(trail.since)
            writer.put(trail.hasPast)
            writer.put(UInt8(trail.zones.count))
            for zone in trail.zones {
                writer.put(UInt16(zone.zone))
                writer.put(zone.level.sum)
                writer.put(zone.level.count)
                writer.put(Int16(clamping: zone.tally.sum))
                writer.put(zone.tally.held)
                writer.put(zone.tally.heldFor)
                for cell in zone.cells { writer.put(cell) }
            }
        }
        return writer.bytes
    }

    /// A store from before this was written has none: trails begin anew. Zones that are gone are dropped, and
    /// trails whose readers report in other epochs now.
    mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping, layout: SiteLayout
    ) throws(ByteReader.Damaged) {
        if let chunk = chunks.first(where: { $0.table == "signals_hand" }) {
            var reader = ByteReader(chunk.bytes)
            hand = Int(try reader.take(UInt32.self)) % capacity
        }
        for chunk in chunks where chunk.table == "signals" {
            var reader = ByteReader(chunk.bytes)
            while !reader.atEnd {
                let place = Int(try reader.take(UInt32.self))
                let trail = try reader.takeTrail(mapping)
                guard place < capacity, !trails.indices.contains(place) || trails[place] == nil,
                    self.place(of: trail.slot) == nil
                else { throw ByteReader.Damaged(offset: reader.offset, size: chunk.bytes.count) }
                if trail.fits(layout) { put(trail, at: place) }
            }
        }
        dirtyChunks.removeAll()
    }
}

extension SignalTrail {
    /// In place, which a copy and its cells would not be.
    fileprivate mutating func changed<Result>(by body: (inout SignalTrail) -> Result) -> Result {
        body(&self)
    }

    fileprivate func isIdle(at now: UTCInstant) -> Bool {
        guard newest != Int64.min else { return true }
        return now - EvidenceEpoch.start(of: newest, length: unit) > SignalTrails.idleAfter
    }

    fileprivate func fits(_ layout: SiteLayout) -> Bool {
        zones.allSatisfy { line in
            layout.antennas.indices.contains {
                layout.antennas[$0].zone == line.zone
                    && SignalTrail(slot: slot, epoch: layout.evidenceEpoch(of: $0)).unit == unit
            }
        }
    }
}

extension ByteReader {
    fileprivate mutating func takeTrail(_ mapping: LayoutMapping) throws(Damaged) -> SignalTrail {
        let slot = Int(try take(UInt32.self))
        let unit = ElapsedTime(milliseconds: max(1, try takeClockTime()))
        let (newest, judgedAt) = (try takeClockTime(), try takeClockTime())
        let since = try takeClockTime()
        // As an instant it has to be one.
        let isTime = !newest.multipliedReportingOverflow(by: unit.milliseconds).overflow
        guard newest == Int64.min || isTime else { throw Damaged(offset: offset, size: offset) }
        var trail = SignalTrail(slot: slot, unit: unit, hasPast: try takeFlag())
        (trail.newest, trail.judgedAt, trail.since) = (newest, judgedAt, since)
        var zones: [SignalTrail.Zone] = []
        for _ in 0..<(try take(UInt8.self)) {
            let zone = mapping.zone(Int(try take(UInt16.self)))
            var line = SignalTrail.Zone(zone: zone ?? -1)
            line.level = (try takeClockTime(), try take())
            line.tally.sum = Int(try take(Int16.self))
            line.tally.held = try take()
            line.tally.heldFor = try take()
            guard line.level.count >= 0, line.level.count <= SignalTrail.levelCellsMax, line.level.sum >= 0
            else { throw Damaged(offset: offset, size: offset) }
            for index in line.cells.indices { line.cells[index] = try take() }
            if zone != nil { zones.append(line) }
        }
        trail.zones = zones.sorted { $0.zone < $1.zone }
        return trail
    }
}
