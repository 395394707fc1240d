import ArgumentParser
import Foundation

/// `tally-bench plots`: the three pictures of `docs/accuracy.md`, of figures that were measured.
struct PlotBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plots",
        abstract: "由测得的数字画图 (SVG) Draws the measured figures as SVG.",
        discussion: """
            reliability.svg  所称概率与实际份额 stated probability and observed share
            detection.svg    发现用时 time to detect
            walk-by.svg      误差与主区份额 errors against the major share (smurf-a)

            --figures 读取 tally-bench accuracy --json 的输出，可多次给出；不给则现测 smurf-a 和 wh-s (种子 --seed，天数 \
            --days)。没有数据的图不画。--figures reads what tally-bench accuracy --json printed, any number of times; \
            without it smurf-a and wh-s are run now. What has no figures is not drawn.
            """)

    @Option(help: "目录，不存在则建立 A directory, made where it does not exist.")
    var out: String

    @Option(help: "已测得的数字 Figures measured before.")
    var figures: [String] = []

    @Option(help: "现测时的种子 The seed of a run now.")
    var seed = 1

    @Option(help: "现测 wh-s 的天数 Days of wh-s in a run now.")
    var days = 14.0

    func run() throws {
        // Before anything is measured, which may take minutes.
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        let figures = try measured()
        let pictures = [
            ("reliability.svg", PlotPictures.reliability(figures)),
            ("detection.svg", PlotPictures.detection(figures)),
            ("walk-by.svg", PlotPictures.walkBy(figures)),
        ]
        for (name, chart) in pictures {
            guard let chart else {
                FileHandle.standardError.write(Data("\(name): 没有数字 no figures\n".utf8))
                continue
            }
            let file = URL(fileURLWithPath: out).appendingPathComponent(name)
            try Data(chart.svg.utf8).write(to: file)
            print(file.path)
        }
    }

    private func measured() throws -> PlotFigures {
        guard figures.isEmpty else {
            var text = Data()
            for path in figures {
                text.append(try Data(contentsOf: URL(fileURLWithPath: path)))
                text.append(UInt8(ascii: "\n"))
            }
            return try PlotFigures(lines: text)
        }
        let runs = [
            ["--scenario", "smurf-a", "--seed", "\(seed)", "--baselines"],
            ["--scenario", "wh-s", "--seed", "\(seed)", "--baselines", "--days", "\(days)"],
        ]
        return PlotFigures(try runs.flatMap { try AccuracyBench.parse($0).figures() })
    }
}

/// Which figures make which picture.
enum PlotPictures {
    /// Told apart in print and by people who see no red or green (after Okabe and Ito).
    private static let colours = [
        "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000",
    ]

    private static let tenths = [0, 0.2, 0.4, 0.6, 0.8, 1]

    /// Hourly statements of P(gone) and what was so; with the interval in which the true share may lie.
    static func reliability(_ figures: PlotFigures) -> PlotChart? {
        let hourly = points("calibration/", figures)
        guard !hourly.isEmpty else { return nil }
        var chart = PlotChart(
            title: "所称概率与实际份额 Stated probability and observed share",
            subtitle: subtitle(of: figures),
            horizontal: PlotChart.Axis(
                title: "所称“已不在”的概率 stated probability of being gone", range: 0...1, ticks: tenths),
            vertical: PlotChart.Axis(title: "其中确已不在的份额 share that was gone", range: 0...1, ticks: tenths))
        chart.hasDiagonal = true
        chart.lines = [
            PlotChart.Line(name: "每小时 hourly", colour: colours[0], points: hourly, isJoined: false)
        ]
        let alarms = points("calibration-alarms/", figures)
        if !alarms.isEmpty {
            chart.lines.append(
                PlotChart.Line(name: "报警时 at alarms", colour: colours[1], points: alarms, isJoined: false))
        }
        return chart
    }

    private static func points(_ prefix: String, _ figures: PlotFigures) -> [PlotChart.Point] {
        figures.cases(prefix).compactMap { row in
            let name = prefix + row
            guard let stated = figures.value(name, "stated"), let observed = figures.value(name, "observed"),
                let low = figures.value(name, "wilson_low"), let high = figures.value(name, "wilson_high")
            else { return nil }
            return PlotChart.Point(x: stated, y: observed, interval: low...max(low, high))
        }
    }

    private static func subtitle(of figures: PlotFigures) -> String {
        func shown(_ metric: String) -> String {
            figures.value("calibration", metric).map { String(format: "%.3g", $0) } ?? "–"
        }
        return "Brier \(shown("brier")) · 技巧 skill \(shown("skill")) · ECE \(shown("ece_15")) · "
            + "竖线 bars: Wilson 95 %"
    }

