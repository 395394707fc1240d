import AssetModel
import RegisterBooks
import Testing

@Suite struct MoneyTextTests {
    @Test(
        arguments: [
            ("5499", 549_900), ("5499.00", 549_900), ("5499.5", 549_950), ("0.01", 1), ("0", 0),
            ("12,345.60", 1_234_560),
            ("1,234,567.89", 123_456_789), ("￥12,345.60", 1_234_560), ("¥1", 100), ("-88.00", -8_800),
            ("−88", -8_800),
            ("(88.00)", -8_800), ("-￥5", -500), ("￥-5", -500), ("5499元", 549_900), ("0.5499万元", 549_900),
            ("1.230000", 123), ("1 234.50", 123_450), ("92233720368547758.07", Int64.max),
        ] as [(String, Int64)])
    func `amounts are read to the fen`(text: String, fen: Int64) {
        #expect(MoneyText.fen(text) == fen)
    }

    @Test(
        arguments: [
            ("2106.29", 2_106_290_000), ("0.000001", 1), ("5499元", 549_900), ("1", 1_000_000),
        ] as [(String, Int64)])
    func `a heading in ten thousand yuan counts so, unless the cell says otherwise`(text: String, fen: Int64)
    {
        #expect(MoneyText.fen(text, unit: .tenThousandYuan) == fen)
    }

    @Test(arguments: [
        "", "-", "abc", "1.234", "1,23", "12,34.5", ",123", "1234,567", "1.", ".5", "1.2.3", "--5", "(-5)",
        "5E3", "１",
        "92233720368547758.08", "99999999999999999999", "1/2", "元",
    ])
    func `what is no amount is refused`(text: String) {
        #expect(MoneyText.fen(text) == nil)
    }

    @Test func `finer than a fen is refused in either unit`() {
        #expect(MoneyText.fen("0.0000001", unit: .tenThousandYuan) == nil)
        #expect(MoneyText.fen("0.001") == nil)
    }

    @Test(
        arguments: [(549_900, "5499.00"), (1, "0.01"), (-8_805, "-88.05"), (0, "0.00")] as [(Int64, String)])
    func `fen are shown as yuan`(fen: Int64, text: String) {
        #expect(MoneyText.yuan(fen) == text)
    }
}

@Suite struct DateTextTests {
    @Test(arguments: [
        "2026-11-21", "2026/11/21", "2026.11.21", "20261121", "2026年11月21日", "2026年11月21", "46347",
        "2026-11-21 00:00:00", "2026/11/21 8:30", "2026-11-21T08:30:00.000",
    ])
    func `every usual form of a day is read`(text: String) {
        #expect(DateText(text)?.canonical == "2026-11-21")
        #expect(DateText(text)?.isMonthOnly == false)
    }

    @Test(arguments: [
        ("2026-1-2", "2026-01-02"), ("2024-02-29", "2024-02-29"), ("1900-01-01", "1900-01-01"),
        ("2199-12-31", "2199-12-31"),
    ])
    func `days are written in one form`(text: String, expected: String) {
        #expect(DateText(text)?.canonical == expected)
    }

    @Test(arguments: ["2026-11", "2026/11", "2026年11月", "2026.11"])
    func `a month alone means its first day and says so`(text: String) {
        #expect(DateText(text)?.canonical == "2026-11-01")
        #expect(DateText(text)?.isMonthOnly == true)
    }

    @Test(arguments: [
        "", "今天", "2026", "2026-13-01", "2026-02-29", "2026-00-10", "1899-12-31", "2200-01-01", "26-11-21",
        "2026-11/21", "202611", "19999", "80001", "2026-11-21 25:00", "2026-11-21 noon", "21.11.2026",
        "2026--11-21",
    ])
    func `what is no day is refused`(text: String) {
        #expect(DateText(text) == nil)
    }

    @Test(arguments: [
        ("2026-11-21T08:00:00+08:00", "2026-11-21T00:00:00.000Z"),
        ("2026-11-21T00:00:00Z", "2026-11-21T00:00:00.000Z"),
        ("2026-11-21", "2026-11-20T16:00:00.000Z"), ("20261121", "2026-11-20T16:00:00.000Z"),
    ])
    func `an instant has an offset, or is the midnight of a day in +08`(text: String, expected: String) {
        #expect(InstantText.instant(text, offsetMinutes: 480)?.rfc3339() == expected)
    }

    @Test(arguments: ["2026-11-21 08:00:00", "2026-11-21T08:00", "2026-11", "soon", ""])
    func `a time without an offset and a month without a day are no instant`(text: String) {
        #expect(InstantText.instant(text, offsetMinutes: 480) == nil)
    }

    @Test func `the midnight of a day follows the offset of the site`() {
        #expect(InstantText.instant("2026-11-21", offsetMinutes: 0)?.rfc3339() == "2026-11-21T00:00:00.000Z")
    }
}

@Suite struct StateWordsTests {
    private static let table = """
        在用 IN_USE, 使用中 IN_USE, 自用 IN_USE, 01-在用 IN_USE, inUse IN_USE, IN_USE IN_USE, in_use IN_USE
        闲置 IN_STOCK, 在仓 IN_STOCK, 在库 IN_STOCK, ZCSYZK-02-闲置 IN_STOCK, idle IN_STOCK, 1.闲置 IN_STOCK
        出借 LENT, 借用中 LENT, 已借出 LENT, 出租 LENT, 03-LENT LENT, lentOut LENT
        待处置 PENDING_DISPOSAL, 待报废 PENDING_DISPOSAL, 待处置（待报废） PENDING_DISPOSAL, 毁损 PENDING_DISPOSAL
        维修中 REPAIR, 维修 REPAIR, 报废 DISPOSED, 已处置 DISPOSED, 已核销 DISPOSED, scrapped DISPOSED
        调拨中 RESERVED, 已预留 RESERVED, 待入仓 PENDING_INTAKE, 已调剂 TRANSFERRED, 已报损 LOST, ０１－在用 IN_USE
        """

    @Test func `words of the registers mean the ten states`() {
        for pair in StateWordsTests.table.split(whereSeparator: { $0 == "," || $0 == "\n" }) {
            let cells = pair.split(separator: " ")
            let meaning = StateWords().meaning(of: String(cells[0]))
            #expect(meaning == AssetState(rawValue: String(cells[1])).map { .state($0) }, "\(pair)")
        }
    }

    @Test func `every state is known by its code and by its Chinese name`() {
        for state in AssetState.allCases {
            #expect(StateWords().meaning(of: state.rawValue) == .state(state))
            #expect(StateWords().meaning(of: state.chinese) == .state(state))
        }
    }

    @Test(arguments: ["", "  ", "其他", "99-其他", "other"])
    func `an empty cell and 其他 say nothing`(text: String) {
        #expect(StateWords().meaning(of: text) == .unsaid)
    }

    @Test(arguments: ["飞走", "01", "在用-出租", "在", "用", "不", "(在用)", "-"])
    func `an unknown word is never guessed`(text: String) {
        #expect(StateWords().meaning(of: text) == nil)
    }

    @Test func `words of an installation go before ours`() {
        let words = StateWords(adding: ["架上": .inStock, "闲置": .pendingDisposal])
        #expect(words.meaning(of: "架上") == .state(.inStock))
        #expect(words.meaning(of: "02-闲置") == .state(.pendingDisposal))
        #expect(words.meaning(of: "在用") == .state(.inUse))
    }
}
