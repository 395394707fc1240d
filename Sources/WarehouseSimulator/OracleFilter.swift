package import AssetModel

/// The filter that nobody can have: it knows each tag's true rates, the hazards of its world and which
/// antennas are on the air, and is otherwise the filter of inference §1.5 with the states {normal, shadow,
/// gone}, run forward epoch by epoch on what was read. What it needs to be sure is what there is to know:
/// recall is asked of events that it finds, and times to detect are compared with its own.
///
///     predict   gone' = gone + h (1 - gone);  shadow' = shadow (1 - μ) + λ normal;  …
///     observe   nothing read:  × (miss normal, miss shadow, 1 - ε);   read:  × (1 - miss …, ε)
///
/// Miss chances are products over all antennas that hear the tag's zone; a silent antenna counts 1.
package struct OracleFilter: Sendable {
    /// P(gone) at which it would accuse.
    package static let thresholds = [0.5, 0.9, 0.95, 0.99, 0.999]

    /// A removal or a failure, and when the filter was sure of it.
    package struct Detection: Sendable, Equatable {
        /// Index into the truth.
        package var event: Int
        package var tag: Int
        package var from: WorldTime
        /// End of the first epoch after it in which each of ``thresholds`` was reached.
        package var crossedAt: [WorldTime?]
    }

    package private(set) var detections: [Detection] = []
    /// For each threshold: how often it was crossed upwards by tags that were there. A tag counts again when
    /// it has been below the lowest.
    package private(set) var falseAlarms = Array(repeating: 0, count: thresholds.count)
    /// Detections that reached the lowest threshold in the last epoch.
    private(set) var justDetected: [Detection] = []

    private var shadow: [Double]
    private var gone: [Double]
    private var mode: [Mode]
    /// How many thresholds it stands above.
    private var level: [UInt8]
    /// Index into the detections of a tag that is gone.
    private var detection: [Int32]
    private let hazard: Double
    private let shadowIn: Double
    private let shadowOut: Double
    private let ghosts: Double

    private enum Mode: UInt8 {
        case paused, present, gone
    }

    /// - Parameters:
    ///   - tags: the assets; other tags are none of its business.
    ///   - figures: of the world; change the hazards to see what a wrong belief costs.
    package init(tags: Int, figures: ShelfFigures) {
        let hazards = figures.hazards
        let epochsADay = 86_400_000 / Double(figures.epoch.milliseconds)
        hazard = (hazards.quietRemovals + hazards.portalRemovals + hazards.failures) / epochsADay
        shadowIn = hazards.shadows / epochsADay
        shadowOut = min(1, Double(figures.epoch.milliseconds) / (hazards.shadowMean * 1_000))
        ghosts = hazards.ghosts
        gone = Array(repeating: 0, count: tags)
        let settled = shadowIn / (shadowIn + shadowOut)
        shadow = Array(repeating: settled, count: tags)
        mode = Array(repeating: .present, count: tags)
        level = Array(repeating: 0, count: tags)
        detection = Array(repeating: -1, count: tags)
    }

    /// At the end of the last epoch.
    package func probabilityGone(_ tag: Int) -> Double { gone[tag] }

    /// Of the detections at one of the thresholds, from the removal on.
    package func timeToDetect(percentile share: Double, at threshold: Int) -> ElapsedTime? {
        let times = detections.compactMap { found in found.crossedAt[threshold].map { $0 - found.from } }
            .sorted()
        guard !times.isEmpty else { return nil }
        let place = Int((Double(times.count) * share).rounded(.up)) - 1
        return ElapsedTime(milliseconds: times[min(times.count - 1, max(0, place))])
    }

    /// True alarms among all.
    package func precision(at threshold: Int) -> Double? {
        let found = detections.count { $0.crossedAt[threshold] != nil }
        let all = found + falseAlarms[threshold]
        return all == 0 ? nil : Double(found) / Double(all)
    }

    // MARK: what the stream tells it

    /// Removed or dead from now on.
    mutating func begin(_ tag: Int, event: Int, at time: WorldTime) {
        guard tag < mode.count else { return }
        mode[tag] = .gone
        detection[tag] = Int32(detections.count)
        let none: [WorldTime?] = Array(repeating: nil, count: Self.thresholds.count)
        detections.append(Detection(event: event, tag: tag, from: time, crossedAt: none))
    }

    /// Carried, covered or lent: nobody asks.
    mutating func pause(_ tag: Int) {
        guard tag < mode.count, mode[tag] == .present else { return }
        mode[tag] = .paused
    }

    /// In a place again.
    mutating func resume(_ tag: Int) {
        guard tag < mode.count, mode[tag] != .present else { return }
        mode[tag] = .present
        detection[tag] = -1
        gone[tag] = 0
        level[tag] = 0
    }

    /// - Parameter heard: by tag, 1 where any antenna read it in the epoch that ends at `time`.
    mutating func advance(
        to time: WorldTime, heard: [UInt8], state: ShelfTagState, silences: ShelfSilences
    ) {
        justDetected.removeAll(keepingCapacity: true)
        for tag in mode.indices where mode[tag] != .paused {
            var normalMiss = state.missNormal[tag]
            var shadowMiss = state.missShadow[tag]
            if !silences.isQuiet, silences.isAffected[Int(state.lastZone[tag])] {
                (normalMiss, shadowMiss) = state.missChances(tag, upShares: silences.upShares)
            }
            let there = 1 - gone[tag]
            let normal = there - shadow[tag]
            var shadowed = shadow[tag] * (1 - shadowOut) + normal * shadowIn
            var plain = there - shadowed
            var away = gone[tag] + there * hazard
            plain *= 1 - hazard
            shadowed *= 1 - hazard
            if heard[tag] == 0 {
                plain *= normalMiss
                shadowed *= shadowMiss
                away *= 1 - ghosts
            } else {
                plain *= 1 - normalMiss
                shadowed *= 1 - shadowMiss
                away *= ghosts
            }
            let sum = plain + shadowed + away
            guard sum > 0 else { continue }
            gone[tag] = away / sum
            shadow[tag] = shadowed / sum
            if gone[tag] >= Self.thresholds[0] || level[tag] > 0 { judge(tag, at: time) }
        }
    }

    private mutating func judge(_ tag: Int, at time: WorldTime) {
        let reached = UInt8(Self.thresholds.count { gone[tag] >= $0 })
        if reached == 0 { level[tag] = 0 }
        guard reached > level[tag] else { return }
        for threshold in Int(level[tag])..<Int(reached) {
            if mode[tag] == .present {
                falseAlarms[threshold] += 1
            } else if detections[Int(detection[tag])].crossedAt[threshold] == nil {
                detections[Int(detection[tag])].crossedAt[threshold] = time
                if threshold == 0 { justDetected.append(detections[Int(detection[tag])]) }
            }
        }
        level[tag] = reached
    }
}
