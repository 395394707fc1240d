package import AssetModel
import Glibc

/// What the broker last said about itself. Remembered by the store, so that drops and restarts that happen
/// while this process is away are noticed too.
package struct BrokerCounters: Sendable, Hashable, Codable {
    /// Messages the broker has dropped since it started, `nil` while it has not said.
    package var dropped: Int64?
    /// Its five-minute average of dropped messages a minute.
    package var droppedPerMinute: Double?
    /// The broker was running at this time already.
    package var startedBy: UTCInstant?
    /// When the average was heard.
    package var heardAt: UTCInstant?

    package init() {}
}

/// Turns the broker's `$SYS` values into suspicions of a gap. Pure: no socket, no clock.
///
/// Two rules:
///
/// - **Restarted** when the broker's uptime says that it began later than it was already running. What it had
///   queued may be gone, whatever its persistence says. A refused connection, where there was a broker
///   before, says the same.
/// - **Dropped** when its drop counter moved since it was last seen. mosquitto publishes the counter when it
///   changes and forgets it 60 s later (2.0.11: a client that subscribes 70 s after the last drop gets
///   none), so after a silence the five-minute average stands in: it fades for half an hour after 1,000
///   drops, for a quarter of one after 20.
///
/// The counter is for all clients of the broker, so a suspicion may be about another client's queue: it says
/// "cannot be excluded", no more. The first value ever seen raises nothing, for there is nothing to compare
/// it with.
struct BrokerWatch {
    static let droppedTopic = "$SYS/broker/publish/messages/dropped"
    static let averageTopic = "$SYS/broker/load/publish/dropped/5min"
    static let uptimeTopic = "$SYS/broker/uptime"
    /// In this order: the retained values come back in it, and the average is only asked where the counter is
    /// silent.
    static let topics = [droppedTopic, averageTopic, uptimeTopic]

    /// Uptime is in whole seconds (1 s) and may wait behind other messages (2 s).
    static let uptimeSlack = ElapsedTime(milliseconds: 3_000)
    /// The time in which mosquitto's "5min" average falls to 1/e.
    static let averageFadesIn = ElapsedTime(seconds: 300)
    /// mosquitto prints two decimals; two such steps are noise.
    static let averageNoise = 0.02

    private(set) var counters: BrokerCounters
    private var startedBy: MonotonicInstant?
    private var averageHeard: MonotonicInstant?
    private var acceptedAt: MonotonicInstant?
    private var largestUptime: Int64 = 0
    private var isCounterHeard = false
    private var isRefused = false

    /// - Parameter remembered: by an earlier process; its times are carried over by the clock on the wall.
    init(remembered: BrokerCounters?, at now: UTCInstant, _ instant: MonotonicInstant) {
        counters = remembered ?? BrokerCounters()
        startedBy = counters.startedBy.map { instant + ($0 - now) }
        averageHeard = counters.heardAt.map { instant + ($0 - now) }
    }

    typealias Suspicion = (reason: GapReason, detail: String)

    /// Nobody listened at the broker's address.
    mutating func connectionRefused() {
        isRefused = true
    }

    /// The broker took our connection.
    mutating func accepted(at now: UTCInstant, _ instant: MonotonicInstant) -> Suspicion? {
        acceptedAt = instant
        isCounterHeard = false
        let wasKnown = startedBy != nil
        defer { isRefused = false }
        if isRefused && wasKnown {
            return restarted(at: now, instant, detail: "connection was refused")
        }
        if !wasKnown { bear(at: now, instant) }
        return nil
    }

    /// A `$SYS` message. Anything that is not one of ours or not a number is passed over.
    mutating func heard(
        _ message: RawMessage, at now: UTCInstant, _ instant: MonotonicInstant
    ) -> Suspicion? {
        let word = message.payload.prefix { $0 != UInt8(ascii: " ") }
        let text = String(decoding: word, as: UTF8.self)
        switch message.topic {
        case BrokerWatch.droppedTopic:
            return Int64(text).flatMap { heardDropped($0) }
        case BrokerWatch.averageTopic:
            return Double(text).flatMap { heardAverage($0, at: now, instant) }
        case BrokerWatch.uptimeTopic:
            return Int64(text).flatMap { heardUptime($0, isStale: message.isRetained, at: now, instant) }
        default:
            return nil
        }
    }

    private mutating func heardDropped(_ value: Int64) -> Suspicion? {
        isCounterHeard = true
        guard let last = counters.dropped else {
            counters.dropped = value
            return nil
        }
        counters.dropped = value
        // A counter that went back belongs to a broker that began anew at 0.
        let before = value < last ? 0 : last
        return value > before ? (.brokerDropped, "dropped \(before) -> \(value)") : nil
    }

    private mutating func heardAverage(
        _ value: Double, at now: UTCInstant, _ instant: MonotonicInstant
    ) -> Suspicion? {
        guard value.isFinite, value >= 0 else { return nil }
        let last = counters.droppedPerMinute ?? 0
        let age = averageHeard.map { Double((instant - $0).milliseconds) } ?? 0
        let faded = last * exp(-max(0, age) / Double(BrokerWatch.averageFadesIn.milliseconds))
        counters.droppedPerMinute = value
        counters.heardAt = now
        averageHeard = instant
        if isCounterHeard || counters.dropped == nil || value <= faded + BrokerWatch.averageNoise {
            return nil
        }
        return (.brokerDropped, "dropped per minute \(value), counter silent")
    }

    /// - Parameter isStale: retained, so it may be one broadcast interval old.
    private mutating func heardUptime(
        _ seconds: Int64, isStale: Bool, at now: UTCInstant, _ instant: MonotonicInstant
    ) -> Suspicion? {
        // Beyond a thousand years it is not an uptime.
        guard (0...31_536_000_000).contains(seconds) else { return nil }
        let wentBack = seconds < largestUptime
        let began = instant + (ElapsedTime.zero - ElapsedTime(seconds: seconds))
        let isYounger = !isStale && startedBy.map { began > $0 + BrokerWatch.uptimeSlack } ?? false
        largestUptime = seconds
        if wentBack || isYounger {
            return restarted(at: now, instant, detail: "uptime \(seconds) s")
        }
        if startedBy.map({ began < $0 }) ?? true {
            startedBy = began
            counters.startedBy = now + (ElapsedTime.zero - ElapsedTime(seconds: seconds))
        }
        return nil
    }

    private mutating func restarted(at now: UTCInstant, _ instant: MonotonicInstant, detail: String)
        -> Suspicion
    {
        bear(at: now, instant)
        if !isCounterHeard && counters.dropped != nil { counters.dropped = 0 }
        counters.droppedPerMinute = 0
        return (.brokerRestarted, detail)
    }

    /// The broker was running when it accepted us, or now at the latest.
    private mutating func bear(at now: UTCInstant, _ instant: MonotonicInstant) {
        let known = acceptedAt ?? instant
        startedBy = known
        counters.startedBy = now + (known - instant)
        largestUptime = 0
    }
}
