import AssetModel

/// The counter of one edge node: 0...255 and round again, one up with each birth, data and device death
/// message of the node and its devices.
///
///     next of the last one       in order
///     the last one again         a repetition, or a node that does not count: nothing is missing
///     up to 32 behind it, with   delivered late, or again: the numbers after it are here already
///       a time no later
///     anything else              a gap; what is missing is taken as lost when it shows, and what comes late
///                                after all takes nothing back
///
/// A node birth starts the counter, and so does the first message after a restart of this daemon: that
/// messages went by meanwhile is the connection's to say.
struct SparkplugSequence {
    /// More than are on their way at once between two brokers.
    private static let behindMax: UInt8 = 32
    /// A device whose clock is off by more is not asked for the time of its gaps.
    private static let clockErrorMax = ElapsedTime(seconds: 86_400)

    private var last: Mark?

    private struct Mark {
        var number: UInt8
        var sentAt: UTCInstant?
        var receivedAt: UTCInstant
    }

    enum Verdict: Equatable {
        case inOrder
        case late
        case gap(DeviceEvent)
    }

    /// When the node was last heard.
    var receivedAt: UTCInstant? { last?.receivedAt }

    mutating func start(at number: UInt8?, sentAt: UTCInstant?, receivedAt: UTCInstant) {
        last = number.map { Mark(number: $0, sentAt: sentAt, receivedAt: receivedAt) }
    }

    mutating func forget() {
        last = nil
    }

    mutating func take(_ number: UInt8, sentAt: UTCInstant?, receivedAt: UTCInstant) -> Verdict {
        let mark = Mark(number: number, sentAt: sentAt, receivedAt: receivedAt)
        guard let last else {
            self.last = mark
            return .inOrder
        }
        let ahead = number &- last.number
        if ahead != 0, 0 &- ahead <= SparkplugSequence.behindMax, let sentAt, let lastSentAt = last.sentAt,
            sentAt <= lastSentAt
        {
            return .late
        }
        self.last = mark
        guard ahead > 1 else { return .inOrder }
        let (first, end) = SparkplugSequence.interval(from: last, to: mark)
        return .gap(.sequenceGap(first: first, last: end, missed: UInt32(ahead) - 1))
    }

    /// By the device's clock where that is near ours, else by ours.
    private static func interval(from last: Mark, to mark: Mark) -> (UTCInstant, UTCInstant) {
        if let first = last.sentAt, let end = mark.sentAt, first <= end, isNear(first, last.receivedAt),
            isNear(end, mark.receivedAt)
        {
            return (first, end)
        }
        return (min(last.receivedAt, mark.receivedAt), mark.receivedAt)
    }

    private static func isNear(_ instant: UTCInstant, _ other: UTCInstant) -> Bool {
        max(instant, other) - min(instant, other) <= clockErrorMax
    }
}
