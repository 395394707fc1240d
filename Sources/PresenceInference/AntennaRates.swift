import AssetModel

/// How often each antenna of its zone reads a tag: a Beta distribution for each tag and antenna, beside
/// ``ReadRate``, which is that of all of them together.
///
/// Needed where a zone has several antennas and one is out of use: silence then says as much as the others
/// would have read. Counted in chances in which the antenna was at work, forgotten as ``ReadRate`` is.
struct AntennaRates: Sendable {
    private struct Count: Sendable {
        var hits: Float = 0
        var misses: Float = 0

        var mean: Float { hits > 0 ? hits / (hits + misses) : 0 }
    }

    /// Antennas of each zone that can be covered in part; none of others.
    let antennas: [[Int]]
    /// Most antennas of such a zone.
    private let width: Int
    private let prior: (hits: Float, misses: Float)
    /// `width` of each slot, beyond what is assumed.
    private var counts: [Count] = []
    /// The zone that the counts of a slot are of; -1 for none.
    private var zones: [Int16] = []
    /// Those that read the tag in the chance of its last evidence.
    private var heard: [AntennaSet] = []

    init(_ layout: SiteLayout, _ model: AbsenceModel) {
        antennas = layout.zones.indices.map { zone in
            let own = layout.fixedAntennas(ofZone: zone)
            return layout.isCoveredInPart(zone: zone, antennas: own.count) ? own : []
        }
        width = antennas.map(\.count).max() ?? 0
        prior = (model.priorHits, model.priorMisses)
    }

    /// Is anything kept of a zone?
    func areKept(in zone: Int) -> Bool { !antennas[zone].isEmpty }

    // MARK: counting

    /// A read of a tag that waits in a zone, the first of its chance or another; by whichever antenna.
    mutating func note(_ slot: Int, in zone: Int, by antenna: Int, isFirst: Bool) {
        guard areKept(in: zone) else { return }
        own(slot, in: zone)
        if isFirst { heard[slot] = 0 }
        guard let place = antennas[zone].firstIndex(of: antenna) else { return }
        heard[slot] |= 1 << AntennaSet(place)
    }

    /// The chance of the last evidence is over.
    /// - Parameters:
    ///   - out: those that were out of use in it: that they did not read says nothing.
    ///   - weight: 0...1, that the tag was there and not shadowed.
    mutating func conclude(_ slot: Int, in zone: Int, out: AntennaSet, weight: Double) {
        guard areKept(in: zone) else { return }
        own(slot, in: zone)
        for place in antennas[zone].indices {
            let bit: AntennaSet = 1 << AntennaSet(place)
            if heard[slot] & bit != 0 {
                counts[slot * width + place].hits += Float(weight)
            } else if out & bit == 0 {
                counts[slot * width + place].misses += Float(weight)
            }
        }
        heard[slot] = 0
    }

    /// Chances without any read, as many as the tag's own rates explain.
    mutating func miss(_ slot: Int, in zone: Int, out: AntennaSet, chances: Double) {
        guard areKept(in: zone), chances > 0 else { return }
        own(slot, in: zone)
        for place in antennas[zone].indices where out & 1 << AntennaSet(place) == 0 {
            counts[slot * width + place].misses += Float(chances)
        }
    }

    mutating func shrink(_ slot: Int, to most: Float) {
        guard slot < zones.count, zones[slot] >= 0 else { return }
        for index in slot * width..<(slot + 1) * width {
            let (hits, misses) = ReadRate.shrunk(counts[index].hits, counts[index].misses, to: most)
            counts[index] = Count(hits: hits, misses: misses)
        }
    }

    /// The tag lies otherwise, or is another one.
    mutating func forget(_ slot: Int) {
        guard slot < zones.count, zones[slot] >= 0 else { return }
        zones[slot] = -1
        heard[slot] = 0
        for index in slot * width..<(slot + 1) * width { counts[index] = Count() }
    }

    /// Counts of another zone are of other antennas.
    private mutating func own(_ slot: Int, in zone: Int) {
        if slot >= zones.count {
            let more = slot + 1 - zones.count
            zones += repeatElement(-1, count: more)
            heard += repeatElement(0, count: more)
            counts += repeatElement(Count(), count: more * width)
        }
        guard Int(zones[slot]) != zone else { return }
        forget(slot)
        zones[slot] = Int16(zone)
    }

    // MARK: what the others would read

