import AssetModel
import OperatorAPI
import RegisterBooks
import Testing

/// The line-level report, and what strict and lenient make of it.
@Suite struct BookReportTests {
    /// A register with two title lines, column numbers, and one planted error in each of fifteen lines.
    private static let planted = """
        固定资产卡片导出,,,,,,,
        单位：某某局,,,,,,,
        资产编号,资产名称,资产分类代码,数量/面积,原值（元）,取得日期,使用状况,存放地点代码
        1,2,3,4,5,6,7,8
        A0001,台式计算机,A02010105,1,"5,499.00",2026-03-01,在用,B1
        ,合并单元格,A02010105,1,1,2026-03-01,在用,B1
        4.21101E+17,长编号,A02010105,1,1,2026-03-01,在用,B1
        A0001,重复,A02010105,1,1,2026-03-01,在用,B1
        A?0004,编号有问号,A02010105,1,1,2026-03-01,在用,B1
        A0005,状态不明,A02010105,1,1,2026-03-01,飞走,B1
        A0006,数量不明,A02010105,若干,1,2026-03-01,在用,B1
        A0007,金额不明,A02010105,1,五百元,2026-03-01,在用,B1
        A0008,日期不明,A02010105,1,1,2026-13-01,在用,B1
        A0009,只有年月,A02010105,1,1,2026-03,在用,B1
        A0010,一卡多物,A02010105,3,1,2026-03-01,在用,B1
        A0011,面积,A01010100,120.5㎡,1,2026-03-01,在用,B1
        A0012,缺列,A02010105
        A0013,5" 盘,A02010105,1,1,2026-03-01,在用,B1
        A0014,控制␀字符,A02010105,1,1,2026-03-01,在用,B1
        A0015,编码过长,A02010105,1,1,2026-03-01,在用,LONG
        A0016,没有收尾的引号,A02010105,1,1,2026-03-01,在用,"B1
        合计,,,,5499,,,
        """.replacing("LONG", with: String(repeating: "B", count: 101))

    private static let expected = [
        "E-MISSING 6 资产编号", "E-SCIENTIFIC 7 资产编号", "E-DUPLICATE 8 资产编号", "E-ASSET-NO 9 资产编号",
        "E-STATE 10 使用状况", "E-QUANTITY 11 数量/面积", "E-MONEY 12 原值(元)", "E-DATE 13 取得日期",
        "W-MONTH-ONLY 14 取得日期", "W-QUANTITY 15 数量/面积", "W-AREA 16 数量/面积", "E-FIELD-COUNT 17 ",
        "E-QUOTE 18 资产名称", "E-CONTROL 19 资产名称", "E-LENGTH 20 存放地点代码",
    ]

    /// The same without the quote that is never closed, which no line can follow.
    private static var fifteen: String {
        planted.replacing("\"B1", with: "B1").replacing("没有收尾的引号", with: "好的一行")
    }

    @Test func `fifteen planted errors are fifteen codes at their rows and columns`() {
        let file = book(BookReportTests.fifteen)
        #expect(spelled(file.report.problems) == BookReportTests.expected)
        #expect(Set(file.report.problems.map(\.code)).count == 15)
        #expect(file.change.cards.map(\.assetNo) == ["A0001", "A0009", "A0010", "A0011", "A0016"])
        #expect((file.report.rows, file.report.taken, file.report.leftOut) == (17, 5, 12))
        #expect(file.report.passedOver.map(\.line) == [1, 2, 4, 22])
    }

    @Test func `a quote that is never closed refuses the file after what was found before it`() {
        let report = book(BookReportTests.planted).report
        #expect(spelled(report.problems) == BookReportTests.expected + ["E-QUOTE-OPEN 21 "])
        #expect(report.isRefused)
    }

