package import AssetModel

/// The numbers of the shelf workloads SHELF-2, WH-S and WH-L, and of one of ours. Every one has its unit in
/// its name or comment, and its source: "§3" is the workload table of the project's notes on cleaning RFID
/// reads, "choice" a round number of ours. Every number may be changed before a ``ShelfWorkload`` is made of
/// it.
package struct ShelfFigures: Sendable {
    package var name: String
    /// §3: 700 s, 14 days, 3 days.
    package var duration: ElapsedTime
    /// One look of each antenna at each tag (§3: 1 s for SHELF-2, 60 s for loss in WH-S and WH-L). In the
    /// epochs in which a tag is moved or carried through a gate it is looked at each second.
    package var epoch: ElapsedTime
    package var place: Place
    package var tags: Int
    package var rate: Rate
    package var hazards = Hazards()
    package var faults = Faults()
    package var passes = Passes()
    package var radio = Radio()
    package var delivery = Delivery()

    /// Sites, zones, readers.
    package struct Place: Sendable {
        package var sites: [Site]
        /// A reader watches so many zones (§3: 4; SHELF-2: 1), each with so many antennas (§3: 1).
        package var portsAReader: Int
        package var antennasAZone = 1

        package struct Site: Sendable {
            package var readers: Int
            /// Zones in a row; those beside, before and behind each other are neighbours.
            package var columns: Int
            /// A gate with an antenna inside and one outside, read by a reader of its own (choice: one a
            /// site; the readers of §3 watch shelves).
            package var hasGate: Bool
        }
    }

    /// How often a tag in its place is read in an epoch.
    package enum Rate: Sendable {
        /// The whole rate is drawn for each tag: Beta(a, b). (2.0, 1.3), mean .61, is the hard case (§3;
        /// reads in deployments succeed at 60-70 %, SMURF, VLDB 2006).
        case whole(a: Double, b: Double)
        /// Sensitivity Beta(a, b) times the field at the tag's distance, which is even over metres from 0 to
        /// `farthest`. (24.95, .85) fits real shop scans (§3).
        case field(a: Double, b: Double, major: Double, farthest: Double)
        /// Field alone: all tags alike (SHELF-2).
        case fieldOnly(major: Double, farthest: Double)

        package static let hard = Rate.whole(a: 2.0, b: 1.3)
        /// As in the real shop, on shelves of this width (choice): mean .80.
        package static let shop = Rate.field(a: 24.95, b: 0.85, major: 0.9, farthest: 4.5)
    }

    /// What happens to tags; rates a tag and day.
    package struct Hazards: Sendable {
        package var registeredMoves = 0.02
        package var unregisteredMoves = 0.003
        package var quietRemovals = 0.002
        package var portalRemovals = 0.002
        package var failures = 0.000_2
        package var arrivals = 0.01
        /// Share of quiet removals that are brought back, and after how long, mean seconds (choice).
        package var returnedShare = 0.1
        package var returnedAfter = 86_400.0
        /// Metal or liquid before a tag: begins so often, lasts so long (mean seconds), leaves so much (§3).
        package var shadows = 0.2
        package var shadowMean = 7_200.0
        package var shadowFactor = 0.1
        /// Share of tags on liquid or metal for good, and what is left of their rate (§3).
        package var weakShare = 0.02
        package var weakness = 0.3
        /// Orientation factor, drawn at each handling (§3). Before the first one it is 1: the fits of the
        /// rates were made on tags as they lay.
        package var orientation = 0.3...1.0
        /// Foreign tags behind the walls, for each tag of ours (§3: 20-35 %), and the share of a tag's rate
        /// at which they are read (as a neighbour's, .15).
        package var strayShare = 0.275
        package var strayRate = 0.15
        /// Pairs of tags with one EPC: both read all the time, three or more neighbours apart; or read in
        /// turns at two sites (§3: 5 and 5).
        package var clonesTogether = 5
        package var clonesInTurns = 5
        /// A pair in turns changes so often, seconds (choice).
        package var clonesTurn: Int64 = 1_200
        /// A carried tag is nowhere for so long, seconds (choice).
        package var carried = 10.0...60.0
        /// Reads of tags that are not there, a tag and epoch: an error of sixteen check bits (inference
        /// §1.5).
        package var ghosts = 1e-6
        /// SHELF-2: so many tags change between two zones every so many seconds (§3: 5, 40 s).
        package var swappers = 0
        package var swapEvery: Int64 = 40
    }

    /// What happens to readers; rates a reader and day.
    package struct Faults: Sendable {
        /// Without power, told by the will (§3: 1, mean 20 min).
        package var outages = 1.0
        package var outageMean = 1_200.0
        /// The broker publishes the will so many seconds later: up to 1.5 times a keep-alive of 30 s
        /// (choice).
        package var willDelay = 1.0...45.0
        /// One antenna reads nothing, reported healthy (§3: .2, mean 6 h). Antennas of gates are spared:
        /// where nothing passes, silence cannot be told from a fault (choice).
        package var cableFaults = 0.2
        package var cableFaultMean = 21_600.0
        /// Deviation of clocks, milliseconds; of their rates, microseconds a second (§3: 2 s, 20 ppm).
        package var clockOffset = 2_000.0
        package var clockDrift = 20.0
        /// One clock is set by so much, either way, once in a run, milliseconds (§3).
        package var clockStep: Int64 = 30_000
        /// One reader is wrong by an hour, milliseconds (§3).
        package var wrongHour: Int64 = -3_600_000
    }

    /// Forklifts through gates.
    package struct Passes: Sendable {
        /// A gate and day: out with the books' knowledge and back later the same day (choice).
        package var aDay = 4.0
        /// Tags on a pallet (§3: 40), metres a second (§3: 1-3).
        package var tags = 40
        package var speed = 1.0...3.0
        /// Share that turns back at the gate; tags nearby that are read too, for each one carried (§3).
        package var turnedBackShare = 0.1
        package var bystanderShare = 0.3
        /// Between gate and shelf, seconds; outside, seconds (choice).
        package var way = 20.0...90.0
        package var away = 7_200.0...28_800.0
        /// The inventory rounds of a gate, milliseconds: several looks while a pallet is between its antennas
        /// (choice; 40 tags at 700 reads a second).
        package var look: WorldTime = 250
        /// Chance of a look at a tag near the antenna (§3: .9).
        package var major = 0.9
    }
}

