package import AssetModel

/// The demo: one site, three zones with one reader of two antennas each, sixty assets, ten vehicles, eight
/// events.
extension WarehouseWorld {
    package init(demo seed: UInt64, start: UTCInstant) {
        self.init(seed: seed, start: start)
        plantReaders()
        plantAssets()
        plantStrangers()
        plantVehicles()
        events.sort { ($0.at, $0.code) < ($1.at, $1.code) }
    }

    private enum Zone {
        static let shelfA = 0
        static let shelfB = 1
        static let roomC = 2
    }

    /// From the start of the world for as long as anyone listens.
    private static let always: Range<WorldTime> = 0..<WorldTime.max

    /// GIAI-96 of a company prefix that nobody was given to our knowledge: header 0x34, filter 0, partition 5
    /// (a prefix of 24 bits), reference of 58 bits. Layout: GS1 EPC Tag Data Standard, GIAI-96 coding table.
    static func ownTag(reference: UInt64) -> EPC {
        let companyPrefix: UInt64 = 6_901_234
        let header: UInt64 = 0x34 << 56
        let partition: UInt64 = 5 << 50
        let high = header | partition | (companyPrefix << 26) | (reference >> 32)
        return tag(high: high, low: UInt32(truncatingIfNeeded: reference))
    }

    /// The hex digits that all our tags share: 36 of the 38 bits before the reference.
    static var ownPrefix: String { String(ownTag(reference: 0).hex.prefix(9)) }

    private static func tag(high: UInt64, low: UInt32) -> EPC {
        var words = EPC.Words()
        words.first = high
        words.second = UInt64(low) << 32
        return EPC(bitCount: 96, words: words)
    }

    // MARK: Readers

    private mutating func plantReaders() {
        let outageStart = moment(DemoFigures.outageAt, entity: 0)
        let outage = outageStart..<outageStart + DemoFigures.outage.milliseconds
        zones = [
            SimulatedZone(
                id: "shelf-a", name: "A 货架", kind: "shelf", neighbour: Zone.shelfB, location: "公物仓A货架",
                locationCode: "WH1-A", reader: reader("r-a", number: 0, fractionDigits: 3)),
            SimulatedZone(
                id: "shelf-b", name: "B 货架", kind: "shelf", neighbour: Zone.shelfA, location: "公物仓B货架",
                locationCode: "WH1-B", reader: reader("r-b", number: 1, fractionDigits: 6)),
            SimulatedZone(
                id: "room-c", name: "C 库房", kind: "room", neighbour: nil, location: "公物仓C库房",
                locationCode: "WH1-C", reader: reader("r-c", number: 2, fractionDigits: 9)),
        ]
        zones[Zone.roomC].reader.outage = outage
        plant(
            .readerOffline, [SubjectName(.reader, "r-c")], at: outage.lowerBound,
            sureAfter: .zero, what: ("读写器断电，服务器发布其遗嘱", "reader loses power, the broker publishes its will"))
        events[events.count - 1].until = instant(outage.upperBound)
    }

    private func reader(_ id: String, number: Int, fractionDigits: Int) -> SimulatedReader {
        var clock = random.stream(.readerClock, entity: number)
        let ahead = ElapsedTime(milliseconds: Int64(clock.whole(-200...200)))
        return SimulatedReader(id: id, clockAhead: ahead, fractionDigits: fractionDigits)
    }

    // MARK: Assets

    private mutating func plantAssets() {
        let count = zones.count * DemoFigures.assetsPerZone
        for number in 0..<count {
            let zone = number / DemoFigures.assetsPerZone
            books.cards.append(card(number, in: zone))
            let epc = Self.ownTag(reference: UInt64(1_001 + number))
            books.bindings.append(TagBinding(epcHex: epc.hex, assetNo: books.cards[number].assetNo))
            tags.append(SimulatedTag(epc: epc, stays: [SimulatedTag.Stay(zone: zone, time: Self.always)]))
        }
        // One asset of each shelf and one more of shelf A, never the same twice.
        let moved = chosen(from: 0..<DemoFigures.assetsPerZone / 2, entity: 0)
        let disposed = chosen(from: DemoFigures.assetsPerZone / 2..<DemoFigures.assetsPerZone, entity: 1)
        let removed = chosen(from: DemoFigures.assetsPerZone..<2 * DemoFigures.assetsPerZone, entity: 2)
        move(moved, to: Zone.shelfB, at: moment(DemoFigures.movedAt, entity: 1))
        remove(removed, at: moment(DemoFigures.removedAt, entity: 2))
        books.cards[disposed].state = .disposed
        plant(
            .disposedStillPresent, names(of: disposed), at: 0, sureAfter: DemoFigures.tagCertainAfter,
            what: ("台账已处置，实物仍在架", "disposed of in the books, still on the shelf"))
    }

