import AssetModel
import IntakePipeline
import WarehouseSimulator

/// One run of a fleet through the path of the product, decoding included, and its figures.
struct FleetRun {
    private let world: FleetWorld
    private var path: IntakePath
    private var alarms: [AccuracyAlarm] = []
    private var cost = PathCost()
    private let subjectOfPlate: [String: Int]
    private let subjectOfPhone: [String: Int]

    init(_ figures: FleetFigures, seed: Int) {
        world = FleetWorld(figures, seed: UInt64(seed))
        let source = SiteLayout.TerminalSource(id: "fleet", topics: FleetWorld.topics)
        path = IntakePath(
            setup: IntakePath.Setup(layout: SiteLayout(terminalSources: [source])),
            register: RegisterChange(), startingAt: world.start, isListening: true)
        subjectOfPlate = Dictionary(
            (0..<figures.vehicles).map { (FleetWorld.plate($0), $0) }, uniquingKeysWith: min)
        subjectOfPhone = Dictionary(
            world.phones.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: min)
        give(IntakeInput(.register(world.books), at: world.start))
        cost = PathCost(registration: cost.nanoseconds)
        for message in FleetStream(world) {
            cost.messages += 1
            give(message.input)
        }
        give(IntakeInput(.tick, at: world.start + figures.duration))
        cost.simulated = path.now - world.start
    }

    private mutating func give(_ input: IntakeInput) {
        let from = BenchClock.threadNanoseconds
        let outcome = path.advance(through: [input], to: input.receivedAt)
        cost.nanoseconds += BenchClock.threadNanoseconds - from
        for change in outcome.discrepancyChanges where change.kind == .opened || change.kind == .reopened {
            guard let alarm = alarm(change) else { continue }
            alarms.append(alarm)
        }
    }

    private static let kinds: [DiscrepancyCode: AccuracyClass] = [
        .terminalSilent: .silentTerminal, .noFix: .noFix, .terminalUnknown: .unknownTerminal,
    ]

    private func alarm(_ change: DiscrepancyChange) -> AccuracyAlarm? {
        guard let kind = FleetRun.kinds[change.discrepancy.code] else { return nil }
        let subject: Int?
        switch change.discrepancy.subject {
        case .vehicle(let plate): subject = subjectOfPlate[plate]
        case .terminal(let phone): subject = subjectOfPhone[phone]
        default: subject = nil
        }
        let at = (change.at - world.start).milliseconds
        return subject.map { AccuracyAlarm(kind, subject: $0, at: at, confidence: 1) }
    }

    // MARK: as figures

    var figures: [Figure] {
        let period = AccuracyPeriod(run: world.figures.duration.milliseconds)
        let match = EpisodeMatch(events: world.events, alarms: alarms)
        let kinds: [AccuracyClass?] = [.silentTerminal, .noFix, .unknownTerminal, nil]
        var figures: [Figure] = []
        for kind in kinds {
            let found = EpisodeFigures(match, of: kind, in: period)
            figures += EpisodeLines.all(found, things: world.figures.vehicles, in: period).map {
                Figure(
                    bench: "accuracy", case: kind?.rawValue ?? "all", metric: $0.metric, value: $0.value,
                    unit: $0.unit)
            }
        }
        let speeds: [(String, Double, String)] = [
            ("realtime_factor", cost.realTimeFactor, "1"), ("messages", Double(cost.messages), "count"),
            ("cpu_us_per_message", cost.nanoseconds / 1_000 / Double(max(1, cost.messages)), "us"),
        ]
        return figures
            + speeds.map {
                Figure(bench: "accuracy", case: "path", metric: $0.0, value: $0.1, unit: $0.2)
            }
    }
}

/// The figures of one class of discrepancies, by name.
enum EpisodeLines {
    typealias Line = (metric: String, value: Double, unit: String)

    static func all(_ found: EpisodeFigures, things: Int, in period: AccuracyPeriod) -> [Line] {
        let falseRate = found.falseAlarmsPerDayPer1000(tags: things, in: period)
        var lines: [(String, Double?, String)] = [
            ("precision", found.precision, "share"), ("recall", found.recall, "share"),
            ("f1", found.f1, "share"), ("precision_raw", found.rawPrecision, "share"),
            ("recall_raw", found.rawRecall, "share"), ("events", Double(found.events), "count"),
            ("alarms", Double(found.alarms), "count"), ("false_alarms", Double(found.falseAlarms), "count"),
            ("false_alarms_per_day_per_1000", falseRate, "1/day"),
        ]
        for percent in AccuracyFigures.delayPercents {
            let delay = found.delay(percentile: Double(percent) / 100).map { Double($0) / 1_000 }
            lines.append(("ttd_p\(percent)_s", delay, "s"))
        }
        return lines.compactMap { line in line.1.map { (line.0, $0, line.2) } }
    }
}
