import AssetModel

/// At most so many lines a minute for each cause; the rest are counted and become one line when the minute is
/// over.
struct LineRate {
    /// What was held back in one minute of one cause.
    struct Suppressed: Hashable {
        var cause: String
        var lines: Int
    }

    private struct Minute {
        var began: UTCInstant
        var written = 0
        var suppressed = 0
    }

    var linesMax: Int
    private var minutes: [String: Minute] = [:]

    static let window = ElapsedTime(seconds: 60)
    /// Codes are a closed list; the names of libraries' loggers are not. Beyond this, causes share one count.
    static let causesMax = 256
    static let otherCause = "OTHER"

    init(linesMax: Int) {
        self.linesMax = linesMax
    }

    /// - Returns: whether a line of this cause may be written now.
    mutating func admits(_ cause: String, at now: UTCInstant) -> Bool {
        let isKnown = minutes[cause] != nil || minutes.count < LineRate.causesMax
        let cause = isKnown ? cause : LineRate.otherCause
        var minute = minutes[cause] ?? Minute(began: now)
        let isAdmitted = minute.written < linesMax
        if isAdmitted { minute.written += 1 } else { minute.suppressed += 1 }
        minutes[cause] = minute
        return isAdmitted
    }

    /// Ends the minutes that are over, and all of them where the clock went back behind their beginning.
    /// - Returns: what was held back in them, by cause.
    mutating func end(by now: UTCInstant) -> [Suppressed] {
        end { now < $0.began || now - $0.began >= LineRate.window }
    }

    mutating func endAll() -> [Suppressed] { end { _ in true } }

    private mutating func end(where isOver: (Minute) -> Bool) -> [Suppressed] {
        var suppressed: [Suppressed] = []
        for (cause, minute) in minutes where isOver(minute) {
            minutes[cause] = nil
            if minute.suppressed > 0 { suppressed.append(Suppressed(cause: cause, lines: minute.suppressed)) }
        }
        return suppressed.sorted { $0.cause < $1.cause }
    }
}
