import AssetModel

/// The inputs gathered so far, and whether it is time to hand them over.
struct GrowingBatch {
    private var limit = BatchLimit()
    private var inputs: [IntakeInput] = []
    private var messages = 0
    private var bytes = 0
    private var firstMessageAt: MonotonicInstant?
    private var hasConnectionChange = false

    /// Nothing more may be read into it.
    var isFull: Bool { messages >= limit.messagesMax || bytes >= limit.bytesMax }

    /// It leaves without waiting for more: full, or with news of the connection that others wait for.
    var isComplete: Bool { isFull || hasConnectionChange }

    /// When it leaves, counted from its first message; `nil` while there is none.
    var leaveAt: MonotonicInstant? { firstMessageAt.map { $0 + limit.time } }

    /// What was added since the last ``take()``, as when a connection was dropped in between, stays in.
    mutating func begin(_ limit: BatchLimit) {
        self.limit = limit
        inputs.reserveCapacity(limit.messagesMax)
    }

    mutating func add(_ message: RawMessage, at now: UTCInstant, _ instant: MonotonicInstant) {
        if firstMessageAt == nil { firstMessageAt = instant }
        messages += 1
        bytes += message.topic.utf8.count + message.payload.count
        inputs.append(IntakeInput(.message(message), at: now))
    }

    mutating func add(_ change: ConnectionChange, at now: UTCInstant) {
        hasConnectionChange = true
        inputs.append(IntakeInput(.connection(change), at: now))
    }

    mutating func take() -> [IntakeInput] {
        let taken = inputs
        self = GrowingBatch()
        return taken
    }
}
