/// What became of each line of a book.
///
///     lines of the file = taken + left out + passed over
package struct BookReport: Sendable, Equatable {
    /// `nil` where the file was refused before its kind was known.
    package internal(set) var kind: BookKind?
    /// `nil` where the file is in none that we know.
    package internal(set) var encoding: BookEncoding?
    /// `nil` where no heading row was found.
    package internal(set) var separator: CSVReader.Separator?
    package internal(set) var headings = HeadingMapping.auto
    package internal(set) var isStrict = false
    /// Nothing of the file is taken: a fatal problem, or any bad line in a strict reading.
    package internal(set) var isRefused = false
    /// Lines below the headings that are about something: taken + left out.
    package internal(set) var rows = 0
    package internal(set) var taken = 0
    package internal(set) var leftOut = 0
    /// Lines that are no data, by design of the form; at most ``BookLimits/listedMax`` are listed.
    package private(set) var passedOver: [PassedOver] = []
    package private(set) var passedOverCount = 0
    /// Headings that are no column of this book.
    package internal(set) var unusedHeadings: [String] = []
    /// Those of them that no asset card has either: perhaps a slip of the pen.
    package internal(set) var unknownHeadings: [String] = []
    /// In the order of the file. At most ``BookLimits/listedMax`` are listed; where there are more, errors go
    /// before warnings.
    package private(set) var problems: [BookProblem] = []
    package private(set) var problemCount = 0

    private let listedMax: Int

    package struct PassedOver: Sendable, Equatable {
        package let line: Int
        package let reason: Reason

        package enum Reason: String, Sendable, CaseIterable {
            case blank
            /// Above the headings.
            case title
            /// 栏次: the numbers of the columns.
            case columnNumbers = "column_numbers"
            /// The headings once more.
            case repeatedHeader = "repeated_header"
            /// 合计, 总计, 小计.
            case total

            /// Listed beside the problems: nothing is left out, nothing has to be done.
            package var code: String {
                switch self {
                case .blank: return "I-BLANK"
                case .title: return "I-TITLE"
                case .columnNumbers: return "I-COLUMN-NUMBERS"
                case .repeatedHeader: return "I-HEADER-REPEATED"
                case .total: return "I-TOTAL"
                }
            }
        }
    }

    init(options: BookOptions) {
        listedMax = options.limits.listedMax
        headings = options.headings
        isStrict = options.isStrict
    }

    mutating func note(_ problem: BookProblem) {
        problemCount += 1
        if problems.count >= listedMax, !problem.code.isWarning,
            let warning = problems.lastIndex(where: { $0.code.isWarning })
        {
            problems.remove(at: warning)
        }
        if problems.count < listedMax { problems.append(problem) }
        if problem.code.isFatal { isRefused = true }
    }

    mutating func passOver(_ line: Int, _ reason: PassedOver.Reason) {
        passedOverCount += 1
        if passedOver.count < listedMax { passedOver.append(PassedOver(line: line, reason: reason)) }
    }
}
