package import AssetModel

/// One MQTT message of the simulated world.
package struct SimulatedMessage: Sendable, Equatable {
    /// When the broker gets it.
    package var at: UTCInstant
    package var topic: String
    package var payload: [UInt8]
    package var isRetained: Bool

    package init(at: UTCInstant, topic: String, payload: [UInt8], isRetained: Bool = false) {
        self.at = at
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
    }

    /// The same message as an input of the path, received at once.
    package var input: IntakeInput {
        IntakeInput(.message(RawMessage(topic: topic, payload: payload, isRetained: isRetained)), at: at)
    }
}

/// Milliseconds since the start of the world.
typealias WorldTime = Int64

/// A zone of the simulated site with its one reader.
struct SimulatedZone: Sendable {
    var id: String
    var name: String
    var kind: String
    /// Index of the zone whose reader also hears tags of this one.
    var neighbour: Int?
    /// How cards name it: text and code.
    var location: String
    var locationCode: String
    var reader: SimulatedReader
}

struct SimulatedReader: Sendable {
    var id: String
    /// How far its clock is ahead of ours.
    var clockAhead: ElapsedTime
    var fractionDigits: Int
    /// Unreachable in this stretch: the broker publishes its will, nobody reads.
    var outage: Range<WorldTime>?

    var eventTopic: String { "warehouse/\(id)/events" }
    /// Birth and will.
    var statusTopic: String { "warehouse/\(id)/status" }

    func isUp(at time: WorldTime) -> Bool { !(outage?.contains(time) ?? false) }
}

/// A tag and where it is when. In between it is nowhere that a reader could hear it.
struct SimulatedTag: Sendable {
    var epc: EPC
    var stays: [Stay]

    struct Stay: Sendable {
        /// Index of the zone.
        var zone: Int
        var time: Range<WorldTime>
    }

    func zone(at time: WorldTime) -> Int? {
        stays.first { $0.time.contains(time) }?.zone
    }
}

/// A vehicle terminal that reports its position every few seconds while `reports` lasts.
struct SimulatedTerminal: Sendable {
    var phone: String
    /// `nil`: no vehicle of the register has it.
    var plateNo: String?
    var edition: JT808Encoder.Edition
    var isParked: Bool
    var reports: Range<WorldTime>

    var topic: String { "vehicles/\(phone)/up" }
}
