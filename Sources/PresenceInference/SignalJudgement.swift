import AssetModel

/// Where a tag that several zones read nearly always is, by the strength of its reads alone.
///
/// Which zone is told is a matter of ``SignalTally``. How likely it is there is another one: the strength
/// that an antenna shows of a tag at rest is off by its place in the standing waves, about 4 dB for each
/// antenna and place (`inference.md` §3), and no time averages that out. So the difference D of two zones'
/// means has the spread
///
///     s² = 2 · (4 dB)² + 2 · (3 dB)² / (temper · cells)
///
/// and, over all places in which a tag may lie, P(the stronger zone is nearer) = Φ(D / s), of which
/// 1.7 · D / s is the logarithm of the odds to within 0.01 of the chance. Reads of successive seconds fade
/// together: a cell counts as a quarter of an independent look (`inference.md` §1.5: 0.2 to 0.5).
struct SignalJudgement: Sendable, Equatable {
    var zone: Int
    /// 0...``probabilityMax``.
    var probability: Double
    /// dBm, mean of its cells.
    var dBm: Double
    /// Cells with a read in it.
    var cells: Int
    /// The strongest other zone and its mean, dBm.
    var rival: Int
    var rivalDBm: Double

    static let staticSpread = 4.0
    static let fadingSpread = 3.0
    static let temper = 0.25
    static let slope = 1.7
    /// Strength alone makes nobody surer: somebody may stand before the antenna.
    static let probabilityMax = 0.99
    /// Cells with a read before a zone is compared: an epoch's.
    static let cellsMin = 5.0
    /// Natural logarithm of 100: one card in a hundred is wrong.
    static let homeBonus = 4.605_170_185_988_092
    /// Steps by which another zone must lead before it is told, 20 dB: two seconds of a clear difference,
    /// so that a tag on the border is not told to go to and fro.
    static let leadMin = 40
    /// Where all means so far speak for the zone told, the last ones must differ by 2.5 spreads of fading,
    /// here squared: then the tag was moved. Else they come and go by themselves.
    static let changeSpreadsSquared = 6.25
    /// Closed cells that are kept when another zone is told: about as long ago it began to lead. More where
    /// reports are rarer, so that both zones have something to compare.
    static let cellsKeptMin = 8

    /// Of the logarithm of the odds for each step of difference.
    static func weight(cells: Double) -> Double {
        slope / (2 * staticSpread * staticSpread + fadingVariance(cells: cells)).squareRoot() / 2
    }

    /// What fading leaves of the difference of two means, dB².
    static func fadingVariance(cells: Double) -> Double {
        2 * fadingSpread * fadingSpread / (temper * max(1, cells))
    }
}

extension SignalTrail {
    private struct Standing {
        var zone: Int
        /// Natural logarithm, but for a constant that all share.
        var odds: Double
        var mean: Mean
        var tally: Int
    }

    /// What a card says of a tag's place.
    struct Card {
        var zone: Int
        /// The tag has not settled anywhere since the books sent it there: nothing but the card speaks yet.
        var isFresh: Bool

        /// The card is believed before anything else is known, and as long as nothing shows a move.
        func home(told: Int) -> Int? { isFresh || told == zone ? zone : nil }
    }

    /// Where the tag is to be told to be: elsewhere only where that is both likelier and has led for a while.
    /// - Parameter told: where it is told to be.
    /// - Returns: `nil` where fewer than two zones can be compared, or that one cannot.
    mutating func judge(told: Int, card: Card?) -> SignalJudgement? {
        let home = card?.home(told: told)
        let all = standings(home: home)
        guard all.count > 1 else { return nil }
        guard let own = all.first(where: { $0.zone == told }) else {
            return isUnread(told) ? strongest(of: all).map { judgement(of: $0, among: all) } : nil
        }
        let leader = all.max { ($0.tally, -$0.zone) < ($1.tally, -$1.zone) } ?? own
        if leader.tally - own.tally >= SignalJudgement.leadMin {
            if let moved = moved(to: leader, from: own, card: card) { return moved }
            if leader.odds > own.odds { return judgement(of: leader, among: all) }
        }
        // The card's word may be enough by itself.
        if let card, card.isFresh, let there = all.first(where: { $0.zone == card.zone }),
            there.odds > own.odds
        {
            return judgement(of: there, among: all)
        }
        return judgement(of: own, among: all)
    }

