import Testing
import WarehouseSimulator

@Suite struct `counter-based random numbers` {
    @Test func `SplitMix64 gives the numbers of its public reference`() {
        var numbers = SplitMix64(state: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in numbers.next() } == expected)
    }

    @Test func `a decision has the same number whatever was asked before`() {
        let random = CounterRandom(seed: 7)
        var first = random.stream(.look, entity: 3, epoch: 9)
        _ = random.stream(.stray, entity: 3, epoch: 9)
        var again = random.stream(.look, entity: 3, epoch: 9)
        #expect(first.next() == again.next())
    }

    @Test func `seed, purpose, entity and epoch each change the number`() {
        func number(_ seed: UInt64, _ purpose: CounterRandom.Purpose, _ entity: Int, _ epoch: Int) -> UInt64 {
            var stream = CounterRandom(seed: seed).stream(purpose, entity: entity, epoch: epoch)
            return stream.next()
        }
        let numbers = [
            number(1, .look, 1, 1), number(2, .look, 1, 1), number(1, .stray, 1, 1), number(1, .look, 2, 1),
            number(1, .look, 1, 2), number(1, .look, 1, 0), number(1, .look, 0, 1),
        ]
        #expect(Set(numbers).count == numbers.count)
    }

    @Test func `units fill the range evenly and a bell has mean 0 and deviation 1`() {
        let random = CounterRandom(seed: 11)
        var tenths = [Int](repeating: 0, count: 10)
        var sum = 0.0
        var squares = 0.0
        let count = 20_000
        for entity in 0..<count {
            var stream = random.stream(.look, entity: entity)
            tenths[Int(stream.unit() * 10)] += 1
            let bell = stream.bell()
            sum += bell
            squares += bell * bell
        }
        #expect(tenths.allSatisfy { (1_800...2_200).contains($0) }, "\(tenths)")
        #expect(abs(sum / Double(count)) < 0.03)
        #expect(abs(squares / Double(count) - 1) < 0.05)
    }

    @Test func `whole numbers reach both bounds and nothing beyond`() {
        let random = CounterRandom(seed: 5)
        let drawn = Set(
            (0..<500).map { entity in
                var stream = random.stream(.delivery, entity: entity)
                return stream.whole(-2...2)
            })
        #expect(drawn == [-2, -1, 0, 1, 2])
    }
}
