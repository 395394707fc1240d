import ArgumentParser
import AssetModel
import Foundation
import Glibc

struct DecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "解码标签、读写器与车载终端的报文。 Decode tags and messages, without daemon or configuration.",
        discussion: """
            从标准输入逐行读取，每行输入恰好对应一行输出 (空行即空报文)；输出到管道时为 NDJSON。超过 \(LineSplitter.lineBytesMax) 字节的行被拒收。
            Reads standard input line by line; each input line gives exactly one object {"line": n, ...} (an \
            empty line is an empty payload); absent values are null. Longer lines than \
            \(LineSplitter.lineBytesMax) bytes are refused.

            拒收的行 A refused line: "rejected": reason, "at": byte offset or key path; 好行中被拒收的记录 refused \
            records of a good line: "rejections": [{"reason","at"}]. Reasons: \
            \(Rejection.Reason.allCases.map(\.rawValue).joined(separator: " "))

            文字形式的语言 Language of the records for people: --language zh | en.

            退出码 Exit codes: 0 已处理，不论有无拒收 ran, refused lines or not · 64 用法错误 usage · 65 映射文件有误 the \
            mapping file is wrong · 66 文件或输入无法读取 cannot read the file or the input
            """,
        subcommands: [
            DecodeEPCCommand.self, DecodeTIDCommand.self, DecodeReaderCommand.self, DecodeMappingCommand.self,
            DecodeJT808Command.self, DecodeTerminalCommand.self,
        ])
}

/// What every `decode` command takes, besides the language: that is an option of `tally` itself, and one of
/// the same name here would never see its value.
struct DecodeOptions: ParsableArguments {
    @Flag(help: "输出 NDJSON (非终端时的默认)。 Print NDJSON; the default off a terminal.")
    var json = false

    @Flag(help: "输出便于阅读的文字。 Print records for people.")
    var text = false

    @Option(
        help: ArgumentHelp(
            "视为此刻收到，RFC 3339；默认为当前时间。 As if received then; left out: now.", valueName: "time"))
    var receivedAt: InstantArgument?

    func validate() throws {
        if json && text { throw ValidationError("--json 与 --text 只能选一个。 Only one of --json and --text.") }
    }

    var printsJSON: Bool { json || (!text && isatty(STDOUT_FILENO) == 0) }

    var receiptInstant: UTCInstant {
        if let receivedAt { return receivedAt.instant }
        return UTCInstant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }
}

struct InstantArgument: ExpressibleByArgument {
    let instant: UTCInstant

    init?(argument: String) {
        guard let instant = UTCInstant(rfc3339: argument) else { return nil }
        self.instant = instant
    }
}

/// What decodes the lines of one run, with what it remembers between them.
protocol LineDecoding {
    /// The fields after `line`, in order.
    mutating func fields(of line: [UInt8], receivedAt: UTCInstant) -> [DecodedField]

    /// The fields of a line that is refused before it is looked at.
    func fields(refusing rejection: Rejection) -> [DecodedField]
}

extension DecodeOptions {
    /// Decodes standard input to its end; refused lines are results, so that the run itself is in order.
    func run(_ decoder: some LineDecoding, in language: Language) throws {
        var decoder = decoder
        var number: Int64 = 0
        do throws(TallyFailure) {
            try FilterPipe.run { line in
                number += 1
                let fields: [DecodedField]
                switch line {
                case .whole(let bytes): fields = decoder.fields(of: bytes, receivedAt: receiptInstant)
                case .tooLong(let count):
                    fields = decoder.fields(
                        refusing: Rejection(.oversizePayload, at: "line of \(count) bytes"))
                }
                return shown([DecodedField("line", .whole(number))] + fields, in: language)
            }
        } catch {
            throw DecodeOptions.fail(error, in: language)
        }
    }

    /// Tells what is wrong and gives the exit code for it.
    static func fail(_ failure: TallyFailure, in language: Language) -> ExitCode {
        Output.complain(failure.text(in: language))
        return ExitCode(failure.exit.rawValue)
    }

    private func shown(_ fields: [DecodedField], in language: Language) -> String {
        if printsJSON { return DecodedValue.object(fields).json + "\n" }
        return DecodedText(fields: fields, language: language).lines.joined(separator: "\n") + "\n\n"
    }
}
