package import AssetModel

/// How long a tag's silence must be before it says something, and how often the tag is usually read.
extension PresenceTracker {
    /// Time in which a tag that stays in a zone is read or missed once.
    func chance(in zone: Int, _ coverage: CoverageLedger) -> ElapsedTime {
        max(AbsenceModel.chanceMin, coverage.reportIntervals[zone])
    }

    func step(in zone: Int, of slot: Int, _ coverage: CoverageLedger) -> AbsenceModel.Step {
        let chance = chance(in: zone, coverage)
        let step = AbsenceModel.Step(model, chance: chance)
        return tags[slot].phase == .silent ? step.returning(model, chance: chance) : step
    }

    /// The chance that an instant falls into: they are counted in event time, as a reader reports.
    func number(_ instant: UTCInstant, _ chance: ElapsedTime) -> Int64 {
        EvidenceEpoch.number(of: instant, length: chance)
    }

    /// Whole covered chances between the evidence of a tag and now; the two of them do not count, nor
    /// does a chance that was not covered throughout.
    private func missed(
        _ slot: Int, in zone: Int, until covered: ElapsedTime, at now: UTCInstant, _ coverage: CoverageLedger
    ) -> MissedChances {
        let (state, chance) = (tags[slot], chance(in: zone, coverage))
        let passed = number(now, chance) - number(state.markedFrom, chance) - 1
        let lost = lostChances(state, until: covered, at: now, chance)
        let chances = Int(min(Int64(SilentRun.chancesMax), max(0, passed - lost)))
        return MissedChances(slot: slot, zone: zone, chances: chances, isLost: lost > 0)
    }

    /// Time that passed without cover cost so many chances at most.
    private func lostChances(
        _ state: TagState, until covered: ElapsedTime, at now: UTCInstant, _ chance: ElapsedTime
    ) -> Int64 {
        let uncovered = (now - state.markedAt) - (covered - state.mark)
        return uncovered > .zero ? uncovered.milliseconds / chance.milliseconds + 1 : 0
    }

    /// A tag was heard, or the books began to want it.
    mutating func mark(
        _ slot: Int, at covered: ElapsedTime, in zone: Int, at time: PathTime, _ coverage: CoverageLedger
    ) {
        tags[slot].mark = covered
        tags[slot].markedAt = time.now
        tags[slot].markedFrom = time.now
        let epoch = tags[slot].lastEpoch
        guard epoch != Int64.min, isFresh(epoch, at: time, chance(in: zone, coverage)) else { return }
        tags[slot].markedFrom = min(time.now, EvidenceEpoch.start(of: epoch))
    }

    private func isFresh(_ epoch: Int64, at time: PathTime, _ chance: ElapsedTime) -> Bool {
        time.now - EvidenceEpoch.start(of: epoch) < chance + AbsenceModel.chanceMin
    }

    /// The silence of a tag up to now.
    func run(
        of slot: Int, in zone: Int, until covered: ElapsedTime, at now: UTCInstant, _ coverage: CoverageLedger
    ) -> SilentRun {
        let step = step(in: zone, of: slot, coverage)
        let missed = missed(slot, in: zone, until: covered, at: now, coverage)
        var run = begin(slot, in: zone, step, until: (now, missed.chances), coverage)
        _ = miss(missed, step, coverage, run: &run)
        return run
    }

    /// The run of a tag at the end of the chance in which it was last heard.
    /// - Parameter end: the instant of what is asked, and the chances that are missed until then.
    func begin(
        _ slot: Int, in zone: Int, _ step: AbsenceModel.Step, until end: (at: UTCInstant, missed: Int),
        _ coverage: CoverageLedger
    ) -> SilentRun {
        let state = tags[slot]
        let doubt = state.phase == .silent ? returns[slot] : nil
        var run = SilentRun(
            shadowed: Double(state.shadowed), there: doubt.map { Double($0.there) } ?? 1,
            listening: listening(state, in: zone, until: end, coverage))
        if !state.heard.isEmpty {
            let out = outThen(slot, in: zone, coverage)
            run.hear(state.heard, rate(of: slot, in: zone, out: out, told: state.heard), step)
        }
        if let doubt { run.hearAgain(Int(doubt.epochs) - 1, step) }
        if let departure = departures[slot] { run.leave(Double(departure.left)) }
        return run
    }

    /// 0...1, that a tag which waits in a zone is gone, by all that its readers told; `nil` where nothing
    /// is expected of it.
    package func probabilityGone(
        _ slot: Int, at time: PathTime, coverage: CoverageLedger
    ) -> Double? {
        guard slot < tags.count else { return nil }
        let state = tags[slot]
        var zone = wheel.zone(of: slot)
        if zone < 0, state.phase == .silent { zone = Int(state.zone) }
        guard zone >= 0 else { return nil }
        let covered = min(
            coverage.coveredTime(of: zone, at: time), coverage.toldTime(of: zone, at: time))
        let proven = time.now + (covered - coverage.coveredTime(of: zone, at: time))
        var run = run(of: slot, in: zone, until: covered, at: proven, coverage)
        // A read in the chance under way would count at once; so that it was not read must count too, or what
        // is stated is too little.
        let chance = chance(in: zone, coverage)
        let under = number(proven, chance)
        let begun = proven - EvidenceEpoch.start(of: under, length: chance)
        if under > number(state.markedFrom, chance),
            coverage.coveredWithoutBreak(zone: zone, at: time) >= begun + (time.now - proven)
        {
            let part = Double(begun.milliseconds) / Double(chance.milliseconds)
            let out = coverage.zones[zone].outages.out(from: covered - begun, to: covered)
            run.miss(
                part: part, of: rate(of: slot, in: zone, out: out), step(in: zone, of: slot, coverage))
        }
        return run.probabilityGone
    }