    private mutating func move(_ number: Int, to zone: Int, at time: WorldTime) {
        let home = number / DemoFigures.assetsPerZone
        tags[number].stays = [
            SimulatedTag.Stay(zone: home, time: 0..<time),
            SimulatedTag.Stay(zone: zone, time: time..<WorldTime.max),
        ]
        plant(
            .locationMismatch, names(of: number), at: time, sureAfter: DemoFigures.moveCertainAfter,
            what: ("移至\(zones[zone].name)", "moved to \(zones[zone].id)"))
    }

    private mutating func remove(_ number: Int, at time: WorldTime) {
        tags[number].stays = [SimulatedTag.Stay(zone: number / DemoFigures.assetsPerZone, time: 0..<time)]
        plant(
            .missingSuspect, names(of: number), at: time, sureAfter: DemoFigures.missingAfter,
            what: ("被取走", "taken away"))
    }

    private func names(of number: Int) -> [SubjectName] {
        let binding = books.bindings[number]
        return [SubjectName(.assetNo, binding.assetNo), SubjectName(.epcHex, binding.epcHex)]
    }

    /// Names, class codes of GB/T 14885-2022, and usual prices in fen.
    private static let catalogue: [(name: String, classCode: String, fen: Int64)] = [
        ("台式计算机", "A02010105", 549_900), ("便携式计算机", "A02010108", 689_900), ("打印机", "A02021000", 238_000),
        ("复印机", "A02020100", 1_650_000), ("投影仪", "A02020200", 899_900), ("扫描仪", "A02021118", 329_900),
        ("空调机", "A02061804", 459_900), ("办公桌", "A05010000", 168_000),
    ]

    private func card(_ number: Int, in zone: Int) -> AssetCard {
        var chance = random.stream(.assetCard, entity: number)
        let item = Self.catalogue[chance.whole(0...Self.catalogue.count - 1)]
        var card = AssetCard(assetNo: "GWC2026" + padded(number + 1, 6))
        card.assetName = item.name
        card.classCode = item.classCode
        card.quantity = "1"
        card.originalValueFen = item.fen
        card.acquireDate = "20\(chance.whole(16...25))-0\(chance.whole(1...9))-15"
        card.state = .inStock
        card.useDept = "资产管理科"
        card.useUnit = "示例市机关事务管理局"
        card.ownerUnit = "示例市机关事务管理局"
        card.location = zones[zone].location
        card.locationCode = zones[zone].locationCode
        return card
    }

    // MARK: Tags without a card

    private mutating func plantStrangers() {
        let unknown = Self.ownTag(reference: 900_001)
        let unknownAt = moment(DemoFigures.unknownTagAt, entity: 3)
        tags.append(SimulatedTag(epc: unknown, stays: [stay(in: Zone.shelfA, from: unknownAt)]))
        plant(
            .surplusUnknownTag, [SubjectName(.epcHex, unknown.hex)], at: unknownAt,
            sureAfter: DemoFigures.tagCertainAfter,
            what: ("本单位号段内的未登记标签上架", "unregistered tag of our numbers appears"))

        let noCard = Self.ownTag(reference: 900_002)
        let noCardAt = moment(DemoFigures.noCardAt, entity: 4)
        let assetNo = "GWC2026000991"
        books.bindings.append(TagBinding(epcHex: noCard.hex, assetNo: assetNo))
        tags.append(SimulatedTag(epc: noCard, stays: [stay(in: Zone.shelfB, from: noCardAt)]))
        plant(
            .surplusNoCard, [SubjectName(.assetNo, assetNo), SubjectName(.epcHex, noCard.hex)], at: noCardAt,
            sureAfter: DemoFigures.tagCertainAfter, what: ("已绑标签但台账无卡片", "bound tag without a card appears"))

        // Clothes, parcels: SGTIN-96 of others (header 0x30). They must raise nothing.
        for number in 0..<DemoFigures.foreignTags {
            var chance = random.stream(.foreignTag, entity: number)
            let header: UInt64 = 0x30 << 56
            let epc = Self.tag(high: header | (chance.next() >> 8), low: UInt32(chance.next() >> 32))
            let zone = number % 2 == 0 ? Zone.shelfA : Zone.roomC
            tags.append(SimulatedTag(epc: epc, stays: [stay(in: zone, from: 0)]))
        }
    }

