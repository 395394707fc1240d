import AssetModel
import Testing
import WarehouseSimulator

@Suite struct `reads of shelf workloads` {
    @Test func `the same seed gives the same reads, on every machine, and another seed others`() {
        let figures = ShelfWorlds.small(tags: 96, hours: 6)
        let first = ShelfWorlds.digest(ShelfWorlds.reads(figures, seed: 1))
        #expect(first == ShelfWorlds.digest(ShelfWorlds.reads(figures, seed: 1)))
        #expect(first != ShelfWorlds.digest(ShelfWorlds.reads(figures, seed: 2)))
        #expect(first == 19_479_603_529_369_463)
    }

    @Test(arguments: [0.9, 0.61, 0.13])
    func `a tag is read at its rate in its zone, at .15 of it next door and at .02 behind`(rate: Double) {
        let figures = ShelfWorlds.still(rate: rate)
        var workload = ShelfWorkload(figures, seed: 3, withOracle: false)
        // The first inner zone of the first site: four neighbours.
        let zone = 5
        let tags = Set((0..<figures.tags).filter { workload.place(of: $0) == .zone(zone) }.map { Int32($0) })
        var counts = [Int: Int]()
        for read in ShelfWorlds.reads(&workload) where tags.contains(read.tag) {
            counts[Int(read.antenna), default: 0] += 1
        }
        let looks = tags.count * 12 * 60
        #expect(tags.count == 10)
        for antenna in workload.layout.antennas.indices {
            let ring = ShelfWorlds.ring(antenna, of: zone, in: workload.layout)
            let isGate = workload.layout.antennas[antenna].side != nil
            let shares: [Double] = [1, 0.15, 0.02]
            let share = isGate ? 0 : ring.map { shares[$0] } ?? 0
            let count = counts[antenna] ?? 0
            #expect(
                ShelfWorlds.isBinomial(count, of: looks, chance: rate * share), "\(antenna): \(count)")
        }
    }

    @Test func `looks at different antennas and in different epochs are independent`() {
        let figures = ShelfWorlds.still(rate: 0.5)
        var workload = ShelfWorkload(figures, seed: 4, withOracle: false)
        var reads: [ShelfRead] = []
        var both = 0
        var again = 0
        var pairs = 0
        var last: Set<Int32> = []
        while workload.next(into: &reads) != nil {
            let own = Set(reads.filter { Int($0.antenna) == Int($0.tag) % 24 }.map(\.tag))
            let next = Set(reads.filter { Int($0.antenna) == Int($0.tag) % 24 + 1 }.map(\.tag))
            both += own.intersection(next).filter { $0 % 24 == 5 }.count
            again += own.intersection(last).count
            last = own
            pairs += 1
        }
        #expect(ShelfWorlds.isBinomial(both, of: 10 * pairs, chance: 0.5 * 0.5 * 0.15))
        #expect(ShelfWorlds.isBinomial(again, of: 240 * (pairs - 1), chance: 0.25))
    }

    @Test func `the rates of tags spread as the hard case says, mean .61`() {
        var figures = ShelfWorlds.still(rate: 1, tags: 2_400, hours: 2)
        figures.rate = .whole(a: 2.0, b: 1.3)
        let reads = ShelfWorlds.reads(figures, seed: 5).filter { Int($0.antenna) == Int($0.tag) % 24 }
        var counts = Array(repeating: 0, count: 2_400)
        for read in reads { counts[Int(read.tag)] += 1 }
        let mean = Double(reads.count) / 2_400 / 120
        // Deviation of a mean of 2,400 rates whose own is .236, that of looks beside it: .005.
        #expect(abs(mean - 2.0 / 3.3) < 0.02, "\(mean)")
        let low = counts.count { $0 < 24 }
        // The share of Beta(2, 1.3) below .2, by its series: .062.
        #expect((90...210).contains(low), "\(low)")
    }

    @Test func `on the shelves of the shop the mean rate is .80, by sensitivity and distance`() {
        var figures = ShelfWorlds.still(rate: 1, tags: 2_400, hours: 1)
        figures.rate = .shop
        let reads = ShelfWorlds.reads(figures, seed: 5).filter { Int($0.antenna) == Int($0.tag) % 24 }
        // Mean of Beta(24.95, .85) × .9 × mean of the field over 0 to 4.5 m, (3 + 1.125) / 4.5.
        let expected = 24.95 / 25.8 * 0.9 * 4.125 / 4.5
        #expect(abs(Double(reads.count) / 2_400 / 60 - expected) < 0.015)
    }

    @Test func `reads lie in their epoch, spread over it, in half decibels, not below -80 dBm`() {
        var workload = ShelfWorkload(ShelfWorlds.small(tags: 240, hours: 2), seed: 6, withOracle: false)
        var reads: [ShelfRead] = []
        var thirds = [0, 0, 0]
        while let epoch = workload.next(into: &reads) {
            #expect(reads.allSatisfy { epoch.time.contains($0.at) })
            for read in reads { thirds[Int(read.at - epoch.time.lowerBound) / 20_000] += 1 }
            #expect(reads.allSatisfy { $0.centiDBm % 50 == 0 && (-8_000...(-2_500)).contains($0.centiDBm) })
            #expect(reads.allSatisfy { $0.seenCount >= 1 })
        }
        let all = thirds.reduce(0, +)
        #expect(thirds.allSatisfy { ShelfWorlds.isBinomial($0, of: all, chance: 1.0 / 3) }, "\(thirds)")
    }

    @Test func `a burst reads one zone five times as often, each half hour`() {
        var figures = ShelfWorlds.still(rate: 0.8, hours: 2)
        figures.radio.burstFactor = 5
        var workload = ShelfWorkload(figures, seed: 7, withOracle: false)
        var reads: [ShelfRead] = []
        var most: [Int] = []
        while workload.next(into: &reads) != nil {
            let own = reads.filter { Int($0.antenna) == Int($0.tag) % 24 }
            most.append((0..<24).map { zone in own.count { Int($0.antenna) == zone } }.max() ?? 0)
        }
        let bursts = most.indices.filter { most[$0] > 10 }
        #expect(bursts == [0, 30, 60, 90])
    }

    @Test func `a shadow leaves a tenth of the rate`() {
        var figures = ShelfWorlds.still(rate: 0.8, tags: 240, hours: 24)
        figures.hazards.shadows = 4
        var workload = ShelfWorkload(figures, seed: 8, withOracle: false)
        var shadows: [Int32: [Range<WorldTime>]] = [:]
        for event in workload.truth where event.kind == .shadowOn {
            guard let tag = event.tag else { continue }
            shadows[Int32(tag), default: []].append(event.from..<(event.to ?? .max))
        }
        let reads = ShelfWorlds.reads(&workload).filter { Int($0.antenna) == Int($0.tag) % 24 }
        let within = reads.count { read in shadows[read.tag]?.contains { $0.contains(read.at) } ?? false }
        let end = figures.duration.milliseconds
        let minutes = shadows.values.joined().reduce(0) {
            $0 + Int((min(end, $1.upperBound) - $1.lowerBound) / 60_000)
        }
        #expect(minutes > 50_000)
        #expect(ShelfWorlds.isBinomial(within, of: minutes, chance: 0.08))
        let rest = 240 * 24 * 60 - minutes
        #expect(ShelfWorlds.isBinomial(reads.count - within, of: rest, chance: 0.8))
    }

    // MARK: one knob

    @Test func `what is read next door changes no read in the own zone`() {
        let figures = ShelfWorlds.small(tags: 240, hours: 6)
        var other = figures
        other.radio.neighbourShare = 0.05
        let own = { (reads: [ShelfRead]) in reads.filter { Int($0.antenna) == Int($0.tag) % 24 } }
        let moved = Set(fates(figures, seed: 9))
        let before = own(ShelfWorlds.reads(figures, seed: 9)).filter { !moved.contains($0.tag) }
        let after = own(ShelfWorlds.reads(other, seed: 9)).filter { !moved.contains($0.tag) }
        #expect(before == after)
        #expect(before.count > 20_000)
    }

    @Test func `more removals change no read of a tag that stays`() {
        var figures = ShelfWorlds.small(tags: 240, hours: 12)
        figures.passes.aDay = 0
        var other = figures
        other.hazards.quietRemovals = 0.4
        let moved = Set(fates(figures, seed: 10) + fates(other, seed: 10))
        #expect(fates(other, seed: 10).count > fates(figures, seed: 10).count + 10)
        // Those that stay beside a gate are heard there by chance, when something passes.
        let staying = { (reads: [ShelfRead]) in
            reads.filter { $0.tag < 240 && $0.antenna < 24 && !moved.contains($0.tag) }
        }
        let before = staying(ShelfWorlds.reads(figures, seed: 10))
        let after = staying(ShelfWorlds.reads(other, seed: 10))
        #expect(before == after)
        #expect(before.count > 40_000)
    }

    /// Tags to which something happens that the knobs of these tests may touch; pallets are made up of the
    /// others.
    private func fates(_ figures: ShelfFigures, seed: UInt64) -> [Int32] {
        ShelfWorkload(figures, seed: seed, withOracle: false).truth.flatMap { event -> [Int32] in
            switch event.kind {
            case .shadowOn: return []
            case .portalPass: return event.tags
            default: return event.tag.map { [Int32($0)] } ?? []
            }
        }
    }
}
