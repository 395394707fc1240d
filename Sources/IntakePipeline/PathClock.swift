import AssetModel

/// Where the path stands in time, and when it has to stop next on its way forward.
struct PathClock: Sendable, Equatable {
    private(set) var time: PathTime
    /// The broker connection is up and the daemon is running: only then does time make silence.
    var isListening: Bool

    init(time: PathTime, isListening: Bool) {
        self.time = time
        self.isListening = isListening
    }

    /// Moves forward; an instant that lies behind is "now".
    mutating func move(to instant: UTCInstant) {
        guard instant > time.now else { return }
        if isListening { time.listened += instant - time.now }
        time.now = instant
    }

    /// Our own clock was set: no listened time passes.
    mutating func step(to instant: UTCInstant) {
        time.now = instant
    }

    /// The whole second at which a deadline in listened time is met; `nil` while not listening, or for
    /// "never".
    func second(of deadline: ElapsedTime) -> UTCInstant? {
        guard isListening, deadline < ElapsedTime.never else { return nil }
        let wait = max(ElapsedTime.zero, deadline - time.listened)
        return (time.now + wait).roundedUpToSecond
    }
}
