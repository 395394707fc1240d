import AssetModel
import Testing
import WarehouseSimulator

@Suite struct `delivery of shelf workloads` {
    private struct Run {
        var arrivals: [ShelfArrival] = []
        var batches: [ShelfBatch] = []
        var account = ShelfAccount()
        var workload: ShelfWorkload
    }

    private func run(_ figures: ShelfFigures, seed: UInt64) -> Run {
        var delivery = ShelfDelivery(ShelfWorkload(figures, seed: seed, withOracle: false))
        var run = Run(workload: delivery.workload)
        while let arrival = delivery.next() {
            run.arrivals.append(arrival)
            if case .reads(let batch) = arrival.kind { run.batches.append(batch) }
        }
        run.account = delivery.account
        run.workload = delivery.workload
        return run
    }

    @Test func `all arrive in order of receipt, and the account adds up`() {
        let run = run(ShelfWorlds.small(tags: 480, hours: 6), seed: 1)
        let times = run.arrivals.map(\.at)
        #expect(times == times.sorted())
        let account = run.account
        let copies = account.redelivered + account.bridged + account.replayed
        #expect(account.arrived == account.sent - account.lost + copies)
        #expect(account.arrived == run.batches.count)
        #expect(account.arrivedReads == run.batches.reduce(0) { $0 + $1.reads.count })
        let epochs = run.arrivals.count { if case .epochEnd = $0.kind { true } else { false } }
        #expect(epochs == 6 * 60)
        #expect(run.batches.allSatisfy { (1...100).contains($0.reads.count) })
    }

    @Test func `copies, losses and overtaking have the shares of the table`() {
        let account = run(ShelfWorlds.small(tags: 480, hours: 12), seed: 2).account
        let arrived = account.sent - account.lost
        #expect(account.sent > 10_000)
        #expect(ShelfWorlds.isBinomial(account.redelivered, of: arrived, chance: 0.01))
        #expect(ShelfWorlds.isBinomial(account.bridged, of: arrived, chance: 0.002))
        #expect(ShelfWorlds.isBinomial(account.reordered, of: account.sent, chance: 0.15))
        let lost = account.lost - account.lostWithPower
        #expect(ShelfWorlds.isBinomial(lost, of: account.sent, chance: 0.001))
        #expect(account.replayed > 0 && account.flushed > 0)
    }

    @Test func `a copy holds the same reads as the first, and comes no earlier`() {
        let run = run(ShelfWorlds.small(tags: 480, hours: 6), seed: 3)
        var firsts: [[Int]: [ShelfRead]] = [:]
        var copies = 0
        for batch in run.batches {
            let key = [batch.reader, batch.number]
            if batch.isDuplicate {
                #expect(firsts[key] == batch.reads)
                copies += 1
            } else {
                #expect(firsts[key] == nil)
                firsts[key] = batch.reads
            }
        }
        #expect(copies == run.account.redelivered + run.account.bridged + run.account.replayed)
        #expect(copies > 50)
    }

    @Test func `with a quiet network every read arrives once, at once, by its reader's clock`() {
        var figures = ShelfWorlds.small(tags: 240, hours: 6)
        figures.delivery.quiet()
        figures.faults.outages = 0
        figures.faults.clockOffset = 0
        figures.faults.clockDrift = 0
        figures.faults.clockStep = 0
        let run = run(figures, seed: 4)
        let delivered = run.batches.flatMap(\.reads)
        #expect(run.batches.allSatisfy { !$0.isDuplicate })
        let true0 = ShelfWorlds.reads(figures, seed: 4)
        #expect(delivered.count == true0.count)
        let layout = run.workload.layout
        let times = { (reads: [ShelfRead]) in
            Dictionary(grouping: reads) { layout.antennas[Int($0.antenna)].reader }
                .mapValues { $0.map(\.at).sorted() }
        }
        let told = times(delivered)
        let real = times(true0)
        var wrong: [WorldTime] = []
        for reader in layout.readers.indices {
            guard let told = told[reader], let real = real[reader] else { continue }
            let offsets = Set(zip(told, real).map { $0 - $1 })
            #expect(offsets.count == 1)
            if offsets != [0] { wrong += offsets }
        }
        #expect(wrong == [-3_600_000])
    }

    @Test func `one clock is stepped by half a minute, once`() throws {
        var figures = ShelfWorlds.small(tags: 240, hours: 6)
        figures.delivery.quiet()
        figures.faults.clockOffset = 0
        figures.faults.clockDrift = 0
        figures.faults.wrongHour = 0
        let run = run(figures, seed: 5)
        let step = try #require(run.workload.truth.first { $0.kind == .clockStep })
        var off: [Int: Set<Bool>] = [:]
        for arrival in run.arrivals {
            guard case .reads(let batch) = arrival.kind else { continue }
            // Held ten seconds at most, and the step is thirty.
            let age = arrival.at - (batch.reads.last?.at ?? 0)
            if !(0...10_000).contains(age) { off[batch.reader, default: []].insert(arrival.at >= step.from) }
        }
        #expect(abs(try #require(step.step)) == 30_000)
        #expect(off == [try #require(step.reader): [true]])
    }

    @Test func `the will is told during the outage, then only copies come until the reader is back`() {
        var figures = ShelfWorlds.small(tags: 240, hours: 24)
        figures.faults.outages = 12
        let run = run(figures, seed: 6)
        let outages = run.workload.truth.filter { $0.kind == .readerDown }
        #expect(outages.count > 50)
        for outage in outages {
            let time = outage.from..<(outage.to ?? .max)
            let told = run.arrivals.filter { arrival in
                guard case .reader(let reader, false) = arrival.kind else { return false }
                return reader == outage.reader && time.contains(arrival.at)
            }
            #expect(told.count == 1 || outage.to == nil)
            let late = run.arrivals.count { arrival in
                guard case .reads(let batch) = arrival.kind else { return false }
                return batch.reader == outage.reader && !batch.isDuplicate && time.contains(arrival.at)
            }
            #expect(late == 0)
        }
        #expect(run.account.lostWithPower > 0)
    }

    @Test func `a reader without a link keeps its messages and sends them when it is back`() {
        var figures = ShelfWorlds.small(tags: 1_200, hours: 2)
        figures.delivery.quiet()
        figures.delivery.flushed = 98_000
        figures.faults.quiet()
        let run = run(figures, seed: 7)
        let delays = run.arrivals.compactMap { arrival -> WorldTime? in
            guard case .reads(let batch) = arrival.kind, let last = batch.reads.last else { return nil }
            return arrival.at - last.at
        }
        let late = delays.filter { $0 > 10_000 }
        #expect(run.account.lost == 0)
        #expect(run.account.flushed >= late.count && late.count >= 8)
        #expect((late.max() ?? 0) <= 98_000 + 10_000)
        #expect((late.max() ?? 0) > 80_000)
    }

    @Test func `the last minute is replayed once, by one reader`() {
        let run = run(ShelfWorlds.small(tags: 1_200, hours: 2), seed: 8)
        let replayed = run.batches.filter(\.isReplay)
        #expect(Set(replayed.map(\.reader)).count == 1)
        let times = replayed.flatMap(\.reads).map(\.at)
        let span = (times.max() ?? 0) - (times.min() ?? 0)
        #expect((45_000...80_000).contains(span), "\(span)")
        #expect(Set(replayed.map(\.number)).count == replayed.count)
    }
}
