import Foundation

/// Figures that were printed with `--json` before, or come from a run.
struct PlotFigures {
    struct Entry: Decodable {
        var bench: String
        var `case`: String
        var metric: String
        var value: Double
        var baseline: String?
        var baselineValue: Double?

        enum CodingKeys: String, CodingKey {
            case bench, `case`, metric, value, baseline
            case baselineValue = "baseline_value"
        }
    }

    private(set) var entries: [Entry]

    init(_ figures: [Figure]) {
        entries = figures.map {
            Entry(
                bench: $0.bench, case: $0.case, metric: $0.metric, value: $0.value, baseline: $0.baseline,
                baselineValue: $0.baselineValue)
        }
    }

    /// - Parameter text: one JSON object a line; what is no figure of accuracy is passed over.
    init(lines text: Data) throws {
        let decoder = JSONDecoder()
        entries = try text.split(separator: UInt8(ascii: "\n")).map {
            try decoder.decode(Entry.self, from: $0)
        }
        .filter { $0.bench == "accuracy" }
    }

    /// The product's value of a metric.
    func value(_ name: String, _ metric: String) -> Double? {
        entries.first { $0.case == name && $0.metric == metric }?.value
    }

    func value(_ name: String, _ metric: String, of baseline: String) -> Double? {
        entries.first { $0.case == name && $0.metric == metric && $0.baseline == baseline }?.baselineValue
    }

    /// The baselines of a metric, in the order in which they were printed.
    func baselines(of metric: String) -> [String] {
        var seen: Set<String> = []
        return entries.filter { $0.metric == metric }.compactMap(\.baseline)
            .filter { seen.insert($0).inserted }
    }

    /// What follows `prefix` in the names of cases, in order, each once.
    func cases(_ prefix: String) -> [String] {
        var seen: Set<String> = []
        return entries.map(\.case).filter { $0.hasPrefix(prefix) && seen.insert($0).inserted }
            .map { String($0.dropFirst(prefix.count)) }
    }
}
