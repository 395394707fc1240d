package import AssetModel

/// Notices that two tags bear one EPC, from the places where it is read alone.
///
/// Two things are not done by one tag:
///
/// - To be read to and fro between two zones that do not hear each other's tags, epoch by epoch
///   (``CloneEvidence``). A tag that was carried crosses over once, one that is carried to and fro stays in
///   between.
/// - To be read at another site sooner than anything travels there, again and again.
///
/// Zones hear each other's tags up to two steps over `neighbours` (strays reach a neighbour at 0.15 of the
/// rate at home, its neighbours at 0.02, and no further; `inference.md` §3). Where the configuration names no
/// neighbours, only zones full of tags that nobody else hears are known to be apart. What the reads show goes
/// before what is configured: two zones between which several tags are read to and fro overlap.
///
/// Bounded: by the slots of the ring, and five slots a pair of zones.
struct CloneWatch: Sendable {
    /// Of all tags whose reads are doubted, one in ten thousand has a twin (choice: counterfeits are rare,
    /// and nothing that is seen by chance in a year of one house may outweigh it).
    static let twinOdds = 0.000_1
    /// Nobody is called a clone on less.
    static let certaintyMin = 0.99
    /// How much likelier one arrival that is too early is with two tags than with one: a clock that is set
    /// wrong, sites that are nearer than was said (choice). Five of them are sure enough.
    static let earlyArrivalOdds = 30.0
    /// Early arrivals further apart than this do not belong together.
    static let turnsMemory = ElapsedTime(seconds: 86_400)
    /// An arrival that came too early is a move once the tag has stayed for as many times the way.
    static let waysStayed: Int64 = 3
    /// Tags read to and fro between two zones that show them to overlap, where the configuration knows their
    /// neighbours, and where it does not.
    static let overlapTags = 5
    static let overlapTagsUnconfigured = 2
    /// Tags that stand in a zone, so that it is known whom its neighbours hear, without configuration.
    static let tagsKnown = 50

    struct Pair: Hashable, Sendable, Comparable {
        var low: Int
        var high: Int

        init(_ one: Int, _ other: Int) { (low, high) = (min(one, other), max(one, other)) }

        static func < (left: Pair, right: Pair) -> Bool { (left.low, left.high) < (right.low, right.high) }
    }

    /// Arrivals of one tag that came too early.
    struct Turns: Sendable, Equatable {
        var count: UInt16
        /// Start of the epoch of the last one, event time.
        var lastAt: UTCInstant
        var from: Int
        var to: Int
    }

    var turns: [Int: Turns] = [:]
    /// Tags read to and fro between two zones, the first few.
    var seenBetween: [Pair: [Int]] = [:]
    /// When the books bound a tag anew: what was read before was another tag's, too.
    var boundAt: [Int: UTCInstant] = [:]
    /// What the last look found, until it is taken.
    var found: TwoPlaces?

    private let rules: RuleSettings
    /// Zones within two steps.
    private let near: [[Int]]
    private let site: [Int]
    /// Sites that a zone and its neighbour join.
    private let joined: Set<Pair>

    init(layout: SiteLayout, rules: RuleSettings) {
        self.rules = rules
        site = layout.zones.map(\.site)
        near = layout.zonesWithinTwoSteps().map { $0.sorted() }
        var joined: Set<Pair> = []
        for (zone, others) in layout.neighboursBothWays().enumerated() {
            for other in others where layout.zones[other].site != layout.zones[zone].site {
                joined.insert(Pair(layout.zones[zone].site, layout.zones[other].site))
            }
        }
        self.joined = joined
    }

    // MARK: what it is asked

    /// Reads of this tag are looked at wherever they are.
    func isWatched(_ slot: Int) -> Bool { !turns.isEmpty && turns[slot] != nil }

    /// Did it come there too early to have moved, and has not stayed for long? The more often it came too
    /// early, the longer it has to stay.
    func isTooEarly(_ slot: Int, between one: Int, and other: Int, at instant: UTCInstant) -> Bool {
        guard let turn = turns[slot], site[one] != site[other] else { return false }
        guard Pair(site[turn.from], site[turn.to]) == Pair(site[one], site[other]) else { return false }
        let stay = rules.siteTravelMin.milliseconds * CloneWatch.waysStayed * Int64(turn.count)
        return (instant - turn.lastAt).milliseconds < stay
    }

    // MARK: what happens

