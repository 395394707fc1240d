import AssetModel

/// The books of a shelf workload, and what goes wrong with its readers.
extension ShelfScript {
    static func assetNo(_ tag: Int) -> String { "GWC2026" + padded(tag + 1, 6) }

    /// The books at the start.
    func register() -> RegisterChange {
        RegisterChange(
            cards: (0..<figures.tags).map { card($0, zone: Int(homes[$0]), .inStock) },
            bindings: (0..<figures.tags).map {
                TagBinding(
                    epcHex: tags[$0].epc.hex, assetNo: Self.assetNo($0), tidHex: tags[$0].tid.hex)
            })
    }

    private func card(_ tag: Int, zone: Int, _ state: AssetState) -> AssetCard {
        var card = AssetCard(assetNo: Self.assetNo(tag))
        card.assetName = "台式计算机"
        card.classCode = "A02010105"
        card.quantity = "1"
        card.originalValueFen = 549_900
        card.acquireDate = "2023-03-15"
        card.state = state
        card.useDept = "资产管理科"
        card.useUnit = "示例市机关事务管理局"
        card.ownerUnit = "示例市机关事务管理局"
        card.location = plan.layout.zones[zone].locations[0]
        card.locationCode = plan.layout.zones[zone].locations[1]
        return card
    }

    /// A registered move: the office enters it when the tag is taken up.
    mutating func enterBooks(_ tag: Int, zone: Int, at time: WorldTime) {
        entries.append(
            ShelfRegisterEntry(at: time, change: RegisterChange(cards: [card(tag, zone: zone, .inStock)])))
        step(.registered(zone: zone), tag, at: time)
    }

    mutating func lendInBooks(_ pallet: [Int32], zone: Int, time: Range<WorldTime>) {
        for (at, state) in [(time.lowerBound, AssetState.lent), (time.upperBound, .inStock)] {
            let cards = pallet.map { card(Int($0), zone: zone, state) }
            entries.append(ShelfRegisterEntry(at: at, change: RegisterChange(cards: cards)))
        }
    }

    // MARK: readers

    mutating func breakReaders() {
        for reader in plan.layout.readers.indices {
            var chance = random.stream(.shelfReader, entity: reader)
            var free: WorldTime = 0
            for at in moments(aDay: figures.faults.outages, &chance) where at > free {
                let lasting = chance.waitingTime() * figures.faults.outageMean * 1_000
                // Shorter than this is no outage: a link that comes back before the broker misses it.
                let to = at + max(Self.outageShortest, WorldTime(lasting))
                cutPower(of: reader, in: at..<to, told: at + seconds(figures.faults.willDelay, &chance))
                free = to + Self.outageShortest
            }
        }
        for antenna in plan.layout.antennas.indices where plan.layout.antennas[antenna].side == nil {
            var chance = random.stream(.shelfReader, entity: antenna, epoch: 1)
            let rate = figures.faults.cableFaults / Double(figures.place.portsAReader)
            var free: WorldTime = 0
            for at in moments(aDay: rate, &chance) where at >= free {
                let lasting = chance.waitingTime() * figures.faults.cableFaultMean * 1_000
                let time = at..<at + max(epoch, WorldTime(lasting))
                free = time.upperBound
                silences.append(ShelfSilence(antenna: antenna, time: time))
                var event = ShelfEvent(
                    .antennaFault, .coverage, from: time.lowerBound, to: time.upperBound)
                event.antenna = antenna
                event.reader = plan.layout.antennas[antenna].reader
                event.zone = plan.layout.antennas[antenna].zone
                _ = note(event)
            }
        }
    }

    /// One minute (choice).
    private static let outageShortest: WorldTime = 60_000

    private mutating func cutPower(of reader: Int, in time: Range<WorldTime>, told: WorldTime) {
        for antenna in plan.layout.readers[reader].antennas {
            silences.append(ShelfSilence(antenna: antenna, time: time))
        }
        var event = ShelfEvent(.readerDown, .device, from: time.lowerBound, to: time.upperBound)
        event.reader = reader
        _ = note(event)
        readerStates.append(ShelfReaderState(at: told, reader: reader, isOnline: false))
        readerStates.append(ShelfReaderState(at: time.upperBound, reader: reader, isOnline: true))
    }

    mutating func setClocks() {
        for reader in plan.layout.readers.indices {
            var chance = random.stream(.shelfClock, entity: reader)
            var clock = ReaderClock()
            clock.offsetMilliseconds = Int64((chance.bell() * figures.faults.clockOffset).rounded())
            clock.driftPerMillion = chance.bell() * figures.faults.clockDrift
            clocks.append(clock)
            readerStates.append(ShelfReaderState(at: 0, reader: reader, isOnline: true))
        }
        var chance = random.stream(.shelfClock, entity: -1)
        let wrong = chance.whole(0...clocks.count - 1)
        clocks[wrong].offsetMilliseconds += figures.faults.wrongHour
        guard figures.faults.clockStep != 0 else { return }
        let reader = (wrong + 1 + chance.whole(0...max(0, clocks.count - 2))) % clocks.count
        let at = WorldTime(Double(end) * (0.2 + 0.6 * chance.unit()))
        let step = chance.unit() < 0.5 ? figures.faults.clockStep : -figures.faults.clockStep
        clocks[reader].step = ReaderClock.Step(at: at, milliseconds: step)
        var event = ShelfEvent(.clockStep, .none, from: at, to: at)
        event.reader = reader
        event.step = step
        _ = note(event)
    }
}
