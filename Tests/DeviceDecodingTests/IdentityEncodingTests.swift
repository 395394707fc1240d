import AssetModel
import DeviceDecoding
import Testing

/// What an encoder makes of a text: hex and scheme, or the refusal.
private func made(_ text: String, _ encoding: EPCEncoding = EPCEncoding()) -> String {
    do throws(Rejection) {
        let encoded = try encoding.encode(text)
        return "\(encoded.description.hex) \(encoded.description.scheme ?? "-")"
    } catch {
        return "\(error.reason.rawValue) @ \(error.at)"
    }
}

struct IdentityEncodingTests {
    /// Bits put together by hand from the coding tables, for schemes without a published vector here.
    @Test(
        arguments: [
            // Header 40, filter 0, partition 5: 4012345 in 24 bits, 012345 in 20, 1 and 2 in 7, 987 in 38.
            ("4014F4E4E40C0E40820000000F6C", "urn:epc:tag:itip-110:0.4012345.012345.01.02.987"),
            // Everything at its largest: filter 7, partition 0, pieces 99 of 99.
            (
                "40E3A352943FFE71E3FFFFFFFFFC",
                "urn:epc:tag:itip-110:7.999999999999.9.99.99.274877906943"
            ),
            (
                "419987D4A2611E4204DBDD8B366BDDC1000000000000000000000000",
                "urn:epc:tag:itip-212:4.401234.9012345.04.04.mw133%2F;A"
            ),
            // Header 3F, partition 5: 4012345 in 24 bits, 67890 in 17, and 104711 in 41 for the serial 04711.
            ("3F74F4E4E612640000019907", "urn:epc:tag:sgcn-96:3.4012345.67890.04711"),
            ("3F000000000001D1A94A1FFF", "urn:epc:tag:sgcn-96:0.000000000000..999999999999"),
            ("3FFBD08FDE847E000000000A", "urn:epc:tag:sgcn-96:7.999999.999999.0"),
        ])
    func `vectors worked by hand for ITIP and SGCN`(hex: String, uri: String) throws {
        #expect(try EPCDescription.describe(hex: hex).tagURI == uri)
        #expect(try EPCEncoding().encode(uri).description.hex == hex)
    }

