import WarehouseSimulator

/// SMURF-A at one major share.
struct SmurfTagRun {
    private let name: String
    private let epochs: [SmurfWorld.Epoch]
    private let tags: Int

    /// The last epochs have no future to look back from; nobody is scored on them.
    private static let tailEpochs = 64
    static let bench = "accuracy"

    init(majorShare: Double, seed: UInt64, epochs: Int = SmurfWorld.epochsUsual) {
        name = "major-\(majorShare)"
        var world = SmurfWorld.smurfA(majorShare: majorShare, seed: seed)
        self.epochs = (0..<epochs).map { _ in world.next() }
        tags = world.tags
    }

    /// Errors of one method in all scored epochs.
    struct Score {
        /// Said present, was not; was present, not said.
        var falsePresent = 0.0
        var falseAbsent = 0.0
        /// Between an epoch and the decision on it, mean.
        var delayEpochs = 0.0
        /// Mean squared distance of the stated chance from what was.
        var brier: Double?
        /// Told comings for each that was: more than one means that a tag was said to go to and fro.
        var enteredPerVisit: Double?

        var errors: Double { falsePresent + falseAbsent }
    }

    /// - Parameters: as for ``SmurfRace/figures(scenario:seed:hazardFactor:baselines:)``.
    func figures(hazardFactor: Double, baselines: Bool) -> [Figure] {
        let (trailing, middle) = smurf(.binomial)
        // Rounded down: never later than SMURF is on average.
        let own = walkBy(lagEpochs: Int(middle.delayEpochs), hazardFactor: hazardFactor)
        var others = [("smurf-mid", middle)]
        if baselines {
            others.append(("smurf-trailing", trailing))
            others += otherBaselines()
        }
        return others.flatMap { figures(own, against: $0.1, named: $0.0) } + [
            Figure(
                bench: SmurfTagRun.bench, case: name, metric: "brier", value: own.brier ?? 0, unit: "1"),
            Figure(
                bench: SmurfTagRun.bench, case: name, metric: "entered_per_visit",
                value: own.enteredPerVisit ?? 0, unit: "1"),
        ]
    }

    private func otherBaselines() -> [(String, Score)] {
        let (trailing, middle) = smurf(.halves)
        var others = [
            ("half-window-mid", middle), ("half-window-trailing", trailing), ("edgex", edgeX()),
            ("timeout-60", score(timeout(60), delay: 0)),
        ]
        for window in SmurfRace.staticWindows {
            let said = staticWindow(window)
            let centred = score(SmurfTagRun.earlier(said, by: window / 2), delay: window / 2)
            others += [("static-\(window)", score(said, delay: 0)), ("static-\(window)-centred", centred)]
        }
        return others
    }

    private func figures(_ own: Score, against other: Score, named baseline: String) -> [Figure] {
        func figure(_ metric: String, _ unit: String, _ value: Double, _ theirs: Double) -> Figure {
            Figure(
                bench: SmurfTagRun.bench, case: name, metric: metric, value: value, unit: unit,
                baseline: baseline, baselineValue: theirs)
        }
        return [
            figure("errors_per_epoch", "tags", own.errors, other.errors),
            figure("fp_per_epoch", "tags", own.falsePresent, other.falsePresent),
            figure("fn_per_epoch", "tags", own.falseAbsent, other.falseAbsent),
            figure("decision_delay_epochs", "epochs", own.delayEpochs, other.delayEpochs),
        ]
    }

    // What each method says: for each epoch, for each tag.

