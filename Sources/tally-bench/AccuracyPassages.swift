import AssetModel
import WarehouseSimulator

/// A passage as a subject told it. Times in milliseconds of the world, tags by their index.
struct ToldPassage: Sendable {
    var gate: Int
    var from: WorldTime
    var to: WorldTime
    var at: WorldTime
    var direction: Passage.Direction
    /// 0...1, as stated.
    var confidence: Double
    var tags: [(tag: Int, confidence: Double)]
}

/// How right the passages are: against each pass of the truth that something could be read of.
struct AccuracyPassages {
    /// Share or number of each thing; `nil` where there is nothing to count.
    private(set) var figures: [(String, String, Double?)] = []
    /// Stated confidence of the decided ones, and whether something passed that way.
    private(set) var directions: [ProbabilitySample] = []
    /// Stated confidence of each tag told, and whether it was carried through.
    private(set) var members: [ProbabilitySample] = []

    /// Clocks of readers are off by some seconds.
    private static let slack: WorldTime = 10_000

    /// - Returns: `nil` where the world has no gates.
    init?(_ run: AccuracyRun, said: AccuracyRun.Said) {
        let all = run.workload.truth.filter { $0.kind == .portalPass }
        guard !all.isEmpty else { return nil }
        let told = said.passages.sorted { ($0.from, $0.gate) < ($1.from, $1.gate) }
        let owner = AccuracyPassages.match(told, with: all)
        var tally = Tally()
        for (index, passage) in told.enumerated() {
            let truth = owner[index].map { all[$0] }
            tally.count(passage, truth)
            if passage.direction != .undecided {
                let isRight = truth?.via == passage.direction.rawValue
                directions.append(ProbabilitySample(passage.confidence, isRight))
            }
            let carried = Set(truth?.tags ?? [])
            for tag in passage.tags {
                members.append(ProbabilitySample(tag.confidence, carried.contains(Int32(tag.tag))))
            }
        }
        let found = Set(owner.compactMap { $0 })
        let outages = AccuracyPassages.outages(of: run.workload)
        let through = all.indices.filter { all[$0].via != "turn_back" }
        let asked = through.filter { index in
            !outages.contains { $0.gate == all[index].zone && $0.time.overlaps(all[index].window) }
        }
        func share(_ part: Int, _ whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }
        let delays = tally.delays.sorted()
        figures = [
            ("events", "count", Double(asked.count)),
            ("told", "count", Double(told.count)),
            ("precision", "share", share(tally.through, told.count)),
            ("recall", "share", share(asked.filter { found.contains($0) }.count, asked.count)),
            ("recall_raw", "share", share(through.filter { found.contains($0) }.count, through.count)),
            ("direction_accuracy", "share", share(tally.right, tally.decided)),
            ("undecided", "count", Double(tally.undecided)),
            ("tag_precision", "share", share(tally.tagsRight, tally.tagsTold)),
            ("tag_recall", "share", share(tally.tagsRight, tally.tagsCarried)),
            ("bystanders_taken_in", "count", Double(tally.tagsTold - tally.tagsRight)),
            ("turn_backs", "count", Double(all.count - through.count)),
            ("turn_backs_told", "count", Double(tally.turnedBack)),
            ("nothing_there", "count", Double(owner.filter { $0 == nil }.count)),
            ("told_after_p50_s", "s", nearestRank(0.5, of: delays).map { Double($0) / 1_000 }),
            ("told_after_p99_s", "s", nearestRank(0.99, of: delays).map { Double($0) / 1_000 }),
        ]
    }

    /// What the passages come to, one after the other.
    private struct Tally {
        var through = 0
        var decided = 0
        var right = 0
        var undecided = 0
        var turnedBack = 0
        var tagsTold = 0
        var tagsRight = 0
        var tagsCarried = 0
        var delays: [WorldTime] = []

        mutating func count(_ passage: ToldPassage, _ truth: ShelfEvent?) {
            guard let truth else { return }
            if truth.via == "turn_back" {
                turnedBack += 1
                return
            }
            through += 1
            if passage.direction == .undecided {
                undecided += 1
            } else {
                decided += 1
                right += truth.via == passage.direction.rawValue ? 1 : 0
            }
            tagsTold += passage.tags.count
            tagsCarried += truth.tags.count
            tagsRight += passage.tags.filter { truth.tags.contains(Int32($0.tag)) }.count
            delays.append(passage.at - passage.to)
        }
    }

    /// For each passage the pass of the truth at that gate and time, each pass told once.
    private static func match(_ told: [ToldPassage], with truth: [ShelfEvent]) -> [Int?] {
        var free = Set(truth.indices)
        return told.map { passage in
            let near = free.filter { index in
                let window = truth[index].window
                return truth[index].zone == passage.gate && passage.from < window.upperBound + slack
                    && passage.to > window.lowerBound - slack
            }
            let middle = (passage.from + passage.to) / 2
            let best = near.min { distance(truth[$0], middle) < distance(truth[$1], middle) }
            if let best { free.remove(best) }
            return best
        }
    }

    private static func distance(_ event: ShelfEvent, _ at: WorldTime) -> WorldTime {
        WorldTime(((event.window.lowerBound + event.window.upperBound) / 2 - at).magnitude)
    }

    /// Gates whose reader had no power: nothing could be read.
    private static func outages(of workload: ShelfWorkload) -> [(gate: Int, time: Range<WorldTime>)] {
        workload.truth.filter { $0.kind == .readerDown }.compactMap { event in
            guard let reader = event.reader, let antenna = workload.layout.readers[reader].antennas.first
            else { return nil }
            let end = event.to ?? workload.figures.duration.milliseconds
            return (workload.layout.antennas[antenna].zone, event.from..<max(event.from + 1, end))
        }
    }
}

extension ShelfEvent {
    fileprivate var window: Range<WorldTime> { from..<max(from + 1, to ?? from + 1) }
}
