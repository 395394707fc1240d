import AssetModel
import WarehouseSimulator

/// Four antennas of one reader in four zones, of which each reads every tag nearly always: which method names
/// the right zone, second by second?
struct QuarterRun {
    private let name: String
    private let figures: QuarterWorld.Figures
    private var world: QuarterWorld
    private var own: QuarterPath
    private var hits: QuarterPath
    private var cards: QuarterPath
    private var edgeX: [BaselineEdgeX]
    /// Antenna of the strongest read of the last second with a read.
    private var strongest: [Int?]
    private let home: [Int]

    private var samples = 0
    private var right: [String: Int] = [:]
    private var settled = (all: 0, right: 0)
    private var stated: [ProbabilitySample] = []
    private var statedAtChange: [ProbabilitySample] = []
    private var tagSeconds = 0
    private var changes = 0
    /// Told while the tag stays where it was told to be, and not within ``answerSeconds`` of a move.
    private var idleChanges = 0
    private var idleChangesEdgeX = 0
    private var accusations = (all: 0, wrong: 0)
    private var moves = 0
    /// Seconds from a move until the right zone was told.
    private var delays: [Int] = []
    private var movedAt: [Int?]
    private var lastZones: [Int?]

    /// The first words need reads: nobody is scored on the first minute.
    private static let settlingSeconds = 60
    /// A change this long after a move still answers it.
    private static let answerSeconds = 60
    /// Samples of stated probabilities are this far apart: those of the next second say the same again.
    private static let sampleSeconds = 60

    init(_ name: String, _ figures: QuarterWorld.Figures, seed: UInt64) {
        self.name = "four-zones-\(name)"
        self.figures = figures
        let world = QuarterWorld(figures, seed: seed)
        self.world = world
        own = QuarterPath(world, kind: .strengths)
        hits = QuarterPath(world, kind: .hits)
        cards = QuarterPath(world, kind: .cards)
        edgeX = Array(repeating: BaselineEdgeX(), count: figures.tags)
        strongest = Array(repeating: nil, count: figures.tags)
        home = (0..<figures.tags).map { world.lastZone(of: $0) }
        movedAt = Array(repeating: nil, count: figures.tags)
        lastZones = movedAt
    }

    /// Tags at rest, and tags that somebody carries about.
    static func figures(seed: Int) -> [Figure] {
        let seed = UInt64(max(0, seed))
        var resting = QuarterRun("resting", .resting, seed: seed)
        var walking = QuarterRun("walking", .walking, seed: seed)
        var rough = QuarterRun("rough", .rough, seed: seed)
        return resting.run() + walking.run() + rough.run()
    }

    mutating func run() -> [Figure] {
        for _ in 0..<figures.seconds { step() }
        return told()
    }

    private mutating func step() {
        let reads = world.next()
        let before = edgeX.map(\.location)
        var best = Array(repeating: (antenna: -1, centiDBm: Int16.min), count: figures.tags)
        for read in reads {
            edgeX[read.tag].observe(
                antenna: read.antenna, signal: Double(read.centiDBm) / 100, atMilliseconds: Int(read.at))
            if read.centiDBm > best[read.tag].centiDBm { best[read.tag] = (read.antenna, read.centiDBm) }
        }
        for tag in best.indices where best[tag].antenna >= 0 { strongest[tag] = best[tag].antenna }
        own.pass(second: world.second, reads)
        hits.pass(second: world.second, reads)
        cards.pass(second: world.second, reads)
        for tag in 0..<figures.tags { followMove(of: tag) }
        guard world.second >= QuarterRun.settlingSeconds else { return }
        countChanges()
        for tag in 0..<figures.tags where edgeX[tag].location != before[tag] {
            if sinceMove(of: tag) > QuarterRun.answerSeconds { idleChangesEdgeX += 1 }
        }
        for tag in 0..<figures.tags { score(tag) }
    }

    private mutating func followMove(of tag: Int) {
        let zone = world.zone(of: tag)
        if let zone, lastZones[tag] == nil, world.second > 0 {
            movedAt[tag] = world.second
            moves += 1
            if own.told[tag] == zone { delays.append(0) }
        }
        if zone == nil { movedAt[tag] = world.second }
        lastZones[tag] = zone
    }

