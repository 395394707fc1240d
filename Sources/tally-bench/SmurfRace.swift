import WarehouseSimulator

/// The walk-by filter and its baselines over the worlds SMURF-A and SMURF-B, in one run.
enum SmurfRace {
    static let majorShares = [0, 0.25, 0.5, 0.75, 1]
    /// `inference.md` §3, SMURF-B.
    static let countRates = [0.5, 0.8]
    static let staticWindows = [1, 2, 5, 10, 25]

    /// - Parameters:
    ///   - scenario: `smurf-a` or `smurf-b`; of any other there are no figures.
    ///   - seed: not below 0.
    ///   - hazardFactor: by which the filter's rates of moving and resting are wrong.
    ///   - baselines: all of them too; without, only SMURF, which sets the filter's delay, and the best
    ///     static window.
    static func figures(scenario: String, seed: Int, hazardFactor: Double, baselines: Bool) -> [Figure] {
        let seed = UInt64(max(0, seed))
        switch scenario {
        case "smurf-a":
            return majorShares.flatMap { share in
                SmurfTagRun(majorShare: share, seed: seed)
                    .figures(hazardFactor: hazardFactor, baselines: baselines)
            }
        case "smurf-b":
            return SmurfWorld.Crowd.allCases.flatMap { crowd in
                countRates.flatMap { rate in
                    SmurfCountRun(crowd: crowd, majorRate: rate, seed: seed)
                        .figures(hazardFactor: hazardFactor, baselines: baselines)
                }
            }
        default:
            return []
        }
    }
}
