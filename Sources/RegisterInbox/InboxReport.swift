import AssetModel
import OperatorAPI
import RegisterBooks

/// The report that stands beside a file, for people and for programs. Both say what the ImportReply says.
struct InboxReport {
    let reply: ImportReply
    let file: String
    let at: UTCInstant
    let offsetMinutes: Int

    static let textSuffix = ".report.txt"
    static let jsonSuffix = ".report.json"

    /// UTF-8 with a byte order mark and CRLF: what the spreadsheet and editor programs of offices open
    /// without a question.
    var text: [UInt8] {
        [0xEF, 0xBB, 0xBF] + lines.flatMap { Array(InboxReport.plain($0).utf8) + [0x0D, 0x0A] }
    }

    /// The ImportReply as the control socket gives it.
    var json: [UInt8] {
        do throws(OperatorJSON.Failure) {
            return try OperatorJSON.bytes(reply) + [0x0A]
        } catch {
            preconditionFailure("an ImportReply holds nothing that JSON lacks: \(error)")
        }
    }

    private var lines: [String] {
        [
            "tally 台账导入报告 import report", "",
            "文件 file: \(file)", "时间 time: \(at.rfc3339(offsetMinutes: offsetMinutes))",
            "结果 result: \(verdict)",
        ] + sums + [""] + problems
    }

    private var verdict: String {
        if reply.isRefused { return "整个文件未导入 the file was refused, nothing was imported" }
        if reply.leftOut > 0 {
            return "已导入，\(reply.leftOut) 行除外 imported, \(reply.leftOut) lines were left out"
        }
        return "已导入 imported"
    }

    private var sums: [String] {
        let kind = reply.kind.flatMap { BookKind(rawValue: $0) }
        let unused = reply.unusedHeadings.filter { !reply.unknownHeadings.contains($0) }
        let passed = reply.passedOverLines.map { "\($0.code) \($0.line)" }.joined(separator: ", ")
        let values: [(String, String?)] = [
            ("台账 book", kind.map { "\($0.chinese) \($0.rawValue)" }), ("编码 encoding", reply.encoding),
            ("表头对照 headings", reply.headings),
            ("方式 mode", reply.isStrict ? "严格 strict" : "宽松 lenient"),
            ("数据行 rows", "\(reply.rows)"), ("导入 taken", "\(reply.taken)"),
            ("未导入 left out", "\(reply.leftOut)"), ("跳过 passed over", "\(reply.passedOver)"),
            ("其中 among them", passed), ("新增 added", reply.added.map { "\($0)" }),
            ("变更 changed", reply.changed.map { "\($0)" }),
            ("未变 unchanged", reply.unchanged.map { "\($0)" }),
            ("文件中没有(保留) absent (kept)", reply.absent.map { "\($0)" }),
            ("未使用的列 unused columns", unused.joined(separator: ", ")),
            ("不认识的列 unknown columns", reply.unknownHeadings.joined(separator: ", ")),
        ]
        return values.compactMap { label, value in
            guard let value, !value.isEmpty else { return nil }
            return "\(label): \(value)"
        }
    }

    private var problems: [String] {
        if reply.problemCount == 0 { return ["没有问题 no problems"] }
        var lines = ["问题 problems: \(reply.problemCount)"]
        for problem in reply.problems {
            let place = problem.line == 0 ? "整个文件 the file" : "第 \(problem.line) 行 line \(problem.line)"
            let column = problem.column.isEmpty ? "" : "  列 column: \(problem.column)"
            let value = problem.value.isEmpty ? "" : "  内容 value: \(problem.value)"
            lines.append("\(place)  \(problem.code)\(column)\(value)")
            lines.append("    \(problem.hintChinese)")
            lines.append("    \(problem.hintEnglish)")
        }
        let unlisted = reply.problemCount - reply.problems.count
        if unlisted > 0 { lines.append("另有 \(unlisted) 个问题未列出 \(unlisted) more problems") }
        return lines
    }

    /// One line stays one line, whatever a heading holds.
    private static func plain(_ line: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in line.unicodeScalars {
            text.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return String(text)
    }
}
