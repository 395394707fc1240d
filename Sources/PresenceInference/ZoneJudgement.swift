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
    /// Throughout the window, by all its antennas.
    package var isRivalCovered = true

    /// Chances of a read in an epoch, at home and astray.
    struct Rates: Sendable {
        var home: Double
        var stray: Double

        func hitOdds() -> Double { home / stray }

        /// - Parameters:
        ///   - epochs: between two reports.
        ///   - share: 0...1, of the reads by all antennas of the zone: made by those at work.
        func missOdds(reportedEvery epochs: Int, share: Double = 1) -> Double {
            (1 - share * home / Double(epochs)) / (1 - share * stray / Double(epochs))
        }

        /// 0...1: 1 where a stray rate is no more than this, 0 where it is that of `blind` or more.
        func nearness(to rate: Double, from blind: Rates) -> Double {
            max(0, min(1, (blind.stray - rate) / (blind.stray - stray)))
        }

        /// Where only a share of the reads is made, what is known of a zone lies between knowing all and
        /// knowing nothing.
        func towards(_ other: Rates, _ share: Double) -> Rates {
            Rates(
                home: home * (1 - share) + other.home * share,
                stray: stray * (1 - share) + other.stray * share)
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
    /// day, one in a million in the minute that a report asks about.
    static let stayOdds = 1_000_000.0
    /// How much likelier than elsewhere a tag is where its card says, before it was settled anywhere: one
    /// card in a hundred is wrong, and the reads of the first minutes ask for thousands of cards at once.
    static let homeOdds = 1_000.0
    /// Nobody is surer than this on the strength of reads alone.
    static let probabilityMax = 0.9999
}

/// What the judgement needs to know about the zones.
///
/// Compared are epochs of one length, the longest read cycle of the antennas that have a claim: a reader that
/// reports once a minute is not outvoted by one that reports every read, and its 64 bits are an hour.
package struct ZoneClaims: Sendable {
    /// Bit e: the zone read the tag e epochs before ``newestEpoch``; zones with at least one bit.
    var hits: [(zone: Int, bits: UInt64)] = []
    /// In epochs of ``unit``.
    var newestEpoch = Int64.min
    /// Epochs looked at.
    var window = ZoneClaims.windowMin
    /// Length of an epoch.
    let unit: ElapsedTime
    /// As `hits`, as far back as all antennas remember.
    private(set) var remembered: [(zone: Int, bits: UInt64)] = []

    /// Twelve epochs are a minute: long enough for a fair share of misses, short enough to see a move within
    /// it.
    static let windowMin = 12
    static let windowMax = 64
    /// Reports that the window must hold, with one to spare for a report that failed to come.
    static let reportsMin: Int64 = 5

    /// Epochs between two chances of hearing a tag that stays, for each zone: 1, or a report where reports
    /// are rarer.
    private func chanceEpochs(_ zone: Int) -> Int {
        max(1, Int(intervals[zone].milliseconds / unit.milliseconds))
    }

    private let intervals: [ElapsedTime]

    /// - Parameter intervals: the longest time between two reports of a resting tag, for each zone.
    package init(evidence: [AntennaEvidence], layout: SiteLayout, intervals: [ElapsedTime]) {
        var fixed = evidence
        fixed.removeAll { !ZoneClaims.isClaim($0, layout) }
        let lengths = fixed.map { layout.evidenceEpoch(of: $0.antenna) }
        unit = lengths.max() ?? EvidenceEpoch.length
        let length = unit.milliseconds
        self.intervals = intervals
        var (horizon, wanted) = (ZoneClaims.windowMax, ZoneClaims.windowMin)
        for (item, own) in zip(fixed, lengths) {
            newestEpoch = max(newestEpoch, ZoneClaims.epoch(of: item, own, in: unit))
            let reports = intervals[layout.antennas[item.antenna].zone].milliseconds * ZoneClaims.reportsMin
            wanted = max(wanted, Int(reports / length))
            horizon = min(horizon, max(1, Int(Int64(ZoneClaims.windowMax) * own.milliseconds / length)))
        }
        remembered.reserveCapacity(fixed.count)
        for (item, own) in zip(fixed, lengths) {
            let zone = layout.antennas[item.antenna].zone
            let bits = ZoneClaims.bits(of: item, own, in: unit, newest: newestEpoch)
            if let index = remembered.firstIndex(where: { $0.zone == zone }) {
                remembered[index].bits |= bits
            } else {
                remembered.append((zone, bits))
            }
        }
        look(back: horizon)
        remembered = hits
        look(back: min(horizon, wanted))
    }

    private static func epoch(of item: AntennaEvidence, _ length: ElapsedTime, in unit: ElapsedTime) -> Int64
    {
        EvidenceEpoch.number(of: EvidenceEpoch.start(of: item.newestEpoch, length: length), length: unit)
    }

    /// The bits of one antenna in epochs of another length.
    private static func bits(
        of item: AntennaEvidence, _ length: ElapsedTime, in unit: ElapsedTime, newest: Int64
    ) -> UInt64 {
        guard length != unit else { return item.bits(endingAt: newest) }
        var folded: UInt64 = 0
        var rest = item.bits
        while rest != 0 {
            let age = Int64(rest.trailingZeroBitCount)
            rest &= rest - 1
            let start = EvidenceEpoch.start(of: item.newestEpoch - age, length: length)
            let behind = newest - EvidenceEpoch.number(of: start, length: unit)
            if (0..<64).contains(behind) { folded |= 1 << UInt64(behind) }
        }
        return folded
    }

    /// Looks at the last `epochs` only.
    private mutating func look(back epochs: Int) {
        window = max(1, epochs)
        let mask = window >= 64 ? UInt64.max : (1 << UInt64(window)) - 1
        hits.removeAll(keepingCapacity: true)
        hits.reserveCapacity(remembered.count)
        for claim in remembered where claim.bits & mask != 0 { hits.append((claim.zone, claim.bits & mask)) }
    }

    /// Did less than `epochs` pass since an evidence epoch?
    func spans(less epochs: Int, since epoch: Int64) -> Bool {
        guard newestEpoch != Int64.min else { return false }
        let first = EvidenceEpoch.number(of: EvidenceEpoch.start(of: epoch), length: unit)
        return newestEpoch - first < Int64(epochs)
    }

    /// Without what was read before the end of an evidence epoch.
    func since(epoch: Int64) -> ZoneClaims {
        guard epoch != Int64.min, newestEpoch != Int64.min else { return self }
        let last = EvidenceEpoch.number(of: EvidenceEpoch.start(of: epoch), length: unit)
        let length = Int(clamping: newestEpoch - last)
        guard length < ZoneClaims.windowMax else { return self }
        var claims = self
        let mask: UInt64 = length <= 0 ? 0 : (1 << UInt64(length)) - 1
        claims.remembered = remembered.compactMap { $0.bits & mask == 0 ? nil : ($0.zone, $0.bits & mask) }
        claims.look(back: min(window, max(1, length)))
        return claims
    }

    /// The claims since the moment at which one zone took a tag over from the other, should it have: where
    /// most of the epochs that only one of the two read speak for it.
    /// - Returns: `nil` where less than `lead` more epochs speak for it than against it.
    func sinceTakeover(by zone: Int, from settled: Int, lead: Int) -> ZoneClaims? {
        let own = remembered.first { $0.zone == zone }?.bits ?? 0
        let other = remembered.first { $0.zone == settled }?.bits ?? 0
        var rest = own ^ other
        var (net, best, length) = (0, 0, 0)
        while rest != 0 {
            let age = rest.trailingZeroBitCount
            rest &= rest - 1
            net += own >> UInt64(age) & 1 == 1 ? 1 : -1
            if net > best { (best, length) = (net, age + 1) }
        }
        guard best >= lead else { return nil }
        var claims = self
        claims.look(back: length)
        return claims
    }

    /// Zones with a read in what all antennas remember.
    var zones: [Int] { remembered.map(\.zone).sorted() }

    /// Has more than one zone a read in what all antennas remember?
    var areSeveral: Bool { remembered.count > 1 }

    /// Reads where tags rest, by fixed antennas: a person who sweeps next door reads across as much as at
    /// home.
    private static func isClaim(_ item: AntennaEvidence, _ layout: SiteLayout) -> Bool {
        let (zone, reader) = (layout.antennas[item.antenna].zone, layout.antennas[item.antenna].reader)
        return layout.zones[zone].kind.isContinuous && !layout.readers[reader].isHandheld
    }

    func hitCount(of zone: Int) -> Int {
        hits.first { $0.zone == zone }?.bits.nonzeroBitCount ?? 0
    }

    /// Start of the first epoch of the window in which the zone read the tag, event time.
    func start(of zone: Int) -> UTCInstant { EvidenceEpoch.start(of: firstEpoch(of: zone), length: unit) }

    /// Its number.
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
        (hit.bits.nonzeroBitCount * chanceEpochs(hit.zone), -hit.zone)
    }

    /// What is known of a tag in a zone that may hold it.
    struct Known {
        /// 0...1, of what all antennas of the zone would read of the tag: read by those that were at work
        /// throughout the window.
        var watched: Double
        /// 0...1, how sure it is that other zones read the tag no more often than they usually do.
        var strays: Double

        /// All its antennas were at work, or not all and nothing else is known.
        init(isCovered: Bool) { (watched, strays) = (isCovered ? 1 : 0, 0) }

        init(watched: Double, strays: Double) { (self.watched, self.strays) = (watched, strays) }
    }

    /// Judges one zone against all that have a claim: zones with hits, and those named in `suspects` (where
    /// the tag was last believed, where its card says it is).
    /// - Parameters:
    ///   - belief: where the tag is settled until now, and where its card says it is.
    ///   - known: of a zone that may hold the tag.
    func judge(
        _ zone: Int, suspects: [Int], belief: (settled: Int?, home: Int?) = (nil, nil), layout: SiteLayout,
        known: (Int) -> Known
    ) -> ZoneJudgement {
        let own = hitCount(of: zone)
        var doubt = 0.0
        var judgement = ZoneJudgement(
            zone: zone, hits: own, window: window, probability: 0, rival: nil, rivalHits: 0)
        var strongestDoubt = 0.0
        for rival in rivals(with: suspects) where rival != zone {
            let known = known(rival)
            var part = likelihood(of: rival, against: zone, layout: layout, known: known)
            if rival == belief.settled { part *= ZoneJudgement.stayOdds }
            if rival == belief.home, belief.settled == nil { part *= ZoneJudgement.homeOdds }
            doubt += part
            guard part > strongestDoubt else { continue }
            strongestDoubt = part
            judgement.rival = rival
            judgement.rivalHits = hitCount(of: rival)
            judgement.isRivalCovered = known.watched >= 1
        }
        judgement.probability = min(ZoneJudgement.probabilityMax, 1 / (1 + doubt))
        return judgement
    }

    /// Zones with hits and those in `suspects`, each once, in order.
    private func rivals(with suspects: [Int]) -> [Int] {
        var zones: [Int] = []
        zones.reserveCapacity(hits.count + suspects.count)
        for hit in hits { zones.append(hit.zone) }
        for zone in suspects where !zones.contains(zone) { zones.append(zone) }
        zones.sort()
        return zones
    }

    /// Likelihood that the tag is in `rival`, relative to its being in `zone`.
    private func likelihood(of rival: Int, against zone: Int, layout: SiteLayout, known: Known) -> Double {
        let areNeighbours = layout.areNeighbours(zone, rival)
        let blind = areNeighbours ? ZoneJudgement.blindNeighbour : ZoneJudgement.blindDistant
        let told = areNeighbours ? ZoneJudgement.neighbour : ZoneJudgement.distant
        let rates = blind.towards(told, max(known.watched, known.strays))
        let first = firstEpoch(of: zone)
        let span = Int(newestEpoch - (known.watched > 0 ? min(first, firstEpoch(of: rival)) : first)) + 1
        return claim(of: rival, rates, span: span, share: known.watched)
            / claim(of: zone, rates, span: span)
    }

    /// How much the reads and misses of one zone speak for it, over the last `span` epochs.
    /// - Parameter share: of its reads: made by the antennas at work.
    private func claim(
        of zone: Int, _ rates: ZoneJudgement.Rates, span: Int, share: Double = 1
    ) -> Double {
        let hits = hitCount(of: zone)
        let missOdds = rates.missOdds(reportedEvery: chanceEpochs(zone), share: share)
        return power(rates.hitOdds(), hits) * power(missOdds, max(0, span - hits))
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
