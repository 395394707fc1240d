/// How a book is read.
package struct BookOptions: Sendable {
    /// One bad line refuses the whole file.
    package var isStrict = false
    /// Where a day without a time begins, in minutes east of UTC: +08:00 unless the site says otherwise.
    package var offsetMinutes = 480
    /// Which headings are read as which column.
    package var headings = HeadingMapping.auto
    /// Without it a file in GB18030 is refused.
    package var gb18030: GB18030Converter?
    package var limits = BookLimits()
    package var stateWords = StateWords()

    package init() {}
}

/// Everything about a book has a limit.
package struct BookLimits: Sendable {
    /// 64 MiB: a million cards of 64 bytes; what the control socket takes as one body.
    package var fileBytesMax = 67_108_864
    /// The largest register that the daemon is made for.
    package var rowsMax = 1_000_000
    package var csv = CSVReader.Limits()
    /// Names and descriptions; the finance systems allow 200.
    package var textCharactersMax = 200
    /// Asset numbers; the finance systems allow 50.
    package var assetNoCharactersMax = 50
    /// Other numbers and codes. An EPC of 256 bits written in pairs has 95.
    package var identifierCharactersMax = 100
    /// Title lines above the headings.
    package var headerSearchRecordsMax = 10
    /// Problems and passed-over lines that are listed; beyond it they are only counted.
    package var listedMax = 1_000

    package init() {}

    func code(for fault: CSVRecord.Fault) -> (BookProblem.Code, Int?) {
        switch fault {
        case .strayQuote: return (.strayQuote, nil)
        case .unterminatedQuote: return (.unterminatedQuote, nil)
        case .controlCharacter: return (.controlCharacter, nil)
        case .fieldTooLong: return (.fieldTooLong, csv.fieldBytesMax)
        case .tooManyFields: return (.fieldCount, csv.fieldsPerRecordMax)
        }
    }
}
