import AssetModel
import RegisterBooks
import Testing

@Suite struct BookProblemTests {
    /// One file for every code: the code, the line, the column, and the text.
    private static let table: [(code: String, line: Int, column: String, text: String)] = [
        ("E-NOT-CSV", 0, "", "<html><table>资产编号"),
        ("E-NOT-CSV", 0, "", "PK\u{3}\u{4}xl"),
        ("E-EMPTY", 0, "", ""),
        ("E-EMPTY", 0, "", "¶ ,¶"),
        ("E-SEPARATOR", 1, "", "资产编号|资产名称¶A1|桌"),
        ("E-SEPARATOR", 1, "", "资产编号，资产名称¶A1，桌"),
        ("E-HEADER", 1, "", "编号x,名称¶A1,桌"),
        ("E-HEADER", 1, "", "epc,tid¶E280,"),
        ("E-HEADER", 3, "", "固定资产盘点表,,¶2026年,,¶资产名称,数量,原值¶桌,1,5"),
        ("E-HEADER-DUPLICATE", 0, "资产编号", "资产编号,资产编号¶A1,A2"),
        ("E-QUOTE-OPEN", 3, "", "assetNo,assetName¶A1,桌¶A2,\"椅¶A3,柜"),
        ("E-QUOTE-OPEN", 1, "", "\"assetNo,assetName¶A1,桌"),
        ("E-QUOTE", 2, "assetName", "assetNo,assetName¶A1,5\" 盘"),
        ("E-CONTROL", 2, "assetName", "assetNo,assetName¶A1,桌␀"),
        ("E-FIELD-SIZE", 2, "备注", "assetNo,备注¶A1," + String(repeating: "x", count: 131_073)),
        ("E-FIELD-COUNT", 2, "", "assetNo,assetName,zone¶A1,桌"),
        ("E-FIELD-COUNT", 2, "", "assetNo¶A1" + String(repeating: ",", count: 512)),
        ("E-MISSING", 2, "assetNo", "assetNo,assetName¶,桌"),
        ("E-MISSING", 2, "epc", "epc,assetNo¶,A1"),
        ("E-MISSING", 2, "assetNo", "epc,assetNo¶E280,"),
        ("E-DUPLICATE", 4, "assetNo", "assetNo¶A1¶A2¶A1"),
        ("E-DUPLICATE", 3, "epc", "epc,assetNo¶e280,A1¶E2 80,A2"),
        ("E-DUPLICATE", 3, "plateNo", "plateNo¶鄂J12345¶鄂J·12345"),
        ("E-SCIENTIFIC", 2, "assetNo", "assetNo¶4.21101E+17"),
        ("E-SCIENTIFIC", 2, "epc", "epc,assetNo¶3.00833E+23,A1"),
        ("E-LENGTH", 2, "assetName", "assetNo,assetName¶A1," + String(repeating: "长", count: 201)),
        ("E-LENGTH", 2, "assetNo", "assetNo¶" + String(repeating: "1", count: 51)),
        ("E-LENGTH", 2, "classCode", "assetNo,classCode¶A1," + String(repeating: "1", count: 101)),
        ("E-ASSET-NO", 2, "assetNo", "assetNo,zone¶备注：张三,"),
        ("E-STATE", 2, "useStatus", "assetNo,useStatus¶A1,飞走"),
        ("E-QUANTITY", 2, "quantity", "assetNo,quantity¶A1,若干"),
        ("E-MONEY", 2, "原值", "assetNo,原值¶A1,5499.001"),
        ("E-DATE", 2, "取得日期", "assetNo,取得日期¶A1,去年"),
        ("E-TIME", 2, "validFrom", "epc,assetNo,validFrom¶E280,A1,2026-11-21 08:00:00"),
        ("E-TIME-ORDER", 2, "validTo", "epc,assetNo,validFrom,validTo¶E280,A1,2026-02-01,2026-02-01"),
        ("E-EPC", 2, "epc", "epc,assetNo¶E28,A1"),
        ("E-EPC", 2, "tagEpc", "plateNo,tagEpc¶鄂J12345,XYZW"),
        ("E-TID", 2, "tid", "epc,tid,assetNo¶E280,E2-0,A1"),
        ("E-PHONE", 2, "terminalPhone", "plateNo,terminalPhone¶鄂J12345,138-1234"),
        ("E-PHONE", 2, "terminalPhone", "plateNo,terminalPhone¶鄂J12345,000000"),
        ("E-TERMINAL-SHARED", 3, "terminalPhone", "plateNo,terminalPhone¶鄂J12345,0138¶鄂J12346,138"),
        ("E-TAG-SHARED", 3, "tagEpc", "plateNo,tagEpc¶鄂J12345,E280¶鄂J12346,e2 80"),
        ("E-PLATE", 2, "plateNo", "plateNo¶未上牌照"),
        ("E-PLATE", 2, "plateNo", "plateNo¶J1"),
        ("E-FLAG", 2, "sealed", "plateNo,sealed¶鄂J12345,也许"),
        ("E-POLICY", 2, "trackingPolicy", "plateNo,trackingPolicy¶鄂J12345,sometimes"),
        ("W-MONTH-ONLY", 2, "acquireDate", "assetNo,acquireDate¶A1,2026年3月"),
        ("W-QUANTITY", 2, "数量", "assetNo,数量¶A1,3"),
        ("W-QUANTITY", 2, "数量", "assetNo,数量¶A1,0.5"),
        ("W-AREA", 2, "数量/面积", "assetNo,数量/面积¶A1,120.5㎡"),
        ("W-AREA", 2, "数量/面积", "assetNo,数量/面积,计量单位¶A1,1,平方米"),
        ("W-STOCKTAKE", 2, "盘点结果", "assetNo,盘点结果¶A1,盘亏"),
        ("W-STOCKTAKE", 2, "实有数量", "assetNo,账面数量,实有数量¶A1,1,0"),
        ("W-VIN", 2, "vin", "plateNo,vin¶鄂J12345,IOQ"),
    ]

