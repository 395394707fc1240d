import AssetModel
import IntakePipeline
import WarehouseSimulator

/// The product: its path with its defaults, fed with what its decoders would have made of the messages.
struct PathSubject: AccuracySubject {
    let name: String
    private let tags: [EPC]
    /// The factory identities, where the readers read them with every tag; else none.
    private let chips: [EPC]
    private(set) var path: IntakePath
    private var raised: [AccuracyAlarm] = []
    let start: UTCInstant
    let layout: SiteLayout
    private var passed: [ToldPassage] = []
    private let tagOfEPC: [EPC: Int]
    private let tagOfAsset: [String: Int]
    private let readerOfID: [String: Int]
    private var spent = PathCost()

    /// - Parameters:
    ///   - hazardFactor: what the product assumes of removals and shadows is wrong by this.
    ///   - walkBy: all zones are set up as zones that tags pass, not as the workload has them.
    ///   - readsTIDs: `false` for readers that report EPCs alone, as most do unless told otherwise.
    init(
        _ workload: ShelfWorkload, hazardFactor: Double, walkBy: Bool = false, readsTIDs: Bool = true
    ) {
        name = walkBy ? "walk-by-zones" : ""
        tags = workload.tags.map(\.epc)
        chips = readsTIDs ? workload.tags.map(\.tid) : []
        start = workload.start
        layout = PathSubject.layout(of: workload, walkBy: walkBy)
        var setup = IntakePath.Setup(layout: layout)
        setup.rules.absence.scale(by: hazardFactor)
        setup.walkByHazardFactor = hazardFactor
        setup.numberSpace.list = Set(
            workload.tags.filter { $0.kind == .asset || $0.kind == .arrival }.map(\.epc.hex))
        // Nobody stores anything here.
        setup.checkpointEvery = .never
        path = IntakePath(setup: setup, register: RegisterChange(), startingAt: start, isListening: true)
        tagOfEPC = Dictionary(
            workload.tags.enumerated().map { ($0.element.epc, $0.offset) }, uniquingKeysWith: min)
        tagOfAsset = Dictionary(
            (0..<workload.assetCount).map { (ShelfWorkload.assetNo($0), $0) }, uniquingKeysWith: min)
        readerOfID = Dictionary(
            layout.readers.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: min)
        give(.register(workload.register), at: start)
        spent = PathCost(registration: spent.nanoseconds)
    }

    /// The workload's own, without times that an operator would have set: the defaults are what is measured.
    private static func layout(of workload: ShelfWorkload, walkBy: Bool) -> SiteLayout {
        var layout = workload.layout
        for zone in layout.zones.indices {
            layout.zones[zone].missingAfter = nil
            if walkBy { layout.zones[zone].kind = .walkBy }
        }
        return layout
    }

    // MARK: what comes in

    mutating func take(_ arrival: ShelfArrival) {
        let at = start + ElapsedTime(milliseconds: arrival.at)
        switch arrival.kind {
        case .reads(let batch):
            let observed = ObservedReads(
                reader: batch.reader, reads: batch.reads.map(read), number: UInt64(batch.number),
                receivedAt: at)
            spent.messages += 1
            spent.observations += observed.reads.count
            let from = BenchClock.threadNanoseconds
            let outcome = path.advance(through: observed)
            spent.nanoseconds += BenchClock.threadNanoseconds - from
            note(outcome)
        case .reader(let reader, let isOnline):
            let topic = layout.readers[reader].topics.last ?? ""
            let text = isOnline ? "connected" : "connection lost"
            give(.message(RawMessage(topic: topic, payload: Array(text.utf8))), at: at)
        case .register(let change): give(.register(change), at: at)
        case .epochEnd: break
        }
    }

    private mutating func give(_ kind: IntakeInput.Kind, at instant: UTCInstant) {
        let from = BenchClock.threadNanoseconds
        let outcome = path.advance(through: [IntakeInput(kind, at: instant)], to: instant)
        spent.nanoseconds += BenchClock.threadNanoseconds - from
        note(outcome)
    }

