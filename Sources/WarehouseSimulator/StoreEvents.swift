import AssetModel

/// What is drawn for the tags and readers of a warehouse.
extension WarehouseWorld {
    /// Moments of a Poisson process within the run.
    private func moments(perDay rate: Double, _ purpose: CounterRandom.Purpose, entity: Int, kind: Int)
        -> [WorldTime]
    {
        guard rate > 0 else { return [] }
        var chance = random.stream(purpose, entity: entity, epoch: kind)
        var time = 0.0
        var found: [WorldTime] = []
        while true {
            time += chance.waitingTime() / rate * StoreFigures.millisecondsADay
            guard time < Double(end) else { return found }
            found.append(WorldTime(time))
        }
    }

    /// What may happen to a tag once; the first of all that were drawn does.
    private enum Fate: Int, CaseIterable {
        case registeredMove = 1
        case unregisteredMove, quietRemoval, portalRemoval, death

        var perDay: Double {
            switch self {
            case .registeredMove: return StoreFigures.registeredMoves
            case .unregisteredMove: return StoreFigures.unregisteredMoves
            case .quietRemoval: return StoreFigures.quietRemovals
            case .portalRemoval: return StoreFigures.portalRemovals
            case .death: return StoreFigures.failures
            }
        }
    }

    /// What cannot be concluded before the end does not happen: it would be neither found nor missed.
    private func leavesTime(_ time: WorldTime, sureAfter: ElapsedTime) -> Bool {
        time + sureAfter.milliseconds + StoreFigures.reserve < end
    }

    mutating func decideFate(of asset: Int, factor: Double) {
        dim(asset)
        let drawn = Fate.allCases.compactMap { fate in
            moments(perDay: fate.perDay * factor, .fateOfTag, entity: asset, kind: fate.rawValue).first
                .map { (time: $0, fate: fate) }
        }
        guard let (time, fate) = drawn.min(by: { $0.time < $1.time }) else { return }
        let isMove = fate == .registeredMove || fate == .unregisteredMove
        guard leavesTime(time, sureAfter: isMove ? StoreFigures.moveCertain : figures.missingAfter) else {
            return
        }
        switch fate {
        case .registeredMove: moveAsset(asset, at: time, isAuthorised: true)
        case .unregisteredMove: moveAsset(asset, at: time, isAuthorised: false)
        case .quietRemoval: take(asset, at: time, via: "quiet")
        case .portalRemoval: takeThroughGate(asset, at: time)
        case .death: take(asset, at: time, via: nil)
        }
    }

    /// Shadow episodes and permanent weakness: must raise nothing.
    private mutating func dim(_ asset: Int) {
        var chance = random.stream(.shadowEpisode, entity: asset, epoch: 1)
        if chance.unit() < StoreFigures.weakShare {
            tags[asset].weakness = StoreFigures.weakness
            note(.weak, .none, in: Self.always, WorldEvent.Detail(epcHex: tags[asset].epc.hex))
        }
        for begin in moments(perDay: StoreFigures.shadows, .shadowEpisode, entity: asset, kind: 2) {
            let length = WorldTime(chance.waitingTime() * StoreFigures.shadowMean * 1_000)
            let time = begin..<begin + length
            tags[asset].shadows.append((time, StoreFigures.shadowFactor))
            note(.shadow, .none, in: time, WorldEvent.Detail(epcHex: tags[asset].epc.hex))
        }
    }

    // MARK: moves and losses

    private mutating func moveAsset(_ asset: Int, at time: WorldTime, isAuthorised: Bool) {
        var chance = random.stream(.fateOfTag, entity: asset, epoch: 100)
        let home = tags[asset].stays[0].zone
        let others = zones.indices.filter {
            zones[$0].kind == "shelf" && $0 != home && zones[$0].site == zones[home].site
        }
        let target = others[chance.whole(0...others.count - 1)]
        tags[asset].stays = [SimulatedTag.Stay(zone: home, time: 0..<time), stay(in: target, from: time)]
        note(
            .move, isAuthorised ? .none : .misplaced, in: time..<WorldTime.max,
            WorldEvent.Detail(
                epcHex: tags[asset].epc.hex,
                move: WorldEvent.Move(from: zones[home].id, to: zones[target].id, isAuthorised: isAuthorised))
        )
        if isAuthorised {
            var card = books.cards[asset]
            card.location = zones[target].location
            card.locationCode = zones[target].locationCode
            entries.append(BookEntry(at: instant(max(0, time - StoreFigures.entryBeforeMove)), cards: [card]))
        } else {
            plantStore(
                .locationMismatch, asset, at: time, sureAfter: StoreFigures.moveCertain, ("移位", "moved"))
        }
    }