    /// Covered time of the zone at which the tag counts as silent should it not be read before: the zone's
    /// own time where the operator set one, else when it is gone as surely as ``RuleSettings`` asks. Never
    /// less than three reports of the slowest reader.
    /// - Parameters:
    ///   - now: covered time and the instant of it, to know what was lost so far.
    ///   - bound: whoever asks wants to know no more than whether it is earlier than this; a later one may
    ///     come out as any time from there on. A tag that was just read then costs a few steps, not hundreds.
    func deadline(
        of slot: Int, in zone: Int, now: (covered: ElapsedTime, at: UTCInstant), upTo bound: ElapsedTime,
        _ coverage: CoverageLedger
    ) -> ElapsedTime {
        let state = tags[slot]
        if let silence = layout.zones[zone].missingAfter {
            return state.mark + EvidenceEpoch.length + max(silence, patience(in: zone, coverage))
        }
        let step = step(in: zone, of: slot, coverage)
        let chance = chance(in: zone, coverage)
        // So many chances after its last read lie at the bound or beyond.
        let ahead = max(.zero, bound - state.mark + (state.markedAt - state.markedFrom))
        let most = bound < .never ? Int(clamping: ahead.milliseconds / chance.milliseconds + 1) : .max
        let missed = missed(slot, in: zone, until: now.covered, at: now.at, coverage)
        let isLost = missed.isLost
        let run = begin(slot, in: zone, step, until: (now.at, missed.chances), coverage)
        var stretches = stretches(after: slot, in: zone, isLost: isLost, coverage)
        let needed = chancesNeeded(run, step, atMost: most) {
            let stretch = stretches.takeNext()
            return (rate(of: slot, in: zone, out: stretch.out), stretch.chances)
        }
        let last = number(state.markedFrom, chance) + Int64(needed) + (isLost ? 2 : 1)
        let end = EvidenceEpoch.start(of: last, length: chance)
        return state.mark + max(.zero, end - state.markedAt) + EvidenceEpoch.length
    }

    /// Three reports of the slowest reader of a zone.
    func patience(in zone: Int, _ coverage: CoverageLedger) -> ElapsedTime {
        let interval = coverage.reportIntervals[zone].milliseconds
        return ElapsedTime(milliseconds: interval * PresenceTracker.reportsMissedMin)
    }

    /// No tag of a zone counts as silent sooner after its last read.
    func leastSilence(in zone: Int, _ coverage: CoverageLedger) -> ElapsedTime {
        if layout.zones[zone].missingAfter != nil { return .never }
        let run = SilentRun(shadowed: 0)
        let chance = chance(in: zone, coverage)
        let chances = chancesNeeded(run, AbsenceModel.Step(model, chance: chance), atMost: .max) {
            (ReadRate.surest, .max)
        }
        return ElapsedTime(milliseconds: Int64(chances) * chance.milliseconds)
    }

    /// - Parameter stretch: how often the tag is read in the next chances, and in how many.
    private func chancesNeeded(
        _ silence: SilentRun, _ step: AbsenceModel.Step, atMost most: Int,
        each stretch: () -> (ReadRate, chances: Int)
    ) -> Int {
        var run = silence
        let most = min(most, SilentRun.chancesMax)
        repeat {
            let (rate, chances) = stretch()
            let end = chances < most - run.length ? run.length + chances : most
            repeat {
                run.miss(rate, step)
            } while run.probabilityGone < rules.missingCertainty && run.length < end
        } while run.probabilityGone < rules.missingCertainty && run.length < most
        return max(run.length, Int(PresenceTracker.reportsMissedMin))
    }

    // MARK: learning

