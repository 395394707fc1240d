/// How likely each whereabouts of one tag is: nineteen chances, which sum to 1 where they are a belief.
///
/// Layout: 0 out of the field; 1...6 resting in a cell, 7...12 on the way in, 13...18 on the way out. Cells
/// count from the antenna to the edge of the field, all of one depth.
struct WalkByChances: Sendable {
    static let cells = 6
    static let count = 1 + 3 * cells
    static let out = 0
    static let resting = 1
    static let inbound = 1 + cells
    static let outbound = 1 + 2 * cells

    private var values: InlineArray<19, Double>

    init(repeating value: Double) { values = InlineArray(repeating: value) }

    /// Nothing but out of the field.
    static var away: WalkByChances {
        var chances = WalkByChances(repeating: 0)
        chances[WalkByChances.out] = 1
        return chances
    }

    subscript(index: Int) -> Double {
        get { values[index] }
        set { values[index] = newValue }
    }

    /// Weighs each by how well it explains what was heard. - Returns: the sum before it is made 1 again, the
    /// chance of hearing just that.
    mutating func weigh(by likelihood: borrowing WalkByChances) -> Double {
        // Three sums instead of one, so that additions need not wait for each other.
        values[WalkByChances.out] *= likelihood.values[WalkByChances.out]
        var (resting, inbound, outbound) = (values[WalkByChances.out], 0.0, 0.0)
        for index in WalkByChances.resting..<WalkByChances.inbound {
            values[index] *= likelihood.values[index]
            resting += values[index]
            let inner = index + WalkByChances.cells
            values[inner] *= likelihood.values[inner]
            inbound += values[inner]
            let outer = inner + WalkByChances.cells
            values[outer] *= likelihood.values[outer]
            outbound += values[outer]
        }
        let sum = resting + inbound + outbound
        guard sum > 0 else { return 0 }
        let scale = 1 / sum
        for index in 0..<WalkByChances.count { values[index] *= scale }
        return sum
    }

    /// Times another, place by place.
    func times(_ other: borrowing WalkByChances) -> WalkByChances {
        var product = self
        for index in 0..<WalkByChances.count { product.values[index] *= other.values[index] }
        return product
    }

    /// In the field, whatever it is doing there.
    var inside: Double {
        var sum = 0.0
        for cell in 0..<WalkByChances.cells { sum += inCell(cell) }
        return sum
    }

    var sum: Double { inside + values[WalkByChances.out] }

    /// Whatever it is doing there.
    func inCell(_ cell: Int) -> Double {
        values[WalkByChances.resting + cell] + values[WalkByChances.inbound + cell]
            + values[WalkByChances.outbound + cell]
    }
}

/// How a tag gets from one whereabouts to the next in one epoch: it rests, sets out, moves by at most a cell,
/// turns at the antenna (where in becomes out), leaves over the edge or comes to rest.
///
/// A tag that rests near the edge is read as seldom as one that left. What tells them apart is how things
/// move: a tag must cross the middle of the field, where it is read, before it can leave.
struct WalkByChain: Sendable {
    /// Chances in one epoch.
    private let enter: Double
    private let step: Double
    private let stop: Double
    private let setOut: Double
    private let outward: Double

    /// No rate is so high that a state lasts less than about an epoch.
    private static let chanceMax = 0.9

    /// - Parameter tempo: multiplies the rates of moving and resting; not the speed.
    init(_ settings: WalkBySettings, tempo: Double) {
        func chance(_ epochs: Double) -> Double {
            min(WalkByChain.chanceMax, tempo / max(1e-3, epochs))
        }
        enter = chance(settings.awayEpochs)
        stop = chance(settings.travelEpochs)
        setOut = chance(settings.restEpochs)
        step = min(1, Double(WalkByChances.cells) / max(1, settings.crossingEpochs))
        outward = min(1, max(0, settings.outwardShare))
    }

    /// One epoch on.
    func advanced(_ from: borrowing WalkByChances) -> WalkByChances {
        typealias C = WalkByChances
        let edge = C.cells - 1
        var next = WalkByChances(repeating: 0)
        var left = 0.0
        for cell in 0...edge {
            let leaving = from[C.resting + cell] * setOut
            let inbound = from[C.inbound + cell] + leaving * (1 - outward)
            let outbound = from[C.outbound + cell] + leaving * outward
            next[C.resting + cell] += from[C.resting + cell] - leaving
            next[C.inbound + cell] += inbound * (1 - step)
            next[C.outbound + cell] += outbound * (1 - step)
            next[cell > 0 ? C.inbound + cell - 1 : C.outbound] += inbound * step
            if cell < edge {
                next[C.outbound + cell + 1] += outbound * step
            } else {
                left = outbound * step
            }
        }
        next[C.inbound + edge] += from[C.out] * enter
        for cell in 0...edge {
            let moving = next[C.inbound + cell] + next[C.outbound + cell]
            next[C.resting + cell] += moving * stop
            next[C.inbound + cell] *= 1 - stop
            next[C.outbound + cell] *= 1 - stop
        }
        next[C.out] = from[C.out] * (1 - enter) + left
        return next
    }

    /// The other way round: from how well each whereabouts explains what comes after the next epoch, how well
    /// each explains it one epoch earlier.
    func seenFromBefore(_ after: borrowing WalkByChances) -> WalkByChances {
        typealias C = WalkByChances
        let edge = C.cells - 1
        var moving = WalkByChances(repeating: 0)
        for cell in 0...edge {
            let rest = after[C.resting + cell] * stop
            moving[C.inbound + cell] = after[C.inbound + cell] * (1 - stop) + rest
            moving[C.outbound + cell] = after[C.outbound + cell] * (1 - stop) + rest
        }
        var before = WalkByChances(repeating: 0)
        for cell in 0...edge {
            let inward = moving[cell > 0 ? C.inbound + cell - 1 : C.outbound]
            let outward = cell < edge ? moving[C.outbound + cell + 1] : after[C.out]
            let inbound = moving[C.inbound + cell] * (1 - step) + inward * step
            let outbound = moving[C.outbound + cell] * (1 - step) + outward * step
            before[C.inbound + cell] = inbound
            before[C.outbound + cell] = outbound
            before[C.resting + cell] =
                after[C.resting + cell] * (1 - setOut)
                + setOut * (inbound * (1 - self.outward) + outbound * self.outward)
        }
        before[C.out] = after[C.out] * (1 - enter) + moving[C.inbound + edge] * enter
        return before
    }
}
