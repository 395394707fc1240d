import AssetModel
import RegisterBooks

/// The same file in another form is the same book.
///
/// Each input is tried in one of the forms, by its length: reading is slow, and the fuzzer makes inputs of
/// every length.
enum BookForms {
    static func check(
        _ book: BookFile, file: [UInt8], reading: BookReadingUnderTest
    ) throws(Breach) {
        let isUnmarkedUTF8 =
            book.report.encoding == .utf8 && !file.starts(with: CSVReader.byteOrderMark)
        switch file.count % 5 {
        case 0: try BookLaws.holdSame(book, reading.read(file), "read twice", withReport: true)
        case 1: try checkExport(of: book, reading: reading)
        case 2 where isUnmarkedUTF8:
            let marked = reading.read(CSVReader.byteOrderMark + file)
            try BookLaws.holdSame(book, marked, "with a byte order mark")
        case 3 where isUnmarkedUTF8:
            let units = String(decoding: file, as: UTF8.self).utf16
            let wide = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            try BookLaws.holdSame(book, reading.read([0xFF, 0xFE] + wide), "as UTF-16")
        // A CR may end lines or not, and inside quotes both are text.
        case 4 where isUnmarkedUTF8 && !file.contains(0x0D) && !file.contains(0x22):
            let windows = file.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
            try BookLaws.holdSame(book, reading.read(windows), "with CR LF")
            try checkSlice(of: book, file: file, reading: reading)
        default: break
        }
    }

    /// Turning a file into text moves characters of the private use area to their place, one for one, and
    /// nothing else; text that was turned already stays as it is.
    static func checkText(of file: [UInt8], gb18030: GB18030Converter?) throws(Breach) {
        guard let text = text(of: file, gb18030) else { return }
        guard String(validating: text.utf8, as: UTF8.self) != nil else {
            throw Breach(description: "\(text.encoding.rawValue) becomes what is no UTF-8")
        }
        if text.encoding == .utf8 {
            let before = String(decoding: file, as: UTF8.self).unicodeScalars
            let after = String(decoding: text.utf8, as: UTF8.self).unicodeScalars
            try hold(before.count == after.count, "\(before.count) characters become \(after.count)")
            let isSame = zip(before, after).allSatisfy { $0 == $1 || (0xE000...0xF8FF).contains($0.value) }
            try hold(isSame, "a character outside the private use area has changed")
        }
        try hold(self.text(of: text.utf8, nil)?.utf8 == text.utf8, "the text of a text is another one")
    }

    private static func text(of file: [UInt8], _ gb18030: GB18030Converter?) -> BookText? {
        do throws(BookText.Fault) {
            return try BookText(file, gb18030: gb18030)
        } catch {
            return nil
        }
    }

    /// A file cut at the end of a line gives the first lines of the whole book.
    private static func checkSlice(
        of book: BookFile, file: [UInt8], reading: BookReadingUnderTest
    ) throws(Breach) {
        guard !book.report.isRefused else { return }
        let ends = file.indices.filter { file[$0] == 0x0A }
        guard ends.count > 1 else { return }
        let cut = reading.read(Array(file[...ends[ends.count / 2]]))
        // Without its lower half a file may have other headings, another separator, or none.
        let (part, whole) = (cut.report, book.report)
        guard !part.isRefused, part.kind == whole.kind, part.separator == whole.separator,
            cut.fields == book.fields, part.unusedHeadings == whole.unusedHeadings,
            whole.passedOver.starts(with: part.passedOver)
        else { return }
        try hold(book.change.cards.starts(with: cut.change.cards), "cut: \(cut.change)")
        try hold(book.change.bindings.starts(with: cut.change.bindings), "cut: \(cut.change)")
        try hold(book.change.vehicles.starts(with: cut.change.vehicles), "cut: \(cut.change)")
    }

    /// Written out under the canonical headings and read again, a book is the same book.
    private static func checkExport(
        of book: BookFile, reading: BookReadingUnderTest
    ) throws(Breach) {
        guard !book.report.isRefused, let kind = book.report.kind, book.report.taken > 0 else { return }
        let text: String
        switch kind {
        case .register: text = table(cardHeadings, book.change.cards.map(cells))
        case .tags: text = table(tagHeadings, book.change.bindings.map(cells))
        case .vehicles: text = table(vehicleHeadings, book.change.vehicles.map(cells))
        }
        var again = BookOptions()
        again.limits = reading.options.limits
        again.limits.csv = CSVReader.Limits()
        let second = BookFile.read(Array(text.utf8), kind: kind, options: again)
        // Beside fewer columns, or right below the headings, a line may look like column numbers or a total.
        guard second.report.passedOverCount == 0 else { return }
        try hold(
            second.change == book.change,
            "written and read again: \(book.change) and \(second.change), \(second.report), \(text)")
    }

    private static func table(_ headings: [String], _ lines: [[String]]) -> String {
        ([headings] + lines).map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
    }

    private static func quoted(_ cell: String) -> String {
        "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static let cardHeadings = [
        "assetNo", "assetName", "classCode", "specModel", "quantity", "originalValue", "acquireDate",
        "useStatus", "useDept", "useUnit", "ownerUnit", "location", "locationCode", "site", "zone",
    ]

    private static func cells(_ card: AssetCard) -> [String] {
        [
            card.assetNo, card.assetName, card.classCode, card.specModel, card.quantity,
            card.originalValueFen.map { MoneyText.yuan($0) } ?? "", card.acquireDate,
            card.state?.rawValue ?? "", card.useDept, card.useUnit, card.ownerUnit, card.location,
            card.locationCode, card.site, card.zone,
        ]
    }

    private static let tagHeadings = ["epc", "tid", "assetNo", "validFrom", "validTo"]

    private static func cells(_ binding: TagBinding) -> [String] {
        [
            binding.epcHex, binding.tidHex ?? "", binding.assetNo, binding.validFrom?.rfc3339() ?? "",
            binding.validTo?.rfc3339() ?? "",
        ]
    }

    private static let vehicleHeadings = [
        "plateNo", "vin", "useUnit", "vehicleUse", "terminalPhone", "tagEpc", "sealed", "parkingFence",
        "trackingPolicy", "validFrom", "validTo",
    ]

    private static func cells(_ card: VehicleCard) -> [String] {
        [
            card.plateNo, card.vin, card.useUnit, card.vehicleUse, card.terminalPhone, card.tagEpcHex,
            card.sealed ? "true" : "false", card.parkingFence, card.trackingPolicy.rawValue,
            card.validFrom?.rfc3339() ?? "", card.validTo?.rfc3339() ?? "",
        ]
    }
}
