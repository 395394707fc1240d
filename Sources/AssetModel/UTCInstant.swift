/// A point of UTC time with millisecond resolution: what a clock on a wall shows.
///
/// Event time (`heardAt`, from a device) and receipt time (`receivedAt`, from this gateway) are both UTC
/// instants and are told apart by the name of the field that holds them. How long something lasted is an
/// ``ElapsedTime``.
package struct UTCInstant: Hashable, Comparable, Sendable, Codable {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted; negative before it.
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: UTCInstant, right: UTCInstant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package static func + (instant: UTCInstant, time: ElapsedTime) -> UTCInstant {
        UTCInstant(milliseconds: instant.milliseconds &+ time.milliseconds)
    }

    package static func - (later: UTCInstant, earlier: UTCInstant) -> ElapsedTime {
        ElapsedTime(milliseconds: later.milliseconds &- earlier.milliseconds)
    }

    /// The first whole second at or after this instant.
    package var roundedUpToSecond: UTCInstant {
        let remainder = milliseconds % 1_000
        if remainder == 0 { return self }
        return UTCInstant(milliseconds: milliseconds - remainder + (remainder > 0 ? 1_000 : 0))
    }
}

/// A length of time in milliseconds. Never a point of time.
package struct ElapsedTime: Hashable, Comparable, Sendable, Codable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(seconds: Int64) {
        self.milliseconds = seconds * 1_000
    }

    package static let zero = ElapsedTime(milliseconds: 0)

    /// Longer than any time-out: "never".
    package static let never = ElapsedTime(milliseconds: .max / 4)

    /// Whole seconds, cut off.
    package var seconds: Int64 { milliseconds / 1_000 }

    package static func < (left: ElapsedTime, right: ElapsedTime) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package static func + (left: ElapsedTime, right: ElapsedTime) -> ElapsedTime {
        ElapsedTime(milliseconds: left.milliseconds &+ right.milliseconds)
    }

    package static func - (left: ElapsedTime, right: ElapsedTime) -> ElapsedTime {
        ElapsedTime(milliseconds: left.milliseconds &- right.milliseconds)
    }

    package static func += (left: inout ElapsedTime, right: ElapsedTime) {
        left = left + right
    }
}
