import AssetModel

/// How long after the end of an epoch the reads of it still come, learned from those that do: readers hold
/// messages back, networks delay them.
///
/// Layout: bin 0 counts reads that came before their epoch was over, bin b those that came at least b - 1 and
/// less than b seconds after it.
struct WalkByLateness: Sendable, Equatable {
    private(set) var counts = [UInt32](repeating: 0, count: WalkByLateness.secondsMax + 1)
    private var total: UInt32 = 0
    /// An epoch closes so many seconds after its end: of a hundred reads at most one comes later.
    private(set) var seconds = 0

    /// Readers hold messages for ten seconds at most; what comes later than three times that is told as a
    /// back-fill by whoever sends it.
    static let secondsMax = 30
    private static let lateShareInverse: UInt32 = 100
    /// More are not remembered, so that a network that has become faster is believed within minutes.
    private static let readsMax: UInt32 = 1_024

    /// - Parameter overdue: of the arrival, after the end of the read's epoch; negative before it.
    mutating func note(overdue: ElapsedTime) {
        guard overdue < ElapsedTime(seconds: Int64(WalkByLateness.secondsMax)) else { return }
        let bin = overdue < .zero ? 0 : Int(overdue.seconds) + 1
        counts[bin] += 1
        total += 1
        if total > WalkByLateness.readsMax { forgetHalf() }
        seconds = latest
    }

    private mutating func forgetHalf() {
        total = 0
        for bin in counts.indices {
            counts[bin] /= 2
            total += counts[bin]
        }
    }

    private var latest: Int {
        var later: UInt32 = 0
        for bin in counts.indices.reversed() {
            later += counts[bin]
            if later * WalkByLateness.lateShareInverse > total { return bin }
        }
        return 0
    }

    func write(to writer: inout ByteWriter) {
        for count in counts { writer.put(count) }
    }

    init() {}

    init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        for bin in counts.indices {
            counts[bin] = min(WalkByLateness.readsMax, try reader.take())
            total += counts[bin]
        }
        seconds = latest
    }
}
