import AssetModel
import RegisterBooks
import Testing

/// The twelve traps of real exports. Each row: the trap, the file, the keys that are taken, and what the
/// report says of the rest as `code line column`.
@Suite struct BookTrapTests {
    struct Row: Sendable {
        let trap: String
        let text: String
        let keys: String
        let report: String

        init(_ trap: String, _ text: String, _ keys: String, _ report: String = "") {
            self.trap = trap
            self.text = text
            self.keys = keys
            self.report = report
        }
    }

    private static let rows: [Row] = [
        Row("1 栏次", "资产编号,资产名称,原值¶1,2,3¶A1,桌,5", "A1", "I-COLUMN-NUMBERS 2"),
        Row("1 栏次 stems", "资产编号,资产名称,原值¶甲,乙,1¶A1,桌,5", "A1", "I-COLUMN-NUMBERS 2"),
        Row("1 栏次 two stems", "资产编号,资产名称¶甲,乙¶A1,桌", "A1", "I-COLUMN-NUMBERS 2"),
        Row("1 栏次 reckoned", "资产编号,数量,原值¶1,2,3=1×2¶A1,1,5", "A1", "I-COLUMN-NUMBERS 2"),
        Row("1 栏次 is no card", "资产编号,数量¶1,2", "1", "W-QUANTITY 2 数量"),
        Row(
            "1 栏次 again on the next page", "资产编号,资产名称,原值¶1,2,3¶A1,桌,5¶资产编号,资产名称,原值¶1,2,3¶A2,椅,5",
            "A1 A2", "I-COLUMN-NUMBERS 2,I-HEADER-REPEATED 4,I-COLUMN-NUMBERS 5"),
        Row("2 title", "固定资产表¶单位：某局,,日期：2026¶资产编号,资产名称,原值¶A1,桌,5", "A1", "I-TITLE 1,I-TITLE 2"),
        Row("2 totals before a count", "序号,资产编号,原值¶1,A1,5¶合计,1,5", "A1", "I-TOTAL 3"),
        Row("2 signatures below", "资产编号,原值¶A1,5¶制表人：张三,审核人：李四", "A1", "I-TITLE 3"),
        Row("2 totals", "资产编号,原值¶A1,5¶本页小计,5¶,总计:¶合　计（元）,5", "A1", "I-TOTAL 3,I-TOTAL 4,I-TOTAL 5"),
        Row("1 栏次 after a blank line", "资产编号,资产名称,原值¶,,¶1,2,3¶A1,桌,5", "A1", "I-BLANK 2,I-COLUMN-NUMBERS 3"),
        Row("2 no total", "资产编号,资产名称¶A1,合计器¶A2,小计", "A1 A2"),
        Row("3 merged cells", "资产编号,资产名称¶A1,桌¶,椅¶A3,柜", "A1 A3", "E-MISSING 3 资产编号"),
        Row(
            "4 rounded", "资产编号,原值¶4.21101E+17,5¶4.21101e+17,5", "",
            "E-SCIENTIFIC 2 资产编号,E-SCIENTIFIC 3 资产编号"),
        Row(
            "4 guarded", "资产编号¶=\"0012\"¶\"=\"\"0013\"\"\"¶'0014¶\"\t0015\"¶0016",
            "0012 0013 0014 0015 0016"),
        Row("5 width", "资产编号，¶A1", "", "E-SEPARATOR 1"),
        Row("5 width", "＊资产编号（必填）,　原值　（元）¶ＹＱ－１（２）\u{200B},￥５．００\u{A0}", "YQ-1(2)"),
        Row("5 width and twins", "资产编号¶ＹＱ１¶YQ1\u{3000}", "YQ1", "E-DUPLICATE 3 资产编号"),
        Row("5 a sign that folds to none", "资产编号¶YQ①？", "", "E-ASSET-NO 2 资产编号"),
        Row(
            "6 month", "资产编号,取得日期¶A1,2026-11¶A2,2026年11月", "A1 A2",
            "W-MONTH-ONLY 2 取得日期,W-MONTH-ONLY 3 取得日期"),
        Row("6 no date", "资产编号,取得日期¶A1,2026-02-30", "", "E-DATE 2 取得日期"),
        Row("7 money", "资产编号,原值（万元）¶A1,\"1,23\"", "", "E-MONEY 2 原值(万元)"),
        Row(
            "8 many and area", "资产编号,数量/面积¶A1,2¶A2,80㎡¶A3,1台¶A4,1.00", "A1 A2 A3 A4",
            "W-QUANTITY 2 数量/面积,W-AREA 3 数量/面积"),
        Row("8 unit column", "资产编号,数量,计量单位¶A1,80.5,㎡¶A2,1,台¶A3,,㎡", "A1 A2 A3", "W-AREA 2 数量"),
        Row("9 same 资产编号", "资产编号¶A1¶A1", "A1", "E-DUPLICATE 3 资产编号"),
        Row("9 same EPC", "epc,assetNo¶E280,A1¶e280,A2", "E280", "E-DUPLICATE 3 epc"),
        Row("10 HTML", "<table><tr><td>资产编号", "", "E-NOT-CSV 0"),
        Row("10 HTML below", "¶ <!DOCTYPE html><head>", "", "E-NOT-CSV 0"),
        Row("10 mail archive", "MIME-Version: 1.0¶", "", "E-NOT-CSV 0"),
        Row("10 XML", "<?xml version=\"1.0\"?>", "", "E-NOT-CSV 0"),
        Row("10 zip", "PK\u{3}\u{4}资产编号", "", "E-NOT-CSV 0"),
        Row("10 TSV inside", "资产编号\t资产名称¶A1\t桌,椅", "A1"),
        Row("11 outside the BMP", "资产编号,资产名称¶A𬭁1,𠮷䶮", "A𬭁1"),
        Row("12 CRLF", "资产编号,资产名称␍¶A1,\"a␍¶b\"␍¶A2,c␍¶,x", "A1 A2", "E-MISSING 5 资产编号"),
        Row("12 CR", "资产编号,资产名称␍A1,\"a␍b\"␍A2,c␍,x", "A1 A2", "E-MISSING 5 资产编号"),
        Row("12 semicolon", "表;;¶资产编号;资产名称¶A1;\"a;b\"¶A2;c,d", "A1 A2", "I-TITLE 1"),
        Row("12 sep line", "sep=;¶资产编号;资产名称¶A1;b", "A1", "I-TITLE 1"),
        Row("12 tab", "资产编号\t资产名称¶A1\t\"a\tb\"", "A1"),
    ]

