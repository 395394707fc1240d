import ArgumentParser
import AssetModel
import GatewayConfiguration

struct DecodeMappingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mapping",
        abstract: "按 [[mapping]] 文件解码，一行一条。 Payloads by a [[mapping]] of a file, one a line.",
        discussion: """
            FILE 含一个或多个 [[mapping]]，tallyd.toml 亦可；输出与 decode reader 相同。
            FILE holds one [[mapping]] or several, a tallyd.toml does too; prints what `decode reader` prints.
            """)

    @OptionGroup var options: DecodeOptions

    @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

    @Argument(help: "TOML 文件。 The TOML file.")
    var file: String

    @OptionGroup var input: ReaderInput

    @Option(help: "文件中有多个映射时选用的 id。 Which of several mappings, by its id.")
    var mapping: String?

    func run() throws {
        let chosen: PayloadMapping
        do throws(TallyFailure) {
            chosen = try choose(from: try read())
        } catch {
            throw DecodeOptions.fail(error, in: connection.language)
        }
        try options.run(ReaderLines(input, format: .mapping, mapping: chosen), in: connection.language)
    }

    /// As large as a configuration of a thousand mappings is not.
    private static let fileBytesMax = 1_048_576

    private func read() throws(TallyFailure) -> [PayloadMapping] {
        let bytes: [UInt8]
        do throws(TallyFailure) {
            bytes = try BoundedFile.read(file, bytesMax: DecodeMappingCommand.fileBytesMax)
        } catch {
            throw TallyFailure(.noInput, error.chinese, error.english)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TallyFailure(.badData, "\(file) 不是 UTF-8 编码", "\(file) is not UTF-8")
        }
        do throws(ConfigurationErrors) {
            return try MappingFile.read(text, file: file)
        } catch {
            throw TallyFailure(.badData, "映射文件有误\n\(error)", "the mapping file is wrong, see above")
        }
    }

    private func choose(from mappings: [PayloadMapping]) throws(TallyFailure) -> PayloadMapping {
        let ids = mappings.map(\.id).joined(separator: ", ")
        if let mapping {
            guard let named = mappings.first(where: { $0.id == mapping }) else {
                throw TallyFailure(
                    .usage, "文件中没有映射 \(mapping)；有: \(ids)",
                    "no mapping \(mapping) in the file; it has: \(ids)")
            }
            return named
        }
        guard mappings.count <= 1 else {
            throw TallyFailure(
                .usage, "文件中有多个映射，请用 --mapping 选择: \(ids)",
                "the file has several mappings, choose one with --mapping: \(ids)")
        }
        guard let only = mappings.first else {
            throw TallyFailure(.badData, "文件中没有 [[mapping]]", "the file has no [[mapping]]")
        }
        return only
    }
}
