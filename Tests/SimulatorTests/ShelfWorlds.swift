import AssetModel
import WarehouseSimulator

/// Small shelf workloads, and what several tests do with them.
enum ShelfWorlds {
    /// WH-S with fewer tags, shorter.
    static func small(tags: Int = 480, hours: Int = 24) -> ShelfFigures {
        var figures = ShelfFigures.warehouseS
        figures.tags = tags
        figures.duration = ElapsedTime(seconds: Int64(hours) * 3_600)
        return figures
    }

    /// As `small`, and nothing happens: tags lie where they are and are all read at the same rate.
    static func still(rate: Double, tags: Int = 240, hours: Int = 12) -> ShelfFigures {
        var figures = small(tags: tags, hours: hours)
        figures.rate = .fieldOnly(major: rate, farthest: 1)
        figures.hazards.quiet()
        figures.faults.quiet()
        figures.passes.aDay = 0
        figures.radio.burstFactor = 1
        return figures
    }

    /// Every read of the whole run, with true times.
    static func reads(_ workload: inout ShelfWorkload) -> [ShelfRead] {
        var all: [ShelfRead] = []
        var reads: [ShelfRead] = []
        while workload.next(into: &reads) != nil { all += reads }
        return all
    }

    static func reads(_ figures: ShelfFigures, seed: UInt64) -> [ShelfRead] {
        var workload = ShelfWorkload(figures, seed: seed, withOracle: false)
        return reads(&workload)
    }

    /// Fletcher's sum over all fields: two runs with the same reads in the same order have the same.
    static func digest(_ reads: [ShelfRead]) -> UInt64 {
        var sum: UInt64 = 0
        var sums: UInt64 = 0
        for read in reads {
            let parts = [
                Int64(read.tag), Int64(read.antenna), read.at, Int64(read.centiDBm), Int64(read.seenCount),
            ]
            for part in parts {
                sum &+= UInt64(bitPattern: part)
                sums &+= sum
            }
        }
        return sums
    }

    /// A count of successes is within so many deviations of what a binomial distribution expects. Four: one
    /// right count in 16,000 fails.
    static func isBinomial(_ count: Int, of trials: Int, chance: Double, slack: Double = 0) -> Bool {
        let expected = Double(trials) * chance
        let deviation = (expected * (1 - chance)).squareRoot()
        return abs(Double(count) - expected) <= 4 * deviation + slack * expected
    }

    /// Antennas that hear a tag in the first zone of the first site, by what they are to it: its own, a
    /// neighbour's, one behind it.
    static func ring(_ antenna: Int, of zone: Int, in layout: SiteLayout) -> Int? {
        let place = layout.antennas[antenna].zone
        if place == zone { return 0 }
        if layout.zones[zone].neighbours.contains(place) { return 1 }
        let near = layout.zones[zone].neighbours.flatMap { layout.zones[$0].neighbours }
        return near.contains(place) ? 2 : nil
    }
}
