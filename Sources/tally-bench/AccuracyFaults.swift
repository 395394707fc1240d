import AssetModel
import WarehouseSimulator

/// What was said while readers or antennas were not well.
struct AccuracyFaults {
    /// A cable fault is told by a COVERAGE_GAP within this time, or it is not told. Only time counts in which
    /// its reader has power: one that is gone does not say that its antennas are well.
    static let gapHorizon: WorldTime = 1_800_000

    /// Antennas that read nothing and say that they are well, long enough to be told.
    let antennas: [ShelfEvent]
    /// As long, and over before their readers had power for so long.
    let withoutPower: Int
    /// Readers that are gone, and their wills say so.
    let outages: [ShelfEvent]

    private let layout: SiteLayout
    private let end: WorldTime
    /// When each tag was gone or dead.
    private let gone: [Int: [Range<WorldTime>]]
    private let gaps: [AccuracyAlarm]
    /// Of each reader, in order and apart from each other.
    private let down: [Int: [Range<WorldTime>]]

    init(_ run: AccuracyRun) {
        let (truth, period) = (run.workload.truth, run.period)
        layout = run.workload.layout
        end = period.to
        let down = Self.down(truth, before: period.to)
        self.down = down
        let long = truth.filter {
            $0.kind == .antennaFault && $0.from >= period.from
                && Self.time(of: $0, before: period.to).length >= Self.gapHorizon
        }
        antennas = long.filter {
            Self.powered(down[$0.reader ?? -1] ?? [], Self.time(of: $0, before: period.to))
                >= Self.gapHorizon
        }
        withoutPower = long.count - antennas.count
        outages = truth.filter { $0.kind == .readerDown && $0.from >= period.from }
        gaps = run.said.first?.alarms.filter { $0.kind == .coverage } ?? []
        var gone: [Int: [Range<WorldTime>]] = [:]
        for event in truth where event.expected == .missing {
            guard let tag = event.tag else { continue }
            gone[tag, default: []].append(Self.time(of: event, before: period.to))
        }
        self.gone = gone
    }

    // MARK: antennas

    var toldShare: Double {
        Double(antennas.count { fault in gaps.contains { tells($0, fault) } }) / Double(antennas.count)
    }

    var gapsPerFault: Double {
        Double(antennas.reduce(0) { sum, fault in sum + gaps.count { tells($0, fault) } })
            / Double(antennas.count)
    }

    /// Tags of the antenna's zone that were called missing meanwhile and were not.
    func missingPerFault(_ said: AccuracyRun.Said) -> Double {
        let found = antennas.map { fault -> Int in
            let zone = fault.zone ?? fault.antenna.map { layout.antennas[$0].zone } ?? -1
            return falseAlarms(said, in: [zone], Self.time(of: fault, before: end)).count
        }
        return Double(found.reduce(0, +)) / Double(antennas.count)
    }

    private func tells(_ gap: AccuracyAlarm, _ fault: ShelfEvent) -> Bool {
        guard gap.subject == fault.reader, gap.at >= fault.from, gap.at <= end else { return false }
        return Self.powered(down[gap.subject] ?? [], fault.from..<gap.at) <= Self.gapHorizon
    }

    // MARK: outages

    /// Tags of a reader that was gone that were called missing meanwhile and were not.
    func falseMissing(_ said: AccuracyRun.Said) -> Int {
        outages.reduce(0) { $0 + falseMissing(said, during: $1).count }
    }

    /// The most of them in five minutes.
    func stormMax(_ said: AccuracyRun.Said) -> Int {
        outages.map { outage in
            let time = Self.time(of: outage, before: end)
            return AlarmStorm.most(falseMissing(said, during: outage), in: [time])
        }.max() ?? 0
    }

    private func falseMissing(_ said: AccuracyRun.Said, during outage: ShelfEvent) -> [WorldTime] {
        guard let reader = outage.reader else { return [] }
        let zones = Set(layout.readers[reader].antennas.map { layout.antennas[$0].zone })
        return falseAlarms(said, in: zones, Self.time(of: outage, before: end))
    }

    // MARK: inside

    private static func down(
        _ truth: [ShelfEvent], before end: WorldTime
    ) -> [Int: [Range<WorldTime>]] {
        var down: [Int: [Range<WorldTime>]] = [:]
        // In order of time.
        for event in truth where event.kind == .readerDown {
            guard let reader = event.reader else { continue }
            let time = time(of: event, before: end)
            let from = max(time.lowerBound, down[reader]?.last?.upperBound ?? time.lowerBound)
            if from < time.upperBound { down[reader, default: []].append(from..<time.upperBound) }
        }
        return down
    }

    private static func powered(_ down: [Range<WorldTime>], _ time: Range<WorldTime>) -> WorldTime {
        down.reduce(time.length) { $0 - $1.clamped(to: time).length }
    }

    private static func time(of event: ShelfEvent, before end: WorldTime) -> Range<WorldTime> {
        event.from..<max(event.from + 1, event.to ?? end)
    }

    private func falseAlarms(
        _ said: AccuracyRun.Said, in zones: Set<Int>, _ time: Range<WorldTime>
    ) -> [WorldTime] {
        zip(said.alarms, said.zones).compactMap { alarm, zone in
            guard alarm.kind == .missing, zones.contains(zone), time.contains(alarm.at) else { return nil }
            let isTrue = gone[alarm.subject]?.contains { $0.contains(alarm.at) } ?? false
            return isTrue ? nil : alarm.at
        }
    }
}

extension Range<WorldTime> {
    fileprivate var length: WorldTime { upperBound - lowerBound }
}
