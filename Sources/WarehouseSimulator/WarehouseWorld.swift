package import AssetModel

/// A seeded site with readers, tags and vehicles, and with events planted in it.
///
/// Pure: the messages of a second are a function of the seed, the start and the second, whichever is asked
/// for first. The world does not end by itself; ``DemoFigures/duration`` says how long the demo listens.
package struct WarehouseWorld: Sendable {
    package let seed: UInt64
    package let start: UTCInstant
    /// In order of time.
    package internal(set) var events: [PlantedEvent] = []
    /// The register as the office keeps it: what the CSV files hold.
    package internal(set) var books = RegisterChange()

    var zones: [SimulatedZone] = []
    var tags: [SimulatedTag] = []
    var terminals: [SimulatedTerminal] = []
    let random: CounterRandom

    init(seed: UInt64, start: UTCInstant) {
        self.seed = seed
        self.start = start
        random = CounterRandom(seed: seed)
    }

    /// Messages that reach the broker in one second of the world, 0 being the first, in order of delivery.
    package func messages(deliveredIn second: Int) -> [SimulatedMessage] {
        let from = start + ElapsedTime(seconds: Int64(second))
        let to = from + ElapsedTime(seconds: 1)
        var found: [SimulatedMessage] = []
        for origin in max(0, second - DemoFigures.lookBackSeconds)...max(0, second) {
            found += messages(originatingIn: origin).filter { from <= $0.at && $0.at < to }
        }
        return inOrder(found)
    }

    /// All messages of the first `duration`, in order of delivery.
    package func messages(during duration: ElapsedTime = DemoFigures.duration) -> [SimulatedMessage] {
        (0..<Int(duration.seconds)).flatMap { messages(deliveredIn: $0) }
    }

    /// Messages whose cause lies in one second; their delivery may lie in a later one.
    private func messages(originatingIn second: Int) -> [SimulatedMessage] {
        let time = WorldTime(second) * 1_000..<WorldTime(second + 1) * 1_000
        var found = readerMessages(in: time)
        for index in tags.indices { found += reads(of: index, in: time) }
        for index in terminals.indices { found += reports(of: index, in: time) }
        return found
    }

    private func inOrder(_ messages: [SimulatedMessage]) -> [SimulatedMessage] {
        messages.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    func instant(_ time: WorldTime) -> UTCInstant {
        start + ElapsedTime(milliseconds: time)
    }

    /// A message and, now and then, the same one again.
    func delivered(
        _ topic: String, _ payload: [UInt8], sent: WorldTime, within delay: ClosedRange<Int>,
        by decision: SplitMix64
    ) -> [SimulatedMessage] {
        var decision = decision
        let at = instant(sent + WorldTime(decision.whole(delay)))
        let message = SimulatedMessage(at: at, topic: topic, payload: payload)
        guard decision.unit() < DemoFigures.repeatedShare else { return [message] }
        var again = message
        again.at = at + ElapsedTime(milliseconds: Int64(decision.whole(DemoFigures.repeatDelay)))
        return [message, again]
    }
}
