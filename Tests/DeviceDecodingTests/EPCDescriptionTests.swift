import AssetModel
import DeviceDecoding
import Foundation
import Testing

/// A row of `Fixtures/epc-vectors.csv`.
struct EPCVector: CustomTestStringConvertible, Sendable {
    var hex: String
    var scheme: String
    var pureIdentityURI: String
    var tagURI: String
    var isNegative: Bool

    var testDescription: String { "\(scheme) \(hex)" }

    static func all() throws -> [EPCVector] {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        let text = try String(contentsOf: folder.appendingPathComponent("epc-vectors.csv"), encoding: .utf8)
        return text.split(separator: "\n").dropFirst().map { line in
            let fields = fields(of: line)
            return EPCVector(
                hex: fields[0], scheme: fields[1].lowercased(), pureIdentityURI: fields[2], tagURI: fields[4],
                isNegative: fields[6] == "negative case")
        }
    }

    /// Fields with a comma stand in quotation marks; none of ours has one inside.
    private static func fields(of line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}

struct EPCDescriptionTests {
    @Test(arguments: try EPCVector.all().filter { !$0.isNegative })
    func `published vectors decode to their URIs and encode to their bits`(vector: EPCVector) throws {
        let description = try EPCDescription.describe(hex: vector.hex.lowercased())
        #expect(description.hex == vector.hex)
        #expect(description.scheme == vector.scheme)
        #expect(description.pureIdentityURI == vector.pureIdentityURI)
        #expect(description.tagURI == vector.tagURI)
        let isGS1 = !["gid", "usdod", "adi"].contains { vector.scheme.hasPrefix($0) }
        #expect((description.elementString != nil) == isGS1)

        let bytes = Fixture.bytes(hex: vector.hex)
        #expect(sameBits(try BinaryIdentity(bytes: bytes).encoded, bytes))
        if let epc = EPC(hex: vector.hex) { #expect(EPCDescription.describe(epc) == description) }
    }

    @Test func `all published vectors are here`() throws {
        #expect(try EPCVector.all().count == 73)
        #expect(try EPCVector.all().count { $0.isNegative } == 4)
    }

    @Test(arguments: [
        ("E2806894000040017790E471", "uncommissioned"), ("E200", "uncommissioned"),
        ("000000000000000000000000", "unprogrammed"), ("00", "unprogrammed"),
        ("F45349FB11DF49FA935AB6FF", "raw"), ("0000000000000000000004D2", "raw"), ("DEADBEEF", "raw"),
        ("E0040100", "raw"), ("42", "raw"), ("E640", "raw"), ("FF", "raw"),
    ])
    func `what is not GS1's is not called so`(hex: String, scheme: String) throws {
        let description = try EPCDescription.describe(hex: hex)
        #expect(description == EPCDescription(hex: hex, scheme: scheme))
        if let epc = EPC(hex: hex) { #expect(EPCDescription.describe(epc) == description) }
    }

    @Test(arguments: [
        ("303C83F1B7DD441678901234", "malformed_identity @ offset 2"),
        // SGTIN-96 with P0: company prefix above 999999999999, item reference above 9.
        ("3023A352943FFE4000000001", "ok"), ("3023A3529440000000000001", "malformed_identity @ offset 2"),
        ("3023A352943FFE8000000001", "malformed_identity @ offset 13"),
        // GRAI-96 with P0: the four bits of an asset type without digits.
        ("3323A352943FFC0000000001", "ok"), ("3323A352943FFC4000000001", "malformed_identity @ offset 13"),
        // SSCC-96: the last 24 bits are not used.
        ("3174257BF4499602D2000000", "ok"), ("3174257BF4499602D2000001", "malformed_identity @ offset 18"),
        // CPI-96 with P0: 1000 needs four digits, three are left.
        ("3C200000000005F380000001", "ok"), ("3C200000000005F400000001", "malformed_identity @ offset 13"),
        // CPI-var with P0: 19 characters, 18 are left; a serial number of 13 digits.
        ("3D2000000000071C71C71C71C71C71C71C71C71C400000000005", "ok"),
        ("3D2000000000071C71C71C71C71C71C71C71C71C4000000000", "identity_length @ offset 50"),
        ("3D2000000000071C71C71C71C71C71C71C71C71C7100000000001400", "malformed_identity @ offset 13"),
        ("3D200000000007103A3529440000", "malformed_identity @ offset 16"),
        // GDTI-113: the serial number has to begin with the 1 that keeps its zeros, and go on.
        ("3A28075BCD1502000000000000050000", "ok"),
        ("3A28075BCD1502000000000000008000", "malformed_identity @ offset 13"),
        ("3A28075BCD150200000000B2E0570000", "malformed_identity @ offset 13"),
        ("3A28075BCD1502B1A2BC2EC500028000", "ok"),
        ("3A28075BCD15036345785D8A00000000", "malformed_identity @ offset 13"),
        // ITIP-110: piece 99 of 100.
        ("4020000000000440820000000014", "ok"),
        ("4020000000000471E40000000014", "malformed_identity @ offset 16"),
        // GIAI-202 with P0: 18 characters and one more.
        ("382000000000058B162C58B162C58B162C58B162C58B10000000", "ok"),
        ("382000000000058B162C58B162C58B162C58B162C58B16200000", "malformed_identity @ offset 13"),
        // SGTIN-198: no serial number, `#` in it, a hole in it, bits behind its end.
        ("3634257BF7194E4000000000000000000000000000000000", "identity_length @ offset 48"),
        ("3634257BF7194E400000000000000000000000000000000000", "malformed_identity @ offset 14"),
        ("3634257BF7194E6380000000000000000000000000000000000", "identity_length @ offset 51"),
        ("3634257BF7194E51800000000000000000000000000000000000", "malformed_identity @ offset 14"),
        ("3634257BF7194E580060000000000000000000000000000000", "malformed_identity @ offset 14"),
        ("3634257BF7194E5B3770E400000000000000000000000000000000", "ok"),
        ("3634257BF7194E5B3770E400000000000000000000000000000001", "malformed_identity @ offset 49"),
        // USDOD-96: the letter I, a space inside. ADI-var: no part number, `#` inside the serial number.
        ("2F0203253313934000000007", "ok"), ("2F0203253493934000000007", "malformed_identity @ offset 3"),
        ("2F0325331203934000000007", "malformed_identity @ offset 3"),
        ("3B0E0C93C79D008F1C80", "ok"), ("3B0D7E31631E71CADCC0D2FD4000", "ok"),
        ("3B0E0C93C79D01BF10318F200000", "malformed_identity @ offset 18"),
        ("30", "identity_length @ offset 2"), ("3074257BF7194E4000001A", "identity_length @ offset 22"),
        ("3074257BF7194E4000001A850000", "ok"),
        ("3074257BF7194E4000001A850001", "malformed_identity @ offset 24"),
        ("", "identity_length @ offset 0"), ("3", "identity_length @ offset 1"),
        ("3G", "malformed_identity @ offset 1"), ("30 74", "malformed_identity @ offset 2"),
        ("仓", "malformed_identity @ offset 0"), ("0x30", "malformed_identity @ offset 1"),
        (String(repeating: "AB", count: 62), "ok"),
        (String(repeating: "AB", count: 63), "identity_length @ offset 124"),
    ])
    func `bits that break their coding table are refused at their field`(hex: String, expected: String) {
        #expect(outcome { () throws(Rejection) in _ = try EPCDescription.describe(hex: hex) } == expected)
        // The tag is still a tag: the same bits as an EPC are raw.
        if expected.hasPrefix("malformed"), let epc = EPC(hex: hex) {
            #expect(EPCDescription.describe(epc) == EPCDescription(hex: hex, scheme: "raw"))
        }
    }

    @Test(arguments: [
        ("3074257BF7194E4000001A85", "(01)80614141123458(21)6789"),
        ("3174257BF4499602D2000000", "(00)106141412345678908"),
        ("3276451FD46072000000162E", "(414)9521141123454(254)5678"),
        ("3276451FD460720000000000", "(414)9521141123454"),
        ("3976451FD46072CD9615F8800000000000000000000000000000", "(414)9521141123454(254)32a/b"),
        ("3976451FD46072C0000000000000000000000000000000000000", "(414)9521141123454"),
        ("3376451FD40C0E400000162E", "(8003)095211411234545678"),
        ("33403C3C3C3C3C3F0000FFFF", "(8003)00646771545755270583005183"),
        ("3476451FD40000000000162E", "(8004)95211415678"),
        ("3876451FD59B2C2BF10000000000000000000000000000000000", "(8004)952114132a/b"),
        ("2D76451FD4499602D2000000", "(8018)952114112345678906"),
        ("2E76451FD4499602D2000000", "(8017)952114112345678906"),
        ("2C76451FD46072000000162E", "(253)95211411234545678"),
        ("3E76451FD7039B061438997367D0C18B266D1AB66EE0", "(253)9521141987650ABCDefgh012345678"),
        ("3C76451FD400C0E680003039", "(8010)952114198765(8011)12345"),
        ("3D76451FD75411DEF6B4CC00000003039000", "(8010)95211415PQ7/Z43(8011)12345"),
        ("3F76451FD612640000019907", "(255)952114167890904711"),
        ("36403C3C3C3C3E50A750A552B5AB172F74EDEDF00000000000", "(01)90646771545758(21)!'()*+-,./:;=_"),
        ("3500007B0001C8000000315A", nil), ("2F020393941424800000007B", nil),
        ("3B060E79048CB1CB3031D3500000", nil),
    ])
    func `element strings carry check digits and no escapes`(hex: String, expected: String?) throws {
        #expect(try EPCDescription.describe(hex: hex).elementString == expected)
    }
}

/// "ok", or the reason and the place.
private func outcome(_ body: () throws(Rejection) -> Void) -> String {
    do throws(Rejection) {
        try body()
        return "ok"
    } catch {
        return "\(error.reason.rawValue) @ \(error.at)"
    }
}

/// The same bits, whatever zeros a tag's word length adds.
func sameBits(_ left: [UInt8]?, _ right: [UInt8]) -> Bool {
    func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes[..<((bytes.lastIndex { $0 != 0 } ?? -1) + 1)]
    }
    return left.map { trimmed($0) == trimmed(right) } ?? false
}
