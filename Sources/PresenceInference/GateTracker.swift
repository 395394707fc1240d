package import AssetModel

/// Watches the gates: which tags go through together, which way, and what only lies nearby.
///
///     read at a gate → track (tag and minute) → run (without a break) → group (at the same time)
///         → passage · turned back · nothing
///
/// Works in event time. A group ends when nothing more of it is waited for: ``quiet`` after its last read,
/// and as long after it as this reader's messages usually take. Reads of long ago make groups of their own
/// time. Everything follows from the set of reads, so order and repetition change nothing.
package struct GateTracker: Sendable {
    /// A tag on its way through is read several times a second; nobody is between two antennas for so long
    /// unread.
    static let quiet: Int64 = 2_000
    /// Tags whose times at the gate are further apart than this go separately: pallets follow each other in
    /// several seconds at least.
    static let joinGap: Int64 = 1_000
    /// Before a reader has shown how long its messages take.
    static let latenessUsual: Int64 = 1_000
    /// Received so long after it was heard: news about the past.
    static let lateAfter: Int64 = 60_000
    /// Minutes of tags that a gate follows at once: twenty pallets. 300 bytes each.
    static let tracksMax = 2_048
    /// Passages that a gate remembers, so that a straggler is no second one.
    static let toldMax = 32

    struct Told: Sendable, Equatable {
        var from: Int64
        var to: Int64
        var slots: [UInt32]
    }

    struct GateState: Sendable, Equatable {
        let zone: Int
        let hasSides: Bool
        /// Of its fixed antennas and barriers.
        let readers: [Int]
        var tracks: [GateTrack.Key: GateTrack] = [:]
        var beams: GateBeams
        var told: [Told] = []
        /// dBm of what passes.
        var usualPeak: Double?
        var habits = GateHabits()
        var nextDue = ElapsedTime.never
    }

    let layout: SiteLayout
    var gates: [GateState] = []
    /// By reader; of those that watch a gate.
    var orders: [GateOrder]
    /// By zone; -1: no gate.
    private var gateOfZone: [Int]
    package private(set) var figures = GateFigures()

    package init(layout: SiteLayout) {
        self.layout = layout
        gateOfZone = Array(repeating: -1, count: layout.zones.count)
        orders = Array(repeating: GateOrder(), count: layout.readers.count)
        for (zone, line) in layout.zones.enumerated() where line.kind == .gate {
            let fixed = layout.antennas.filter { $0.zone == zone && !layout.readers[$0.reader].isHandheld }
            let sides = Set(fixed.compactMap(\.side))
            let barriers = layout.readers.flatMap(\.lightBarriers).filter { $0.zone == zone }
            let readers = layout.readers.indices.filter { reader in
                fixed.contains { $0.reader == reader }
                    || layout.readers[reader].lightBarriers.contains { $0.zone == zone }
            }
            gateOfZone[zone] = gates.count
            gates.append(
                GateState(
                    zone: zone, hasSides: sides.count == 2, readers: readers,
                    beams: GateBeams(sides: Set(barriers.map { GateTracker.side($0.side) }))))
        }
    }

    static func side(_ side: SiteLayout.Antenna.Side?) -> UInt8 { side == .outside ? 1 : 0 }

    /// No group can end before it, in listened time.
    package internal(set) var nextCheck = ElapsedTime.never

    /// Is this antenna one of a gate? What a person carries past it is none.
    package func watches(antenna: Int) -> Bool {
        let line = layout.antennas[antenna]
        return gateOfZone[line.zone] >= 0 && !layout.readers[line.reader].isHandheld
    }

    // MARK: what it takes

    /// A read by an antenna of a gate.
    package struct Read: Sendable {
        package var slot: Int
        package var tag: EPC
        package var antenna: Int
        package var heardAt: UTCInstant
        package var signal: SignalStrength?
        package var direction: PassageDirection?

        package init(
            slot: Int, tag: EPC, antenna: Int, heardAt: UTCInstant, signal: SignalStrength? = nil,
            direction: PassageDirection? = nil
        ) {
            self.slot = slot
            self.tag = tag
            self.antenna = antenna
            self.heardAt = heardAt
            self.signal = signal
            self.direction = direction
        }
    }

    /// - Parameter lateness: how late the reads of its reader come; `nil` where that is not known.
    /// - Returns: whether it told something new, and has to be durable.
    package mutating func observe(_ read: Read, lateness: ElapsedTime? = nil, at time: PathTime) -> Bool {
        let line = layout.antennas[read.antenna]
        let gate = gateOfZone[line.zone]
        let at = read.heardAt.milliseconds
        guard gate >= 0, let slot = UInt32(exactly: read.slot), GateTracker.isTime(at) else { return false }
        let isOutOfOrder = orders[line.reader].take(at)
        if gates[gate].isTold(slot, at: at) {
            figures.tooLate += 1
            return isOutOfOrder
        }
        let key = GateTrack.Key(slot: slot, minute: GateTrack.floor(at, GateTrack.minute))
        guard var track = gates[gate].tracks[key] ?? gates[gate].begin(key, tag: read.tag) else {
            figures.notFollowed += 1
            return isOutOfOrder
        }
        let side = gates[gate].hasSides ? Int(GateTracker.side(line.side)) : 0
        var isNews = track.take(side: side, at: at, signal: GateTracker.decibels(read.signal))
        if let word = read.direction, track.word == nil || at > track.wordAt {
            (track.word, track.wordAt) = (word, at)
            isNews = true
        }
        guard isNews else { return isOutOfOrder }
        var due = due(at, lateness, at: time)
        // The next read that counts may be so much later.
        due += ElapsedTime(milliseconds: track.isResting ? GateTrack.restEvery : track.length)
        track.due = max(track.due, due)
        track.lagMin = min(track.lagMin, Int32(clamping: time.now.milliseconds &- at))
        gates[gate].tracks[key] = track
        wait(at: gate, for: due)
        return true
    }

    /// The level of an input of a reader.
    package struct Level: Sendable {
        package var reader: Int
        package var pin: UInt16
        package var isHigh: Bool
        /// Event time.
        package var at: UTCInstant

        package init(reader: Int, pin: UInt16, isHigh: Bool, at: UTCInstant) {
            self.reader = reader
            self.pin = pin
            self.isHigh = isHigh
            self.at = at
        }
    }

    /// - Parameter lateness: as for a read.
    /// - Returns: whether it told something new, and has to be durable.
    package mutating func observe(_ level: Level, lateness: ElapsedTime? = nil, at time: PathTime) -> Bool {
        var isNews = false
        for barrier in layout.readers[level.reader].lightBarriers where barrier.pin == level.pin {
            let gate = gateOfZone[barrier.zone]
            guard gate >= 0, GateTracker.isTime(level.at.milliseconds) else { continue }
            let edge = GateBeams.Edge(
                at: level.at.milliseconds, side: GateTracker.side(barrier.side),
                isBroken: level.isHigh == barrier.isActiveHigh)
            guard gates[gate].beams.take(edge) else { continue }
            isNews = true
            let due =
                due(edge.at, lateness, at: time)
                + ElapsedTime(milliseconds: GateBeams.breakAfter)
            gates[gate].beams.due = max(gates[gate].beams.due, due)
            wait(at: gate, for: due)
        }
        return isNews
    }

    mutating func wait(at gate: Int, for due: ElapsedTime) {
        gates[gate].nextDue = min(gates[gate].nextDue, due)
        nextCheck = min(nextCheck, due)
    }

    /// Is an input of this reader wired to a light barrier?
    package func watches(pin: UInt16, of reader: Int) -> Bool {
        layout.readers[reader].lightBarriers.contains { $0.pin == pin }
    }

    /// The ring gave the tag's line up: another tag has it now.
    package mutating func forget(_ slot: Int) {
        guard let slot = UInt32(exactly: slot) else { return }
        for gate in gates.indices {
            gates[gate].tracks = gates[gate].tracks.filter { $0.key.slot != slot }
            for index in gates[gate].told.indices { gates[gate].told[index].slots.removeAll { $0 == slot } }
        }
    }

    /// Within 30,000 years of 1970, so that no sum of times overflows.
    static func isTime(_ at: Int64) -> Bool { at.magnitude < 1_000_000_000_000_000 }

    static func decibels(_ signal: SignalStrength?) -> Int8 {
        guard let signal else { return GateTrack.unknownSignal }
        return Int8(clamping: max(-127, Int(signal.centiDBm) / 100))
    }

    /// When nothing more of a read's group is waited for.
    private func due(_ at: Int64, _ lateness: ElapsedTime?, at time: PathTime) -> ElapsedTime {
        let lag = max(0, time.now.milliseconds &- at)
        let usual = max(GateTracker.latenessUsual, lateness?.milliseconds ?? 0)
        let wait = max(GateTracker.quiet, GateTracker.quiet + usual - lag)
        return time.listened + ElapsedTime(milliseconds: wait)
    }

    // MARK: time

    /// What time has ended.
    /// - Parameter isElsewhere: was this tag read in a room or on a shelf in the span?
    package mutating func advance(
        to time: PathTime, isElsewhere: (_ slot: Int, _ span: ClosedRange<UTCInstant>) -> Bool
    ) -> [Passage] {
        guard nextCheck <= time.listened else { return [] }
        var passages: [Passage] = []
        for gate in gates.indices where gates[gate].nextDue <= time.listened {
            let groups = gates[gate].takeEnded(by: time.listened, figures: &figures)
            for found in groups {
                var group = found
                group.isElsewhere = group.runs.map {
                    isElsewhere(Int($0.slot), GateTracker.meanwhile($0))
                }
                if let passage = conclude(group, at: gate, time) { passages.append(passage) }
            }
        }
        nextCheck = .never
        for gate in gates { nextCheck = min(nextCheck, gate.nextDue) }
        return passages
    }

    /// While a tag was at the gate, and a little longer.
    private static func meanwhile(_ run: GateRun) -> ClosedRange<UTCInstant> {
        UTCInstant(milliseconds: run.from)...UTCInstant(milliseconds: run.to + GateTracker.quiet)
    }

    private mutating func conclude(_ group: GateGroup, at gate: Int, _ time: PathTime) -> Passage? {
        switch group.judge(at: gates[gate].known) {
        case .nothing:
            figures.rested += Int64(group.runs.count)
            return nil
        case .turnedBack(let probability):
            figures.turnedBack += 1
            if let probability { gates[gate].habits.note(turnedBack: probability) }
            return nil
        case .passed(let outcome):
            figures.passages += 1
            figures.empty += outcome.members.isEmpty ? 1 : 0
            figures.bystanders += Int64(outcome.bystanders)
            gates[gate].learn(from: outcome)
            if outcome.means.contains(.antennas) {
                gates[gate].habits.note(turnedBack: outcome.turnedBack)
            }
            return passage(outcome, group, at: gate, time)
        }
    }

    private func passage(
        _ outcome: GateGroup.Outcome, _ group: GateGroup, at gate: Int, _ time: PathTime
    ) -> Passage {
        let runs = outcome.members.map(\.run)
        var from = runs.map(\.from).min() ?? Int64.max
        var to = runs.map(\.to).max() ?? Int64.min
        if let episode = group.episode { (from, to) = (min(from, episode.from), max(to, episode.to)) }
        let zone = gates[gate].zone
        let start = UTCInstant(milliseconds: from)
        let id = PassageID.make(gate: layout.zones[zone].id, from: start, tag: runs.first?.tag)
        var passage = Passage(
            id: id, gate: zone, at: time.now, span: (start, UTCInstant(milliseconds: to)))
        passage.direction = outcome.direction
        passage.confidence = outcome.confidence
        passage.means = outcome.means
        passage.bystanders = outcome.bystanders
        passage.tags = outcome.members.map {
            Passage.Tag(
                tag: $0.run.tag, slot: Int($0.run.slot), confidence: $0.confidence, reads: $0.run.reads)
        }
        let lag = runs.map(\.lagMin).min() ?? Int32(clamping: time.now.milliseconds &- to)
        passage.isLate = Int64(lag) > GateTracker.lateAfter
        (passage.reasonChinese, passage.reasonEnglish) = outcome.reason
        return passage
    }
}
