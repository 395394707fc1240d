import AssetModel

/// How often tags of this site leave and are shadowed: learned from the site itself, so that a guess that is
/// wrong by a factor of three does no harm for longer than some days.
///
/// Two rates, each a Gamma distribution: what was counted over what was watched, with the numbers of
/// ``AbsenceModel`` as if ``eventsAssumed`` such events had been seen already.
///
/// - Shadows: runs of misses that nothing else explains, of tags that are read nearly always; one of each
///   shadow. A site whose tags are all read seldom keeps what is assumed.
/// - Departures: a tag that was said to be gone, that the books want here, and that no gate saw leave. One
///   that is read again is taken back.
///
/// Counts are whole numbers, so that their order changes nothing, and they act before the first of an hour.
struct HazardLearning: Sendable, Equatable {
    /// Events, and tag-minutes watched for them, both in ``unit``.
    private(set) var shadows: Int64 = 0
    private(set) var shadowMinutes: Int64 = 0
    private(set) var departures: Int64 = 0
    private(set) var watchedMinutes: Int64 = 0
    /// The hour in which the counts last acted.
    private(set) var hour: Int64 = 0
    /// A day and tag, as the counts had it then.
    private(set) var shadowsPerDay: Double
    private(set) var gonePerDay: Double

    /// A thousandth of an event, or of a tag-minute: fine enough for chances of some per mille to add up.
    static let unit = 1_000.0
    /// What is assumed weighs as much as so many events: some ten seen ones outvote it.
    static let eventsAssumed = 4.0
    /// A rate is learned up to this factor away from what is assumed: further off something else is wrong.
    static let factorMax = 10.0
    /// Hours that the counts remember: a month.
    static let hoursRemembered: Int64 = 720
    /// After so many hours without a count nothing is left of what was counted.
    private static let hoursForgotten: Int64 = 20 * hoursRemembered
    /// Chances after which the rate of a tag is known well enough to count for shadows: an hour of minutes.
    static let chancesKnownMin: Float = 60
    /// A tag that is read less often has long runs of misses without a shadow. What is learned of such tags
    /// would feed on itself: misses taken for shadows make the tag seem to be read more often, and the next
    /// misses more of a shadow.
    static let rateMin = 0.8
    /// Misses that are a shadow: by chance that happens to such a tag once in 0.2^12, 200 million times.
    static let missesMin = 12
    /// Share of shadows with a run of so many misses, where they last two hours on average and a tenth of the
    /// reads comes through (simulated; the others end or are read before).
    static let shareSeen = 0.83
    /// No more than this is kept: a million tags for a month of minutes.
    private static let countMax: Int64 = 1 << 56

    init(assumed: AbsenceModel) {
        (shadowsPerDay, gonePerDay) = (assumed.shadowsPerDay, assumed.gonePerDay)
    }

    /// A read ended a run.
    /// - Parameter isCounted: one was counted and has not ended yet; becomes so when one is.
    mutating func note(_ run: SilentRun, of rate: ReadRate, chance: ElapsedTime, isCounted: inout Bool) {
        guard rate.hits + rate.misses >= Self.chancesKnownMin, rate.mean >= Self.rateMin else { return }
        let minutes = Double(chance.milliseconds) / 60_000 * Double(run.length + 1)
        add(&shadowMinutes, minutes * run.probabilityNormal)
        guard run.length >= Self.missesMin, !isCounted else { return }
        isCounted = true
        add(&shadows, 1 / Self.shareSeen)
    }

    /// Covered minutes of tags that the books want where they are.
    mutating func noteWatched(minutes: Double) { add(&watchedMinutes, minutes) }

    mutating func noteDeparture() { add(&departures, 1) }

    mutating func takeBackDeparture() { departures = max(0, departures - Int64(Self.unit)) }

    private func add(_ count: inout Int64, _ value: Double) {
        count = min(Self.countMax, count + Int64(min(1e12, max(0, value)) * Self.unit))
    }

    /// Is it another hour than the one in which the counts last acted?
    func isDue(at time: ElapsedTime) -> Bool { time.milliseconds / 3_600_000 > hour }

    /// Lets the counts act.
    mutating func apply(assumed: AbsenceModel, at time: ElapsedTime) {
        let now = time.milliseconds / 3_600_000
        for _ in 0..<min(now - hour, Self.hoursForgotten) { forget() }
        hour = now
        shadowsPerDay = learned(shadows, over: shadowMinutes, assumed: assumed.shadowsPerDay)
        gonePerDay = learned(departures, over: watchedMinutes, assumed: assumed.gonePerDay)
    }

    /// An hour's worth; rounded up, so that in the end nothing is left.
    private mutating func forget() {
        func kept(_ count: Int64) -> Int64 {
            count - (count + Self.hoursRemembered - 1) / Self.hoursRemembered
        }
        (shadows, shadowMinutes) = (kept(shadows), kept(shadowMinutes))
        (departures, watchedMinutes) = (kept(departures), kept(watchedMinutes))
    }

    /// Events a day.
    private func learned(_ events: Int64, over minutes: Int64, assumed: Double) -> Double {
        guard assumed > 0 else { return assumed }
        let days = Double(minutes) / Self.unit / AbsenceModel.minutesPerDay
        let rate = (Self.eventsAssumed + Double(events) / Self.unit) / (Self.eventsAssumed / assumed + days)
        return min(assumed * Self.factorMax, max(assumed / Self.factorMax, rate))
    }
}

extension HazardLearning {
    func chunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        for count in [shadows, shadowMinutes, departures, watchedMinutes, hour] { writer.put(count) }
        for rate in [shadowsPerDay, gonePerDay] { writer.put(rate) }
        return Checkpoint.Chunk(table: "hazards", index: 0, bytes: writer.bytes)
    }

    /// A store from before they were learned has none.
    mutating func restore(_ chunks: [Checkpoint.Chunk]) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "hazards" }) else { return }
        var reader = ByteReader(chunk.bytes)
        var counts: [Int64] = []
        for _ in 0..<5 { counts.append(min(Self.countMax, max(0, try reader.take()))) }
        (shadows, shadowMinutes, departures) = (counts[0], counts[1], counts[2])
        (watchedMinutes, hour) = (counts[3], counts[4])
        let rates = (try reader.takeDouble(), try reader.takeDouble())
        guard rates.0.isFinite, rates.1.isFinite, rates.0 > 0, rates.1 > 0 else {
            throw ByteReader.Damaged(offset: reader.offset, size: chunk.bytes.count)
        }
        (shadowsPerDay, gonePerDay) = rates
    }
}
