import AssetModel

/// A look of an antenna at a tag that succeeded.
package struct Reading: Sendable, Equatable {
    /// Indices into the world's lists.
    package var tag: Int
    package var antenna: Int
    package var at: WorldTime
    /// In steps of half a decibel, 1/100 dBm.
    package var centiDBm: Int16
    package var frequencyKilohertz: Int
}

/// Which looks succeed: the read model of the world.
///
///     P(read) = near rate · field(d) · sensitivity · orientation · shadow · load      in its own zone
///             · .15 in a neighbour zone, · .02 in the second ring
///     signal  = -38 dBm - 40 log10(d / 1 m) + N(0, 4 dB) of the pair + N(0, 2 dB) of the look [- 8...12 dB]
///
/// and nothing at all while the reader is down, not taking inventory, or the antenna broken.
extension WarehouseWorld {
    /// Successful looks at one tag in a stretch of time, whatever else the world holds.
    package func readings(of tag: Int, in time: Range<WorldTime>) -> [Reading] {
        let every = figures.lookEvery.milliseconds
        let span = tags[tag].stays
        guard let first = span.first?.time.lowerBound, let last = span.last?.time.upperBound,
            first < time.upperBound, time.lowerBound < last
        else { return [] }
        var found: [Reading] = []
        var look = time.lowerBound / every
        while look * every < time.upperBound {
            found += readings(of: tag, look: Int(look), in: time)
            look += 1
        }
        return found
    }

    private func readings(of index: Int, look: Int, in time: Range<WorldTime>) -> [Reading] {
        let tag = tags[index]
        let every = figures.lookEvery.milliseconds
        var chance = random.stream(.look, entity: tag.entity, epoch: look)
        let at = WorldTime(look) * every + WorldTime(chance.unit() * Double(every))
        guard time.contains(at), let stay = tag.stay(at: at) else { return [] }
        let rate = readRate(of: tag, stay: stay.number, at: at)
        var found: [Reading] = []
        if chance.unit() < rate,
            let reading = reading(index, in: stay.zone, at: at, by: chance, loss: tag.lossDecibels)
        {
            found.append(reading)
        }
        let rings = [
            (zones[stay.zone].neighbours, figures.neighbourShare),
            (zones[stay.zone].secondRing, figures.secondRingShare),
        ]
        for (ring, share) in rings {
            for zone in ring {
                var stray = random.stream(.stray, entity: tag.entity, epoch: look &* 1_024 &+ zone)
                guard stray.unit() < rate * share else { continue }
                let span = figures.strayLossDecibels
                let loss = span.lowerBound + stray.unit() * (span.upperBound - span.lowerBound)
                if let reading = reading(index, in: zone, at: at, by: stray, loss: tag.lossDecibels + loss) {
                    found.append(reading)
                }
            }
        }
        return found
    }

    /// Share of looks that succeed in the tag's own zone.
    func readRate(of tag: SimulatedTag, stay: Int, at time: WorldTime) -> Double {
        var place = random.stream(.placeOfTag, entity: tag.entity, epoch: stay)
        var rate = figures.nearReadRate * field(at: distance(&place)) * tag.shadowFactor(at: time)
        if let shape = figures.sensitivity {
            var chance = random.stream(.sensitivity, entity: tag.entity)
            rate *= chance.beta(shape.a, shape.b)
        }
        let turns = figures.orientation
        if turns.lowerBound < turns.upperBound {
            var chance = random.stream(.handling, entity: tag.entity, epoch: stay)
            rate *= turns.lowerBound + chance.unit() * (turns.upperBound - turns.lowerBound)
        }
        return rate * loads[tag.stays[stay].zone]
    }

    /// Metres from the antenna, evenly over the area that it covers.
    private func distance(_ place: inout SplitMix64) -> Double {
        max(0.5, figures.farthestTagMetres * place.unit().squareRoot())
    }

    /// 1 near the antenna, then falling to 0 at the edge of the reach in a straight line (SMURF, VLDB 2006).
    private func field(at metres: Double) -> Double {
        let major = figures.fieldReachMetres * figures.fieldMajorShare
        guard metres > major else { return 1 }
        return max(0, (figures.fieldReachMetres - metres) / (figures.fieldReachMetres - major))
    }

    /// For each zone what is left of the rate when its reader's antennas share its capacity (slotted Aloha):
    /// 1 unless there are more looks than it can read.
    func zoneLoads() -> [Double] {
        var tagsOfReader = [Int](repeating: 0, count: readers.count)
        for tag in tags {
            guard let home = tag.stays.first?.zone, let first = zones[home].antennas.first else { continue }
            tagsOfReader[antennas[first].reader] += 1
        }
        return zones.map { zone in
            guard let first = zone.antennas.first else { return 0 }
            let looks = tagsOfReader[antennas[first].reader]
            let looksASecond = Double(looks) * 1_000 / Double(figures.lookEvery.milliseconds)
            return looks == 0 ? 1 : min(1, figures.readsASecondMax / looksASecond)
        }
    }

    /// One read by one of the antennas of a zone, unless nobody listens there or the signal is too weak.
    private func reading(
        _ tag: Int, in zone: Int, at time: WorldTime, by chance: SplitMix64, loss: Double
    ) -> Reading? {
        var chance = chance
        let choices = zones[zone].antennas
        guard !choices.isEmpty else { return nil }
        var place = random.stream(.placeOfTag, entity: tags[tag].entity, epoch: zone &+ 1_000)
        let nearer = place.whole(0...choices.count - 1)
        let other = (nearer + 1) % choices.count
        let antenna = choices[chance.unit() < figures.nearerAntennaShare ? nearer : other]
        return reading(tag, by: antenna, at: time, chance: &chance, loss: loss)
    }

    func reading(
        _ index: Int, by antenna: Int, at time: WorldTime, chance: inout SplitMix64, loss: Double
    ) -> Reading? {
        let port = antennas[antenna].port
        guard readers[antennas[antenna].reader].hears(onPort: port, at: time) else { return nil }
        let tag = tags[index]
        var place = random.stream(.placeOfTag, entity: tag.entity, epoch: tag.stay(at: time)?.number ?? 0)
        var pair = random.stream(.antennaShadow, entity: tag.entity, epoch: antenna)
        let signal =
            figures.signalAtOneMetreDBm - loss
            - figures.signalLossPerDecadeDecibels * decimalLogarithm(distance(&place))
            + pair.bell() * figures.staticSpreadDecibels + chance.bell() * figures.fadingSpreadDecibels
        guard signal >= figures.weakestSignalDBm else { return nil }
        let halves = (min(signal, figures.strongestSignalDBm) * 2).rounded()
        return Reading(
            tag: index, antenna: antenna, at: time, centiDBm: Int16(halves * 50),
            frequencyKilohertz: 920_625 + 250 * chance.whole(0...15))
    }
}
