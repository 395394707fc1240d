import WarehouseSimulator

/// A chart as SVG text: axes, grid, lines, points with bars, a legend. Written by hand so that it has the
/// same bytes on every machine and needs no library. Sizes are those of a page 600 px wide; titles are
/// Chinese first.
struct PlotChart {
    /// What one axis shows.
    struct Axis {
        var title: String
        var range: ClosedRange<Double>
        /// Where lines of the grid and numbers stand.
        var ticks: [Double]
        /// 0.1, 1, 10 … are equally far apart.
        var isLogarithmic = false
        var unit = ""

        /// 0...1 along the axis.
        func place(_ value: Double) -> Double {
            let value = min(max(value, range.lowerBound), range.upperBound)
            guard isLogarithmic else {
                return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
            }
            let low = decimalLogarithm(range.lowerBound)
            return (decimalLogarithm(value) - low) / (decimalLogarithm(range.upperBound) - low)
        }
    }

    struct Point {
        var x: Double
        var y: Double
        /// From here to there goes a bar.
        var interval: ClosedRange<Double>?
    }

    struct Line {
        var name: String
        /// `#rrggbb`; told apart by dashes and marks too, for those who see no colours and for paper.
        var colour: String
        var points: [Point]
        var isDashed = false
        var hasMarks = true
        var isJoined = true
    }

    var title: String
    var subtitle: String
    var horizontal: Axis
    var vertical: Axis
    var lines: [Line] = []
    /// From corner to corner: what is stated is so.
    var hasDiagonal = false

    private static let width = 600.0
    private static let left = 64.0
    private static let right = 16.0
    private static let top = 58.0
    private static let plotHeight = 320.0
    private static let legendRow = 18.0
    private static let legendColumns = 3

    private var legendRows: Int {
        (lines.count + PlotChart.legendColumns - 1) / PlotChart.legendColumns
    }

    private var height: Double {
        PlotChart.top + PlotChart.plotHeight + 52 + Double(legendRows) * PlotChart.legendRow + 8
    }

    // MARK: the text

    var svg: String {
        var parts = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 \#(number(height))" width="600" "#
                + #"height="\#(number(height))" role="img" font-family="system-ui, 'Noto Sans CJK SC', "#
                + #"'Microsoft YaHei', sans-serif" font-size="12" fill="black">"#,
            "<title>\(escaped(title))</title>",
            #"<rect width="600" height="\#(number(height))" fill="white"/>"#,
            text(title, at: (PlotChart.left, 22), size: 15, weight: "bold"),
            text(subtitle, at: (PlotChart.left, 41), size: 11, colour: "#555"),
        ]
        parts += grid
        if hasDiagonal { parts.append(diagonal) }
        parts += lines.flatMap(drawn)
        parts += legend
        return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private func x(_ value: Double) -> Double {
        PlotChart.left + horizontal.place(value) * (PlotChart.width - PlotChart.left - PlotChart.right)
    }

    private func y(_ value: Double) -> Double {
        PlotChart.top + (1 - vertical.place(value)) * PlotChart.plotHeight
    }

    private var bottom: Double { PlotChart.top + PlotChart.plotHeight }

    private var grid: [String] {
        let end = PlotChart.width - PlotChart.right
        var parts: [String] = []
        for tick in vertical.ticks {
            let place = number(y(tick))
            parts.append(line(from: (PlotChart.left, y(tick)), to: (end, y(tick)), "#ddd"))
            parts.append(
                #"<text x="\#(number(PlotChart.left - 6))" y="\#(place)" dy="4" text-anchor="end">"#
                    + "\(label(tick))\(vertical.unit)</text>")
        }
        for tick in horizontal.ticks {
            parts.append(line(from: (x(tick), PlotChart.top), to: (x(tick), bottom), "#eee"))
            parts.append(
                #"<text x="\#(number(x(tick)))" y="\#(number(bottom + 16))" text-anchor="middle">"#
                    + "\(label(tick))\(horizontal.unit)</text>")
        }
        let middle = (PlotChart.left + end) / 2
        parts.append(
            #"<text x="\#(number(middle))" y="\#(number(bottom + 36))" text-anchor="middle">"#
                + "\(escaped(horizontal.title))</text>")
        let centre = number(PlotChart.top + PlotChart.plotHeight / 2)
        parts.append(
            #"<text transform="translate(15 \#(centre)) rotate(-90)" text-anchor="middle">"#
                + "\(escaped(vertical.title))</text>")
        return parts
    }

