import Synchronization

/// A message the broker will never take: not allowed, too large, no valid topic.
package struct RefusedMessage: Sendable, Hashable {
    package var token: Int64
    package var reason: String
}

/// What the callers of a publisher and its thread share. Thread-safe.
final class PublisherDesk: Sendable {
    struct Letter: Sendable {
        var message: OutgoingMessage
        /// `nil` for the greeting, which nobody asks about.
        var token: Int64?
    }

    private struct State {
        var waiting: [Letter] = []
        var confirmed: [Int64] = []
        var refused: [RefusedMessage] = []
        /// Accepted and not yet reported back.
        var outstanding = 0
        var isConnected = false
        var closeBy: MonotonicInstant?
    }

    private let state = Mutex(State())

    func accept(_ message: OutgoingMessage, token: Int64, atMost limit: Int) -> Bool {
        state.withLock { state in
            guard state.closeBy == nil, state.outstanding < limit else { return false }
            state.outstanding += 1
            state.waiting.append(Letter(message: message, token: token))
            return true
        }
    }

    func takeConfirmed() -> [Int64] {
        state.withLock { state in
            let taken = state.confirmed
            state.confirmed = []
            state.outstanding -= taken.count
            return taken
        }
    }

    func takeRefused() -> [RefusedMessage] {
        state.withLock { state in
            let taken = state.refused
            state.refused = []
            state.outstanding -= taken.count
            return taken
        }
    }

    var isConnected: Bool { state.withLock { $0.isConnected } }

    func setConnected(_ isConnected: Bool) {
        state.withLock { $0.isConnected = isConnected }
    }

    /// The first wish counts.
    func requestClose(by deadline: MonotonicInstant) {
        state.withLock { state in
            if state.closeBy == nil { state.closeBy = deadline }
        }
    }

    var closeBy: MonotonicInstant? { state.withLock { $0.closeBy } }
    var isEmpty: Bool { state.withLock { $0.waiting.isEmpty } }

    /// - Returns: the oldest letters, in order, at most `count`.
    func takeWaiting(_ count: Int) -> [Letter] {
        state.withLock { state in
            let taken = Array(state.waiting.prefix(max(0, count)))
            state.waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// Letters whose connection broke before the broker confirmed them: they go first, in their old order.
    func putBack(_ letters: [Letter]) {
        state.withLock { state in
            state.waiting.insert(contentsOf: letters.filter { $0.token != nil }, at: 0)
        }
    }

    func confirm(_ letter: Letter) {
        guard let token = letter.token else { return }
        state.withLock { $0.confirmed.append(token) }
    }

    func refuse(_ letter: Letter, reason: String) {
        guard let token = letter.token else { return }
        state.withLock { $0.refused.append(RefusedMessage(token: token, reason: reason)) }
    }
}
