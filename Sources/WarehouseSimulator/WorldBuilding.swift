import AssetModel

/// The means with which a scenario builds its world: places, readers, tags, cards, and the truth about them.
extension WarehouseWorld {
    // MARK: places

    mutating func addZone(_ id: String, _ name: String, site: Int, kind: String) {
        let number = zones.count + 1
        zones.append(
            SimulatedZone(
                id: id, site: site, name: name, kind: kind, location: sites[site].name + name,
                locationCode: "WH\(site + 1)-\(padded(number, 2))", missingAfter: figures.missingAfter))
    }

    /// Zones that read each other's tags; what is next to a neighbour is the second ring.
    mutating func connect(_ pairs: [(String, String)]) {
        for (left, right) in pairs {
            zones[zone(left)].neighbours.append(zone(right))
            zones[zone(right)].neighbours.append(zone(left))
        }
        for index in zones.indices {
            let near = Set(zones[index].neighbours)
            let far = Set(near.flatMap { zones[$0].neighbours }).subtracting(near).subtracting([index])
            zones[index].secondRing = far.sorted()
        }
    }

    /// A reader with its antennas in the order of their ports, and its clock.
    mutating func addReader(_ reader: SimulatedReader, watching zoneIDs: [String]) {
        var reader = reader
        let index = readers.count
        var chance = random.stream(.readerClock, entity: index)
        reader.clock.offsetMilliseconds = Int64((chance.bell() * figures.clockOffsetMilliseconds).rounded())
        reader.clock.driftPerMillion = chance.bell() * figures.clockDriftPerMillion
        readers.append(reader)
        for (number, id) in zoneIDs.enumerated() {
            let place = zone(id)
            zones[place].antennas.append(antennas.count)
            antennas.append(SimulatedAntenna(reader: index, port: number + 1, zone: place))
        }
    }

    // MARK: tags

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

    /// SGTIN-96 of somebody else (header 0x30): clothes, parcels.
    func foreignTag(_ number: Int) -> EPC {
        var chance = random.stream(.foreignTag, entity: number)
        let header: UInt64 = 0x30 << 56
        return Self.tag(high: header | (chance.next() >> 8), low: UInt32(chance.next() >> 32))
    }

    /// The factory identity of a tag: class E2h, maker Impinj (header E2801 of its TIDs), 96 bits.
    func factoryIdentity(_ entity: Int) -> EPC {
        var chance = random.stream(.tagIdentity, entity: entity)
        let class0: UInt64 = 0xE280_1160 << 32
        return Self.tag(high: class0 | (chance.next() >> 32), low: UInt32(chance.next() >> 32))
    }

    private static func tag(high: UInt64, low: UInt32) -> EPC {
        var words = EPC.Words()
        words.first = high
        words.second = UInt64(low) << 32
        return EPC(bitCount: 96, words: words)
    }

    /// Entities of tags by kind, far enough apart that no kind grows into the next.
    enum TagEntity {
        static let assets = 0
        static let strangers = 1_000_000
        static let foreign = 2_000_000
        static let clones = 3_000_000
    }

    /// An asset with a card, a bound tag and a place. The tag has the same index as the asset.
    mutating func addAsset(in zone: Int) {
        let number = books.cards.count
        precondition(number == tags.count, "assets come before all other tags")
        books.cards.append(card(number, in: zone))
        let epc = Self.ownTag(reference: UInt64(1_001 + number))
        let entity = TagEntity.assets + number
        let tid = factoryIdentity(entity)
        var binding = TagBinding(epcHex: epc.hex, assetNo: books.cards[number].assetNo)
        binding.tidHex = tid.hex
        books.bindings.append(binding)
        tags.append(
            SimulatedTag(
                entity: entity, epc: epc, tid: tid,
                stays: [SimulatedTag.Stay(zone: zone, time: Self.always)]))
    }

    func names(of asset: Int) -> [SubjectName] {
        let binding = books.bindings[asset]
        return [SubjectName(.assetNo, binding.assetNo), SubjectName(.epcHex, binding.epcHex)]
    }

    func stay(in zone: Int, from time: WorldTime) -> SimulatedTag.Stay {
        SimulatedTag.Stay(zone: zone, time: time..<WorldTime.max)
    }

    // MARK: cards

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

    // MARK: the truth

    /// What is planted, and for how long it is true.
    struct Plot {
        var code: DiscrepancyCode
        var subject: [SubjectName]
        var at: WorldTime
        /// What the most attentive observer with the same settings needs.
        var sureAfter: ElapsedTime
        var until: WorldTime?
        var chinese: String
        var english: String
    }

    /// A rule may be slower than the most attentive observer by its own epochs, by a check a second, and by
    /// the way through store and broker on a busy machine.
    private static let openingSlack = ElapsedTime(seconds: 40)
    private static let clearingSlack = ElapsedTime(seconds: 30)

    mutating func plant(_ plot: Plot) {
        let sure = instant(plot.at) + plot.sureAfter
        var event = PlantedEvent(plot.code, subject: plot.subject, at: instant(plot.at), detectableFrom: sure)
        event.openBy = sure + Self.openingSlack
        event.until = plot.until.map(instant)
        event.clearBy = event.until.map { $0 + Self.clearingSlack }
        event.chinese = plot.chinese
        event.english = plot.english
        events.append(event)
    }

    /// Notes what happened.
    mutating func note(
        _ kind: WorldEvent.Kind, _ expected: WorldEvent.Expected, in time: Range<WorldTime>,
        _ detail: WorldEvent.Detail = WorldEvent.Detail()
    ) {
        var event = WorldEvent(kind, expected, at: instant(max(0, time.lowerBound)), detail)
        if time.upperBound < WorldTime.max { event.to = instant(time.upperBound) }
        happenings.append(event)
    }

    /// Everything is in its place: to be called once, last.
    mutating func finishBuilding() {
        loads = zoneLoads()
        events.sort {
            ($0.at, $0.code, $0.subject.first?.value ?? "") < ($1.at, $1.code, $1.subject.first?.value ?? "")
        }
        let order = happenings.indices.sorted { (happenings[$0].from, $0) < (happenings[$1].from, $1) }
        happenings = order.map { happenings[$0] }
    }

    // MARK: choices of the seed

    func chosen(from range: Range<Int>, entity: Int) -> Int {
        var chance = random.stream(.choiceOfSubject, entity: entity)
        return chance.whole(range.lowerBound...range.upperBound - 1)
    }

    /// A moment within a range of seconds, to the millisecond.
    func moment(_ seconds: ClosedRange<Int>, entity: Int) -> WorldTime {
        var chance = random.stream(.plantedAt, entity: entity)
        return WorldTime(chance.whole(seconds.lowerBound * 1_000...seconds.upperBound * 1_000))
    }
}
