import AssetModel

/// What the readers send: birth and will texts, the state of the inventory, and reads.
extension WarehouseWorld {
    /// After connecting a reader starts its inventory this much later.
    private static let inventoryStartDelay: WorldTime = 100

    /// Births, wills and inventory states that fall into a stretch of time. Delivered at once: they are few,
    /// and the broker itself publishes the will.
    func readerMessages(in time: Range<WorldTime>) -> [SimulatedMessage] {
        zones.flatMap { zone -> [SimulatedMessage] in
            let reader = zone.reader
            var found: [SimulatedMessage] = []
            for birth in [0, reader.outage?.upperBound].compactMap({ $0 }) where time.contains(birth) {
                let running = birth + Self.inventoryStartDelay
                let status = ImpinjEncoder.inventoryStatus(
                    "running", at: instant(running) + reader.clockAhead)
                found += [
                    SimulatedMessage(
                        at: instant(birth), topic: reader.statusTopic, payload: ImpinjEncoder.connected),
                    SimulatedMessage(at: instant(running), topic: reader.eventTopic, payload: status),
                ]
            }
            if let lost = reader.outage?.lowerBound, time.contains(lost) {
                found.append(
                    SimulatedMessage(
                        at: instant(lost), topic: reader.statusTopic, payload: ImpinjEncoder.connectionLost))
            }
            return found
        }
    }

    /// Reads of one tag that fall into a stretch of time: its own reader looks a few times in each epoch and
    /// misses some; the neighbour's reader hears it now and then, more weakly.
    func reads(of tag: Int, in time: Range<WorldTime>) -> [SimulatedMessage] {
        let epochLength = DemoFigures.epoch.milliseconds
        let epoch = time.lowerBound / epochLength
        let between = epochLength / WorldTime(DemoFigures.looksPerEpoch)
        var found: [SimulatedMessage] = []
        for look in 0..<DemoFigures.looksPerEpoch {
            let number = Int(epoch) * DemoFigures.looksPerEpoch + look
            var chance = random.stream(.look, entity: tag, epoch: number)
            let at = WorldTime(number) * between + WorldTime(chance.unit() * Double(between))
            guard time.contains(at), let zone = tags[tag].zone(at: at) else { continue }
            guard chance.unit() >= DemoFigures.missedShare else { continue }
            found += read(of: tag, in: zone, at: at, by: chance, decibels: 0)
        }
        var chance = random.stream(.stray, entity: tag, epoch: Int(epoch))
        let at = epoch * epochLength + WorldTime(chance.unit() * Double(epochLength))
        guard time.contains(at), let home = tags[tag].zone(at: at), let neighbour = zones[home].neighbour,
            chance.unit() < DemoFigures.strayShare
        else { return found }
        return found
            + read(of: tag, in: neighbour, at: at, by: chance, decibels: -DemoFigures.strayLossDecibels)
    }

    /// One read, unless the reader is down or the signal too weak.
    private func read(
        of tag: Int, in zone: Int, at time: WorldTime, by chance: SplitMix64, decibels: Double
    ) -> [SimulatedMessage] {
        let reader = zones[zone].reader
        guard reader.isUp(at: time) else { return [] }
        var chance = chance
        var place = random.stream(.placeOfTag, entity: tag)
        let nearer = place.whole(1...2)
        let signal =
            DemoFigures.meanSignalDBm + decibels + place.bell() * DemoFigures.signalSpreadBetweenTags
            + chance.bell() * DemoFigures.signalSpreadBetweenLooks
        guard signal >= DemoFigures.weakestSignalDBm else { return [] }
        // Readers report in steps of half a decibel.
        let halves = (signal * 2).rounded()
        var read = SimulatedRead(
            tag: tags[tag].epc, heardAt: instant(time) + reader.clockAhead,
            antennaPort: chance.unit() < DemoFigures.nearerAntennaShare ? nearer : 3 - nearer,
            peakSignal: SignalStrength(centiDBm: Int16(halves * 50)))
        read.frequencyKilohertz = 920_625 + 250 * chance.whole(0...15)
        read.fractionDigits = reader.fractionDigits
        let messages = delivered(
            reader.eventTopic, ImpinjEncoder.tagInventory(read), sent: time, within: DemoFigures.readDelay,
            by: chance)
        // The broker publishes the will after all that it got from the reader: what was on its way then is
        // lost.
        return messages.filter { reader.isUp(at: ($0.at - start).milliseconds) }
    }
}
