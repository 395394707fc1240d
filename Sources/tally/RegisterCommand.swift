import ArgumentParser
import BookEncodings
import NIOCore
import NIOHTTP1
import OperatorAPI
import RegisterBooks

struct RegisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "台账。 The books.", subcommands: [RegisterImportCommand.self])
}

extension BookKind: ExpressibleByArgument {}
extension HeadingMapping: ExpressibleByArgument {}

struct RegisterImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "导入 CSV 台账。 Import a book from a CSV file.",
        discussion: """
            CSV（逗号、制表符或分号），UTF-8、UTF-16 或 GB18030，须有表头。文件中没有的卡片只列出，不会删除。
            有问题的行不导入，其余照常；--strict 则整个文件不导入。
            CSV with commas, tabs or semicolons, in UTF-8, UTF-16 or GB18030, with a heading row. Cards that \
            the file does not name are listed and kept. A bad line is left out and the others are taken; \
            with --strict one bad line refuses the file.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "CSV 文件。 The CSV file.")
    var file: String

    @Option(help: "register | tags | vehicles；不写则按表头识别。 Left out: by the headings.")
    var kind: BookKind?

    @Option(help: "表头对照 headings: auto | cn-generic (资产卡片 cards) | cn-pandian (盘点表 count sheets).")
    var headings = HeadingMapping.auto

    @Flag(help: "只检查，不导入。 Only check; without a running daemon too.")
    var dryRun = false

    @Flag(help: "有一行不对就整个不导入。 One bad line refuses the file.")
    var strict = false

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    /// Importing a million lines in slices between batches takes minutes on a small box.
    private static let patience = TimeAmount.minutes(10)

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            let bytes = try BoundedFile.read(file, bytesMax: OperatorRoute.importBodyBytesMax)
            var options = BookOptions()
            options.isStrict = strict
            options.headings = headings
            options.gb18030 = GB18030.converter
            let book = BookFile.read(bytes, kind: kind, options: options)
            if book.report.problems.contains(where: { $0.code.isFatal }) {
                try show(ImportReply(of: book, isDryRun: dryRun))
                return .badData
            }
            let reply = try await reply(to: bytes, of: book)
            try show(reply)
            return reply.isRefused || reply.leftOut > 0 ? .problems : .ok
        }
    }

    /// The daemon's word; with `--dry-run` and no daemon, our own reading without a comparison.
    private func reply(to bytes: [UInt8], of book: BookFile) async throws(TallyFailure) -> ImportReply {
        do throws(TallyFailure) {
            return try await connection.client.ask(
                request(bytes, kind: book.report.kind), for: ImportReply.self, also: ImportReply.refusedStatus
            )
        } catch {
            guard dryRun, error.exit == .unreachable else { throw error }
            Output.complain(
                connection.language.sentence(
                    "注意: 守护进程没有运行，只检查了文件，未与台账比较",
                    "note: no daemon is running: the file was checked, not compared with the books"))
            return ImportReply(of: book, isDryRun: true)
        }
    }

    private func request(_ bytes: [UInt8], kind: BookKind?) -> ControlRequest {
        var request = ControlRequest(method: .POST, path: OperatorRoute.registerImport)
        if let kind { request.query.append((OperatorRoute.Query.kind, kind.rawValue)) }
        request.query.append((OperatorRoute.Query.headings, headings.rawValue))
        request.query.append((OperatorRoute.Query.dryRun, "\(dryRun)"))
        request.query.append((OperatorRoute.Query.strict, "\(strict)"))
        request.body = bytes
        request.patience = RegisterImportCommand.patience
        return request
    }

    private func show(_ reply: ImportReply) throws(TallyFailure) {
        if json {
            try Output.show(json: reply)
        } else {
            Output.show(ImportText(reply: reply, language: connection.language).lines)
        }
    }
}
