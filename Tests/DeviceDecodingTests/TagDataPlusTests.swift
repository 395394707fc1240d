import AssetModel
import DeviceDecoding
import Testing

/// Writes '+' identities from the tables of the standard and not from the decoder: a string of 0 and 1.
struct PlusBits {
    var bits = ""

    mutating func binary(_ value: some BinaryInteger, _ width: Int) {
        let digits = String(value, radix: 2)
        bits += String(repeating: "0", count: width - digits.count) + digits
    }

    mutating func nibbles(_ hex: String) {
        for digit in hex { binary(digit.hexDigitValue ?? 0, 4) }
    }

    static let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    static let code40 = Array("\u{0}ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789")
    static let alphabets = [
        Array("0123456789"), Array("0123456789ABCDEF"), Array("0123456789abcdef"), base64,
        Array("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"),
        Array(code40.dropFirst()),
    ]

    /// Table B of the standard: bits of an integer of so many digits.
    static let integerBits = [
        0, 4, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40, 44, 47, 50, 54, 57, 60, 64, 67,
    ]

    mutating func text(_ text: String, encoding: Int) {
        binary(encoding, 3)
        binary(text.count, 5)
        switch encoding {
        case 0: binary(UInt128(text) ?? 0, PlusBits.integerBits[text.count])
        case 1, 2: nibbles(text)
        case 3: for character in text { binary(PlusBits.base64.firstIndex(of: character) ?? 0, 6) }
        case 4: for ascii in text.utf8 { binary(ascii, 7) }
        default:
            var symbols = text.map { PlusBits.code40.firstIndex(of: $0) ?? 0 }[...]
            while !symbols.isEmpty {
                let triple = Array(symbols.prefix(3)) + [0, 0]
                binary(1600 * triple[0] + 40 * triple[1] + triple[2] + 1, 16)
                symbols = symbols.dropFirst(3)
            }
        }
    }

    var hex: String {
        var rest = (bits + String(repeating: "0", count: (16 - bits.count % 16) % 16))[...]
        var hex = ""
        while !rest.isEmpty {
            hex += String(UInt8(rest.prefix(4), radix: 2) ?? 0, radix: 16, uppercase: true)
            rest = rest.dropFirst(4)
        }
        return hex
    }
}

extension PlusBits {
    /// Upper case.
    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
        }.joined()
    }
}

func closedByCheckDigit(_ digits: String) -> String {
    let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
        sum + (digit.element.wholeNumberValue ?? 0) * (digit.offset % 2 == 0 ? 3 : 1)
    }
    return digits + String((10 - sum % 10) % 10)
}

