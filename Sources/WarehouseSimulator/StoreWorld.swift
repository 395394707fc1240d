package import AssetModel

/// A warehouse of 5,000 tags in 24 zones, watched by six readers of four antennas, with a gate: the workload
/// WH-S of the notes on cleaning RFID reads, for measuring how well a daemon judges, not for a demonstration.
/// Nothing in it is arranged; what happens is drawn with the rates of the table.
extension WarehouseWorld {
    /// - Parameter factor: multiplies all rates of moves, thefts, arrivals and failures, so that a short run
    ///   has something to find.
    package init(store seed: UInt64, start: UTCInstant, figures: WorldFigures, factor: Double) {
        self.init(seed: seed, start: start, figures: figures)
        layStore()
        for number in 0..<StoreFigures.tags { addAsset(in: number % StoreFigures.shelfZones) }
        for asset in books.cards.indices { decideFate(of: asset, factor: factor) }
        plantStoreStrangers(factor: factor)
        plantStoreClones()
        breakStoreReaders(factor: factor)
        for number in 0..<figures.vehicles { addStoreVehicle(number) }
        entries.sort { $0.at < $1.at }
        finishBuilding()
    }

    private mutating func layStore() {
        sites = [
            SimulatedSite(id: "wh-1", name: "示例市公物仓", role: "main"),
            SimulatedSite(id: "wh-2", name: "示例市公物仓城北分仓", role: "branch"),
        ]
        for number in 0..<StoreFigures.shelfZones {
            addZone(
                "zone-\(padded(number + 1, 2))", "\(number + 1)区",
                site: number / StoreFigures.antennas < StoreFigures.readersOfMainSite ? 0 : 1, kind: "shelf")
        }
        addZone("gate-1", "一号门", site: 0, kind: "gate")
        let rows = StoreFigures.antennas
        var pairs: [(String, String)] = []
        for number in 0..<StoreFigures.shelfZones {
            let next = number + 1
            if next % rows != 0 { pairs.append((zones[number].id, zones[next].id)) }
            let across = number + rows
            // Two sites share no wall.
            guard across < StoreFigures.shelfZones, zones[across].site == zones[number].site else { continue }
            pairs.append((zones[number].id, zones[across].id))
        }
        pairs.append(("zone-01", "gate-1"))
        connect(pairs)
        for number in 0..<StoreFigures.shelfZones / rows { addStoreReader(number) }
        addReader(
            SimulatedReader(id: "r-gate", site: 0, dialect: .zebra(mode: .inventory, isBatched: true)),
            watching: ["gate-1", "gate-1"])
        let gate = zones[zone("gate-1")].antennas
        antennas[gate[0]].side = .inside
        antennas[gate[1]].side = .outside
    }

    private mutating func addStoreReader(_ number: Int) {
        let rows = StoreFigures.antennas
        let dialect: SimulatedReader.Dialect =
            number % 2 == 0
            ? .zebra(mode: .inventory, isBatched: true) : .impinj(fractionDigits: 3, isFactory: false)
        var reader = SimulatedReader(
            id: "r-\(number + 1)", site: zones[number * rows].site, dialect: dialect)
        reader.tellsTID = number % 2 == 1
        addReader(reader, watching: (0..<rows).map { zones[number * rows + $0].id })
    }

    private mutating func addStoreVehicle(_ number: Int) {
        var card = VehicleCard(plateNo: "鄂J\(padded(80_101 + number, 5))")
        card.terminalPhone = "1390000\(padded(1_001 + number, 4))"
        books.vehicles.append(card)
        terminals.append(
            SimulatedTerminal(
                entity: number, phone: card.terminalPhone,
                form: number % 3 == 2 ? .emqx : .binary(number % 3 == 0 ? .year2013 : .year2019),
                motion: number % 2 == 0 ? .driving : .parked, reports: [Self.always]))
    }
}

/// Sizes and rates of WH-S; all from inference §3 unless said otherwise.
enum StoreFigures {
    static let tags = 5_000
    static let shelfZones = 24
    static let antennas = 4
    static let readersOfMainSite = 4

    // Per tag and day.
    static let registeredMoves = 0.02
    static let unregisteredMoves = 0.003
    static let quietRemovals = 0.002
    static let portalRemovals = 0.002
    static let failures = 0.000_2
    static let arrivals = 0.01
    static let shadows = 0.2
    static let shadowMean = 7_200.0
    static let shadowFactor = 0.1
    /// Share of tags on liquid or metal for good, and what is left of their rate.
    static let weakShare = 0.02
    static let weakness = 0.3
    /// Foreign tags behind the walls, for each tag of ours: 20-35 %.
    static let strayShare = 0.25
    static let strayLossDecibels = 8.0...12.0
    static let clonesElsewhere = 5
    static let clonesBeside = 5

    // Per reader and day, seconds.
    static let outages = 1.0
    static let outageMean = 1_200.0
    static let cableFaults = 0.2
    static let cableFaultMean = 21_600.0
    /// The one step of a clock in a run, either way.
    static let clockStepMilliseconds: Int64 = 30_000
    /// Outages shorter than the time-out and this, milliseconds, are left out (choice).
    static let outageNoticed: WorldTime = 10_000
    /// One reader in the wrong hour.
    static let wrongHour: Int64 = -3_600_000
    static let lagCertain = ElapsedTime(seconds: 60)
    /// A flush after so long without a link.
    static let linkHeld: WorldTime = 98_000
    /// The office enters a move so long before it is carried out (choice).
    static let entryBeforeMove: WorldTime = 120_000
    /// Carried through a gate (forklift: 3-8 s), and how long that is after the shelf is left (choice).
    static let passage = 3_000...8_000
    static let wayToGate: WorldTime = 20_000

    /// Seven epochs of reads in the new place, and looks three times as far apart as an epoch.
    static let moveCertain = ElapsedTime(seconds: 105)
    /// What is concluded late needs some time before the end, milliseconds.
    static let reserve: WorldTime = 180_000

    static let millisecondsADay = 86_400_000.0
}
