package import AssetModel

/// One MQTT message of the simulated world.
package struct SimulatedMessage: Sendable, Equatable {
    /// When the broker gets it.
    package var at: UTCInstant
    package var topic: String
    package var payload: [UInt8]
    /// The broker held it from before: it comes with the subscription.
    package var isRetained: Bool
    /// The payload is a JSON value, so the replay form can show it as it is.
    package var isJSON: Bool

    package init(at: UTCInstant, topic: String, payload: [UInt8], isRetained: Bool = false) {
        self.at = at
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
        isJSON = payload.first == UInt8(ascii: "{") || payload.first == UInt8(ascii: "[")
    }

    /// The same message as an input of the path, received at once.
    package var input: IntakeInput {
        IntakeInput(.message(RawMessage(topic: topic, payload: payload, isRetained: isRetained)), at: at)
    }

    /// Nobody but a broker may publish below `$SYS`: such a message exists in a replay only.
    package var isOfBroker: Bool { topic.hasPrefix("$SYS/") }
}

/// A message as it leaves its device, before the network has its way with it.
struct Departure: Sendable {
    var at: WorldTime
    var topic: String
    var payload: [UInt8]
    var source: Source
    /// Tells the random numbers of its delivery from those of others of the same source.
    var number: Int
    /// Published by the broker itself or too rare to matter: delivered at once, once.
    var isPrompt = false
    var isRetained = false
    /// Looks like JSON and is none.
    var isBroken = false

    enum Source: Sendable, Equatable {
        case reader(Int)
        /// Entity of the terminal, the handheld, or of whatever else sent it.
        case other(Int)
    }
}

/// Where all messages went: `delivered` = `departed` - `lost` + `repeated`.
package struct DeliveryAccount: Sendable, Equatable {
    package var departed = 0
    package var lost = 0
    package var repeated = 0
    package var delivered = 0
    /// Of the delivered, those that waited in a reader while its link was down.
    package var heldBack = 0
}
