package import AssetModel

/// Believes where each tag is, and says so only when the evidence carries it.
///
///     unseen → heard → settled ⇄ settled elsewhere
///        ↘        ↘      ↓
///           silent (counted in covered time only) → heard
///
/// A tag is addressed by its slot in the ring. Silent tags cost nothing: each waits in its zone's
/// ``SilenceWheel`` until its silence may be long enough, and a read does not even move it there.
package struct PresenceTracker: Sendable {
    enum Phase: UInt8, Sendable {
        case unseen, heard, settled, silent
    }

    struct TagState: Sendable {
        var phase = Phase.unseen
        /// Where the tag is believed, or was first heard; -1 for nowhere.
        var zone: Int16 = -1
        /// Where the books want it, -1 where they do not say: watched from the start, never evidence.
        var home: Int16 = -1
        var lastEpoch = Int64.min
        /// First epoch of the stay, or the epoch in which watching began.
        var causeEpoch: Int64 = 0
        /// Covered time of the zone it waits in, at the last evidence, and the instant of that.
        var mark = ElapsedTime.zero
        var markedAt = UTCInstant(milliseconds: 0)
        /// Event time of the evidence: chances count from the one it falls into. Where the evidence came
        /// late, or the books are the evidence, the instant of its coming.
        var markedFrom = UTCInstant(milliseconds: 0)
        /// How often it is read where it is believed to be.
        var rate: ReadRate
        /// 0...1, that something stood before it, before the chance of the last evidence.
        var shadowed: Float
        /// What that chance told so far.
        var heard = Heard()
        /// 0...1, how sure its place was when it settled there.
        var certainty: Float = 0
        /// It settled there first of all, or anew: not because it left another place.
        var isFirstStay = false
        /// In this epoch the books sent it elsewhere, or it was last read before a silence: reads from before
        /// say nothing about where it is now.
        var sentEpoch = Int64.min
        /// Its shadow counts, until it is surely over.
        var isCountedShadowed = false
        /// Its silence counts as a departure, until it is read again.
        var isCountedGone = false
    }

    /// Distinct epochs with a read before a place is believed: one may be a stray, two a coincidence.
    package static let settleEpochsMin = 3
    /// Epochs more in the new place than in the old one before a settled tag has moved: whoever carries it
    /// past other shelves takes half a minute at most.
    package static let moveEpochsMin = 6

    var tags: [TagState] = []
    var wheel: SilenceWheel
    let layout: SiteLayout
    /// Of each zone, those that it names or that name it.
    let neighbours: [[Int]]
    let rules: RuleSettings
    /// As this site has shown it so far.
    private(set) var model: AbsenceModel
    var hazards: HazardLearning
    /// Covered time and report interval of each zone when they were last looked at.
    var knownCovered: [ElapsedTime]
    var gaps: ReadGaps
    private var knownIntervals: [ElapsedTime]
    private var nextCheckTime = ElapsedTime.never
    var clones: CloneWatch
    var signals = SignalTrails()
    var returns = DoubtedReturns()
    var departures = Departures()
    var antennaRates: AntennaRates
    var dirtyChunks = ChangedChunks()
    private let inPlace = InPlace()

    package init(layout: SiteLayout, rules: RuleSettings) {
        self.layout = layout
        neighbours = layout.neighboursBothWays().map { $0.sorted() }
        self.rules = rules
        model = rules.absence
        hazards = HazardLearning(assumed: rules.absence)
        wheel = SilenceWheel(zones: layout.zones.count)
        gaps = ReadGaps(layout)
        clones = CloneWatch(layout: layout, rules: rules)
        antennaRates = AntennaRates(layout, rules.absence)
        knownCovered = Array(repeating: .zero, count: layout.zones.count)
        knownIntervals = knownCovered
    }

    var untold: TagState { TagState(rate: ReadRate(model), shadowed: model.shadowedUsually) }

    /// No silence is due before it, in listened time.
    package var nextCheck: ElapsedTime { nextCheckTime }

    mutating func adoptHazards() {
        (model.shadowsPerDay, model.gonePerDay) = (hazards.shadowsPerDay, hazards.gonePerDay)
    }

    // MARK: what it is asked

    /// The zone a tag is believed to be in, only while that is settled.
    package func settledZone(of slot: Int) -> Int? {
        guard slot < tags.count, tags[slot].phase == .settled else { return nil }
        return Int(tags[slot].zone)
    }

    /// How sure that is, 0...1.
    package func certainty(of slot: Int) -> Double { slot < tags.count ? Double(tags[slot].certainty) : 0 }

    package func isSilent(_ slot: Int) -> Bool { slot < tags.count && tags[slot].phase == .silent }

    /// Does a read in this zone ask for a look at all the evidence? A tag that is read where it is settled
    /// stays there.
    package func needsEvidence(_ slot: Int, heardIn zone: Int) -> Bool {
        guard slot < tags.count, tags[slot].phase == .settled else { return true }
        return Int(tags[slot].zone) != zone || clones.isWatched(slot)
    }

    /// What the last read showed of a second tag with the same EPC.
    package mutating func takeTwoPlaces() -> TwoPlaces? {
        defer { clones.found = nil }
        return clones.found
    }

    /// Does every read of it matter, because it came to a place too early before?
    package func isWatched(_ slot: Int) -> Bool { clones.isWatched(slot) }

    /// The books bind the EPC of a slot anew: the reads until now may have been those of two tags.
    package mutating func bound(_ slot: Int, at instant: UTCInstant) {
        clones.bound(slot, at: instant)
        markDirty(slot)
    }

    /// Start of the first epoch of the present stay, event time.
    package func cause(of slot: Int) -> UTCInstant { EvidenceEpoch.start(of: tags[slot].causeEpoch) }

    /// Start of the last evidence epoch, event time; `nil` while unseen.
    package func lastHeard(_ slot: Int) -> UTCInstant? {
        guard slot < tags.count, tags[slot].lastEpoch != Int64.min else { return nil }
        return EvidenceEpoch.start(of: tags[slot].lastEpoch)
    }

    // MARK: what happens

    /// The books want a tag in a zone (or nowhere that we watch): silence there counts from now on.
    package mutating func watch(_ slot: Int, home: Int?, at time: PathTime, coverage: CoverageLedger) {
        grow(to: slot)
        let zone = home.flatMap { layout.zones[$0].kind.isContinuous ? Int16($0) : nil } ?? -1
        guard tags[slot].home != zone else { return }
        tags[slot].home = zone
        departures.end(slot)
        markDirty(slot)
        if tags[slot].phase == .settled, zone >= 0, tags[slot].zone != zone {
            // By the books it is elsewhere now: whether it is, only reads from now on can say.
            tags[slot].phase = .heard
            tags[slot].sentEpoch = EvidenceEpoch.number(of: time.now)
            tags[slot].causeEpoch = tags[slot].sentEpoch
            // Nothing is known of it there but what its card says.
            tags[slot].certainty = 0
            _ = signals.change(slot) { $0.restart() }
        }
        guard tags[slot].phase == .unseen else { return }
        wheel.remove(slot)
        guard zone >= 0 else { return }
        tags[slot].causeEpoch = EvidenceEpoch.number(of: time.now)
        list(slot, in: Int(zone), at: time, coverage: coverage)
    }

    /// The ring gave the tag's line up.
    package mutating func forget(_ slot: Int) {
        guard slot < tags.count else { return }
        wheel.remove(slot)
        gaps.forget(slot)
        returns.end(slot)
        departures.end(slot)
        tags[slot] = untold
        antennaRates.forget(slot)
        clones.forget(slot)
        signals.end(slot)
        markDirty(slot)
    }

    /// New evidence for a tag.
    /// - Parameter evidence: all of it; may be empty where ``needsEvidence(_:heardIn:)`` says no. Of two tags
    ///   with one EPC none is given: the tag is there, and nothing is concluded about its place.
    package mutating func observe(
        _ slot: Int, newest: (tag: EPC, antenna: Int, epoch: Int64), evidence: [AntennaEvidence],
        at time: PathTime, coverage: CoverageLedger
    ) -> PresenceChange? {
        grow(to: slot)
        let tag = newest.tag
        markDirty(slot)
        let heardZone = layout.antennas[newest.antenna].zone
        // A read from before the last one that counted is no sign that a silent tag is back.
        if tags[slot].phase == .silent, newest.epoch <= tags[slot].lastEpoch { return nil }
        endDeparture(slot, heardIn: heardZone, epoch: newest.epoch)
        learn(slot, from: (newest.antenna, newest.epoch), at: time, coverage: coverage)
        tags[slot].lastEpoch = max(tags[slot].lastEpoch, newest.epoch)
        noteEarlierStart(slot, epoch: newest.epoch)
        if tags[slot].phase == .silent, !comesBack(slot, by: newest.antenna, at: time, coverage) {
            return nil
        }
        if tags[slot].phase == .unseen || tags[slot].phase == .silent {
            var change = beginStay(slot, tag: tag, zone: heardZone, epoch: newest.epoch, at: time)
            change.source = name(of: newest.antenna)
            change.probability = PresenceTracker.heardProbability
            relist(slot, at: time, coverage: coverage)
            return change
        }
        guard !evidence.isEmpty, needsEvidence(slot, heardIn: heardZone) else {
            relist(slot, at: time, coverage: coverage)
            return nil
        }
        let claims = ZoneClaims(evidence: evidence, layout: layout, intervals: coverage.reportIntervals)
        let doubt = clones.look(at: slot, claims, heard: (heardZone, newest.epoch)) { wheel.count(in: $0) }
        let isContested = reviewContest(slot, claims)
        let change =
            isContested
            ? nil : settle(slot, tag: tag, claims: (claims, doubt), at: time, coverage: coverage)
        relist(slot, at: time, coverage: coverage)
        guard var change else { return nil }
        change.source = source(of: change.zone, in: evidence)
        return change
    }

    /// Time has come to a check: tags whose silence outlasted their zone's time.
    package mutating func advance(to time: PathTime, coverage: inout CoverageLedger) -> [SlotChange] {
        if coverage.coverageChanged {
            coverage.coverageChanged = false
            nextCheckTime = .zero
            for zone in knownCovered.indices { look(at: zone, coverage, time) }
        }
        guard time.listened >= nextCheckTime else { return [] }
        var changes: [SlotChange] = []
        nextCheckTime = .never
        for zone in knownCovered.indices where coverage.isCovered(zone: zone) {
            let covered = coverage.coveredTime(of: zone, at: time)
            let proven = min(covered, coverage.toldTime(of: zone, at: time))
            knownCovered[zone] = max(knownCovered[zone], covered)
            let until = (covered: proven, at: time.now + (proven - covered))
            changes += fallSilent(in: zone, until: until, at: time, coverage)
            guard let next = wheel.nextDue(in: zone) else { continue }
            // Due already, and its readers have not spoken since: they are asked again in an epoch.
            let wait = next - covered
            schedule(time.listened + (wait > .zero ? wait : EvidenceEpoch.length))
        }
        return changes
    }

    /// Takes the tags of a zone whose time has come; those that were read since go back.
    private mutating func fallSilent(
        in zone: Int, until now: (covered: ElapsedTime, at: UTCInstant), at time: PathTime,
        _ coverage: CoverageLedger
    ) -> [SlotChange] {
        var silent: [(slot: Int, due: ElapsedTime)] = []
        while let slot = wheel.takeDue(in: zone, at: now.covered) {
            let again = max(
                now.covered + leastSilence(in: zone, coverage), now.covered + EvidenceEpoch.length)
            let due = deadline(of: slot, in: zone, now: now, upTo: again, coverage)
            if due <= now.covered {
                silent.append((slot, due))
            } else {
                wheel.put(slot, in: zone, due: min(due, again))
            }
        }
        // Equals in the order of their slots, as after a restart.
        silent.sort { ($0.due, $0.slot) < ($1.due, $1.slot) }
        return silent.map { fallSilent($0.slot, in: zone, after: now, at: time, coverage) }
    }

    /// A change and the ring slot of its tag.
    package struct SlotChange: Sendable {
        package var slot: Int
        package var change: PresenceChange
    }

    // MARK: the decisions

    mutating func beginStay(
        _ slot: Int, tag: EPC, zone: Int, epoch: Int64, at time: PathTime
    ) -> PresenceChange {
        let wasSilent = tags[slot].phase == .silent
        tags[slot].phase = .heard
        if !wasSilent || tags[slot].zone < 0 { tags[slot].zone = Int16(zone) }
        tags[slot].causeEpoch = epoch
        var change = PresenceChange(
            tag: tag, kind: .heard(zone: zone), at: time.now, cause: EvidenceEpoch.start(of: epoch))
        let id = layout.zones[zone].id
        change.reasonChinese = wasSilent ? "静默后在 \(id) 再次识读" : "首次在 \(id) 识读"
        change.reasonEnglish = wasSilent ? "heard again at \(id) after silence" : "first heard at \(id)"
        return change
    }

    /// A stay that is not settled begins with its first epoch, in whatever order the reads of the window
    /// come.
    private mutating func noteEarlierStart(_ slot: Int, epoch: Int64) {
        guard tags[slot].phase == .heard, epoch < tags[slot].causeEpoch, epoch > tags[slot].sentEpoch else {
            return
        }
        if tags[slot].lastEpoch - epoch < Int64(ZoneClaims.windowMax) { tags[slot].causeEpoch = epoch }
    }

    /// - Parameter claims: and how likely they are those of two tags, 0...1.
    private mutating func settle(
        _ slot: Int, tag: EPC, claims: (ZoneClaims, doubt: Double), at time: PathTime,
        coverage: CoverageLedger
    ) -> PresenceChange? {
        let doubt = claims.doubt
        guard let found = judge(slot, claims.0, at: time, coverage) else { return nil }
        let (state, best, claims) = (tags[slot], found.zone, found.2)
        var judgement = found.1
        judgement.probability *= 1 - doubt
        guard judgement.probability >= rules.placeCertainty else { return nil }
        let cause = EvidenceEpoch.number(of: claims.start(of: best))
        let kind: PresenceChange.Kind =
            state.phase == .settled ? .moved(from: Int(state.zone), to: best) : .arrived(zone: best)
        if state.phase == .settled, Int(state.zone) == best { return nil }
        let newest = EvidenceEpoch.start(of: claims.newestEpoch, length: claims.unit)
        if state.zone >= 0, clones.isTooEarly(slot, between: Int(state.zone), and: best, at: newest) {
            return nil
        }
        tags[slot].isFirstStay = state.phase != .settled
        tags[slot].phase = .settled
        tags[slot].zone = Int16(best)
        tags[slot].causeEpoch = cause
        tags[slot].certainty = Float(judgement.probability)
        return describe(kind, tag: tag, judgement: judgement, cause: cause, at: time)
    }

    /// The zone that has the best claim to a tag, other than the one where it is settled.
    private func judge(
        _ slot: Int, _ claims: ZoneClaims, at time: PathTime, _ coverage: CoverageLedger
    ) -> (zone: Int, ZoneJudgement, ZoneClaims)? {
        let state = tags[slot]
        var settled = state.phase == .settled ? Int(state.zone) : nil
        // Three strays may have settled it: until a window has passed, its place is judged from all of it.
        if state.isFirstStay, claims.spans(less: ZoneClaims.windowMin, since: state.causeEpoch) {
            settled = nil
        }
        // What was read before this stay began has had its say.
        let claims = claims.since(epoch: settled == nil ? state.sentEpoch : state.causeEpoch)
        var suspects: [Int] = []
        if state.zone >= 0, layout.zones[Int(state.zone)].kind.isContinuous {
            suspects.append(Int(state.zone))
        }
        if state.home >= 0 { suspects.append(Int(state.home)) }
        var best: (zone: Int, ZoneJudgement, ZoneClaims)?
        for (zone, claims) in rivals(of: settled, claims) {
            let span = ElapsedTime(milliseconds: Int64(claims.window) * claims.unit.milliseconds)
            let home = state.home >= 0 ? Int(state.home) : nil
            let judgement = claims.judge(
                zone, suspects: suspects, belief: (settled, home), layout: layout
            ) {
                known(of: slot, in: $0, over: (span, claims.unit), at: time, coverage)
            }
            if judgement.probability > best?.1.probability ?? -1 { best = (zone, judgement, claims) }
        }
        return best
    }

    /// Zones that may hold the tag instead, each with the claims to be looked at.
    private func rivals(of settled: Int?, _ claims: ZoneClaims) -> [(Int, ZoneClaims)] {
        guard let settled else {
            guard let zone = claims.strongest, claims.hitCount(of: zone) >= PresenceTracker.settleEpochsMin
            else { return [] }
            return [(zone, claims)]
        }
        let lead = PresenceTracker.moveEpochsMin
        return claims.zones.compactMap { zone in
            guard zone != settled else { return nil }
            return claims.sinceTakeover(by: zone, from: settled, lead: lead).map { (zone, $0) }
        }
    }

    /// - Parameter now: covered time so far, and the instant of it.
    mutating func fallSilent(
        _ slot: Int, in zone: Int, after now: (covered: ElapsedTime, at: UTCInstant), at time: PathTime,
        _ coverage: CoverageLedger
    ) -> SlotChange {
        let state = tags[slot]
        let silence = now.covered - state.mark
        let cause = state.lastEpoch == Int64.min ? state.causeEpoch : state.lastEpoch
        let run = run(of: slot, in: zone, until: now.covered, at: now.at, coverage)
        tags[slot].phase = .silent
        tags[slot].zone = Int16(zone)
        tags[slot].sentEpoch = max(state.sentEpoch, state.lastEpoch)
        markDirty(slot)
        var change = PresenceChange(
            tag: EPC(bitCount: 16, words: EPC.Words()), kind: .silent(zone: zone), at: time.now,
            cause: EvidenceEpoch.start(of: cause))
        noteDeparture(slot, run, at: time)
        change.probability = min(ZoneJudgement.probabilityMax, run.probabilityGone)
        change.source = layout.zones[zone].id
        change.evidenceCount = Int(silence.milliseconds / EvidenceEpoch.length.milliseconds)
        let words = words(of: run, after: silence, slot, in: zone, coverage)
        (change.reasonChinese, change.reasonEnglish) = (words.chinese, words.english)
        return SlotChange(slot: slot, change: change)
    }

    /// One read: 0.6 at home against 0.15 that strays next door (`inference.md` §3).
    static let heardProbability = 0.8

    // MARK: waiting

    /// Reports that must have failed to come before a tag counts as silent.
    static let reportsMissedMin: Int64 = 3

    /// Tags are believed or wanted in this zone, so its silence means something.
    package func expectsTags(in zone: Int) -> Bool { wheel.count(in: zone) > 0 }

    mutating func relist(_ slot: Int, at time: PathTime, coverage: CoverageLedger) {
        var zone = Int(tags[slot].zone)
        if zone < 0 || !layout.zones[zone].kind.isContinuous { zone = Int(tags[slot].home) }
        guard zone >= 0 else { return wheel.remove(slot) }
        list(slot, in: zone, at: time, coverage: coverage)
    }

    private mutating func list(_ slot: Int, in zone: Int, at time: PathTime, coverage: CoverageLedger) {
        look(at: zone, coverage, time)
        mark(slot, at: coverage.coveredTime(of: zone, at: time), in: zone, at: time, coverage)
        let known = wheel.zone(of: slot)
        guard known != zone else { return }
        if known >= 0 { forgetRate(slot) }
        let now = (covered: tags[slot].mark, at: time.now)
        let least = now.covered + leastSilence(in: zone, coverage)
        let due = min(deadline(of: slot, in: zone, now: now, upTo: least, coverage), least)
        wheel.put(slot, in: zone, due: due)
        schedule(time.listened + max(.zero, due - tags[slot].mark))
    }

    /// Covered time can be taken back: then the silence of all that were read since counts from now on. And
    /// readers are found to report more or less often than was known.
    private mutating func look(at zone: Int, _ coverage: CoverageLedger, _ time: PathTime) {
        let covered = coverage.coveredTime(of: zone, at: time)
        let isTakenBack = covered < knownCovered[zone]
        let isOtherwise = knownIntervals[zone] != coverage.reportIntervals[zone]
        knownCovered[zone] = covered
        guard isTakenBack || isOtherwise else { return }
        knownIntervals[zone] = coverage.reportIntervals[zone]
        wheel.turnBack(zone: zone, to: covered)
        for slot in wheel.slots(in: zone) {
            if tags[slot].mark > covered {
                tags[slot].mark = covered
                (tags[slot].markedAt, tags[slot].markedFrom) = (time.now, time.now)
                markDirty(slot)
            }
            let known = wheel.due(of: slot)
            let due = deadline(of: slot, in: zone, now: (covered, time.now), upTo: known, coverage)
            wheel.put(slot, in: zone, due: min(known, due))
        }
        nextCheckTime = .zero
    }

    mutating func schedule(_ time: ElapsedTime) {
        if time < nextCheckTime { nextCheckTime = time }
    }

    mutating func checkSoon() { nextCheckTime = .zero }

    private mutating func grow(to slot: Int) {
        while tags.count <= slot { tags.append(untold) }
    }
}
