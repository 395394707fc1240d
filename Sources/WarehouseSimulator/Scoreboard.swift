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
/// - A planted event is found by the first discrepancy of its code and subject that opens at or after the
///   event.
/// - It has to stay open for as long as the event lasts (to the end of the run where `until` is not set).
/// - Every other discrepancy is a false alarm: unplanted, too early, or a second one for the same event.
package struct Scoreboard: Sendable {
    private let truth: [PlantedEvent]
    /// In order of first mention.
    private var reported: [Record] = []
    private var places: [String: Int] = [:]

    /// A discrepancy may still open this long after its event has ended: it was concluded before, and took
    /// its way through the store and the broker.
    static let openingMayLag = ElapsedTime(seconds: 10)

    private struct Record {
        var first: ReportedDiscrepancy
        /// Set while it is cleared.
        var clearedAt: UTCInstant?
    }

    package init(truth: [PlantedEvent]) {
        self.truth = truth
    }

    /// Takes one report; reports come in the order in which they were made.
    package mutating func observe(_ report: ReportedDiscrepancy) {
        let place = places[report.id] ?? reported.count
        if place == reported.count {
            places[report.id] = place
            reported.append(Record(first: report))
        }
        reported[place].clearedAt = report.isCleared ? report.at : nil
    }

    /// The verdict as things stand.
    package func score() -> Score {
        var taken: Set<Int> = []
        let rows = truth.map { event in
            guard
                let place = reported.indices.first(where: {
                    !taken.contains($0) && finds(reported[$0], event)
                })
            else { return Score.Row(event: event, verdict: .missed) }
            taken.insert(place)
            return Score.Row(event: event, verdict: verdict(on: reported[place], event))
        }
        let rest = reported.indices.filter { !taken.contains($0) }
        return Score(rows: rows, falseAlarms: rest.map { reported[$0].first })
    }

    private func finds(_ record: Record, _ event: PlantedEvent) -> Bool {
        let first = record.first
        guard first.code == event.code.rawValue, first.subject.contains(where: event.subject.contains) else {
            return false
        }
        let lastMoment = event.until.map { $0 + Self.openingMayLag }
        return event.at <= first.at && lastMoment.map { first.at <= $0 } ?? true
    }

    private func verdict(on record: Record, _ event: PlantedEvent) -> Score.Verdict {
        let after = record.first.at - event.at
        guard let cleared = record.clearedAt else { return .found(after: after, clearedAfterEnd: nil) }
        guard let until = event.until, until <= cleared else {
            return .notHeld(after: after, clearedAfter: cleared - event.at)
        }
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
        /// Opened in time and cleared while it was still true.
        case notHeld(after: ElapsedTime, clearedAfter: ElapsedTime)
        case missed
    }

    /// Nothing missed, nothing let go, nothing invented.
    package var isClean: Bool {
        falseAlarms.isEmpty
            && rows.allSatisfy { row in
                if case .found = row.verdict { return true }
                return false
            }
    }
}