    private mutating func take(_ asset: Int, at time: WorldTime, via: String?) {
        tags[asset].stays[0].time = 0..<time
        note(
            via == nil ? .tagDead : .removed, .missing, in: time..<WorldTime.max,
            WorldEvent.Detail(
                epcHex: tags[asset].epc.hex, zone: zones[tags[asset].stays[0].zone].id, via: via,
                detectableFrom: instant(time) + figures.missingAfter))
        plantStore(
            .missingSuspect, asset, at: time, sureAfter: figures.missingAfter,
            via == nil ? ("标签失效", "tag died") : ("被取走", "taken away"))
    }

    private mutating func takeThroughGate(_ asset: Int, at time: WorldTime) {
        take(asset, at: time, via: "portal")
        guard zones[tags[asset].stays[0].zone].site == 0 else { return }
        var chance = random.stream(.passage, entity: asset, epoch: -1)
        let begin = time + StoreFigures.wayToGate
        let passage = begin..<begin + WorldTime(chance.whole(StoreFigures.passage))
        passages.append(
            SimulatedPassage(
                entity: asset, tags: [asset], gate: zone("gate-1"), direction: .outward, time: passage))
        note(
            .portalPass, .none, in: passage,
            WorldEvent.Detail(
                epcHex: tags[asset].epc.hex, zone: "gate-1", via: SimulatedPassage.Direction.outward.rawValue)
        )
    }

    private mutating func plantStore(
        _ code: DiscrepancyCode, _ asset: Int, at time: WorldTime, sureAfter: ElapsedTime,
        _ words: (chinese: String, english: String)
    ) {
        plant(
            Plot(
                code: code, subject: names(of: asset), at: time, sureAfter: sureAfter,
                chinese: words.chinese, english: words.english))
        events[events.count - 1].openBy = nil
    }

    // MARK: tags that are not expected

    mutating func plantStoreStrangers(factor: Double) {
        let perDay = StoreFigures.arrivals * Double(StoreFigures.tags) * factor
        let arrivals = moments(perDay: perDay, .foreignTag, entity: 0, kind: 9)
        for (number, time) in arrivals.enumerated() where leavesTime(time, sureAfter: figures.lookEvery) {
            let entity = TagEntity.strangers + number
            let epc = Self.ownTag(reference: UInt64(900_001 + number))
            let zone = chosen(from: 0..<StoreFigures.shelfZones, entity: entity)
            tags.append(SimulatedTag(entity: entity, epc: epc, stays: [stay(in: zone, from: time)]))
            note(
                .arrivedUnregistered, .unexpected, in: time..<WorldTime.max,
                WorldEvent.Detail(epcHex: epc.hex, zone: zones[zone].id))
            plant(
                Plot(
                    code: .surplusUnknownTag, subject: [SubjectName(.epcHex, epc.hex)], at: time,
                    sureAfter: figures.lookEvery, chinese: "未登记标签", english: "unregistered tag"))
            events[events.count - 1].openBy = nil
        }
        for number in 0..<Int(Double(StoreFigures.tags) * StoreFigures.strayShare) {
            let entity = TagEntity.foreign + number
            var chance = random.stream(.foreignTag, entity: number, epoch: 1)
            let zone = chance.whole(0...StoreFigures.shelfZones - 1)
            var tag = SimulatedTag(entity: entity, epc: foreignTag(number), stays: [stay(in: zone, from: 0)])
            let loss = StoreFigures.strayLossDecibels
            tag.lossDecibels = loss.lowerBound + chance.unit() * (loss.upperBound - loss.lowerBound)
            tags.append(tag)
        }
        note(.stray, .none, in: Self.always)
    }