    @Test(arguments: BookProblemTests.table.indices)
    func `each problem has its code, line and column`(row: Int) throws {
        let (code, line, column, text) = BookProblemTests.table[row]
        let report = book(text).report
        #expect(spelled(report.problems) == ["\(code) \(line) \(column)"])
        let problem = try #require(report.problems.first)
        #expect(report.isRefused == problem.code.isFatal)
        #expect(report.leftOut == (problem.code.isFatal || problem.code.isWarning ? 0 : 1))
    }

    @Test func `a file that is not UTF-8 is refused with the byte and the line where nothing converts it`() {
        let file = BookFile.read(csv("assetNo,assetName¶A1,") + [0xD7, 0xCA])
        #expect(spelled(file.report.problems) == ["E-ENCODING 2 "])
        #expect(file.report.problems.first?.number == 21)
        #expect(file.report.isRefused && file.change.isEmpty)
    }

    @Test func `a file of another kind is refused by the name of its kind`() {
        let file = book("车牌号,终端号¶鄂J12345,1", .register)
        #expect(spelled(file.report.problems) == ["E-KIND 1 "])
        #expect(file.report.problems.first?.value == "vehicles")
    }

    @Test(arguments: [(20, 0), (19, 1)])
    func `a file has at most so many bytes`(limit: Int, problems: Int) {
        var options = BookOptions()
        options.limits.fileBytesMax = limit
        let file = BookFile.read(csv("assetNo,assetName¶A1"), options: options)
        #expect(file.report.problems.count { $0.code == .fileTooLarge } == problems)
    }

