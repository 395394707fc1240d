import AssetModel
import WarehouseSimulator

/// The product with shelves set up as walk-by zones, for things that go from shelf to shelf within a minute:
/// a tag is where its chance of being in the field is the greatest.
struct WalkByShelves: AccuracySubject {
    private var path: PathSubject
    private let epoch: WorldTime

    init(_ workload: ShelfWorkload, hazardFactor: Double) {
        path = PathSubject(workload, hazardFactor: hazardFactor, walkBy: true)
        epoch = workload.figures.epoch.milliseconds
    }

    var name: String { path.name }

    mutating func take(_ arrival: ShelfArrival) { path.take(arrival) }

    mutating func advance(to time: WorldTime) -> [AccuracyAlarm] { path.advance(to: time) }

    func zone(of tag: Int) -> Int? {
        var best: (zone: Int, probability: Double)?
        for zone in path.layout.zones.indices {
            guard let chance = path.passingChance(tag, zone: zone)?.probability else { continue }
            if chance >= WalkByShelves.chanceMin, chance > best?.probability ?? 0 { best = (zone, chance) }
        }
        return best?.zone
    }

    /// Rather here than not.
    private static let chanceMin = 0.5

    /// The end of the oldest epoch that a zone speaks of.
    func spokenOf(at now: WorldTime) -> WorldTime {
        let ends = path.layout.zones.indices.compactMap { zone in
            path.passingChance(0, zone: zone).map { ($0.epoch - path.start).milliseconds + epoch }
        }
        return min(now, ends.min() ?? now)
    }
}
