/// What exports put around their data, and files that only look like a table.
enum FileShape {
    /// A web page, a zip container (.xlsx), an OLE container (.xls) or UTF-16 text, by their first bytes.
    static func isForeign(_ bytes: [UInt8]) -> Bool {
        let head = bytes.prefix(sniffedBytesMax)
        if magic.contains(where: { head.starts(with: $0) }) { return true }
        let text = String(decoding: head, as: UTF8.self).lowercased()
        return text.contains("<html") || text.contains("<table") || text.contains("<?xml")
    }

    /// A page that is no page by its first half kilobyte is none.
    private static let sniffedBytesMax = 512
    private static let magic: [[UInt8]] = [
        [0x50, 0x4B, 0x03, 0x04], [0xD0, 0xCF, 0x11, 0xE0], [0xFF, 0xFE], [0xFE, 0xFF],
    ]

    /// `单位：万元` in a title line. `单位：某某局` names no unit of money.
    static func titleUnit(in cell: String) -> MoneyText.Unit? {
        let text = CellText.withoutSpaces(CellText.folded(cell))
        if text.contains("单位:万元") { return .tenThousandYuan }
        return text.contains("单位:元") ? .yuan : nil
    }

    /// Why a line below the headings is no data; `nil` where it is.
    static func reasonToPassOver(
        _ record: CSVRecord, header: BookHeader, isFirst: Bool
    ) -> BookReport.PassedOver.Reason? {
        guard record.fault == nil else { return nil }
        if record.isBlank { return .blank }
        let cells = record.fields.map { CellText.folded($0) }
        if isFirst, isColumnNumbers(cells) { return .columnNumbers }
        if cells.prefix(header.headings.count).elementsEqual(header.headings) { return .repeatedHeader }
        return isTotal(cells, header: header) ? .total : nil
    }

    /// 栏次: 1, 2, 3 …, or 甲, 乙, 1, 2 …; at least three of them, so that no short card looks like it.
    private static func isColumnNumbers(_ cells: [String]) -> Bool {
        let filled = cells.filter { !$0.isEmpty }
        let numbers = filled.drop { stems.contains($0) || $0 == "栏次" }
        guard filled.count >= 3 else { return false }
        return numbers.enumerated().allSatisfy { place, cell in
            cell == "\(place + 1)" || cell == "(\(place + 1))"
        }
    }

    private static let stems: Set<String> = ["甲", "乙", "丙", "丁", "戊", "己"]

    /// 合计 in the key column, or anywhere where the key column is empty.
    private static func isTotal(_ cells: [String], header: BookHeader) -> Bool {
        guard let column = header.column(of: header.kind.key), column < cells.count else { return false }
        if isTotalWord(cells[column]) { return true }
        return cells[column].isEmpty && cells.contains { isTotalWord($0) }
    }

    private static func isTotalWord(_ cell: String) -> Bool {
        let text = CellText.withoutSpaces(cell).lowercased()
        return ["合计", "总计", "小计", "合计:", "总计:", "小计:", "total"].contains(text)
    }
}
