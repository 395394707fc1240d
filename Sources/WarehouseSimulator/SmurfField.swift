/// The field of one antenna in the experiments of Jeffery, Garofalakis and Franklin (VLDB 2006): a major
/// region next to the antenna with a constant chance of a read, and a minor region in which it falls in a
/// line to nothing at the edge of the range (`inference.md` §1.2).
package struct SmurfField: Sendable, Equatable {
    /// Feet, as in the paper.
    package var range = 20.0
    /// 0...1 of the range.
    package var majorShare: Double
    /// Chance of a read in an epoch in the major region, 0...1.
    package var majorRate: Double

    package init(majorShare: Double, majorRate: Double) {
        self.majorShare = majorShare
        self.majorRate = majorRate
    }

    /// - Parameter distance: feet from the antenna, ≥ 0.
    package func readRate(at distance: Double) -> Double {
        guard distance <= range else { return 0 }
        let major = majorShare * range
        guard distance > major else { return majorRate }
        return majorRate * (range - distance) / (range - major)
    }

    /// Present is who is within the range, read or not: at the edge the chance of a read is nothing.
    package func holds(_ distance: Double) -> Bool { distance <= range }
}

/// The way of one tag or pallet to and from the antenna, on a line of feet with the antenna at 0.
///
/// A Fido goes to a place inside the range, rests, goes to a place outside, rests, and so on; a pallet goes
/// from one side of the field to the other and rests outside. The paper gives the speeds; where they turn is
/// a choice: half a range beyond the edge, which comes nearest to the published rows (`walk-by.md`).
struct SmurfWalk: Sendable {
    enum Manner: Sendable {
        case fido
        case pallet
    }

    private let manner: Manner
    /// Feet in an epoch.
    private let speeds: ClosedRange<Double>
    private let range: Double
    private var place: Double
    private var target: Double
    private var speed = 0.0
    private var restEpochs = 0
    private var isGoingIn: Bool
    private var leg = 0

    /// Mean of a rest.
    static let restEpochsMean = 20.0
    /// Of the range, how far outside.
    private static let beyondShare = 0.5

    init(_ manner: Manner, speeds: ClosedRange<Double>, range: Double, draw: inout SplitMix64) {
        self.manner = manner
        self.speeds = speeds
        self.range = range
        let farthest = range * (1 + SmurfWalk.beyondShare)
        isGoingIn = draw.unit() < 0.5
        place = manner == .fido ? draw.unit() * farthest : farthest
        target = place
    }

    var distance: Double { abs(place) }

    /// One epoch on. - Parameter random: the numbers of a leg; the same for the same leg.
    mutating func advance(_ random: CounterRandom, entity: Int) {
        guard restEpochs == 0 else {
            restEpochs -= 1
            return
        }
        var draw = random.stream(.smurfLeg, entity: entity, epoch: leg)
        if place == target { chooseTarget(&draw) }
        let way = target - place
        guard abs(way) <= speed else {
            place += way < 0 ? -speed : speed
            return
        }
        place = target
        leg += 1
        var rest = random.stream(.smurfRest, entity: entity, epoch: leg)
        restEpochs = Int(rest.waitingTime() * SmurfWalk.restEpochsMean)
    }

    private mutating func chooseTarget(_ draw: inout SplitMix64) {
        speed = speeds.lowerBound + draw.unit() * (speeds.upperBound - speeds.lowerBound)
        let beyond = range * SmurfWalk.beyondShare
        switch manner {
        case .fido:
            isGoingIn.toggle()
            target = isGoingIn ? draw.unit() * range : range + draw.unit() * beyond
        case .pallet:
            target = place > 0 ? -range - beyond : range + beyond
        }
    }
}