    /// 0...1 and how much is known of it: by one antenna. What is assumed of a zone is shared out as if each
    /// read was by one of its antennas alone: the least that fits.
    private func count(_ slot: Int, in zone: Int, at place: Int) -> Count {
        let part = 1 / Float(antennas[zone].count)
        let assumed = Count(hits: prior.hits * part, misses: prior.misses + prior.hits * (1 - part))
        guard slot < zones.count, Int(zones[slot]) == zone else { return assumed }
        let own = counts[slot * width + place]
        return Count(hits: own.hits + assumed.hits, misses: own.misses + assumed.misses)
    }

    /// The rate of a tag by the antennas that are at work, where `whole` is that by all.
    ///
    /// Whether antennas miss a tag together nobody knows, so the least that all of them may have read is
    /// taken: what the best of those at work reads, or what all read less what those that are out do
    /// (Bonferroni), whichever is more.
    func rate(_ slot: Int, in zone: Int, out: AntennaSet, whole: ReadRate) -> ReadRate {
        guard out != 0, areKept(in: zone) else { return whole }
        var best = Count()
        var rest = Float(whole.mean)
        for place in antennas[zone].indices {
            let own = count(slot, in: zone, at: place)
            if out & 1 << AntennaSet(place) != 0 {
                rest -= own.mean
            } else if own.mean > best.mean {
                best = own
            }
        }
        if rest > best.mean {
            let known = whole.hits + whole.misses
            best = Count(hits: rest * known, misses: (1 - rest) * known)
        }
        return ReadRate(
            hits: best.hits, misses: max(best.misses, .leastNormalMagnitude), strays: whole.strays,
            strayMisses: whole.strayMisses)
    }
}

/// What is kept of them: a table of its own, so that a store from before can be read.
extension AntennaRates {
    static let table = "antenna_rates"

    var isUsed: Bool { width > 0 }

    /// Slot 4, zone 2, antennas 1; of each: index 4, hits 4, misses 4, 1 whether it read the tag in the
    /// chance of the last evidence.
    func bytes(of slots: some Sequence<Int>) -> [UInt8] {
        var writer = ByteWriter()
        for slot in slots where slot < zones.count && zones[slot] >= 0 {
            let zone = Int(zones[slot])
            writer.put(UInt32(truncatingIfNeeded: slot))
            writer.put(zones[slot])
            writer.put(UInt8(truncatingIfNeeded: antennas[zone].count))
            for (place, antenna) in antennas[zone].enumerated() {
                let count = counts[slot * width + place]
                writer.put(UInt32(truncatingIfNeeded: antenna))
                writer.put(count.hits.bitPattern)
                writer.put(count.misses.bitPattern)
                writer.put(heard[slot] >> AntennaSet(place) & 1 == 1)
            }
        }
        return writer.bytes
    }

    /// A store from before they were counted has none. Antennas that the zone no longer has are left out.
    mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping, isKnown: (Int) -> Bool
    ) throws(ByteReader.Damaged) {
        for chunk in chunks where chunk.table == Self.table {
            var reader = ByteReader(chunk.bytes)
            while !reader.atEnd {
                let slot = Int(try reader.take(UInt32.self))
                let saved: Int16 = try reader.take()
                let zone = saved < 0 ? nil : mapping.zone(Int(saved)).flatMap { areKept(in: $0) ? $0 : nil }
                guard isKnown(slot) else {
                    throw ByteReader.Damaged(offset: reader.offset, size: chunk.bytes.count)
                }
                if let zone { own(slot, in: zone) }
                for _ in 0..<(try reader.take(UInt8.self)) {
                    let antenna = mapping.antenna(Int(try reader.take(UInt32.self)))
                    let count = Count(
                        hits: Float(bitPattern: try reader.take(UInt32.self)),
                        misses: Float(bitPattern: try reader.take(UInt32.self)))
                    let wasHeard = try reader.takeFlag()
                    guard count.hits >= 0, count.misses >= 0, count.hits.isFinite, count.misses.isFinite
                    else {
                        throw ByteReader.Damaged(offset: reader.offset, size: chunk.bytes.count)
                    }
                    guard let zone, let antenna, let place = antennas[zone].firstIndex(of: antenna) else {
                        continue
                    }
                    counts[slot * width + place] = count
                    if wasHeard { heard[slot] |= 1 << AntennaSet(place) }
                }
            }
        }
    }
}
