package import AssetModel

/// A book as read from a file: the lines that can be taken, and an account of all the others.
package struct BookFile: Sendable {
    /// In the order of the file. Empty where the file is refused.
    package private(set) var change = RegisterChange()
    package private(set) var report: BookReport
    /// The columns that the file has; what it does not have, it says nothing about.
    package private(set) var fields: Set<BookField> = []

    /// Reads a book.
    ///
    /// - Parameter bytes: the file as it came: UTF-8, UTF-16 with a byte order mark, or GB18030 where the
    ///   options bring a converter.
    /// - Parameter kind: `nil` to recognise it by the headings.
    package static func read(
        _ bytes: [UInt8], kind: BookKind? = nil, options: BookOptions = BookOptions()
    ) -> BookFile {
        var reading = BookReading(bytes, kind: kind, options: options)
        return reading.run()
    }

    init(_ change: RegisterChange, _ report: BookReport, fields: Set<BookField>) {
        if !report.isRefused { self.change = change }
        self.report = report
        self.fields = fields
    }
}

/// The reading of one book, from the first byte to the report.
private struct BookReading {
    private let bytes: [UInt8]
    private let kind: BookKind?
    private let options: BookOptions
    private var report: BookReport
    private var change = RegisterChange()
    /// Keys seen, and the line of each: a second line with the same key is refused even where the first was
    /// bad.
    private var lineOfKey: [String: Int] = [:]
    /// Vehicles already fitted with a terminal or a tag, by its number.
    private var terminals: [String: [(card: VehicleCard, line: Int)]] = [:]
    private var vehicleTags: [String: [(card: VehicleCard, line: Int)]] = [:]

    init(_ bytes: [UInt8], kind: BookKind?, options: BookOptions) {
        self.bytes = bytes
        self.kind = kind
        self.options = options
        report = BookReport(options: options)
    }

    mutating func run() -> BookFile {
        report.kind = kind
        guard let text = text() else { return BookFile(change, report, fields: []) }
        var search = HeaderSearch(text, kind: kind, options: options)
        guard let found = search.run() else {
            report.note(search.problem)
            return BookFile(change, report, fields: [])
        }
        let header = found.header
        report.kind = header.kind
        report.separator = found.separator
        report.unusedHeadings = header.unused
        report.unknownHeadings = header.unknown
        for title in found.above { report.passOver(title.line, title.isBlank ? .blank : .title) }
        if let heading = header.duplicate {
            report.note(BookProblem(.duplicateHeading, line: 0, column: heading))
        } else {
            readLines(found.records, below: header)
        }
        if options.isStrict, report.leftOut > 0 { report.isRefused = true }
        return BookFile(change, report, fields: header.fields)
    }

    /// The file as UTF-8, or a problem of the file as a whole.
    private mutating func text() -> [UInt8]? {
        guard bytes.count <= options.limits.fileBytesMax else {
            report.note(BookProblem(.fileTooLarge, line: 0, number: options.limits.fileBytesMax))
            return nil
        }
        if let name = FileShape.foreignName(of: bytes) {
            report.note(BookProblem(.notCSV, line: 0, value: name))
            return nil
        }
        do throws(BookText.Fault) {
            let text = try BookText(bytes, gb18030: options.gb18030)
            report.encoding = text.encoding
            // A page in UTF-16 shows itself only now.
            guard let name = FileShape.foreignName(of: text.utf8) else { return text.utf8 }
            report.note(BookProblem(.notCSV, line: 0, value: name))
        } catch {
            report.note(BookProblem(error.code, line: error.line, value: error.tried, number: error.offset))
        }
        return nil
    }

    private mutating func readLines(_ records: CSVReader, below header: BookHeader) {
        var records = records
        var isBelowHeadings = true
        while let record = records.next() {
            if record.fault == .unterminatedQuote {
                report.note(BookProblem(.unterminatedQuote, line: record.line))
                return
            }
            let reason = FileShape.reasonToPassOver(
                record, header: header, isBelowHeadings: isBelowHeadings)
            if reason != .blank { isBelowHeadings = reason == .repeatedHeader }
            if let reason {
                report.passOver(record.line, reason)
            } else {
                guard report.rows < options.limits.rowsMax else {
                    report.note(BookProblem(.tooManyRows, line: record.line, number: options.limits.rowsMax))
                    return
                }
                take(BookLine(record, header: header, options: options))
            }
        }
    }

    private mutating func take(_ line: BookLine) {
        var line = line
        report.rows += 1
        if line.hasGoodForm() {
            switch line.header.kind {
            case .register:
                let card = line.assetCard()
                if let card, isNew(card.assetNo, &line) { change.cards.append(card) }
            case .tags:
                let binding = line.tagBinding()
                if let binding, isNew(binding.epcHex, &line) { change.bindings.append(binding) }
            case .vehicles:
                let card = line.vehicleCard()
                if let card, isNew(card.plateNo, &line), isAlone(card, &line) { change.vehicles.append(card) }
            }
        }
        for problem in line.problems { report.note(problem) }
        if line.isTakeable { report.taken += 1 } else { report.leftOut += 1 }
    }

    /// Whether the line may be taken: its key was not seen before, and nothing is wrong with it.
    private mutating func isNew(_ key: String, _ line: inout BookLine) -> Bool {
        if let first = lineOfKey[key] {
            line.note(.duplicateKey, line.header.kind.key, value: key, number: first)
        } else {
            lineOfKey[key] = line.record.line
        }
        return line.isTakeable
    }

    /// One terminal is in one vehicle at a time, and so is one tag.
    private mutating func isAlone(_ card: VehicleCard, _ line: inout BookLine) -> Bool {
        let start = line.record.line
        if let other = BookReading.clash(card, with: terminals[card.terminalPhone]) {
            line.note(.sharedTerminal, .terminalPhone, value: card.terminalPhone, number: other)
        }
        if let other = BookReading.clash(card, with: vehicleTags[card.tagEpcHex]) {
            line.note(.sharedTag, .tagEpc, value: card.tagEpcHex, number: other)
        }
        guard line.isTakeable else { return false }
        if !card.terminalPhone.isEmpty { terminals[card.terminalPhone, default: []].append((card, start)) }
        if !card.tagEpcHex.isEmpty { vehicleTags[card.tagEpcHex, default: []].append((card, start)) }
        return true
    }

    /// The line of a vehicle in force at the same time.
    private static func clash(_ card: VehicleCard, with others: [(card: VehicleCard, line: Int)]?) -> Int? {
        others?.first { $0.card.overlaps(card) }?.line
    }
}

extension VehicleCard {
    /// Both cards are in force at some instant.
    fileprivate func overlaps(_ other: VehicleCard) -> Bool {
        let startsBeforeOtherEnds = other.validTo.map { end in validFrom.map { $0 < end } ?? true } ?? true
        let otherStartsBeforeEnd = validTo.map { end in other.validFrom.map { $0 < end } ?? true } ?? true
        return startsBeforeOtherEnds && otherStartsBeforeEnd
    }
}
