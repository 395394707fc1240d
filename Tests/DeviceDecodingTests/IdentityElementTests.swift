import AssetModel
import DeviceDecoding
import Testing

/// What an encoder makes of a text: the element string of its bits, or the refusal.
private func read(_ text: String, _ encoding: EPCEncoding = EPCEncoding()) -> String {
    do throws(Rejection) {
        return try encoding.encode(text).description.elementString ?? "-"
    } catch {
        return "\(error.reason.rawValue) @ \(error.at)"
    }
}

/// The texts of GS1 keys as other systems write them: more identifiers, another order, other cases.
struct IdentityElementTests {
    private static let serial = "(01)80614141123458(21)6789"

    @Test(arguments: [
        // What follows a serial number is no part of it; an EPC does not carry it.
        ("(01)80614141123458(21)6789(10)LOT", "malformed_item @ AI 10"),
        ("(01)80614141123458(21)6789(3103)001750", "malformed_item @ AI 3103"),
        ("(01)80614141123458(10)LOT(21)6789", "malformed_item @ AI 10"),
        ("(01)80614141123458(22)A(10)LOT(21)6789", "malformed_item @ AI 22"),
        ("(01)80614141123458(21)6789(240)X", "malformed_item @ AI 240"),
        ("(01)80614141123458(21)6789(05)1", "malformed_item @ AI 05"),
        ("(01)80614141123458(21)6789(414)9521141123454", "malformed_item @ AI 414"),
        ("(8004)952114132a(8008)26112112", "malformed_item @ AI 8008"),
        ("(253)9521141123454AB(10)1", "malformed_item @ AI 10"),
        ("(01)79521141123453(21)5678(17)261121(15)261120", "malformed_item @ AI 15"),
        // In any order.
        ("(21)6789(01)80614141123458", serial), (serial, serial),
        ("(254)32a/b(414)9521141123454", "(414)9521141123454(254)32a/b"),
        ("(8011)12345(8010)952114198765", "(8010)952114198765(8011)12345"),
        ("(17)261121(21)5678(01)79521141123453", "(01)79521141123453(21)5678(17)261121"),
        // Twice.
        ("(01)80614141123458(21)6789(21)6789", "malformed_identity @ offset 30"),
        ("(01)80614141123458(01)80614141123458(21)1", "malformed_identity @ offset 22"),
        // Brackets of the value: with one digit, five, or another character they are no identifier.
        ("(01)80614141123458(21)A(C)D", "(01)80614141123458(21)A(C)D"),
        ("(01)80614141123458(21)A(1)D", "(01)80614141123458(21)A(1)D"),
        ("(01)80614141123458(21)A(12345)D", "(01)80614141123458(21)A(12345)D"),
        ("(01)80614141123458(21)A(10", "(01)80614141123458(21)A(10"),
        ("(01)80614141123458(21)((", "(01)80614141123458(21)(("),
        ("(01)79521141123453(21)A((17)261121", "(01)79521141123453(21)A((17)261121"),
        ("(01)80614141123458(21)\\(10)LOT", "(01)80614141123458(21)\\(10)LOT"),
        ("(01)80614141123458(21)A\\(C)D", "(01)80614141123458(21)A(C)D"),
        ("(01)80614141123458(21)A\\D", "malformed_identity @ offset 23"),
        ("(01)80614141123458(21)\\(\\(A#", "malformed_identity @ offset 27"),
        ("(01)80614141123458(21)A\\", "malformed_identity @ offset 23"),
    ])
    func `an element string ends a value where the next identifier begins`(text: String, expected: String) {
        #expect(read(text) == expected)
    }

    @Test(arguments: [
        ("https://id.gs1.org/01/80614141123458/21/6789", serial),
        ("HTTPS://ID.GS1.ORG/01/80614141123458/21/6789", serial),
        ("Http://Example.CN/a/01/80614141123458/21/6789", serial),
        ("https://id.gs1.org/01/80614141123458/21/6789/", serial),
        ("https://id.gs1.org/01/80614141123458/21/6789/?linkType=gs1:pip#x", serial),
        // A prefix of the path that looks like a key stays a prefix.
        ("https://example.cn/00/01/80614141123458/21/6789/", serial),
        ("https://example.cn/00/01/80614141123458/21/6789", serial),
        ("https://id.gs1.org/01/79521141123453/21/5678/?17=261121", "(01)79521141123453(21)5678(17)261121"),
        ("https://id.gs1.org/01/80614141123458/10/LOT/21/6789", "malformed_item @ AI 10"),
        ("https://id.gs1.org/01/80614141123458/22/A/10/LOT/21/6789", "malformed_item @ AI 22"),
        ("https://id.gs1.org/01/80614141123458/21/6789?3103=001750", "malformed_item @ AI 3103"),
        ("https://id.gs1.org/01/80614141123458?21=6789", "malformed_item @ AI 21"),
        ("https://id.gs1.org/01/80614141123458/21/%2F%2Fa%23", "malformed_identity @ offset 47"),
        ("https://id.gs1.org/01/80614141123458/21/", "identity_length @ offset 40"),
        ("https://id.gs1.org/01/80614141123458/21/6789//", "malformed_identity @ offset 45"),
        ("https://id.gs1.org/01/80614141123458/ser/6789", "malformed_identity @ offset 37"),
    ])
    func `a link is any host's, in any case of letters`(text: String, expected: String) {
        #expect(read(text) == expected)
    }

