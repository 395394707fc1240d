/// How many tags are there, by SMURF's estimator over all of them (`inference.md` §1.1): each tag read in the
/// window stands for 1 ÷ (its chance of being read in it) tags, after Horvitz and Thompson.
struct BaselineSmurfCount {
    private var window = 1
    private var reads: [UInt64]
    /// Sum of the reported rates of each tag over the epochs of `reads`, oldest forgotten with its bit.
    private var rates: [[Double]]
    private var epoch = 0

    private static let logOfInverseDelta = 2.995_732_273_553_991

    init(tags: Int) {
        reads = [UInt64](repeating: 0, count: tags)
        rates = [[Double]](repeating: [Double](repeating: 0, count: 64), count: tags)
    }

    private struct Estimate {
        var count = 0.0
        var variance = 0.0
    }

    /// - Returns: the number of tags present.
    mutating func observe(isRead: [Bool], rate: [Double]) -> Double {
        for tag in reads.indices {
            reads[tag] = reads[tag] << 1 | (isRead[tag] ? 1 : 0)
            rates[tag][epoch & 63] = isRead[tag] ? rate[tag] : 0
        }
        epoch += 1
        let whole = estimate(over: window)
        let answer = whole.count
        window = nextWindow(whole)
        return answer
    }

    private func nextWindow(_ whole: Estimate) -> Int {
        let mean = meanRate(over: window)
        guard mean > 0 else { return 1 }
        let complete = Int((BaselineSmurfCount.logOfInverseDelta / mean).rounded(.up))
        if complete > window { return min(64, min(window + 2, complete)) }
        let newer = estimate(over: max(1, window / 2))
        let spread = 2 * (whole.variance.squareRoot() + newer.variance.squareRoot())
        guard abs(whole.count - newer.count) > spread else { return window }
        return max(1, min(window / 2, complete))
    }

    private func estimate(over window: Int) -> Estimate {
        var result = Estimate()
        for tag in reads.indices {
            let rate = meanRate(of: tag, over: window)
            guard rate > 0 else { continue }
            var missed = 1.0
            for _ in 0..<window { missed *= 1 - rate }
            let chance = max(1e-6, 1 - missed)
            result.count += 1 / chance
            result.variance += (1 - chance) / (chance * chance)
        }
        return result
    }

    private func meanRate(over window: Int) -> Double {
        let all = reads.indices.map { meanRate(of: $0, over: window) }.filter { $0 > 0 }
        return all.isEmpty ? 0 : all.reduce(0, +) / Double(all.count)
    }

    /// Over the epochs of the window in which the tag was read; 0 where it was not.
    private func meanRate(of tag: Int, over window: Int) -> Double {
        var rest = reads[tag] & BaselineBits.mask(window)
        guard rest != 0 else { return 0 }
        let count = Double(rest.nonzeroBitCount)
        var sum = 0.0
        while rest != 0 {
            sum += rates[tag][(epoch - 1 - rest.trailingZeroBitCount) & 63]
            rest &= rest - 1
        }
        return max(0.01, sum / count)
    }
}
