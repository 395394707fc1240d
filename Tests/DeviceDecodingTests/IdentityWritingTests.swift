import AssetModel
import DeviceDecoding
import Testing

private typealias Writer = (EPC, UnsafeMutableRawBufferPointer) -> Int?

/// The text in a buffer of this size, whole or not; `nil` where there is none.
private func written(_ writer: Writer, _ epc: EPC, capacity: Int) -> (text: String, size: Int)? {
    var bytes = [UInt8](repeating: 0x7E, count: capacity + 8)
    let size = bytes.withUnsafeMutableBytes { all in
        writer(epc, UnsafeMutableRawBufferPointer(rebasing: all[..<capacity]))
    }
    // Nothing is written behind the end.
    #expect(bytes[capacity...].allSatisfy { $0 == 0x7E })
    guard let size else { return nil }
    return (String(decoding: bytes[..<min(size, capacity)], as: UTF8.self), size)
}

struct IdentityWritingTests {
    private let writers: [(Writer, (EPCDescription) -> String?)] = [
        ({ EPCDescription.writePureIdentityURI(of: $0, into: $1) }, { $0.pureIdentityURI }),
        ({ EPCDescription.writeTagURI(of: $0, into: $1) }, { $0.tagURI }),
        ({ EPCDescription.writeElementString(of: $0, into: $1) }, { $0.elementString }),
        ({ EPCDescription.writeDigitalLink(of: $0, into: $1) }, { $0.digitalLink }),
    ]

    private static let others = [
        "F73795211411234538566CB0AFC4", "FB343560795211411234530458B8", "FA3952114132E83C2BF10000",
        "E2806894200040017790E471", "DEADBEEF", "F45349FB11DF49FA935AB6FF",
    ]

    @Test(arguments: try EPCVector.all().map(\.hex) + others)
    func `texts in memory of the caller are those of the description`(hex: String) {
        var whole = hex
        while whole.count % 4 != 0 { whole += "0" }
        guard let epc = EPC(hex: whole) else { return }
        let description = EPCDescription.describe(epc)
        for (writer, text) in writers {
            let expected = text(description)
            let result = written(writer, epc, capacity: EPCDescription.textBytesMax)
            #expect(result?.text == expected)
            #expect(result?.size == expected?.utf8.count)
        }
    }

    @Test func `a buffer that is too small takes what fits and learns the size`() throws {
        let epc = try #require(EPC(hex: "3634257BF7194E5B3770E4000000000000000000000000000000"))
        let whole = "urn:epc:tag:sgtin-198:1."
        for (writer, text) in writers {
            let expected = text(EPCDescription.describe(epc))
            let size = try #require(expected).utf8.count
            for capacity in 0...size {
                let result = written(writer, epc, capacity: capacity)
                #expect(result?.size == size)
                #expect(result?.text == expected.map { String($0.prefix(capacity)) })
            }
        }
        #expect(EPCDescription.describe(epc).tagURI?.hasPrefix(whole) == true)
    }

    @Test func `the longest identity, all of it escaped, fits the size that is promised`() throws {
        let part = String(repeating: "/", count: 32)
        let serial = "#" + String(repeating: "/", count: 29)
        let longest = BinaryIdentity(scheme: .adiVar, filter: 63, values: ["2S1942", part, serial])
        let hex = PlusBits.hex(try #require(longest.encoded))
        let uri = try #require(try EPCDescription.describe(hex: hex).tagURI)
        #expect(uri.utf8.count == 23 + 6 + 1 + 96 + 1 + 90)
        #expect(uri.utf8.count < EPCDescription.textBytesMax)
        let escaped = String(repeating: "\"", count: 20)
        let link = try EPCEncoding(scheme: .plus(.dsgtin)).encode(
            "https://id.gs1.org/01/79521141123453/21/\(escaped.replacing("\"", with: "%22"))?7007=261130")
        let digitalLink = try #require(link.description.digitalLink)
        #expect(digitalLink.utf8.count < EPCDescription.textBytesMax)
    }
}
