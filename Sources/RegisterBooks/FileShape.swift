/// What exports put around their data, and files that only look like a table.
enum FileShape {
    /// What a file is that is no table of text, told by its first bytes; `nil` where it may be one.
    ///
    /// Programs save web pages, mail archives and XML under the name `.xls`; a `.xls` that holds tabs is a
    /// table and is read.
    static func foreignName(of bytes: [UInt8]) -> String? {
        let head = bytes.prefix(sniffedBytesMax)
        if let match = magic.first(where: { head.starts(with: $0.bytes) }) { return match.name }
        let text = String(decoding: head, as: UTF8.self).lowercased()
        if text.contains("<html") || text.contains("<table") || text.contains("<!doctype") { return "HTML" }
        if text.contains("<?xml") { return "XML" }
        if text.hasPrefix("mime-version:") { return "MHTML" }
        // Text has no zero bytes; UTF-16 without a byte order mark is full of them.
        return head.contains(0) && !isUTF16(head) ? "二进制 binary" : nil
    }

    private static func isUTF16(_ head: ArraySlice<UInt8>) -> Bool {
        head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF])
    }

    /// A page that is no page by its first half kilobyte is none.
    private static let sniffedBytesMax = 512
    private static let magic: [(bytes: [UInt8], name: String)] = [
        (Array("PK".utf8) + [3, 4], "XLSX (ZIP)"), ([0xD0, 0xCF, 0x11, 0xE0], "XLS (OLE)"),
        (Array("%PDF".utf8), "PDF"), (Array("{\\rtf".utf8), "RTF"), (Array("ID;P".utf8), "SYLK"),
        ([0x1F, 0x8B], "GZIP"), (Array("Rar!".utf8), "RAR"),
    ]

    /// `单位：万元` in a title line. `单位：某某局` names no unit of money.
    static func titleUnit(in cell: String) -> MoneyText.Unit? {
        let text = CellText.withoutSpaces(CellText.folded(cell))
        if text.contains("单位:万元") { return .tenThousandYuan }
        return text.contains("单位:元") ? .yuan : nil
    }

    /// Why a line below the headings is no data; `nil` where it is.
    ///
    /// - Parameter isBelowHeadings: the line before it were headings.
    static func reasonToPassOver(
        _ record: CSVRecord, header: BookHeader, isBelowHeadings: Bool
    ) -> BookReport.PassedOver.Reason? {
        guard record.fault == nil else { return nil }
        if record.isBlank { return .blank }
        let cells = record.fields.map { CellText.folded($0) }
        if isBelowHeadings, isColumnNumbers(cells) { return .columnNumbers }
        if cells.prefix(header.headings.count).elementsEqual(header.headings) { return .repeatedHeader }
        if isTotal(cells, header: header) { return .total }
        return isFooter(cells) ? .title : nil
    }

    /// 制表人：张三, 审核人：…, under the table.
    private static func isFooter(_ cells: [String]) -> Bool {
        guard let first = cells.first(where: { !$0.isEmpty }) else { return false }
        let text = CellText.withoutSpaces(first)
        return footerWords.contains { text.hasPrefix($0) }
    }

    private static let footerWords = ["制表人:", "填表人:", "制单人:", "审核人:", "复核人:", "制表日期:", "填表日期:"]

    /// 栏次: 1, 2, 3 …, or 甲, 乙, 1, 2 …, or with how a column is reckoned, 3=1-2. Of bare numbers there are
    /// at least three, so that no short card looks like it.
    private static func isColumnNumbers(_ cells: [String]) -> Bool {
        let filled = cells.filter { !$0.isEmpty }
        let numbers = filled.drop { stems.contains($0) || $0 == "栏次" }
        guard filled.count >= (numbers.count < filled.count ? 2 : 3) else { return false }
        return numbers.enumerated().allSatisfy { place, cell in
            cell == "\(place + 1)" || cell == "(\(place + 1))" || cell.hasPrefix("\(place + 1)=")
        }
    }

    private static let stems: Set<String> = ["甲", "乙", "丙", "丁", "戊", "己"]

    /// 合计 in the key column, anywhere where the key column is empty, or before everything else, as where the
    /// key column holds the number of lines.
    private static func isTotal(_ cells: [String], header: BookHeader) -> Bool {
        guard let column = header.column(of: header.kind.key), column < cells.count else { return false }
        if isTotalWord(cells[column]) { return true }
        if cells[column].isEmpty { return cells.contains { isTotalWord($0) } }
        return cells.first { !$0.isEmpty }.map(isTotalWord) ?? false
    }

    /// 合计, 本页小计, 办公室小计:, 总计(元)
    private static func isTotalWord(_ cell: String) -> Bool {
        var text = Substring(CellText.withoutSpaces(cell).lowercased())
        if text.hasSuffix(":") { text = text.dropLast() }
        if text.hasSuffix(")") { text = text.prefix { $0 != "(" } }
        return text == "total" || totalWords.contains { text.hasSuffix($0) }
    }

    private static let totalWords = ["合计", "总计", "小计", "累计"]
}