struct TagDataPlusTests {
    @Test(
        arguments: [
            // 7-bit text behind a GTIN: F7, 0 and filter 3, 14 digits, encoding 4, length 5.
            ("F73795211411234538566CB0AFC4", "sgtin+", "(01)79521141123453(21)32a/b"),
            // Digits, E, encoding 4, length 3; and closed by F.
            ("FA3952114132E83C2BF100", "giai+", "(8004)952114132a/b"),
            ("FA395211415678F0", "giai+", "(8004)95211415678"),
            ("F93106141412345678908000", "sscc+", "(00)106141412345678908"),
            ("F43952114112345678906000", "gsrn+", "(8018)952114112345678906"),
            ("F53952114112345678906000", "gsrnp+", "(8017)952114112345678906"),
            // Encoding 0, length 4, 14 bits: 5678.
            ("F13095211411234540458B8", "grai+", "(8003)095211411234545678"),
            ("F6395211411234540458B8", "gdti+", "(253)95211411234545678"),
            ("F2395211411234540458B8", "sgln+", "(414)9521141123454(254)5678"),
            // An extension of 0: none.
            ("F2395211411234540100", "sgln+", "(414)9521141123454"),
            // Length 5, 17 bits: 04711 keeps its zero.
            ("F839521141678909509338000", "sgcn+", "(255)952114167890904711"),
            ("F03952114198765F5181C8000", "cpi+", "(8010)952114198765(8011)12345"),
            ("F330950600013435201020458B80", "itip+", "(8006)095060001343520102(21)5678"),
            // Kind 4, 2026-11-21: 0011010 1011 10101.
            ("FB343575795211411234530458B80", "dsgtin+", "(01)79521141123453(21)5678(17)261121"),
            // The toggle announces data: an application identifier follows, (10) here, and no other bits.
            ("FAB95211415678F1081AB0", "giai+", "(8004)95211415678"),
            ("FAB95211415678F1A81AB0", "raw", nil), ("FA395211415678F1081AB0", "raw", nil),
            // Identifiers of four digits: 3103, and 31A8 which is none.
            ("FAB95211415678F3103123", "giai+", "(8004)95211415678"), ("FAB95211415678F31A8123", "raw", nil),
            // With a host name behind: it has to be there.
            ("FD3795211411234538566CB0AFC45123456789AB", "sgtin++", "(01)79521141123453(21)32a/b"),
            ("FD3795211411234538566CB0AFC4", "raw", nil),
            ("EF31061414123456789088C123456789", "sscc++", "(00)106141412345678908"),
            ("EF31061414123456789080000000", "raw", nil), ("EE395211415678F8C123456", "raw", nil),
        ] as [(String, String, String?)])
    func `identities of TDS 2 have an element string and no URN`(
        hex: String, scheme: String, elements: String?
    )
        throws
    {
        let whole = hex.count % 2 == 0 ? hex : hex + "0"
        let description = try EPCDescription.describe(hex: whole)
        #expect(description.hex == whole)
        #expect(description.scheme == scheme)
        #expect(description.elementString == elements)
        #expect(description.pureIdentityURI == nil && description.tagURI == nil)
        #expect((description.digitalLink == nil) == (elements == nil))
    }

    @Test(arguments: [
        "F73795211411234548566CB0AFC4", "F7379521141A234538566CB0AFC4", "F73795211411234538566CB0AFC5",
        "F73795211411234538566CB0AF", "F73795211411234530C", "F73795211411234538066CB0AFC4",
        "F7379521141123453C566CB0AFC4", "F13195211411234540458B8", "FA3952E83C2BF100", "FA3952114132D83C2BF1",
        "FA395211413295211413295211413295211413F0", "F93106141412345678907000",
        "FB343415795211411234530458B80",
        "FB3435B5795211411234530458B80", "FB373575795211411234530458B80", "F83952114167890909338000",
        "F839521141678909D09338000",
        // A digit behind the E would stand before it.
        "FA02929E2180",
    ])
    func `a header of TDS 2 before anything else is no claim`(hex: String) throws {
        let whole = hex.count % 2 == 0 ? hex : hex + "0"
        #expect(try EPCDescription.describe(hex: whole) == EPCDescription(hex: whole, scheme: "raw"))
    }

    @Test(arguments: 0..<6) func `serial numbers in each encoding, at every length`(encoding: Int) throws {
        var random = SplitMix64(seed: UInt64(encoding))
        let alphabet = PlusBits.alphabets[encoding]
        for length in 1...20 {
            for _ in 0..<20 {
                let serial = String((0..<length).map { _ in alphabet[random.below(alphabet.count)] })
                let gtin = closedByCheckDigit(
                    String((0..<13).map { _ in Character(String(random.below(10))) }))
                var bits = PlusBits()
                bits.nibbles("F70" + gtin)
                bits.text(serial, encoding: encoding)
                let description = try EPCDescription.describe(hex: bits.hex)
                #expect(description.elementString == "(01)\(gtin)(21)\(serial)", "\(bits.hex)")
            }
        }
    }

