package import AssetModel
import DeviceDecoding
import PresenceInference
import ReadRing
import Reconciliation
import VehicleTracking

/// The path of a message: decode → ring → inference → reconciliation, on one thread, straight down.
///
/// Pure: no I/O, no clock, no logger. Each input carries its own receipt instant; the path advances as if to
/// every whole second crossed before applying it, so that however the inputs are cut into batches, the result
/// is the same.
package struct IntakePath: Sendable {
    /// What the path is made from.
    package struct Setup: Sendable {
        package var layout: SiteLayout
        package var rules = RuleSettings()
        package var numberSpace = NumberSpace()
        package var limits = PathLimits()
        /// Key of the hashes: random and kept by the store; zero for replay.
        package var hashKey: UInt64 = 0
        /// Seconds between checkpoints, long enough to spare the flash, short enough to start in a second.
        package var checkpointEvery = ElapsedTime(seconds: 60)
        /// Where checkpoints are larger, flash wears by them: then they wait, see ``CheckpointPace``.
        package var checkpointBytesSmall = CheckpointPace.bytesSmall
        /// Rates of moving and resting in walk-by zones are wrong by this: for those who measure what it
        /// costs.
        package var walkByHazardFactor = 1.0

        package init(layout: SiteLayout) {
            self.layout = layout
        }

        fileprivate init(_ other: Setup, layout: SiteLayout) {
            self = other
            self.layout = layout
        }
    }

    let setup: Setup
    var clock: PathClock
    var topics: TopicTable
    var decoder: DeviceDecoder
    var decoded = DecodedMessage()
    let hash: KeyedHash
    var deliveries: Deliveries
    var minutes: HeardMinutes
    /// What is to be made of the reads of the message at hand.
    var recall = Recall.none
    var session = ResumedSession()
    var ring: ReadRing
    var tids = TIDMemory()
    var coverage: CoverageLedger
    var presence: PresenceTracker
    var walkBy: WalkByTracker
    var gates: GateTracker
    /// By antenna: it stands at a gate.
    let isGateAntenna: [Bool]
    var terminals: TerminalTracker
    var reconciler: Reconciler
    var unlisted = UnlistedDevices()
    package internal(set) var register: RegisterSnapshot
    package internal(set) var accounts = Accounts()
    package internal(set) var sequence: Int64 = 0
    var journal = JournalWriter()
    var slotNotes: [SlotNote] = []
    /// By reader.
    let antennaOfPort: [AntennaPorts]
    /// By antenna: ``SiteLayout/evidenceEpoch(of:)``.
    let epochLengths: [ElapsedTime]
    let claims: Claims
    /// When the intake connection last went down, or a gap could last be excluded.
    var coveredByLinkUntil: UTCInstant
    /// When the connection before the present one was lost, until a gap was told for it.
    private var doubtfulSince: UTCInstant?
    var hasEverConnected = false
    var lastCheckpointAt: UTCInstant
    private var checkpointPace = CheckpointPace()
    var mustReplaceCheckpoint = true
    /// The journal is not to hold what happened.
    var mustTakeCheckpoint = false
    /// Lines of the books in the journal since the last checkpoint.
    var registerLinesJournaled = 0
    /// The configuration may have changed: what is listed, which readers there are.
    var mustReviewConfiguration = false
    var outcome = IntakeOutcome()
    var fixesOfBatch: [String: VehicleFix] = [:]
    var readerCounts: [ReaderCounts]
    /// What the quarantine keeps of the message at hand, once it was made: a message may hold many bad
    /// records.
    var hiddenHead: [UInt8]?
    /// Readers whose topic does not say by itself which reader it is, or that must name themselves.
    let needsName: [Bool]

    /// What a reader sent since the start, for people.
    struct ReaderCounts: Sendable {
        var messages: Int64 = 0
        var reads: Int64 = 0
        var refused: Int64 = 0
    }

    /// What the path remembers about a slot, so that most reads need no look into the books.
    struct SlotNote: OptionSet, Sendable {
        let rawValue: UInt8
        static let looked = SlotNote(rawValue: 1)
        /// Its being read at all may be a discrepancy.
        static let minded = SlotNote(rawValue: 2)
        /// It has a card, so changes of presence are reconciled.
        static let hasCard = SlotNote(rawValue: 4)
        /// LOCATION_MISMATCH is open: new evidence holds it.
        static let mismatched = SlotNote(rawValue: 8)
        /// TAG_DUPLICATE is open: nothing is said about its place.
        static let duplicated = SlotNote(rawValue: 16)
        /// What changed books do not put out.
        static let lasting: SlotNote = [.mismatched, .duplicated]
    }

    /// - Parameters:
    ///   - register: the books that belong to a saved state; ``restore(_:keepsListening:)`` takes them up. A
    ///     path that starts anew gets its books as an input.
    ///   - startingAt: instant of the first input; nothing advances before it.
    ///   - isListening: `false` for the daemon, which listens once the broker connection is up.
    package init(setup: Setup, register: RegisterChange, startingAt: UTCInstant, isListening: Bool) {
        let layout = setup.layout.withHandhelds()
        self.setup = Setup(setup, layout: layout)
        clock = PathClock(time: PathTime(now: startingAt), isListening: isListening)
        topics = TopicTable(layout: layout)
        decoder = DeviceDecoder(layout: layout)
        hash = KeyedHash(key: setup.hashKey)
        deliveries = Deliveries(readers: layout.readers.count, limits: setup.limits)
        minutes = HeardMinutes(readers: layout.readers.count)
        ring = ReadRing(hash: hash, limits: setup.limits)
        coverage = CoverageLedger(layout: layout, rules: setup.rules)
        presence = PresenceTracker(layout: layout, rules: setup.rules)
        walkBy = WalkByTracker(layout: layout, hazardFactor: setup.walkByHazardFactor)
        gates = GateTracker(layout: layout)
        isGateAntenna = layout.antennas.indices.map { [gates] in gates.watches(antenna: $0) }
        terminals = TerminalTracker(rules: setup.rules, limits: setup.limits)
        reconciler = Reconciler(layout: layout, rules: setup.rules)
        self.register = RegisterSnapshot(layout: layout, books: register)
        coveredByLinkUntil = startingAt
        lastCheckpointAt = startingAt
        // The configuration lets readers share a topic only where each has names of its own, or where it is
        // the topic of the gateway in front of them.
        needsName = layout.readers.indices.map { [topics] index in
            !layout.readers[index].identities.isEmpty || topics.isDeviceOfGateway[index]
        }
        epochLengths = layout.antennas.indices.map { layout.evidenceEpoch(of: $0) }
        claims = Claims(layout)
        readerCounts = Array(repeating: ReaderCounts(), count: layout.readers.count)
        antennaOfPort = layout.readers.map { AntennaPorts(of: $0, in: layout) }
    }

    package var now: UTCInstant { clock.time.now }

    /// The next whole second at which time alone can change something; `nil` while nothing can.
    package var nextDeadline: UTCInstant? { clock.second(of: nextCheck) }

    /// Takes a batch in.
    /// - Parameter to: upper bound of time; receipt instants after it count as it.
    /// - Returns: what has to be durable before anything of the batch is acknowledged.
    package mutating func advance(through batch: [IntakeInput], to bound: UTCInstant) -> IntakeOutcome {
        beginBatch()
        for input in batch {
            take(input, at: min(input.receivedAt, bound))
        }
        outcome.inputs = batch.count
        return finish()
    }

    mutating func beginBatch() {
        outcome = IntakeOutcome()
        if mustReviewConfiguration { reviewConfiguration() }
    }

    // MARK: the inputs

    private mutating func take(_ input: IntakeInput, at receivedAt: UTCInstant) {
        advanceTime(to: receivedAt)
        switch input.kind {
        case .message(let message): take(message, at: now)
        case .tick: break
        case .connection(let change): take(change)
        case .register(let change): take(change)
        case .decision(let decision):
            journal.decision(decision, at: now)
            apply(decision)
        case .clockStep(let instant):
            journal.clockStep(to: instant, at: now)
            step(to: instant)
        }
    }

    private mutating func take(_ change: ConnectionChange) {
        switch change {
        case .up(let sessionPresent):
            if !sessionPresent && hasEverConnected {
                gap(.sessionNotPresent, from: coveredByLinkUntil, detail: "broker kept no session")
            }
            if sessionPresent { session.resume(at: now, lostAt: coveredByLinkUntil) }
            hasEverConnected = true
            doubtfulSince = coveredByLinkUntil
            coveredByLinkUntil = now
            setListening(true)
        case .down:
            coveredByLinkUntil = now
            setListening(false)
        case .gapSuspected(let reason, let detail):
            // The link learns of it after the reconnect; what is in doubt began with the loss.
            gap(reason, from: doubtfulSince ?? coveredByLinkUntil, detail: detail)
            doubtfulSince = nil
            coveredByLinkUntil = now
        }
    }

    private mutating func gap(_ reason: GapReason, from: UTCInstant, detail: String) {
        outcome.gaps.append(GapEvent(reason: reason, from: min(from, now), to: now, detail: detail))
    }

    mutating func setListening(_ isListening: Bool) {
        guard clock.isListening != isListening else { return }
        journal.listening(isListening, at: now)
        clock.isListening = isListening
    }

    // MARK: time

    private var nextCheck: ElapsedTime { min(nextCheckElsewhere, gates.nextCheck) }

    /// Of all but the gates.
    private var nextCheckElsewhere: ElapsedTime {
        if coverage.coverageChanged { return clock.time.listened }
        return min(
            coverage.nextCheck, presence.nextCheck, terminals.nextCheck, walkBy.nextCheck(at: clock.time))
    }

    /// Goes forward second by second where a second has something due, then to the instant itself.
    mutating func advanceTime(to instant: UTCInstant) {
        while let second = clock.second(of: nextCheck), second <= instant {
            let isGateAlone = !isDue(nextCheckElsewhere, by: second)
            clock.move(to: second)
            advanceGates()
            if isGateAlone { continue }
            for change in coverage.advance(to: clock.time) { conclude(change) }
            reviewGaps()
            for silence in presence.advance(to: clock.time, coverage: &coverage) {
                guard let tag = ring.tag(at: silence.slot) else { continue }
                var change = silence.change
                change.tag = tag
                conclude(change, slot: silence.slot)
            }
            for change in terminals.advance(to: clock.time) { conclude(change) }
            conclude(passing: walkBy.advance(to: clock.time, coverage: coverage))
        }
        clock.move(to: instant)
    }

    private func isDue(_ deadline: ElapsedTime, by second: UTCInstant) -> Bool {
        clock.second(of: deadline).map { $0 <= second } ?? false
    }

    // MARK: the end of a batch

    mutating func finish() -> IntakeOutcome {
        if decoder.takeStateChanged() { journal.decoderState(decoder.encodeState(), at: now) }
        if !outcome.presenceChanges.isEmpty || !outcome.deviceChanges.isEmpty
            || !outcome.discrepancyChanges.isEmpty || !outcome.passages.isEmpty
        {
            journal.passed(now)
        }
        outcome.journal = journal.take(advancedTo: now)
        outcome.latestFixes = fixesOfBatch.keys.sorted().compactMap { fixesOfBatch[$0] }
        fixesOfBatch.removeAll(keepingCapacity: true)
        accounts.strangersEvicted = ring.strangersEvicted
        accounts.antennasReplaced = ring.antennasReplaced
        accounts.walkByReadsNotFollowed = walkBy.readsNotFollowed
        let isNews =
            accounts.messagesReceived != committedMessages || !outcome.journal.isEmpty
            || !outcome.discrepancyChanges.isEmpty || !outcome.gaps.isEmpty
            || !outcome.presenceChanges.isEmpty || !outcome.deviceChanges.isEmpty
            || !outcome.registerChanges.isEmpty || !outcome.sweeps.isEmpty || !outcome.passages.isEmpty
        checkpointPace.journaled(outcome.journal.count)
        let isDue = checkpointPace.isDue(after: now - lastCheckpointAt, setup)
        guard isNews || mustReplaceCheckpoint else { return IntakeOutcome() }
        if isDue || mustReplaceCheckpoint || mustTakeCheckpoint {
            outcome.checkpoint = takeCheckpoint(replacesAll: mustReplaceCheckpoint)
            checkpointPace.taken(outcome.checkpoint)
            lastCheckpointAt = now
            mustReplaceCheckpoint = false
            mustTakeCheckpoint = false
            registerLinesJournaled = 0
            outcome.journal = []
        }
        committedMessages = accounts.messagesReceived
        sequence += 1
        outcome.sequence = sequence
        outcome.advancedTo = now
        outcome.accounts = accounts
        defer { outcome = IntakeOutcome() }
        return outcome
    }

    var committedMessages: Int64 = 0
}
