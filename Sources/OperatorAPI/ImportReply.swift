/// What an import did, or with `dry_run` would do.
package struct ImportReply: Codable, Sendable, Equatable {
    /// `register`, `tags`, `vehicles`; `nil` where the file was refused before its kind was known.
    @NullWhenAbsent package var kind: String?
    /// Whether one bad line refuses the file.
    package var isStrict = false
    /// The mapping by which the headings were read: `auto`, `cn-generic`, `cn-pandian`.
    @NullWhenAbsent package var headings: String?
    /// `UTF-8`, `UTF-16LE`, `UTF-16BE`, `GB18030`; `nil` where it is none of them.
    @NullWhenAbsent package var encoding: String?
    /// `,`, `;` or `tab`; `nil` where no heading row was found.
    @NullWhenAbsent package var separator: String?
    package var isDryRun = false
    /// The books have changed, or the file holds nothing new. Never with `dry_run`, never where refused.
    package var isApplied = false
    /// Nothing of the file is taken.
    package var isRefused = false
    /// Lines of data in the file: taken + left out.
    package var rows = 0
    package var taken = 0
    package var leftOut = 0
    /// Titles, column numbers, repeated headings, totals and blank lines.
    package var passedOver = 0
    /// The first of them, at most ``OperatorRoute/importPassedOverMax``; blank lines are only counted.
    package var passedOverLines: [PassedOverReply] = []
    /// The taken lines against the books; `nil` where there was no daemon to compare with, or nothing was
    /// taken.
    @NullWhenAbsent package var added: Int?
    @NullWhenAbsent package var changed: Int?
    @NullWhenAbsent package var unchanged: Int?
    /// In the books and not in the file: kept.
    @NullWhenAbsent package var absent: Int?
    /// The first keys of each sort, at most ``OperatorRoute/importSamplesMax``.
    package var addedSample: [String] = []
    package var changedSample: [ChangedLineReply] = []
    package var absentSample: [String] = []
    /// Headings that no column of the book goes by.
    package var unusedHeadings: [String] = []
    /// Those of them that no card is known to have: perhaps a slip of the pen.
    package var unknownHeadings: [String] = []
    /// At most ``OperatorRoute/importProblemsMax`` are listed; `problem_count` is exact.
    package var problems: [ProblemReply] = []
    package var problemCount = 0

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case kind, headings, encoding, separator
        case rows, taken, added, changed, unchanged, absent, problems
        case isStrict = "strict"
        case isDryRun = "dry_run"
        case isApplied = "applied"
        case isRefused = "refused"
        case leftOut = "left_out"
        case passedOver = "passed_over"
        case passedOverLines = "passed_over_lines"
        case addedSample = "added_sample"
        case changedSample = "changed_sample"
        case absentSample = "absent_sample"
        case unusedHeadings = "unused_headings"
        case unknownHeadings = "unknown_headings"
        case problemCount = "problem_count"
    }
}

/// A line of the books that the file changes, and in which columns.
package struct ChangedLineReply: Codable, Sendable, Equatable {
    package var key: String
    package var fields: [FieldChangeReply]

    package init(key: String, fields: [FieldChangeReply]) {
        self.key = key
        self.fields = fields
    }
}

package struct FieldChangeReply: Codable, Sendable, Equatable {
    package var field: String
    package var before: String
    package var after: String

    package init(field: String, before: String, after: String) {
        self.field = field
        self.before = before
        self.after = after
    }
}

/// A line that is no data, by design of the form.
package struct PassedOverReply: Codable, Sendable, Equatable {
    package var line: Int
    /// `I-TITLE`, `I-COLUMN-NUMBERS`, `I-HEADER-REPEATED`, `I-TOTAL`.
    package var code: String

    package init(line: Int, code: String) {
        self.line = line
        self.code = code
    }
}

/// A line, or the whole file where `line` is 0, that could not be taken as it stands.
package struct ProblemReply: Codable, Sendable, Equatable {
    package var line: Int
    package var column: String
    /// `E-…` left out, `W-…` taken.
    package var code: String
    package var value = ""
    package var hintChinese = ""
    package var hintEnglish = ""

    package init(line: Int, column: String, code: String) {
        self.line = line
        self.column = column
        self.code = code
    }

    private enum CodingKeys: String, CodingKey {
        case line, column, code, value
        case hintChinese = "hint_zh"
        case hintEnglish = "hint_en"
    }
}

extension OperatorRoute.Query {
    /// The mapping by which headings are read; left out means `auto`.
    package static let headings = "headings"
}

extension OperatorRoute {
    /// Passed-over lines that an ImportReply lists.
    package static let importPassedOverMax = 100
}
