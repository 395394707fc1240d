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
        case antennaShadow = 12
        case handling = 13
        case sensitivity = 14
        case shadowEpisode = 15
        case fateOfTag = 16
        case passage = 17
        case sweep = 18
        case readerFault = 19
        case tagIdentity = 20
        case harmless = 21
        case shelfLook = 40
        case shelfCross = 41
        case shelfFineLook = 42
        case shelfSignal = 43
        case shelfTag = 44
        case shelfFate = 45
        case shelfShadow = 46
        case shelfHandling = 47
        case shelfStray = 48
        case shelfClone = 49
        case shelfReader = 50
        case shelfClock = 51
        case shelfPass = 52
        case shelfDelivery = 53
        case shelfBurst = 54
        case smurfStart = 60
        case smurfLeg = 61
        case smurfRest = 62
        case smurfRead = 63
        case fleetVehicle = 70
        case fleetDay = 71
        case fleetFrame = 72
        case quarterStart = 80
        case quarterMove = 81
        case quarterWalk = 82
        case quarterRead = 83
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

    /// Exponential with mean 1.
    package mutating func waitingTime() -> Double { -naturalLogarithm(1 - unit()) }

    /// Gamma with scale 1 and a shape above 0: the method of G. Marsaglia and W. Tsang ("A simple method for
    /// generating gamma variables", 2000), with their power trick for shapes below 1.
    package mutating func gamma(shape: Double) -> Double {
        guard shape >= 1 else {
            let boost = exponential(naturalLogarithm(1 - unit()) / shape)
            return gamma(shape: shape + 1) * boost
        }
        let d = shape - 1 / 3.0
        let c = 1 / (9 * d).squareRoot()
        while true {
            let normal = bell()
            let cube = (1 + c * normal) * (1 + c * normal) * (1 + c * normal)
            guard cube > 0 else { continue }
            let limit = 0.5 * normal * normal + d * (1 - cube + naturalLogarithm(cube))
            if naturalLogarithm(1 - unit()) < limit { return d * cube }
        }
    }

    package mutating func beta(_ a: Double, _ b: Double) -> Double {
        let left = gamma(shape: a)
        return left / (left + gamma(shape: b))
    }

    static func scramble(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
