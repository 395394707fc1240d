import OperatorAPI
import RegisterBooks

/// An import as a person reads it: the problems first, the sums last, where the eye ends.
struct ImportText {
    let reply: ImportReply
    let language: Language

    var lines: [String] {
        var lines: [String] = []
        if !reply.problems.isEmpty { lines += problems.lines + [""] }
        let unlisted = reply.problemCount - reply.problems.count
        if unlisted > 0 {
            lines += [language.sentence("另有 \(unlisted) 个问题未列出", "\(unlisted) more problems"), ""]
        }
        lines += samples
        return lines + sums.lines + [verdict]
    }

    private var problems: TextTable {
        var table = TextTable(headings: [
            language.label("行", "line"), language.label("列", "column"), language.label("问题", "code"),
            language.label("内容", "value"), language.label("怎么办", "what to do"),
        ])
        table.rows = reply.problems.map { problem in
            let hint = language.sentence(problem.hintChinese, problem.hintEnglish)
            return [
                problem.line == 0 ? "-" : "\(problem.line)", problem.column, problem.code,
                // What is missing is long, and the advice says it already.
                problem.code == BookProblem.Code.noHeader.rawValue ? "" : problem.value,
                hint,
            ]
        }
        return table
    }

    private var samples: [String] {
        var lines: [String] = []
        for line in reply.changedSample {
            let fields = line.fields.map { "\($0.field): \"\($0.before)\" → \"\($0.after)\"" }
            lines.append(language.label("变更", "changed") + " \(line.key)  " + fields.joined(separator: ", "))
        }
        if !reply.absentSample.isEmpty {
            let more = (reply.absent ?? 0) > reply.absentSample.count ? " …" : ""
            let label = language.label("文件中没有(保留)", "not in the file (kept)")
            lines.append(label + ": " + reply.absentSample.joined(separator: ", ") + more)
        }
        return lines.isEmpty ? [] : lines.map { DisplayText.plain($0) } + [""]
    }

    private var sums: FieldList {
        var list = FieldList()
        let kind = reply.kind.flatMap { BookKind(rawValue: $0) }
        list.add(language.label("台账", "book"), kind.map { language.label($0.chinese, $0.rawValue) })
        list.add(language.label("编码", "encoding"), reply.encoding)
        list.add(language.label("表头对照", "headings"), reply.headings)
        list.add(language.label("数据行", "rows"), "\(reply.rows)")
        list.add(language.label("可导入", "taken"), "\(reply.taken)")
        list.add(language.label("未导入", "left out"), "\(reply.leftOut)")
        list.add(language.label("跳过(标题、栏次、合计、空行)", "passed over"), "\(reply.passedOver)")
        list.add(language.label("其中", "among them"), passedOverLines)
        list.add(language.label("新增", "added"), reply.added.map { "\($0)" })
        list.add(language.label("变更", "changed"), reply.changed.map { "\($0)" })
        list.add(language.label("未变", "unchanged"), reply.unchanged.map { "\($0)" })
        list.add(language.label("文件中没有(保留)", "absent (kept)"), reply.absent.map { "\($0)" })
        let unused = reply.unusedHeadings.filter { !reply.unknownHeadings.contains($0) }
        list.add(language.label("未使用的列", "unused columns"), unused.joined(separator: ", "))
        list.add(
            language.label("不认识的列", "unknown columns"), reply.unknownHeadings.joined(separator: ", "))
        return list
    }

    /// `I-TITLE 1, 2; I-TOTAL 40`
    private var passedOverLines: String {
        let codes = Dictionary(grouping: reply.passedOverLines, by: \.code).sorted { $0.key < $1.key }
        return codes.map { code, lines in
            code + " " + lines.map { "\($0.line)" }.joined(separator: ", ")
        }.joined(separator: "; ")
    }

    private var verdict: String {
        if reply.isRefused {
            return language.sentence("整个文件未导入", "the file was refused, nothing was imported")
        }
        if reply.isDryRun { return language.sentence("仅检查，未导入", "dry run, nothing was imported") }
        return reply.isApplied
            ? language.sentence("已导入", "imported") : language.sentence("未导入", "nothing was imported")
    }
}
