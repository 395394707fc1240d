import AssetModel
import PresenceInference
import ReadRing

/// Tags read in a small world, told second by second: ring, coverage and tracker as the path joins them.
struct PresenceStory {
    let layout: SiteLayout
    var ring: ReadRing
    var coverage: CoverageLedger
    var tracker: PresenceTracker
    private(set) var second: Int64 = 0
    /// What was concluded: slot and change, in order.
    private(set) var changes: [(slot: Int, change: PresenceChange)] = []

    /// Evidence is shown only where it could matter, as the path does.
    var isSparing = false

    /// - Parameter covering: zones that are covered from the first second on.
    init(
        layout: SiteLayout = StageWorld.layout(), rules: RuleSettings = RuleSettings(),
        covering: [Int] = [0, 1, 2, 3, 4]
    ) {
        self.layout = layout
        ring = ReadRing(hash: KeyedHash(key: 0), limits: PathLimits())
        coverage = CoverageLedger(layout: layout)
        tracker = PresenceTracker(layout: layout, rules: rules)
        for zone in covering { cover(zone) }
    }

    var time: PathTime { StageWorld.time(second) }

    mutating func cover(_ reader: Int) {
        let epoch = EvidenceEpoch.number(of: time.now)
        _ = coverage.heard(reader: reader, epoch: epoch, at: time)
    }

    /// Lets time pass, second by second, as the path does: changed coverage is looked at first.
    mutating func go(to until: Int64) {
        if coverage.coverageChanged { check() }
        while second < until {
            second += 1
            check()
        }
    }

    private mutating func check() {
        _ = coverage.advance(to: time)
        for silence in tracker.advance(to: time, coverage: &coverage) {
            changes.append((silence.slot, silence.change))
        }
    }

    /// A read that arrives now; `late` seconds ago it was heard.
    @discardableResult
    mutating func read(_ tag: Int, by antenna: Int, late: Int64 = 0) -> PresenceChange? {
        let epoch = EvidenceEpoch.number(of: StageWorld.instant(second - late))
        coverage.read(antenna: antenna, epoch: epoch, at: time)
        let sighting = ring.observe(
            StageWorld.tag(tag), antenna: antenna, heardAt: StageWorld.instant(second - late), signal: nil)
        guard sighting.isNew else { return nil }
        let change = tracker.observe(
            sighting.slot, newest: (StageWorld.tag(tag), antenna, epoch),
            evidence: shown(of: sighting.slot, heardIn: layout.antennas[antenna].zone), at: time,
            coverage: coverage)
        if let change { changes.append((sighting.slot, change)) }
        return change
    }

    private func shown(of slot: Int, heardIn zone: Int) -> [AntennaEvidence] {
        let all = ring.evidence(of: slot)
        guard isSparing, let stay = tracker.settledStay(of: slot), zone != stay.zone else { return all }
        let resting = all.filter { layout.zones[layout.antennas[$0.antenna].zone].kind.isContinuous }
        guard let newest = resting.map(\.newestEpoch).max() else { return all }
        let elsewhere = resting.filter { layout.antennas[$0.antenna].zone != stay.zone }
        let own = resting.filter { layout.antennas[$0.antenna].zone == stay.zone }
            .reduce(UInt64(0)) { $0 | $1.bits(endingAt: newest) }
        let isDoubted = elsewhere.contains { item in
            let bits = item.bits(endingAt: newest)
            let pair = Set([layout.antennas[item.antenna].zone, stay.zone])
            let reads = (bits.nonzeroBitCount, (bits & ~own).nonzeroBitCount)
            return stay.isDoubted(by: reads, isNear: pair == [StageWorld.a, StageWorld.b])
        }
        return isDoubted || stay.isOpen(newest: newest, unit: EvidenceEpoch.length) ? all : []
    }

    /// Reads a tag every five seconds until then.
    mutating func read(_ tag: Int, by antenna: Int, until: Int64) {
        while second < until {
            go(to: min(until, second + 5))
            read(tag, by: antenna)
        }
    }

    mutating func pass(_ passage: Passage) {
        for back in tracker.note(passage, at: time, coverage: coverage) {
            changes.append((back.slot, back.change))
        }
    }

    mutating func watch(_ tag: Int, home: Int?) {
        tracker.watch(ring.register(StageWorld.tag(tag)), home: home, at: time, coverage: coverage)
    }

    func slot(_ tag: Int) -> Int { ring.slot(of: StageWorld.tag(tag)) ?? -1 }

    /// `SECOND SLOT WORD ZONE`.
    var told: [String] {
        changes.map { slot, change in
            let second = (change.at - StageWorld.start).seconds
            let zone = layout.zones[change.zone].id
            guard case .moved(let from, _) = change.kind else {
                return "\(second) \(slot) \(change.kind.word) \(zone)"
            }
            return "\(second) \(slot) moved \(layout.zones[from].id)-\(zone)"
        }
    }

    /// The same story in a tracker and a ledger that were made anew from their chunks.
    mutating func restart() throws {
        let mapping = StageWorld.mapping(from: layout, to: layout)
        var coverage = CoverageLedger(layout: layout)
        try coverage.restore([self.coverage.chunk(), self.coverage.partChunk()], mapping: mapping)
        try coverage.restoreBreaks([self.coverage.breakChunk()], mapping: mapping)
        self.coverage = coverage
        var tracker = PresenceTracker(layout: layout, rules: RuleSettings())
        try tracker.restore(self.tracker.takeChunks(all: true), mapping: mapping)
        self.tracker = tracker
    }
}
