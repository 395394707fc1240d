import WarehouseSimulator

/// SMURF-B: how many of 100 tags are in the field, said at once.
struct SmurfCountRun {
    private let name: String
    private let epochs: [SmurfWorld.Epoch]
    private let tags: Int

    init(
        crowd: SmurfWorld.Crowd, majorRate: Double, seed: UInt64, epochs: Int = SmurfWorld.epochsUsual
    ) {
        name = "smurf-b-\(crowd.rawValue)-\(majorRate)"
        var world = SmurfWorld.smurfB(crowd, majorRate: majorRate, seed: seed)
        self.epochs = (0..<epochs).map { _ in world.next() }
        tags = world.tags
    }

    func figures(hazardFactor: Double, baselines: Bool) -> [Figure] {
        let own = rootMeanSquare(walkBy(hazardFactor))
        let windows = SmurfRace.staticWindows.map { ("static-\($0)", rootMeanSquare(staticWindow($0))) }
        var others: [(String, Double)] = []
        if let best = windows.min(by: { $0.1 < $1.1 }) { others.append(("best-static", best.1)) }
        if baselines { others += windows + [("smurf-count", rootMeanSquare(smurf()))] }
        return others.map { baseline, value in
            Figure(
                bench: SmurfTagRun.bench, case: name, metric: "count_rmse", value: own, unit: "tags",
                baseline: baseline, baselineValue: value)
        }
    }

    /// The sum of all chances: of tags that are followed, and of those that were not heard for long.
    private func walkBy(_ hazardFactor: Double) -> [Double] {
        var path = SmurfPath(tags: tags, lagEpochs: 0, hazardFactor: hazardFactor)
        return epochs.enumerated().map { number, epoch in
            path.pass(epoch: number, read: epoch.slots)?.chances.reduce(0, +) ?? 0
        }
    }

    private func staticWindow(_ window: Int) -> [Double] {
        var windows = [BaselineStaticWindow](
            repeating: BaselineStaticWindow(epochs: window), count: tags)
        return epochs.map { epoch in
            Double((0..<tags).count { windows[$0].observe(isRead: epoch.isRead[$0]) })
        }
    }

    private func smurf() -> [Double] {
        var estimator = BaselineSmurfCount(tags: tags)
        return epochs.map { estimator.observe(isRead: $0.isRead, rate: $0.readRate) }
    }

    private func rootMeanSquare(_ counts: [Double]) -> Double {
        var sum = 0.0
        for (number, count) in counts.enumerated() {
            let off = count - Double(epochs[number].presentCount)
            sum += off * off
        }
        return (sum / Double(epochs.count)).squareRoot()
    }
}
