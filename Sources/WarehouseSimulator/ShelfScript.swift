import AssetModel

/// Everything that happens in a shelf workload, decided before its first epoch: tags, the agenda, the books,
/// faults and the truth about them. A few events for each tag; the reads are not here but in the stream.
struct ShelfScript: Sendable {
    let figures: ShelfFigures
    let random: CounterRandom
    let plan: ShelfPlan
    var tags: [ShelfTag] = []
    /// Where a tag is at the start, index of a shelf zone; -1: not yet there.
    var homes: [Int32] = []
    var steps: [ShelfStep] = []
    var truth: [ShelfEvent] = []
    var entries: [ShelfRegisterEntry] = []
    var passes: [ShelfPass] = []
    var silences: [ShelfSilence] = []
    var readerStates: [ShelfReaderState] = []
    var clocks: [ReaderClock] = []
    /// Something of its own happens to the asset, so that nothing else is arranged for it.
    var hasFate: [Bool] = []
    /// The asset is not on a pallet or in a clone's company after this.
    var freeFrom: [WorldTime] = []

    init(_ figures: ShelfFigures, seed: UInt64) {
        self.figures = figures
        random = CounterRandom(seed: seed)
        plan = ShelfPlan(figures)
        addAssets()
        for tag in 0..<figures.tags { decideFate(of: tag) }
        addSwappers()
        addClones()
        for gate in plan.gates.indices { sendPallets(through: gate) }
        addArrivals()
        for tag in 0..<figures.tags { addShadows(to: tag) }
        addStrays()
        breakReaders()
        setClocks()
        finish()
    }

    var end: WorldTime { figures.duration.milliseconds }
    var epoch: WorldTime { figures.epoch.milliseconds }
    static let day: WorldTime = 86_400_000

    private mutating func addAssets() {
        for number in 0..<figures.tags {
            addTag(.asset, epc: WarehouseWorld.ownTag(reference: UInt64(1_001 + number)))
            homes[number] = Int32(number % plan.shelfZones)
        }
        hasFate = Array(repeating: false, count: figures.tags)
        freeFrom = Array(repeating: 0, count: figures.tags)
    }

    /// - Returns: its index.
    @discardableResult
    mutating func addTag(_ kind: ShelfTag.Kind, epc: EPC) -> Int {
        var chance = random.stream(.tagIdentity, entity: tags.count, epoch: 1)
        // Class E2h, a maker's number, then the serial: the layout of the factory identity (GS1 Tag Data
        // Standard, TID bank).
        var words = EPC.Words()
        words.first = (0xE280_1160 << 32) | (chance.next() >> 32)
        words.second = (chance.next() >> 32) << 32
        tags.append(ShelfTag(epc: epc, tid: EPC(bitCount: 96, words: words), kind: kind))
        homes.append(-1)
        return tags.count - 1
    }

    private mutating func addStrays() {
        let count = Int((Double(figures.tags) * figures.hazards.strayShare).rounded())
        for number in 0..<count {
            var chance = random.stream(.shelfStray, entity: number)
            // SGTIN-96 of somebody else (header 30h): clothes, parcels.
            var words = EPC.Words()
            words.first = (0x30 << 56) | (chance.next() >> 8)
            words.second = (chance.next() >> 32) << 32
            let tag = addTag(.stray, epc: EPC(bitCount: 96, words: words))
            homes[tag] = Int32(chance.whole(0...plan.shelfZones - 1))
        }
    }

    private mutating func finish() {
        let limit = end
        steps.removeAll { $0.at >= limit }
        // A stable order: of equal times, the one that was noted first.
        let order = steps.indices.sorted { (steps[$0].at, $0) < (steps[$1].at, $1) }
        steps = order.map { steps[$0] }
        entries = entries.filter { $0.at < limit }.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        silences.sort { ($0.time.lowerBound, $0.antenna) < ($1.time.lowerBound, $1.antenna) }
        readerStates = readerStates.filter { $0.at < limit }
            .sorted { ($0.at, $0.reader) < ($1.at, $1.reader) }
        sortTruth(before: limit)
    }

    /// Into the order of time; the agenda names its events by their places.
    private mutating func sortTruth(before limit: WorldTime) {
        let order = truth.indices.filter { truth[$0].from < limit }
            .sorted { (truth[$0].from, $0) < (truth[$1].from, $1) }
        var places = Array(repeating: Int32(-1), count: truth.count)
        for (place, index) in order.enumerated() { places[index] = Int32(place) }
        truth = order.map { truth[$0] }
        for index in truth.indices { if let to = truth[index].to, to >= limit { truth[index].to = nil } }
        for index in steps.indices where steps[index].event >= 0 {
            steps[index].event = places[Int(steps[index].event)]
        }
    }

    // MARK: means of the other parts

    mutating func note(_ event: ShelfEvent) -> Int {
        truth.append(event)
        return truth.count - 1
    }

    mutating func step(_ kind: ShelfStep.Kind, _ tag: Int, at time: WorldTime, event: Int = -1) {
        steps.append(ShelfStep(at: time, tag: Int32(tag), kind: kind, event: Int32(event)))
    }

    /// Moments at which something happens, by a rate a day.
    func moments(aDay rate: Double, _ chance: inout SplitMix64) -> [WorldTime] {
        guard rate > 0 else { return [] }
        var found: [WorldTime] = []
        var at = 0.0
        while true {
            at += chance.waitingTime() / rate * Double(Self.day)
            guard at < Double(end) else { return found }
            found.append(WorldTime(at))
        }
    }

    func seconds(_ range: ClosedRange<Double>, _ chance: inout SplitMix64) -> WorldTime {
        WorldTime((range.lowerBound + chance.unit() * (range.upperBound - range.lowerBound)) * 1_000)
    }

    func zone(ofSite site: Int, _ chance: inout SplitMix64) -> Int {
        let zones = plan.zonesOfSite[site]
        return chance.whole(zones.lowerBound...zones.upperBound - 1)
    }

    func site(of zone: Int) -> Int { plan.layout.zones[zone].site }
}

/// An antenna hears nothing.
struct ShelfSilence: Sendable {
    var antenna: Int
    var time: Range<WorldTime>
}

/// A reader's birth message, or its will.
struct ShelfReaderState: Sendable {
    var at: WorldTime
    var reader: Int
    var isOnline: Bool
}
