import AssetModel

/// A fixed reader: what it speaks, how its clock goes, what goes wrong with it.
struct SimulatedReader: Sendable {
    var id: String
    /// Index of its site.
    var site: Int
    var dialect: Dialect
    var clock = ReaderClock()
    var faults: [ReaderFault] = []
    /// How it names itself in the body, where it does.
    var hostName: String?
    /// Several readers publish on topics of one filter and are told apart by their host names.
    var sharesTopic = false
    /// Reads the factory identity of tags as well.
    var tellsTID = false
    /// `false`: not in the configuration, an intruder.
    var isListed = true

    /// What a reader publishes.
    enum Dialect: Sendable, Equatable {
        /// Impinj R700: one message a read. `fractionDigits` in its times; `isFactory` as it comes, else with
        /// `epcHex` and `lastSeenTime`.
        case impinj(fractionDigits: Int, isFactory: Bool)
        /// Zebra FX: tag data events of a mode, single or in arrays of a second, and heartbeats.
        case zebra(mode: ZebraEncoder.Mode, isBatched: Bool)
        /// One read a message under the usual names.
        case plain
        /// A template of the integrator's, which only a mapping can read.
        case template
    }

    var liveness: String {
        switch dialect {
        case .impinj: return "will"
        case .zebra: return "heartbeat"
        case .plain, .template: return "traffic"
        }
    }

    var isBatched: Bool {
        switch dialect {
        case .zebra(_, let isBatched): return isBatched
        case .template: return true
        case .impinj, .plain: return false
        }
    }

    private var root: String { sharesTopic ? "branch/\(id)" : "warehouse/\(id)" }
    var eventTopic: String { "\(root)/events" }
    /// Birth and will, or heartbeats.
    var statusTopic: String { "\(root)/status" }
    /// The filters of its configuration; never `#`.
    var topics: [String] {
        switch dialect {
        case .plain, .template: return [eventTopic]
        case .impinj, .zebra: return [sharesTopic ? "branch/+/events" : eventTopic, statusTopic]
        }
    }

    // MARK: what it can do when

    /// It has power.
    func isUp(at time: WorldTime) -> Bool { !faults.contains { $0.isPowerLoss && $0.time.contains(time) } }

    func hears(onPort port: Int, at time: WorldTime) -> Bool {
        !faults.contains { $0.silences(port: port) && $0.time.contains(time) }
    }

    /// The antenna is connected as far as the reader itself can tell.
    func saysConnected(port: Int, at time: WorldTime) -> Bool {
        !faults.contains { $0.kind == .antennaUnplugged(port: port) && $0.time.contains(time) }
    }

    func isTakingInventory(at time: WorldTime) -> Bool {
        !faults.contains { $0.kind == .inventoryStopped && $0.time.contains(time) }
    }

    /// Messages that it has dropped so far, by its own counter, which starts anew with its power.
    func droppedMessages(at time: WorldTime) -> Int {
        let since =
            faults.filter { $0.isPowerLoss && $0.time.upperBound <= time }.map(\.time.upperBound).max() ?? 0
        return faults.reduce(0) { sum, fault in
            guard case .readsLost(let count) = fault.kind, since <= fault.time.upperBound,
                fault.time.upperBound <= time
            else { return sum }
            return sum + count
        }
    }

    /// The stretch in which what leaves it now is held in it, if any.
    func hold(at time: WorldTime) -> Range<WorldTime>? {
        faults.first { $0.kind == .linkHeld && $0.time.contains(time) }?.time
    }
}

/// What goes wrong with a reader, and when.
struct ReaderFault: Sendable {
    var kind: Kind
    var time: Range<WorldTime>

    enum Kind: Sendable, Equatable {
        /// No power: the broker publishes the will, or the heartbeats stop.
        case powerLoss
        /// An antenna is unplugged, and the reader says so.
        case antennaUnplugged(port: Int)
        /// An antenna cable is broken in a way that the reader does not notice.
        case cableFault(port: Int)
        /// The inventory was stopped, and the reader says so.
        case inventoryStopped
        /// The reader's buffer ran over, and it says so when it is over: nothing read in this stretch comes.
        case readsLost(count: Int)
        /// The network is down, the reader keeps its messages and sends them when it is back.
        case linkHeld
    }

    var isPowerLoss: Bool { kind == .powerLoss }

    func silences(port: Int) -> Bool {
        switch kind {
        case .powerLoss, .inventoryStopped, .readsLost: return true
        case .antennaUnplugged(let broken), .cableFault(let broken): return broken == port
        case .linkHeld: return false
        }
    }
}

/// A reader's clock: wrong from the start, too fast or slow, and set once.
struct ReaderClock: Sendable, Equatable {
    /// Ahead of the world, milliseconds.
    var offsetMilliseconds: Int64 = 0
    /// Gains so many microseconds a second.
    var driftPerMillion = 0.0
    /// From an instant on, further ahead by so many milliseconds.
    var step: Step?

    struct Step: Sendable, Equatable {
        var at: WorldTime
        var milliseconds: Int64
    }

    func reading(at time: WorldTime) -> WorldTime {
        var reading = time + offsetMilliseconds + Int64((Double(time) * driftPerMillion / 1e6).rounded())
        if let step, step.at <= time { reading += step.milliseconds }
        return reading
    }
}