    /// Where the last strengths differ from those before, the tag was moved, and what was before is
    /// forgotten.
    private mutating func moved(
        to leader: Standing, from own: Standing, card: Card?
    ) -> SignalJudgement? {
        let before = self
        cut(keeping: cellsKept(for: [leader.zone, own.zone]))
        let all = standings(home: card.flatMap { $0.isFresh ? $0.zone : nil })
        guard let best = strongest(of: all), best.zone != own.zone,
            let there = all.first(where: { $0.zone == leader.zone }),
            let here = all.first(where: { $0.zone == own.zone })
        else {
            self = before
            return nil
        }
        // In steps of half a decibel.
        let steps = (there.mean.steps - here.mean.steps) - (leader.mean.steps - own.mean.steps)
        let fading =
            SignalJudgement.fadingVariance(cells: min(there.mean.cells, here.mean.cells))
            + SignalJudgement.fadingVariance(cells: min(leader.mean.cells, own.mean.cells))
        guard steps > 0, steps * steps >= 4 * SignalJudgement.changeSpreadsSquared * fading else {
            self = before
            return nil
        }
        return judgement(of: best, among: all)
    }

    private func strongest(of all: [Standing]) -> Standing? {
        all.max { ($0.odds, -$0.zone) < ($1.odds, -$1.zone) }
    }

    /// No read there in the whole trail, which is long enough to say so.
    private func isUnread(_ zone: Int) -> Bool {
        guard hasPast else { return false }
        guard let index = zones.firstIndex(where: { $0.zone == zone }) else { return true }
        return readCells(index, last: SignalTrail.cellsMax - 1) == 0
    }

    private func cellsKept(for compared: [Int]) -> Int {
        (SignalJudgement.cellsKeptMin..<SignalTrail.cellsMax).first { count in
            zones.indices.allSatisfy { index in
                !compared.contains(zones[index].zone)
                    || Double(readCells(index, last: count)) >= SignalJudgement.cellsMin
            }
        } ?? SignalTrail.cellsMax - 1
    }

    /// Can at least two zones be compared?
    var speaks: Bool { zones.indices.count { mean($0).cells >= SignalJudgement.cellsMin } > 1 }

    private func standings(home: Int?) -> [Standing] {
        let means = zones.indices.map { mean($0) }
        let compared = zones.indices.filter { means[$0].cells >= SignalJudgement.cellsMin }
        guard compared.count > 1, let least = compared.map({ means[$0].cells }).min() else { return [] }
        let weight = SignalJudgement.weight(cells: least)
        let tallies = tallies
        return compared.map { index in
            let bonus = zones[index].zone == home ? SignalJudgement.homeBonus : 0
            return Standing(
                zone: zones[index].zone, odds: means[index].steps * weight + bonus, mean: means[index],
                tally: tallies[index].sum)
        }
    }

    private func judgement(of own: Standing, among all: [Standing]) -> SignalJudgement {
        var others = 0.0
        var rival = own
        for other in all where other.zone != own.zone {
            others += GateMathematics.exponential(other.odds - own.odds)
            if rival.zone == own.zone || other.mean.steps > rival.mean.steps { rival = other }
        }
        return SignalJudgement(
            zone: own.zone, probability: min(SignalJudgement.probabilityMax, 1 / (1 + others)),
            dBm: Self.dBm(steps: own.mean.steps), cells: Int(own.mean.cells), rival: rival.zone,
            rivalDBm: Self.dBm(steps: rival.mean.steps))
    }

    /// How likely the tag is in one zone rather than in another that can be compared; `nil` where it cannot.
    func standing(of zone: Int, home: Int? = nil) -> SignalJudgement? {
        let all = standings(home: home)
        guard all.count > 1 else { return nil }
        return all.first { $0.zone == zone }.map { judgement(of: $0, among: all) }
    }
}