    /// Looks at the reads of a tag.
    /// - Parameters:
    ///   - heard: the zone of the read at hand, and its evidence epoch.
    ///   - tags: how many tags stand in a zone.
    /// - Returns: 0...1, how likely two tags bear the EPC.
    mutating func look(
        at slot: Int, _ claims: ZoneClaims, heard: (zone: Int, epoch: Int64), tags: (Int) -> Int
    ) -> Double {
        found = nil
        var claims = claims
        if let bound = boundAt[slot] { claims = claims.since(epoch: EvidenceEpoch.number(of: bound)) }
        guard claims.areSeveral else { return 0 }
        let arrival = noteArrival(slot, claims, heard)
        var odds = CloneWatch.twinOdds
        if let turn = turns[slot] { odds *= power(CloneWatch.earlyArrivalOdds, Int(turn.count)) }
        let places = apart(in: claims)
        if let places { odds *= weigh(places, of: slot, claims, tags) }
        guard odds > CloneWatch.twinOdds else { return 0 }
        let probability = odds / (1 + odds)
        guard probability >= max(CloneWatch.certaintyMin, rules.placeCertainty),
            let pair = places ?? arrival ?? turns[slot].map({ ($0.from, $0.to) })
        else { return probability }
        found = describe(pair, of: slot, claims, probability)
        return probability
    }

    /// The zone that reads it most, and of those that cannot hear it there the one that does so most.
    private func apart(in claims: ZoneClaims) -> (Int, Int)? {
        guard let first = claims.zoneReadMost(where: { _ in true }),
            let second = claims.zoneReadMost(where: { $0 != first && !near[first].contains($0) })
        else { return nil }
        return (first, second)
    }

    /// How much likelier its reads in two zones are with two tags than with one; 1 where the zones overlap.
    private mutating func weigh(
        _ places: (Int, Int), of slot: Int, _ claims: ZoneClaims, _ tags: (Int) -> Int
    ) -> Double {
        let (one, other) = places
        let skew = 2 * rules.clockSkewAfter.milliseconds / claims.unit.milliseconds
        let isOtherSite = site[one] != site[other] && !joined.contains(Pair(site[one], site[other]))
        let isConfigured = isOtherSite || !near[one].isEmpty && !near[other].isEmpty
        let evidence = CloneEvidence(
            claims.bits(of: one), claims.bits(of: other), unit: claims.unit,
            shiftMax: Int(clamping: min(skew, 63)),
            isBetween: !isConfigured || near[one].contains { near[other].contains($0) })
        // Where zones overlap all their tags show it, before one of them is taken for two.
        guard evidence.ratioInStep * CloneWatch.twinOdds > 1 else { return max(1, evidence.ratio) }
        let pair = Pair(one, other)
        var between = seenBetween[pair] ?? []
        if between.count < CloneWatch.overlapTags, !between.contains(slot) {
            between.append(slot)
            seenBetween[pair] = between
        }
        let ratio = max(1, evidence.ratio)
        if isConfigured { return between.count < CloneWatch.overlapTags ? ratio : 1 }
        let isKnown = tags(one) >= CloneWatch.tagsKnown && tags(other) >= CloneWatch.tagsKnown
        return isKnown && between.count < CloneWatch.overlapTagsUnconfigured ? ratio : 1
    }

    // MARK: at another site

    /// The newest read of the tag may have come too early after the last one at another site.
    /// - Returns: where from and to.
    private mutating func noteArrival(
        _ slot: Int, _ claims: ZoneClaims, _ heard: (zone: Int, epoch: Int64)
    ) -> (Int, Int)? {
        let unit = claims.unit
        guard claims.hasRead(in: heard.zone) else { return nil }
        let at = EvidenceEpoch.number(of: EvidenceEpoch.start(of: heard.epoch), length: unit)
        let away = claims.zoneReadLast { zone in
            site[zone] != site[heard.zone] && !joined.contains(Pair(site[zone], site[heard.zone]))
        }
        guard let away else { return nil }
        let left = claims.lastEpoch(of: away)
        // The newest news of it, and not a read that was told late.
        guard at >= left, at == claims.lastEpoch(of: heard.zone) else { return nil }
        let skew = rules.clockSkewAfter.milliseconds * 2
        // From the beginning of one epoch to the end of the other, and with both clocks wrong.
        let longest = (at - left + 1) * unit.milliseconds + skew
        guard longest < rules.siteTravelMin.milliseconds else { return nil }
        let arrivedAt = EvidenceEpoch.start(of: at, length: unit)
        let leftAt = EvidenceEpoch.start(of: left, length: unit)
        if let last = turns[slot], (arrivedAt - last.lastAt) < CloneWatch.turnsMemory {
            // It has to have been back since, longer than wrong clocks explain.
            guard leftAt >= last.lastAt, (arrivedAt - last.lastAt).milliseconds > skew + unit.milliseconds
            else { return nil }
            let count = last.count == UInt16.max ? last.count : last.count + 1
            turns[slot] = Turns(count: count, lastAt: arrivedAt, from: away, to: heard.zone)
        } else {
            forgetOld(at: arrivedAt)
            turns[slot] = Turns(count: 1, lastAt: arrivedAt, from: away, to: heard.zone)
        }
        return (away, heard.zone)
    }

