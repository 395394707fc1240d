import AssetModel

/// What one group of tags did at a gate: passed inward, passed outward, or came and went on the same side.
///
/// Per tag, t_in and t_out are the mean times of its reads on either side, weighted by power, so that the
/// moment of being nearest counts most. Their difference is measured in units of how long the tag was near an
/// antenna at all (`base`), which takes the speed out of it:
///
///     r = (t_in - t_out) / base        s² = a + c (1/n_in² + 1/n_out²)       n: effective number of reads
///     inward  r ~ N(+r₀, τ² + s²)   outward  r ~ N(-r₀, τ² + s²)   turned back  r ~ N(0, τ² + s²)
///
/// Who turns back is seen first and last by the same side, so its two means fall together. A reader looks
/// again and again in even steps, so the mean of n looks errs by 1/n of what one look errs, not by 1/√n.
/// τ² is of the passage: tags on one pallet share its path, its speed and its metal, and forty of them are
/// not forty witnesses. Of a group the mean of r counts, each tag by 1/s², with the variance τ² + 1/Σ(1/s²).
/// Source: equations of direction at a choke point and features in `inference.md` §1.4.
struct GateJudgement: Sendable {
    /// How far apart two antennas are, in widths of their fields; two antennas one metre before and behind a
    /// door, 1.5 m beside the way, give about 1.3.
    static let separation = 1.2
    /// τ², variance of r: other doors, ways of carrying, metal. Of passes of simulated gates, that are all
    /// alike, it is 0.013, of which people and doors make six times as much: a guess.
    static let separationVariance = 0.08
    /// a: tags of one group differ by so much however often they are read; the same gates: 0.02.
    static let ownVariance = 0.03
    /// c: of the moment of a single read, in units of `base`²; the same gates, seeds 5 and 6: 0.7 where one
    /// to eight reads count.
    static let momentVariance = 0.7
    /// Beyond it a difference says no more: it is no longer the time between two doors.
    static let ratioMax = 3.0
    /// Seconds: width of the time near the antennas that is assumed, as firmly as so many reads show it.
    static let baseUsual = 1.4
    static let baseReads = 4
    /// Seconds: none is narrower, a reader looks a few times a second.
    static let baseMin = 0.35
    /// By how much the reader's word on each further tag of a group says less.
    static let likeness = 0.15
    /// 3 dB is half the power.
    static let decibelsPerHalving = 3.0

    /// The reader's own word, 95 % (portals in the field, `inference.md` §1.4), and the order of two beams,
    /// 97 % (two people at once break them in any order). Natural log-odds.
    static let readerOdds = 2.94
    static let beamOdds = 3.5
    /// Light barriers that work and say nothing: 5 % of passages miss both. Natural log-odds.
    static let noBeamOdds = -3.0
    /// No passage is surer than one in a thousand: a door may be wired the wrong way round.
    static let surest = 0.999
    /// Of what passes, in one direction at least so surely, else undecided.
    static let directionMin = 0.8

    /// Natural log-odds, against each other.
    struct Odds: Sendable, Equatable {
        var inward = 0.0
        var outward = 0.0
        var back = 0.0

        static func + (left: Odds, right: Odds) -> Odds {
            Odds(
                inward: left.inward + right.inward, outward: left.outward + right.outward,
                back: left.back + right.back)
        }

        func times(_ part: Double) -> Odds {
            Odds(inward: inward * part, outward: outward * part, back: back * part)
        }

        /// Chances that add up to 1.
        var chances: (inward: Double, outward: Double, back: Double) {
            let top = max(inward, outward, back)
            let parts = [inward, outward, back].map { GateMathematics.exponential($0 - top) }
            let sum = parts[0] + parts[1] + parts[2]
            return (parts[0] / sum, parts[1] / sum, parts[2] / sum)
        }
    }

