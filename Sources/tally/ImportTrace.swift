import AssetModel

/// A recorded trace as inputs of the path, in order of receipt.
///
/// The file is read twice: once to check every row and to learn how long each session is and whether its rows
/// are in order, once to write. So a file with a mistake writes nothing, and memory holds one session at a
/// time, and that only where its rows have to be sorted.
struct ImportTrace {
    let path: String
    let names: TraceNames
    let clock: TraceClock
    /// Rows of one session that are held to be sorted: about 200 MB.
    var sortedRowsMax = 1_000_000

    /// - Parameter emit: takes a line without its line break; `false` where nobody reads any more.
    /// - Returns: the sessions whose rows had to be sorted.
    func run(_ emit: (String) -> Bool) throws(TallyFailure) -> [String] {
        let sessions = try survey()
        var rows = try TraceRows(path: path, names: names)
        for session in sessions {
            var held: [TraceRow] = []
            for _ in 0..<session.rows {
                guard let row = try rows.next(), row.session == session.name else {
                    throw TraceFault.changed(path)
                }
                if session.isInOrder {
                    guard emit(line(row, in: session)) else { return [] }
                } else {
                    held.append(row)
                }
            }
            // Rows of the same instant keep their order: the sort is stable.
            for row in held.sorted(by: { $0.milliseconds < $1.milliseconds }) {
                guard emit(line(row, in: session)) else { return [] }
            }
        }
        return sessions.filter { !$0.isInOrder }.map(\.name)
    }

    private func line(_ row: TraceRow, in session: TraceSession) -> String {
        row.replayLine(at: session.start + ElapsedTime(milliseconds: row.milliseconds - session.first))
    }

    /// Reads the file to its end and lays its sessions one after the other.
    private func survey() throws(TallyFailure) -> [TraceSession] {
        var rows = try TraceRows(path: path, names: names)
        var sessions: [TraceSession] = []
        var seen: Set<String> = []
        while let row = try rows.next() {
            if let last = sessions.indices.last, sessions[last].name == row.session {
                sessions[last].add(row)
                continue
            }
            guard seen.insert(row.session).inserted else {
                throw rows.fault(
                    .session, "会话 \(row.session) 的行不连在一起；请先按会话排序",
                    "the rows of session \(row.session) are not together; sort the file by session first")
            }
            guard sessions.count < ImportTrace.sessionsMax else {
                throw rows.fault(
                    .session, "会话超过 \(ImportTrace.sessionsMax) 个",
                    "more than \(ImportTrace.sessionsMax) sessions")
            }
            sessions.append(TraceSession(row))
        }
        return try placed(sessions)
    }

    /// What is remembered of each session takes about 100 bytes.
    private static let sessionsMax = 100_000

    private func placed(_ found: [TraceSession]) throws(TallyFailure) -> [TraceSession] {
        var sessions = found
        var next = clock.start
        for index in sessions.indices {
            let session = sessions[index]
            guard session.isInOrder || session.rows <= sortedRowsMax else {
                throw TraceFault.tooLongToSort(path, session.name, sortedRowsMax)
            }
            sessions[index].start = next
            let end = next + session.length
            guard end <= TraceClock.instantMax else { throw TraceFault.tooLate(path, session.name) }
            next = end + clock.gap
        }
        return sessions
    }
}

/// Where the sessions of a trace lie in time.
struct TraceClock {
    /// Of the first read of the first session.
    var start: UTCInstant
    /// Between the last read of a session and the first of the next.
    var gap: ElapsedTime

    /// A minute: shorter than any silence that means something, so that the seam between two sessions is
    /// none.
    static let gapSecondsUsual = 60
    /// A year.
    static let gapSecondsMax = 31_536_000.0
    /// The last instant that RFC 3339 can write: 9999-12-31T23:59:59.999Z.
    static let instantMax = UTCInstant(milliseconds: 253_402_300_799_999)
}

/// One session as the first reading of the file finds it.
struct TraceSession {
    let name: String
    private(set) var rows = 1
    /// Least and greatest `t_ms`.
    private(set) var first: Int64
    private var greatest: Int64
    private var newest: Int64
    private(set) var isInOrder = true
    var start = UTCInstant(milliseconds: 0)

    init(_ row: TraceRow) {
        name = row.session
        (first, greatest, newest) = (row.milliseconds, row.milliseconds, row.milliseconds)
    }

    /// Both ends are at most ``TraceRow/millisecondsMax`` away from zero, so nothing overflows.
    var length: ElapsedTime { ElapsedTime(milliseconds: greatest - first) }

    mutating func add(_ row: TraceRow) {
        rows += 1
        if row.milliseconds < newest { isInOrder = false }
        newest = row.milliseconds
        first = min(first, row.milliseconds)
        greatest = max(greatest, row.milliseconds)
    }
}
