package import AssetModel

/// Seeded sites with readers, tags and vehicles, and with events planted in them.
///
/// What it is made of, in the order in which a message comes to be:
///
/// | file | decides |
/// | --- | --- |
/// | `WorldFigures` | the numbers, by scenario |
/// | `DemoWorld` | which sites, readers and tags there are and what happens to them |
/// | `TagTraffic`, `GateTraffic`, `SweepTraffic` | which looks of which antenna succeed, how strongly |
/// | `ReaderTraffic`, `VehicleTraffic`, `HarmlessTraffic` | what else the devices have to say |
/// | `…Encoder` | the bytes, by the dialect of the device |
/// | `Delivery`, `MessageStream` | when the broker gets them, if at all, how often, in which order |
///
/// Pure: a look at a tag is a function of the seed, the tag and the number of the look, whatever else the
/// world holds. The world does not end by itself; ``WorldFigures/duration`` says how long one listens.
package struct WarehouseWorld: Sendable {
    package let seed: UInt64
    package let start: UTCInstant
    package let figures: WorldFigures
    /// In order of time.
    package internal(set) var events: [PlantedEvent] = []
    /// Everything that happened, in order of time.
    package internal(set) var happenings: [WorldEvent] = []
    /// The register as the office keeps it at the start: what the CSV files hold.
    package internal(set) var books = RegisterChange()
    /// What the office enters while the world runs: moves that are registered.
    package internal(set) var entries: [BookEntry] = []

    var sites: [SimulatedSite] = []
    var zones: [SimulatedZone] = []
    var readers: [SimulatedReader] = []
    var antennas: [SimulatedAntenna] = []
    var tags: [SimulatedTag] = []
    var passages: [SimulatedPassage] = []
    var sweeps: [SimulatedSweep] = []
    var terminals: [SimulatedTerminal] = []
    /// Messages of no reader and no terminal of ours, written out by the scenario.
    var harmless: [Departure] = []
    /// For each zone the share of looks that its reader has time for.
    var loads: [Double] = []
    let random: CounterRandom

    /// A change of the register, entered at an instant.
    package struct BookEntry: Sendable, Equatable {
        package var at: UTCInstant
        package var cards: [AssetCard]
    }

    init(seed: UInt64, start: UTCInstant, figures: WorldFigures) {
        self.seed = seed
        self.start = start
        self.figures = figures
        random = CounterRandom(seed: seed)
    }

    /// All messages of the first `duration`, in order of delivery.
    package func messages() -> [SimulatedMessage] {
        Array(MessageStream(self))
    }

    /// What the broker holds from before the world began.
    package var retainedMessages: [SimulatedMessage] {
        harmless.filter(\.isRetained).map { departure in
            SimulatedMessage(
                at: start, topic: departure.topic, payload: departure.payload, isRetained: true)
        }
    }

    func instant(_ time: WorldTime) -> UTCInstant {
        start + ElapsedTime(milliseconds: time)
    }

    var end: WorldTime { figures.duration.milliseconds }

    /// From the start of the world for as long as anyone listens.
    static let always: Range<WorldTime> = 0..<WorldTime.max

    func zone(_ id: String) -> Int {
        guard let index = zones.firstIndex(where: { $0.id == id }) else {
            preconditionFailure("the world has no zone \(id)")
        }
        return index
    }

    func reader(_ id: String) -> Int {
        guard let index = readers.firstIndex(where: { $0.id == id }) else {
            preconditionFailure("the world has no reader \(id)")
        }
        return index
    }
}