extension ShelfFigures {
    package static func named(_ name: String) -> ShelfFigures? {
        [shelf2, warehouseS, warehousePairs, warehouseL].first { $0.name == name }
    }

    /// Two shelves side by side, ten tags on each, and five that change between them (Jeffery et al., VLDB
    /// 2006: two RFID shelves). No faults, no delays.
    package static let shelf2: ShelfFigures = {
        var figures = ShelfFigures(
            name: "shelf-2", duration: ElapsedTime(seconds: 700), epoch: ElapsedTime(seconds: 1),
            place: Place(
                sites: [Place.Site(readers: 2, columns: 2, hasGate: false)], portsAReader: 1),
            tags: 25, rate: .fieldOnly(major: 0.8, farthest: 1.83))
        figures.radio.reachMetres = 1.83
        figures.radio.majorShare = 0.6
        figures.hazards.quiet()
        figures.hazards.swappers = 5
        figures.faults.quiet()
        figures.delivery.quiet()
        return figures
    }()

    /// 5,000 tags, 24 zones, 6 readers of 4 antennas, at two sites.
    package static let warehouseS = ShelfFigures(
        name: "wh-s", duration: ElapsedTime(seconds: 14 * 86_400), epoch: ElapsedTime(seconds: 60),
        place: Place(
            sites: [
                Place.Site(readers: 4, columns: 4, hasGate: true),
                Place.Site(readers: 2, columns: 4, hasGate: true),
            ], portsAReader: 4),
        tags: 5_000, rate: .hard)

    /// As ``warehouseS``, with two antennas in each zone, of which one fails every five days or so for two
    /// days: until somebody with a ladder comes (choice).
    package static let warehousePairs: ShelfFigures = {
        var figures = warehouseS
        figures.name = "wh-pairs"
        figures.place.antennasAZone = 2
        figures.faults.cableFaults = 0.4
        figures.faults.cableFaultMean = 2 * 86_400
        return figures
    }()

    /// 200,000 tags, 400 zones, 100 readers of 4 antennas, at four sites.
    package static let warehouseL = ShelfFigures(
        name: "wh-l", duration: ElapsedTime(seconds: 3 * 86_400), epoch: ElapsedTime(seconds: 60),
        place: Place(
            sites: Array(repeating: Place.Site(readers: 25, columns: 20, hasGate: true), count: 4),
            portsAReader: 4),
        tags: 200_000, rate: .hard)
}

extension ShelfFigures.Hazards {
    /// Nothing happens.
    package mutating func quiet() {
        (registeredMoves, unregisteredMoves, quietRemovals, portalRemovals) = (0, 0, 0, 0)
        (failures, arrivals, shadows, weakShare, strayShare, ghosts) = (0, 0, 0, 0, 0, 0)
        (clonesTogether, clonesInTurns) = (0, 0)
    }
}

extension ShelfFigures.Faults {
    /// Nothing fails and all clocks are right.
    package mutating func quiet() {
        (outages, cableFaults, clockOffset, clockDrift, clockStep, wrongHour) = (0, 0, 0, 0, 0, 0)
    }
}

extension ShelfFigures.Hazards {
    /// Moves, removals, failures and arrivals come so many times as often; shadows and all else as before.
    package mutating func multiply(by factor: Double) {
        registeredMoves *= factor
        unregisteredMoves *= factor
        quietRemovals *= factor
        portalRemovals *= factor
        failures *= factor
        arrivals *= factor
    }
}
