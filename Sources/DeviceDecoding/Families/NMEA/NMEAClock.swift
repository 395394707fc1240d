import AssetModel

/// Which day a time of day belongs to, by what a terminal's sentences said before.
///
/// - A time of day is of the day of the last instant that is known; one that goes back by more than half a
///   day is of the next.
/// - After half a day without a word the days that went by are counted by our own clock.
/// - No time is led into the future: a line from before midnight may come after one from behind it.
struct NMEAClock: Equatable {
    /// The last instant that is known, at most ``step`` older than the last sentence.
    private(set) var instant: UTCInstant
    /// When it came in.
    private(set) var receivedAt: UTCInstant
    /// The date itself was in the future by our clock, which then says nothing about the terminal's.
    let runsAhead: Bool

    private static let day = ElapsedTime(milliseconds: CalendarTime.millisecondsPerDay)
    private static let dayBack = ElapsedTime(milliseconds: -CalendarTime.millisecondsPerDay)
    private static let halfDay = ElapsedTime(milliseconds: CalendarTime.millisecondsPerDay / 2)
    /// The wrong day is a day away, and a clock that is wrong, or a zone that was mixed up, half a day.
    private static let aheadMax = ElapsedTime(seconds: 18 * 3_600)
    /// What is remembered changes no more often than this: each change is written to disk.
    private static let step = ElapsedTime(seconds: 600)

    init(_ instant: UTCInstant, receivedAt: UTCInstant, runsAhead: Bool) {
        self.instant = instant
        self.receivedAt = receivedAt
        self.runsAhead = runsAhead
    }

    /// By a sentence with its date.
    init(dated instant: UTCInstant, receivedAt: UTCInstant) {
        self.init(
            instant, receivedAt: receivedAt, runsAhead: instant - receivedAt > NMEAClock.aheadMax)
    }

    func instant(ofTime timeOfDay: Int64, receivedAt: UTCInstant) -> UTCInstant {
        let silence = receivedAt - self.receivedAt
        guard silence <= NMEAClock.halfDay else {
            return NMEAClock.instant(ofTime: timeOfDay, nearest: instant + silence)
        }
        let sameDay = NMEAClock.startOfDay(of: instant) + ElapsedTime(milliseconds: timeOfDay)
        let isNextDay = instant - sameDay > NMEAClock.halfDay
        let found = isNextDay ? sameDay + NMEAClock.day : sameDay
        let isAhead = found - receivedAt > NMEAClock.aheadMax && !runsAhead
        return isAhead ? found + NMEAClock.dayBack : found
    }

    /// Within half a day of an instant.
    static func instant(ofTime timeOfDay: Int64, nearest instant: UTCInstant) -> UTCInstant {
        let sameDay = startOfDay(of: instant) + ElapsedTime(milliseconds: timeOfDay)
        if sameDay - instant > halfDay { return sameDay + dayBack }
        return instant - sameDay > halfDay ? sameDay + day : sameDay
    }

    private static func startOfDay(of instant: UTCInstant) -> UTCInstant {
        UTCInstant(
            milliseconds: instant.milliseconds - CalendarTime.fields(of: instant).millisecondOfDay)
    }

    /// After an instant that this clock has found.
    func advanced(to instant: UTCInstant, receivedAt: UTCInstant) -> NMEAClock {
        NMEAClock(max(instant, self.instant), receivedAt: receivedAt, runsAhead: runsAhead)
    }

    /// Whether `later` says so little more that it need not be remembered.
    func isNear(_ later: NMEAClock) -> Bool {
        let steps = [later.instant - instant, later.receivedAt - receivedAt]
        return steps.allSatisfy { $0 >= .zero && $0 < NMEAClock.step }
            && later.runsAhead == runsAhead
            && NMEAClock.startOfDay(of: later.instant) == NMEAClock.startOfDay(of: instant)
    }
}
