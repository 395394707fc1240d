package import AssetModel
package import InventoryStorage

/// Takes messages from the outbox to a publisher, in order, and tells which ones may be deleted.
///
/// Delivery is at least once, in the order of the outbox. A message is released only when all before
/// it are: so what remains in the outbox after a crash is always the end of the order, and repeating it
/// leaves every retained topic in its last state. A value with no thread and no clock; ``Uplink`` runs it.
package struct OutboxPump {
    private let reader: StoreReader
    private let publisher: any Publisher
    private let limits: UplinkLimits
    /// Handed over and not yet released, in order.
    private var window: [Handed] = []
    /// Read and not yet handed over, in order.
    private var backlog: [OutboxRow] = []
    private var lastRead: Int64 = 0
    /// There may be rows after ``lastRead``.
    private var mayHaveMore = true
    /// Since when the connection has been up without anything being confirmed or taken.
    private var stalledSince: ElapsedTime?
    package private(set) var figures = UplinkFigures()
    /// Why the last message that was set aside was refused.
    package private(set) var lastRefusal = ""

    private struct Handed {
        var row: OutboxRow
        /// The broker has it, or never will.
        var isSettled = false
    }

    package init(reader: StoreReader, publisher: any Publisher, limits: UplinkLimits = UplinkLimits()) {
        self.reader = reader
        self.publisher = publisher
        self.limits = limits
    }

    /// Something was committed: look into the outbox at the next step.
    package mutating func noteCommit() {
        mayHaveMore = true
    }

    /// Nothing is on its way and nothing waits.
    package var isIdle: Bool { window.isEmpty && backlog.isEmpty && !mayHaveMore }

    /// Nothing more can be done before the process ends.
    package var isFinished: Bool { isIdle || !publisher.isConnected }

    package var isWaitingForConfirmation: Bool { !window.isEmpty }

    /// - Parameter now: elapsed time of a clock that never goes back.
    /// - Returns: sequence numbers that may be deleted from the outbox.
    package mutating func step(at now: ElapsedTime) throws(StoreError) -> [Int64] {
        var released = settle()
        var moved = !released.isEmpty
        if try handOver() { moved = true }
        let isWaiting = !window.isEmpty || !backlog.isEmpty
        if moved || !isWaiting || !publisher.isConnected {
            stalledSince = nil
        } else if let since = stalledSince {
            if now - since >= limits.stalledAfter { released += breakStall() }
        } else {
            stalledSince = now
        }
        return released
    }

    /// Takes note of what the broker has and of what it refuses.
    private mutating func settle() -> [Int64] {
        var tokens = Set(publisher.takeConfirmed())
        for refusal in publisher.takeRefused() where tokens.insert(refusal.token).inserted {
            figures.setAside += 1
            lastRefusal = refusal.reason
        }
        if tokens.isEmpty { return [] }
        for index in window.indices where tokens.contains(window[index].row.sequence) {
            window[index].isSettled = true
        }
        let done = window.prefix { $0.isSettled }.map(\.row.sequence)
        window.removeFirst(done.count)
        figures.released += done.count
        return done
    }

    /// - Returns: `true` where at least one message was taken.
    private mutating func handOver() throws(StoreError) -> Bool {
        var moved = false
        while publisher.isConnected, window.count < limits.inFlightMax {
            if backlog.isEmpty { try readOn() }
            guard let next = backlog.first, give(next) else { break }
            backlog.removeFirst()
            window.append(Handed(row: next))
            figures.sent += 1
            moved = true
        }
        return moved
    }

    private func give(_ next: OutboxRow) -> Bool {
        let message = next.row
        return publisher.send(
            topic: message.topic, payload: message.payload, retain: message.isRetained, token: next.sequence)
    }

    private mutating func readOn() throws(StoreError) {
        guard mayHaveMore else { return }
        backlog = try reader.outbox(after: lastRead, rowsMax: limits.inFlightMax)
        mayHaveMore = backlog.count == limits.inFlightMax
        if let last = backlog.last { lastRead = last.sequence }
    }

    /// Connected for long and nothing moves: what is on its way is handed over again, all of it and in order;
    /// where nothing is on its way, the publisher refuses the message at the head, and it is set aside so
    /// that it cannot block those behind it.
    private mutating func breakStall() -> [Int64] {
        stalledSince = nil
        if window.isEmpty {
            guard let refused = backlog.first else { return [] }
            backlog.removeFirst()
            figures.setAside += 1
            figures.released += 1
            lastRefusal = "not taken for \(limits.stalledAfter.seconds) s"
            return [refused.sequence]
        }
        backlog = window.map(\.row) + backlog
        figures.resent += window.count
        window.removeAll(keepingCapacity: true)
        return []
    }
}

/// Bounds of the uplink.
package struct UplinkLimits: Sendable {
    /// Messages on their way at once; the broker's own window (`max_inflight_messages`) is wider.
    package var inFlightMax = 100
    /// A connection that is up and confirms nothing for this long has lost what it was given.
    package var stalledAfter = ElapsedTime(seconds: 30)

    package init() {}
}

/// What the uplink has done since the start.
package struct UplinkFigures: Hashable, Sendable {
    package var sent = 0
    /// May be deleted from the outbox: the broker has them or refused them.
    package var released = 0
    /// Handed over a second time; also counted in ``sent``.
    package var resent = 0
    /// Refused for good; also counted in ``released``.
    package var setAside = 0
}
