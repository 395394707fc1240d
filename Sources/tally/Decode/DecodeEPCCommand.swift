import ArgumentParser
import AssetModel
import DeviceDecoding

struct DecodeEPCCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "epc",
        abstract: "标签编码，一行一个，十六进制。 EPCs, one a line, in hex.",
        discussion: """
            输出 Prints: hex, scheme, pure_identity_uri, tag_uri, element_string.
            """)

    @OptionGroup var options: DecodeOptions

    @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

    func run() throws {
        try options.run(EPCLines(), in: connection.language)
    }
}

/// Describes tag identities by the GS1 Tag Data Standard.
struct EPCLines: LineDecoding {
    func fields(of line: [UInt8], receivedAt: UTCInstant) -> [DecodedField] {
        do throws(Rejection) {
            let text = try EPCLines.text(line)
            return EPCLines.fields(try EPCDescription.describe(hex: text))
        } catch {
            return fields(refusing: error)
        }
    }

    func fields(refusing rejection: Rejection) -> [DecodedField] {
        EPCLines.fields(nil) + DecodedField.rejected(rejection)
    }

    /// Space around the digits and between them is passed over.
    private static func text(_ line: [UInt8]) throws(Rejection) -> String {
        let digits = line.filter { $0 != 0x20 && !(0x09...0x0D).contains($0) }
        guard !digits.isEmpty else { throw Rejection(.emptyPayload, offset: 0) }
        return String(decoding: digits, as: UTF8.self)
    }

    private static func fields(_ description: EPCDescription?) -> [DecodedField] {
        [
            DecodedField("hex", .text(description?.hex)),
            DecodedField("scheme", .text(description?.scheme)),
            DecodedField("pure_identity_uri", .text(description?.pureIdentityURI)),
            DecodedField("tag_uri", .text(description?.tagURI)),
            DecodedField("element_string", .text(description?.elementString)),
        ]
    }
}
