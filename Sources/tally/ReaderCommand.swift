import ArgumentParser
import OperatorAPI

struct ReaderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reader", abstract: "读写器。 The readers.",
        subcommands: [ReaderListCommand.self, ReaderShowCommand.self])
}

/// How much of a list.
struct WindowOptions: ParsableArguments {
    @Option(help: "最多几条。 At most so many.")
    var limit = OperatorRoute.listLimitDefault

    @Option(help: "先跳过几条。 Pass over so many first.")
    var offset = 0

    func validate() throws {
        guard (1...OperatorRoute.listLimitMax).contains(limit) else {
            throw ValidationError("--limit: 1...\(OperatorRoute.listLimitMax)")
        }
        guard (0...Int(Int32.max)).contains(offset) else { throw ValidationError("--offset: 0...") }
    }

    var query: [(name: String, value: String)] {
        [(OperatorRoute.Query.limit, "\(limit)"), (OperatorRoute.Query.offset, "\(offset)")]
    }
}

struct ReaderListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "各读写器的状态。 How every reader is.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var window: WindowOptions

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            let request = ControlRequest(path: OperatorRoute.readers, query: window.query)
            let list = try await connection.client.ask(request, for: ReaderList.self)
            if json {
                try Output.show(json: list)
            } else {
                Output.show(ReaderText(language: connection.language).lines(of: list))
            }
            return .ok
        }
    }
}

struct ReaderShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "一台读写器及其天线。 One reader with its antennas.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "读写器编号。 The reader's id.")
    var id: String

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            let path = OperatorRoute.readers + "/" + ControlRequest.encoded(id)
            let reply = try await connection.client.ask(ControlRequest(path: path), for: ReaderReply.self)
            if json {
                try Output.show(json: reply)
            } else {
                Output.show(ReaderText(language: connection.language).lines(of: reply))
            }
            return .ok
        }
    }
}

/// Readers as a person reads them.
struct ReaderText {
    let language: Language

    func lines(of list: ReaderList) -> [String] {
        guard !list.items.isEmpty else { return [language.sentence("没有读写器", "no readers")] }
        var table = TextTable(headings: [
            language.label("读写器", "reader"), language.label("站点", "site"), language.label("类型", "vendor"),
            language.label("在线", "online"), language.label("最近听到", "last heard"),
            language.label("覆盖", "covering"), language.label("报文/分", "msg/min"),
            language.label("识读/分", "reads/min"), language.label("滞后", "lag"),
            language.label("丢弃/积压", "dropped/retained"), language.label("上报", "reports"),
        ])
        table.rows = list.items.map { reader in
            [
                reader.id, reader.site, vendor(of: reader), online(reader), heard(reader),
                "\(reader.antennasCovering)/\(reader.antennasTotal)", Rate.shown(reader.messagesPerMinute),
                Rate.shown(reader.readsPerMinute), lag(reader) ?? "-", backlog(reader) ?? "-",
                reports(reader) ?? "-",
            ]
        }
        return table.lines + ["", language.shown(list.items.count, of: list.total)]
    }

    func lines(of reader: ReaderReply) -> [String] {
        var list = FieldList()
        list.add(language.label("读写器", "reader"), reader.id)
        list.add(language.label("站点", "site"), reader.site)
        list.add(language.label("类型", "vendor"), vendor(of: reader))
        list.add(language.label("在线", "online"), online(reader))
        list.add(language.label("最近听到", "last heard"), heard(reader))
        list.add(language.label("覆盖", "covering"), "\(reader.antennasCovering)/\(reader.antennasTotal)")
        let messages = total(reader.messages, reader.messagesPerMinute)
        list.add(language.label("报文", "messages"), messages)
        list.add(language.label("识读", "reads"), total(reader.reads, reader.readsPerMinute))
        list.add(language.label("拒绝", "refused"), "\(reader.refused)")
        list.add(language.label("滞后", "lag"), lag(reader))
        list.add(language.label("时钟", "clock"), clock(reader))
        list.add(language.label("丢弃/积压", "dropped/retained"), backlog(reader))
        list.add(language.label("上报", "reports"), reports(reader))
        return list.lines + topics(reader.topics) + antennas(reader.antennas)
    }