    /// The product, by what it told: who entered, who left. An epoch of which it told nothing stays as it was
    /// before, and counts as nobody there.
    private func walkBy(lagEpochs: Int, hazardFactor: Double) -> Score {
        var path = SmurfPath(tags: tags, lagEpochs: lagEpochs, hazardFactor: hazardFactor)
        var said = [[Bool]](repeating: [Bool](repeating: false, count: tags), count: epochs.count)
        var (squares, chances, delays, decided) = (0.0, 0, 0, 0)
        for (number, epoch) in epochs.enumerated() {
            guard let word = path.pass(epoch: number, read: epoch.slots), said.indices.contains(word.label)
            else { continue }
            said[word.label] = word.isPresent
            delays += word.delayEpochs
            decided += 1
            for tag in 0..<tags {
                let off = word.chances[tag] - (epochs[word.label].isPresent[tag] ? 1 : 0)
                squares += off * off
                chances += 1
            }
        }
        var result = score(said, delay: 0)
        result.delayEpochs = Double(delays) / Double(max(1, decided))
        result.brier = squares / Double(max(1, chances))
        result.enteredPerVisit = Double(path.entered) / Double(max(1, visits))
        return result
    }

    /// Times that a tag came into the field, or was there at the start.
    private var visits: Int {
        (0..<tags).reduce(0) { sum, tag in
            sum
                + epochs.indices.count {
                    epochs[$0].isPresent[tag] && ($0 == 0 || !epochs[$0 - 1].isPresent[tag])
                }
        }
    }

    private func smurf(_ test: BaselineSmurf.TransitionTest) -> (trailing: Score, middle: Score) {
        var windows = [BaselineSmurf](repeating: BaselineSmurf(test), count: tags)
        var middles = [BaselineSmurfMiddle](repeating: BaselineSmurfMiddle(), count: tags)
        var said: [[Bool]] = []
        var windowSum = 0
        for epoch in epochs {
            var row: [Bool] = []
            for tag in 0..<tags {
                let answer = windows[tag].observe(isRead: epoch.isRead[tag], rate: epoch.readRate[tag])
                middles[tag].take(answer)
                row.append(answer.isPresent)
                windowSum += answer.window
            }
            said.append(row)
        }
        let byTag = middles.map(\.presence)
        let middleSaid = epochs.indices.map { number in (0..<tags).map { byTag[$0][number] } }
        var middle = score(middleSaid, delay: 0)
        middle.delayEpochs = Double(windowSum) / Double(2 * tags * epochs.count)
        return (score(said, delay: 0), middle)
    }

    private func staticWindow(_ window: Int) -> [[Bool]] {
        var windows = [BaselineStaticWindow](
            repeating: BaselineStaticWindow(epochs: window), count: tags)
        return epochs.map { epoch in
            (0..<tags).map { windows[$0].observe(isRead: epoch.isRead[$0]) }
        }
    }

    private func timeout(_ limit: Int) -> [[Bool]] {
        var rules = [BaselineTimeout](repeating: BaselineTimeout(epochs: limit), count: tags)
        return epochs.map { epoch in (0..<tags).map { rules[$0].observe(isRead: epoch.isRead[$0]) } }
    }

    /// Epochs of a second.
    private func edgeX() -> Score {
        var rules = [BaselineEdgeX](repeating: BaselineEdgeX(), count: tags)
        let said = epochs.enumerated().map { number, epoch in
            (0..<tags).map { tag in
                let time = number * 1_000
                if epoch.isRead[tag] { rules[tag].observe(antenna: 0, signal: -60, atMilliseconds: time) }
                return rules[tag].isPresent(atMilliseconds: time)
            }
        }
        return score(said, delay: 0)
    }

    /// As if each answer were given of an epoch so much earlier.
    private static func earlier(_ said: [[Bool]], by epochs: Int) -> [[Bool]] {
        Array(said.dropFirst(epochs)) + [[Bool]](repeating: said.last ?? [], count: epochs)
    }

    private func score(_ said: [[Bool]], delay: Int) -> Score {
        var result = Score()
        let scored = max(1, epochs.count - SmurfTagRun.tailEpochs)
        for number in 0..<min(scored, epochs.count) {
            for tag in 0..<tags {
                let isPresent = epochs[number].isPresent[tag]
                if said[number][tag] && !isPresent { result.falsePresent += 1 }
                if !said[number][tag] && isPresent { result.falseAbsent += 1 }
            }
        }
        result.falsePresent /= Double(scored)
        result.falseAbsent /= Double(scored)
        result.delayEpochs = Double(delay)
        return result
    }
}