    @Test(arguments: [(3, []), (2, ["E-ROWS 4 "])])
    func `a file has at most so many rows`(limit: Int, problems: [String]) {
        var options = BookOptions()
        options.limits.rowsMax = limit
        let file = BookFile.read(csv("assetNo¶A1¶A2¶A3"), options: options)
        #expect(spelled(file.report.problems) == problems)
        #expect(file.change.isEmpty == !problems.isEmpty)
    }

    @Test func `every code is shown by some test and tells in two languages what to do`() {
        let elsewhere = ["E-UTF8", "E-UTF16", "E-ENCODING", "E-KIND", "E-FILE-SIZE", "E-ROWS"]
        let shown = Set(BookProblemTests.table.map(\.code) + elsewhere)
        #expect(shown == Set(BookProblem.Code.allCases.map(\.rawValue)))
        let damaged: [[UInt8]] = [[0xEF, 0xBB, 0xBF, 0xFF], [0xFF, 0xFE, 0x00], [0x61, 0xFF]]
        let refused = damaged.flatMap { BookFile.read($0).report.problems }
        #expect(refused.map(\.code) == [.notUTF8, .notUTF16, .encoding])
        for row in BookProblemTests.table {
            for problem in book(row.text).report.problems + refused {
                #expect(problem.hintChinese.contains { !$0.isASCII }, "\(row.code)")
                #expect(problem.hintEnglish.contains { $0.isASCII && $0.isLetter }, "\(row.code)")
                #expect(
                    !problem.hintChinese.contains("?") && !problem.hintEnglish.contains("?"), "\(row.code)")
            }
        }
    }

    @Test func `hints are different for different codes`() {
        var chinese: [String: BookProblem.Code] = [:]
        for row in BookProblemTests.table {
            for problem in book(row.text).report.problems {
                let known = chinese.updateValue(problem.code, forKey: problem.hintChinese)
                #expect(known == nil || known == problem.code, "\(problem.hintChinese)")
            }
        }
    }

    @Test func `all problems of a line are told at once`() {
        let file = book("assetNo,原值,useStatus,取得日期¶,x,飞走,去年")
        #expect(
            spelled(file.report.problems) == [
                "E-MISSING 2 assetNo", "E-MONEY 2 原值", "E-DATE 2 取得日期", "E-STATE 2 useStatus",
            ])
        #expect(file.report.leftOut == 1)
    }

    @Test func `a second line with a key is refused even where the first was bad`() {
        let file = book("assetNo,useStatus¶A1,飞走¶A1,在用")
        #expect(spelled(file.report.problems) == ["E-STATE 2 useStatus", "E-DUPLICATE 3 assetNo"])
        #expect(file.report.problems.last?.number == 2)
        #expect(file.change.isEmpty)
    }

    @Test func `a terminal may move from one vehicle to another`() {
        let text = "plateNo,terminalPhone,validFrom,validTo¶鄂J12345,138,,2026-02-01¶鄂J12346,138,2026-02-01,"
        #expect(book(text).report.problems.isEmpty)
        let overlapping = text.replacing("2026-02-01,", with: "2026-01-31,")
        #expect(spelled(book(overlapping).report.problems) == ["E-TERMINAL-SHARED 3 terminalPhone"])
    }

    @Test func `problems are listed up to a limit and counted beyond it`() {
        var options = BookOptions()
        options.limits.listedMax = 3
        let rows = (1...10).map { "A\($0),飞走" }.joined(separator: "¶")
        let report = BookFile.read(csv("assetNo,useStatus¶" + rows), options: options).report
        #expect(report.problems.count == 3 && report.problemCount == 10 && report.leftOut == 10)
    }

    @Test func `what a problem quotes is short and cannot steer a terminal`() {
        let value = "\u{9B}31m" + String(repeating: "长", count: 100)
        let problem = book("assetNo,原值¶A1," + value).report.problems.first
        #expect(problem?.value.hasPrefix("\u{FFFD}31m长") == true)
        #expect(problem?.value.unicodeScalars.count == BookProblem.valueCharactersMax + 1)
    }
}
