/// Kinds of discrepancy whose alarms are scored, episode by episode.
package enum AccuracyClass: String, CaseIterable, Sendable {
    /// A registered tag is gone or dead.
    case missing
    /// A tag that the register does not know stays.
    case unexpected
    /// A registered tag was put where the books do not want it.
    case misplaced
    /// One EPC on two tags.
    case clone
    /// An antenna that says it is well reads nothing; its subject is a reader.
    case coverage
    /// A terminal of a vehicle that is not sealed says nothing any more; its subject is a terminal, as of the
    /// two after it.
    case silentTerminal = "terminal_silent"
    /// Ignition on, and no position for minutes.
    case noFix = "no_fix"
    /// A terminal of no vehicle of the register.
    case unknownTerminal = "terminal_unknown"
}

/// Something that happened and that has to be told.
package struct AccuracyEvent: Sendable, Equatable {
    package var kind: AccuracyClass
    /// Index of the tag, or of the reader.
    package var subject: Int
    package var from: WorldTime
    /// When a filter that knows the world would have noticed; `nil` where it never would.
    package var detectableFrom: WorldTime?

    package init(_ kind: AccuracyClass, subject: Int, from: WorldTime, detectableFrom: WorldTime?) {
        self.kind = kind
        self.subject = subject
        self.from = from
        self.detectableFrom = detectableFrom
    }
}

/// Something that was told.
package struct AccuracyAlarm: Sendable, Equatable {
    package var kind: AccuracyClass
    package var subject: Int
    package var at: WorldTime
    /// 0...1, as stated with it.
    package var confidence: Double

    package init(_ kind: AccuracyClass, subject: Int, at: WorldTime, confidence: Double) {
        self.kind = kind
        self.subject = subject
        self.at = at
        self.confidence = confidence
    }
}

/// Which alarm told which event: same class and subject, raised within the horizon after the event began, and
/// each matched once (`inference.md` §2). The earliest alarm takes the earliest event that it can; as all
/// horizons are equally long, no other choice matches more.
package struct EpisodeMatch: Sendable {
    package let events: [AccuracyEvent]
    /// In order of time.
    package let alarms: [AccuracyAlarm]
    /// For each alarm, the index of its event.
    package private(set) var eventOfAlarm: [Int?]
    /// For each event, the index of its alarm.
    package private(set) var alarmOfEvent: [Int?]

    /// A day: what is told later than that was found by somebody else.
    package static let horizonUsual: WorldTime = 86_400_000

    private struct Key: Hashable {
        var kind: AccuracyClass
        var subject: Int
    }

    package init(
        events: [AccuracyEvent], alarms: [AccuracyAlarm], horizon: WorldTime = EpisodeMatch.horizonUsual
    ) {
        self.events = events
        self.alarms = alarms.sorted {
            ($0.at, $0.kind.rawValue, $0.subject) < ($1.at, $1.kind.rawValue, $1.subject)
        }
        eventOfAlarm = Array(repeating: nil, count: alarms.count)
        alarmOfEvent = Array(repeating: nil, count: events.count)
        var waiting: [Key: [Int]] = [:]
        for index in events.indices.sorted(by: { (events[$0].from, $0) < (events[$1].from, $1) }) {
            waiting[Key(kind: events[index].kind, subject: events[index].subject), default: []].append(index)
        }
        for (index, alarm) in self.alarms.enumerated() {
            let key = Key(kind: alarm.kind, subject: alarm.subject)
            let found = waiting[key]?.firstIndex {
                events[$0].from <= alarm.at && alarm.at <= events[$0].from + horizon
            }
            guard let found, let event = waiting[key]?.remove(at: found) else { continue }
            eventOfAlarm[index] = event
            alarmOfEvent[event] = index
        }
    }
}

