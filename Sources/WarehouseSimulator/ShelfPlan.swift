import AssetModel

/// The places of a shelf workload: sites of shelf zones in rows, one antenna a zone or several, and a gate
/// with an antenna on either side.
struct ShelfPlan: Sendable {
    private(set) var layout = SiteLayout()
    /// Shelf zones come before gates, and the first antenna of a shelf zone has the zone's index.
    private(set) var shelfZones = 0
    /// Of each shelf zone: its further antennas, and those of other zones that hear its tags.
    private(set) var crossings: [[Crossing]] = []
    /// By shelf zone: its antennas beyond the first.
    private var further: [Int: [Int]] = [:]
    private(set) var gates: [Gate] = []
    /// The shelf zones of each site.
    private(set) var zonesOfSite: [Range<Int>] = []

    struct Crossing: Sendable {
        var antenna: Int
        /// Of the rate in the own zone.
        var share: Double
        var isSecondRing: Bool
    }

    struct Gate: Sendable {
        var site: Int
        var zone: Int
        var outside: Int
        var inside: Int
        /// The shelf zone next to it.
        var nextTo: Int
    }

    init(_ figures: ShelfFigures) {
        let reportInterval = figures.epoch
        for (site, place) in figures.place.sites.enumerated() {
            layout.sites.append(SiteLayout.Site(id: "wh-\(site + 1)", name: "示例市公物仓\(site + 1)号仓"))
            let first = layout.zones.count
            for number in 0..<place.readers * figures.place.portsAReader {
                addShelf(number, site: site, place: place, interval: reportInterval, of: figures)
            }
            zonesOfSite.append(first..<layout.zones.count)
            connect(first..<layout.zones.count, columns: place.columns)
        }
        shelfZones = layout.zones.count
        for (site, place) in figures.place.sites.enumerated() where place.hasGate {
            addGate(site, interval: reportInterval)
        }
        addFurtherAntennas(figures.place.antennasAZone - 1)
        findCrossings(figures.radio)
    }

    private mutating func addShelf(
        _ number: Int, site: Int, place: ShelfFigures.Place.Site, interval: ElapsedTime,
        of figures: ShelfFigures
    ) {
        let ports = figures.place.portsAReader
        if number % ports == 0 { addReader("r-\(layout.readers.count + 1)", site: site, interval: interval) }
        addZone("\(site + 1)-\(padded(number + 1, 3))", "\(site + 1)号仓\(number + 1)区", site: site, .shelf)
        addAntenna(nil)
    }

    private mutating func addGate(_ site: Int, interval: ElapsedTime) {
        addReader("r-gate-\(site + 1)", site: site, interval: .zero)
        addZone("gate-\(site + 1)", "\(site + 1)号门", site: site, .gate)
        addAntenna(.outside)
        addAntenna(.inside)
        let zone = layout.zones.count - 1
        let nextTo = zonesOfSite[site].lowerBound
        layout.zones[zone].neighbours.append(nextTo)
        layout.zones[nextTo].neighbours.append(zone)
        gates.append(
            Gate(
                site: site, zone: zone, outside: layout.antennas.count - 2,
                inside: layout.antennas.count - 1, nextTo: nextTo))
    }

    private mutating func addZone(_ id: String, _ name: String, site: Int, _ kind: SiteLayout.Zone.Kind) {
        // The daemon's own default; nothing is said in the configuration.
        var zone = SiteLayout.Zone(
            id: kind == .gate ? id : "zone-\(id)", site: site, kind: kind,
            missingAfter: ElapsedTime(seconds: 1_800))
        zone.name = name
        zone.locations = [name, "WH\(id.uppercased())"]
        layout.zones.append(zone)
    }

    private mutating func addReader(_ id: String, site: Int, interval: ElapsedTime) {
        var reader = SiteLayout.Reader(
            id: id, site: site, topics: ["shelf/\(id)/reads", "shelf/\(id)/status"])
        reader.format = .plain
        reader.liveness = .will
        reader.reportInterval = interval
        reader.reportIntervalIsSet = interval > .zero
        reader.offlineAfter = max(ElapsedTime(seconds: 60), ElapsedTime(seconds: 3 * interval.seconds))
        layout.readers.append(reader)
    }

    private mutating func addAntenna(_ side: SiteLayout.Antenna.Side?) {
        addAntenna(side, of: layout.readers.count - 1, in: layout.zones.count - 1)
    }

    private mutating func addAntenna(_ side: SiteLayout.Antenna.Side?, of reader: Int, in zone: Int) {
        let port = UInt16(clamping: layout.readers[reader].antennas.count + 1)
        layout.readers[reader].antennas.append(layout.antennas.count)
        layout.antennas.append(
            SiteLayout.Antenna(reader: reader, port: port, zone: zone, side: side))
    }

    /// After all others, on the readers of the first ones.
    private mutating func addFurtherAntennas(_ count: Int) {
        for zone in 0..<shelfZones {
            for _ in 0..<count {
                addAntenna(nil, of: layout.antennas[zone].reader, in: zone)
                further[zone, default: []].append(layout.antennas.count - 1)
            }
        }
    }

    private mutating func connect(_ zones: Range<Int>, columns: Int) {
        for zone in zones {
            let number = zone - zones.lowerBound
            for other in [zone + 1, zone + columns] where zones.contains(other) {
                if other == zone + 1 && (number + 1) % columns == 0 { continue }
                layout.zones[zone].neighbours.append(other)
                layout.zones[other].neighbours.append(zone)
            }
        }
    }

    private mutating func findCrossings(_ radio: ShelfFigures.Radio) {
        for zone in 0..<shelfZones {
            let near = layout.zones[zone].neighbours.filter { $0 < shelfZones }.sorted()
            let far = Set(near.flatMap { layout.zones[$0].neighbours })
                .filter { $0 < shelfZones && $0 != zone && !near.contains($0) }.sorted()
            // First those of the zone itself.
            var found = (further[zone] ?? []).map {
                Crossing(antenna: $0, share: radio.furtherAntennaShare, isSecondRing: false)
            }
            found += near.map {
                Crossing(antenna: $0, share: radio.neighbourShare, isSecondRing: false)
            }
            found += far.map { Crossing(antenna: $0, share: radio.secondRingShare, isSecondRing: true) }
            for gate in gates where gate.nextTo == zone {
                found.append(
                    Crossing(antenna: gate.inside, share: radio.neighbourShare, isSecondRing: false))
                found.append(
                    Crossing(antenna: gate.outside, share: radio.secondRingShare, isSecondRing: true))
            }
            crossings.append(found)
        }
    }

    /// Shelf zones of the same site at least so many steps away, in order.
    func zones(atLeast steps: Int, from zone: Int) -> [Int] {
        var distance = [zone: 0]
        var front = [zone]
        for step in 1..<max(1, steps) {
            front = front.flatMap { layout.zones[$0].neighbours }.filter { $0 < shelfZones }
                .filter { distance.updateValue(min(step, distance[$0] ?? step), forKey: $0) == nil }
        }
        return zonesOfSite[layout.zones[zone].site].filter { distance[$0] == nil }
    }

    func gate(ofSite site: Int) -> Int? { gates.firstIndex { $0.site == site } }
}
