import AssetModel
import GatewayConfiguration
import Glibc
import IntakePipeline
package import InventoryStorage
import Logging
package import MQTTLink
package import Uplink

/// The loop that owns the path: read a batch, advance, commit, acknowledge. One thread, straight down.
///
///     while !shutdown.isRequested {
///         batch   = intake.nextBatch()
///         outcome = path.advance(through: batch)
///         store.commit(outcome)
///         link.acknowledge()
///     }
package final class IntakeLoop {
    let store: InventoryStore
    let link: BrokerLink
    let uplink: Uplink
    let queue: OperatorQueue
    let board: StatusBoard
    let clock: GatewayClock
    let log: OperatorLog
    let notifier: ServiceNotifier
    let configurationPath: String
    var configuration: TallyConfiguration
    var path: IntakePath
    var staging: StagingImport?
    /// The decision in the batch under way.
    var deciding: OperatorQueue.PendingDecision?
    /// Inputs that must come before anything the link gives: a connection dropped on purpose, a finished
    /// import.
    var ahead: [IntakeInput] = []
    var figuresAreStale = true
    var figuresPostedAt: UTCInstant?
    private var watchdogFedAt = UTCInstant(milliseconds: 0)
    private var linkMemory = LinkMemory()

    /// What the loop is made from.
    package struct Parts {
        package var store: InventoryStore
        package var link: BrokerLink
        package var uplink: Uplink
        package var queue: OperatorQueue
        package var board: StatusBoard
        package var clock: GatewayClock
        package var log: OperatorLog
        package var notifier: ServiceNotifier
    }

    init(_ parts: Parts, path: IntakePath, configuration: TallyConfiguration, configurationPath: String) {
        store = parts.store
        link = parts.link
        uplink = parts.uplink
        queue = parts.queue
        board = parts.board
        clock = parts.clock
        log = parts.log
        notifier = parts.notifier
        self.path = path
        self.configuration = configuration
        self.configurationPath = configurationPath
    }

    /// Runs until shutdown is requested.
    /// - Throws: an error of the store after which nothing can be trusted; systemd starts us anew.
    package func run() throws(StoreError) {
        while !queue.isShutdownRequested {
            try turn()
        }
        abandonImports()
        abandonDecisions()
        try linkMemory.remember(link, in: store, at: clock.now(), isLast: true)
    }

    /// One turn of the loop.
    func turn() throws(StoreError) {
        feedWatchdog()
        if queue.takeReloadRequest() { try reload() }
        try stageImport()
        let batch = nextBatch()
        Fault.point("before-advance")
        let outcome = path.advance(through: batch, to: clock.now())
        if !outcome.isEmpty { try commit(outcome) }
        link.acknowledge()
        Fault.point("after-acknowledge")
        if !outcome.isEmpty {
            reportConnection(in: batch)
            report(outcome)
        }
        finishDecision(outcome)
        postFiguresIfDue()
        try linkMemory.remember(link, in: store, at: clock.now())
    }

    // MARK: batch

    /// Longest wait in one turn: the watchdog and the log's rate limit want to be looked at.
    private static let waitMax = ElapsedTime(seconds: 1)

    private func nextBatch() -> [IntakeInput] {
        var limit = BatchLimit()
        limit.messagesMax = configuration.limits.batchMessagesMax
        limit.bytesMax = configuration.limits.batchBytesMax
        limit.time = configuration.limits.batchLinger
        var batch = link.nextBatch(limit: limit, wait: ahead.isEmpty ? wait() : .zero)
        if !ahead.isEmpty {
            batch = ahead + batch
            ahead = []
        }
        if let step = clock.takeStep() {
            log.write(.clockStep, ["from": "\(step.from)", "to": "\(step.to)"])
            batch.append(IntakeInput(.clockStep(to: step.to), at: step.from))
        }
        if let decision = takeDecision() { batch.append(decision) }
        let now = clock.now()
        if let deadline = path.nextDeadline, deadline <= now { batch.append(IntakeInput(.tick, at: now)) }
        return batch
    }

    private func wait() -> ElapsedTime {
        if staging != nil || queue.hasDecisions { return .zero }
        let longest = figuresAreStale ? IntakeLoop.figuresEvery : IntakeLoop.waitMax
        guard let deadline = path.nextDeadline else { return longest }
        return min(longest, max(ElapsedTime(milliseconds: 1), deadline - clock.now()))
    }

    // MARK: commit

    /// Pause between tries of a commit that finds no space.
    private static let retryPauseMicroseconds: UInt32 = 500_000

    /// Commits, and where the disk is full keeps the outcome and tries that same commit again; the connection
    /// is dropped meanwhile, so that held acknowledgements die with it and the broker keeps what comes.
    private func commit(_ outcome: IntakeOutcome) throws(StoreError) {
        let outgoing = configuration.outputs.mqtt ? OutgoingRow.rows(for: outcome.discrepancyChanges) : []
        store.confirmPublished(uplink.takeConfirmed())
        var fullSince: UTCInstant?
        while true {
            do {
                try store.commit(outcome, outgoing: outgoing)
                break
            } catch {
                guard error.mayRetry, !queue.isShutdownRequested else { throw error }
                if fullSince == nil {
                    fullSince = clock.now()
                    beginFull(error)
                }
                feedWatchdog()
                usleep(IntakeLoop.retryPauseMicroseconds)
            }
        }
        if let fullSince { endFull(since: fullSince) }
        finishStagedImport(outcome)
    }

    private func beginFull(_ error: StoreError) {
        link.dropConnection()
        link.isSuspended = true
        ahead.append(IntakeInput(.connection(.down), at: clock.now()))
        board.update { $0.isStoreFull = true }
        log.write(.storeFull, ["detail": "\(error)"])
        notifier.status("存储已满 store full")
    }

    private func endFull(since: UTCInstant) {
        link.isSuspended = false
        board.update { $0.isStoreFull = false }
        log.write(.storeRecovered, ["after_s": "\((clock.now() - since).seconds)"])
        notifier.status("运行中 running")
    }

    // MARK: after the commit

    private func report(_ outcome: IntakeOutcome) {
        for change in outcome.discrepancyChanges where change.kind != .held { log.write(change) }
        for gap in outcome.gaps {
            log.write(
                .gap,
                [
                    "reason": gap.reason.rawValue, "zh": gap.reason.chinese, "from": "\(gap.from)",
                    "to": "\(gap.to)",
                    "detail": gap.detail,
                ])
        }
        for passage in outcome.passages { report(passage) }
        for change in outcome.deviceChanges { report(change) }
        for record in outcome.decisions { report(record) }
        for entry in outcome.quarantine {
            log.write(
                .quarantined,
                ["reason": entry.rejection.reason.rawValue, "at": entry.rejection.at, "topic": entry.topic])
        }
        if !outcome.discrepancyChanges.isEmpty { uplink.wake() }
        log.writeSuppressed()
        postStatus(outcome)
    }

    private func reportConnection(in batch: [IntakeInput]) {
        for input in batch {
            guard case .connection(let change) = input.kind else { continue }
            switch change {
            case .up(let sessionPresent):
                let version = link.status.version?.rawValue ?? "-"
                log.write(.brokerUp, ["mqtt": version, "session_present": "\(sessionPresent)"])
            case .down: log.write(.brokerDown, ["cause": link.status.problem?.cause ?? "-"])
            case .gapSuspected: break
            }
        }
    }

    private func report(_ change: DeviceChange) {
        guard case .reader(let reader) = change.device else { return }
        let id = path.layout.readers[reader].id
        switch change.kind {
        case .online: log.write(.readerOnline, ["reader": id, "last": "\(change.cause)"])
        case .clockSet:
            log.write(
                .readerClock,
                ["reader": id, "zh": change.reasonChinese, "detail": change.reasonEnglish])
        default: break
        }
    }

    // MARK: watchdog

    private func feedWatchdog() {
        guard let interval = notifier.watchdogInterval else { return }
        let now = clock.now()
        guard (now - watchdogFedAt).milliseconds * 3 >= interval.milliseconds || now < watchdogFedAt else {
            return
        }
        notifier.watchdog()
        watchdogFedAt = now
    }
}
