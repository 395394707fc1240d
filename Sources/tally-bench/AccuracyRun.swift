import AssetModel
import Dispatch
import Synchronization
import WarehouseSimulator

/// One run of a shelf workload past the product and its baselines.
struct AccuracyRun: Sendable {
    /// What one subject said.
    struct Said: Sendable {
        var name: String
        var alarms: [AccuracyAlarm] = []
        /// Where the books had the tag of each alarm when it was raised; -1 for none.
        var zones: [Int] = []
        var samples: [ProbabilitySample] = []
        var zoneHits = ZoneHits()
        var counts = CountErrors()
        var presence = PresenceErrors()
        var cost: PathCost?
        /// Between the moment spoken of and now, summed over the samples of places.
        var delays: WorldTime = 0
        var placeSamples = 0
        var passages: [ToldPassage] = []
    }

    private(set) var workload: ShelfWorkload
    let period: AccuracyPeriod
    private(set) var said: [Said]
    private let sampleEvery: WorldTime
    /// Where every tag was at the last samples, for words that speak of a moment before.
    private var places: [(at: WorldTime, of: [ShelfPlace])] = []
    /// A word that comes later than this is none.
    private static let placesMax = 64

    /// Once an hour, or in runs of less than a day with each epoch: at other times samples would be chosen by
    /// what happened (`inference.md` §2).
    private static let sampleEveryUsual: WorldTime = 3_600_000

    /// Runs it to its end.
    init(_ workload: ShelfWorkload, subjects: [any AccuracySubject]) {
        let length = workload.figures.duration.milliseconds
        let period = AccuracyPeriod(run: length)
        self.period = period
        sampleEvery = length < 86_400_000 ? workload.figures.epoch.milliseconds : Self.sampleEveryUsual
        var subjects = subjects
        said = subjects.map { Said(name: $0.name) }
        var delivery = ShelfDelivery(workload)
        self.workload = workload
        while let arrival = delivery.next() {
            guard case .epochEnd(let epoch) = arrival.kind else {
                for index in subjects.indices { subjects[index].take(arrival) }
                continue
            }
            let now = epoch.time.upperBound
            for index in subjects.indices {
                for alarm in subjects[index].advance(to: now) {
                    if isExcused(subjects[index], alarm, delivery.workload) { continue }
                    let zone =
                        alarm.kind == .coverage
                        ? nil : delivery.workload.registeredZone(of: alarm.subject)
                    said[index].alarms.append(alarm)
                    said[index].zones.append(zone ?? -1)
                }
                said[index].passages += subjects[index].takePassages()
            }
            if now % sampleEvery == 0 { rememberPlaces(delivery.workload, at: now) }
            if now > period.from, now % sampleEvery == 0 {
                for index in subjects.indices {
                    sample(subjects[index], delivery.workload, at: now, into: &said[index])
                }
            }
        }
        for index in subjects.indices { said[index].cost = subjects[index].cost() }
        self.workload = delivery.workload
    }

    /// Baselines know no books: that they miss a tag which is lent is not held against them.
    private func isExcused(
        _ subject: any AccuracySubject, _ alarm: AccuracyAlarm, _ workload: ShelfWorkload
    ) -> Bool {
        !subject.name.isEmpty && alarm.kind == .missing && workload.place(of: alarm.subject) == .away
    }

    private mutating func rememberPlaces(_ workload: ShelfWorkload, at now: WorldTime) {
        places.append((now, (0..<workload.assetCount).map { workload.place(of: $0) }))
        if places.count > AccuracyRun.placesMax { places.removeFirst() }
    }

    /// Tags that are carried or lent are nobody's mistake.
    private func sample(
        _ subject: any AccuracySubject, _ workload: ShelfWorkload, at now: WorldTime, into said: inout Said
    ) {
        let spokenOf = subject.spokenOf(at: now)
        guard let then = places.last(where: { $0.at <= spokenOf })?.of else { return }
        said.delays += now - spokenOf
        said.placeSamples += 1
        var (stated, truth): ([Bool], [Bool]) = ([], [])
        var counts = Array(repeating: (stated: 0, truth: 0), count: workload.layout.zones.count)
        for tag in 0..<workload.assetCount {
            let isNowThere = workload.place(of: tag)
            if isNowThere != .carried, isNowThere != .away, let probability = subject.probabilityGone(tag) {
                said.samples.append(ProbabilitySample(probability, isNowThere == .gone))
            }
            let place = then[tag]
            if place == .carried || place == .away { continue }
            let zone = subject.zone(of: tag)
            stated.append(zone != nil)
            truth.append(place != .gone)
            if let zone { counts[zone].stated += 1 }
            guard case .zone(let actual) = place else { continue }
            counts[actual].truth += 1
            said.zoneHits.count(stated: zone, truth: actual)
        }
        said.presence.count(stated: stated, truth: truth)
        for count in counts { said.counts.count(stated: Double(count.stated), truth: count.truth) }
    }

    /// Runs the same world past several groups of subjects, each on a core of its own; the world is made anew
    /// for each, from the same seed.
    static func together(
        _ workload: ShelfWorkload, _ groups: [@Sendable () -> [any AccuracySubject]]
    ) -> AccuracyRun {
        let runs = Mutex<[Int: AccuracyRun]>([:])
        DispatchQueue.concurrentPerform(iterations: groups.count) { index in
            let run = AccuracyRun(workload, subjects: groups[index]())
            runs.withLock { $0[index] = run }
        }
        let done = runs.withLock { found in groups.indices.compactMap { found[$0] } }
        precondition(done.count == groups.count, "\(done.count) of \(groups.count) runs")
        var first = done[0]
        first.said = done.flatMap(\.said)
        return first
    }

    // MARK: what should have been said

    /// An unregistered tag can be told from the gate on, before the truth has it on its shelf.
    var events: [AccuracyEvent] {
        var passed: [Int: WorldTime] = [:]
        for pass in workload.truth where pass.kind == .portalPass {
            for tag in pass.tags { passed[Int(tag)] = min(passed[Int(tag)] ?? .max, pass.from) }
        }
        return workload.truth.compactMap { event in
            guard let kind = Self.kinds[event.expected], let tag = event.tag else { return nil }
            let gate = kind == .unexpected ? passed[tag] : nil
            return AccuracyEvent(
                kind, subject: tag, from: min(event.from, gate ?? .max), detectableFrom: event.detectableFrom)
        }
    }

    private static let kinds: [ShelfEvent.Expected: AccuracyClass] = [
        .missing: .missing, .misplaced: .misplaced, .unexpected: .unexpected, .clone: .clone,
    ]

    /// What was said about tags, matched with it.
    func match(_ said: Said) -> EpisodeMatch {
        EpisodeMatch(events: events, alarms: said.alarms.filter { $0.kind != .coverage })
    }
}
