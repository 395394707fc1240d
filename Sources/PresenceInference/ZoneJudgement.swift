package import AssetModel

/// How likely a tag is in one zone rather than in another, from the bits of the last epochs.
///
/// A zone's read of the tag speaks for it by the ratio of "read at home" to "stray read", a miss against it
/// by the ratio of "missed at home" to "no stray". With the read rates of `inference.md` §3 (0.6 at home,
/// stray 0.15 into a neighbour, 0.02 further away) an epoch that only one of two zones read moves the odds
/// by 0.6·0.85 / (0.4·0.15) = 8.5 and 0.6·0.98 / (0.4·0.02) = 73.5. Epochs are longer than one read cycle,
/// so the true ratios are larger: the judgement errs towards doubt.
///
/// A zone whose reader reports a resting tag only every c epochs has a c-th of those rates in each of them,
/// so that its misses between two reports say next to nothing, and a reader that reports every read does not
/// outvote one that reports once a minute.
package struct ZoneJudgement: Equatable, Sendable {
    package var zone: Int
    /// Epochs of the window in which this zone read the tag.
    package var hits: Int
    /// Epochs looked at.
    package var window: Int
    /// 0...1, at most 0.9999: that the tag is in `zone` and not in another zone that has a claim.
    package var probability: Double
    /// The strongest other claim.
    package var rival: Int?
    package var rivalHits: Int

    /// Chances of a read in an epoch, at home and astray.
    struct Rates: Sendable {
        var home: Double
        var stray: Double

        func hitOdds() -> Double { home / stray }

        /// - Parameter epochs: between two reports.
        func missOdds(reportedEvery epochs: Int) -> Double {
            (1 - home / Double(epochs)) / (1 - stray / Double(epochs))
        }
    }

    static let neighbour = Rates(home: 0.6, stray: 0.15)
    static let distant = Rates(home: 0.6, stray: 0.02)
    /// While the rival zone is not covered its misses say nothing; its reads still do, and so does how
    /// regularly the zone itself reads the tag. Per epoch of 5 s with a read cycle a second: at home 0.95,
    /// stray into a neighbour 1 - 0.85^5 = 0.56, further away 1 - 0.98^5 = 0.096.
    static let blindNeighbour = Rates(home: 0.95, stray: 0.56)
    static let blindDistant = Rates(home: 0.95, stray: 0.096)
    /// How much likelier than a move a stay is before anything was read: a few assets in a hundred move in a
    /// day, and the reads of a minute ask about that minute. Far less than the true odds (some ten thousand),
    /// so that a move next door is still seen within four epochs that only the new zone read.
    static let stayOdds = 100.0
    /// Nobody is surer than this on the strength of reads alone.
    static let probabilityMax = 0.9999
}

