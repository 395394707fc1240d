import ArgumentParser
import AssetModel
import OperatorAPI

struct DiscrepanciesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discrepancies", abstract: "账实差异。 Where the books and the world differ.",
        subcommands: [
            DiscrepancyListCommand.self, DiscrepancyShowCommand.self, ConfirmCommand.self,
            DismissCommand.self,
        ])
}

struct DiscrepancyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "列出差异，新的在前。 List discrepancies, newest first.")

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "包括已了结的。 Settled ones too.")
    var all = false

    @Option(help: "只看一种，例如 LOCATION_MISMATCH。 Only this code.")
    var code: String?

    @Option(help: "最多几条。 At most so many.")
    var limit = OperatorRoute.discrepanciesLimitDefault

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    func validate() throws {
        guard (1...OperatorRoute.discrepanciesLimitMax).contains(limit) else {
            throw ValidationError("--limit: 1...\(OperatorRoute.discrepanciesLimitMax)")
        }
    }

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            let filter: OperatorRoute.DiscrepancyFilter = all ? .all : .open
            var request = ControlRequest(path: OperatorRoute.discrepancies)
            request.query = [
                (OperatorRoute.Query.state, filter.rawValue), (OperatorRoute.Query.limit, "\(limit)"),
            ]
            if let code { request.query.append((OperatorRoute.Query.code, code.uppercased())) }
            let list = try await connection.client.ask(request, for: DiscrepancyList.self)
            if json {
                try Output.show(json: list)
            } else {
                Output.show(DiscrepancyText(language: connection.language).lines(of: list))
            }
            return .ok
        }
    }
}

struct DiscrepancyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "一条差异及其证据、经过。 One discrepancy, its evidence and its history.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "编号，例如 D-0123456789abcdef。 Its id.")
    var id: String

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            let path = OperatorRoute.discrepancies + "/" + ControlRequest.encoded(id)
            let reply = try await connection.client.ask(
                ControlRequest(path: path), for: DiscrepancyDetail.self)
            if json {
                try Output.show(json: reply)
            } else {
                Output.show(DiscrepancyText(language: connection.language).lines(of: reply))
            }
            return .ok
        }
    }
}
