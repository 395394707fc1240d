import ArgumentParser

/// `tally-bench`: figures, as ratios within one run. Absolute figures are only good for the machine they were
/// made on.
@main
struct TallyBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tally-bench",
        abstract: "测量 Measures the product against baselines in one run; machines are noisy, ratios count.",
        subcommands: [
            IntakeBench.self, IdleBench.self, DecodeBench.self, RingBench.self, FloodCommand.self,
            NullConsumerCommand.self, AccuracyBench.self, PlotBench.self,
        ])
}

/// One figure, as `interfaces.md` names it.
struct Figure: Encodable {
    var bench: String
    var `case`: String
    var metric: String
    var value: Double
    var unit: String
    var baseline: String?
    var baselineValue: Double?
    /// `value` ÷ `baseline_value`.
    var ratio: Double? { baselineValue.map { $0 == 0 ? 0 : value / $0 } }

    enum CodingKeys: String, CodingKey {
        case bench, `case`, metric, value, unit, baseline, ratio
        case baselineValue = "baseline_value"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(bench, forKey: .bench)
        try container.encode(`case`, forKey: .case)
        try container.encode(metric, forKey: .metric)
        try container.encode(value, forKey: .value)
        try container.encode(unit, forKey: .unit)
        try container.encode(baseline, forKey: .baseline)
        try container.encode(baselineValue, forKey: .baselineValue)
        try container.encode(ratio, forKey: .ratio)
    }
}

extension [Double] {
    /// The middle one of an odd number of runs.
    var median: Double { isEmpty ? 0 : sorted()[count / 2] }
}
