/// The windows that the walk-by filter is measured against: one tag each, its last 64 epochs in one word.

/// Present if read at least once in the last `epochs` epochs (`inference.md` §1.1). One epoch: the raw reads.
struct BaselineStaticWindow {
    /// 1...64.
    let epochs: Int
    private var reads: UInt64 = 0

    init(epochs: Int) { self.epochs = min(64, max(1, epochs)) }

    mutating func observe(isRead: Bool) -> Bool {
        reads = reads << 1 | (isRead ? 1 : 0)
        return reads & BaselineBits.mask(epochs) != 0
    }
}

/// Present until nothing was read for `epochs` epochs, any number of them.
struct BaselineTimeout {
    let epochs: Int
    private var silentEpochs: Int?

    init(epochs: Int) { self.epochs = max(1, epochs) }

    mutating func observe(isRead: Bool) -> Bool {
        silentEpochs = isRead ? 0 : silentEpochs.map { $0 + 1 }
        return silentEpochs.map { $0 < epochs } ?? false
    }
}

/// SMURF for one tag (Jeffery, Garofalakis, Franklin, VLDB 2006, algorithm 1 as told in `inference.md` §1.1):
/// a window that grows by two until it is complete and halves where the reads look like a transition.
struct BaselineSmurf {
    enum TransitionTest {
        /// The paper's: the number of reads lies two deviations off what the rate lets expect.
        case binomial
        /// As WSTD (Massawe, Kinyua, Vermaak 2012) in addition: the older half holds reads, the newer none.
        case halves
    }

    /// What the window says when an epoch has closed.
    struct Answer {
        /// Read within the window.
        var isPresent: Bool
        /// Epochs of the window that said so, 1...64.
        var window: Int
    }

    private let test: TransitionTest
    private var window = 1
    private var reads: UInt64 = 0
    /// Reported share of answered interrogations, for each epoch of the last 64; 0 where nothing was read.
    private var rates = [Double](repeating: 0, count: 64)
    private var epoch = 0

    /// The paper's chance of missing a tag that is there.
    private static let logOfInverseDelta = 2.995_732_273_553_991

    init(_ test: TransitionTest = .binomial) { self.test = test }

    /// - Parameter rate: the share of interrogations answered, as the reader reports it; looked at only where
    ///   the tag was read.
    mutating func observe(isRead: Bool, rate: Double) -> Answer {
        reads = reads << 1 | (isRead ? 1 : 0)
        rates[epoch % 64] = isRead ? rate : 0
        epoch += 1
        let seen = reads & BaselineBits.mask(window)
        let answer = Answer(isPresent: seen != 0, window: window)
        window = nextWindow(seen)
        return answer
    }

    private func nextWindow(_ seen: UInt64) -> Int {
        guard seen != 0 else { return 1 }
        let count = Double(seen.nonzeroBitCount)
        let rate = meanRate(in: seen)
        let complete = Int((BaselineSmurf.logOfInverseDelta / rate).rounded(.up))
        if complete > window { return min(64, max(1, min(window + 2, complete))) }
        guard isTransition(seen, count: count, rate: rate) else { return window }
        return max(1, min(window / 2, complete))
    }

    private func isTransition(_ seen: UInt64, count: Double, rate: Double) -> Bool {
        let expected = Double(window) * rate
        let spread = 2 * (expected * (1 - rate)).squareRoot()
        if abs(count - expected) > spread { return true }
        return test == .halves && window > 1 && seen & BaselineBits.mask((window + 1) / 2) == 0
    }

    /// Over the epochs in which it was read. - Returns: above 0.
    private func meanRate(in seen: UInt64) -> Double {
        var sum = 0.0
        var rest = seen
        while rest != 0 {
            let age = rest.trailingZeroBitCount
            sum += rates[(epoch - 1 - age) & 63]
            rest &= rest - 1
        }
        return max(0.01, sum / Double(seen.nonzeroBitCount))
    }
}

/// Labels each answer of SMURF with the middle of its window, so that it is compared with the epoch that it
/// knows most of. An epoch that no window has its middle in takes the word of the one before it: with this
/// reading the published rows come out nearest.
struct BaselineSmurfMiddle {
    private var labels: [Bool?] = []

    /// Takes the answers in the order of their epochs.
    mutating func take(_ answer: BaselineSmurf.Answer) {
        let epoch = labels.count
        labels.append(nil)
        let middle = max(0, epoch - answer.window / 2)
        labels[middle] = (labels[middle] ?? false) || answer.isPresent
    }

    var presence: [Bool] {
        var last = false
        return labels.map { label in
            last = label ?? last
            return last
        }
    }
}

enum BaselineBits {
    /// The newest `epochs` epochs, 1...64.
    static func mask(_ epochs: Int) -> UInt64 {
        epochs >= 64 ? UInt64.max : (1 << UInt64(epochs)) - 1
    }
}