    /// Some beside their original, told apart by the factory identity; some far away in the same site.
    mutating func plantStoreClones() {
        for number in 0..<StoreFigures.clonesBeside + StoreFigures.clonesElsewhere {
            let asset = chosen(from: 0..<StoreFigures.tags, entity: 70 + number)
            guard tags[asset].stays.count == 1, tags[asset].stays[0].time == Self.always else { continue }
            let home = tags[asset].stays[0].zone
            // Reader rows of a main site: two rows on is three hops away or more.
            let far =
                (home + 2 * StoreFigures.antennas) % (StoreFigures.antennas * StoreFigures.readersOfMainSite)
            let zone = number < StoreFigures.clonesBeside ? home : far
            let time = WorldTime(chosen(from: Int(end) / 8..<Int(end) / 2, entity: 90 + number))
            let entity = TagEntity.clones + number
            books.bindings[asset].tidHex = nil
            tags.append(
                SimulatedTag(
                    entity: entity, epc: tags[asset].epc, tid: factoryIdentity(entity),
                    stays: [stay(in: zone, from: time)]))
            note(
                .clone, .clone, in: time..<WorldTime.max,
                WorldEvent.Detail(epcHex: tags[asset].epc.hex, zone: zones[zone].id))
            // Half of the readers tell factory identities, and read strays of the others' tags.
            plantStore(
                .tagDuplicate, asset, at: time, sureAfter: ElapsedTime(seconds: 60), ("克隆标签", "cloned tag"))
        }
    }

    // MARK: readers

    mutating func breakStoreReaders(factor: Double) {
        for index in readers.indices {
            var chance = random.stream(.readerFault, entity: index, epoch: 3)
            for begin in moments(perDay: StoreFigures.outages * factor, .readerFault, entity: index, kind: 1)
            {
                let length = WorldTime(chance.waitingTime() * StoreFigures.outageMean * 1_000)
                darken(index, begin..<begin + max(1_000, length))
            }
            for begin in moments(
                perDay: StoreFigures.cableFaults * factor, .readerFault, entity: index, kind: 2)
            {
                let length = WorldTime(chance.waitingTime() * StoreFigures.cableFaultMean * 1_000)
                let time = begin..<begin + max(1_000, length)
                readers[index].faults.append(
                    ReaderFault(kind: .cableFault(port: chance.whole(1...4)), time: time))
                note(.antennaFault, .none, in: time, WorldEvent.Detail(reader: readers[index].id))
            }
        }
        let held = WorldTime(end) / 2
        readers[1].faults.append(ReaderFault(kind: .linkHeld, time: held..<held + StoreFigures.linkHeld))
        note(
            .linkHeld, .none, in: held..<held + StoreFigures.linkHeld,
            WorldEvent.Detail(reader: readers[1].id))
        setStoreClocks()
    }

    /// One step of a clock that stays within the limit, and one clock an hour behind: at the gate, where no
    /// tag rests, so that nothing but the clock is to be found.
    private mutating func setStoreClocks() {
        let gate = reader("r-gate")
        readers[gate].clock.offsetMilliseconds = StoreFigures.wrongHour
        plant(
            Plot(
                code: .clockSkew, subject: [SubjectName(.reader, readers[gate].id)], at: 0,
                sureAfter: StoreFigures.lagCertain, chinese: "时钟慢一小时", english: "clock an hour behind"))
        events[events.count - 1].openBy = nil
        let sign: Int64 = seed % 2 == 0 ? 1 : -1
        readers[3].clock.step = ReaderClock.Step(
            at: end / 3, milliseconds: sign * StoreFigures.clockStepMilliseconds)
        note(.clockStep, .none, in: end / 3..<WorldTime.max, WorldEvent.Detail(reader: readers[3].id))
    }

    /// An outage that is long enough to be noticed, ends in time, and leaves some time to the last one.
    private mutating func darken(_ index: Int, _ time: Range<WorldTime>) {
        let hasWill = readers[index].liveness == "will"
        let sure = hasWill ? ElapsedTime.zero : figures.readerOfflineAfter
        let around = time.lowerBound - StoreFigures.reserve..<time.upperBound + StoreFigures.reserve
        guard !readers[index].faults.contains(where: { $0.isPowerLoss && $0.time.overlaps(around) }),
            sure.milliseconds + StoreFigures.outageNoticed < time.upperBound - time.lowerBound,
            time.upperBound + StoreFigures.reserve < end
        else { return }
        readers[index].faults.append(ReaderFault(kind: .powerLoss, time: time))
        note(.readerDown, .device, in: time, WorldEvent.Detail(reader: readers[index].id))
        plant(
            Plot(
                code: .readerOffline, subject: [SubjectName(.reader, readers[index].id)],
                at: time.lowerBound, sureAfter: sure, until: time.upperBound, chinese: "读写器断电",
                english: "reader loses power"))
    }
}