    /// A read ends a run of misses, and says how often the tag is read where it is believed to be, and how
    /// often elsewhere. What a chance told counts when it is over: in which order its reads came is nothing.
    ///
    /// A read that was heard long before it came says nothing about the chances that passed here since.
    mutating func learn(
        _ slot: Int, from newest: (antenna: Int, epoch: Int64), at time: PathTime, coverage: CoverageLedger
    ) {
        let state = tags[slot]
        var zone = wheel.zone(of: slot)
        if zone < 0, state.phase == .silent { zone = Int(state.zone) }
        guard zone >= 0 else { return }
        let chance = chance(in: zone, coverage)
        guard isFresh(newest.epoch, at: time, chance) else { return returns.end(slot) }
        let heardAt = min(time.now, EvidenceEpoch.start(of: newest.epoch))
        var heard: Heard = layout.antennas[newest.antenna].zone == zone ? .own : .stray
        if !coverage.isCovered(zone: zone) { heard.insert(.unwatched) }
        if state.phase == .unseen {
            // Before it was ever heard it need not have been here: that it was not is no habit.
            tags[slot].heard = heard
            antennaRates.note(slot, in: zone, by: newest.antenna, isFirst: true)
            return
        }
        guard number(heardAt, chance) > number(state.markedFrom, chance) else {
            if number(heardAt, chance) == number(state.markedFrom, chance) {
                tags[slot].heard.formUnion(heard)
                antennaRates.note(slot, in: zone, by: newest.antenna, isFirst: false)
                returns.goOn(slot)
            }
            return
        }
        let until = coverage.coveredTime(of: zone, at: time) - (time.now - heardAt)
        let step = step(in: zone, of: slot, coverage)
        let missed = missed(slot, in: zone, until: until, at: heardAt, coverage)
        var run = begin(slot, in: zone, step, until: (heardAt, missed.chances), coverage)
        if !state.heard.isEmpty {
            conclude(slot, in: zone, weight: run.probabilityNormal * run.probabilityThere, coverage)
        }
        if run.probabilityShadowed < PresenceTracker.shadowOverMax { tags[slot].isCountedShadowed = false }
        let wasInPart = miss(missed, step, coverage, run: &run)
        adoptHazards(at: time)
        let out = coverage.zones[zone].outages.out
        let explained = run.explained(
            by: heard, rate(of: slot, in: zone, out: out, told: heard), step)
        if state.phase == .silent {
            let wasAway = returns[slot]?.wasAway == true || explained.away > PresenceTracker.awayMin
            returns.begin(slot, there: run.probabilityThere, wasAway: wasAway)
        }
        // What was away all the time stood behind nothing.
        if run.probabilityThere >= PresenceTracker.stayedMin, !wasInPart { noteStay(slot, run, chance) }
        learn(explained.misses, of: missed, coverage)
        tags[slot].rate.shrink(to: ReadRate.chancesMax)
        antennaRates.shrink(slot, to: ReadRate.chancesMax)
        tags[slot].shadowed = Float(run.probabilityShadowed)
        tags[slot].heard = heard
        antennaRates.note(slot, in: zone, by: newest.antenna, isFirst: true)
    }

    /// What was counted until now acts from the next hour on.
    private mutating func adoptHazards(at time: PathTime) {
        guard hazards.isDue(at: time.listened) else { return }
        hazards.apply(assumed: rules.absence, at: time.listened)
        adoptHazards()
    }

    /// It was there all the time.
    private mutating func noteStay(_ slot: Int, _ run: SilentRun, _ chance: ElapsedTime) {
        hazards.note(
            run, of: tags[slot].rate, chance: chance, isCounted: &tags[slot].isCountedShadowed)
        if tags[slot].home >= 0 {
            hazards.noteWatched(minutes: Double(chance.milliseconds) / 60_000 * Double(run.length + 1))
        }
    }

    /// What counted as a departure is back.
    mutating func noteReturn(_ slot: Int) {
        guard tags[slot].isCountedGone else { return }
        tags[slot].isCountedGone = false
        hazards.takeBackDeparture()
    }

    /// What the books want here and is not any more has left, and no gate saw it: the rate is that of silent
    /// departures, because those through a gate are known by their passage.
    mutating func noteDeparture(_ slot: Int, _ run: SilentRun, at time: PathTime) {
        guard tags[slot].home >= 0, departures[slot] == nil,
            run.probabilityGone >= PresenceTracker.departedMin
        else { return }
        adoptHazards(at: time)
        tags[slot].isCountedGone = true
        hazards.noteDeparture()
    }

    /// Less sure to be there than this is only what is said to be gone: when it is read, it came back.
    private static let stayedMin = 0.002
    /// Likelier to have come back than to have been there all the time.
    private static let awayMin = 0.5
    /// Below it a shadow is over.
    private static let shadowOverMax = 0.02
    /// Silences that are told sooner, at a time which the operator set, are no departures.
    private static let departedMin = 0.95

    /// The tag is somewhere else: turned otherwise, and nothing stands before it that is known of.
    mutating func forgetRate(_ slot: Int) {
        tags[slot].rate.shrink(to: ReadRate.chancesKept)
        antennaRates.forget(slot)
        tags[slot].shadowed = model.shadowedUsually
        tags[slot].isCountedShadowed = false
        tags[slot].heard = []
    }
}

extension ReadRate {
    /// A tag that is never missed, in any zone.
    static let surest = ReadRate(hits: 1_000_000, misses: 0, strays: 1_000_000, strayMisses: 0)

    init(hits: Float, misses: Float, strays: Float = 0, strayMisses: Float = 1) {
        (self.hits, self.misses) = (hits, misses)
        (self.strays, self.strayMisses) = (strays, strayMisses)
    }
}

extension AbsenceModel {
    /// Part of the time that a tag is shadowed.
    var shadowedUsually: Float {
        let part = shadowsPerDay * shadowMinutes / AbsenceModel.minutesPerDay
        return Float(part / (1 + part))
    }
}
