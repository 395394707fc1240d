import ArgumentParser
import AssetModel
import OperatorAPI

struct PassagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passages",
        abstract: "过门记录，新的在前：方向、把握、标签。 What went through the gates, newest first.")

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "只看这个门（库区编号）。 Only this gate, a zone id.")
    var gate: String?

    @Option(help: "只看此时起的，RFC 3339。 Only from this time on.")
    var since: String?

    @Option(help: "最多几条。 At most so many.")
    var limit = OperatorRoute.listLimitDefault

    @Flag(help: "输出 JSON，含每个标签。 Print JSON, with every tag.")
    var json = false

    func validate() throws {
        guard (1...OperatorRoute.listLimitMax).contains(limit) else {
            throw ValidationError("--limit: 1...\(OperatorRoute.listLimitMax)")
        }
        if let since, UTCInstant(rfc3339: since) == nil {
            throw ValidationError("--since: 2026-11-21T08:00:00+08:00")
        }
    }

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            var request = ControlRequest(path: OperatorRoute.passages)
            request.query = [(OperatorRoute.Query.limit, "\(limit)")]
            if let gate { request.query.append((OperatorRoute.Query.gate, gate)) }
            if let since { request.query.append((OperatorRoute.Query.since, since)) }
            let list = try await connection.client.ask(request, for: PassageList.self)
            if json {
                try Output.show(json: list)
            } else {
                Output.show(PassageText(language: connection.language).lines(of: list))
            }
            return .ok
        }
    }
}

/// Passages as a person reads them.
struct PassageText {
    let language: Language

    func lines(of list: PassageList) -> [String] {
        guard !list.items.isEmpty else { return [language.sentence("没有过门记录", "no passages")] }
        var table = TextTable(headings: [
            language.label("时间", "time"), language.label("门", "gate"), language.label("方向", "direction"),
            language.label("把握", "sure"), language.label("标签", "tags"), language.label("依据", "why"),
        ])
        table.rows = list.items.map { item in
            let time = LocalTime.shown(item.from) ?? "-"
            return [
                item.late ? time + language.sentence("（补报）", " (late)") : time, item.gate,
                direction(item.direction), "\(Int(item.confidence * 100)) %",
                "\(item.tagCount)", language.sentence(item.reasonChinese, item.reasonEnglish),
            ]
        }
        return table.lines + ["", language.shown(list.items.count, of: Int(list.total))]
    }

    private func direction(_ word: String) -> String {
        let known = Passage.Direction(rawValue: word)
        return language.sentence(known?.chinese ?? word, word)
    }
}
