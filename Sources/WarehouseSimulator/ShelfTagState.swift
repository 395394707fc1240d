import AssetModel

/// The tags of a shelf workload as they are now, in columns: what each epoch's looks need, computed when
/// something happens to a tag and not before.
struct ShelfTagState: Sendable {
    let figures: ShelfFigures
    let random: CounterRandom
    let crossings: [[ShelfPlan.Crossing]]
    let kinds: [ShelfTag.Kind]

    /// Zone, or -1; and the last one that it was in.
    private(set) var zone: [Int32]
    private(set) var lastZone: [Int32]
    private(set) var status: [Status]
    /// What the tag is, whatever happens to it: its own rate, or its sensitivity where a field is added.
    private var sensitivity: [Double]
    private var weakness: [Double]
    private var orientation: [Double]
    private var handlings: [Int32]
    private var isShadowed: [Bool]

    /// Keys of the tag's random numbers for looks in its zone and in others.
    private(set) var lookKeys: [UInt64]
    private(set) var crossKeys: [UInt64]
    /// A look succeeds where its number is smaller; and one of the other antennas hears it.
    private(set) var lookLimits: [UInt64]
    private(set) var crossLimits: [UInt64]
    /// Chance of a look in the own zone, as it is now.
    private(set) var rates: [Double]
    /// Chance that no antenna hears it in an epoch, undisturbed and in a shadow: for the oracle.
    private(set) var missNormal: [Double]
    private(set) var missShadow: [Double]
    /// Mean signal in 1/100 dBm: own zone, then its crossings; `width` a tag.
    private(set) var signals: [Int16]
    let width: Int

    enum Status: UInt8, Sendable {
        case present, carried, passing, away, gone
    }

    init(_ script: ShelfScript) {
        figures = script.figures
        random = script.random
        crossings = script.plan.crossings
        kinds = script.tags.map(\.kind)
        let count = kinds.count
        width = 1 + (crossings.map(\.count).max() ?? 0)
        zone = script.homes
        lastZone = script.homes.map { max($0, 0) }
        status = script.homes.map { $0 < 0 ? .carried : .present }
        sensitivity = Array(repeating: 1, count: count)
        weakness = Array(repeating: 1, count: count)
        orientation = Array(repeating: 1, count: count)
        handlings = Array(repeating: 0, count: count)
        isShadowed = Array(repeating: false, count: count)
        lookKeys = (0..<count).map { script.random.key(.shelfLook, entity: $0) }
        crossKeys = (0..<count).map { script.random.key(.shelfCross, entity: $0) }
        lookLimits = Array(repeating: 0, count: count)
        crossLimits = lookLimits
        rates = weakness
        missNormal = weakness
        missShadow = weakness
        signals = Array(repeating: 0, count: count * width)
        for tag in 0..<count {
            drawCharacter(of: tag)
            if zone[tag] >= 0 { lay(tag) }
        }
    }

    private mutating func drawCharacter(of tag: Int) {
        var chance = random.stream(.shelfTag, entity: tag)
        switch figures.rate {
        case .whole(let a, let b), .field(let a, let b, _, _): sensitivity[tag] = chance.beta(a, b)
        case .fieldOnly: break
        }
        var weak = random.stream(.shelfTag, entity: tag, epoch: 1)
        if weak.unit() < figures.hazards.weakShare { weakness[tag] = figures.hazards.weakness }
    }

    // MARK: what happens

    mutating func enter(_ zone: Int, _ tag: Int, isTurned: Bool) {
        if isTurned {
            handlings[tag] += 1
            var chance = random.stream(.shelfHandling, entity: tag, epoch: Int(handlings[tag]))
            let range = figures.hazards.orientation
            orientation[tag] = range.lowerBound + chance.unit() * (range.upperBound - range.lowerBound)
        }
        self.zone[tag] = Int32(zone)
        lastZone[tag] = Int32(zone)
        status[tag] = .present
        lay(tag)
    }

    mutating func take(_ tag: Int, as status: Status) {
        zone[tag] = -1
        self.status[tag] = status
        lookLimits[tag] = status == .gone ? Self.limit(figures.hazards.ghosts) : 0
        crossLimits[tag] = 0
    }

    mutating func shadow(_ tag: Int, _ isOn: Bool) {
        isShadowed[tag] = isOn
        if status[tag] == .present { setRates(tag) }
    }

    /// Nothing is read of it in the coarse looks of this epoch.
    mutating func silence(_ tag: Int) {
        lookLimits[tag] = 0
        crossLimits[tag] = 0
    }

    mutating func unsilence(_ tag: Int) {
        if status[tag] == .present { setRates(tag) } else { take(tag, as: status[tag]) }
    }

    // MARK: rates

    /// Without zone, shadow and field: what a gate sees of it.
    func readiness(of tag: Int) -> Double { sensitivity[tag] * weakness[tag] * orientation[tag] }

    private mutating func lay(_ tag: Int) {
        setSignals(tag)
        setRates(tag)
    }