    /// One tag of a group, as far as it can be judged alone.
    struct Profile: Sendable {
        var run: GateRun
        /// Seconds, inside later than outside; `nil` where one side alone read it.
        var lead: Double?
        /// Seconds², both sides together.
        var width = 0.0
        /// s², see above.
        var variance = 0.0

        init(_ run: GateRun) {
            self.run = run
            guard run.isTwoSided else { return }
            let sides = run.sides.map { Profile.moments(of: $0, since: run.from) }
            lead = sides[0].mean - sides[1].mean
            width = sides[0].variance + sides[1].variance + run.unit * run.unit / 6
            let blur = sides.reduce(0) { $0 + 1 / ($1.count * $1.count) }
            variance = GateJudgement.ownVariance + GateJudgement.momentVariance * blur
        }

        /// r, see above; `nil` where one side alone read it.
        func ratio(base: Double) -> Double? {
            let far = GateJudgement.ratioMax
            return lead.map { max(-far, min(far, $0 / base)) }
        }

        private static func moments(
            of reads: [(at: Int64, signal: Int8)], since start: Int64
        ) -> (mean: Double, variance: Double, count: Double) {
            let peak = reads.map(\.signal).max() ?? 0
            var (sum, squares, first, second) = (0.0, 0.0, 0.0, 0.0)
            for read in reads {
                let below = Double(Int(peak) - Int(read.signal))
                let weight = GateMathematics.halved(below / GateJudgement.decibelsPerHalving)
                let time = Double(read.at - start) / 1_000
                sum += weight
                squares += weight * weight
                first += weight * time
                second += weight * time * time
            }
            let mean = first / sum
            return (mean, max(0, second / sum - mean * mean), sum * sum / squares)
        }

        /// Of this tag alone.
        /// - Parameter base: seconds.
        func odds(base: Double) -> Odds {
            let order = ratio(base: base).map { GateJudgement.odds(of: $0, variance: variance) }
            return (order ?? Odds()) + word
        }

        /// What the reader itself says of it.
        var word: Odds {
            var odds = Odds()
            switch run.word {
            case .inward: odds.inward = GateJudgement.readerOdds
            case .outward: odds.outward = GateJudgement.readerOdds
            case .some(.none): odds.back = GateJudgement.readerOdds
            case .unknown, nil: break
            }
            return odds
        }
    }

    /// - Parameter variance: of r, without what all tags of a passage share.
    private static func odds(of ratio: Double, variance: Double) -> Odds {
        let all = separationVariance + variance
        func fit(_ mean: Double) -> Double { -(ratio - mean) * (ratio - mean) / (2 * all) }
        return Odds(inward: fit(separation), outward: fit(-separation), back: fit(0))
    }

    /// The width of the time near the antennas that the tags of a group share: the median of what each shows,
    /// and a few reads of the usual width beside theirs, so that a tag with two reads does not look like one
    /// that raced past.
    static func base(of profiles: [Profile]) -> Double {
        let firm = profiles.filter { $0.lead != nil && $0.run.reads >= baseReads }
        let widths = firm.map(\.width).sorted()
        guard !widths.isEmpty else { return baseUsual }
        let reads = Double(firm.reduce(0) { $0 + $1.run.reads })
        let (middle, usual) = (widths[widths.count / 2], Double(baseReads))
        let mixed = (middle * reads + baseUsual * baseUsual * usual) / (reads + usual)
        return max(baseMin, mixed.squareRoot())
    }

    /// What the tags of a group say together.
    static func together(_ profiles: [Profile], base: Double) -> Odds {
        var (weight, sum) = (0.0, 0.0)
        for profile in profiles {
            guard let ratio = profile.ratio(base: base) else { continue }
            weight += 1 / profile.variance
            sum += ratio / profile.variance
        }
        let order = weight > 0 ? odds(of: sum / weight, variance: 1 / weight) : Odds()
        guard !profiles.isEmpty else { return order }
        let words = profiles.reduce(Odds()) { $0 + $1.word }
        return order + words.times(1 / (1 + likeness * Double(profiles.count - 1)))
    }
}
