import AssetModel
import Testing
import WarehouseSimulator

@Suite struct `oracle filter` {
    /// Without shadows and strays the number of silent epochs to certainty is known in closed form:
    /// odds = h Σ (1-q)^(j-1) / (1-q)^n, which passes θ/(1-θ) at n* (inference §1.5).
    @Test func `it is as sure as the closed form says, and not an epoch earlier`() throws {
        let rate = 0.6
        var figures = ShelfWorlds.still(rate: rate, tags: 240, hours: 24)
        figures.radio.neighbourShare = 0
        figures.radio.secondRingShare = 0
        figures.hazards.quietRemovals = 0.5
        figures.hazards.returnedShare = 0
        let hazard = 0.5 / 1_440
        var workload = ShelfWorkload(figures, seed: 1)
        var lastHeard: [Int: WorldTime] = [:]
        for read in ShelfWorlds.reads(&workload) { lastHeard[Int(read.tag)] = read.at }
        let oracle = try #require(workload.oracle)
        #expect(oracle.detections.count > 50)
        for (place, threshold) in OracleFilter.thresholds.enumerated() {
            var silent = 0
            var odds = 0.0
            while odds < threshold / (1 - threshold) {
                // One more epoch: gone before or in it, against there and not read.
                odds = (odds + hazard) / ((1 - hazard) * (1 - rate))
                silent += 1
            }
            for found in oracle.detections {
                guard let crossed = found.crossedAt[place], let last = lastHeard[found.tag] else { continue }
                // Sure before the event by chance: it was silent that long, and went.
                let due = (last / 60_000 + 1 + WorldTime(silent)) * 60_000
                #expect(crossed == max(due, (found.from / 60_000 + 1) * 60_000), "\(found)")
            }
        }
    }

    @Test func `more certainty takes longer and errs less`() throws {
        var figures = ShelfWorlds.small(tags: 240, hours: 24)
        figures.hazards.quietRemovals = 0.2
        var workload = ShelfWorkload(figures, seed: 2)
        _ = ShelfWorlds.reads(&workload)
        let oracle = try #require(workload.oracle)
        for found in oracle.detections {
            let times = found.crossedAt.compactMap(\.self)
            #expect(times == times.sorted())
            #expect(times.allSatisfy { $0 > found.from })
        }
        #expect(oracle.falseAlarms == oracle.falseAlarms.sorted(by: >))
        let early = try #require(oracle.timeToDetect(percentile: 0.5, at: 0))
        let late = try #require(oracle.timeToDetect(percentile: 0.5, at: 4))
        #expect(early < late)
        #expect(try #require(oracle.precision(at: 4)) > 0.95)
    }

    @Test func `an outage that it knows of frightens nobody`() throws {
        var figures = ShelfWorlds.still(rate: 0.9, tags: 120, hours: 24)
        figures.faults.outages = 12
        figures.faults.outageMean = 3_600
        figures.hazards.quietRemovals = 0.000_1
        var workload = ShelfWorkload(figures, seed: 3)
        _ = ShelfWorlds.reads(&workload)
        #expect(workload.truth.count { $0.kind == .readerDown } > 50)
        #expect(try #require(workload.oracle).falseAlarms.allSatisfy { $0 == 0 })
    }

    @Test func `who is gone and who is there is told by place and probability`() throws {
        var figures = ShelfWorlds.small(tags: 240, hours: 24)
        figures.hazards.multiply(by: 40)
        var workload = ShelfWorkload(figures, seed: 4)
        _ = ShelfWorlds.reads(&workload)
        let oracle = try #require(workload.oracle)
        let settled = figures.duration.milliseconds - 8 * 3_600_000
        let gone = workload.truth.filter { $0.expected == .missing && $0.to == nil && $0.from < settled }
            .compactMap(\.tag)
        #expect(gone.count > 10)
        #expect(gone.allSatisfy { workload.place(of: $0) == .gone })
        #expect(gone.count { oracle.probabilityGone($0) > 0.5 } * 10 >= gone.count * 9)
        let there = (0..<240).filter { if case .zone = workload.place(of: $0) { true } else { false } }
        #expect(there.count { oracle.probabilityGone($0) < 0.5 } * 100 >= there.count * 98)
    }
}
