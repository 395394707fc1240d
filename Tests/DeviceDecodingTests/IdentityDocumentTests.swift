import AssetModel
import DeviceDecoding
import Foundation
import Testing

/// `docs/identities.md` as operators read it.
private enum IdentityPage {
    static func text() throws -> String {
        // This file is Tests/DeviceDecodingTests/….
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return try String(
            contentsOf: root.appendingPathComponent("docs/identities.md"), encoding: .utf8)
    }

    /// Scheme, hex, tag URI and element string of each example; "" where there is none.
    static func examples() throws -> [[String]] {
        try text().split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { line in
                line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                    .map { $0.filter { !" `—".contains($0) } }
            }
            .filter { $0.count == 4 }
    }
}

struct IdentityDocumentTests {
    @Test func `every example on the page decodes and encodes as it says`() throws {
        let examples = try IdentityPage.examples()
        for example in examples {
            let (scheme, hex, uri, elements) = (example[0], example[1], example[2], example[3])
            let description = try EPCDescription.describe(hex: hex)
            #expect(description.scheme == scheme)
            #expect(description.tagURI ?? "" == (uri.isEmpty ? "" : "urn:epc:tag:" + uri))
            #expect(description.elementString ?? "" == elements)
            let source = try #require(description.tagURI ?? description.elementString)
            #expect(try EPCEncoding().encode(source).description.hex == hex)
        }
        let shown = Set(examples.map { $0[0] })
        let known = EPCEncoding.Scheme.all.map(\.name).filter { !$0.hasSuffix("++") }
        #expect(shown == Set(known), "an example for each scheme")
    }

    @Test func `every word of scheme stands on the page`() throws {
        let text = try IdentityPage.text()
        let words = EPCEncoding.Scheme.all.map(\.name)
        for word in words + ["iso-15961", "uncommissioned", "unprogrammed", "raw"] {
            #expect(text.contains("`\(word)`"), "\(word)")
        }
        for air in AirProtocol.allCases { #expect(text.contains("`\(air.word)`"), "\(air)") }
    }
}