    @Test(
        arguments: [
            // GTIN at four bits a digit, then encoding, length and the serial: integer in 17 bits, hex,
            // base64, Code 40 (1600 A + 40 . + Z + 1 in 16 bits).
            ("F737952114112345305181C8", "sgtin+", "(01)79521141123453(21)12345"),
            ("F7379521141123453443AB00", "sgtin+", "(01)79521141123453(21)3ab0"),
            ("F737952114112345365673F7EFC0", "sgtin+", "(01)79521141123453(21)Zz9-_"),
            ("F7379521141123453A50ABBBB590", "sgtin+", "(01)79521141123453(21)A.Z:9"),
            ("F73795211411234538566CB0AFC4", "sgtin+", "(01)79521141123453(21)32a/b"),
            ("F3309506000134352010223A0F00", "itip+", "(8006)095060001343520102(21)A0F"),
            ("F03952114198765F5181C800", "cpi+", "(8010)952114198765(8011)12345"),
            ("F0395211415E87A145BAFB4D19A8C0E4", "cpi+", "(8010)95211415PQ7/Z43(8011)12345"),
            // Kind 4, year 26, month 11, day 0: the whole month.
            ("FB343560795211411234530458B8", "dsgtin+", "(01)79521141123453(21)5678(17)261100"),
            ("FA3952114132E83C2BF10000", "giai+", "(8004)952114132a/b"),
            ("F13095211411234540458B80", "grai+", "(8003)095211411234545678"),
            ("F83952114167890950933800", "sgcn+", "(255)952114167890904711"),
        ])
    func `vectors worked by hand for TDS 2`(hex: String, scheme: String, elements: String) throws {
        var whole = hex
        while whole.count % 4 != 0 { whole += "0" }
        let description = try EPCDescription.describe(hex: whole)
        #expect(description.elementString == elements)
        #expect(description.scheme == scheme)
        #expect(
            made(elements, EPCEncoding(filter: UInt8(hex.dropFirst(2).prefix(1)))) == "\(whole) \(scheme)")
    }

    @Test(arguments: [
        // The shortest scheme that holds the value.
        ("urn:epc:id:sgtin:0614141.812345.6789", "3014257BF7194E4000001A85 sgtin-96"),
        (
            "urn:epc:id:sgtin:0614141.812345.06789",
            "3614257BF7194E58366EE1C80000000000000000000000000000 sgtin-198"
        ),
        ("urn:epc:id:gid:1234.1234.1234", "3500004D20004D20000004D2 gid-96"),
        // A serial number may have dots.
        (
            "urn:epc:tag:sgtin-198:1.0614141.812345.a.b",
            "3634257BF7194E70AEC400000000000000000000000000000000 sgtin-198"
        ),
        // No prefix length: a '+' scheme. A link may be of any host and path.
        ("(00)106141412345678908", "F90106141412345678908000 sscc+"),
        ("https://example.cn/a/b/00/106141412345678908", "F90106141412345678908000 sscc+"),
        ("https://id.gs1.org/01/79521141123453/21/32a%2Fb", "F70795211411234538566CB0AFC4 sgtin+"),
        ("urn:epc:raw:16.xFF.x8BD4", "8BD4 iso-15961"),
        ("urn:epc:raw:96.x0", "000000000000000000000000 unprogrammed"),
        ("urn:epc:raw:96.1", "000000000000000000000001 raw"), ("urn:epc:raw:16.65535", "FFFF raw"),
        ("urn:epc:raw:12.xABC", "ABC0 raw"),
        ("3074257bf7194e4000001a85", "3074257BF7194E4000001A85 sgtin-96"),
    ])
    func `texts of every form`(text: String, expected: String) {
        #expect(made(text) == expected)
    }

    @Test(arguments: [
        ("", "empty_payload @ offset 0"), ("hello", "unknown_shape @ offset 0"),
        ("urn:epc:id", "unknown_shape @ offset 0"), ("urn:epc:idpat:sgtin:*", "unknown_shape @ offset 0"),
        ("urn:epc:id:lgtin:4012345.012345.998877", "malformed_identity @ offset 11"),
        ("urn:epc:tag:sgtin-97:1.0614141.812345.1", "malformed_identity @ offset 12"),
        ("urn:epc:tag:sgtin-96:8.0614141.812345.1", "malformed_identity @ offset 21"),
        ("urn:epc:tag:sgtin-96:01.0614141.812345.1", "malformed_identity @ offset 21"),
        ("urn:epc:tag:sgtin-96:1.0614141.812345", "malformed_identity @ offset 37"),
        // Twelve digits together, a digit too many in each.
        ("urn:epc:tag:sgtin-96:1.0614141.81234.1", "malformed_identity @ offset 31"),
        ("urn:epc:tag:sgtin-96:1.06141.812345.1", "malformed_identity @ offset 23"),
        ("urn:epc:tag:sgtin-96:1.0614141.812345.01", "malformed_identity @ offset 38"),
        ("urn:epc:tag:sgtin-96:1.0614141.812345.274877906944", "malformed_identity @ offset 38"),
        ("urn:epc:id:sgtin:0614141.812345.a#b", "malformed_identity @ offset 33"),
        ("urn:epc:id:sgtin:0614141.812345.a/b", "malformed_identity @ offset 33"),
        ("urn:epc:id:sgtin:0614141.812345.a%2", "malformed_identity @ offset 33"),
        ("urn:epc:id:sgtin:0614141.812345.a%7Eb", "malformed_identity @ offset 32"),
        ("urn:epc:id:sgtin:0614141.812345.位", "malformed_identity @ offset 32"),
        ("urn:epc:id:sgtin:0614141.812345.123456789012345678901", "malformed_identity @ offset 32"),
        ("(01)80614141123459(21)6789", "malformed_identity @ offset 17"),
        ("(01)8061414112345A(21)6789", "malformed_identity @ offset 17"),
        ("(01)80614141123458", "malformed_identity @ offset 4"),
        ("(01)8061414112", "identity_length @ offset 4"), ("(21)6789", "missing_identity @ offset 0"),
        ("(01)80614141123458(21)", "identity_length @ offset 22"),
        ("(01)80614141123458(21)6 7", "malformed_identity @ offset 23"),
        ("(01)80614141123458(10)AB", "malformed_item @ AI 10"),
        ("(01)80614141123458(21)5(17)261300", "malformed_identity @ offset 27"),
        ("(8003)195211411234545678", "malformed_identity @ offset 6"),
        ("(8010)95211415pq(8011)1", "malformed_identity @ offset 14"),
        ("(8010)95211415PQ(8011)1234567890123", "malformed_identity @ offset 6"),
        ("(8004)952a", "malformed_identity @ offset 6"),
        ("https://id.gs1.org/", "unknown_shape @ offset 18"),
        ("https://id.gs1.org/01/80614141123458/10/AB/21/7", "malformed_item @ AI 10"),
        ("https://id.gs1.org/01/80614141123458/21/a%2", "malformed_identity @ offset 41"),
        ("urn:epc:raw:96.xG0", "malformed_identity @ offset 16"),
        ("urn:epc:raw:8.x100", "identity_length @ offset 14"),
        ("urn:epc:raw:8.256", "identity_length @ offset 14"),
        ("urn:epc:raw:12.x1000", "identity_length @ offset 15"),
        ("urn:epc:raw:497.x1", "identity_length @ offset 12"),
        ("urn:epc:raw:16.x1FF.x8BD4", "malformed_identity @ offset 15"),
        ("urn:epc:raw:16.xFF.x8BD4.x1", "malformed_identity @ offset 12"),
        (String(repeating: "A", count: 1_025), "identity_length @ offset 1024"),
    ])
    func `texts that are wrong are refused where they are`(text: String, expected: String) {
        #expect(made(text) == expected)
    }

    @Test(
        arguments: [
            (nil, 7, "(01)80614141123458(21)6789", "3014257BF7194E4000001A85 sgtin-96"),
            (nil, 7, "(8004)952114132a/b", "3816451FD59B2C2BF10000000000000000000000000000000000 giai-202"),
            (
                "giai-202", 7, "(8004)95211415678",
                "3816451FD5AB66EE000000000000000000000000000000000000 giai-202"
            ),
            (
                "sgtin-198", nil, "urn:epc:tag:sgtin-96:3.0614141.812345.6789",
                "3674257BF7194E5B3770E4000000000000000000000000000000 sgtin-198"
            ),
            ("sgtin-96", nil, "(01)80614141123458(21)6789", "malformed_identity @ offset 4"),
            ("sscc-96", 7, "(01)80614141123458(21)6789", "malformed_identity @ offset 4"),
            ("sgtin-96", 7, "(01)80614141123458", "missing_identity @ offset 0"),
            ("sgtin-96", 7, "(01)80614141123458(21)67a", "malformed_identity @ offset 4"),
            ("sgtin-96", nil, "urn:epc:id:sscc:0614141.1234567890", "malformed_identity @ offset 16"),
            ("sgtin+", nil, "urn:epc:tag:sgtin-96:3.0614141.812345.6789", "F7380614141123458046A140 sgtin+"),
            ("sscc+", nil, "(01)80614141123458(21)6789", "malformed_identity @ offset 4"),
            ("sgtin+", nil, "urn:epc:id:gid:1.2.3", "malformed_identity @ offset 15"),
            ("sgtin++", nil, "(01)80614141123458(21)6789", "malformed_identity @ offset 4"),
            // A date beside an identity that has no room for it would be lost.
            ("sgtin+", nil, "(01)80614141123458(21)6789(17)261121", "malformed_item @ AI 17"),
            ("sgtin-96", 7, "(01)80614141123458(21)6789(17)261121", "malformed_item @ AI 17"),
            (
                nil, 7, "https://id.gs1.org/01/80614141123458/21/6789?17=261121",
                "malformed_item @ AI 17"
            ),
        ] as [(String?, Int?, String, String)])
    func `a scheme that is asked for is made or refused`(
        scheme: String?, prefixDigits: Int?, text: String, expected: String
    ) throws {
        let asked = EPCEncoding(
            scheme: scheme.flatMap(EPCEncoding.Scheme.init), companyPrefixDigits: prefixDigits)
        #expect(made(text, asked) == expected)
    }

    @Test func `a filter with no room in the scheme is refused`() {
        let uri = "urn:epc:id:sgtin:0614141.812345.6789"
        #expect(made(uri, EPCEncoding(filter: 7)).hasPrefix("30F4"))
        #expect(made(uri, EPCEncoding(filter: 8)) == "number_out_of_range @ offset 17")
        #expect(made("(00)106141412345678908", EPCEncoding(filter: 8)) == "number_out_of_range @ offset 0")
        // GID has none at all, ADI six bits.
        #expect(made("urn:epc:id:gid:1.2.3", EPCEncoding(filter: 1)) == "number_out_of_range @ offset 15")
        #expect(made("urn:epc:id:adi:2S194..1", EPCEncoding(filter: 63)).hasSuffix("adi-var"))
    }

    @Test func `random texts never trap`() {
        var random = SplitMix64(seed: 0xE2C0DE)
        let pieces = [
            "urn:epc:", "tag:", "id:", "raw:", "sgtin-96:", "giai-202:", "cpi-var:", "96.", "x", "(01)",
            "(21)",
            "(8010)", "(8011)", "https://", "id.gs1.org", "/01/", "/21/", "?17=", "%2F", "%", ".", "0614141",
            "80614141123458", "A", "位", "é", "\u{0}", "#", "(", ")",
        ]
        let schemes = EPCEncoding.Scheme.all
        for _ in 0..<50_000 {
            let text = (0..<random.below(9)).map { _ in pieces[random.below(pieces.count)] }.joined()
            let asked = EPCEncoding(
                scheme: random.below(2) == 0 ? nil : schemes[random.below(schemes.count)],
                filter: UInt8(random.below(64)), companyPrefixDigits: random.below(20))
            do throws(Rejection) {
                let encoded = try asked.encode(text)
                #expect(encoded.bytes.count % 2 == 0 && encoded.bytes.count <= 62, "\(text)")
            } catch {
                #expect(!error.at.isEmpty)
            }
        }
    }
}
