import AssetModel
import BookEncodings
import RegisterBooks
import Testing

/// `D7CA B2FA` → its bytes.
func hexBytes(_ text: String) -> [UInt8] {
    let digits = text.utf8.compactMap { byte in Character(Unicode.Scalar(byte)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The code points of a text as `U+9FB4`.
private func points(_ text: String) -> String {
    text.unicodeScalars.map { "U+" + String($0.value, radix: 16, uppercase: true) }.joined(separator: " ")
}

/// Reads a book from its bytes, with the conversion of the system.
func book(_ bytes: [UInt8], strict: Bool = false) -> BookFile {
    var options = BookOptions()
    options.isStrict = strict
    options.gb18030 = GB18030.converter
    return BookFile.read(bytes, options: options)
}

@Suite struct BookEncodingTests {
    /// 资产编号,资产名称␊YQ1,𬭁𠮷䶮 in each encoding. The bytes of the GB18030 form are written down, not
    /// made by the code under test: 𬭁 and 𠮷 take four bytes there, and 䶮 is FE9F.
    private static let text = "资产编号,资产名称\nYQ1,𬭁𠮷䶮\n"
    private static let gb18030 = hexBytes(
        "D7CA B2FA B1E0 BAC5 2C D7CA B2FA C3FB B3C6 0A 595131 2C 9933A739 9534B235 FE9F 0A")

    @Test(arguments: BookEncoding.allCases)
    func `the same book in every encoding is the same cards`(encoding: BookEncoding) {
        let bytes = BookEncodingTests.bytes(BookEncodingTests.text, in: encoding)
        let file = book(bytes)
        #expect(file.report.encoding == encoding)
        #expect(file.report.problems.isEmpty)
        #expect(file.change.cards.map(\.assetName) == ["𬭁𠮷䶮"])
        #expect(file.change == book(Array(BookEncodingTests.text.utf8)).change)
    }

    private static func bytes(_ text: String, in encoding: BookEncoding) -> [UInt8] {
        switch encoding {
        case .utf8: return [0xEF, 0xBB, 0xBF] + Array(text.utf8)
        case .utf16LittleEndian:
            return [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case .utf16BigEndian:
            return [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        case .gb18030: return gb18030
        }
    }

    /// What GB 18030-2022 moved. Two bytes that older tables keep in the private use area, and the four bytes
    /// with which they changed places.
    @Test(arguments: [
        ("A6D9", "U+FE10"), ("A6DA", "U+FE12"), ("A6DB", "U+FE11"), ("A6DC", "U+FE13"), ("A6DD", "U+FE14"),
        ("A6DE", "U+FE15"), ("A6DF", "U+FE16"), ("A6EC", "U+FE17"), ("A6ED", "U+FE18"), ("A6F3", "U+FE19"),
        ("FE59", "U+9FB4"), ("FE61", "U+9FB5"), ("FE66", "U+9FB6"), ("FE67", "U+9FB7"), ("FE6D", "U+9FB8"),
        ("FE7E", "U+9FB9"), ("FE90", "U+9FBA"), ("FEA0", "U+9FBB"), ("FE9F", "U+4DAE"), ("FE51", "U+20087"),
        ("82359037", "U+9FB4"), ("82359038", "U+9FB5"), ("82359039", "U+9FB6"), ("82359130", "U+9FB7"),
        ("82359134", "U+9FBB"), ("84318236", "U+FE10"), ("84318239", "U+FE13"), ("84318330", "U+FE14"),
        ("84318335", "U+FE19"), ("8135F437", "U+1E3F"), ("A8BC", "U+1E3F"), ("A8BF", "U+1F9"),
        ("8235903782359037FE59", "U+9FB4 U+9FB4 U+9FB4"),
    ])
    func `bytes in GB18030 come out at their code points of 2022`(bytes: String, expected: String) throws {
        // A hanzi before and behind, so that neither UTF-8 nor the end of the file decides.
        let around = hexBytes("D7CA") + hexBytes(bytes) + hexBytes("B2FA")
        let text = try BookText(around, gb18030: GB18030.converter)
        #expect(text.encoding == .gb18030)
        #expect(points(String(decoding: text.utf8, as: UTF8.self)) == "U+8D44 " + expected + " U+4EA7")
    }

    @Test(arguments: [
        (0xE78D, 0xFE10), (0xE78E, 0xFE12), (0xE796, 0xFE19), (0xE797, 0xE797), (0xE7C7, 0x1E3F),
        (0xE7C8, 0x01F9), (0xE814, 0xE814), (0xE815, 0x2E81), (0xE816, 0x20087), (0xE81E, 0x9FB4),
        (0xE826, 0x9FB5), (0xE82B, 0x9FB6), (0xE82C, 0x9FB7), (0xE832, 0x9FB8), (0xE843, 0x9FB9),
        (0xE854, 0x9FBA), (0xE863, 0x4DAE), (0xE864, 0x9FBB), (0xE865, 0xE865),
    ])
    func `private places of older tables fold in UTF-8 too, and only they`(value: Int, expected: Int) throws {
        let scalar = try #require(Unicode.Scalar(UInt32(value)))
        let text = try BookText(Array("a\(scalar)b".utf8), gb18030: nil)
        let hex = String(expected, radix: 16, uppercase: true)
        #expect(points(String(decoding: text.utf8, as: UTF8.self)) == "U+61 U+\(hex) U+62")
    }

    @Test(arguments: [
        // A code that no edition has; a pair cut off; four bytes cut off; a lone FF.
        ("D7CA 0A D7CA 80", "E-ENCODING 2", 5), ("D7CA B2", "E-ENCODING 1", 2),
        ("D7CA 0A 843182", "E-ENCODING 2", 3), ("D7CA FF D7CA", "E-ENCODING 1", 2),
        ("D7CA 0D D7CA FF", "E-ENCODING 2", 5),
        // UTF-8 with a mark, or with more right sequences than wrong bytes, is never taken for GB18030.
        ("EFBBBF 61 D7CA", "E-UTF8 1", 4), ("E8B584 E4BAA7 0A E7BC96 E5", "E-UTF8 2", 10),
        ("E8B584 C8 E4BAA7 E7BC96", "E-UTF8 1", 3),
        // UTF-16: an odd byte, a high surrogate alone, a low one alone, both the wrong way round.
        ("FFFE 4100 0A00 42", "E-UTF16 2", 6), ("FFFE 4100 42D8", "E-UTF16 1", 4),
        ("FFFE 4100 0A00 42D8 4100", "E-UTF16 2", 6), ("FEFF 0041 DFB7 D842", "E-UTF16 1", 4),
        ("FEFF 0041 D842", "E-UTF16 1", 4),
    ])
    func `what cannot be read is refused at its byte`(bytes: String, problem: String, offset: Int) {
        let report = book(hexBytes(bytes)).report
        #expect(report.problems.map { "\($0.code.rawValue) \($0.line)" } == [problem])
        #expect(report.problems.first?.number == offset)
        #expect(report.isRefused && report.encoding == nil)
    }

    @Test func `a long file in GB18030 comes through in one piece`() {
        let line = hexBytes("D7CA 9933A739 B2FA 2C 31 0A")
        let lines = 20_000
        let bytes =
            Array([UInt8]("assetNo,quantity\n".utf8))
            + (0..<lines).flatMap { number in
                Array("\(number)".utf8) + line
            }
        let file = book(bytes)
        #expect(file.change.cards.count == lines && file.report.problemCount == 0)
        #expect(file.change.cards.last?.assetNo == "19999资𬭁产")
    }

    @Test func `a book without hanzi is UTF-8 and an empty one too`() {
        #expect(book(csv("assetNo¶A1")).report.encoding == .utf8)
        #expect(book([UInt8]()).report.encoding == .utf8)
    }
}