    @Test(arguments: BookTrapTests.rows.indices)
    func `a trap is stepped over or told by its own code`(index: Int) {
        let row = BookTrapTests.rows[index]
        let file = book(row.text)
        let keys = file.change.cards.map(\.assetNo) + file.change.bindings.map(\.epcHex)
        #expect(keys.joined(separator: " ") == row.keys, "\(row.trap)")
        let told = spelled(file.report.problems).map { $0.last == " " ? String($0.dropLast()) : $0 }
        let passed = file.report.passedOver.map { "\($0.reason.code) \($0.line)" }
        #expect((passed + told).joined(separator: ",") == row.report, "\(row.trap)")
    }

    @Test func `every trap has a row`() {
        let named = Set(
            BookTrapTests.rows.compactMap { $0.trap.split(separator: " ").first.flatMap { Int($0) } })
        #expect(named == Set(1...12))
    }

    @Test(
        arguments: [
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1], "XLS (OLE)"), ([0x50, 0x4B, 3, 4, 0x14], "XLSX (ZIP)"),
            // <html in UTF-16 with a mark; a, b in UTF-16 without one.
            ([0xFF, 0xFE, 0x3C, 0, 0x68, 0, 0x74, 0, 0x6D, 0, 0x6C, 0], "HTML"),
            ([0x61, 0, 0x62, 0], "二进制 binary"),
        ] as [([UInt8], String)])
    func `a file that is no table is named, with what to do`(bytes: [UInt8], name: String) {
        let report = BookFile.read(bytes).report
        #expect(report.problems.map(\.code) == [.notCSV] && report.problems.first?.value == name)
        #expect(report.problems.first?.hintChinese.contains("另存为“CSV UTF-8”") == true)
    }

    @Test(arguments: [
        "2026-11-21", "2026/11/21", "20261121", "2026年11月21日", "46347", "２０２６年１１月２１日", "2026/11/21 0:00",
    ])
    func `all forms of a date are the same day`(text: String) {
        #expect(book("资产编号,取得日期¶A1,\(text)").change.cards.map(\.acquireDate) == ["2026-11-21"])
    }

    @Test(
        arguments: [
            ("原值", "12,345.60", 1_234_560), ("原值", "￥12,345.60", 1_234_560), ("原值", "（88.00）", -8_800),
            ("原值(万元)", "1.2345", 1_234_500), ("原值（万元）", "(0.5)", -500_000),
        ] as [(String, String, Int64)])
    func `money is whole fen by the unit of its heading`(heading: String, cell: String, fen: Int64) {
        #expect(book("资产编号,\(heading)¶A1,\"\(cell)\"").change.cards.map(\.originalValueFen) == [fen])
    }

    @Test func `an area keeps its unit in the books`() {
        let file = book("资产编号,数量,计量单位¶A1,80.5,平方米¶A2,2,台")
        #expect(file.change.cards.map(\.quantity) == ["80.5㎡", "2"])
    }

    @Test func `errors are listed before warnings where the list is full`() {
        var options = BookOptions()
        options.limits.listedMax = 2
        let text = "资产编号,数量,原值¶A1,2,1¶A2,2,1¶A3,1,x¶A4,2,y"
        let report = BookFile.read(csv(text), options: options).report
        #expect(spelled(report.problems) == ["E-MONEY 4 原值", "E-MONEY 5 原值"])
        #expect(report.problemCount == 5)
    }
}