    private mutating func setRates(_ tag: Int) {
        let undisturbed = undisturbedRate(tag)
        let shadowed = undisturbed * figures.hazards.shadowFactor
        rates[tag] = isShadowed[tag] ? shadowed : undisturbed
        lookLimits[tag] = Self.limit(rates[tag])
        missNormal[tag] = missChance(tag, rate: undisturbed)
        missShadow[tag] = missChance(tag, rate: shadowed)
        crossLimits[tag] = Self.limit(crossChance(tag, rate: rates[tag]))
    }

    func undisturbedRate(_ tag: Int) -> Double {
        var rate = readiness(of: tag)
        switch figures.rate {
        case .whole: break
        case .field(_, _, let major, let farthest), .fieldOnly(let major, let farthest):
            var chance = random.stream(.shelfTag, entity: tag, epoch: 2 + Int(handlings[tag]))
            rate *= major * figures.radio.field(at: chance.unit() * farthest)
        }
        return kinds[tag] == .stray ? rate * figures.hazards.strayRate : rate
    }

    /// One of the other antennas hears it. The same sum as ``firstCrossing(_:rate:draw:)`` goes through.
    private func crossChance(_ tag: Int, rate: Double) -> Double {
        guard kinds[tag] != .stray else { return 0 }
        var sum = 0.0
        var rest = 1.0
        for crossing in crossings[Int(zone[tag])] {
            let chance = rate * crossing.share
            sum += rest * chance
            rest *= 1 - chance
        }
        return sum
    }

    private func missChance(_ tag: Int, rate: Double) -> Double {
        (1 - rate) * (1 - crossChance(tag, rate: rate))
    }

    /// As ``missNormal`` and ``missShadow``, of what antennas are on the air, by shares of the epoch.
    func missChances(_ tag: Int, upShares: [Double]) -> (normal: Double, shadow: Double) {
        let home = Int(lastZone[tag])
        let rate = undisturbedRate(tag)
        let shadowed = rate * figures.hazards.shadowFactor
        var normal = 1 - rate * upShares[home]
        var shadow = 1 - shadowed * upShares[home]
        guard kinds[tag] != .stray else { return (normal, shadow) }
        for crossing in crossings[home] {
            let share = crossing.share * upShares[crossing.antenna]
            normal *= 1 - rate * share
            shadow *= 1 - shadowed * share
        }
        return (normal, shadow)
    }

    /// 2^64 times a chance below 1.
    static func limit(_ chance: Double) -> UInt64 {
        chance <= 0 ? 0 : UInt64(min(chance, 0.999_999_999) * 0x1p64)
    }

    // MARK: signals

    private mutating func setSignals(_ tag: Int) {
        let radio = figures.radio
        var chance = random.stream(.shelfSignal, entity: tag, epoch: Int(handlings[tag]))
        let span = radio.distance.upperBound - radio.distance.lowerBound
        let own = radio.signal(at: radio.distance.lowerBound + chance.unit() * span)
        let wall = kinds[tag] == .stray ? Self.loss(radio.neighbourLoss, &chance) : 0
        let base = tag * width
        signals[base] = Self.centiDBm(own - wall + chance.bell() * radio.staticSpread)
        for (slot, crossing) in crossings[Int(zone[tag])].enumerated() {
            var chance = random.stream(.shelfSignal, entity: tag, epoch: 1_000 + crossing.antenna)
            let loss = Self.loss(
                crossing.isSecondRing ? radio.secondRingLoss : radio.neighbourLoss, &chance)
            signals[base + 1 + slot] = Self.centiDBm(own - loss + chance.bell() * radio.staticSpread)
        }
    }

    private static func loss(_ range: ClosedRange<Double>, _ chance: inout SplitMix64) -> Double {
        range.lowerBound + chance.unit() * (range.upperBound - range.lowerBound)
    }

    static func centiDBm(_ dBm: Double) -> Int16 { Int16((min(0, max(-120, dBm)) * 100).rounded()) }
}

extension ShelfFigures.Radio {
    /// Share of the full rate at a distance: 1 in the major region, then falling in a line to the edge.
    func field(at metres: Double) -> Double {
        let major = reachMetres * majorShare
        if metres <= major { return 1 }
        return metres >= reachMetres ? 0 : (reachMetres - metres) / (reachMetres - major)
    }

    /// dBm.
    func signal(at metres: Double) -> Double {
        atOneMetreDBm - decibelsADecade * decimalLogarithm(max(0.1, metres))
    }
}

extension CounterRandom {
    /// The key of a tag's numbers for one purpose: ``SplitMix64/number(_:of:)`` counts from it.
    func key(_ purpose: Purpose, entity: Int) -> UInt64 {
        var stream = stream(purpose, entity: entity)
        return stream.next()
    }
}

extension SplitMix64 {
    /// The number in a place of the sequence that starts from a key, without those before it.
    @inline(__always)
    static func number(_ place: UInt64, of key: UInt64) -> UInt64 {
        scramble(key &+ (place &+ 1) &* increment)
    }
}
