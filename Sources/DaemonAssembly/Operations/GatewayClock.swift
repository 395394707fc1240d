package import AssetModel
import CDispatch
import CGlibcExtras
import Glibc
import Synchronization

/// The clock of the loop: receipt instants that only a reported step can make jump.
///
/// A wall clock may be set at any moment: no battery behind it, a late NTP answer, a person. If receipt
/// instants followed it silently, every tag on the shelf would have been silent for hours in one second. So
/// the wall clock is compared with the time since boot, which nobody sets and which runs on through a
/// suspend. While the two agree, ``now()`` is the wall clock. When they part, ``now()`` goes on in the old
/// time until the loop takes the step between two batches:
///
///     if let step = clock.takeStep() { input(.clockStep(to: step.to), at: step.from) }
///
/// so that all that was received before the step is stamped before it. Between steps ``now()`` never goes
/// back. May be used from any thread.
package final class GatewayClock: Sendable {
    /// Our clock was set from one instant to another.
    package struct Step: Hashable, Sendable {
        package var from: UTCInstant
        package var to: UTCInstant
    }

    /// Beyond this the clock was set: slewing moves it by less than a tenth of a second in a second, and the
    /// loop reads it every second.
    package static let stepMax = ElapsedTime(seconds: 2)

    private struct State {
        /// The last reading at which both clocks agreed.
        var wall: UTCInstant
        var sinceBoot: ElapsedTime
        /// The latest instant given out.
        var given: UTCInstant
    }

    private enum Reading {
        case agrees(wall: UTCInstant, sinceBoot: ElapsedTime)
        case steps(from: UTCInstant, to: UTCInstant, sinceBoot: ElapsedTime)
    }

    private let wall: @Sendable () -> UTCInstant
    private let sinceBoot: @Sendable () -> ElapsedTime
    private let state: Mutex<State>

    package init(
        wall: @escaping @Sendable () -> UTCInstant = { SystemTime.wall() },
        sinceBoot: @escaping @Sendable () -> ElapsedTime = { SystemTime.sinceBoot() }
    ) {
        self.wall = wall
        self.sinceBoot = sinceBoot
        let start = wall()
        state = Mutex(State(wall: start, sinceBoot: sinceBoot(), given: start))
    }

    /// The instant to stamp a receipt with.
    package func now() -> UTCInstant {
        state.withLock { state in
            switch read(state) {
            case .agrees(let wall, let sinceBoot):
                state.wall = wall
                state.sinceBoot = sinceBoot
                state.given = max(state.given, wall)
            case .steps(let from, _, _):
                state.given = from
            }
            return state.given
        }
    }

    /// The step that the clock made since the last call, which from now on is part of ``now()``. For the loop
    /// only.
    package func takeStep() -> Step? {
        state.withLock { state in
            guard case .steps(let from, let to, let sinceBoot) = read(state) else { return nil }
            state = State(wall: to, sinceBoot: sinceBoot, given: to)
            return Step(from: from, to: to)
        }
    }

    private func read(_ state: State) -> Reading {
        let wall = wall()
        let sinceBoot = sinceBoot()
        let expected = state.wall + (sinceBoot - state.sinceBoot)
        let parted = wall < expected ? expected - wall : wall - expected
        // Many small corrections backwards hold `given` still; together they are a step as well.
        if parted > GatewayClock.stepMax || state.given - wall > GatewayClock.stepMax {
            return .steps(from: max(state.given, expected), to: wall, sinceBoot: sinceBoot)
        }
        return .agrees(wall: wall, sinceBoot: sinceBoot)
    }
}

/// The clocks of the machine, in our units.
package enum SystemTime {
    /// CLOCK_REALTIME: what the clock on the wall shows; anyone may set it.
    package static func wall() -> UTCInstant {
        UTCInstant(milliseconds: nanoseconds(CLOCK_REALTIME) / 1_000_000)
    }

    /// CLOCK_BOOTTIME: runs evenly since boot, through a suspend as well.
    package static func sinceBoot() -> ElapsedTime {
        ElapsedTime(milliseconds: nanoseconds(CLOCK_BOOTTIME) / 1_000_000)
    }

    /// CLOCK_MONOTONIC in microseconds, for the service manager.
    package static func monotonicMicroseconds() -> Int64 { nanoseconds(CLOCK_MONOTONIC) / 1_000 }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        let time = tally_clock_nanoseconds(Int32(clock))
        precondition(time >= 0, "clock \(clock) cannot be read")
        return time
    }
}
