import AssetModel

/// The demo's fleet: two thirds speak JT/T 808 themselves, the rest through the EMQX gateway. Some fall
/// silent, some are unknown, one loses its position.
extension WarehouseWorld {
    /// Which vehicle of the fleet plays which part. Even numbers drive.
    private enum Part {
        static let silentBinary = 3
        static let silentThroughGateway = 14
        static let sealed = 15
        static let withoutFix = 4
        /// Without a position, ignition off: in a garage.
        static let inGarage = 5
        /// Without a position for a moment: under a bridge.
        static let underBridge = 6
        /// From this number on through the gateway.
        static let firstThroughGateway = 13
        /// Vehicles that a fleet needs so that everyone of the above is in it.
        static let fleetMin = 16
    }

    mutating func plantDemoVehicles() {
        for number in 0..<figures.vehicles { addVehicle(number) }
        guard figures.vehicles >= Part.fleetMin else { return }
        for (number, entity) in [(Part.silentBinary, 5), (Part.silentThroughGateway, 45)] {
            silence(number, at: moment(DemoTimes.vehicleSilent, entity: entity))
        }
        // Sealed by the books: its silence means nothing.
        books.vehicles[Part.sealed].sealed = true
        terminals[Part.sealed].reports = [0..<30_000]
        loseFix(Part.withoutFix, at: moment(DemoTimes.noFix, entity: 46))
        terminals[Part.inGarage].withoutFix = Self.always
        terminals[Part.underBridge].withoutFix = 60_000..<72_000
        addUnknown("13900009999", .binary(.year2013), entity: 6)
        addUnknown("13900009998", .emqx, entity: 47)
    }

    private mutating func addVehicle(_ number: Int) {
        let plate = "鄂J\(padded(80_101 + number, 5))"
        let phone = "1390000\(padded(1_001 + number, 4))"
        var card = VehicleCard(plateNo: plate)
        card.vin = "LTESTVN00000" + padded(10_001 + number, 5)
        card.useUnit = "示例市机关事务管理局"
        card.vehicleUse = number % 2 == 0 ? "应急保障" : "机要通信"
        card.terminalPhone = phone
        books.vehicles.append(card)
        let edition: JT808Encoder.Edition = number % 3 == 0 ? .year2013 : .year2019
        terminals.append(
            SimulatedTerminal(
                entity: number, phone: phone,
                form: number >= Part.firstThroughGateway ? .emqx : .binary(edition),
                motion: number % 2 == 0 ? .driving : .parked, reports: [Self.always]))
    }

    private func names(ofVehicle number: Int) -> [SubjectName] {
        let card = books.vehicles[number]
        return [SubjectName(.plateNo, card.plateNo), SubjectName(.terminalPhone, card.terminalPhone)]
    }

    private mutating func silence(_ number: Int, at time: WorldTime) {
        terminals[number].reports = [0..<time]
        note(
            .terminalSilent, .device, in: time..<WorldTime.max,
            WorldEvent.Detail(reader: terminals[number].phone))
        plant(
            Plot(
                code: .terminalSilent, subject: names(ofVehicle: number), at: time,
                sureAfter: figures.terminalSilentAfter, chinese: "终端停止上报",
                english: "terminal stops reporting"))
    }

    private mutating func loseFix(_ number: Int, at time: WorldTime) {
        let stretch = time..<time + DemoTimes.withoutFix
        terminals[number].withoutFix = stretch
        note(.noFix, .device, in: stretch, WorldEvent.Detail(reader: terminals[number].phone))
        plant(
            Plot(
                code: .noFix, subject: names(ofVehicle: number), at: time,
                sureAfter: figures.noFixAfter, until: stretch.upperBound, chinese: "点火后长时间无定位",
                english: "ignition on, no position"))
    }

    private mutating func addUnknown(_ phone: String, _ form: SimulatedTerminal.Form, entity: Int) {
        let time = moment(DemoTimes.unknownTerminal, entity: entity)
        terminals.append(
            SimulatedTerminal(
                entity: 5_000 + entity, phone: phone, form: form, motion: .driving,
                reports: [time..<WorldTime.max]))
        plant(
            Plot(
                code: .terminalUnknown, subject: [SubjectName(.terminalPhone, phone)], at: time,
                sureAfter: DemoTimes.epoch, chinese: "未登记终端开始上报",
                english: "terminal of no vehicle starts to report"))
    }
}
