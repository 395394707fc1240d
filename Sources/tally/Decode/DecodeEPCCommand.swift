import ArgumentParser
import AssetModel
import DeviceDecoding

struct DecodeEPCCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "epc",
        abstract: "标签编码，一行一个，十六进制。 EPCs, one a line, in hex.",
        discussion: """
            输出 Prints: hex, scheme, pure_identity_uri, tag_uri, element_string, digital_link, raw_uri, \
            filter, pc_hex, afi_hex, announced_bits.
            raw_uri 只用于没有已知方案的编码。 raw_uri only where no scheme is known. scheme: docs/identities.md.
            """)

    @OptionGroup var options: DecodeOptions

    @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

    @Flag(
        help: """
            每行以协议控制字 (4 位) 开头：按其长度截取；T 位为 1 则不是 EPC。 \
            Each line begins with the PC word, 4 digits: its length counts; with its toggle set it is no EPC.
            """)
    var withPC = false

    func run() throws {
        try options.run(EPCLines(hasPC: withPC), in: connection.language)
    }
}

/// Describes tag identities by the GS1 Tag Data Standard.
struct EPCLines: LineDecoding {
    /// The PC word stands before the EPC.
    var hasPC = false

    func fields(of line: [UInt8], receivedAt: UTCInstant) -> [DecodedField] {
        do throws(Rejection) {
            let text = try EPCLines.text(line)
            let description =
                hasPC
                ? try EPCDescription.describe(hexWithPC: text) : try EPCDescription.describe(hex: text)
            return EPCLines.fields(description)
        } catch {
            return fields(refusing: error)
        }
    }

    func fields(refusing rejection: Rejection) -> [DecodedField] {
        EPCLines.fields(nil) + DecodedField.rejected(rejection)
    }

    /// Space around the digits and between them is passed over.
    static func text(_ line: [UInt8]) throws(Rejection) -> String {
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
            DecodedField("digital_link", .text(description?.digitalLink)),
            DecodedField("raw_uri", .text(description?.rawURI)),
            DecodedField("filter", .whole(description?.filter)),
            DecodedField("pc_hex", .text(description?.protocolControl?.hex)),
            DecodedField("afi_hex", .text(description?.applicationFamilyHex)),
            DecodedField("announced_bits", .whole(description?.announcedBits)),
        ]
    }
}
