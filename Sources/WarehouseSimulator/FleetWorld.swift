package import AssetModel

/// The numbers of a fleet. "choice": a round number of ours.
package struct FleetFigures: Sendable {
    package var vehicles = 300
    package var duration = ElapsedTime(seconds: 7 * 86_400)
    /// Between two reports with the ignition on, and off: common settings of terminals.
    var drivingEvery: WorldTime = 30_000
    var parkedEvery: WorldTime = 600_000
    /// Stretches of driving a day, and their length in seconds (choice).
    var tripsADay = 3
    var tripSeconds = 1_200.0...5_400.0
    /// A day and vehicle (choice): the terminal is taken off or loses its power, for so many seconds.
    var silences = 0.01
    var silenceSeconds = 7_200.0...86_400.0
    /// Share of trips on which the antenna is covered or cut from some moment on.
    var coveredShare = 0.01
    /// Share of trips with a tunnel: no position for so many seconds.
    var tunnelShare = 0.3
    var tunnelSeconds = 20.0...150.0
    /// Share of trips with a stretch without network: what was kept is sent afterwards, at once.
    var deadZoneShare = 0.1
    var deadZoneSeconds = 60.0...1_200.0
    /// Shares of vehicles: sealed by the books and silent; parked where no satellite is seen.
    var sealedShare = 0.05
    var garageShare = 0.1
    /// Terminals whose clock is off by this, either way (choice).
    var wrongClockShare = 0.02
    var wrongClock: WorldTime = 240_000
    /// Terminals of nobody that begin to report, each day.
    var unknownADay = 1.0
    /// Frames that come twice, the second time so many milliseconds later.
    var copiedShare = 0.01
    var copyAfter = 500...30_000
    /// Milliseconds on the way: the median, and the deviation of its logarithm.
    var delayMedian = 200.0
    var delaySpread = 1.0

    package init() {}
}

/// A fleet whose terminals speak JT/T 808, and the truth about it. Frame by frame in order of arrival; each
/// number depends only on the seed, the vehicle and what it is for.
package struct FleetWorld: Sendable {
    package let figures: FleetFigures
    package let start: UTCInstant
    package private(set) var books = RegisterChange()
    /// What has to be told, in order of vehicles: subjects are indices into ``phones``.
    package private(set) var events: [AccuracyEvent] = []
    /// Those of the fleet, then those of nobody.
    package private(set) var phones: [String] = []
    let random: CounterRandom
    private(set) var plans: [FleetPlan] = []

    private static let start = UTCInstant(milliseconds: 1_772_413_200_000)

    package init(_ figures: FleetFigures, seed: UInt64) {
        self.figures = figures
        start = FleetWorld.start
        random = CounterRandom(seed: seed)
        for number in 0..<figures.vehicles { addVehicle(number) }
        let days = Double(figures.duration.milliseconds) / Double(FleetPlan.day)
        for number in 0..<Int((figures.unknownADay * days).rounded()) { addUnknown(number) }
    }

    package static func plate(_ vehicle: Int) -> String { "鄂J\(padded(vehicle, 5))" }

    package static let topics = ["vehicles/+/up"]

    private mutating func addVehicle(_ number: Int) {
        let plan = FleetPlan(number, figures, random)
        var card = VehicleCard(plateNo: FleetWorld.plate(number))
        card.terminalPhone = "1390\(padded(1_000_001 + number, 7))"
        card.sealed = plan.isSealed
        books.vehicles.append(card)
        phones.append(card.terminalPhone)
        plans.append(plan)
        events += plan.events(number, figures)
    }

    private mutating func addUnknown(_ number: Int) {
        let subject = figures.vehicles + number
        let plan = FleetPlan(stranger: subject, figures, random)
        phones.append("1580\(padded(1_000_001 + number, 7))")
        plans.append(plan)
        let from = plan.firstReport
        events.append(AccuracyEvent(.unknownTerminal, subject: subject, from: from, detectableFrom: from))
    }
}

/// What one vehicle does, and what happens to its terminal.
struct FleetPlan: Sendable {
    static let day: WorldTime = 86_400_000

    var isSealed = false
    var isInGarage = false
    /// Milliseconds, its clock less ours.
    var clock: WorldTime = 0
    var trips: [Range<WorldTime>] = []
    var silences: [Range<WorldTime>] = []
    /// Without a position.
    var covered: [Range<WorldTime>] = []
    var tunnels: [Range<WorldTime>] = []
    var deadZones: [Range<WorldTime>] = []
    /// Reports begin; for a vehicle of the fleet at some moment of its parking interval.
    var firstReport: WorldTime

