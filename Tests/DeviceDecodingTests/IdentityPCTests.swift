import AssetModel
import DeviceDecoding
import Testing

struct IdentityPCTests {
    private static let sgtin = "3074257BF7194E4000001A85"

    @Test(
        arguments: [
            // 3000h: six words; 3400h: and user memory; 3200h: an XPC word elsewhere; 3001h: hazardous.
            (0x3000, sgtin, "sgtin-96", sgtin, nil), (0x3400, sgtin, "sgtin-96", sgtin, nil),
            (0x3200, sgtin, "sgtin-96", sgtin, nil), (0x3001, sgtin, "sgtin-96", sgtin, nil),
            // Fewer words than were given: the rest is no part of the EPC, whatever stands there.
            (0x3000, sgtin + "00000000", "sgtin-96", sgtin, nil),
            (0x3000, sgtin + "BEEF", "sgtin-96", sgtin, nil),
            (0x2800, sgtin, "raw", "3074257BF7194E400000", nil), (0x0800, sgtin, "raw", "3074", nil),
            // More words than were given: what is there is described, and what is missing is stated.
            (0x3800, sgtin, "sgtin-96", sgtin, 112), (0xF800, sgtin, "sgtin-96", sgtin, 496),
            (0x3000, "3074257BF7194E40", "raw", "3074257BF7194E40", 96),
            // SGTIN-198 in 13 words.
            (
                0x6800, "3634257BF7194E5B3770E4000000000000000000000000000000", "sgtin-198",
                "3634257BF7194E5B3770E4000000000000000000000000000000", nil
            ),
            // No word: nothing written.
            (0x0000, sgtin, "unprogrammed", "", nil),
            (
                0x3000, "000000000000000000000000", "unprogrammed",
                "000000000000000000000000", nil
            ),
            (0x3000, "E2806894000040017790E471", "uncommissioned", "E2806894000040017790E471", nil),
            // The toggle: no EPC, even where it looks like one.
            (0x3100, sgtin, "iso-15961", sgtin, nil), (0x31A1, sgtin, "iso-15961", sgtin, nil),
            (0x09FF, "8BD40000", "iso-15961", "8BD4", nil),
            (
                0x3100, "000000000000000000000000", "iso-15961",
                "000000000000000000000000", nil
            ),
        ] as [(UInt16, String, String, String, Int?)])
    func `the PC word says how long an EPC is and whether it is one`(
        word: UInt16, hex: String, scheme: String, shown: String, announced: Int?
    ) throws {
        let description = EPCDescription.describe(pc: word, epc: try #require(EPC(hex: hex)))
        #expect(description.scheme == scheme)
        #expect(description.hex == shown)
        #expect(description.announcedBits == announced)
        #expect((description.tagURI == nil) == !["sgtin-96", "sgtin-198"].contains(scheme))
        let digits = String(word, radix: 16, uppercase: true)
        let whole = String(repeating: "0", count: 4 - digits.count) + digits
        #expect(description.protocolControl?.hex == whole)
        #expect(try EPCDescription.describe(hexWithPC: whole + hex) == description)
    }

    @Test func `what is no EPC has a raw URI with its application family`() throws {
        let item = EPCDescription.describe(pc: 0x09FF, epc: try #require(EPC(hex: "8BD4")))
        #expect(item.rawURI == "urn:epc:raw:16.xFF.x8BD4")
        #expect(item.applicationFamily == 0xFF)
        #expect(item.elementString == nil && item.digitalLink == nil && item.pureIdentityURI == nil)
        // The same bits and no toggle.
        let raw = EPCDescription.describe(pc: 0x0800, epc: try #require(EPC(hex: "8BD4")))
        #expect(raw.rawURI == "urn:epc:raw:16.x8BD4")
        #expect(raw.applicationFamily == nil)
        let encoded = try EPCEncoding().encode("urn:epc:raw:16.xFF.x8BD4")
        #expect(encoded.description == item)
        #expect(encoded.bytes == [0x8B, 0xD4])
    }

    @Test func `the bits of the word`() {
        let word = PCWord(0b10101_1_0_1_11000011)
        #expect(word.lengthWords == 21 && word.lengthBits == 336)
        #expect(word.hasUserMemory && !word.hasExtendedProtocolControl && word.isToggled)
        #expect(word.applicationFamily == 0xC3 && !word.isHazardous)
        let other = PCWord(0b00000_0_1_0_00000001)
        #expect(other.hasExtendedProtocolControl && !other.hasUserMemory && !other.isToggled)
        #expect(other.applicationFamily == nil && other.isHazardous)
    }

    @Test(arguments: [
        ("", "identity_length @ offset 0"), ("30", "identity_length @ offset 2"),
        ("3", "identity_length @ offset 1"), ("30G0", "malformed_identity @ offset 2"),
    ])
    func `a text too short for the word is refused`(hex: String, expected: String) {
        do throws(Rejection) {
            _ = try EPCDescription.describe(hexWithPC: hex)
            Issue.record("taken")
        } catch {
            #expect("\(error.reason.rawValue) @ \(error.at)" == expected)
        }
    }

    @Test(
        arguments: [
            ("E2806894000040017790E471", "urn:epc:raw:96.xE2806894000040017790E471"),
            ("000000000000000000000000", "urn:epc:raw:96.x000000000000000000000000"),
            ("DEADBEEF", "urn:epc:raw:32.xDEADBEEF"), (sgtin, nil), ("FA3952114132E83C2BF10000", nil),
        ] as [(String, String?)])
    func `bits without a scheme have a raw URI, identities have a better name`(hex: String, uri: String?)
        throws
    {
        #expect(try EPCDescription.describe(hex: hex).rawURI == uri)
        if let uri { #expect(try EPCEncoding().encode(uri).description.hex == hex) }
    }

    @Test(arguments: [
        // An SGTIN-96 in 96 bits; the same in 112; eight bytes of 18000-6B; a '+' header; like a TID; zeros.
        (sgtin, "sgtin-96", "sgtin-96"), (sgtin + "0000", "sgtin-96", "raw"),
        ("3074257BF7194E40", "raw", "raw"), ("FA3952114132E83C2BF10000", "giai+", "raw"),
        ("E2806894000040017790E471", "uncommissioned", "raw"), ("0000000000000000", "unprogrammed", "raw"),
    ])
    func `bits of another air protocol are opaque unless header and length fit`(
        hex: String, gen2: String, other: String
    ) throws {
        let epc = try #require(EPC(hex: hex))
        for air in AirProtocol.allCases {
            let description = EPCDescription.describe(epc, over: air)
            #expect(description.scheme == (air == .gen2 ? gen2 : other))
            #expect(description.hex == hex)
        }
    }
}
