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
    /// - Parameter bytes: the file, UTF-8 with or without a byte order mark.
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
    private var records: CSVReader
    private var report: BookReport
    private var change = RegisterChange()
    /// Keys seen, and the line of each: a second line with the same key is refused even where the first was
    /// bad.
    private var lineOfKey: [String: Int] = [:]
    /// Vehicles already fitted with a terminal, by its number.
    private var fitted: [String: [(card: VehicleCard, line: Int)]] = [:]

    init(_ bytes: [UInt8], kind: BookKind?, options: BookOptions) {
        self.bytes = bytes
        self.kind = kind
        self.options = options
        records = CSVReader(bytes, limits: options.limits.csv)
        report = BookReport(listedMax: options.limits.listedMax)
    }

    mutating func run() -> BookFile {
        report.kind = kind
        if let problem = unreadable() {
            report.note(problem)
            return BookFile(change, report, fields: [])
        }
        guard let header = findHeader() else { return BookFile(change, report, fields: []) }
        report.kind = header.kind
        report.unusedHeadings = header.unused
        if let heading = header.duplicate {
            report.note(BookProblem(.duplicateHeading, line: 0, column: heading))
        } else {
            readLines(below: header)
        }
        if options.isStrict, report.leftOut > 0 { report.isRefused = true }
        return BookFile(change, report, fields: header.fields)
    }

    /// What can be said without reading a line.
    private func unreadable() -> BookProblem? {
        if bytes.count > options.limits.fileBytesMax {
            return BookProblem(.fileTooLarge, line: 0, number: options.limits.fileBytesMax)
        }
        if FileShape.isForeign(bytes) { return BookProblem(.notCSV, line: 0) }
        if let offset = CSVReader.firstInvalidByte(in: bytes) {
            let line = bytes[..<offset].count { $0 == 0x0A } + 1
            return BookProblem(.notUTF8, line: line, number: offset)
        }
        return nil
    }

    /// The first record in which some kind finds its required columns; what stands above it is a title.
    private mutating func findHeader() -> BookHeader? {
        var titles: [CSVRecord] = []
        var titleUnit: MoneyText.Unit?
        while titles.count < options.limits.headerSearchRecordsMax, let record = records.next() {
            if record.fault == .unterminatedQuote {
                report.note(BookProblem(.unterminatedQuote, line: record.line))
                return nil
            }
            if record.fault == nil,
                let header = BookHeader.recognise(record.fields, kind: kind, titleUnit: titleUnit)
            {
                for title in titles { report.passOver(title.line, title.isBlank ? .blank : .title) }
                return header
            }
            titleUnit = record.fields.compactMap { FileShape.titleUnit(in: $0) }.first ?? titleUnit
            titles.append(record)
        }
        report.note(headerProblem(titles))
        return nil
    }

    private func headerProblem(_ records: [CSVRecord]) -> BookProblem {
        guard let first = records.first(where: { !$0.isBlank }) else { return BookProblem(.empty, line: 0) }
        for record in records {
            if let other = BookHeader.recognise(record.fields, kind: nil, titleUnit: nil) {
                return BookProblem(.otherKind, line: record.line, value: other.kind.rawValue)
            }
        }
        if first.fields.count == 1, first.fields[0].contains(where: { $0 == ";" || $0 == "\t" }) {
            return BookProblem(.separator, line: first.line)
        }
        let required = (kind.map { [$0] } ?? BookKind.allCases).map { kind in
            kind.required.map { $0.headings[0] + " " + $0.rawValue }.joined(separator: " + ")
        }
        return BookProblem(.noHeader, line: first.line, value: required.joined(separator: " / "))
    }

    private mutating func readLines(below header: BookHeader) {
        var isFirst = true
        while let record = records.next() {
            if record.fault == .unterminatedQuote {
                report.note(BookProblem(.unterminatedQuote, line: record.line))
                return
            }
            if let reason = FileShape.reasonToPassOver(record, header: header, isFirst: isFirst) {
                report.passOver(record.line, reason)
            } else {
                guard report.rows < options.limits.rowsMax else {
                    report.note(BookProblem(.tooManyRows, line: record.line, number: options.limits.rowsMax))
                    return
                }
                take(BookLine(record, header: header, options: options))
            }
            isFirst = false
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

    /// One terminal is in one vehicle at a time.
    private mutating func isAlone(_ card: VehicleCard, _ line: inout BookLine) -> Bool {
        guard !card.terminalPhone.isEmpty else { return true }
        let others = fitted[card.terminalPhone, default: []]
        if let other = others.first(where: { $0.card.overlaps(card) }) {
            line.note(.sharedTerminal, .terminalPhone, value: card.terminalPhone, number: other.line)
            return false
        }
        fitted[card.terminalPhone, default: []].append((card, line.record.line))
        return true
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