    init(_ number: Int, _ figures: FleetFigures, _ random: CounterRandom) {
        var chance = random.stream(.fleetVehicle, entity: number)
        isSealed = chance.unit() < figures.sealedShare
        isInGarage = chance.unit() < figures.garageShare
        if chance.unit() < figures.wrongClockShare {
            clock = chance.unit() < 0.5 ? -figures.wrongClock : figures.wrongClock
        }
        firstReport = WorldTime(chance.unit() * Double(figures.parkedEvery))
        for day in 0..<Int((figures.duration.milliseconds + FleetPlan.day - 1) / FleetPlan.day) {
            var own = random.stream(.fleetDay, entity: number, epoch: day)
            addTrips(WorldTime(day) * FleetPlan.day, figures, &own)
            addSilence(WorldTime(day) * FleetPlan.day, figures, &own)
        }
    }

    /// Of nobody: reports for an hour, driving.
    init(stranger number: Int, _ figures: FleetFigures, _ random: CounterRandom) {
        var chance = random.stream(.fleetVehicle, entity: number)
        firstReport = WorldTime(chance.unit() * Double(figures.duration.milliseconds - 3_600_000))
        trips = [firstReport..<firstReport + 3_600_000]
    }

    private mutating func addTrips(_ day: WorldTime, _ figures: FleetFigures, _ chance: inout SplitMix64) {
        // Between 6 and 20 o'clock, one after the other.
        let part = FleetPlan.day * 14 / 24 / WorldTime(figures.tripsADay)
        for trip in 0..<figures.tripsADay {
            let length = FleetPlan.seconds(figures.tripSeconds, &chance)
            let slack = max(0, part - length)
            let from =
                day + FleetPlan.day / 4 + WorldTime(trip) * part + WorldTime(chance.unit() * Double(slack))
            let time = from..<from + length
            trips.append(time)
            let isCovered = chance.unit() < figures.coveredShare
            let hasTunnel = chance.unit() < figures.tunnelShare
            let hasDeadZone = chance.unit() < figures.deadZoneShare
            let place = from + WorldTime(chance.unit() * 0.5 * Double(length))
            let tunnel = FleetPlan.seconds(figures.tunnelSeconds, &chance)
            let deadZone = FleetPlan.seconds(figures.deadZoneSeconds, &chance)
            if isCovered {
                covered.append(place..<time.upperBound)
            } else if hasTunnel {
                tunnels.append(place..<place + tunnel)
            }
            if hasDeadZone { deadZones.append(place..<place + deadZone) }
        }
    }

    private mutating func addSilence(_ day: WorldTime, _ figures: FleetFigures, _ chance: inout SplitMix64) {
        let isSilent = chance.unit() < figures.silences
        let from = day + WorldTime(chance.unit() * Double(FleetPlan.day))
        let length = FleetPlan.seconds(figures.silenceSeconds, &chance)
        guard isSilent, from >= silences.last?.upperBound ?? 0 else { return }
        silences.append(from..<from + length)
    }

    private static func seconds(_ range: ClosedRange<Double>, _ chance: inout SplitMix64) -> WorldTime {
        WorldTime((range.lowerBound + chance.unit() * (range.upperBound - range.lowerBound)) * 1_000)
    }

    // MARK: at a time

    func isSilent(at time: WorldTime) -> Bool { isSealed || silences.contains { $0.contains(time) } }

    func isDriving(at time: WorldTime) -> Bool { trips.contains { $0.contains(time) } }

    func hasFix(at time: WorldTime) -> Bool {
        if isInGarage, !isDriving(at: time) { return false }
        return !(covered + tunnels).contains { $0.contains(time) }
    }

    func deadZone(at time: WorldTime) -> Range<WorldTime>? { deadZones.first { $0.contains(time) } }

    // MARK: the truth

    /// Three reports of a parked terminal that fail to come; a minute more than the longest tunnel.
    private static let silenceShows: WorldTime = 1_800_000
    private static let missingFixShows: WorldTime = 210_000

    /// What has to be told of a vehicle that is not sealed. A terminal that is silent says nothing about its
    /// position.
    func events(_ vehicle: Int, _ figures: FleetFigures) -> [AccuracyEvent] {
        guard !isSealed else { return [] }
        let end = figures.duration.milliseconds
        var found = silences.filter { $0.lowerBound < end }.map { silence -> AccuracyEvent in
            let detectable = silence.lowerBound + FleetPlan.silenceShows
            return AccuracyEvent(
                .silentTerminal, subject: vehicle, from: silence.lowerBound,
                detectableFrom: detectable < end ? detectable : nil)
        }
        for time in covered where time.lowerBound < end {
            let shown = time.lowerBound + FleetPlan.missingFixShows
            guard shown < time.upperBound, !silences.contains(where: { $0.overlaps(time) }) else { continue }
            found.append(
                AccuracyEvent(
                    .noFix, subject: vehicle, from: time.lowerBound,
                    detectableFrom: shown < end ? shown : nil))
        }
        return found
    }
}
