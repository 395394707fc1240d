package import OperatorAPI

extension ImportReply {
    /// The account of a book that was read, and of what it would change where it was compared.
    package init(of book: BookFile, isDryRun: Bool, diff: BookDiff? = nil) {
        self.init()
        let report = book.report
        kind = report.kind?.rawValue
        self.isDryRun = isDryRun
        isStrict = report.isStrict
        headings = report.headings.rawValue
        encoding = report.encoding?.rawValue
        separator = report.separator?.rawValue
        isRefused = report.isRefused
        rows = report.rows
        taken = report.isRefused ? 0 : report.taken
        leftOut = report.isRefused ? report.rows : report.leftOut
        passedOver = report.passedOverCount
        passedOverLines = report.passedOver.lazy.filter { $0.reason != .blank }
            .prefix(OperatorRoute.importPassedOverMax).map {
                PassedOverReply(line: $0.line, code: $0.reason.code)
            }
        unusedHeadings = report.unusedHeadings
        unknownHeadings = report.unknownHeadings
        problems = report.problems.prefix(OperatorRoute.importProblemsMax).map { ProblemReply($0) }
        problemCount = report.problemCount
        if let diff { compare(diff) }
    }

    private mutating func compare(_ diff: BookDiff) {
        added = diff.added.count
        changed = diff.changed.count
        unchanged = diff.unchanged
        absent = diff.absent.count
        addedSample = Array(diff.added.prefix(OperatorRoute.importSamplesMax))
        absentSample = Array(diff.absent.prefix(OperatorRoute.importSamplesMax))
        changedSample = diff.changed.prefix(OperatorRoute.importSamplesMax).map { line in
            ChangedLineReply(
                key: line.key,
                fields: line.fields.map {
                    FieldChangeReply(field: $0.field.rawValue, before: $0.before, after: $0.after)
                })
        }
    }
}

extension ProblemReply {
    fileprivate init(_ problem: BookProblem) {
        self.init(line: problem.line, column: problem.column, code: problem.code.rawValue)
        value = problem.value
        hintChinese = problem.hintChinese
        hintEnglish = problem.hintEnglish
    }
}
