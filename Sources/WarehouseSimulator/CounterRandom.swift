/// Random numbers without a history: each is a pure function of (seed, purpose, entity, epoch).
///
/// Any tag can be generated alone and in any order, and turning one knob of a world does not reshuffle the
/// rest: a run with fewer missed reads has the same tags, the same moves and the same signal strengths.
package struct CounterRandom: Sendable {
    private let seed: UInt64

    package init(seed: UInt64) {
        self.seed = seed
    }

    /// What a number decides. The raw values enter the numbers, so they never change; new ones are added at
    /// the end.
    package enum Purpose: UInt64, Sendable {
        case choiceOfSubject = 1
        case plantedAt = 2
        case foreignTag = 3
        case placeOfTag = 4
        case look = 5
        case stray = 6
        case delivery = 7
        case readerClock = 8
        case vehicle = 9
        case vehicleReport = 10
        case assetCard = 11
    }

    /// The numbers of one decision.
    package func stream(_ purpose: Purpose, entity: Int, epoch: Int = 0) -> SplitMix64 {
        var key = SplitMix64.scramble(seed &+ SplitMix64.increment)
        for part in [purpose.rawValue, UInt64(truncatingIfNeeded: entity), UInt64(truncatingIfNeeded: epoch)]
        {
            key = SplitMix64.scramble((key ^ part) &+ SplitMix64.increment)
        }
        return SplitMix64(state: key)
    }
}

/// The generator of G. Steele, D. Lea and C. Flood ("Fast splittable pseudorandom number generators", 2014)
/// with the constants of its public reference: 64 bits of state, period 2^64.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(state: UInt64) {
        self.state = state
    }

    /// 2^64 divided by the golden ratio, made odd.
    static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    package mutating func next() -> UInt64 {
        state &+= Self.increment
        return Self.scramble(state)
    }

    /// 0 inclusive to 1 exclusive, 53 bits.
    package mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Both bounds included.
    package mutating func whole(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(unit() * Double(range.count))
    }

    /// Near enough to a normal distribution with mean 0 and deviation 1: the sum of twelve units less six,
    /// which needs no mathematical library and gives the same bits on every machine.
    package mutating func bell() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }

    static func scramble(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
