import ArgumentParser
import AssetModel
import OperatorAPI

struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "被拒绝的报文。 Messages that were refused.",
        subcommands: [QuarantineListCommand.self, QuarantineShowCommand.self])
}

struct QuarantineListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "列出被拒绝的报文，新的在前。 List them, newest first.")

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "只看一种原因，例如 malformed_json。 Only this reason.")
    var reason: String?

    @Option(help: "只看一个主题，可用 + 和 #。 Only topics that this filter matches.")
    var topic: String?

    @Option(help: "最多几条。 At most so many.")
    var limit = OperatorRoute.listLimitDefault

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    func validate() throws {
        guard (1...OperatorRoute.listLimitMax).contains(limit) else {
            throw ValidationError("--limit: 1...\(OperatorRoute.listLimitMax)")
        }
        if let reason, Rejection.Reason(rawValue: reason.lowercased()) == nil {
            let known = Rejection.Reason.allCases.map(\.rawValue).joined(separator: " ")
            throw ValidationError("--reason: \(known)")
        }
    }

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            var request = ControlRequest(path: OperatorRoute.quarantine)
            request.query = [(OperatorRoute.Query.limit, "\(limit)")]
            if let reason { request.query.append((OperatorRoute.Query.reason, reason)) }
            if let topic { request.query.append((OperatorRoute.Query.topic, topic)) }
            let list = try await connection.client.ask(request, for: QuarantineList.self)
            if json {
                try Output.show(json: list)
            } else {
                Output.show(QuarantineText(language: connection.language).lines(of: list))
            }
            return .ok
        }
    }
}

struct QuarantineShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "一条报文、原因和办法。 One message, why it was refused and what to do.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "列表中的序号。 Its number in the list.")
    var number: Int64

    @Flag(help: "只输出报文，一行，可接 tally decode。 Only the payload, in one line for tally decode.")
    var payload = false

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    func validate() throws {
        if json && payload { throw ValidationError("--json, --payload: 只能选一个 only one of them") }
    }

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            let path = OperatorRoute.quarantine + "/\(number)"
            let reply = try await connection.client.ask(
                ControlRequest(path: path), for: QuarantineReply.self)
            if json {
                try Output.show(json: reply)
            } else if payload {
                Output.show([PayloadText(reply).line])
            } else {
                Output.show(QuarantineText(language: connection.language).lines(of: reply))
            }
            return .ok
        }
    }
}

/// Refused messages as a person reads them.
struct QuarantineText {
    let language: Language

    func lines(of list: QuarantineList) -> [String] {
        guard !list.items.isEmpty else {
            return [language.sentence("没有被拒绝的报文", "no refused messages")]
        }
        var table = TextTable(headings: [
            language.label("序号", "n"), language.label("收到于", "received"), language.label("主题", "topic"),
            language.label("原因", "reason"), language.label("说明", "meaning"), language.label("位置", "at"),
            language.label("字节", "bytes"),
        ])
        table.rows = list.items.map { item in
            [
                "\(item.number)", LocalTime.shown(item.receivedAt) ?? "-", item.topic, item.reason,
                language.sentence(item.chinese, item.english), item.at, "\(item.payloadBytes)",
            ]
        }
        return table.lines + ["", language.shown(list.items.count, of: list.total)]
    }

    func lines(of item: QuarantineReply) -> [String] {
        let payload = PayloadText(item)
        var list = FieldList()
        list.add(language.label("序号", "n"), "\(item.number)")
        list.add(language.label("收到于", "received"), LocalTime.shown(item.receivedAt))
        list.add(language.label("主题", "topic"), item.topic)
        list.add(language.label("来源", "source"), item.source.map { "\($0) \(item.sourceID ?? "")" })
        list.add(language.label("原因", "reason"), "\(item.reason)  " + both(item.chinese, item.english))
        list.add(language.label("位置", "at"), item.at)
        list.add(language.label("怎么办", "what to do"), both(item.hintChinese, item.hintEnglish))
        list.add(language.label("字节", "bytes"), "\(item.payloadBytes)")
        var lines = list.lines + [""] + payload.lines
        if payload.isCut {
            let kept = payload.bytes.count
            lines.append(
                language.sentence("（只保留了前 \(kept) 字节）", "(only the first \(kept) bytes are kept)"))
        }
        let command = payload.decodeCommand
        lines += ["", language.label("试一试", "try it"), DisplayText.plain(command)]
        return lines
    }

    /// An explanation is told in both languages: the integrator who is called need not share the operator's.
    private func both(_ chinese: String, _ english: String) -> String {
        language == .zh ? "\(chinese) \(english)" : english
    }
}