    private func stay(in zone: Int, from time: WorldTime) -> SimulatedTag.Stay {
        SimulatedTag.Stay(zone: zone, time: time..<WorldTime.max)
    }

    // MARK: Vehicles

    private mutating func plantVehicles() {
        let silent = chosen(from: 0..<DemoFigures.vehicles, entity: 3)
        let silentAt = moment(DemoFigures.vehicleSilentAt, entity: 5)
        for number in 0..<DemoFigures.vehicles {
            let plate = "鄂J\(padded(80_101 + number, 5))"
            let phone = "1390000\(padded(1_001 + number, 4))"
            var card = VehicleCard(plateNo: plate)
            card.vin = "LTESTVN00000" + padded(10_001 + number, 5)
            card.useUnit = "示例市机关事务管理局"
            card.vehicleUse = number % 2 == 0 ? "应急保障" : "机要通信"
            card.terminalPhone = phone
            books.vehicles.append(card)
            var terminal = terminal(phone, number: number)
            terminal.plateNo = plate
            if number == silent { terminal.reports = 0..<silentAt }
            terminals.append(terminal)
        }
        plant(
            .terminalSilent,
            [
                SubjectName(.plateNo, books.vehicles[silent].plateNo),
                SubjectName(.terminalPhone, books.vehicles[silent].terminalPhone),
            ], at: silentAt, sureAfter: DemoFigures.terminalSilentAfter,
            what: ("终端停止上报", "terminal stops reporting"))

        let unknownAt = moment(DemoFigures.unknownTerminalAt, entity: 6)
        var unknown = terminal("13900009999", number: DemoFigures.vehicles)
        unknown.reports = unknownAt..<WorldTime.max
        terminals.append(unknown)
        plant(
            .terminalUnknown, [SubjectName(.terminalPhone, unknown.phone)], at: unknownAt, sureAfter: .zero,
            what: ("未登记终端开始上报", "terminal of no vehicle starts to report"))
    }

    private func terminal(_ phone: String, number: Int) -> SimulatedTerminal {
        SimulatedTerminal(
            phone: phone, edition: number % 2 == 0 ? .year2013 : .year2019, isParked: number % 3 == 0,
            reports: Self.always)
    }

    // MARK: Choices of the seed

    private func chosen(from range: Range<Int>, entity: Int) -> Int {
        var chance = random.stream(.choiceOfSubject, entity: entity)
        return chance.whole(range.lowerBound...range.upperBound - 1)
    }

    /// A moment within a range of seconds, to the millisecond.
    private func moment(_ seconds: ClosedRange<Int>, entity: Int) -> WorldTime {
        var chance = random.stream(.plantedAt, entity: entity)
        return WorldTime(chance.whole(seconds.lowerBound * 1_000...seconds.upperBound * 1_000))
    }

    private mutating func plant(
        _ code: DiscrepancyCode, _ subject: [SubjectName], at time: WorldTime, sureAfter: ElapsedTime,
        what: (chinese: String, english: String)
    ) {
        var event = PlantedEvent(
            code, subject: subject, at: instant(time), detectableFrom: instant(time) + sureAfter)
        event.chinese = what.chinese
        event.english = what.english
        events.append(event)
    }
}