    /// Share of removals that were told within a time.
    static func detection(_ figures: PlotFigures) -> PlotChart? {
        let own = delays(figures) { figures.value("missing", $0) }
        guard own.count > 2 else { return nil }
        var chart = PlotChart(
            title: "移走到报警的用时 From removal to alarm",
            subtitle: "括号内: 每天每千标签的误报 in brackets: false alarms a day and 1,000 tags",
            horizontal: PlotChart.Axis(
                title: "小时（对数）hours, logarithmic", range: 0.03...24, ticks: [0.03, 0.1, 0.3, 1, 3, 10, 24],
                isLogarithmic: true),
            vertical: PlotChart.Axis(
                title: "已报警的份额 share told", range: 0...100, ticks: [0, 20, 40, 60, 80, 100], unit: "%"))
        chart.lines = [
            PlotChart.Line(
                name: "tally" + falseAlarms(figures.value("missing", falseAlarmRate)), colour: colours[0],
                points: own)
        ]
        for (index, baseline) in figures.baselines(of: "ttd_p50_s").prefix(6).enumerated() {
            let points = delays(figures) { figures.value("missing", $0, of: baseline) }
            guard points.count > 2 else { continue }
            chart.lines.append(
                PlotChart.Line(
                    name: baseline + falseAlarms(figures.value("missing", falseAlarmRate, of: baseline)),
                    colour: colours[(index + 1) % colours.count], points: points,
                    isDashed: true, hasMarks: false))
        }
        return chart
    }

    private static func delays(_ figures: PlotFigures, _ value: (String) -> Double?) -> [PlotChart.Point] {
        AccuracyFigures.delayPercents.compactMap { percent in
            value("ttd_p\(percent)_s").map { PlotChart.Point(x: $0 / 3_600, y: Double(percent)) }
        }
    }

    private static let falseAlarmRate = "false_alarms_per_day_per_1000"

    private static func falseAlarms(_ rate: Double?) -> String {
        rate.map { String(format: $0 < 10 ? " (%.2g)" : " (%.0f)", $0) } ?? ""
    }

    private static let delayMetric = "decision_delay_epochs"
    /// As many as can be told apart: the one to beat, raw reads, and windows that are right somewhere.
    private static let walkByBaselines = [
        "smurf-mid", "smurf-trailing", "static-1", "static-5", "static-5-centred", "static-25-centred",
    ]

    /// Errors of presence per epoch at each share of the major region.
    static func walkBy(_ figures: PlotFigures) -> PlotChart? {
        let metric = "errors_per_epoch"
        let shares = figures.cases("major-").compactMap { name in Double(name).map { (name, $0) } }
            .sorted { $0.1 < $1.1 }
        func points(_ value: (String) -> Double?) -> [PlotChart.Point] {
            shares.compactMap { name, share in
                value("major-" + name).map { PlotChart.Point(x: share, y: $0) }
            }
        }
        let own = points { figures.value($0, metric) }
        guard own.count > 1 else { return nil }
        let known = figures.baselines(of: metric)
        let names = walkByBaselines.filter { known.contains($0) }
        let all = names.map { name in (name, points { figures.value($0, metric, of: name) }) }
        var chart = walkByChart(most: (own + all.flatMap(\.1)).map(\.y).max() ?? 1)
        func delay(_ value: (String) -> Double?) -> String {
            let delays = shares.compactMap { value("major-" + $0.0) }
            guard !delays.isEmpty else { return "" }
            return String(format: " (%.1f)", delays.reduce(0, +) / Double(delays.count))
        }
        chart.lines = [
            PlotChart.Line(
                name: "tally" + delay { figures.value($0, delayMetric) }, colour: colours[0], points: own)
        ]
        for (index, entry) in all.enumerated() {
            chart.lines.append(
                PlotChart.Line(
                    name: entry.0 + delay { figures.value($0, delayMetric, of: entry.0) },
                    colour: colours[(index + 1) % colours.count], points: entry.1,
                    isDashed: true, hasMarks: false))
        }
        return chart
    }

    private static func walkByChart(most: Double) -> PlotChart {
        let step = most > 20 ? 5.0 : most > 8 ? 2.0 : 1.0
        let ticks = Array(stride(from: 0.0, through: (most / step).rounded(.up) * step, by: step))
        return PlotChart(
            title: "走过的标签：误差 Walking tags: errors by major share",
            subtitle: "SMURF-A, 25 个标签 tags; 括号内: 平均判断延迟 in brackets: mean delay of decisions, epochs",
            horizontal: PlotChart.Axis(
                title: "主区占读取范围的份额 major share of the field", range: 0...1, ticks: [0, 0.25, 0.5, 0.75, 1]),
            vertical: PlotChart.Axis(
                title: "每时段误差 errors per epoch", range: 0...(ticks.last ?? 1), ticks: ticks))
    }
}
