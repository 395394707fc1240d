import RegisterBooks
import Testing

/// Text tables write `¶` for LF, `␍` for CR and `␀` for a control character.
func csv(_ text: String) -> [UInt8] {
    let written = text.map { character -> Character in
        switch character {
        case "¶": return "\n"
        case "␍": return "\r"
        case "␀": return "\u{1}"
        default: return character
        }
    }
    return Array(String(written).utf8)
}

@Suite struct CSVReaderTests {
    /// Each record as `line@offset[field|field]`, with its fault behind it.
    private func spelled(_ bytes: [UInt8], limits: CSVReader.Limits = .init()) -> String {
        var reader = CSVReader(bytes, limits: limits)
        var records: [String] = []
        while let record = reader.next() {
            let fields = record.fields.map { $0.replacing("\r\n", with: "␍¶").replacing("\n", with: "¶") }
            let fault = record.fault.map { "!\($0):\(record.faultField)" } ?? ""
            records.append(
                "\(record.line)@\(record.byteOffset)[" + fields.joined(separator: "|") + "]" + fault)
        }
        return records.joined(separator: " ")
    }

    @Test(arguments: [
        ("", ""),
        ("a", "1@0[a]"),
        ("a,b", "1@0[a|b]"),
        ("a,b¶", "1@0[a|b]"),
        ("a,b␍¶c,d␍¶", "1@0[a|b] 2@5[c|d]"),
        ("a,b¶c,d", "1@0[a|b] 2@4[c|d]"),
        ("a,", "1@0[a|]"),
        (",,", "1@0[||]"),
        ("¶a¶¶b", "1@0[] 2@1[a] 3@3[] 4@4[b]"),
        (" a , b ", "1@0[ a | b ]"),
        ("资产,编号¶一,二", "1@0[资产|编号] 2@14[一|二]"),
        (#""a","b""#, "1@0[a|b]"),
        (#""a,b",c"#, "1@0[a,b|c]"),
        (#""a""b",c"#, #"1@0[a"b|c]"#),
        (#""""""#, #"1@0["]"#),
        (#""",x"#, "1@0[|x]"),
        (#"",x"#, "1@0[,x]!unterminatedQuote:0"),
        (#""a¶b",c¶d"#, "1@0[a¶b|c] 3@8[d]"),
        (#""a␍¶b"␍¶d"#, "1@0[a␍¶b] 3@8[d]"),
        (#"="0012",b"#, "1@0[0012|b]"),
        ("=1+1,b", "1@0[=1+1|b]"),
        ("a\tb,c", "1@0[a\tb|c]"),
    ])
    func `records are read as RFC 4180 writes them`(text: String, expected: String) {
        #expect(spelled(csv(text)) == expected)
    }

    @Test(arguments: [
        (#"a"b,c¶d"#, "1@0[ab|c]!strayQuote:0 2@6[d]"),
        (#"x,"a"b,c¶d"#, "1@0[x|ab|c]!strayQuote:1 2@9[d]"),
        (#"x, "a,b"¶d"#, "1@0[x| a|b]!strayQuote:1 2@9[d]"),
        (#"x¶y,"a¶b"#, "1@0[x] 2@2[y|a¶b]!unterminatedQuote:1"),
        ("a␀,b¶c", "1@0[a\u{1}|b]!controlCharacter:0 2@5[c]"),
        ("a␍b¶c", "1@0[a\rb]!controlCharacter:0 2@4[c]"),
    ])
    func `what breaks the grammar is a fault of its record and reading goes on`(
        text: String, expected: String
    ) {
        #expect(spelled(csv(text)) == expected)
    }

    @Test func `a byte order mark belongs to no field and counts in the offsets`() {
        #expect(spelled([0xEF, 0xBB, 0xBF] + csv("a¶b")) == "1@3[a] 2@5[b]")
    }

    @Test(arguments: [
        ("abcd,e", "1@0[abcd|e]"),
        ("abcde,f", "1@0[abcd|f]!fieldTooLong:0"),
        ("a,b,c", "1@0[a|b|c]"),
        ("a,b,c,d¶e", "1@0[a|b|c]!tooManyFields:3 2@8[e]"),
    ])
    func `fields and records have limits`(text: String, expected: String) {
        var limits = CSVReader.Limits()
        limits.fieldBytesMax = 4
        limits.fieldsPerRecordMax = 3
        #expect(spelled(csv(text), limits: limits) == expected)
    }

    @Test(
        arguments: [
            ([], nil), ([0x61, 0xE8, 0xB5, 0x84], nil), ([0xF0, 0xA0, 0xAE, 0xB7], nil),
            ([0x61, 0xFF], 1), ([0x80], 0), ([0x61, 0x62, 0xE8, 0xB5], 2), ([0xC0, 0xAF], 0),
            ([0xED, 0xA0, 0x80], 0),
            // 资产 in GB18030.
            ([0x61, 0x2C, 0xD7, 0xCA, 0xB2, 0xFA], 2),
        ] as [([UInt8], Int?)])
    func `bytes that are not UTF-8 are named by their offset`(bytes: [UInt8], offset: Int?) {
        #expect(CSVReader.firstInvalidByte(in: bytes) == offset)
    }
}

@Suite struct CellTextTests {
    @Test(arguments: [
        (" ＹＱ２０２６－０１　", "YQ2026-01"), ("（万元）", "(万元)"), ("a\u{00A0}", "a"), ("\u{200B}A1\u{FEFF}", "A1"),
        ("数 量", "数 量"), ("", ""), ("   ", ""), ("𬭁", "𬭁"),
    ])
    func `identifiers are folded to plain width`(text: String, expected: String) {
        #expect(CellText.folded(text) == expected)
    }

    @Test(arguments: [
        ("'0012", "0012"), ("=\"0012\"", "0012"), ("＇0012", "0012"), ("0012", "0012"), ("=\"", "=\""),
    ])
    func `marks that keep a number text are taken off`(text: String, expected: String) {
        #expect(CellText.identifier(text) == expected)
    }

    @Test func `names are kept as written but for their ends`() {
        #expect(CellText.trimmed("\u{3000}台式计算机（Ａ型） \t") == "台式计算机（Ａ型）")
    }

    @Test(arguments: [
        ("4.21101E+17", true), ("4E+17", true), ("4.2e+5", true), ("42110", false), ("E+17", false),
        ("4.E+17", false),
        ("4.2E17", false), ("4E+", false), ("E28011", false), ("300833B2E+", false), ("A4E+17", false),
        ("", false),
    ])
    func `a rounded number is recognised`(text: String, expected: Bool) {
        #expect(CellText.isScientific(text) == expected)
    }
}
