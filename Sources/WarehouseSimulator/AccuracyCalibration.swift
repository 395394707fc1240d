/// A stated probability, and whether it was so.
package struct ProbabilitySample: Sendable, Equatable {
    /// 0...1.
    package var stated: Double
    package var isTrue: Bool

    package init(_ stated: Double, _ isTrue: Bool) {
        self.stated = stated
        self.isTrue = isTrue
    }
}

/// How right stated probabilities are (`inference.md` §2).
///
///     Brier score  = mean (p - y)²          climatology = b (1 - b), b = share of true samples
///     skill        = 1 - Brier / climatology
///     log loss     = mean -ln(p of what was so), p at least 10⁻⁶ away from 0 and 1
///     ECE          = Σ over 15 bins of equal mass of |mean stated - share true| / 15
///
/// Samples of the same stated value count as one group, so that no figure depends on the order in which they
/// were taken.
package struct Calibration: Sendable {
    private struct Group: Sendable {
        var stated: Double
        var count: Int
        var trues: Int
    }

    private let groups: [Group]
    package let count: Int
    package let trues: Int

    package init(_ samples: [ProbabilitySample]) {
        var groups: [Group] = []
        for sample in samples.sorted(by: { $0.stated < $1.stated }) {
            if groups.last?.stated != sample.stated {
                groups.append(Group(stated: sample.stated, count: 0, trues: 0))
            }
            groups[groups.count - 1].count += 1
            groups[groups.count - 1].trues += sample.isTrue ? 1 : 0
        }
        self.groups = groups
        count = samples.count
        trues = groups.reduce(0) { $0 + $1.trues }
    }

    package var baseRate: Double? { count == 0 ? nil : Double(trues) / Double(count) }
    package var climatology: Double? { baseRate.map { $0 * (1 - $0) } }

    package var brier: Double? {
        mean { group in
            let (hit, miss) = (1 - group.stated, group.stated)
            return Double(group.trues) * hit * hit + Double(group.count - group.trues) * miss * miss
        }
    }

    /// `nil` where everything, or nothing, is true: then there is nothing to be skilful about.
    package var skill: Double? {
        guard let brier, let climatology, climatology > 0 else { return nil }
        return 1 - brier / climatology
    }

    package var logLoss: Double? {
        mean { group in
            let stated = min(max(group.stated, Calibration.surest), 1 - Calibration.surest)
            return -Double(group.trues) * naturalLogarithm(stated)
                - Double(group.count - group.trues) * naturalLogarithm(1 - stated)
        }
    }

    /// One sample in a million: a single certain mistake must not decide the mean.
    private static let surest = 0.000_001

    /// Expected calibration error. A group that crosses a border of bins is split in proportion.
    package func expectedError(bins: Int = 15) -> Double? {
        guard count > 0, bins > 0 else { return nil }
        let mass = Double(count) / Double(bins)
        var (room, stated, trues, error) = (mass, 0.0, 0.0, 0.0)
        for group in groups {
            var left = Double(group.count)
            let rate = Double(group.trues) / left
            while left > 0 {
                let part = min(left, room)
                stated += part * group.stated
                trues += part * rate
                left -= part
                room -= part
                // What is left of a bin by rounding is no bin.
                guard room <= mass * 1e-9 else { continue }
                error += (stated - trues).magnitude
                (room, stated, trues) = (mass, 0, 0)
            }
        }
        return (error + (stated - trues).magnitude) / Double(count)
    }

    /// One line of the reliability table.
    package struct Row: Sendable, Equatable {
        /// Stated at least, and less than (the last one: at most).
        package var from: Double
        package var to: Double
        package var count: Int
        package var trues: Int
        package var meanStated: Double

        package var observed: Double { Double(trues) / Double(count) }
        package var interval: ClosedRange<Double> { WilsonInterval.of(trues, in: count) }
        /// The observed share is within 0.05 of what was stated, or what was stated within its interval.
        package var isReliable: Bool {
            (observed - meanStated).magnitude <= 0.05 || interval.contains(meanStated)
        }
    }

    /// - Parameter edges: rising, from 0 to 1. Rows without samples are left out.
    package func table(_ edges: [Double] = Calibration.edgesUsual) -> [Row] {
        zip(edges, edges.dropFirst()).compactMap { from, to in
            let inside = groups.filter {
                $0.stated >= from && ($0.stated < to || (to == edges.last && $0.stated == to))
            }
            let count = inside.reduce(0) { $0 + $1.count }
            guard count > 0 else { return nil }
            let sum = inside.reduce(0.0) { $0 + $1.stated * Double($1.count) }
            return Row(
                from: from, to: to, count: count, trues: inside.reduce(0) { $0 + $1.trues },
                meanStated: sum / Double(count))
        }
    }

    /// Tenths, finer at both ends, where nearly all samples lie.
    package static let edgesUsual = [
        0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1,
    ]

    private func mean(_ sum: (Group) -> Double) -> Double? {
        count == 0 ? nil : groups.reduce(0) { $0 + sum($1) } / Double(count)
    }
}

/// Wilson's score interval of a share, 95 % (z = 1.96): where the true share may lie, honest also for few
/// samples and near 0 and 1.
///
///     (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
package enum WilsonInterval {
    private static let z = 1.959_963_984_540_054

    package static func of(_ part: Int, in all: Int) -> ClosedRange<Double> {
        guard all > 0 else { return 0...1 }
        let count = Double(all)
        let share = Double(part) / count
        let square = z * z
        let middle = share + square / (2 * count)
        let spread = z * (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
        let scale = 1 + square / count
        return max(0, (middle - spread) / scale)...min(1, (middle + spread) / scale)
    }
}
