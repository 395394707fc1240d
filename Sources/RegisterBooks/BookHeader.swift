/// The heading row of a book: which column of the file is which.
package struct BookHeader: Sendable {
    package let kind: BookKind
    /// The headings as the file writes them, without empty ones at the end.
    package let headings: [String]
    /// What a plain number in the money column counts.
    package private(set) var moneyUnit: MoneyText.Unit = .yuan

    private let columns: [BookField: Int]

    /// - Parameter compared: the cells in their ``comparable(_:)`` form.
    /// - Parameter titleUnit: the unit named in a title line above the headings, where there is one.
    /// - Returns: `nil` where a required column of the kind is missing.
    init?(
        _ cells: [String], compared: [String], kind: BookKind, mapping: HeadingMapping,
        titleUnit: MoneyText.Unit?
    ) {
        var columns: [BookField: Int] = [:]
        for field in kind.fields {
            let match = mapping.comparable(field).lazy.compactMap { compared.firstIndex(of: $0) }
                .first { column in !columns.values.contains(column) }
            columns[field] = match
        }
        guard kind.required.allSatisfy({ columns[$0] != nil }) else { return nil }
        self.kind = kind
        self.columns = columns
        let folded = cells.map { CellText.folded($0) }
        headings = Array(folded.prefix((folded.lastIndex { !$0.isEmpty } ?? -1) + 1))
        if let column = columns[.originalValue] {
            moneyUnit = BookHeader.unit(in: headings[column]) ?? titleUnit ?? .yuan
        }
    }

    /// The columns that the file has.
    package var fields: Set<BookField> { Set(columns.keys) }

    /// Headings that no column of this book goes by: reported, so that nobody believes they were taken.
    package var unused: [String] {
        let used = Set(columns.values)
        return headings.indices.filter { !used.contains($0) && !headings[$0].isEmpty }.map { headings[$0] }
    }

    /// Those of ``unused`` that are no heading of an asset card or vehicle card either.
    package var unknown: [String] { unused.filter { !HeadingMapping.isKnown($0) } }

    /// Two columns with the same heading: which of them counts, nobody can tell.
    var duplicate: String? {
        for column in columns.values.sorted() {
            let heading = BookHeader.comparable(headings[column])
            let twins = headings.indices.filter { BookHeader.comparable(headings[$0]) == heading }
            if twins.count > 1 { return headings[column] }
        }
        return nil
    }

    func column(of field: BookField) -> Int? { columns[field] }

    /// What the file calls a column; the canonical name where it has none.
    func heading(of field: BookField) -> String {
        columns[field].map { headings[$0] } ?? field.rawValue
    }

    /// The kind and header that know the most of these headings; `nil` where no kind has its required
    /// columns.
    static func recognise(
        _ cells: [String], kind: BookKind?, mapping: HeadingMapping, titleUnit: MoneyText.Unit?
    ) -> BookHeader? {
        let compared = cells.map { comparable($0) }
        var best: BookHeader?
        for candidate in BookKind.byStrictness where kind == nil || kind == candidate {
            guard
                let header = BookHeader(
                    cells, compared: compared, kind: candidate, mapping: mapping, titleUnit: titleUnit)
            else { continue }
            if header.columns.count > (best?.columns.count ?? 0) { best = header }
        }
        return best
    }

    /// How many cells are headings of a kind, whether or not its required ones are among them.
    static func knownHeadings(in cells: [String], kind: BookKind, mapping: HeadingMapping) -> Int {
        let compared = Set(cells.map { comparable($0) })
        return kind.fields.count { field in mapping.comparable(field).contains { compared.contains($0) } }
    }

    /// The unit that a heading or title names: `原值(万元)`, `单位：万元`.
    static func unit(in text: String) -> MoneyText.Unit? {
        if text.contains("万元") { return .tenThousandYuan }
        return text.contains("元") ? .yuan : nil
    }

    /// Headings are compared folded, in lower case, without spaces, `_`, `-`, `*` and without the unit or the
    /// remark in brackets at their end: `*原值（万元）` is 原值, `asset_no` is assetNo.
    static func comparable(_ heading: String) -> String {
        var text = CellText.folded(heading).lowercased().filter { !ignoredInHeadings.contains($0) }
        while text.hasSuffix(")"), let bracket = text.lastIndex(of: "("), bracket != text.startIndex {
            text = String(text[..<bracket])
        }
        return text
    }

    private static let ignoredInHeadings: Set<Character> = [" ", "_", "-", "*", "\n", "\r\n", "\r", "\t"]
}
