import AssetModel

/// Prints a score for people, Chinese first: one line per planted event, then the false alarms, then one line
/// per code, then the sum.
extension Score {
    package func table() -> String {
        let headings = ["结果 result", "代码 code", "对象 subject", "埋设 planted", "用时 after", "说明 remark"]
        let details = lined([headings] + rows.map(cells) + falseAlarms.map(cells))
        return (details + [""] + lined(sums) + ["", summary]).map { $0 + "\n" }.joined()
    }

    /// One line.
    package var summary: String {
        let tallies = self.tallies
        let counts = [
            "埋设 planted \(tallies.reduce(0) { $0 + $1.planted })",
            "发现 found \(tallies.reduce(0) { $0 + $1.found })",
            "漏报 missed \(tallies.reduce(0) { $0 + $1.missed })",
            "过早消除 cleared too early \(tallies.reduce(0) { $0 + $1.clearedTooEarly })",
            "未消除 not cleared \(tallies.reduce(0) { $0 + $1.notCleared })",
            "误报 false alarms \(falseAlarms.count)",
        ]
        return counts.joined(separator: " · ") + (isClean ? "  —  通过 PASS" : "  —  未通过 FAIL")
    }

    /// The table by code.
    private var sums: [[String]] {
        let headings = [
            "代码 code", "埋设 planted", "发现 found", "漏报 missed", "过早消除 too early", "未消除 not cleared", "误报 false",
            "",
        ]
        return [headings]
            + tallies.map { tally in
                let counts = [
                    tally.planted, tally.found, tally.missed, tally.clearedTooEarly, tally.notCleared,
                    tally.falseAlarms,
                ]
                return [named(tally.code)] + counts.map(String.init)
                    + [tally.isClean ? "✓ 通过 PASS" : "✗ 未通过 FAIL"]
            }
    }

    private func named(_ code: String) -> String {
        [code, DiscrepancyCode(rawValue: code)?.chinese ?? ""].joined(separator: " ")
    }

    private func cells(_ row: Row) -> [String] {
        let event = row.event
        let code = named(event.code.rawValue)
        let subject = event.subject.first?.value ?? ""
        let planted = String(event.at.rfc3339(offsetMinutes: 480).dropFirst(11).prefix(8))
        let what = "\(event.chinese) \(event.english)"
        switch row.verdict {
        case .found(let after, let clearedAfterEnd):
            let cleared = clearedAfterEnd.map { "；恢复后 \(seconds($0)) 消除 cleared" } ?? ""
            return ["✓ 发现 found", code, subject, planted, seconds(after), what + cleared]
        case .late(let after):
            return ["✗ 过晚 late", code, subject, planted, seconds(after), what]
        case .notHeld(let after, let clearedAfter):
            let remark = "\(what)；仍成立却在 \(seconds(clearedAfter)) 消除 cleared while true"
            return ["✗ 未保持 not held", code, subject, planted, seconds(after), remark]
        case .notCleared(let after):
            let remark = "\(what)；已恢复却未及时消除 still open when over"
            return ["✗ 未消除 not cleared", code, subject, planted, seconds(after), remark]
        case .missed:
            return ["✗ 漏报 missed", code, subject, planted, "—", what]
        }
    }

    private func cells(_ alarm: ReportedDiscrepancy) -> [String] {
        let at = String(alarm.at.rfc3339(offsetMinutes: 480).dropFirst(11).prefix(8))
        let subject = alarm.subject.first?.value ?? "?"
        return ["✗ 误报 false alarm", named(alarm.code), subject, "—", "—", "\(alarm.id) \(at)"]
    }

    private func seconds(_ time: ElapsedTime) -> String {
        let tenths = (time.milliseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }

    /// Rows of cells in columns, with a rule below the first.
    private func lined(_ cells: [[String]]) -> [String] {
        let columns = cells.first?.indices ?? 0..<0
        let widths = columns.map { column in cells.map { displayWidth($0[column]) }.max() ?? 0 }
        var lines = cells.map { row in
            trimmed(row.indices.map { padded(row[$0], to: widths[$0]) }.joined(separator: "  "))
        }
        lines.insert(String(repeating: "-", count: widths.reduce(2 * (widths.count - 1), +)), at: 1)
        return lines
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - displayWidth(text)))
    }

    private func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

/// Columns that a text takes on a terminal: two for each Chinese character and full-width sign.
func displayWidth(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { width, scalar in
        switch scalar.value {
        case 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFE30...0xFE4F,
            0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return width + 2
        default: return width + 1
        }
    }
}
