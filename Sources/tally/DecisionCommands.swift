import ArgumentParser
import AssetModel
import NIOHTTP1
import OperatorAPI

struct ConfirmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "核实一条差异：属实。 It is so: OPEN becomes CONFIRMED.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var decision: DecisionOptions

    func run() async throws { try await decision.send(.confirm, over: connection) }
}

struct DismissCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dismiss", abstract: "判一条差异为误报。 It is not so: it becomes DISMISSED and is closed.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var decision: DecisionOptions

    func run() async throws { try await decision.send(.dismiss, over: connection) }
}

/// What both decisions take.
struct DecisionOptions: ParsableArguments {
    @Argument(help: "编号，例如 D-0123456789abcdef。 Its id.")
    var id: String

    @Option(help: "理由，一行，与账号一起保存。 Why, in one line; kept with your account.")
    var reason: String

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    func validate() throws {
        do throws(DecisionRequest.Fault) {
            _ = try DecisionRequest.checked(reason)
        } catch {
            throw ValidationError("--reason: \(error.chinese) \(error.english)")
        }
    }

    func send(_ verb: OperatorDecision.Verb, over connection: ConnectionOptions) async throws {
        try await connection.finish { () async throws(TallyFailure) in
            var request = ControlRequest(
                method: .POST,
                path: OperatorRoute.decision(verb.rawValue, on: ControlRequest.encoded(id)))
            request.mediaType = "application/json; charset=utf-8"
            request.body = try body()
            let reply = try await connection.client.ask(request, for: DecisionReply.self)
            if json {
                try Output.show(json: reply)
            } else {
                let text = DiscrepancyText(language: connection.language)
                Output.show([
                    "\(reply.id)  \(text.state(reply.state))  \(text.who(reply.by))  "
                        + (LocalTime.shown(reply.at) ?? reply.at)
                ])
            }
            return .ok
        }
    }

    private func body() throws(TallyFailure) -> [UInt8] {
        do throws(OperatorJSON.Failure) {
            return try OperatorJSON.bytes(DecisionRequest(reason: reason))
        } catch {
            throw TallyFailure(.usage, "理由无法发送: \(error)", "the reason cannot be sent: \(error)")
        }
    }
}
