import Testing
import WarehouseSimulator

@Suite struct `the worlds of SMURF` {
    private func epochs(_ world: SmurfWorld, _ count: Int) -> [SmurfWorld.Epoch] {
        var world = world
        return (0..<count).map { _ in world.next() }
    }

    @Test(
        arguments: [
            (0.0, 0.0, 0.8), (0, 10, 0.4), (0, 20, 0), (0.5, 10, 0.8), (0.5, 15, 0.4), (1, 20, 0.8),
            (1, 20.01, 0), (0.5, 25, 0),
        ])
    func `the chance of a read is constant in the major region and falls in a line to the edge`(
        share: Double, feet: Double, chance: Double
    ) {
        let field = SmurfField(majorShare: share, majorRate: 0.8)
        #expect(abs(field.readRate(at: feet) - chance) < 1e-12)
        #expect(field.holds(feet) == (feet <= 20))
    }

    @Test func `a seed is a world, and another major share reads the same tags on the same ways`() {
        let world = epochs(.smurfA(majorShare: 0.5, seed: 3), 300)
        #expect(world.map(\.isRead) == epochs(.smurfA(majorShare: 0.5, seed: 3), 300).map(\.isRead))
        #expect(world.map(\.isPresent) != epochs(.smurfA(majorShare: 0.5, seed: 4), 300).map(\.isPresent))
        let wider = epochs(.smurfA(majorShare: 1, seed: 3), 300)
        #expect(world.map(\.isPresent) == wider.map(\.isPresent))
        // A wider major region only adds reads.
        for (narrow, wide) in zip(world, wider) {
            #expect(zip(narrow.isRead, wide.isRead).allSatisfy { !$0 || $1 })
        }
    }

    /// Rows "raw" and "static-5 trailing" of `inference.md` §1.6, which another program measured; a seed of
    /// 5,000 epochs comes within a tenth of them.
    @Test(arguments: [
        (0.0, 8.98, 4.26), (0.25, 7.79, 3.5), (0.5, 6.23, 2.78), (0.75, 4.49, 2.28), (1, 2.6, 2.01),
    ])
    func `raw reads and a window of five err as often as published`(share: Double, raw: Double, five: Double)
    {
        let world = epochs(.smurfA(majorShare: share, seed: 1_000), SmurfWorld.epochsUsual)
        var missed = 0
        var wrong = 0
        var silent = [Int](repeating: 5, count: 25)
        for epoch in world {
            for tag in 0..<25 {
                silent[tag] = epoch.isRead[tag] ? 0 : silent[tag] + 1
                if epoch.isPresent[tag] && !epoch.isRead[tag] { missed += 1 }
                if epoch.isPresent[tag] != (silent[tag] < 5) { wrong += 1 }
            }
        }
        let perEpoch = 1 / Double(world.count)
        #expect(abs(Double(missed) * perEpoch / raw - 1) < 0.1, "\(Double(missed) * perEpoch)")
        #expect(abs(Double(wrong) * perEpoch / five - 1) < 0.15, "\(Double(wrong) * perEpoch)")
    }

    @Test func `a tag is read only within the range and as often as its rate says`() {
        var expected = 0.0
        var reads = 0.0
        for epoch in epochs(.smurfB(.fido, majorRate: 0.5, seed: 8), 400) {
            for tag in 0..<100 {
                #expect(epoch.isPresent[tag] || !epoch.isRead[tag])
                expected += epoch.readRate[tag]
                reads += epoch.isRead[tag] ? 1 : 0
            }
            #expect(epoch.slots.count == epoch.isRead.count { $0 })
        }
        #expect(abs(reads / expected - 1) < 0.03)
    }

    @Test func `all tags of a pallet are there or none, and Fidos come and go for themselves`() {
        let pallet = epochs(.smurfB(.pallet, majorRate: 0.8, seed: 2), 500).map(\.presentCount)
        #expect(Set(pallet) == [0, 100])
        let dogs = epochs(.smurfB(.fido, majorRate: 0.8, seed: 2), 500).map(\.presentCount)
        #expect(Set(dogs).count > 10)
        #expect(dogs.allSatisfy { (25...85).contains($0) })
    }
}
