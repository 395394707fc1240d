import AssetModel
import Testing
import WarehouseSimulator

@Suite struct `delivery` {
    /// A world in which every message comes once, and soon.
    private static var perfect: WorldFigures {
        var figures = WorldFigures.demo
        figures.lostShare = 0
        figures.repeatedShare = 0
        return figures
    }

    @Test func `every message is delivered, lost or repeated, and counted`() {
        var stream = MessageStream(WarehouseWorld(demo: 8, start: start))
        var delivered = 0
        while stream.next() != nil { delivered += 1 }
        let account = stream.account
        #expect(account.delivered == account.departed - account.lost + account.repeated)
        // The last ones are still under way when the listening ends.
        #expect((0...60).contains(account.delivered - delivered), "\(account) \(delivered)")
        #expect((0.004...0.02).contains(Double(account.repeated) / Double(account.departed)))
        #expect((0.000_1...0.006).contains(Double(account.lost) / Double(account.departed)))
        #expect(account.heldBack > 30)
    }

    @Test func `a better network loses and repeats nothing and changes no read`() {
        let rough = PublishedReads.all(in: WarehouseWorld(demo: 8, start: start).messages())
        var stream = MessageStream(WarehouseWorld(demo: 8, start: start, figures: Self.perfect))
        var messages: [SimulatedMessage] = []
        while let message = stream.next() { messages.append(message) }
        #expect(stream.account.repeated == 0)
        let clean = Set(PublishedReads.all(in: messages).map(name))
        let extra = Set(rough.map(name)).subtracting(clean)
        #expect(extra.isEmpty, "\(extra.prefix(3))")
    }

    @Test func `messages overtake each other, by seconds and not by minutes`() {
        let reads = PublishedReads.all(in: WarehouseWorld(demo: 8, start: start).messages())
            .filter { $0.reader == "r-a" }.compactMap(\.heardAt)
        let overtaken = zip(reads, reads.dropFirst()).filter { $1 < $0 }.count
        #expect((0.02...0.3).contains(Double(overtaken) / Double(reads.count)))
        var newest = ElapsedTime.zero
        for read in reads {
            #expect((newest - read).milliseconds < 8_000)
            newest = max(newest, read)
        }
    }

    @Test func `what a reader kept while its link was down comes at once when it is back`() throws {
        let world = WarehouseWorld(demo: 8, start: start, figures: Self.perfect)
        let held = try #require(world.happenings.first { $0.kind == .linkHeld })
        let (from, to) = (held.from - start, try #require(held.to) - start)
        let reads = PublishedReads.all(in: world.messages()).filter { $0.reader == "r-b" }
        let kept = reads.filter { $0.heardAt.map { from + ElapsedTime(seconds: 1) < $0 && $0 < to } ?? false }
        #expect(kept.count > 30)
        // A few of the last second were on their way already, by the reader's own clock.
        let early = kept.filter { $0.at < to }
        #expect(early.count <= 2 && kept.allSatisfy { $0.at < to + ElapsedTime(seconds: 3) })
    }

    @Test func `the fleet does not touch the reads of tags`() {
        var small = WorldFigures.demo
        small.vehicles = 16
        let few = WarehouseWorld(demo: 8, start: start, figures: small).messages()
        let many = WarehouseWorld(demo: 8, start: start).messages()
        let ofReaders = { (messages: [SimulatedMessage]) in
            messages.filter { $0.topic.hasPrefix("warehouse/") || $0.topic.hasPrefix("branch/") }
        }
        #expect(many.count > few.count)
        #expect(ofReaders(many) == ofReaders(few))
    }

    @Test func `a tag can be generated alone, in any stretch`() {
        let world = WarehouseWorld(demo: 8, start: start)
        let whole = world.readings(of: 25, in: 0..<175_000)
        let parts = stride(from: Int64(0), to: 175_000, by: 7_000).flatMap {
            world.readings(of: 25, in: $0..<min($0 + 7_000, 175_000))
        }
        #expect(whole.count > 30 && whole == parts)
    }

    private func name(_ read: HeardTag) -> String {
        "\(read.epcHex) \(read.reader) \(read.port ?? 0) \(read.heardAt?.milliseconds ?? 0)"
    }
}

@Suite struct `arithmetic of the world` {
    @Test func `logarithm and power agree with tables`() {
        #expect(abs(naturalLogarithm(2) - 0.693_147_180_559_945) < 1e-14)
        #expect(abs(naturalLogarithm(1e-9) + 20.723_265_836_946_41) < 1e-12)
        #expect(naturalLogarithm(1) == 0)
        #expect(abs(decimalLogarithm(1_000) - 3) < 1e-13)
        #expect(abs(exponential(1) - 2.718_281_828_459_045) < 1e-14)
        #expect(abs(exponential(-10) - 4.539_992_976_248_485e-5) < 1e-18)
        #expect(exponential(0) == 1 && exponential(-1_000) == 0)
    }

    @Test func `beta and exponential numbers have the means and deviations of their distributions`() {
        let random = CounterRandom(seed: 3)
        let draw = { (number: (inout SplitMix64) -> Double) -> (mean: Double, variance: Double) in
            let values = (0..<20_000).map { entity in
                var stream = random.stream(.sensitivity, entity: entity)
                return number(&stream)
            }
            let mean = values.reduce(0, +) / Double(values.count)
            return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
        }
        let waiting = draw { $0.waitingTime() }
        #expect(abs(waiting.mean - 1) < 0.03 && abs(waiting.variance - 1) < 0.1)
        // a / (a + b), ab / ((a + b)² (a + b + 1))
        let hard = draw { $0.beta(2.0, 1.3) }
        #expect(abs(hard.mean - 0.606) < 0.01 && abs(hard.variance - 0.055_5) < 0.004)
        let real = draw { $0.beta(24.95, 0.85) }
        #expect(abs(real.mean - 0.967) < 0.003 && abs(real.variance - 0.001_19) < 0.000_3)
    }
}
