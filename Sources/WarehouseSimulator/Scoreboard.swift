package import AssetModel

/// What the daemon said about one discrepancy at one moment, as far as the score needs it.
package struct ReportedDiscrepancy: Sendable, Equatable {
    package var id: String
    package var code: String
    package var subject: [SubjectName]
    package var isCleared: Bool
    /// When it was said.
    package var at: UTCInstant

    package init(id: String, code: String, subject: [SubjectName], isCleared: Bool, at: UTCInstant) {
        self.id = id
        self.code = code
        self.subject = subject
        self.isCleared = isCleared
        self.at = at
    }
}

/// Holds what the daemon reports against what was planted.
///
/// A discrepancy that is cleared and opened again is a second episode.
///
/// - A planted event is found by the first episode of its code and subject that opens at or after the event,
///   and not later than its `openBy`.
/// - From then on one has to be open for as long as the event lasts (to the end of the run where `until` is
///   not set): further episodes that open before its end belong to it, and its last one counts. It has to be
///   cleared by `clearBy`, where one is set.
/// - Every other episode is a false alarm: unplanted, too early, or a second discrepancy for the same event.
package struct Scoreboard: Sendable {
    private let truth: [PlantedEvent]
    /// In order of opening.
    private var episodes: [Episode] = []
    /// The last episode of each discrepancy.
    private var places: [String: Int] = [:]

    /// A discrepancy may still open this long after its event has ended: it was concluded before, and took
    /// its way through the store and the broker.
    static let openingMayLag = ElapsedTime(seconds: 10)

    private struct Episode {
        var first: ReportedDiscrepancy
        /// Set once it is cleared.
        var clearedAt: UTCInstant?
    }

    package init(truth: [PlantedEvent]) {
        self.truth = truth
    }

    /// Takes one report; reports come in the order in which they were made.
    package mutating func observe(_ report: ReportedDiscrepancy) {
        if let place = places[report.id], report.isCleared || episodes[place].clearedAt == nil {
            if report.isCleared, episodes[place].clearedAt == nil { episodes[place].clearedAt = report.at }
            return
        }
        places[report.id] = episodes.count
        episodes.append(Episode(first: report, clearedAt: report.isCleared ? report.at : nil))
    }

    /// The verdict as things stand.
    package func score() -> Score {
        var taken: Set<Int> = []
        let rows = truth.map { event in
            guard
                let place = episodes.indices.first(where: {
                    !taken.contains($0) && finds(episodes[$0], event)
                })
            else { return Score.Row(event: event, verdict: .missed) }
            let own = [place] + continuations(of: place, event)
            taken.formUnion(own)
            return Score.Row(event: event, verdict: verdict(on: own.map { episodes[$0] }, event))
        }
        let rest = episodes.indices.filter { !taken.contains($0) }
        return Score(rows: rows, falseAlarms: rest.map { episodes[$0].first })
    }

    private func finds(_ episode: Episode, _ event: PlantedEvent) -> Bool {
        let first = episode.first
        guard first.code == event.code.rawValue, first.subject.contains(where: event.subject.contains) else {
            return false
        }
        return event.at <= first.at && opensInTime(episode, event)
    }

    private func opensInTime(_ episode: Episode, _ event: PlantedEvent) -> Bool {
        event.until.map { episode.first.at <= $0 + Self.openingMayLag } ?? true
    }

    /// Later episodes of the same discrepancy within the same event.
    private func continuations(of place: Int, _ event: PlantedEvent) -> [Int] {
        episodes.indices.filter {
            $0 > place && episodes[$0].first.id == episodes[place].first.id
                && opensInTime(episodes[$0], event)
        }
    }

    private func verdict(on own: [Episode], _ event: PlantedEvent) -> Score.Verdict {
        guard let first = own.first?.first, let last = own.last else { return .missed }
        let after = first.at - event.at
        if let openBy = event.openBy, openBy < first.at { return .late(after: after) }
        guard let cleared = last.clearedAt else {
            return event.clearBy == nil
                ? .found(after: after, clearedAfterEnd: nil) : .notCleared(after: after)
        }
        guard let until = event.until, until <= cleared else {
            return .notHeld(after: after, clearedAfter: cleared - event.at)
        }
        if let clearBy = event.clearBy, clearBy < cleared { return .notCleared(after: after) }
        return .found(after: after, clearedAfterEnd: cleared - until)
    }
}

/// The outcome of a run.
package struct Score: Sendable, Equatable {
    package var rows: [Row]
    package var falseAlarms: [ReportedDiscrepancy]

    package struct Row: Sendable, Equatable {
        package var event: PlantedEvent
        package var verdict: Verdict
    }

    package enum Verdict: Sendable, Equatable {
        /// - Parameter clearedAfterEnd: how long after the event ended the discrepancy was cleared; `nil`
        ///   where it is open.
        case found(after: ElapsedTime, clearedAfterEnd: ElapsedTime?)
        /// Opened after its time.
        case late(after: ElapsedTime)
        /// Opened in time and cleared while it was still true.
        case notHeld(after: ElapsedTime, clearedAfter: ElapsedTime)
        /// Opened in time and still open, or cleared late, long after it had ceased to be true.
        case notCleared(after: ElapsedTime)
        case missed
    }

    /// How one kind of discrepancy fared; `late` counts as missed, `notCleared` as found.
    package struct Tally: Sendable, Equatable {
        package var code: String
        package var planted = 0
        package var found = 0
        package var missed = 0
        package var clearedTooEarly = 0
        package var notCleared = 0
        package var falseAlarms = 0

        package init(code: String) {
            self.code = code
        }

        /// Nothing missed, nothing let go, nothing left over, nothing invented.
        package var isClean: Bool { found == planted && notCleared == 0 && falseAlarms == 0 }

        mutating func count(_ verdict: Verdict) {
            planted += 1
            switch verdict {
            case .found: found += 1
            case .notHeld: clearedTooEarly += 1
            case .late, .missed: missed += 1
            case .notCleared:
                found += 1
                notCleared += 1
            }
        }
    }

    /// By code, in the order of the codes.
    package var tallies: [Tally] {
        var tallies: [String: Tally] = [:]
        for row in rows {
            let code = row.event.code.rawValue
            tallies[code, default: Tally(code: code)].count(row.verdict)
        }
        for alarm in falseAlarms { tallies[alarm.code, default: Tally(code: alarm.code)].falseAlarms += 1 }
        return tallies.values.sorted { $0.code < $1.code }
    }

    package var isClean: Bool { tallies.allSatisfy(\.isClean) }
}
