import ArgumentParser
import AssetModel
import OperatorAPI

struct DiscrepanciesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discrepancies", abstract: "账实差异。 Where the books and the world differ.",
        subcommands: [DiscrepancyListCommand.self, DiscrepancyShowCommand.self])
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
        commandName: "show", abstract: "一条差异及其证据。 One discrepancy with its evidence.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "编号，例如 D-0123456789abcdef。 Its id.")
    var id: String

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            let path = OperatorRoute.discrepancies + "/" + ControlRequest.encoded(id)
            let reply = try await connection.client.ask(
                ControlRequest(path: path), for: DiscrepancyReply.self)
            if json {
                try Output.show(json: reply)
            } else {
                Output.show(DiscrepancyText(language: connection.language).lines(of: reply))
            }
            return .ok
        }
    }
}

/// Discrepancies as a person reads them. Plate numbers are masked: the table may hang on a wall.
struct DiscrepancyText {
    let language: Language

    func lines(of list: DiscrepancyList) -> [String] {
        guard !list.items.isEmpty else { return [language.sentence("没有差异", "no discrepancies")] }
        var table = TextTable(headings: [
            language.label("编号", "id"), language.label("差异", "code"), language.label("状态", "state"),
            language.label("对象", "subject"), language.label("应在", "expected"), language.label("实际", "actual"),
            language.label("发现于", "opened"),
        ])
        table.rows = list.items.map { item in
            [
                item.id, language == .zh ? "\(item.chinese) \(item.code)" : item.code, state(of: item),
                subject(of: item), item.expected ?? "-", item.actual ?? "-",
                LocalTime.shown(item.openedAt) ?? "-",
            ]
        }
        let shown = list.items.count
        let rest = "\(shown) / \(list.total)"
        return table.lines + ["", language.sentence("共 \(list.total) 条，显示 \(shown) 条", "shown: " + rest)]
    }

    func lines(of item: DiscrepancyReply) -> [String] {
        var list = FieldList()
        list.add(
            language.label("编号", "id"), "\(item.id)  (\(language.label("次数", "episode")) \(item.episode))")
        list.add(language.label("差异", "code"), language == .zh ? "\(item.chinese) \(item.code)" : item.code)
        list.add(language.label("级别", "severity"), item.severity)
        list.add(language.label("状态", "state"), state(of: item))
        list.add(language.label("对象", "subject"), subject(of: item))
        list.add(
            language.label("位置", "place"), [item.site, item.zone].compactMap { $0 }.joined(separator: "/"))
        list.add(language.label("应在", "expected"), item.expected)
        list.add(language.label("实际", "actual"), item.actual)
        list.add(language.label("发现于", "opened"), LocalTime.shown(item.openedAt))
        list.add(language.label("消除于", "cleared"), LocalTime.shown(item.clearedAt))
        list.add(language.label("可信度", "confidence"), "\(item.confidence)")
        list.add(language.label("涉及原值", "exposure"), item.exposureFen.map { Yuan.shown($0) })
        list.add(language.label("规则", "rule set"), item.ruleSet)
        return list.lines + evidence(of: item)
    }

    private func evidence(of item: DiscrepancyReply) -> [String] {
        guard !item.evidence.isEmpty else { return [] }
        var table = TextTable(headings: [
            language.label("证据", "evidence"), language.label("来源", "source"), language.label("说明", "reason"),
        ])
        table.rows = item.evidence.map { piece in
            [LocalTime.shown(piece.at) ?? "-", piece.source, language.sentence(piece.chinese, piece.english)]
        }
        return [""] + table.lines
    }

    private func state(of item: DiscrepancyReply) -> String {
        guard language == .zh, let state = DiscrepancyState(rawValue: item.state) else { return item.state }
        return "\(CodeWords.chinese(state)) \(item.state)"
    }

    private func subject(of item: DiscrepancyReply) -> String {
        switch item.subject {
        case .asset(let assetNo, let epcHex): return epcHex.map { "\(assetNo) (\($0))" } ?? assetNo
        case .tag(let epcHex): return epcHex
        case .vehicle(let plateNo): return PlateMask.mask(plateNo)
        case .terminal(let phone): return language.label("终端", "terminal") + " " + phone
        case .reader(let id): return language.label("读写器", "reader") + " " + id
        }
    }
}

/// The Chinese words of codes.
enum CodeWords {
    /// Empty for a code that this program does not know.
    static func chinese(_ code: String) -> String {
        DiscrepancyCode(rawValue: code)?.chinese ?? ""
    }

    static func chinese(_ state: DiscrepancyState) -> String {
        switch state {
        case .open: return "待核实"
        case .confirmed: return "已核实"
        case .underReview: return "审核中"
        case .resolved: return "已处理"
        case .dismissed: return "误报"
        case .autoResolved: return "自动消除"
        }
    }
}