    @Test func `asset references of 5 to 30 characters, digits first`() throws {
        var random = SplitMix64(seed: 8004)
        for length in 5...30 {
            for _ in 0..<20 {
                let leading = 4 + random.below(min(length, 30) - 3)
                let digits = String((0..<leading).map { _ in Character(String(random.below(10))) })
                let encoding = [1, 2, 3, 4, 5][random.below(5)]
                let alphabet = PlusBits.alphabets[encoding]
                // What follows the digits begins with none: it would stand among them.
                let first = alphabet.filter { !$0.isNumber }
                let rest = String(
                    (leading..<length).map { place in
                        place == leading
                            ? first[random.below(first.count)] : alphabet[random.below(alphabet.count)]
                    })
                var bits = PlusBits()
                bits.nibbles("FA0" + digits + (rest.isEmpty ? "F" : "E"))
                if !rest.isEmpty { bits.text(rest, encoding: encoding) }
                let description = try EPCDescription.describe(hex: bits.hex)
                #expect(description.elementString == "(8004)\(digits)\(rest)", "\(bits.hex)")
            }
        }
    }

    /// `id.gs1.org` in each way that the length may count: Code 40, symbols, characters.
    private static func appendHost(_ form: Int, to bits: inout PlusBits) {
        switch form {
        case 0:
            bits.binary(0, 1)
            var name = PlusBits()
            name.text("ID.GS1.ORG", encoding: 5)
            bits.binary(10, 6)
            bits.bits += name.bits.dropFirst(8)
        case 1, 2:
            bits.binary(1, 1)
            bits.binary(form == 1 ? 10 : 5, 6)
            // 20h stands for "id.", 5Ch for ".org".
            for symbol in [0x20, 0x67, 0x73, 0x31, 0x5C] { bits.binary(symbol, 7) }
        default:
            bits.binary(1, 1)
            bits.binary(6, 6)
            // "a." and ".cn" from a table of 14 bits.
            for symbol in [0x61, 0x2E, 0x62, 0x00, 0x2E] { bits.binary(symbol, 7) }
        }
    }

    @Test(arguments: 0...3) func `a host name behind an asset reference has to make sense`(form: Int) throws {
        var bits = PlusBits()
        bits.nibbles("EE095211415678F")
        TagDataPlusTests.appendHost(form, to: &bits)
        let good = bits.hex
        #expect(try EPCDescription.describe(hex: good).elementString == "(8004)95211415678")
        #expect(try EPCDescription.describe(hex: good).scheme == "giai++")
        // A bit of one behind the end, without the toggle.
        #expect(try EPCDescription.describe(hex: good + "0001").scheme == "raw")
    }

    @Test(arguments: 0...3) func `a disputed serial number is read where only one way makes sense`(form: Int)
        throws
    {
        for isInteger in [true, false] {
            var part = PlusBits()
            part.nibbles("E6095211415678F")
            part.binary(5, 4)
            if isInteger { part.binary(12345, 17) } else { part.nibbles("12345") }
            TagDataPlusTests.appendHost(form, to: &part)
            let description = try EPCDescription.describe(hex: part.hex)
            #expect(description.scheme == "cpi++")
            #expect(description.elementString == "(8010)95211415678(8011)12345")

            var coupon = PlusBits()
            coupon.nibbles("EC09521141678909")
            coupon.binary(5, 4)
            if isInteger { coupon.binary(4711, 17) } else { coupon.nibbles("04711") }
            TagDataPlusTests.appendHost(form, to: &coupon)
            #expect(try EPCDescription.describe(hex: coupon.hex).elementString == "(255)952114167890904711")
        }
    }

    @Test func `random numbers behind a header of TDS 2 are hardly ever claimed`() throws {
        var random = SplitMix64(seed: 1994)
        var claimed = 0
        let headers: [UInt8] = Array(0xE6...0xFD)
        for index in 0..<48_000 {
            let header = headers[index % headers.count]
            let bytes = [header] + (0..<11).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let epc = try #require(EPC(bytes: bytes))
            let description = EPCDescription.describe(epc)
            #expect(description.tagURI == nil && description.pureIdentityURI == nil)
            if description.scheme != "raw" { claimed += 1 }
        }
        // GIAI+ and CPI+ have no check digit: a few in a thousand; at most one in a thousand of all.
        #expect(claimed < 48, "\(claimed)")
    }
}
