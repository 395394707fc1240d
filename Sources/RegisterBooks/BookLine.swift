import AssetModel

/// One line of a book on its way into a card: reads its cells and collects what is wrong with them.
///
/// Every cell is read even after a first problem, so that one import shows all of them.
struct BookLine {
    let header: BookHeader
    let record: CSVRecord
    let options: BookOptions
    private(set) var problems: [BookProblem] = []

    init(_ record: CSVRecord, header: BookHeader, options: BookOptions) {
        self.record = record
        self.header = header
        self.options = options
    }

    var isTakeable: Bool { problems.allSatisfy { $0.code.isWarning } }

    mutating func note(_ code: BookProblem.Code, _ field: BookField, value: String = "", number: Int? = nil) {
        let heading = header.heading(of: field)
        problems.append(BookProblem(code, line: record.line, column: heading, value: value, number: number))
    }

    /// Notes what is wrong with the form of the record; `false` where its cells cannot be told apart.
    mutating func hasGoodForm() -> Bool {
        let width = header.headings.count
        if let fault = record.fault {
            let column = record.faultField < width ? header.headings[record.faultField] : ""
            let (code, number) = options.limits.code(for: fault)
            problems.append(BookProblem(code, line: record.line, column: column, number: number))
            return false
        }
        let hasMore = record.fields.dropFirst(width).contains { !CellText.folded($0).isEmpty }
        if record.fields.count < width || hasMore {
            problems.append(
                BookProblem(.fieldCount, line: record.line, value: "\(record.fields.count)", number: width))
            return false
        }
        return true
    }

    /// The cell as it stands; empty where the file has no such column.
    private func raw(_ field: BookField) -> String {
        guard let column = header.column(of: field), column < record.fields.count else { return "" }
        return record.fields[column]
    }

    /// A name or description, kept as written.
    mutating func name(_ field: BookField) -> String {
        let text = CellText.trimmed(raw(field))
        return bounded(text, field, charactersMax: options.limits.textCharactersMax)
    }

    /// A code, number or identifier, folded.
    mutating func identifier(_ field: BookField) -> String {
        let text = CellText.identifier(raw(field))
        if CellText.isScientific(text) {
            note(.scientific, field, value: text)
            return ""
        }
        return bounded(text, field, charactersMax: options.limits.identifierCharactersMax)
    }

    private mutating func bounded(_ text: String, _ field: BookField, charactersMax: Int) -> String {
        // A character has at least one byte, so short texts need no counting.
        guard text.utf8.count > charactersMax, text.count > charactersMax else { return text }
        note(.textTooLong, field, value: text, number: charactersMax)
        return ""
    }

    /// The identifier, or a problem where it is missing.
    mutating func required(_ field: BookField) -> String? {
        let before = problems.count
        let text = identifier(field)
        if text.isEmpty, problems.count == before { note(.missingValue, field) }
        return text.isEmpty ? nil : text
    }

    mutating func assetNo() -> String? {
        guard let text = required(.assetNo) else { return nil }
        let bounded = bounded(text, .assetNo, charactersMax: options.limits.assetNoCharactersMax)
        guard !bounded.isEmpty else { return nil }
        let signs: Set<Character> = ["-", "_", ".", "/", "#", "(", ")"]
        guard text.allSatisfy({ $0.isLetter || $0.isNumber || signs.contains($0) }) else {
            note(.assetNo, .assetNo, value: text)
            return nil
        }
        return text
    }

    /// Hex of either case, spaces dropped → upper case.
    mutating func hex(_ field: BookField, problem: BookProblem.Code) -> String? {
        let text = CellText.withoutSpaces(identifier(field))
        guard !text.isEmpty else { return nil }
        guard let bits = EPC(hex: text) else {
            note(problem, field, value: text)
            return nil
        }
        return bits.hex
    }

    mutating func instant(_ field: BookField) -> UTCInstant? {
        let text = CellText.identifier(raw(field))
        guard !text.isEmpty else { return nil }
        guard let instant = InstantText.instant(text, offsetMinutes: options.offsetMinutes) else {
            note(.instant, field, value: text)
            return nil
        }
        return instant
    }

    mutating func validity() -> (from: UTCInstant?, to: UTCInstant?) {
        let from = instant(.validFrom)
        let to = instant(.validTo)
        if let from, let to, from >= to { note(.validity, .validTo, value: CellText.folded(raw(.validTo))) }
        return (from, to)
    }

    /// `2026-11-21`, or empty.
    mutating func date(_ field: BookField) -> String {
        let text = CellText.identifier(raw(field))
        guard !text.isEmpty else { return "" }
        guard let date = DateText(text) else {
            note(.date, field, value: text)
            return ""
        }
        if date.isMonthOnly { note(.monthOnly, field, value: text) }
        return date.canonical
    }

    mutating func money(_ field: BookField) -> Int64? {
        let text = CellText.identifier(raw(field))
        guard !text.isEmpty else { return nil }
        guard let fen = MoneyText.fen(text, unit: header.moneyUnit) else {
            note(.money, field, value: text)
            return nil
        }
        return fen
    }

    /// A count or an area, such as `12`, `1,200`, `35.5㎡`: commas dropped, a unit kept.
    ///
    /// An area is marked by its unit, `㎡`, wherever the file says so: it cannot be counted. A card for
    /// several items is taken, with a warning: each of them needs its own tag.
    mutating func quantity() -> String {
        let text = identifier(.quantity).filter { $0 != "," }
        guard !text.isEmpty else { return "" }
        guard let quantity = QuantityText(text, unit: CellText.identifier(raw(.unit))) else {
            note(.quantity, .quantity, value: text)
            return ""
        }
        if quantity.isArea {
            note(.area, .quantity, value: quantity.text)
        } else if !quantity.isOne {
            note(.manyOnOneCard, .quantity, value: quantity.text)
        }
        return quantity.text
    }

    /// A stocktaking sheet is read for its book side; where the count differs, the reader should know that it
    /// was not taken.
    mutating func noteStocktake(against quantity: String) {
        let result = CellText.identifier(raw(.stocktakeResult))
        if !StocktakeText.agrees(result) { return note(.stocktake, .stocktakeResult, value: result) }
        let counted = CellText.identifier(raw(.countedQuantity)).filter { $0 != "," }
        guard !counted.isEmpty, !quantity.isEmpty else { return }
        if !QuantityText.isSame(counted, quantity) {
            note(.stocktake, .countedQuantity, value: counted)
        }
    }

    /// 业务状态 goes before 使用状况, where the file has both and the first is filled.
    mutating func state() -> AssetState? {
        for field in [BookField.businessState, .useStatus] {
            let text = CellText.identifier(raw(field))
            switch options.stateWords.meaning(of: text) {
            case .state(let state): return state
            case .unsaid: continue
            case nil:
                note(.state, field, value: text)
                return nil
            }
        }
        return nil
    }

    mutating func flag(_ field: BookField) -> Bool {
        let text = CellText.identifier(raw(field)).lowercased()
        switch text {
        case "是", "true", "yes", "y", "1", "封存", "已封存": return true
        case "", "否", "false", "no", "n", "0", "未封存": return false
        default:
            note(.flag, field, value: text)
            return false
        }
    }
}
