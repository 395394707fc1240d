import Foundation

/// Prints figures: a line of JSON each, or a line a person reads.
enum FigureText {
    static func say(_ figures: [Figure], json: Bool) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for figure in figures {
            let line = json ? String(decoding: try encoder.encode(figure), as: UTF8.self) : readable(figure)
            FileHandle.standardOutput.write(Data((line + "\n").utf8))
        }
    }

    private static func readable(_ figure: Figure) -> String {
        var line = "\(figure.bench) \(figure.case) \(figure.metric) = \(rounded(figure.value)) \(figure.unit)"
        if let baseline = figure.baseline, let value = figure.baselineValue, let ratio = figure.ratio {
            line += "  (\(baseline) \(rounded(value)), ratio \(rounded(ratio)))"
        }
        return line
    }

    private static func rounded(_ value: Double) -> String { String(format: "%.3g", value) }
}
