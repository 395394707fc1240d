package import AssetModel

/// Tags that went out through a gate and were not read where tags rest since.
///
/// Whether such a tag is gone is no matter of how often tags leave, 0.4 % a day, but of how sure the passage
/// is: nine in ten, and a few misses on its shelf make it sure. A read on a shelf ends it: it is here.
struct Departures: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
        /// 0...1, that it went and did not come straight back.
        var left: Float
        /// Last sign of the passage, event time.
        var at: UTCInstant
        /// The zone of the gate.
        var gate: Int16
    }

    private(set) var entries: [Int: Entry] = [:]

    /// Part of what is carried out that is not brought back at once unseen: a guess. Who comes back through
    /// the gate is seen there, and what is back on its shelf is read.
    static let staysOut = 0.9

    subscript(slot: Int) -> Entry? { entries.isEmpty ? nil : entries[slot] }

    mutating func begin(_ slot: Int, _ entry: Entry) { entries[slot] = entry }

    mutating func end(_ slot: Int) {
        if !entries.isEmpty { entries[slot] = nil }
    }

    /// Slot 4, chance of having left 4, passage 8 ms, gate 2.
    func chunk() -> Checkpoint.Chunk {
        let bytes = ByteBlock.bytes(atMost: entries.count * 18) { block in
            for (slot, entry) in entries.sorted(by: { $0.key < $1.key }) {
                block.put(UInt32(truncatingIfNeeded: slot))
                block.put(entry.left.bitPattern)
                block.put(entry.at.milliseconds)
                block.put(entry.gate)
            }
        }
        return Checkpoint.Chunk(table: "departures", index: 0, bytes: bytes)
    }

    /// A store from before they were kept has none. Those of gates that are no more are dropped.
    mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "departures" }) else { return }
        var reader = ByteReader(chunk.bytes)
        while !reader.atEnd {
            let slot = Int(try reader.take(UInt32.self))
            let left = Float(bitPattern: try reader.take(UInt32.self))
            let at = try reader.takeInstant()
            let gate: Int16 = try reader.take()
            guard left >= 0, left <= 1 else {
                throw ByteReader.Damaged(offset: reader.offset, size: chunk.bytes.count)
            }
            guard gate >= 0, let gate = mapping.zone(Int(gate)) else { continue }
            entries[slot] = Entry(left: left, at: at, gate: Int16(gate))
        }
    }
}

extension PresenceTracker {
    /// What passed through a gate. Of what went out and is still awaited on its shelf, the silence that
    /// follows says more; what came in is here. What happened long ago has had its say in the reads since.
    /// - Returns: what was silent, and is back.
    package mutating func note(
        _ passage: Passage, at time: PathTime, coverage: CoverageLedger
    ) -> [SlotChange] {
        guard !passage.isLate else { return [] }
        var back: [SlotChange] = []
        for tag in passage.tags where tag.slot < tags.count {
            departures.end(tag.slot)
            if passage.direction != .outward {
                back += noteCarriedIn(tag, by: passage, at: time, coverage: coverage).map { [$0] } ?? []
                continue
            }
            guard tags[tag.slot].lastEpoch <= Self.lastEpoch(of: passage),
                tags[tag.slot].phase != .silent, wheel.zone(of: tag.slot) >= 0
            else { continue }
            let left = passage.confidence * tag.confidence * Departures.staysOut
            departures.begin(
                tag.slot, Departures.Entry(left: Float(left), at: passage.to, gate: Int16(passage.gate)))
            markDirty(tag.slot)
            hasten(tag.slot, at: time, coverage)
        }
        return back
    }

    private static func lastEpoch(of passage: Passage) -> Int64 { EvidenceEpoch.number(of: passage.to) }

    /// Its silence may be due sooner than it was put in the wheel.
    private mutating func hasten(_ slot: Int, at time: PathTime, _ coverage: CoverageLedger) {
        let zone = wheel.zone(of: slot)
        let now = (covered: coverage.coveredTime(of: zone, at: time), at: time.now)
        let known = wheel.due(of: slot)
        let due = deadline(of: slot, in: zone, now: now, upTo: known, coverage)
        guard due < known else { return }
        wheel.put(slot, in: zone, due: due)
        schedule(time.listened + max(.zero, due - now.covered))
    }

    /// A read where tags rest, of later than the passage: it did not leave, or is back.
    mutating func endDeparture(_ slot: Int, heardIn zone: Int, epoch: Int64) {
        guard let entry = departures[slot], layout.zones[zone].kind.isContinuous,
            epoch > EvidenceEpoch.number(of: entry.at)
        else { return }
        departures.end(slot)
    }

    /// Where it went, in words for a finding; empty where it did not.
    func wordsOfDeparture(_ slot: Int) -> (chinese: String, english: String) {
        guard let entry = departures[slot] else { return ("", "") }
        let gate = layout.zones[Int(entry.gate)].id
        let second = UTCInstant(milliseconds: entry.at.milliseconds / 1_000 * 1_000)
        return ("；\(second) 经 \(gate) 出门", "; went out through \(gate) at \(second)")
    }
}