    private var diagonal: String {
        let from = max(horizontal.range.lowerBound, vertical.range.lowerBound)
        let to = min(horizontal.range.upperBound, vertical.range.upperBound)
        return line(from: (x(from), y(from)), to: (x(to), y(to)), "#888", dashes: "2 3")
    }

    private func drawn(_ line: Line) -> [String] {
        var parts: [String] = []
        if line.isJoined, line.points.count > 1 {
            let path = line.points.map { "\(number(x($0.x))),\(number(y($0.y)))" }.joined(separator: " ")
            let dashes = line.isDashed ? #" stroke-dasharray="6 4""# : ""
            parts.append(
                #"<polyline points="\#(path)" fill="none" stroke="\#(line.colour)" "#
                    + #"stroke-width="2"\#(dashes)/>"#
            )
        }
        for point in line.points {
            if let interval = point.interval {
                parts.append(
                    self.line(
                        from: (x(point.x), y(interval.lowerBound)), to: (x(point.x), y(interval.upperBound)),
                        line.colour))
            }
            if line.hasMarks {
                let (x, y) = (number(x(point.x)), number(y(point.y)))
                parts.append(#"<circle cx="\#(x)" cy="\#(y)" r="3.5" fill="\#(line.colour)"/>"#)
            }
        }
        return parts
    }

    private var legend: [String] {
        lines.enumerated().flatMap { index, line -> [String] in
            let column = Double(index % PlotChart.legendColumns)
            let row = Double(index / PlotChart.legendColumns)
            let from = PlotChart.left + column * 178
            let level = bottom + 58 + row * PlotChart.legendRow
            let name = text(line.name, at: (from + 28, level), size: 12)
            guard line.isJoined else {
                let (x, y) = (number(from + 11), number(level - 4))
                return [#"<circle cx="\#(x)" cy="\#(y)" r="3.5" fill="\#(line.colour)"/>"#, name]
            }
            let dashes = line.isDashed ? "6 4" : ""
            let ends = ((from, level - 4), (from + 22, level - 4))
            return [self.line(from: ends.0, to: ends.1, line.colour, dashes: dashes, width: 2), name]
        }
    }

    // MARK: pieces

    private func line(
        from: (Double, Double), to: (Double, Double), _ colour: String, dashes: String = "", width: Int = 1
    ) -> String {
        let ends =
            #"x1="\#(number(from.0))" y1="\#(number(from.1))" x2="\#(number(to.0))" y2="\#(number(to.1))""#
        let pattern = dashes.isEmpty ? "" : #" stroke-dasharray="\#(dashes)""#
        return #"<line \#(ends) stroke="\#(colour)" stroke-width="\#(width)"\#(pattern)/>"#
    }

    private func text(
        _ words: String, at point: (x: Double, y: Double), size: Int, weight: String = "normal",
        colour: String = "#222"
    ) -> String {
        #"<text x="\#(number(point.x))" y="\#(number(point.y))" font-size="\#(size)" "#
            + #"font-weight="\#(weight)" fill="\#(colour)">\#(escaped(words))</text>"#
    }

    private func escaped(_ words: String) -> String {
        words.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// A tenth of a pixel is fine enough.
    private func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let rest = tenths.magnitude % 10
        return (tenths < 0 ? "-" : "") + "\(tenths.magnitude / 10)" + (rest == 0 ? "" : ".\(rest)")
    }

    private func label(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : "\(value)"
    }
}
