import Foundation
import Testing

/// Lines of a file in `Fixtures/`, each a JSON object.
enum Fixture {
    static func lines(_ name: String) throws -> [[String: Any]] {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    /// The payloads of the reader fixtures as bytes.
    static func impinjPayloads() throws -> [[UInt8]] {
        try lines("impinj-r700.ndjson").map { line in
            Array(try #require((line["payload"] ?? line["text"]) as? String).utf8)
        }
    }

    /// The frames of the terminal fixtures as bytes.
    static func frames() throws -> [[UInt8]] {
        try lines("jt808-locations.ndjson").map { bytes(hex: try #require($0["hex"] as? String)) }
    }

    static func bytes(hex: String) -> [UInt8] {
        var digits = hex.filter { !$0.isWhitespace }[...]
        var bytes: [UInt8] = []
        while let byte = UInt8(digits.prefix(2), radix: 16) {
            bytes.append(byte)
            digits = digits.dropFirst(2)
        }
        return bytes
    }
}
