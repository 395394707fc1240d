import AssetModel

/// What the vehicle terminals send: a position report every few seconds, standing in the yard or driving
/// round a block, and what their gateway says about their connections.
extension WarehouseWorld {
    /// South-west corner of the block, 1/1,000,000 degree: a town in Hubei.
    private static let cornerLatitude = 30_450_000
    private static let cornerLongitude = 114_870_000
    /// The sides of the block in 1/1,000,000 degree: about 1.1 km north and 1.0 km east.
    private static let blockNorth = 10_000
    private static let blockEast = 10_000
    /// 36 km/h is 10 m/s, which is 90 to 104 of these units north and east; 100 is near enough for a
    /// demonstration.
    private static let speedTenths: UInt16 = 360
    private static let unitsPerSecond = 100

    /// Reports of one terminal that fall into a stretch of time.
    func reports(of index: Int, in time: Range<WorldTime>) -> [Departure] {
        let terminal = terminals[index]
        let every = figures.vehicleReportEvery.milliseconds
        var place = random.stream(.vehicle, entity: terminal.entity)
        let phase = WorldTime(place.whole(0...Int(every - 1)))
        var number = max(0, (time.lowerBound - phase + every - 1) / every)
        var found: [Departure] = []
        while number * every + phase < time.upperBound {
            let at = number * every + phase
            if terminal.reports.contains(where: { $0.contains(at) }) {
                found.append(report(of: terminal, number: Int(number), at: at))
            }
            number += 1
        }
        return found + presence(of: terminal, in: time)
    }

    private func report(of terminal: SimulatedTerminal, number: Int, at: WorldTime) -> Departure {
        let position = position(of: terminal, number: number, at: at)
        let payload =
            switch terminal.form {
            case .binary: JT808Encoder.location(position)
            case .emqx: EMQXEncoder.location(position)
            }
        return Departure(
            at: at, topic: terminal.topic, payload: payload,
            source: .other(DepartureEntity.terminals + terminal.entity), number: number)
    }

    private func position(of terminal: SimulatedTerminal, number: Int, at: WorldTime) -> SimulatedPosition {
        var edition = JT808Encoder.Edition.year2013
        if case .binary(let own) = terminal.form { edition = own }
        var position = SimulatedPosition(phone: terminal.phone, edition: edition, at: instant(at))
        position.serial = UInt16(truncatingIfNeeded: number)
        // 126 and 125 m are 7e and 7d on the wire, so that the escapes of the framing are always in use.
        let heights: [Int: UInt16] = [0: 0x7E, 1: 0x7D]
        position.altitudeMetres = heights[terminal.entity] ?? UInt16(20 + terminal.entity % 40)
        var place = random.stream(.vehicle, entity: terminal.entity, epoch: 1)
        position.odometerTenths = UInt32(place.whole(100_000...900_000))
        let slot = place.whole(0...3_999)
        switch terminal.motion {
        case .parked:
            position.latitudeMicrodegrees = UInt32(Self.cornerLatitude + 10 * (terminal.entity % 100))
            position.longitudeMicrodegrees = UInt32(Self.cornerLongitude - 500 + slot % 100)
        case .driving:
            drive(&position, along: Int(at / 1_000) * Self.unitsPerSecond + slot * 10)
            position.odometerTenths += UInt32(at / 10_000)
        }
        if terminal.withoutFix?.contains(at) ?? false { loseFix(&position) }
        return position
    }

    /// Places the vehicle on its way round the block: north, east, south, west.
    private func drive(_ position: inout SimulatedPosition, along way: Int) {
        let side = Self.blockNorth
        let onSide = way % side
        let (north, east, direction): (Int, Int, UInt16) =
            switch way / side % 4 {
            case 0: (onSide, 0, 0)
            case 1: (Self.blockNorth, onSide, 90)
            case 2: (Self.blockNorth - onSide, Self.blockEast, 180)
            default: (0, Self.blockEast - onSide, 270)
            }
        position.latitudeMicrodegrees = UInt32(Self.cornerLatitude + north)
        position.longitudeMicrodegrees = UInt32(Self.cornerLongitude + east)
        position.directionDegrees = direction
        position.speedTenths = Self.speedTenths
        position.engineOn = true
    }

    /// Terminals without a fix send zeros where the position stands.
    private func loseFix(_ position: inout SimulatedPosition) {
        position.hasFix = false
        position.latitudeMicrodegrees = 0
        position.longitudeMicrodegrees = 0
        position.altitudeMetres = 0
        position.speedTenths = 0
    }

    // MARK: presence, from the gateway

    /// The gateway notices the beginning of each stretch of reports at once and its end by its keep-alive,
    /// which is longer than most runs; only what it says is published here.
    private func presence(of terminal: SimulatedTerminal, in time: Range<WorldTime>) -> [Departure] {
        guard terminal.form == .emqx else { return [] }
        return terminal.reports.map(\.lowerBound).filter(time.contains).map { begin in
            Departure(
                at: begin, topic: EMQXEncoder.presenceTopic(phone: terminal.phone, isConnected: true),
                payload: EMQXEncoder.presence(
                    phone: terminal.phone, reason: nil, at: instant(begin).milliseconds),
                source: .other(DepartureEntity.presence + terminal.entity), number: Int(begin),
                isPrompt: true)
        }
    }
}
