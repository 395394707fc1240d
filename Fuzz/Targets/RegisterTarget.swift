import AssetModel
import BookEncodings
import RegisterBooks

/// Register files. The first byte says how the file is read, the rest is the file:
///
///     bits 0...1  kind: recognised, register, tags, vehicles    bit 4      with GB18030
///     bits 2...3  headings: auto, cn-generic, cn-pandian        bit 5      strict
///                                                               bit 6      small limits
enum RegisterTarget: FuzzTarget {
    static let name = "register"

    static func check(_ input: [UInt8]) throws(Breach) {
        let switches = input.first ?? 0
        let file = Array(input.dropFirst())
        let kinds: [BookKind?] = [nil, .register, .tags, .vehicles]
        let reading = BookReadingUnderTest(kind: kinds[Int(switches & 3)], options: options(switches))
        let book = reading.read(file)
        try BookLaws.check(book, file: file, options: reading.options)
        try BookLaws.checkDiff(of: book)
        try BookForms.checkText(of: file, gb18030: reading.options.gb18030)
        try BookForms.check(book, file: file, reading: reading)
    }

    private static func options(_ switches: UInt8) -> BookOptions {
        var options = BookOptions()
        let headings = HeadingMapping.allCases
        options.headings = headings[Int(switches >> 2 & 3) % headings.count]
        if switches & 16 != 0 { options.gb18030 = GB18030.converter }
        options.isStrict = switches & 32 != 0
        if switches & 64 != 0 {
            options.limits.rowsMax = 3
            options.limits.csv.fieldBytesMax = 32
            options.limits.csv.fieldsPerRecordMax = 6
            options.limits.textCharactersMax = 8
            options.limits.listedMax = 2
        }
        return options
    }
}

/// How a file is read, so that it can be read again in another form.
struct BookReadingUnderTest {
    var kind: BookKind?
    var options: BookOptions

    func read(_ file: [UInt8]) -> BookFile { BookFile.read(file, kind: kind, options: options) }
}

/// What holds of every book that was read.
enum BookLaws {
    static func check(_ book: BookFile, file: [UInt8], options: BookOptions) throws(Breach) {
        let report = book.report
        let count = book.change.cards.count + book.change.bindings.count + book.change.vehicles.count
        try hold(report.rows == report.taken + report.leftOut, "\(report.rows) rows: \(report)")
        try hold(count == (report.isRefused ? 0 : report.taken), "\(count) lines: \(report)")
        if options.isStrict, report.leftOut > 0 { try hold(report.isRefused, "strict: \(report)") }
        // In every encoding a line end holds one of these bytes.
        let linesMax = 1 + file.count { $0 == 0x0A || $0 == 0x0D }
        try hold(report.rows + report.passedOverCount <= linesMax, "\(linesMax) lines: \(report)")
        for problem in report.problems {
            try hold((0...linesMax).contains(problem.line), "problem on line \(problem.line): \(report)")
        }
        for line in report.passedOver.map(\.line) {
            try hold((1...linesMax).contains(line), "passed over line \(line): \(report)")
        }
        let passedOver = report.passedOver.map(\.line)
        try hold(zip(passedOver, passedOver.dropFirst()).allSatisfy(<), "\(passedOver) out of order")
        let lines = report.problems.map(\.line)
        try hold(zip(lines, lines.dropFirst()).allSatisfy(<=), "\(lines) out of order: \(report)")
        try hold(report.problems.count <= options.limits.listedMax, "\(report.problems.count) listed")
        try hold(report.problems.count <= report.problemCount, "\(report.problemCount) counted")
        if report.leftOut > 0 { try hold(report.problemCount > 0, "left out without a word: \(report)") }
        try checkValues(book.change)
    }

    private static func checkValues(_ change: RegisterChange) throws(Breach) {
        let keys = BookLaws.keys(of: change)
        try hold(Set(keys).count == keys.count, "a key twice: \(keys)")
        try hold(keys.allSatisfy { !$0.isEmpty }, "an empty key")
        for binding in change.bindings {
            try hold(EPC(hex: binding.epcHex)?.hex == binding.epcHex, "EPC \(binding.epcHex)")
            if let tid = binding.tidHex { try hold(EPC(hex: tid)?.hex == tid, "TID \(tid)") }
            try hold(!binding.assetNo.isEmpty, "a tag on nothing")
            try checkTimes(binding.validFrom, binding.validTo)
        }
        for card in change.vehicles {
            let isHex = card.tagEpcHex.isEmpty || EPC(hex: card.tagEpcHex)?.hex == card.tagEpcHex
            try hold(isHex, "EPC \(card.tagEpcHex)")
            let digits = card.terminalPhone.utf8
            try hold(digits.allSatisfy { (0x30...0x39).contains($0) }, "phone \(card.terminalPhone)")
            try hold(digits.first != 0x30, "phone \(card.terminalPhone)")
            try checkTimes(card.validFrom, card.validTo)
        }
    }

    private static func checkTimes(_ from: UTCInstant?, _ to: UTCInstant?) throws(Breach) {
        if let from { try DecodedLaws.check(from, "validFrom") }
        if let to { try DecodedLaws.check(to, "validTo") }
        if let from, let to { try hold(from < to, "valid from \(from) to \(to)") }
    }

    static func keys(of change: RegisterChange) -> [String] {
        change.cards.map(\.assetNo) + change.bindings.map(\.epcHex) + change.vehicles.map(\.plateNo)
    }

    static func holdSame(
        _ one: BookFile, _ other: BookFile, _ when: String, withReport: Bool = false
    ) throws(Breach) {
        try hold(one.change == other.change, "\(when): \(one.change) and \(other.change)")
        try hold(one.fields == other.fields, "\(when): \(one.fields) and \(other.fields)")
        try hold(
            one.report.isRefused == other.report.isRefused && one.report.leftOut == other.report.leftOut,
            "\(when): \(one.report) and \(other.report)")
        if withReport { try hold(one.report == other.report, "\(when): \(one.report)") }
    }

    /// The first import adds every line; the same again changes nothing; a snapshot takes it.
    static func checkDiff(of book: BookFile) throws(Breach) {
        let keys = keys(of: book.change)
        let first = BookDiff(of: book, against: RegisterChange())
        try hold(first.added == keys && first.effective == book.change, "first import: \(first)")
        try hold(first.changed.isEmpty && first.absent.isEmpty, "first import: \(first)")
        let again = BookDiff(of: book, against: book.change)
        try hold(again.unchanged == keys.count && again.effective.isEmpty, "second import: \(again)")
        try hold(again.added.isEmpty && again.absent.isEmpty, "second import: \(again)")
        var snapshot = RegisterSnapshot(layout: SiteLayout())
        snapshot.apply(book.change)
        for card in book.change.cards {
            try hold(snapshot.asset(card.assetNo) != nil, "\(card.assetNo) is not in the books")
        }
    }
}
