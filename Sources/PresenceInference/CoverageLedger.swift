package import AssetModel

/// Knows which zones are covered, and for how long they have been: silence counts only while a zone is
/// covered.
///
/// An antenna is at work while its reader is heard, online and taking inventory, and the antenna connected. A
/// zone where tags rest is covered while one of its antennas is at work, and fully covered while all are:
/// between the two, a tag is missed only as often as those at work usually read it (``AntennaOutages``,
/// ``AntennaRates``). Other zones, and those with a time of silence set by the operator, are covered only
/// while all antennas are at work.
///
/// A reader without a source of liveness (`traffic`) has an antenna at work only while that
/// antenna reads something; one of a reader that says it lives is not while it reads none of the tags that
/// it read until then, all at once (``AntennaUse``): cables break more often than whole shelves are carried
/// off, and the reader does not notice. A reader that reports each tag only once never covers: its silence
/// says nothing.
/// An outage takes back covered time to the last sign of life, not to the moment at which it was noticed.
package struct CoverageLedger: Sendable {
    struct ReaderState: Sendable, Equatable {
        var everHeard = false
        var isOnline = false
        var isIdle = false
        /// Listened time of the last new sign of life.
        var lastSign = ElapsedTime.zero
        /// Evidence epoch (event time) of the last sign of life.
        var lastEpoch = Int64.min
        /// As its messages show; what the configuration says goes first.
        var mode: ReportMode?
        var idleSince: ElapsedTime?
        /// Its own counters, and when it told them last.
        var dropped: UInt64?
        var retained: UInt64?
        var countersAt = ElapsedTime.zero
        /// When it last said that reads were lost or kept back.
        var lossAt: ElapsedTime?
        var isGapOpen = false
        /// Its antennas that fail while a gap is open: bit i is the i-th of its own.
        var gapAntennas: UInt64 = 0
        var clock = DeviceClock()
        var time = ReaderTime()
        /// Event time of what it last said about its inventory and its counters, as an evidence epoch.
        var statedEpoch = Int64.min
    }

    struct AntennaState: Sendable, Equatable {
        var isConnected = true
        var lastRead: ElapsedTime?
        /// It read something once, and nothing since.
        var quietSince: ElapsedTime?
        /// That has lasted for ``RuleSettings/coverageGapAfter`` and was looked at, once: whether tags were
        /// expected where it reads nothing.
        var isQuietJudged = false
        var isQuietGap = false
        /// Event time of what its reader last said about it, as an evidence epoch.
        var statedEpoch = Int64.min
        var use = AntennaUse()
        /// Listened time since which it is at work without a break.
        var since: ElapsedTime?
    }

    struct ZoneState: Sendable, Equatable {
        var accumulated = ElapsedTime.zero
        /// Listened time since which it is covered without a break.
        var since: ElapsedTime?
        /// Listened time since which it is fully covered without a break.
        var fullSince: ElapsedTime?
        var outages = AntennaOutages()
    }

    var readers: [ReaderState]
    var antennas: [AntennaState]
    var zones: [ZoneState]
    /// By zone.
    var breaks: [CoverageBreaks]
    let layout: SiteLayout
    let rules: RuleSettings
    let antennasOfZone: [[Int]]
    /// By zone: ``SiteLayout/isCoveredInPart(zone:antennas:)``.
    let isCoveredInPart: [Bool]
    /// By antenna: ``SiteLayout/evidenceEpoch(of:)``.
    let epochLengths: [ElapsedTime]
    private let inPlace = InPlace()
    /// No deadline lies before it, in listened time.
    /// The longest time between two reports of a resting tag, for each zone.
    package internal(set) var reportIntervals: [ElapsedTime]
    package internal(set) var nextCheck = ElapsedTime.never
    /// Set when any zone became covered or uncovered; the tracker takes it.
    package var coverageChanged = false

    package init(layout: SiteLayout, rules: RuleSettings = RuleSettings()) {
        self.layout = layout
        self.rules = rules
        readers = Array(repeating: ReaderState(), count: layout.readers.count)
        antennas = Array(repeating: AntennaState(), count: layout.antennas.count)
        zones = Array(repeating: ZoneState(), count: layout.zones.count)
        breaks = Array(repeating: CoverageBreaks(), count: layout.zones.count)
        reportIntervals = Array(repeating: .zero, count: layout.zones.count)
        antennasOfZone = layout.zones.indices.map { layout.fixedAntennas(ofZone: $0) }
        isCoveredInPart = layout.zones.indices.map { [antennasOfZone] in
            layout.isCoveredInPart(zone: $0, antennas: antennasOfZone[$0].count)
        }
        epochLengths = layout.antennas.indices.map { layout.evidenceEpoch(of: $0) }
        noteReportIntervals()
    }

    // MARK: what it is asked

    package func isOnline(reader: Int) -> Bool { readers[reader].isOnline }

    package func isCovered(zone: Int) -> Bool { zones[zone].since != nil }

    package func isFullyCovered(zone: Int) -> Bool { zones[zone].fullSince != nil }

    /// Covered time of a zone so far.
    package func coveredTime(of zone: Int, at time: PathTime) -> ElapsedTime {
        let state = zones[zone]
        return state.accumulated + (state.since.map { time.listened - $0 } ?? .zero)
    }

    /// Covered time up to which the zone's readers have shown that they live: beyond it a reader may have
    /// died unnoticed, and silence must not be held against a tag. A reader whose last will speaks for it is
    /// taken to live until then.
    package func provenTime(of zone: Int, at time: PathTime) -> ElapsedTime {
        let state = zones[zone]
        guard let since = state.since else { return state.accumulated }
        var until = time.listened
        for antenna in antennasOfZone[zone] where antennas[antenna].since != nil {
            let reader = layout.antennas[antenna].reader
            switch layout.readers[reader].liveness {
            case .will: break
            case .heartbeat: until = min(until, readers[reader].lastSign)
            case .traffic: until = min(until, antennas[antenna].lastRead ?? readers[reader].lastSign)
            }
        }
        return state.accumulated + max(.zero, until - since)
    }

    /// How long a zone has been covered without a break; zero while it is not.
    package func coveredWithoutBreak(zone: Int, at time: PathTime) -> ElapsedTime {
        zones[zone].since.map { time.listened - $0 } ?? .zero
    }

    /// How long all antennas of a zone have been at work without a break; zero while they are not.
    package func fullyCoveredWithoutBreak(zone: Int, at time: PathTime) -> ElapsedTime {
        zones[zone].fullSince.map { time.listened - $0 } ?? .zero
    }

    /// Evidence epoch of a reader's last sign of life, event time; `nil` before the first.
    package func lastHeard(reader: Int) -> UTCInstant? {
        let epoch = readers[reader].lastEpoch
        return epoch == Int64.min ? nil : EvidenceEpoch.start(of: epoch)
    }

    /// Would a sign of life in this epoch tell anything new? An old one, delivered late or again after the
    /// reader's will, does not: it would bring a dead reader back to life, and its zone's tags would seem to
    /// be missing.
    package func isNewSign(reader: Int, epoch: Int64) -> Bool {
        let state = readers[reader]
        return !state.everHeard || epoch > state.lastEpoch
    }

    // MARK: what happens

    /// A reader gave a sign of life in an evidence epoch.
    package mutating func heard(reader: Int, epoch: Int64, at time: PathTime) -> DeviceChange? {
        guard isNewSign(reader: reader, epoch: epoch) else { return nil }
        return goOnline(reader, epoch: epoch, at: time)
    }

    private mutating func goOnline(_ reader: Int, epoch: Int64, at time: PathTime) -> DeviceChange? {
        let wasOffline = readers[reader].everHeard && !readers[reader].isOnline
        readers[reader].everHeard = true
        readers[reader].isOnline = true
        readers[reader].lastSign = time.listened
        readers[reader].lastEpoch = max(epoch, readers[reader].lastEpoch)
        if wasOffline {
            // What was quiet before the outage has to show itself anew.
            for antenna in layout.readers[reader].antennas { setQuiet(antenna, since: nil) }
        }
        schedule(deadline(ofReader: reader))
        refreshZones(of: reader, at: time, from: time.listened)
        guard wasOffline else { return nil }
        let cause = epoch == Int64.min ? EvidenceEpoch.number(of: time.now) : epoch
        var change = DeviceChange(
            .reader(reader), .online, at: time.now, cause: EvidenceEpoch.start(of: cause))
        change.reasonChinese = "重新收到读写器消息"
        change.reasonEnglish = "reader heard again"
        return change
    }

    /// An antenna read something that was evidence.
    /// - Parameter epoch: evidence epoch of the read, event time: a read from before the antenna was called
    ///   disconnected does not connect it.
    package mutating func read(antenna: Int, epoch: Int64, at time: PathTime) {
        guard !layout.readers[layout.antennas[antenna].reader].isHandheld else { return }
        count(antenna, at: time)
        antennas[antenna].lastRead = time.listened
        if antennas[antenna].quietSince != nil { setQuiet(antenna, since: nil) }
        if epoch > antennas[antenna].statedEpoch { antennas[antenna].isConnected = true }
        schedule(deadline(ofAntenna: antenna))
        refresh(zone: layout.antennas[antenna].zone, at: time, from: time.listened)
    }

    /// A reader said something about itself.
    /// - Parameter epoch: evidence epoch of the message, event time; what is older than what is known says
    ///   nothing about now. `nil` for now.
    package mutating func apply(
        _ event: DeviceEvent, reader: Int, epoch stated: Int64? = nil, at time: PathTime
    ) -> DeviceChange? {
        let epoch = stated ?? EvidenceEpoch.number(of: time.now)
        guard !isOutdated(event, reader: reader, epoch: epoch) else { return nil }
        switch event {
        case .disconnected:
            return goOffline(
                reader, at: time, reason: ("读写器断开（遗嘱或告别消息）", "reader gone (last will or farewell)"))
        case .inventoryIdle: setIdle(reader, true, at: time)
        case .inventoryRunning, .inventoryArmed: setIdle(reader, false, at: time)
        case .antennaConnected(let port), .antennaActivated(let port):
            connect(port, of: reader, true, epoch: epoch)
        case .antennaDisconnected(let port): connect(port, of: reader, false, epoch: epoch)
        case .overflow(let first, let last, _), .sequenceGap(let first, let last, _):
            takeBack(last - first, reader: reader, at: time)
            noteLoss(reader, at: time)
        case .backlog(let dropped, let retained):
            takeCounters(reader, dropped: dropped, retained: retained, at: time)
        case .readsRefused: takeRefusal(of: reader, at: time)
        case .connected: return goOnline(reader, epoch: readers[reader].lastEpoch, at: time)
        case .generalPurposeInput, .heartbeat, .deregistered: break
        // Vehicle terminals say these, readers never.
        case .registered, .authenticated, .described, .powerCut, .antennaCut, .driverCardInserted,
            .driverCardRemoved:
            break
        }
        refreshZones(of: reader, at: time, from: time.listened)
        return nil
    }

    /// Time has come to a check: readers and antennas whose time ran out.
    package mutating func advance(to time: PathTime) -> [DeviceChange] {
        guard time.listened >= nextCheck else { return [] }
        var changes: [DeviceChange] = []
        for reader in readers.indices
        where readers[reader].isOnline && deadline(ofReader: reader) <= time.listened {
            let seconds = (time.listened - readers[reader].lastSign).seconds
            let reason = ("已 \(seconds) 秒未收到消息", "no message for \(seconds) s")
            if let change = goOffline(reader, at: time, reason: reason) { changes.append(change) }
        }
        for antenna in antennas.indices where deadline(ofAntenna: antenna) <= time.listened {
            let lastRead = antennas[antenna].lastRead ?? .zero
            antennas[antenna].lastRead = nil
            setQuiet(antenna, since: time.listened)
            schedule(time.listened + rules.coverageGapAfter)
            refresh(zone: layout.antennas[antenna].zone, at: time, from: lastRead)
        }
        nextCheck = .never
        for reader in readers.indices where readers[reader].isOnline { schedule(deadline(ofReader: reader)) }
        for antenna in antennas.indices { schedule(deadline(ofAntenna: antenna)) }
        for reader in readers.indices { scheduleGap(of: reader, at: time) }
        return changes
    }

    // MARK: inside

    private mutating func goOffline(
        _ reader: Int, at time: PathTime, reason: (chinese: String, english: String)
    ) -> DeviceChange? {
        let state = readers[reader]
        if state.everHeard && !state.isOnline { return nil }
        readers[reader].everHeard = true
        readers[reader].isOnline = false
        let from = state.everHeard ? state.lastSign : time.listened
        refreshZones(of: reader, at: time, from: from)
        let epoch = state.lastEpoch == Int64.min ? EvidenceEpoch.number(of: time.now) : state.lastEpoch
        var change = DeviceChange(
            .reader(reader), .offline, at: time.now, cause: EvidenceEpoch.start(of: epoch))
        change.reasonChinese = reason.chinese
        change.reasonEnglish = reason.english
        return change
    }

    private mutating func connect(_ port: UInt16, of reader: Int, _ isConnected: Bool, epoch: Int64) {
        for antenna in layout.readers[reader].antennas
        where layout.antennas[antenna].port == port && epoch >= antennas[antenna].statedEpoch {
            antennas[antenna].isConnected = isConnected
            antennas[antenna].statedEpoch = epoch
        }
    }

    /// Older than what the reader said last about the same: delivered late, or on another topic.
    private mutating func isOutdated(_ event: DeviceEvent, reader: Int, epoch: Int64) -> Bool {
        switch event {
        case .inventoryIdle, .inventoryRunning, .inventoryArmed, .backlog:
            if epoch < readers[reader].statedEpoch { return true }
            readers[reader].statedEpoch = epoch
            return false
        default:
            return false
        }
    }

    /// Reads were lost for a while that had counted as covered.
    mutating func takeBack(_ lost: ElapsedTime, reader: Int, at time: PathTime) {
        func later(_ since: ElapsedTime?) -> ElapsedTime? {
            since.map { min(time.listened, $0 + max(.zero, lost)) }
        }
        for antenna in layout.readers[reader].antennas {
            antennas[antenna].since = later(antennas[antenna].since)
        }
        for zone in zonesOf(reader) {
            zones[zone].since = later(zones[zone].since)
            zones[zone].fullSince = later(zones[zone].fullSince)
            zones[zone].outages.cut(at: coveredTime(of: zone, at: time))
        }
        coverageChanged = true
    }

    private func zonesOf(_ reader: Int) -> Set<Int> {
        Set(layout.readers[reader].antennas.map { layout.antennas[$0].zone })
    }

    mutating func refreshZones(of reader: Int, at time: PathTime, from: ElapsedTime) {
        for zone in zonesOf(reader).sorted() { refresh(zone: zone, at: time, from: from) }
    }

    /// - Parameter from: listened time from which on antennas failed that are at work no longer.
    private mutating func refresh(zone: Int, at time: PathTime, from: ElapsedTime) {
        let (out, working) = lookAtAntennas(of: zone, at: time)
        let isFull = working > 0 && working == antennasOfZone[zone].count
        let state = zones[zone]
        if isFull != (state.fullSince != nil) {
            zones[zone].fullSince = isFull ? time.listened : nil
            breaks[zone].ofAny.note(isOver: isFull, from: max(from, state.fullSince ?? from), at: time)
            coverageChanged = true
        }
        let isCovered = isCoveredInPart[zone] ? working > 0 : isFull
        if isCovered, let since = state.since {
            guard isCoveredInPart[zone], out != state.outages.out else { return }
            shift(zone, to: out, at: time, failing: state.accumulated + max(.zero, from - since))
        } else if isCovered {
            zones[zone].since = time.listened
            breaks[zone].ofAll.note(isOver: true, from: from, at: time)
            shift(zone, to: isCoveredInPart[zone] ? out : 0, at: time, failing: state.accumulated)
        } else if let since = state.since {
            zones[zone].accumulated += max(.zero, from - since)
            zones[zone].since = nil
            breaks[zone].ofAll.note(isOver: false, from: max(from, since), at: time)
            zones[zone].outages.cut(at: zones[zone].accumulated)
            coverageChanged = true
        }
    }

    /// Which of a zone's antennas are out of use, and how many are at work.
    private mutating func lookAtAntennas(
        of zone: Int, at time: PathTime
    ) -> (out: AntennaSet, working: Int) {
        var out: AntennaSet = 0
        var working = 0
        for (place, antenna) in antennasOfZone[zone].enumerated() {
            guard covers(antenna, at: time) else {
                antennas[antenna].since = nil
                if place < AntennaOutages.antennasMax { out |= 1 << AntennaSet(place) }
                continue
            }
            working += 1
            if antennas[antenna].since == nil { antennas[antenna].since = time.listened }
        }
        return (out, working)
    }

    private mutating func shift(
        _ zone: Int, to out: AntennaSet, at time: PathTime, failing: ElapsedTime
    ) {
        let now = coveredTime(of: zone, at: time)
        let chance = max(AbsenceModel.chanceMin, reportIntervals[zone])
        let asked = ElapsedTime(milliseconds: chance.milliseconds * Int64(SilentRun.chancesMax))
        zones[zone].outages.change(to: out, at: now, failing: min(failing, now), forgetting: now - asked)
        coverageChanged = true
    }

    func covers(_ antenna: Int, at time: PathTime) -> Bool {
        let reader = layout.antennas[antenna].reader
        guard readers[reader].isOnline, !readers[reader].isIdle, antennas[antenna].isConnected else {
            return false
        }
        if mode(of: reader) == .once { return false }
        guard layout.readers[reader].liveness == .traffic else {
            return antennas[antenna].quietSince == nil
        }
        return antennas[antenna].lastRead != nil && time.listened < deadline(ofAntenna: antenna)
    }

    private func deadline(ofReader reader: Int) -> ElapsedTime {
        guard readers[reader].isOnline else { return .never }
        let length: ElapsedTime
        switch layout.readers[reader].liveness {
        case .will: return .never
        // Heartbeats come whatever the reader reports of its tags.
        case .heartbeat: length = layout.readers[reader].offlineAfter
        case .traffic: length = offlineAfter(reader)
        }
        return readers[reader].lastSign + EvidenceEpoch.length + length
    }

    private func deadline(ofAntenna antenna: Int) -> ElapsedTime {
        let reader = layout.antennas[antenna].reader
        guard layout.readers[reader].liveness == .traffic else {
            return deadline(ofUsed: antenna, lastRead: antennas[antenna].lastRead ?? .zero)
        }
        guard let lastRead = antennas[antenna].lastRead else { return .never }
        return lastRead + EvidenceEpoch.length + offlineAfter(reader)
    }

    mutating func schedule(_ deadline: ElapsedTime) {
        if deadline < nextCheck { nextCheck = deadline }
    }

    /// After a restore: look again at once.
    mutating func checkSoon() {
        nextCheck = .zero
        coverageChanged = true
    }
}
