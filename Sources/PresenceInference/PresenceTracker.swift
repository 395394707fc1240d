package import AssetModel

/// Believes where each tag is, and says so only when the evidence carries it.
///
///     unseen → heard → settled ⇄ settled elsewhere
///        ↘        ↘      ↓
///           silent (counted in covered time only) → heard
///
/// A tag is addressed by its slot in the ring. Silent tags cost nothing: each zone keeps its tags in the
/// order of their last evidence, so only the head of a list can be due.
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
        /// Covered time of the listed zone at the last evidence.
        var mark = ElapsedTime.zero
        var listed: Int16 = -1
        var previous: Int32 = -1
        var next: Int32 = -1
    }

    /// Distinct epochs with a read before a place is believed: one may be a stray, two a coincidence.
    package static let settleEpochsMin = 3

    var tags: [TagState] = []
    var heads: [Int32]
    var tails: [Int32]
    private let layout: SiteLayout
    private let rules: RuleSettings
    private var nextCheckTime = ElapsedTime.never
    var dirtyChunks: Set<Int> = []

    package init(layout: SiteLayout, rules: RuleSettings) {
        self.layout = layout
        self.rules = rules
        heads = Array(repeating: -1, count: layout.zones.count)
        tails = heads
    }

    /// No silence is due before it, in listened time.
    package var nextCheck: ElapsedTime { nextCheckTime }

    // MARK: what it is asked

    /// The zone a tag is believed to be in, only while that is settled.
    package func settledZone(of slot: Int) -> Int? {
        guard slot < tags.count, tags[slot].phase == .settled else { return nil }
        return Int(tags[slot].zone)
    }

    package func isSilent(_ slot: Int) -> Bool { slot < tags.count && tags[slot].phase == .silent }

    /// Does a read in this zone ask for a look at all the evidence? A tag that is read where it is settled
    /// stays there.
    package func needsEvidence(_ slot: Int, heardIn zone: Int) -> Bool {
        guard slot < tags.count, tags[slot].phase == .settled else { return true }
        return Int(tags[slot].zone) != zone
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
        markDirty(slot)
        guard tags[slot].phase == .unseen else { return }
        unlist(slot)
        guard zone >= 0 else { return }
        tags[slot].causeEpoch = EvidenceEpoch.number(of: time.now)
        list(slot, in: Int(zone), at: time, coverage: coverage)
    }

    /// The ring gave the tag's line up.
    package mutating func forget(_ slot: Int) {
        guard slot < tags.count else { return }
        unlist(slot)
        tags[slot] = TagState()
        markDirty(slot)
    }

    /// New evidence for a tag.
    /// - Parameter evidence: all of it; may be empty where ``needsEvidence(_:heardIn:)`` says no.
    package mutating func observe(
        _ slot: Int, tag: EPC, newest: (antenna: Int, epoch: Int64), evidence: [AntennaEvidence],
        seen: (time: PathTime, coverage: CoverageLedger)
    ) -> PresenceChange? {
        grow(to: slot)
        let (time, coverage) = seen
        markDirty(slot)
        let heardZone = layout.antennas[newest.antenna].zone
        // A read from before the last one that counted is no sign that a silent tag is back.
        if tags[slot].phase == .silent, newest.epoch <= tags[slot].lastEpoch { return nil }
        tags[slot].lastEpoch = max(tags[slot].lastEpoch, newest.epoch)
        noteEarlierStart(slot, epoch: newest.epoch)
        if tags[slot].phase == .unseen || tags[slot].phase == .silent {
            var change = beginStay(slot, tag: tag, zone: heardZone, epoch: newest.epoch, at: time)
            change.source = name(of: newest.antenna)
            change.probability = PresenceTracker.heardProbability
            relist(slot, at: time, coverage: coverage)
            return change
        }
        guard needsEvidence(slot, heardIn: heardZone) else {
            relist(slot, at: time, coverage: coverage)
            return nil
        }
        let claims = ZoneClaims(evidence: evidence, layout: layout, intervals: coverage.reportIntervals)
        let change = settle(slot, tag: tag, claims: claims, at: time, coverage: coverage)
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
            for zone in tails.indices { capMarks(in: zone, at: coverage.coveredTime(of: zone, at: time)) }
        }
        guard time.listened >= nextCheckTime else { return [] }
        var changes: [SlotChange] = []
        nextCheckTime = .never
        for zone in heads.indices where heads[zone] >= 0 && coverage.isCovered(zone: zone) {
            let covered = coverage.coveredTime(of: zone, at: time)
            let proven = coverage.provenTime(of: zone, at: time)
            let first = changes.count
            while heads[zone] >= 0, due(Int(heads[zone]), in: zone, coverage) <= proven {
                let chance = max(60, coverage.reportIntervals[zone].seconds)
                changes.append(
                    fallSilent(Int(heads[zone]), in: zone, after: (proven, chance), at: time))
            }
            // Equals in the order of their slots, as after a restart.
            changes[first...].sort { (tags[$0.slot].mark, $0.slot) < (tags[$1.slot].mark, $1.slot) }
            guard heads[zone] >= 0 else { continue }
            // Due already, and its readers have not spoken since: they are asked again in an epoch.
            let wait = due(Int(heads[zone]), in: zone, coverage) - covered
            schedule(time.listened + (wait > .zero ? wait : EvidenceEpoch.length))
        }
        return changes
    }

    /// A change and the ring slot of its tag.
    package struct SlotChange: Sendable {
        package var slot: Int
        package var change: PresenceChange
    }

    // MARK: the decisions

    private mutating func beginStay(
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
        guard tags[slot].phase == .heard, epoch < tags[slot].causeEpoch else { return }
        if tags[slot].lastEpoch - epoch < Int64(ZoneClaims.windowMax) { tags[slot].causeEpoch = epoch }
    }

    private mutating func settle(
        _ slot: Int, tag: EPC, claims: ZoneClaims, at time: PathTime, coverage: CoverageLedger
    ) -> PresenceChange? {
        let state = tags[slot]
        guard let best = claims.strongest, claims.hitCount(of: best) >= PresenceTracker.settleEpochsMin else {
            return nil
        }
        if state.phase == .settled && Int(state.zone) == best { return nil }
        var suspects: [Int] = []
        if state.zone >= 0, layout.zones[Int(state.zone)].kind.isContinuous {
            suspects.append(Int(state.zone))
        }
        if state.home >= 0 { suspects.append(Int(state.home)) }
        let span = ElapsedTime(milliseconds: Int64(claims.window) * EvidenceEpoch.length.milliseconds)
        let settled = state.phase == .settled ? Int(state.zone) : nil
        let judgement = claims.judge(best, suspects: suspects, settled: settled, layout: layout) { zone in
            coverage.coveredWithoutBreak(zone: zone, at: time) >= span
        }
        guard judgement.probability >= rules.placeCertainty else { return nil }
        let cause = claims.firstEpoch(of: best)
        let kind: PresenceChange.Kind =
            state.phase == .settled ? .moved(from: Int(state.zone), to: best) : .arrived(zone: best)
        tags[slot].phase = .settled
        tags[slot].zone = Int16(best)
        tags[slot].causeEpoch = cause
        return describe(kind, tag: tag, judgement: judgement, cause: cause, at: time)
    }

    private func describe(
        _ kind: PresenceChange.Kind, tag: EPC, judgement: ZoneJudgement, cause: Int64, at time: PathTime
    ) -> PresenceChange {
        var change = PresenceChange(tag: tag, kind: kind, at: time.now, cause: EvidenceEpoch.start(of: cause))
        change.probability = judgement.probability
        change.evidenceCount = judgement.hits
        let zone = layout.zones[judgement.zone].id
        change.reasonChinese = "最近 \(judgement.window) 个时段中 \(zone) 识读 \(judgement.hits) 个"
        change.reasonEnglish = "\(zone) read it in \(judgement.hits) of the last \(judgement.window) epochs"
        if let rival = judgement.rival {
            let other = layout.zones[rival].id
            change.reasonChinese += "，\(other) 识读 \(judgement.rivalHits) 个"
            change.reasonEnglish += ", \(other) in \(judgement.rivalHits)"
        }
        return change
    }

    /// - Parameter after: covered time so far, and seconds between two chances of hearing a tag: a minute, or
    ///   a report where reports are rarer.
    private mutating func fallSilent(
        _ slot: Int, in zone: Int, after: (covered: ElapsedTime, chanceSeconds: Int64), at time: PathTime
    ) -> SlotChange {
        let state = tags[slot]
        let silence = after.covered - state.mark
        let cause = state.lastEpoch == Int64.min ? state.causeEpoch : state.lastEpoch
        unlist(slot)
        tags[slot].phase = .silent
        tags[slot].zone = Int16(zone)
        markDirty(slot)
        var change = PresenceChange(
            tag: EPC(bitCount: 16, words: EPC.Words()), kind: .silent(zone: zone), at: time.now,
            cause: EvidenceEpoch.start(of: cause))
        change.probability = AbsenceOdds.probability(
            afterCoveredMinutes: Int(silence.seconds / after.chanceSeconds))
        let id = layout.zones[zone].id
        change.source = id
        let seen = state.lastEpoch != Int64.min
        change.evidenceCount = Int(silence.milliseconds / EvidenceEpoch.length.milliseconds)
        change.reasonChinese = "\(id) 已覆盖 \(silence.seconds) 秒未识读" + (seen ? "" : "（登记后从未识读）")
        change.reasonEnglish =
            "no read in \(silence.seconds) s of covered time at \(id)"
            + (seen ? "" : " (never read since registered)")
        return SlotChange(slot: slot, change: change)
    }

    private func source(of zone: Int, in evidence: [AntennaEvidence]) -> String {
        let own = evidence.filter { layout.antennas[$0.antenna].zone == zone }
        guard let best = own.max(by: { ($0.reads, -$0.antenna) < ($1.reads, -$1.antenna) }) else { return "" }
        return name(of: best.antenna)
    }

    private func name(of antenna: Int) -> String {
        let line = layout.antennas[antenna]
        return "\(layout.readers[line.reader].id)/\(line.port)"
    }

    /// One read: 0.6 at home against 0.15 that strays next door (`inference.md` §3).
    static let heardProbability = 0.8

    // MARK: lists

    private func due(_ slot: Int, in zone: Int, _ coverage: CoverageLedger) -> ElapsedTime {
        tags[slot].mark + EvidenceEpoch.length + silentAfter(zone, coverage)
    }

    /// Reports that must have failed to come before a tag counts as silent.
    static let reportsMissedMin: Int64 = 3

    /// Covered silence after which a tag counts as silent: the zone's own time, and never less than three
    /// reports of its slowest reader.
    private func silentAfter(_ zone: Int, _ coverage: CoverageLedger) -> ElapsedTime {
        let patient = coverage.reportIntervals[zone].milliseconds * PresenceTracker.reportsMissedMin
        return max(layout.zones[zone].missingAfter, ElapsedTime(milliseconds: patient))
    }

    /// Tags are believed or wanted in this zone, so its silence means something.
    package func expectsTags(in zone: Int) -> Bool { heads[zone] >= 0 }

    private mutating func relist(_ slot: Int, at time: PathTime, coverage: CoverageLedger) {
        var zone = Int(tags[slot].zone)
        if zone < 0 || !layout.zones[zone].kind.isContinuous { zone = Int(tags[slot].home) }
        unlist(slot)
        guard zone >= 0 else { return }
        list(slot, in: zone, at: time, coverage: coverage)
    }

    private mutating func list(_ slot: Int, in zone: Int, at time: PathTime, coverage: CoverageLedger) {
        tags[slot].mark = coverage.coveredTime(of: zone, at: time)
        capMarks(in: zone, at: tags[slot].mark)
        append(slot, to: zone)
        schedule(time.listened + EvidenceEpoch.length + silentAfter(zone, coverage))
    }

    /// Covered time can be taken back: then silence counts from now, and the list stays in order of its
    /// marks.
    private mutating func capMarks(in zone: Int, at covered: ElapsedTime) {
        var slot = Int(tails[zone])
        while slot >= 0, tags[slot].mark > covered {
            tags[slot].mark = covered
            markDirty(slot)
            slot = Int(tags[slot].previous)
        }
    }

    mutating func append(_ slot: Int, to zone: Int) {
        tags[slot].listed = Int16(zone)
        tags[slot].previous = tails[zone]
        tags[slot].next = -1
        if tails[zone] >= 0 { tags[Int(tails[zone])].next = Int32(slot) } else { heads[zone] = Int32(slot) }
        tails[zone] = Int32(slot)
    }

    private mutating func unlist(_ slot: Int) {
        let state = tags[slot]
        guard state.listed >= 0 else { return }
        let zone = Int(state.listed)
        if state.previous >= 0 {
            tags[Int(state.previous)].next = state.next
        } else {
            heads[zone] = state.next
        }
        if state.next >= 0 {
            tags[Int(state.next)].previous = state.previous
        } else {
            tails[zone] = state.previous
        }
        tags[slot].listed = -1
        tags[slot].previous = -1
        tags[slot].next = -1
    }

    private mutating func schedule(_ time: ElapsedTime) {
        if time < nextCheckTime { nextCheckTime = time }
    }

    mutating func checkSoon() { nextCheckTime = .zero }

    private mutating func grow(to slot: Int) {
        while tags.count <= slot { tags.append(TagState()) }
    }
}