    private func read(_ read: ShelfRead) -> TagRead {
        var found = TagRead(
            tag: tags[Int(read.tag)], antennaPort: layout.antennas[Int(read.antenna)].port,
            peakSignal: SignalStrength(centiDBm: read.centiDBm),
            heardAt: start + ElapsedTime(milliseconds: read.at))
        if !chips.isEmpty { found.tid = chips[Int(read.tag)] }
        found.reads = UInt32(read.seenCount)
        return found
    }

    // MARK: what comes out

    mutating func advance(to time: WorldTime) -> [AccuracyAlarm] {
        give(.tick, at: start + ElapsedTime(milliseconds: time))
        defer { raised.removeAll(keepingCapacity: true) }
        return raised
    }

    private mutating func note(_ outcome: IntakeOutcome) {
        spent.journalBytes += outcome.journal.count
        raised += outcome.discrepancyChanges.compactMap(alarm)
        passed += outcome.passages.map(told)
    }

    private func told(_ passage: Passage) -> ToldPassage {
        ToldPassage(
            gate: passage.gate, from: (passage.from - start).milliseconds,
            to: (passage.to - start).milliseconds, at: (passage.at - start).milliseconds,
            direction: passage.direction, confidence: passage.confidence,
            tags: passage.tags.compactMap { tag in tagOfEPC[tag.tag].map { ($0, tag.confidence) } })
    }

    mutating func takePassages() -> [ToldPassage] {
        defer { passed.removeAll() }
        return passed
    }

    /// A discrepancy that is opened, or opened again; held and cleared ones are no new alarms. An open
    /// COVERAGE_GAP is held only where one more antenna fails.
    private func alarm(_ change: DiscrepancyChange) -> AccuracyAlarm? {
        let isWider = change.kind == .held && change.discrepancy.code == .coverageGap
        guard change.kind == .opened || change.kind == .reopened || isWider else { return nil }
        let found = change.discrepancy
        guard let kind = PathSubject.kind(of: found.code), let subject = index(of: found.subject) else {
            return nil
        }
        return AccuracyAlarm(
            kind, subject: subject, at: (change.at - start).milliseconds, confidence: found.confidence)
    }

    private static func kind(of code: DiscrepancyCode) -> AccuracyClass? {
        switch code {
        case .missingSuspect: return .missing
        case .surplusUnknownTag, .surplusNoCard: return .unexpected
        case .locationMismatch: return .misplaced
        case .tagDuplicate: return .clone
        case .coverageGap: return .coverage
        default: return nil
        }
    }

    private func index(of subject: Subject) -> Int? {
        switch subject {
        case .asset(let assetNo, let hex):
            return tagOfAsset[assetNo] ?? hex.flatMap { EPC(hex: $0) }.flatMap { tagOfEPC[$0] }
        case .tag(let hex): return EPC(hex: hex).flatMap { tagOfEPC[$0] }
        case .reader(let id): return readerOfID[id]
        case .vehicle, .terminal: return nil
        }
    }

    // MARK: what it believes

    func probabilityGone(_ tag: Int) -> Double? { path.probabilityGone(tags[tag]) }

    /// Where it is told to be: settled, or likelier than elsewhere by the strength of its reads.
    func zone(of tag: Int) -> Int? {
        path.settledZone(of: tags[tag]) ?? path.signalPlace(of: tags[tag])?.zone
    }

    // MARK: what it took

    /// Gives the path up: what is freed with it was its own.
    mutating func cost() -> PathCost? {
        spent.simulated = path.now - start
        spent.measureCheckpoint(of: &path)
        let before = PathCost.residentMiB
        path = IntakePath(
            setup: IntakePath.Setup(layout: layout), register: RegisterChange(), startingAt: start,
            isListening: true)
        spent.pathMiB = max(0, before - PathCost.residentMiB)
        return spent
    }

    /// 0...1, that a tag is in the field of a walk-by zone, and the start of the epoch in question.
    func passingChance(_ tag: Int, zone: Int) -> (probability: Double, epoch: UTCInstant)? {
        path.passingChance(of: tags[tag], zone: zone)
    }
}
