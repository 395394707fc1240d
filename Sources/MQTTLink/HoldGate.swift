/// Decides when the intake may write to its socket, and when it may read.
///
/// libmosquitto puts a PUBACK into its out-queue before it shows us the message, and whatever is in that
/// queue leaves together: a PUBACK, a SUBSCRIBE and a PINGREQ cannot be told apart. So the gate keeps the
/// whole queue shut while a message is held that the store has not committed:
///
///     state               read   write   leaves by
///     open, queue empty   yes    —       received() → holding, queued() → flushing
///     holding             yes    no      release() after the commit → flushing
///     flushing            no     yes     wrote(everything: true) → open
///     any                                connectionEnded() → open; what was queued died with the connection
///
/// Not reading while flushing keeps a message from being held behind packets that are still on their way out:
/// its PUBACK would leave with them.
struct HoldGate: Hashable {
    /// Messages handed up and not yet committed.
    private(set) var held = 0
    /// Released packets are still in the queue.
    private(set) var isFlushing = false

    init() {}

    var mayRead: Bool { !isFlushing }
    var mayWrite: Bool { held == 0 }

    /// A message came; its PUBACK is in the queue now.
    mutating func received() {
        precondition(!isFlushing, "read while released packets were still in the queue")
        held += 1
    }

    /// A packet of our own (SUBSCRIBE, UNSUBSCRIBE, PINGREQ) was put into the queue.
    mutating func queued() {
        precondition(held == 0, "a packet queued behind \(held) held acknowledgements")
        isFlushing = true
    }

    /// The store has committed all that was handed up.
    mutating func release() {
        if held > 0 { isFlushing = true }
        held = 0
    }

    mutating func wrote(everything: Bool) {
        precondition(held == 0, "written with \(held) messages held")
        isFlushing = !everything
    }

    mutating func connectionEnded() {
        self = HoldGate()
    }
}
