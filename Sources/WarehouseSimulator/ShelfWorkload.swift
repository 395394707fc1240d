package import AssetModel

/// A shelf workload: a seeded site with its tags, what happens to them, and each successful look of each
/// antenna, epoch by epoch. Never all in memory: what is held is the tags and the agenda.
///
/// Pure: the looks at a tag are functions of the seed, the tag, the epoch and the purpose, so that a changed
/// figure leaves the numbers of everything else where they were.
///
/// | file | decides |
/// | --- | --- |
/// | `ShelfFigures`, `ShelfRadioFigures` | the numbers |
/// | `ShelfPlan` | sites, zones, readers, antennas |
/// | `ShelfScript` with `ShelfFates`, `ShelfVisits`, `ShelfBooks` | what happens, before it begins |
/// | `ShelfTagState`, `ShelfEmitter`, `ShelfFineLooks` | which looks succeed, and what is reported |
/// | `OracleFilter`, `ShelfWatch` | from when on it could be known |
/// | `ShelfDelivery` | what a gateway gets of it, and when |
package struct ShelfWorkload: Sendable {
    package let figures: ShelfFigures
    package let seed: UInt64
    package let start: UTCInstant
    package let layout: SiteLayout
    package let tags: [ShelfTag]
    /// The first so many tags are in the register.
    package let assetCount: Int
    /// What the office enters meanwhile, in order of time.
    package let registerChanges: [ShelfRegisterEntry]
    /// What happens, in order of time: complete from the start, but for ``ShelfEvent/detectableFrom``.
    package internal(set) var truth: [ShelfEvent]
    /// Without one, removals have no ``ShelfEvent/detectableFrom``.
    package internal(set) var oracle: OracleFilter?

    let script: ShelfScript
    var state: ShelfTagState
    var silences: ShelfSilences
    var watch: ShelfWatch
    private var epochsDone = 0
    private var nextStep = 0
    private var registered: [Int32]
    /// Tags that are on their way through a gate, and the passes.
    private var underway: [Int32: Int] = [:]
    private var heard: [UInt8]
    private let countLimits: [UInt64]
    let readerOfAntenna: [Int]

    /// A Monday morning: the files depend on nothing but the seed.
    private static let start = UTCInstant(milliseconds: 1_772_413_200_000)

    package init(_ figures: ShelfFigures, seed: UInt64, withOracle: Bool = true) {
        self.figures = figures
        self.seed = seed
        start = Self.start
        script = ShelfScript(figures, seed: seed)
        layout = script.plan.layout
        tags = script.tags
        assetCount = figures.tags
        registerChanges = script.entries
        truth = script.truth
        oracle = withOracle ? OracleFilter(tags: figures.tags, figures: figures) : nil
        state = ShelfTagState(script)
        silences = ShelfSilences(script)
        watch = ShelfWatch(script)
        registered = Array(script.homes[..<figures.tags])
        heard = Array(repeating: 0, count: script.tags.count)
        countLimits = ShelfEmitter.countLimits(mean: figures.radio.furtherReads)
        readerOfAntenna = layout.antennas.map(\.reader)
    }

    /// The books at the start.
    package var register: RegisterChange { script.register() }

    package static func assetNo(_ tag: Int) -> String { ShelfScript.assetNo(tag) }

    package func instant(_ time: WorldTime) -> UTCInstant { start + ElapsedTime(milliseconds: time) }

    /// At the end of the last epoch.
    package func place(of tag: Int) -> ShelfPlace {
        switch state.status[tag] {
        case .present: return .zone(Int(state.zone[tag]))
        case .carried, .passing: return .carried
        case .away: return .away
        case .gone: return .gone
        }
    }

    /// Where the books say that an asset is, at the end of the last epoch; `nil` for other tags.
    package func registeredZone(of tag: Int) -> Int? { tag < assetCount ? Int(registered[tag]) : nil }

    /// The reads of the next epoch, in no particular order.
    ///
    /// - Parameter reads: is replaced.
    /// - Returns: `nil` when the world is over.
    package mutating func next(into reads: inout [ShelfRead]) -> ShelfEpoch? {
        let length = figures.epoch.milliseconds
        let from = WorldTime(epochsDone) * length
        guard from < figures.duration.milliseconds else { return nil }
        let epoch = ShelfEpoch(number: epochsDone, time: from..<from + length)
        reads.removeAll(keepingCapacity: true)
        silences.enter(epoch.time)
        let steps = takeSteps(before: epoch.time.upperBound)
        let emitter = emitter(for: epoch)
        let isCoarse = length <= Self.fineLook
        if isCoarse { for step in steps { apply(step) } }
        for step in steps where !isCoarse { state.silence(Int(step.tag)) }
        lookCoarsely(epoch, emitter, into: &reads)
        if !isCoarse { lookFinely(steps, emitter, into: &reads) }
        conclude(epoch, reads)
        epochsDone += 1
        return epoch
    }

    /// Milliseconds between looks in the epochs in which a tag is moved (§3).
    static let fineLook: WorldTime = 1_000

    /// Those that move a tag; all others are done at once: they take effect with the epoch.
    private mutating func takeSteps(before end: WorldTime) -> [ShelfStep] {
        var found: [ShelfStep] = []
        while nextStep < script.steps.count, script.steps[nextStep].at < end {
            let step = script.steps[nextStep]
            nextStep += 1
            if step.isPlace { found.append(step) } else { apply(step) }
        }
        return found
    }

    private func emitter(for epoch: ShelfEpoch) -> ShelfEmitter {
        let burst = figures.radio.burstEvery * 1_000
        let isBurst =
            figures.radio.burstFactor > 1 && figures.epoch.milliseconds > Self.fineLook
            && epoch.time.lowerBound % burst == 0
        var chance = script.random.stream(.shelfBurst, entity: epoch.number)
        return ShelfEmitter(
            time: epoch.time, silences: silences,
            burstAntenna: isBurst ? chance.whole(0...script.plan.shelfZones - 1) : -1,
            burstFactor: figures.radio.burstFactor, loads: loads, readerOfAntenna: readerOfAntenna,
            weakest: Int(figures.radio.weakestDBm * 100), fading: Int(figures.radio.fading * 100),
            countLimits: countLimits)
    }

    /// Share of looks that each reader has time for, by the tags that are registered where it reads. Empty
    /// where all have time for all.
    private var loads: [Double] {
        let seconds = Double(figures.epoch.milliseconds) / 1_000
        let tagsAZone = Double(figures.tags) / Double(script.plan.shelfZones)
        let wanted =
            tagsAZone * Double(figures.place.portsAReader) * (1 + figures.radio.furtherReads)
        let load = min(1, figures.radio.readsASecondMax * seconds / wanted)
        return load < 1 ? Array(repeating: load, count: layout.readers.count) : []
    }

    private func lookCoarsely(_ epoch: ShelfEpoch, _ emitter: ShelfEmitter, into reads: inout [ShelfRead]) {
        let place = UInt64(epoch.number)
        let width = state.width
        for tag in 0..<tags.count {
            let look = SplitMix64.number(place, of: state.lookKeys[tag])
            if look < state.lookLimits[tag] {
                emitter.report(
                    tag, Int(state.lastZone[tag]), look: look, signal: state.signals[tag * width],
                    into: &reads)
            }
            let cross = SplitMix64.number(place, of: state.crossKeys[tag])
            if cross < state.crossLimits[tag] { lookAcross(tag, cross, emitter, into: &reads) }
        }
    }

    /// The antennas of other zones, of which at least one hears the tag: the first by the number that says
    /// so, those after it each by one of their own.
    private func lookAcross(
        _ tag: Int, _ number: UInt64, _ emitter: ShelfEmitter, into reads: inout [ShelfRead]
    ) {
        let rate = state.rates[tag]
        let draw = Double(number) * 0x1p-64
        var sum = 0.0
        var rest = 1.0
        var own = number
        for (slot, crossing) in state.crossings[Int(state.lastZone[tag])].enumerated() {
            let chance = rate * crossing.share
            let isHeard: Bool
            if rest > 0 {
                sum += rest * chance
                rest *= 1 - chance
                isHeard = draw < sum
                if isHeard { rest = 0 }
            } else {
                own = SplitMix64.scramble(own &+ SplitMix64.increment)
                isHeard = own < ShelfTagState.limit(chance)
            }
            guard isHeard else { continue }
            emitter.report(
                tag, crossing.antenna, look: SplitMix64.scramble(number ^ UInt64(slot)),
                signal: state.signals[tag * state.width + 1 + slot], into: &reads)
        }
    }

    // MARK: what happens

    func passOf(_ tag: Int32) -> Int? { underway[tag] }

    mutating func remember(_ pass: Int?, of tag: Int32) { underway[tag] = pass }

    mutating func apply(_ step: ShelfStep) {
        let tag = Int(step.tag)
        let event = Int(step.event)
        switch step.kind {
        case .shadowOn: state.shadow(tag, true)
        case .shadowOff: state.shadow(tag, false)
        case .registered(let zone): registered[tag] = Int32(zone)
        case .enter(let zone), .appear(let zone):
            if case .enter = step.kind {
                state.enter(zone, tag, isTurned: true)
            } else {
                state.enter(zone, tag, isTurned: false)
            }
            oracle?.resume(tag)
            if event >= 0 { startWatch(event, tag) }
        case .leave, .pass, .away, .gone: take(step, tag, event)
        }
    }

    private mutating func take(_ step: ShelfStep, _ tag: Int, _ event: Int) {
        watch.drop(tag)
        switch step.kind {
        case .away: state.take(tag, as: .away)
        case .gone: state.take(tag, as: .gone)
        case .pass: state.take(tag, as: .passing)
        default: state.take(tag, as: .carried)
        }
        if event >= 0 {
            oracle?.begin(tag, event: event, at: step.at)
        } else {
            oracle?.pause(tag)
        }
    }

    private mutating func startWatch(_ event: Int, _ tag: Int) {
        let what = truth[event]
        switch what.kind {
        case .move:
            watch.watchMove(event, tag: tag, from: what.fromZone ?? 0, to: what.zone ?? 0)
        case .cloneOn: watch.watchReads(event, tags: [tag, what.tag ?? tag])
        default: watch.watchReads(event, tags: [tag])
        }
    }

    private mutating func conclude(_ epoch: ShelfEpoch, _ reads: [ShelfRead]) {
        let end = epoch.time.upperBound
        if !watch.isIdle {
            for event in watch.advance(reads, state: state, upShares: silences.upShares) {
                truth[event].detectableFrom = end
            }
        }
        guard oracle != nil else { return }
        for read in reads { heard[Int(read.tag)] = 1 }
        oracle?.advance(to: end, heard: heard, state: state, silences: silences)
        for found in oracle?.justDetected ?? [] { truth[found.event].detectableFrom = end }
        for read in reads { heard[Int(read.tag)] = 0 }
    }
}