    private mutating func forgetOld(at instant: UTCInstant) {
        turns = turns.filter { (instant - $0.value.lastAt) < CloneWatch.turnsMemory }
    }

    // MARK: life

    mutating func forget(_ slot: Int) {
        turns[slot] = nil
        boundAt[slot] = nil
    }

    /// The books bind the EPC to another tag from now on.
    mutating func bound(_ slot: Int, at instant: UTCInstant) {
        turns[slot] = nil
        boundAt = boundAt.filter { (instant - $0.value) < CloneWatch.turnsMemory }
        boundAt[slot] = instant
    }

    private func describe(
        _ pair: (Int, Int), of slot: Int, _ claims: ZoneClaims, _ probability: Double
    ) -> TwoPlaces {
        func place(_ zone: Int) -> TwoPlaces.Place {
            TwoPlaces.Place(
                zone: zone,
                lastAt: EvidenceEpoch.start(of: claims.lastEpoch(of: zone), length: claims.unit),
                epochs: claims.bits(of: zone).nonzeroBitCount)
        }
        var both = TwoPlaces(
            one: place(pair.0), other: place(pair.1), epoch: claims.unit,
            probability: min(ZoneJudgement.probabilityMax, probability))
        let first = max(claims.oldestEpoch(of: pair.0), claims.oldestEpoch(of: pair.1))
        both.since = EvidenceEpoch.start(of: first, length: claims.unit)
        both.earlyArrivals = Int(turns[slot]?.count ?? 0)
        return both
    }
}

/// One EPC was read in two places that cannot both be true.
package struct TwoPlaces: Equatable, Sendable {
    package struct Place: Equatable, Sendable {
        package var zone: Int
        /// Start of the last epoch with a read there, event time.
        package var lastAt: UTCInstant
        /// Epochs with a read there.
        package var epochs: Int
    }

    package var one: Place
    package var other: Place
    /// Length of the epochs.
    package var epoch: ElapsedTime
    /// 0...1.
    package var probability: Double
    /// Start of the first epoch in which both had been read, of those that are remembered.
    package var since = UTCInstant(milliseconds: 0)
    /// How often it was read at the other site sooner than anything travels; 0 within a site.
    package var earlyArrivals = 0
}

extension ZoneClaims {
    /// The zone with most reads in all that is remembered, the lower index of equals.
    fileprivate func zoneReadMost(where isWanted: (Int) -> Bool) -> Int? {
        zone(where: isWanted) { Int64($0.nonzeroBitCount) }
    }

    /// The one that read it last, the lower index of equals.
    fileprivate func zoneReadLast(where isWanted: (Int) -> Bool) -> Int? {
        zone(where: isWanted) { -Int64($0.trailingZeroBitCount) }
    }

    private func zone(where isWanted: (Int) -> Bool, weight: (UInt64) -> Int64) -> Int? {
        var best: (weight: Int64, zone: Int)?
        for claim in remembered where isWanted(claim.zone) {
            let own = (weight: weight(claim.bits), zone: claim.zone)
            if best.map({ (own.weight, -own.zone) > ($0.weight, -$0.zone) }) ?? true { best = own }
        }
        return best?.zone
    }

    fileprivate func hasRead(in zone: Int) -> Bool { remembered.contains { $0.zone == zone } }

    /// Bit e: the zone read the tag e epochs before ``newestEpoch``, as far back as is remembered.
    fileprivate func bits(of zone: Int) -> UInt64 { remembered.first { $0.zone == zone }?.bits ?? 0 }

    /// The last epoch with a read in the zone, and the first one; it must have one.
    fileprivate func lastEpoch(of zone: Int) -> Int64 {
        newestEpoch - Int64(bits(of: zone).trailingZeroBitCount)
    }

    fileprivate func oldestEpoch(of zone: Int) -> Int64 {
        newestEpoch - Int64(63 - bits(of: zone).leadingZeroBitCount)
    }
}