/// What the judgement needs to know about the zones.
package struct ZoneClaims: Sendable {
    /// Hits by zone, zones with at least one.
    var hits: [(zone: Int, bits: UInt64)] = []
    var newestEpoch = Int64.min
    var window = ZoneClaims.windowMin

    /// Twelve epochs are a minute: long enough for a fair share of misses, short enough to see a move within
    /// it.
    static let windowMin = 12
    static let windowMax = 64
    /// Reports that the window must hold, with one to spare for a report that failed to come.
    static let reportsMin: Int64 = 5

    /// Epochs between two chances of hearing a tag that stays, for each zone: 1, or a report where reports
    /// are rarer.
    private let chanceEpochs: [Int]

    /// - Parameter intervals: the longest time between two reports of a resting tag, for each zone.
    package init(evidence: [AntennaEvidence], layout: SiteLayout, intervals: [ElapsedTime]) {
        chanceEpochs = intervals.map {
            max(1, Int($0.milliseconds / EvidenceEpoch.length.milliseconds))
        }
        let fixed = evidence.filter { ZoneClaims.isClaim($0, layout) }
        for item in fixed {
            newestEpoch = max(newestEpoch, item.newestEpoch)
            let interval = intervals[layout.antennas[item.antenna].zone].milliseconds
            let epochs = Int(interval * ZoneClaims.reportsMin / EvidenceEpoch.length.milliseconds)
            window = min(ZoneClaims.windowMax, max(window, epochs))
        }
        let mask = window >= 64 ? UInt64.max : (1 << UInt64(window)) - 1
        for item in fixed {
            let zone = layout.antennas[item.antenna].zone
            let bits = item.bits(endingAt: newestEpoch) & mask
            guard bits != 0 else { continue }
            if let index = hits.firstIndex(where: { $0.zone == zone }) {
                hits[index].bits |= bits
            } else {
                hits.append((zone, bits))
            }
        }
    }

    /// Reads where tags rest, by fixed antennas: a person who sweeps next door reads across as much as at
    /// home.
    private static func isClaim(_ item: AntennaEvidence, _ layout: SiteLayout) -> Bool {
        let antenna = layout.antennas[item.antenna]
        return layout.zones[antenna.zone].kind.isContinuous && !layout.readers[antenna.reader].isHandheld
    }

    func hitCount(of zone: Int) -> Int {
        hits.first { $0.zone == zone }?.bits.nonzeroBitCount ?? 0
    }

    /// First epoch of the window in which the zone read the tag.
    func firstEpoch(of zone: Int) -> Int64 {
        guard let bits = hits.first(where: { $0.zone == zone })?.bits, bits != 0 else { return newestEpoch }
        return newestEpoch - Int64(63 - bits.leadingZeroBitCount)
    }

    /// The zone with most hits for its chances; the lower index of equals, so that order of delivery cannot
    /// matter.
    var strongest: Int? {
        hits.max { weight(of: $0) < weight(of: $1) }?.zone
    }

    private func weight(of hit: (zone: Int, bits: UInt64)) -> (Int, Int) {
        (hit.bits.nonzeroBitCount * chanceEpochs[hit.zone], -hit.zone)
    }

    /// Judges one zone against all that have a claim: zones with hits, and those named in `suspects` (where
    /// the tag was last believed, where its card says it is).
    /// - Parameter settled: where the tag is believed to be until now.
    func judge(
        _ zone: Int, suspects: [Int], settled: Int? = nil, layout: SiteLayout, isCovered: (Int) -> Bool
    ) -> ZoneJudgement {
        let own = hitCount(of: zone)
        var doubt = 0.0
        var judgement = ZoneJudgement(
            zone: zone, hits: own, window: window, probability: 0, rival: nil, rivalHits: 0)
        var strongestDoubt = 0.0
        for rival in Set(hits.map(\.zone) + suspects).sorted() where rival != zone {
            var part = likelihood(of: rival, against: zone, layout: layout, isCovered: isCovered(rival))
            if rival == settled { part *= ZoneJudgement.stayOdds }
            doubt += part
            guard part > strongestDoubt else { continue }
            strongestDoubt = part
            judgement.rival = rival
            judgement.rivalHits = hitCount(of: rival)
        }
        judgement.probability = min(ZoneJudgement.probabilityMax, 1 / (1 + doubt))
        return judgement
    }

    /// Likelihood that the tag is in `rival`, relative to its being in `zone`.
    private func likelihood(of rival: Int, against zone: Int, layout: SiteLayout, isCovered: Bool) -> Double {
        let areNeighbours =
            layout.zones[zone].neighbours.contains(rival) || layout.zones[rival].neighbours.contains(zone)
        guard isCovered else {
            let rates = areNeighbours ? ZoneJudgement.blindNeighbour : ZoneJudgement.blindDistant
            let span = Int(newestEpoch - firstEpoch(of: zone)) + 1
            return power(rates.hitOdds(), hitCount(of: rival)) / claim(of: zone, rates, span: span)
        }
        let rates = areNeighbours ? ZoneJudgement.neighbour : ZoneJudgement.distant
        let span = Int(newestEpoch - min(firstEpoch(of: zone), firstEpoch(of: rival))) + 1
        return claim(of: rival, rates, span: span) / claim(of: zone, rates, span: span)
    }

    /// How much the reads and misses of one zone speak for it, over the last `span` epochs.
    private func claim(of zone: Int, _ rates: ZoneJudgement.Rates, span: Int) -> Double {
        let hits = hitCount(of: zone)
        return power(rates.hitOdds(), hits)
            * power(rates.missOdds(reportedEvery: chanceEpochs[zone]), max(0, span - hits))
    }
}

/// A whole power, without the mathematics library, so that every machine gets the same bits.
func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var factor = base
    var rest = exponent
    while rest > 0 {
        if rest & 1 == 1 { result *= factor }
        factor *= factor
        rest >>= 1
    }
    return result
}
