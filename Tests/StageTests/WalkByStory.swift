import PresenceInference

/// Tags that wander in and out of the field of one antenna, for the tests of the walk-by filter: each goes a
/// tenth of the range in an epoch, to a place inside and to a place outside in turn, and rests there.
struct WalkByStory {
    /// For each epoch and tag.
    private(set) var isPresent: [[Bool]] = []
    private(set) var isRead: [[Bool]] = []

    struct Field {
        var majorShare = 0.5
        var readRate = 0.8

        func rate(at place: Double) -> Double {
            if place > 1 { return 0 }
            return place <= majorShare ? readRate : readRate * (1 - place) / (1 - majorShare)
        }
    }

    private struct Walker {
        var place = 1.5
        var target = 1.5
        var rest = 0

        mutating func advance(_ numbers: inout SeededNumbers) {
            if rest > 0 {
                rest -= 1
            } else if abs(target - place) > 0.1 {
                place += target < place ? -0.1 : 0.1
            } else {
                place = target
                target = place > 1 ? numbers.unit() : 1 + 0.5 * numbers.unit()
                rest = numbers.below(30)
            }
        }
    }

    /// - Parameter walkers: fewer than tags: tag i goes with walker i mod `walkers`.
    init(_ field: Field = Field(), tags: Int, walkers: Int? = nil, epochs: Int, seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var all = [Walker](repeating: Walker(), count: walkers ?? tags)
        for _ in 0..<epochs {
            for walker in all.indices { all[walker].advance(&numbers) }
            let places = (0..<tags).map { all[$0 % all.count].place }
            isPresent.append(places.map { $0 <= 1 })
            isRead.append(places.map { numbers.unit() < field.rate(at: $0) })
        }
    }

    func slots(_ epoch: Int) -> [UInt32] {
        isRead[epoch].indices.filter { isRead[epoch][$0] }.map { UInt32($0) }
    }

    /// What a filter says of each epoch and tag, 0 where it follows no such tag.
    func chances(_ filter: inout WalkByFilter) -> [[Double]] {
        var said = isRead.map { $0.map { _ in 0.0 } }
        for epoch in isRead.indices {
            for decision in filter.close(epoch: Int64(epoch), read: slots(epoch)) {
                guard decision.epoch >= 0 else { continue }
                said[Int(decision.epoch)][Int(decision.slot)] = decision.probability
            }
        }
        return said
    }

    /// Errors in an epoch of what is said on one of them, the last eight epochs left out.
    func errors(_ isSaid: (_ epoch: Int, _ tag: Int) -> Bool) -> Double {
        var count = 0
        let epochs = isRead.count - 8
        for epoch in 0..<epochs {
            count += isPresent[epoch].indices.count { isSaid(epoch, $0) != isPresent[epoch][$0] }
        }
        return Double(count) / Double(epochs)
    }

    /// Read within `window` epochs, `later` of them after the epoch in question.
    func isInWindow(_ epoch: Int, _ tag: Int, window: Int, later: Int) -> Bool {
        let last = min(isRead.count - 1, epoch + later)
        return (max(0, last - window + 1)...last).contains { isRead[$0][tag] }
    }
}

extension SeededNumbers {
    /// 0 inclusive to 1 exclusive.
    fileprivate mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
