package import AssetModel
import Dispatch
import Foundation
package import InventoryStorage
package import Logging
import Synchronization

/// Publishes what is in the outbox, on a thread of its own: a slow or absent broker never holds up the
/// intake.
///
/// Every method may be called from any thread.
package final class Uplink: Sendable {
    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let log: Logger

    private struct State {
        var hasStarted = false
        var committed = false
        var stopBy: ContinuousClock.Instant?
        var confirmed: [Int64] = []
        var figures = UplinkFigures()
    }

    package init(log: Logger) {
        self.log = log
    }

    /// Starts the thread. Once only.
    package func start(reader: StoreReader, publisher: any Publisher, limits: UplinkLimits = UplinkLimits()) {
        let isFirst = state.withLock { state in
            defer { state.hasStarted = true }
            return !state.hasStarted
        }
        precondition(isFirst, "the uplink was started twice")
        let thread = Thread { [self] in
            run(OutboxPump(reader: reader, publisher: publisher, limits: limits))
            ended.signal()
        }
        thread.name = "tally-uplink"
        thread.start()
    }

    /// After a commit that wrote into the outbox.
    package func wake() {
        let isNew = state.withLock { state in
            defer { state.committed = true }
            return !state.committed
        }
        if isNew { bell.signal() }
    }

    /// Outbox rows that have arrived, or never will, since the last call: for
    /// ``InventoryStore/confirmPublished(_:)``.
    package func takeConfirmed() -> [Int64] {
        state.withLock { state in
            defer { state.confirmed.removeAll() }
            return state.confirmed
        }
    }

    package var figures: UplinkFigures { state.withLock { $0.figures } }

    /// Sends what is waiting, as far as that goes within the time, and ends the thread.
    ///
    /// - Returns: `false` where the thread did not end in time; what was not confirmed stays in the outbox.
    package func stop(within time: ElapsedTime) -> Bool {
        let hasStarted = state.withLock { state in
            state.stopBy = .now + .milliseconds(time.milliseconds)
            return state.hasStarted
        }
        guard hasStarted else { return true }
        bell.signal()
        let grace = DispatchTimeInterval.milliseconds(
            Int(clamping: time.milliseconds) + Uplink.graceMilliseconds)
        return ended.wait(timeout: .now() + grace) == .success
    }

    /// For the step that is under way when the time is up: one read of the outbox.
    private static let graceMilliseconds = 500

    /// How long to wait for the next thing to happen: confirmations come without a bell, and so do
    /// connections.
    private static let pauseWhileWaiting = DispatchTimeInterval.milliseconds(20)
    private static let pauseWhileIdle = DispatchTimeInterval.milliseconds(500)

    private func run(_ start: OutboxPump) {
        var pump = start
        var trouble: StoreError?
        let started = ContinuousClock.now
        while true {
            let stopBy = state.withLock { state in
                if state.committed { pump.noteCommit() }
                state.committed = false
                return state.stopBy
            }
            if let stopBy, pump.isFinished || ContinuousClock.now >= stopBy { return }
            do throws(StoreError) {
                let released = try pump.step(at: elapsed(since: started))
                report(released, pump)
                if trouble != nil { log.notice("上行恢复 uplink reads the outbox again") }
                trouble = nil
            } catch {
                if trouble != error {
                    log.error("上行读取失败 uplink cannot read the outbox", metadata: ["cause": "\(error)"])
                }
                trouble = error
            }
            let isBusy = trouble == nil && (pump.isWaitingForConfirmation || stopBy != nil)
            _ = bell.wait(timeout: .now() + (isBusy ? Uplink.pauseWhileWaiting : Uplink.pauseWhileIdle))
        }
    }

    private func report(_ released: [Int64], _ pump: OutboxPump) {
        let setAside = state.withLock { state in
            let before = state.figures.setAside
            state.confirmed.append(contentsOf: released)
            state.figures = pump.figures
            return pump.figures.setAside - before
        }
        if setAside == 0 { return }
        log.error(
            "上行消息被拒绝，已搁置 uplink message refused, set aside",
            metadata: ["rows": "\(setAside)", "reason": "\(pump.lastRefusal)"])
    }

    private func elapsed(since start: ContinuousClock.Instant) -> ElapsedTime {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return ElapsedTime(milliseconds: seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    }
}
