import AssetModel

/// What the vehicle terminals send: a position report every few seconds, standing in the yard or driving
/// round a block.
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
    func reports(of index: Int, in time: Range<WorldTime>) -> [SimulatedMessage] {
        let terminal = terminals[index]
        let every = DemoFigures.vehicleReportEvery.milliseconds
        var place = random.stream(.vehicle, entity: index)
        let phase = WorldTime(place.whole(0...Int(every - 1)))
        let number = (time.lowerBound - phase + every - 1) / every
        let at = number * every + phase
        guard time.contains(at), terminal.reports.contains(at) else { return [] }
        var position = SimulatedPosition(phone: terminal.phone, edition: terminal.edition, at: instant(at))
        position.serial = UInt16(truncatingIfNeeded: number)
        // 126 and 125 m are 7e and 7d on the wire, so that the escapes of the framing are always in use.
        position.altitudeMetres = index == 0 ? 0x7E : index == 1 ? 0x7D : UInt16(20 + index)
        let odometerStart = place.whole(100_000...900_000)
        position.odometerTenths = UInt32(odometerStart)
        let slot = place.whole(0...3_999)
        if terminal.isParked {
            position.latitudeMicrodegrees = UInt32(Self.cornerLatitude + 10 * index)
            position.longitudeMicrodegrees = UInt32(Self.cornerLongitude - 500 + slot % 100)
        } else {
            drive(&position, along: Int(at / 1_000) * Self.unitsPerSecond + slot * 10)
            position.odometerTenths += UInt32(at / 10_000)
        }
        return delivered(
            terminal.topic, JT808Encoder.location(position), sent: at, within: DemoFigures.vehicleDelay,
            by: random.stream(.vehicleReport, entity: index, epoch: Int(number)))
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
}