    private mutating func countChanges() {
        tagSeconds += figures.tags
        changes += own.changes.count
        for change in own.changes {
            let since = sinceMove(of: change.tag)
            if since > QuarterRun.answerSeconds { idleChanges += 1 }
            guard let zone = world.zone(of: change.tag) else { continue }
            statedAtChange.append(ProbabilitySample(change.stated, change.zone == zone))
            if zone == change.zone, since < figures.seconds { delays.append(since) }
        }
        for tag in cards.accused {
            accusations.all += 1
            if world.zone(of: tag) == home[tag] { accusations.wrong += 1 }
        }
    }

    private func sinceMove(of tag: Int) -> Int { movedAt[tag].map { world.second - $0 } ?? .max }

    private mutating func score(_ tag: Int) {
        guard let zone = world.zone(of: tag) else { return }
        samples += 1
        let said = [
            ("", own.told[tag]), ("hits", hits.told[tag]), ("edgex", edgeX[tag].location),
            ("strongest", strongest[tag]), ("unfaded", world.strongestZone(of: tag)),
        ]
        for (name, place) in said where place == zone { right[name, default: 0] += 1 }
        if own.isSettled[tag] {
            settled.all += 1
            if own.told[tag] == zone { settled.right += 1 }
        }
        guard world.second % QuarterRun.sampleSeconds == 0, let chance = own.stated(tag) else { return }
        stated.append(ProbabilitySample(chance, own.told[tag] == zone))
    }

    // MARK: figures

    private func told() -> [Figure] {
        func figure(_ place: String, _ metric: String, _ value: Double, _ unit: String) -> Figure {
            Figure(
                bench: SmurfTagRun.bench, case: place.isEmpty ? name : "\(name)/\(place)", metric: metric,
                value: value, unit: unit)
        }
        let days = Double(tagSeconds) / 86_400
        let accuracy = Double(right["", default: 0]) / Double(max(1, samples))
        var figures = [figure("", "zone_accuracy", accuracy, "share")]
        for baseline in ["edgex", "strongest", "hits", "unfaded"] {
            var compared = figures[0]
            compared.baseline = baseline
            compared.baselineValue = Double(right[baseline, default: 0]) / Double(max(1, samples))
            figures.append(compared)
        }
        let sorted = delays.sorted()
        figures += [
            figure("", "decision_delay_s", 0, "s"),
            figure("", "settled", Double(settled.all) / Double(max(1, samples)), "share"),
            figure("", "settled_right", Double(settled.right) / Double(max(1, settled.all)), "share"),
            figure("", "moves", Double(moves), "count"),
            figure("", "told_after_move_p50_s", Double(sorted.isEmpty ? 0 : sorted[sorted.count / 2]), "s"),
            figure("", "changes_per_tag_day", Double(changes) / days, "1/day"),
            figure("", "changes_at_rest_per_tag_day", Double(idleChanges) / days, "1/day"),
            figure("edgex", "changes_at_rest_per_tag_day", Double(idleChangesEdgeX) / days, "1/day"),
            figure("", "mismatches", Double(accusations.all), "count"),
            figure("", "false_mismatches", Double(accusations.wrong), "count"),
            figure("", "contested", own.contestedShare, "share"),
        ]
        for (place, samples) in [("calibration", stated), ("calibration-changes", statedAtChange)] {
            let calibration = Calibration(samples)
            figures.append(figure(place, "samples", Double(calibration.count), "count"))
            if let brier = calibration.brier { figures.append(figure(place, "brier", brier, "1")) }
            if let error = calibration.expectedError() { figures.append(figure(place, "ece_15", error, "1")) }
            for row in calibration.table(QuarterRun.edges) {
                let at = "\(place)/\(row.from)-\(row.to)"
                figures += [
                    figure(at, "samples", Double(row.count), "count"),
                    figure(at, "stated", row.meanStated, "share"),
                    figure(at, "observed", row.observed, "share"),
                ]
            }
        }
        return figures
    }

    private static let edges = [0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1]
}
