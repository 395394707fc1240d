/// Finds the heading row of a file, and with it what separates its columns.
///
/// The separators are tried in turn: the one by which the most headings are found is the file's own. What
/// stands above the headings is a title.
struct HeaderSearch {
    /// What was found, and the reader that stands below it.
    struct Found {
        let header: BookHeader
        let separator: CSVReader.Separator
        let above: [CSVRecord]
        let records: CSVReader
    }

    private let text: [UInt8]
    private let kind: BookKind?
    private let options: BookOptions
    /// Why nothing was found, by the separator that comes nearest.
    private(set) var problem = BookProblem(.empty, line: 0)
    private var knownMost = -1

    init(_ text: [UInt8], kind: BookKind?, options: BookOptions) {
        self.text = text
        self.kind = kind
        self.options = options
    }

    mutating func run() -> Found? {
        var best: Found?
        for separator in CSVReader.Separator.allCases {
            guard let found = search(separator) else { continue }
            if found.header.fields.count > (best?.header.fields.count ?? 0) { best = found }
            // Two known headings are never found side by side by the wrong separator.
            if found.header.fields.count > 1 { break }
        }
        return best
    }

    /// The first record in which some kind finds its required columns.
    private mutating func search(_ separator: CSVReader.Separator) -> Found? {
        var records = CSVReader(text, separator: separator, limits: options.limits.csv)
        var above: [CSVRecord] = []
        var titleUnit: MoneyText.Unit?
        while above.count < options.limits.headerSearchRecordsMax, let record = records.next() {
            if record.fault == .unterminatedQuote {
                consider(BookProblem(.unterminatedQuote, line: record.line), known: 0)
                return nil
            }
            if record.fault == nil,
                let header = BookHeader.recognise(
                    record.fields, kind: kind, mapping: options.headings, titleUnit: titleUnit)
            {
                return Found(header: header, separator: separator, above: above, records: records)
            }
            titleUnit = record.fields.compactMap { FileShape.titleUnit(in: $0) }.first ?? titleUnit
            above.append(record)
        }
        explain(above)
        return nil
    }

    private mutating func explain(_ records: [CSVRecord]) {
        guard let first = records.first(where: { !$0.isBlank }) else {
            return consider(BookProblem(.empty, line: 0), known: 0)
        }
        for record in records {
            if let other = BookHeader.recognise(
                record.fields, kind: nil, mapping: options.headings, titleUnit: nil)
            {
                let problem = BookProblem(.otherKind, line: record.line, value: other.kind.rawValue)
                return consider(problem, known: other.fields.count)
            }
        }
        let kinds = kind.map { [$0] } ?? BookKind.allCases
        var nearest = (line: first.line, kinds: kinds, known: 0)
        for record in records {
            for kind in kinds {
                let known = BookHeader.knownHeadings(in: record.fields, kind: kind, mapping: options.headings)
                if known > nearest.known { nearest = (record.line, [kind], known) }
            }
        }
        if nearest.known == 0, first.fields.count == 1, HeaderSearch.hasForeignSeparator(first.fields[0]) {
            return consider(BookProblem(.separator, line: first.line), known: 0)
        }
        let missing = HeaderSearch.missing(nearest.kinds, mapping: options.headings)
        consider(BookProblem(.noHeader, line: nearest.line, value: missing), known: nearest.known)
    }

    private mutating func consider(_ problem: BookProblem, known: Int) {
        guard known > knownMost else { return }
        knownMost = known
        self.problem = problem
    }

    private static func hasForeignSeparator(_ line: String) -> Bool {
        line.contains { "|，、；".contains($0) }
    }

    /// `cn-generic: assetNo = 资产编号 | 资产编码 …`, for each of the columns without which nothing is read.
    private static func missing(_ kinds: [BookKind], mapping: HeadingMapping) -> String {
        let books = kinds.map { kind in
            kind.required.map { field in
                "\(field.rawValue) = " + mapping.headings(of: field).joined(separator: " | ")
            }.joined(separator: " + ")
        }
        return "\(mapping.rawValue): " + books.joined(separator: "; ")
    }
}