    @Test(arguments: [
        ("资产编号,原值¶A1,5¶A2,x", "register"), ("epc,assetNo¶E280,A1¶XYZ,A2", "tags"),
        ("plateNo,sealed¶鄂J12345,是¶鄂J12346,也许", "vehicles"),
    ])
    func `strict changes nothing for one bad line, lenient leaves it out, for every kind`(
        text: String, kind: String
    ) {
        let lenient = book(text)
        let strict = book(text, strict: true)
        #expect(lenient.report.kind?.rawValue == kind)
        #expect(
            lenient.report.taken == 1 && !lenient.change.isEmpty && lenient.report.leftOut == 1
                && !lenient.report.isRefused)
        #expect(strict.change.isEmpty && strict.report.isRefused && strict.report.isStrict)
        #expect(strict.report.problems == lenient.report.problems)
        #expect(BookDiff(of: strict, against: RegisterChange()).effective.isEmpty)
    }

    @Test func `the reply carries what the report says`() throws {
        let reply = ImportReply(of: book(BookReportTests.fifteen, strict: true), isDryRun: false)
        #expect(reply.problems.map { "\($0.code) \($0.line) \($0.column)" } == BookReportTests.expected)
        #expect(reply.isRefused && reply.isStrict && reply.taken == 0 && reply.leftOut == 17)
        #expect((reply.encoding, reply.separator, reply.headings) == ("UTF-8", ",", "auto"))
        #expect(
            reply.passedOverLines.map { "\($0.line) \($0.code)" } == [
                "1 I-TITLE", "2 I-TITLE", "4 I-COLUMN-NUMBERS", "22 I-TOTAL",
            ])
        let bytes = try OperatorJSON.bytes(reply)
        #expect(try OperatorJSON.reply(ImportReply.self, from: bytes) == reply)
    }
}

@Suite struct HeadingMappingTests {
    private func book(_ text: String, _ mapping: HeadingMapping) -> BookFile {
        var options = BookOptions()
        options.headings = mapping
        return BookFile.read(csv(text), options: options)
    }

    /// A public stocktaking sheet.
    private static let sheet = """
        资产编号,资产名称,账面价值,取得日期,规格型号,使用部门,账面数量/面积,实有数量/面积,盘点结果,使用状况,备注
        A1,桌,500,2020-01-01,1.2m,办公室,1,1,正常,在用,
        A2,椅,100,2020-01-01,木,办公室,1,0,盘亏,在用,找不到
        A3,柜,300,2020-01-01,铁,办公室,1,2,A-正确,在用,
        """

    @Test(arguments: [HeadingMapping.auto, .cnPandian])
    func `a stocktaking sheet is read for its book side, and says where the count differs`(
        mapping: HeadingMapping
    ) {
        let file = book(HeadingMappingTests.sheet, mapping)
        #expect(file.change.cards.map(\.originalValueFen) == [50_000, 10_000, 30_000])
        #expect(file.change.cards.map(\.quantity) == ["1", "1", "1"])
        #expect(
            spelled(file.report.problems) == ["W-STOCKTAKE 3 盘点结果", "W-STOCKTAKE 4 实有数量/面积"])
        #expect(file.report.unusedHeadings == ["备注"] && file.report.unknownHeadings.isEmpty)
        #expect(file.report.headings == mapping)
    }

    @Test func `each mapping takes its own column first`() {
        let text = "资产编号,数量,账面数量,价值,账面价值¶A1,7,1,7,1"
        #expect(book(text, .cnPandian).change.cards.map(\.quantity) == ["1"])
        #expect(book(text, .cnPandian).change.cards.map(\.originalValueFen) == [100])
        #expect(book(text, .cnGeneric).change.cards.map(\.quantity) == ["7"])
    }

    @Test func `the card mapping knows nothing of counting`() {
        let file = book(HeadingMappingTests.sheet, .cnGeneric)
        #expect(file.report.problems.isEmpty)
        #expect(file.report.unusedHeadings == ["实有数量/面积", "盘点结果", "备注"])
    }

    @Test func `a heading that nobody knows is named`() {
        let file = book("资产编号,资产明称,备注¶A1,桌,", .cnGeneric)
        #expect(file.report.unusedHeadings == ["资产明称", "备注"])
        #expect(file.report.unknownHeadings == ["资产明称"])
    }

    @Test(arguments: HeadingMapping.allCases)
    func `a missing column is told with the mapping and its aliases`(mapping: HeadingMapping) throws {
        let file = book("固定资产卡片,,¶资产名称,原值,使用状况¶桌,5,在用", mapping)
        let problem = try #require(file.report.problems.first)
        #expect(problem.code == .noHeader && problem.line == 2)
        let names = ["assetNo", mapping.rawValue] + mapping.headings(of: .assetNo)
        for name in names {
            #expect(problem.hintChinese.contains(name) && problem.hintEnglish.contains(name), "\(name)")
        }
        #expect(!problem.value.contains("plateNo"))
    }

    @Test func `tags and vehicles are read by every mapping`() {
        for mapping in HeadingMapping.allCases {
            #expect(book("电子标签,资产编号¶E280,A1", mapping).report.kind == .tags)
            #expect(book("车牌号,终端号¶鄂J12345,1", mapping).report.kind == .vehicles)
        }
    }
}
