import AssetModel

/// Milliseconds since the start of the world.
package typealias WorldTime = Int64

struct SimulatedSite: Sendable {
    var id: String
    var name: String
    var role: String
}

struct SimulatedZone: Sendable {
    var id: String
    /// Index of its site.
    var site: Int
    var name: String
    /// A word of the configuration: shelf, room, gate, walk-by.
    var kind: String
    /// How cards name it: text and code.
    var location: String
    var locationCode: String
    var missingAfter: ElapsedTime
    /// Indices of zones whose antennas also read tags of this one, and of those behind them.
    var neighbours: [Int] = []
    var secondRing: [Int] = []
    /// Indices of its antennas.
    var antennas: [Int] = []
}

struct SimulatedAntenna: Sendable {
    var reader: Int
    /// 1-based as printed on the reader.
    var port: Int
    var zone: Int
    /// Of a gate.
    var side: Side?

    enum Side: String, Sendable {
        case inside, outside
    }
}

/// A tag and where it is when. In between it is nowhere that a reader could hear it.
struct SimulatedTag: Sendable {
    /// Its place in the random numbers; never depends on how many other things there are.
    var entity: Int
    var epc: EPC
    /// Factory identity; told only by readers that ask for it.
    var tid: EPC?
    var stays: [Stay]
    /// Weaker than a tag in its place by so much, dB: behind a wall.
    var lossDecibels = 0.0
    /// Share of its read rate that is left for good: a tag on metal or liquid.
    var weakness = 1.0
    /// Stretches in which something stands before it, and the share of its read rate that is left.
    var shadows: [(time: Range<WorldTime>, factor: Double)] = []

    struct Stay: Sendable {
        /// Index of the zone.
        var zone: Int
        var time: Range<WorldTime>
    }

    func stay(at time: WorldTime) -> (number: Int, zone: Int)? {
        guard let number = stays.firstIndex(where: { $0.time.contains(time) }) else { return nil }
        return (number, stays[number].zone)
    }

    func shadowFactor(at time: WorldTime) -> Double {
        var factor = weakness
        for shadow in shadows where shadow.time.contains(time) { factor *= shadow.factor }
        return factor
    }
}

/// A group of tags that is carried through a gate: in, out, or up to it and back.
struct SimulatedPassage: Sendable {
    var entity: Int
    /// Indices of the tags.
    var tags: [Int]
    /// Index of the gate's zone.
    var gate: Int
    var direction: Direction
    var time: Range<WorldTime>

    enum Direction: String, Sendable {
        case inward = "in"
        case outward = "out"
        case turnedBack = "turn_back"
    }
}

/// A person with a handheld reader walks through a zone; one message at the end.
struct SimulatedSweep: Sendable {
    var entity: Int
    var id: String
    var operatorCode: String
    var zone: Int
    var time: Range<WorldTime>
}

/// A vehicle terminal that reports its position every few seconds while `reports` lasts.
struct SimulatedTerminal: Sendable {
    /// Its place in the random numbers.
    var entity: Int
    var phone: String
    var form: Form
    var motion: Motion
    var reports: [Range<WorldTime>]
    /// No position in this stretch: the antenna is covered or cut.
    var withoutFix: Range<WorldTime>?

    enum Form: Sendable, Equatable {
        /// The frames themselves.
        case binary(JT808Encoder.Edition)
        /// Through the EMQX gateway, as JSON.
        case emqx
    }

    enum Motion: Sendable, Equatable {
        /// Ignition off.
        case parked
        case driving
    }

    var topic: String {
        switch form {
        case .binary: return "vehicles/\(phone)/up"
        case .emqx: return "jt808/\(phone)/\(phone)/up"
        }
    }
}
