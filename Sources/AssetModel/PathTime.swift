/// Where the path stands in time: the receipt-time instant it has advanced to, and how long it has listened
/// so far.
///
/// Only listened time makes silence: it stands still while the broker connection is down, while the daemon is
/// not running, and over a step of our own clock.
package struct PathTime: Hashable, Sendable {
    package var now: UTCInstant
    package var listened: ElapsedTime

    package init(now: UTCInstant, listened: ElapsedTime = .zero) {
        self.now = now
        self.listened = listened
    }
}
