import AssetModel

/// Reads at a gate: a group passes the inside and the outside antenna one after the other, or turns back.
extension WarehouseWorld {
    /// A gate reader looks this often at what is in its field, milliseconds (a few inventory rounds a
    /// second), and sees each tag with this chance (metal roll cages; inference §1.4).
    private static let gateLookEvery: WorldTime = 300
    private static let gateReadRate = 0.7
    /// A tag is in the field of one antenna for this share of the passage, in the middle of its half.
    private static let reachOfSide = 0.35

    func gateReadings(in time: Range<WorldTime>) -> [Reading] {
        passages.flatMap { passage -> [Reading] in
            guard passage.time.overlaps(time) else { return [] }
            return passage.tags.flatMap { gateReadings(of: $0, in: passage, during: time) }
        }
    }

    private func gateReadings(
        of tag: Int, in passage: SimulatedPassage, during time: Range<WorldTime>
    ) -> [Reading] {
        let length = passage.time.upperBound - passage.time.lowerBound
        var found: [Reading] = []
        for (number, antenna) in zones[passage.gate].antennas.enumerated() {
            for look in 0..<length / Self.gateLookEvery {
                var chance = random.stream(
                    .passage, entity: passage.entity &* 4 &+ number,
                    epoch: tags[tag].entity &* 1_024 &+ Int(look))
                let at =
                    passage.time.lowerBound + look * Self.gateLookEvery + WorldTime(chance.whole(0...250))
                guard time.contains(at) else { continue }
                let part = Double(at - passage.time.lowerBound) / Double(length)
                let distance = abs(part - centre(of: antennas[antenna].side, passage.direction))
                guard distance < Self.reachOfSide, chance.unit() < Self.gateReadRate else { continue }
                let loss = distance * 20
                if let reading = reading(tag, by: antenna, at: at, chance: &chance, loss: loss) {
                    found.append(reading)
                }
            }
        }
        return found
    }

    /// When in a passage, 0...1, the group is nearest to an antenna.
    private func centre(
        of side: SimulatedAntenna.Side?, _ direction: SimulatedPassage.Direction
    ) -> Double {
        switch (direction, side) {
        case (.inward, .outside), (.outward, .inside): return 0.3
        case (.inward, _), (.outward, _): return 0.7
        // Up to the gate and back: near the inside antenna all the time, the outside one hardly sees it.
        case (.turnedBack, .outside): return 1.2
        case (.turnedBack, _): return 0.5
        }
    }
}

/// What handhelds send: one message at the end of a sweep.
extension WarehouseWorld {
    /// A person walks past every shelf: 93-97 % of the tags are read in one walk (inference §2).
    private static let sweepReadRate = 0.95
    /// And some next door (choice).
    private static let sweepNeighbourRate = 0.05

    func sweepDepartures(in time: Range<WorldTime>) -> [Departure] {
        sweeps.filter { time.contains($0.time.upperBound) }.map { sweep in
            let reads = tags.indices.compactMap { sweepRead(of: $0, in: sweep) }
            let site = sites[zones[sweep.zone].site].id
            let head = SweepEncoder.Head(
                id: sweep.id, operatorCode: sweep.operatorCode, zone: zones[sweep.zone].id,
                at: instant(sweep.time.upperBound))
            return Departure(
                at: sweep.time.upperBound, topic: "tally/v1/\(site)/sweep",
                payload: SweepEncoder.sweep(head, reads: reads, seen: seenAssets(in: sweep)),
                source: .other(DepartureEntity.sweeps + sweep.entity), number: 0)
        }
    }

    private func sweepRead(of index: Int, in sweep: SimulatedSweep) -> SimulatedRead? {
        let tag = tags[index]
        guard let stay = tag.stay(at: sweep.time.lowerBound) else { return nil }
        let isHere = stay.zone == sweep.zone
        guard isHere || zones[sweep.zone].neighbours.contains(stay.zone) else { return nil }
        var chance = random.stream(.sweep, entity: tag.entity, epoch: sweep.entity)
        let rate = (isHere ? Self.sweepReadRate : Self.sweepNeighbourRate) * tag.weakness
        guard chance.unit() < rate else { return nil }
        let length = sweep.time.upperBound - sweep.time.lowerBound
        let at = sweep.time.lowerBound + WorldTime(chance.unit() * Double(length))
        var read = SimulatedRead(
            tag: tag.epc, heardAt: instant(at), antennaPort: 1,
            peakSignal: SignalStrength(
                centiDBm: Int16(chance.whole(isHere ? -60 ... -40 : -75 ... -65) * 100)))
        read.reads = chance.whole(1...6)
        return read
    }

    /// The person looks at one asset of the zone and says so.
    private func seenAssets(in sweep: SimulatedSweep) -> [String] {
        let here = books.cards.indices.first { tags[$0].stay(at: sweep.time.lowerBound)?.zone == sweep.zone }
        return here.map { [books.cards[$0].assetNo] } ?? []
    }
}

/// Entities of the sources of messages that are no readers.
enum DepartureEntity {
    static let terminals = 10_000
    static let sweeps = 20_000
    static let harmless = 30_000
    static let presence = 40_000
}
