import AssetModel

/// The frames of a fleet in order of arrival, an hour of them in memory.
package struct FleetStream: Sendable, Sequence, IteratorProtocol {
    private let world: FleetWorld
    /// When each terminal reports next.
    private var nextReport: [WorldTime]
    private var serials: [UInt16]
    /// The next one last.
    private var due: [Frame] = []
    private var pending: [Frame] = []
    private var madeUntil: WorldTime = 0
    private var made = 0

    private struct Frame: Sendable {
        var at: WorldTime
        /// Between equals: the order of making.
        var number: Int
        var message: SimulatedMessage
    }

    package init(_ world: FleetWorld) {
        self.world = world
        nextReport = world.plans.map(\.firstReport)
        serials = Array(repeating: 0, count: world.plans.count)
    }

    package mutating func next() -> SimulatedMessage? {
        while due.isEmpty {
            guard madeUntil < world.figures.duration.milliseconds || !pending.isEmpty else { return nil }
            madeUntil += 3_600_000
            for terminal in nextReport.indices { makeReports(of: terminal) }
            let split = pending.partition { $0.at < madeUntil }
            due = Array(pending[split...])
            pending.removeLast(pending.count - split)
            due.sort { ($0.at, $0.number) > ($1.at, $1.number) }
        }
        return due.popLast()?.message
    }

    private mutating func makeReports(of terminal: Int) {
        let (plan, figures) = (world.plans[terminal], world.figures)
        let end = Swift.min(madeUntil, figures.duration.milliseconds)
        while nextReport[terminal] < end {
            let at = nextReport[terminal]
            let isDriving = plan.isDriving(at: at)
            // The stretch of a trip that begins before the next report is due is not slept through.
            let parked = at + figures.parkedEvery
            let begins = plan.trips.first { $0.lowerBound > at && $0.lowerBound < parked }?.lowerBound
            nextReport[terminal] = isDriving ? at + figures.drivingEvery : begins ?? parked
            let isStranger = terminal >= figures.vehicles
            if plan.isSilent(at: at) || isStranger && !isDriving { continue }
            report(terminal, plan, at: at)
        }
    }

    private mutating func report(_ terminal: Int, _ plan: FleetPlan, at time: WorldTime) {
        serials[terminal] &+= 1
        let number = Int(time / 1_000)
        var chance = world.random.stream(.fleetFrame, entity: terminal, epoch: number)
        let position = position(terminal, plan, at: time)
        let figures = world.figures
        var arrival = time + WorldTime(figures.delayMedian * exponential(chance.bell() * figures.delaySpread))
        let zone = plan.deadZone(at: time)
        // Kept ones are sent a quarter of a second apart.
        if let zone { arrival = zone.upperBound + (time - zone.lowerBound) / 120 }
        let message = SimulatedMessage(
            at: world.start, topic: "vehicles/\(world.phones[terminal])/up",
            payload: zone == nil ? JT808Encoder.location(position) : JT808Encoder.kept([position]))
        put(message, at: arrival)
        guard chance.unit() < figures.copiedShare else { return }
        put(message, at: arrival + WorldTime(chance.whole(figures.copyAfter)))
    }

    private mutating func put(_ message: SimulatedMessage, at time: WorldTime) {
        var message = message
        message.at = world.start + ElapsedTime(milliseconds: time)
        pending.append(Frame(at: time, number: made, message: message))
        made += 1
    }

    /// Somewhere in Hubei; where exactly nobody asks here.
    private func position(_ terminal: Int, _ plan: FleetPlan, at time: WorldTime) -> SimulatedPosition {
        let clock = world.start + ElapsedTime(milliseconds: time + plan.clock)
        let edition: JT808Encoder.Edition = terminal % 3 == 0 ? .year2013 : .year2019
        var position = SimulatedPosition(phone: world.phones[terminal], edition: edition, at: clock)
        position.serial = serials[terminal]
        position.engineOn = plan.isDriving(at: time)
        position.hasFix = plan.hasFix(at: time)
        if position.engineOn { position.speedTenths = 360 }
        guard position.hasFix else { return position }
        position.latitudeMicrodegrees = 30_450_000 + UInt32(time / 1_000 % 100_000)
        position.longitudeMicrodegrees = 114_870_000 + UInt32(terminal * 10)
        return position
    }
}