    private func total(_ count: Int64, _ perMinute: Double?) -> String {
        guard perMinute != nil else { return "\(count)" }
        let rate = Rate.shown(perMinute)
        return "\(count) (" + language.sentence("每分钟 \(rate)", "\(rate) per minute") + ")"
    }

    /// Also of a zone, whose antennas may belong to several readers.
    func antennas(_ antennas: [AntennaReply]) -> [String] {
        guard !antennas.isEmpty else { return [] }
        var table = TextTable(headings: [
            language.label("天线", "antenna"), language.label("区域", "zone"), language.label("覆盖", "covering"),
            language.label("原因", "because"),
        ])
        table.rows = antennas.map { antenna in
            let reason = language.sentence(antenna.reasonChinese, antenna.reasonEnglish)
            return [
                "\(antenna.reader)/\(antenna.port)", antenna.zone, language.yesNo(antenna.isCovering),
                reason.isEmpty ? "-" : reason,
            ]
        }
        return [""] + table.lines
    }

    private func vendor(of reader: ReaderReply) -> String {
        VendorText.shown(reader.vendorConfigured, reader.vendor)
    }

    private func topics(_ decisions: [TopicDecision]) -> [String] {
        guard !decisions.isEmpty else { return [] }
        var table = TextTable(headings: [
            language.label("主题", "topic"), language.label("识别为", "recognised as"),
        ])
        table.rows = decisions.map { [$0.topic, $0.vendor] }
        return [""] + table.lines
    }

    private func online(_ reader: ReaderReply) -> String {
        let word = language.yesNo(reader.isOnline)
        return reader.isIdle ? word + " (" + language.label("未盘点", "idle") + ")" : word
    }

    private func heard(_ reader: ReaderReply) -> String {
        guard let at = LocalTime.shown(reader.lastHeardAt) else { return "-" }
        return at + (reader.silentSeconds.map { " (\(LocalTime.span(seconds: $0)))" } ?? "")
    }

    /// Positive: its clock is behind, or its messages waited.
    private func lag(_ reader: ReaderReply) -> String? {
        reader.lagMilliseconds.map { "\(Rate.oneDecimal(Double($0) / 1_000)) s" }
    }

    /// Only where its times are not taken as they are, or were not once.
    private func clock(_ reader: ReaderReply) -> String? {
        guard reader.clockOffsetMilliseconds != 0 || reader.clockSteps > 0 else { return nil }
        let offset = Double(reader.clockOffsetMilliseconds) / 1_000
        let shown = (offset > 0 ? "+" : "") + Rate.oneDecimal(offset)
        return language.sentence(
            "识读时间换算 \(shown) s，被拨 \(reader.clockSteps) 次",
            "\(shown) s added to its times, set \(reader.clockSteps) times")
    }

    private func backlog(_ reader: ReaderReply) -> String? {
        guard reader.dropped != nil || reader.retained != nil else { return nil }
        return [reader.dropped, reader.retained].map { $0.map { "\($0)" } ?? "-" }.joined(separator: "/")
    }

    private func reports(_ reader: ReaderReply) -> String? {
        switch (reader.reportMode, reader.reportSeconds) {
        case ("once", _): return language.label("仅一次", "once")
        case (_, let seconds?) where seconds > 0:
            return language.sentence("每 \(Rate.oneDecimal(seconds)) s", "every \(Rate.oneDecimal(seconds)) s")
        case ("every", _): return language.label("每次识读", "every read")
        default: return nil
        }
    }
}

enum VendorText {
    /// `impinj`, or `auto→impinj` where the daemon decided; `auto` alone where it has not yet.
    static func shown(_ configured: String, _ vendor: String) -> String {
        configured == vendor ? vendor : "\(configured)→\(vendor)"
    }
}

/// Numbers of a rate for people.
enum Rate {
    static func shown(_ perMinute: Double?) -> String { perMinute.map { oneDecimal($0) } ?? "-" }

    /// `12.0` → `12`, `0.53` → `0.5`
    static func oneDecimal(_ value: Double) -> String {
        let tenths = (value * 10).rounded() / 10
        return tenths == tenths.rounded() && tenths.magnitude < 1e15 ? "\(Int64(tenths))" : "\(tenths)"
    }
}

extension Language {
    func shown(_ shown: Int, of total: Int) -> String {
        sentence("共 \(total) 条，显示 \(shown) 条", "shown: \(shown) / \(total)")
    }
}
