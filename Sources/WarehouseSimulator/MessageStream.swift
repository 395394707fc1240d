import AssetModel

/// The messages of a world in order of delivery, made stretch by stretch so that a world of any length needs
/// no more memory than what is under way.
package struct MessageStream: Sequence, IteratorProtocol {
    /// A whole number of batch windows.
    private static let stretch: WorldTime = 5_000

    private let world: WarehouseWorld
    private let end: WorldTime
    private var madeUntil: WorldTime = 0
    private var voices: [ReaderVoice]
    /// Made and not yet due.
    private var pending: [Entry] = []
    /// Due, the next one last.
    private var due: [Entry] = []
    private var made = 0
    package private(set) var account = DeliveryAccount()

    private struct Entry {
        var at: UTCInstant
        /// Order of making, which decides between equals.
        var number: Int
        var message: SimulatedMessage
    }

    package init(_ world: WarehouseWorld) {
        self.world = world
        end = world.figures.duration.milliseconds
        voices = Array(repeating: ReaderVoice(), count: world.readers.count)
    }

    package mutating func next() -> SimulatedMessage? {
        while due.isEmpty {
            guard madeUntil < end else { return nil }
            let next = madeUntil + Self.stretch
            make(madeUntil..<(next < end ? next : end))
        }
        return due.popLast()?.message
    }

    /// Whatever leaves its device later is delivered later, so all that is delivered before the end of the
    /// stretch is complete.
    private mutating func make(_ time: Range<WorldTime>) {
        for departure in departures(in: time) {
            for message in world.delivered(departure, account: &account) {
                pending.append(Entry(at: message.at, number: made, message: message))
                made += 1
            }
        }
        madeUntil = time.upperBound
        let limit = world.instant(time.upperBound)
        due = pending.filter { $0.at < limit }
        pending.removeAll { $0.at < limit }
        due.sort { ($0.at, $0.number) > ($1.at, $1.number) }
    }

    private mutating func departures(in time: Range<WorldTime>) -> [Departure] {
        var readings: [[Reading]] = Array(repeating: [], count: world.readers.count)
        for index in world.tags.indices {
            for reading in world.readings(of: index, in: time) {
                readings[world.antennas[reading.antenna].reader].append(reading)
            }
        }
        for reading in world.gateReadings(in: time) {
            readings[world.antennas[reading.antenna].reader].append(reading)
        }
        var found: [Departure] = []
        for index in world.readers.indices {
            let sorted = readings[index].sorted {
                ($0.at, $0.tag, $0.antenna) < ($1.at, $1.tag, $1.antenna)
            }
            found += world.reports(of: index, sorted, voice: &voices[index])
            found += world.statusDepartures(of: index, in: time, voice: &voices[index])
        }
        found += world.sweepDepartures(in: time)
        found += world.harmless.filter { time.contains($0.at) }
        for index in world.terminals.indices { found += world.reports(of: index, in: time) }
        return found
    }
}