    @Test(arguments: [
        ("URN:EPC:id:sgtin:0614141.812345.6789", serial),
        ("Urn:Epc:tag:sgtin-96:3.0614141.812345.6789", serial),
        ("URN:EPC:raw:16.xFF.x8BD4", "-"),
        // What stands behind the namespace has a case.
        ("URN:EPC:ID:sgtin:0614141.812345.6789", "unknown_shape @ offset 0"),
        ("urn:epc:id:SGTIN:0614141.812345.6789", "malformed_identity @ offset 11"),
    ])
    func `urn and its namespace are written in any case`(text: String, expected: String) {
        #expect(read(text) == expected)
    }

    @Test func `a serial number full of brackets survives its element string`() throws {
        var random = SplitMix64(seed: 0x28_29)
        let pieces = ["(", ")", "1", "(10)", "(17)", "(3103)", "(7007)", "261121", "A"]
        for _ in 0..<500 {
            let serial = String((0..<6).map { _ in pieces[random.below(pieces.count)] }.joined().prefix(20))
            let escaped = serial.flatMap { $0 == "(" || $0 == ")" ? "%\($0 == "(" ? 28 : 29)" : "\($0)" }
            let link = "https://id.gs1.org/01/79521141123453/21/" + String(escaped)
            for asked in [EPCEncoding(), EPCEncoding(companyPrefixDigits: 7)] {
                let encoded = try asked.encode(link)
                #expect(encoded.description.digitalLink == link)
                let elements = try #require(encoded.description.elementString)
                #expect(elements.replacing("\\", with: "") == "(01)79521141123453(21)" + serial)
                var again = asked
                again.scheme = encoded.description.scheme.flatMap(EPCEncoding.Scheme.init)
                #expect(try again.encode(elements) == encoded, "\(elements)")
            }
        }
        let dated = try EPCEncoding().encode("(01)79521141123453(21)6\\(17)261121(17)261130").description
        #expect(dated.scheme == "dsgtin+")
        #expect(dated.elementString == "(01)79521141123453(21)6\\(17)261121(17)261130")
    }

    @Test func `a part reference may have each character of its set at each place`() throws {
        let characters = "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)
        for first in characters {
            for second in characters {
                let elements = "(8010)9521141\(first)Z\(second)(8011)12345"
                for asked in [EPCEncoding(filter: 3), EPCEncoding(filter: 3, companyPrefixDigits: 7)] {
                    let encoded = try asked.encode(elements)
                    #expect(encoded.description.elementString == elements)
                    let link = try #require(encoded.description.digitalLink)
                    #expect(try asked.encode(link) == encoded, "\(link)")
                    #expect(try EPCEncoding().encode(encoded.description.hex) == encoded)
                }
            }
        }
        let host = EPCEncoding(scheme: .plus(.cpiHost))
        let link = "https://qr.example.cn/8010/9521141%23A/8011/7"
        #expect(read(link, host) == "(8010)9521141#A(8011)7")
        // No other identifier has the number sign.
        #expect(read("(8004)9521141#A") == "malformed_identity @ offset 13")
        #expect(read("(01)80614141123458(21)#") == "malformed_identity @ offset 22")
    }

    @Test(arguments: [
        ("260131", true), ("260228", true), ("260229", false), ("280229", true),
        ("000229", true), ("280230", false), ("260431", false), ("260631", false), ("260931", false),
        ("261130", true), ("261131", false), ("261231", true), ("261300", false), ("260015", false),
        ("261100", true), ("260200", true),
    ])
    func `a date stands in the calendar, or is a month as a whole`(date: String, isDate: Bool) throws {
        let elements = "(01)79521141123453(21)5678(17)\(date)"
        #expect(read(elements) == (isDate ? elements : "malformed_identity @ offset 30"))
        let number = try #require(UInt64(date))
        var bits = PlusBits()
        bits.nibbles("FB34")
        bits.binary(number / 10_000, 7)
        bits.binary(number / 100 % 100, 4)
        bits.binary(number % 100, 5)
        bits.nibbles("79521141123453")
        bits.text("5678", encoding: 0)
        let description = try EPCDescription.describe(hex: bits.hex)
        #expect(description.scheme == (isDate ? "dsgtin+" : "raw"))
        #expect(description.elementString == (isDate ? elements : nil))
    }

    @Test func `the PC word is printed in upper case, as it was given in either`() throws {
        for hex in ["31A2A1B2", "31a2a1b2"] {
            let description = try EPCDescription.describe(hexWithPC: hex)
            #expect(description.protocolControl?.hex == "31A2")
            #expect(description.applicationFamilyHex == "A2")
        }
    }
}
