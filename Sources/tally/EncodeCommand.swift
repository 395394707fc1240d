import ArgumentParser
import AssetModel
import DeviceDecoding

struct EncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "由标识生成标签数据。 Makes the data of tags from identities.",
        subcommands: [EncodeEPCCommand.self])
}

struct EncodeEPCCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "epc",
        abstract: "由 URI、要素字符串或数字链接生成 EPC，一行一个。 EPCs from URIs, element strings, Digital Links.",
        discussion: """
            每行一个 One a line: urn:epc:tag:… | urn:epc:id:… | urn:epc:raw:… | (01)…(21)… | \
            https://id.gs1.org/01/…/21/… | 十六进制 hex。
            输出 Prints: input, hex, scheme, tag_uri, pc_hex。校验位和字符都会核对，不作修补。 Check digits and \
            characters are checked, nothing is mended.
            要素字符串不含厂商代码长度：不写 --company-prefix-digits 时生成 '+' 方案。 An element string does not tell \
            the company prefix: without --company-prefix-digits a '+' scheme is made of it.

            方案 Schemes: \(EPCEncoding.Scheme.all.map(\.name).joined(separator: " "))

            退出码与 decode 相同。 Exit codes as those of decode.
            """)

    @OptionGroup var options: DecodeOptions

    @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

    @Option(help: "编码方案，见上。 The scheme, see above; left out: from the text.")
    var scheme: SchemeArgument?

    @Option(help: "过滤值，用于未写明的文本；默认 0。 The filter value for texts without one; left out: 0.")
    var filter: UInt8?

    @Option(help: "厂商代码的位数，6–12。 How many digits of a key are the company prefix, 6–12.")
    var companyPrefixDigits: Int?

    func validate() throws {
        if let filter, filter > 63 {
            throw ValidationError("--filter 须为 0–63。 --filter is 0–63.")
        }
        if let companyPrefixDigits, !(6...12).contains(companyPrefixDigits) {
            throw ValidationError("--company-prefix-digits 须为 6–12。 --company-prefix-digits is 6–12.")
        }
    }

    func run() throws {
        let encoding = EPCEncoding(
            scheme: scheme?.scheme, filter: filter, companyPrefixDigits: companyPrefixDigits)
        try options.run(EncodedLines(encoding: encoding), in: connection.language)
    }
}

struct SchemeArgument: ExpressibleByArgument {
    let scheme: EPCEncoding.Scheme

    init?(argument: String) {
        guard let scheme = EPCEncoding.Scheme(name: argument.lowercased()) else { return nil }
        self.scheme = scheme
    }
}

/// Encodes the identities of one run.
struct EncodedLines: LineDecoding {
    let encoding: EPCEncoding

    func fields(of line: [UInt8], receivedAt: UTCInstant) -> [DecodedField] {
        guard let text = String(validating: line, as: UTF8.self) else {
            return fields(refusing: Rejection(.notUTF8, offset: 0))
        }
        do throws(Rejection) {
            return EncodedLines.fields(text, try encoding.encode(text).description)
        } catch {
            return EncodedLines.fields(text, nil) + DecodedField.rejected(error)
        }
    }

    func fields(refusing rejection: Rejection) -> [DecodedField] {
        EncodedLines.fields(nil, nil) + DecodedField.rejected(rejection)
    }

    private static func fields(_ input: String?, _ description: EPCDescription?) -> [DecodedField] {
        [
            DecodedField("input", .text(input)),
            DecodedField("hex", .text(description?.hex)),
            DecodedField("scheme", .text(description?.scheme)),
            DecodedField("tag_uri", .text(description?.tagURI)),
            DecodedField("pc_hex", .text(description?.protocolControl?.hex)),
        ]
    }
}
