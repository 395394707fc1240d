/// Something in a book that could not be taken as it stands, where, and what to do about it.
package struct BookProblem: Sendable, Equatable {
    /// The closed list. `E-` leaves the line out, or refuses the file where ``isFatal``; `W-` takes the line
    /// and says what was made of it.
    package enum Code: String, Sendable, CaseIterable {
        // The file as a whole.
        case fileTooLarge = "E-FILE-SIZE"
        case notUTF8 = "E-UTF8"
        case notUTF16 = "E-UTF16"
        case encoding = "E-ENCODING"
        case notCSV = "E-NOT-CSV"
        case empty = "E-EMPTY"
        case separator = "E-SEPARATOR"
        case noHeader = "E-HEADER"
        case duplicateHeading = "E-HEADER-DUPLICATE"
        case otherKind = "E-KIND"
        case tooManyRows = "E-ROWS"
        case unterminatedQuote = "E-QUOTE-OPEN"
        // One line.
        case strayQuote = "E-QUOTE"
        case controlCharacter = "E-CONTROL"
        case fieldTooLong = "E-FIELD-SIZE"
        case fieldCount = "E-FIELD-COUNT"
        case missingValue = "E-MISSING"
        case duplicateKey = "E-DUPLICATE"
        case scientific = "E-SCIENTIFIC"
        case textTooLong = "E-LENGTH"
        case assetNo = "E-ASSET-NO"
        case state = "E-STATE"
        case quantity = "E-QUANTITY"
        case money = "E-MONEY"
        case date = "E-DATE"
        case instant = "E-TIME"
        case validity = "E-TIME-ORDER"
        case epc = "E-EPC"
        case tid = "E-TID"
        case phone = "E-PHONE"
        case sharedTerminal = "E-TERMINAL-SHARED"
        case sharedTag = "E-TAG-SHARED"
        case plate = "E-PLATE"
        case flag = "E-FLAG"
        case policy = "E-POLICY"
        // Taken, but worth a look.
        case monthOnly = "W-MONTH-ONLY"
        case manyOnOneCard = "W-QUANTITY"
        case area = "W-AREA"
        case stocktake = "W-STOCKTAKE"
        case vin = "W-VIN"

        /// Nothing of the file can be taken.
        package var isFatal: Bool {
            switch self {
            case .fileTooLarge, .notUTF8, .notUTF16, .encoding, .notCSV, .empty, .separator, .noHeader,
                .duplicateHeading, .otherKind, .tooManyRows, .unterminatedQuote:
                return true
            default: return false
            }
        }

        /// The line is taken all the same.
        package var isWarning: Bool { rawValue.hasPrefix("W-") }
    }

    package let code: Code
    /// The line on which the record starts, 1-based; 0 where the file as a whole is meant.
    package let line: Int
    /// The heading as the file writes it; empty where no single column is meant.
    package let column: String
    /// What stood there, shortened to ``valueCharactersMax`` and without control characters; of a file whose
    /// headings are not found, what is missing.
    package let value: String
    /// A number that belongs to the problem: a byte offset, a limit, or the line of the first occurrence.
    package let number: Int?

    /// Enough to recognise the cell, short enough for a line of a terminal.
    package static let valueCharactersMax = 60

    init(_ code: Code, line: Int, column: String = "", value: String = "", number: Int? = nil) {
        self.code = code
        self.line = line
        self.column = column
        // What is missing is told in our own words, and in full.
        self.value = code == .noHeader ? value : BookProblem.shown(value)
        self.number = number
    }

    private static func shown(_ value: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in value.unicodeScalars.prefix(valueCharactersMax) {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            shown.append(isControl ? "\u{FFFD}" : scalar)
        }
        if value.unicodeScalars.count > valueCharactersMax { shown.append("…") }
        return String(shown)
    }
}
