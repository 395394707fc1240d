import AssetModel

/// Where a tag that several zones read nearly always is, by the strength of its reads alone.
///
/// The strength that an antenna shows of a tag at rest is off by its place in the standing waves: about 4 dB
/// for each antenna and place (`inference.md` §3), and no time averages that out. So the difference D of two
/// zones' means has the spread
///
///     s² = 2 · (4 dB)² + 2 · (3 dB)² / (temper · cells)
///
/// and, over all places in which a tag may lie, P(the stronger zone is nearer) = Φ(D / s), of which
/// 1.7 · D / s is the logarithm of the odds to within 0.01 of the chance. Reads of successive seconds fade
/// together: a cell counts as a quarter of an independent look (temper 0.25; `inference.md` §1.5 has 0.2 to
/// 0.5).
struct SignalJudgement: Sendable, Equatable {
    var zone: Int
    /// 0...``probabilityMax``.
    var probability: Double
    /// dBm, mean of its cells.
    var dBm: Double
    /// Cells with a read in it.
    var cells: Int
    /// The next likely zone and its mean, dBm.
    var rival: Int
    var rivalDBm: Double
    /// Natural logarithm of the odds of `zone` against where the tag is told to be; 0 where that is the same.
    var lead: Double

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

    /// Of the logarithm of the odds for each step of difference.
    static func weight(cells: Double) -> Double {
        let fading = 2 * fadingSpread * fadingSpread / (temper * max(1, cells))
        return slope / (2 * staticSpread * staticSpread + fading).squareRoot() / 2
    }
}

extension SignalTrail {
    /// Windows in which a change of place is looked for, in cells.
    private static let changeCells = [6, 12, 24]
    /// By how many spreads of fading the strengths must have changed. Looked at once a cell, day and night,
    /// so a chance of one in thousands is not small enough; together with ``changeLead`` it is.
    private static let changeSpreads = 3.5
    /// Natural logarithm of the odds that the new strengths alone must give: seven to one.
    private static let changeLead = 2.0

    /// The place of the tag by all that was read since it last changed place; that it just did is found out
    /// here, and what was before is forgotten.
    /// - Parameters:
    ///   - told: where it is told to be.
    ///   - home: where its card says, as long as it has not settled anywhere.
    /// - Returns: `nil` where fewer than two zones can be compared.
    mutating func judge(told: Int, home: Int?) -> SignalJudgement? {
        if let kept = changedWithin(told: told) { cut(keeping: kept) }
        return standing(told: told, home: home)
    }

    private func changedWithin(told: Int) -> Int? {
        guard let own = zones.firstIndex(where: { $0.zone == told }) else { return nil }
        for window in Self.changeCells {
            for rival in zones.indices where rival != own && isChange(window, to: rival, from: own) {
                return window
            }
        }
        return nil
    }

    private func isChange(_ window: Int, to rival: Int, from own: Int) -> Bool {
        let border = window + 1
        let new = (mean(rival, from: 1, to: border), mean(own, from: 1, to: border))
        let cells = min(new.0.cells, new.1.cells)
        let step = new.0.steps - new.1.steps
        guard cells >= SignalJudgement.cellsMin, step > 0,
            step * SignalJudgement.weight(cells: cells) >= Self.changeLead
        else { return false }
        let old = (
            mean(rival, from: border, to: Self.cellsMax).joined(with: level(rival)),
            mean(own, from: border, to: Self.cellsMax).joined(with: level(own))
        )
        let oldCells = min(old.0.cells, old.1.cells)
        guard oldCells >= SignalJudgement.cellsMin else { return false }
        // In steps of half a decibel.
        let fading = 2 * SignalJudgement.fadingSpread
        let spread = 2 * fading * fading / SignalJudgement.temper * (1 / cells + 1 / oldCells)
        let change = step - (old.0.steps - old.1.steps)
        return change > 0 && change * change >= Self.changeSpreads * Self.changeSpreads * spread
    }

    /// Zones that can be compared, the likeliest first.
    private func ranking(home: Int?) -> [(zone: Int, odds: Double, mean: Mean)] {
        let all = zones.indices.map { whole($0) }
        let compared = zones.indices.filter { all[$0].cells >= SignalJudgement.cellsMin }
        guard compared.count > 1, let least = compared.map({ all[$0].cells }).min() else { return [] }
        let weight = SignalJudgement.weight(cells: least)
        let ranked = compared.map { index in
            let bonus = zones[index].zone == home ? SignalJudgement.homeBonus : 0
            return (zone: zones[index].zone, odds: all[index].steps * weight + bonus, mean: all[index])
        }
        return ranked.sorted { ($0.odds, -$0.zone) > ($1.odds, -$1.zone) }
    }

    func standing(told: Int, home: Int?) -> SignalJudgement? {
        let ranked = ranking(home: home)
        guard let best = ranked.first, ranked.count > 1 else { return nil }
        let own = ranked.first { $0.zone == told }
        return SignalJudgement(
            zone: best.zone, probability: Self.chance(of: best.odds, among: ranked.map(\.odds)),
            dBm: Self.dBm(steps: best.mean.steps), cells: Int(best.mean.cells), rival: ranked[1].zone,
            rivalDBm: Self.dBm(steps: ranked[1].mean.steps),
            lead: own.map { best.odds - $0.odds } ?? Self.changeLead)
    }

    /// 0...1, that the tag is in one zone rather than in another that can be compared.
    func probability(of zone: Int) -> Double? {
        let ranked = ranking(home: nil)
        guard let own = ranked.first(where: { $0.zone == zone }) else { return nil }
        return Self.chance(of: own.odds, among: ranked.map(\.odds))
    }

    private static func chance(of odds: Double, among all: [Double]) -> Double {
        var sum = 0.0
        for other in all { sum += GateMathematics.exponential(other - odds) }
        return min(SignalJudgement.probabilityMax, 1 / sum)
    }
}
