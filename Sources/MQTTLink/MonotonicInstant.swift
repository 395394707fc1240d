import AssetModel
import Glibc

/// A point on the clock that nobody sets: for time-outs and pauses inside this process only, never stored.
struct MonotonicInstant: Comparable, Sendable {
    private var milliseconds: Int64

    static var now: MonotonicInstant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicInstant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    static func + (instant: MonotonicInstant, time: ElapsedTime) -> MonotonicInstant {
        MonotonicInstant(milliseconds: instant.milliseconds &+ time.milliseconds)
    }

    static func - (later: MonotonicInstant, earlier: MonotonicInstant) -> ElapsedTime {
        ElapsedTime(milliseconds: later.milliseconds &- earlier.milliseconds)
    }
}
