package import AssetModel

/// The demo: two sites, readers of four makes, 180 assets, 20 vehicles. In less than three minutes everything
/// that the daemon can find happens once or twice, beside everything that must raise nothing.
extension WarehouseWorld {
    package init(demo seed: UInt64, start: UTCInstant) {
        self.init(demo: seed, start: start, figures: .demo)
    }

    /// The demo with other numbers: fewer vehicles, a better network.
    package init(demo seed: UInt64, start: UTCInstant, figures: WorldFigures) {
        self.init(seed: seed, start: start, figures: figures)
        layDemoSites()
        layDemoReaders()
        breakDemoReaders()
        for zone in zones.indices where Self.demoShelves.contains(zones[zone].id) {
            for _ in 0..<DemoTimes.assetsPerZone { addAsset(in: zone) }
        }
        plantDemoAssets()
        plantDemoStrangers()
        plantDemoVehicles()
        sendDemoRubbish()
        finishBuilding()
    }

    private static let demoShelves: Set<String> = [
        "shelf-a", "shelf-b", "room-c", "room-d", "shelf-e", "shelf-f", "room-h", "room-k", "room-m",
    ]

    private mutating func layDemoSites() {
        sites = [
            SimulatedSite(id: "wh-1", name: "示例市公物仓", role: "main"),
            SimulatedSite(id: "wh-2", name: "示例市公物仓城北分仓", role: "branch"),
        ]
        for (id, name, kind) in [
            ("shelf-a", "A货架", "shelf"), ("shelf-b", "B货架", "shelf"), ("room-c", "C库房", "room"),
            ("room-d", "D库房", "room"), ("gate-1", "一号门", "gate"), ("dock-1", "装卸口", "walk-by"),
        ] {
            addZone(id, name, site: 0, kind: kind)
        }
        for (id, name, kind) in [
            ("shelf-e", "E货架", "shelf"), ("shelf-f", "F货架", "shelf"), ("room-h", "H库房", "room"),
            ("room-k", "K库房", "room"), ("room-m", "M库房", "room"),
        ] {
            addZone(id, name, site: 1, kind: kind)
        }
        // Nothing stands next to a zone whose reader dies or whose clock is wrong: there a tag's place would
        // be judged by its strays alone.
        connect([("shelf-a", "shelf-b"), ("shelf-b", "gate-1"), ("shelf-e", "shelf-f")])
        zones[zone("room-m")].missingAfter = DemoTimes.missingAfterInWeakRoom
        zones[zone("room-d")].missingAfter = DemoTimes.missingAfterWithHeartbeat
    }

    private mutating func layDemoReaders() {
        let factory = SimulatedReader.Dialect.impinj(fractionDigits: 3, isFactory: true)
        addReader(
            SimulatedReader(id: "r-a", site: 0, dialect: factory), watching: ["shelf-a", "shelf-a"])
        var named = SimulatedReader(
            id: "r-b", site: 0, dialect: .impinj(fractionDigits: 6, isFactory: false))
        named.hostName = "impinj-14-B0-01"
        named.tellsTID = true
        addReader(named, watching: ["shelf-b", "shelf-b"])
        addReader(
            SimulatedReader(id: "r-c", site: 0, dialect: .impinj(fractionDigits: 9, isFactory: true)),
            watching: ["room-c", "room-c"])
        addReader(
            SimulatedReader(id: "r-d", site: 0, dialect: .zebra(mode: .inventory, isBatched: false)),
            watching: ["room-d", "room-d"])
        addReader(
            SimulatedReader(id: "r-g", site: 0, dialect: .zebra(mode: .inventory, isBatched: true)),
            watching: ["gate-1", "gate-1"])
        addReader(
            SimulatedReader(id: "r-s", site: 0, dialect: .zebra(mode: .simple, isBatched: false)),
            watching: ["dock-1"])
        var batched = SimulatedReader(
            id: "r-e", site: 1, dialect: .zebra(mode: .inventory, isBatched: true))
        batched.tellsTID = true
        batched.hostName = "FX9600-E0-02"
        addReader(batched, watching: ["shelf-e", "shelf-e", "shelf-f", "shelf-f"])
        addReader(SimulatedReader(id: "r-h", site: 1, dialect: .template), watching: ["room-h"])
        for (id, host, place) in [("r-k", "impinj-14-C0-11", "room-k"), ("r-m", "impinj-14-C0-12", "room-m")]
        {
            var sharing = SimulatedReader(id: id, site: 1, dialect: factory)
            sharing.hostName = host
            sharing.sharesTopic = true
            addReader(sharing, watching: [place, place])
        }
        let gate = zones[zone("gate-1")].antennas
        antennas[gate[0]].side = .inside
        antennas[gate[1]].side = .outside
    }
}

/// When things happen in the demo, in seconds after the start, and how many there are. Everything begins in
/// the first minute unless it is over quickly.
enum DemoTimes {
    static let assetsPerZone = 20
    static let foreignTags = 6

    /// A permanently weak tag (liquid: a third of the rate) stays silent for 40 s in two runs of a hundred,
    /// for 150 s in one of a million.
    static let missingAfterInWeakRoom = ElapsedTime(seconds: 150)
    static let weakness = 0.3
    /// That a reader is dead is noticed by its heartbeats after 20 s. A tag that was missed as long before
    /// would be called missing in one run of a hundred if the limit were 40 s.
    static let missingAfterWithHeartbeat = ElapsedTime(seconds: 80)

    static let unknownTag = 8...16
    static let noCard = 10...20
    static let unknownTerminal = 12...22
    static let clone = 14...24
    static let unknownDevice = 16...28
    static let outageWithWill = 25...32
    static let moved = 30...38
    static let noFix = 30...40
    static let vehicleSilent = 34...44
    static let removed = 38...46
    static let theft = 40...48
    static let antennaUnplugged = 44...52
    static let outageWithoutWill = 48...54
    static let clockStep = 50...58
    static let bufferOverrun = 56...64
    static let readsDropped = 60...68
    static let inventoryStopped = 112...116

    /// Longer than `missingAfter` and `readerOfflineAfter` together, so that a daemon which takes a dead
    /// reader for an empty room raises false alarms.
    static let outage: WorldTime = 70_000
    static let unplugged: WorldTime = 30_000
    static let stopped: WorldTime = 25_000
    static let withoutFix: WorldTime = 60_000
    /// One reader shows the wrong hour, as after a change of its time zone.
    static let wrongHour: Int64 = -3_600_000
    /// Another is set ahead by so much.
    static let stepAhead: Int64 = 90_000
    /// Within `missingAfter`: must raise nothing.
    static let shadow: WorldTime = 15_000
    static let shadowFactor = 0.1
    static let cableFault: WorldTime = 15_000
    static let linkHeld: WorldTime = 12_000

    /// A move is no sooner sure than after about seven epochs of reads in the new zone, and while one of the
    /// two has not been covered for a minute, after many more.
    static let moveCertain = ElapsedTime(seconds: 45)
    /// A tag that appears is sure after its first epoch.
    static let tagCertain = ElapsedTime(seconds: 5)
    /// Epochs of five seconds, and the settling of a first impression.
    static let epoch = ElapsedTime(seconds: 5)
    /// A clock that lags is called wrong after a minute: queues lag too.
    static let lagCertain = ElapsedTime(seconds: 60)
    static let leadCertain = ElapsedTime(seconds: 10)
}