/// Which stretch of a run counts.
package struct AccuracyPeriod: Sendable, Equatable {
    /// Before it the subject learns; alarms and events there count in the raw figures only.
    package var from: WorldTime
    package var to: WorldTime
    /// An event is asked for only where it was detectable this long before the end.
    package var margin: WorldTime

    package init(from: WorldTime, to: WorldTime, margin: WorldTime) {
        self.from = from
        self.to = to
        self.margin = margin
    }

    /// A day of learning and 6 hours of margin (the demand of the benchmark); a quarter of a run that is too
    /// short for them.
    package init(run: WorldTime) {
        self.init(from: min(86_400_000, run / 4), to: run, margin: min(21_600_000, run / 4))
    }

    package var days: Double { Double(to - from) / 86_400_000 }

    /// Counts an event?
    package func asks(for event: AccuracyEvent) -> Bool {
        guard let detectable = event.detectableFrom else { return false }
        return detectable >= from && detectable <= to - margin
    }
}

/// What a subject reached for one class of discrepancies. A share of nothing is `nil`.
package struct EpisodeFigures: Sendable, Equatable {
    /// Events that are asked for, and those of them that were told.
    package var events = 0
    package var found = 0
    /// Alarms after learning, and those of them that tell an event.
    package var alarms = 0
    package var trueAlarms = 0
    /// The same over the whole run and all events.
    package var rawEvents = 0
    package var rawFound = 0
    package var rawAlarms = 0
    /// From the beginning of the event to its alarm, in order, of ``found``.
    package var delays: [WorldTime] = []

    /// - Parameter kind: `nil` for all classes together.
    package init(_ match: EpisodeMatch, of kind: AccuracyClass?, in period: AccuracyPeriod) {
        for (index, event) in match.events.enumerated() where kind == nil || event.kind == kind {
            let alarm = match.alarmOfEvent[index]
            rawEvents += 1
            rawFound += alarm == nil ? 0 : 1
            guard period.asks(for: event) else { continue }
            events += 1
            guard let alarm else { continue }
            found += 1
            delays.append(match.alarms[alarm].at - event.from)
        }
        for (index, alarm) in match.alarms.enumerated() where kind == nil || alarm.kind == kind {
            rawAlarms += 1
            guard alarm.at >= period.from else { continue }
            alarms += 1
            trueAlarms += match.eventOfAlarm[index] == nil ? 0 : 1
        }
        delays.sort()
    }

    package var falseAlarms: Int { alarms - trueAlarms }
    package var precision: Double? { share(trueAlarms, of: alarms) }
    package var recall: Double? { share(found, of: events) }
    package var rawPrecision: Double? { share(rawFound, of: rawAlarms) }
    package var rawRecall: Double? { share(rawFound, of: rawEvents) }

    /// Harmonic mean of precision and recall.
    package var f1: Double? {
        guard let precision, let recall, precision + recall > 0 else { return nil }
        return 2 * precision * recall / (precision + recall)
    }

    package func falseAlarmsPerDayPer1000(tags: Int, in period: AccuracyPeriod) -> Double? {
        guard tags > 0, period.days > 0 else { return nil }
        return Double(falseAlarms) / period.days / (Double(tags) / 1_000)
    }

    /// Nearest rank: the least delay that `share` of them do not exceed.
    package func delay(percentile: Double) -> WorldTime? { nearestRank(percentile, of: delays) }

    private func share(_ part: Int, of all: Int) -> Double? { all == 0 ? nil : Double(part) / Double(all) }
}

/// The value that `percentile` (0...1) of the sorted values do not exceed; `nil` of nothing.
package func nearestRank<Value>(_ percentile: Double, of sorted: [Value]) -> Value? {
    guard !sorted.isEmpty else { return nil }
    let rank = (percentile * Double(sorted.count)).rounded(.up)
    return sorted[min(sorted.count - 1, max(0, Int(rank) - 1))]
}

/// Alarms that come all at once.
package enum AlarmStorm {
    /// Five minutes: what a person sees on the screen at a time.
    package static let windowUsual: WorldTime = 300_000

    /// The most alarms in any stretch of this length that lies in one of the spans.
    package static func most(
        _ alarms: [WorldTime], in spans: [Range<WorldTime>], window: WorldTime = AlarmStorm.windowUsual
    ) -> Int {
        let sorted = alarms.sorted()
        var most = 0
        for span in spans {
            let inside = sorted.filter { span.contains($0) }
            var oldest = 0
            for (newest, at) in inside.enumerated() {
                while at - inside[oldest] >= window { oldest += 1 }
                most = max(most, newest - oldest + 1)
            }
        }
        return most
    }
}
