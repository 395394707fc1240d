import ArgumentParser
import OperatorAPI

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "运行状态。 How the daemon is.")

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            let reply = try await connection.client.ask(
                ControlRequest(path: OperatorRoute.status), for: StatusReply.self)
            if json {
                try Output.show(json: reply)
            } else {
                Output.show(StatusText(reply: reply, language: connection.language).lines)
            }
            return .ok
        }
    }
}

/// A status as a person reads it.
struct StatusText {
    let reply: StatusReply
    let language: Language

    var lines: [String] {
        var lines = overview.lines
        lines += [""] + accounts.lines
        if !reply.readers.isEmpty { lines += [""] + readers.lines }
        if !reply.discrepanciesOpen.isEmpty { lines += [""] + discrepancies.lines }
        if !reply.gaps.isEmpty { lines += [""] + gaps.lines }
        return lines
    }

    private var overview: FieldList {
        var list = FieldList()
        list.add(language.label("网关", "gateway"), reply.gateway)
        list.add(
            language.label("状态", "state"),
            language.label(reply.state.chinese, reply.state.rawValue) + "  tallyd \(reply.version)")
        list.add(language.label("已运行", "uptime"), LocalTime.span(seconds: reply.uptimeSeconds))
        list.add(language.label("消息服务器", "broker"), broker)
        list.add(language.label("存储", "store"), store)
        list.add(language.label("最近提交", "last commit"), LocalTime.shown(reply.store.lastCommitAt))
        list.add(language.label("最近存档", "checkpoint"), LocalTime.shown(reply.store.checkpointAt))
        list.add(language.label("台账", "register"), books)
        list.add(language.label("终端", "terminals"), terminals)
        list.add(language.label("待发送", "outbox"), "\(reply.outboxPending)")
        return list
    }

    private var broker: String {
        let broker = reply.broker
        var words = [broker.isConnected ? language.label("已连接", "connected") : language.label("未连接", "down")]
        if let version = broker.protocolVersion { words.append("MQTT \(version)") }
        if let kept = broker.isSessionPresent {
            words.append(
                kept ? language.label("会话已保留", "session kept") : language.label("会话未保留", "session new"))
        }
        if let since = LocalTime.shown(broker.since) {
            words.append(language.label("自", "since") + " " + since)
        }
        return words.joined(separator: ", ")
    }

    private var store: String {
        let store = reply.store
        let full = store.isDiskFull ? ", " + language.label("磁盘已满", "DISK FULL") : ""
        return "\(store.path), \(store.sizeBytes / 1_024) KiB, synchronous=\(store.synchronous)" + full
    }

    private var books: String {
        let register = reply.register
        return [
            language.label("卡片", "cards") + " \(register.cards)",
            language.label("标签", "tags") + " \(register.tags)",
            language.label("车辆", "vehicles") + " \(register.vehicles)",
        ].joined(separator: ", ")
    }

    private var terminals: String {
        let terminals = reply.terminals
        return [
            language.label("已知", "known") + " \(terminals.known)",
            language.label("离线", "silent") + " \(terminals.silent)",
            language.label("未登记", "unknown") + " \(terminals.unknown)",
        ].joined(separator: ", ")
    }

    private var accounts: FieldList {
        let accounts = reply.accounts
        var list = FieldList()
        list.add(
            language.label("消息", "messages"),
            "\(accounts.messagesReceived) = \(accounts.messagesDecoded) " + language.label("已解码", "decoded")
                + " + \(accounts.messagesIgnored) " + language.label("忽略", "ignored")
                + " + \(accounts.messagesRejected) " + language.label("拒绝", "rejected"))
        list.add(
            language.label("记录", "records"),
            "\(accounts.records) = \(accounts.observations) " + language.label("观测", "observations")
                + " + \(accounts.deviceEvents) " + language.label("设备事件", "device events")
                + " + \(accounts.recordsRejected) " + language.label("拒绝", "rejected"))
        list.add(
            language.label("观测", "observations"),
            "\(accounts.observations) = \(accounts.redelivered) " + language.label("重投", "redelivered")
                + replays(accounts) + " + \(accounts.repeats) " + language.label("重复", "repeats")
                + " + \(accounts.new) " + language.label("新", "new"))
        list.add(language.label("忽略", "ignored"), counts(accounts.ignored))
        list.add(language.label("拒绝", "rejected"), counts(accounts.rejected))
        return list
    }

    /// Only where there were any.
    private func replays(_ accounts: AccountsStatus) -> String {
        guard let replays = accounts.replays, replays > 0 else { return "" }
        return language.label("（其中旧录音 \(replays)）", " (\(replays) of them out of an old recording)")
    }

    private func counts(_ counts: [String: Int64]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    private var readers: TextTable {
        var table = TextTable(headings: [
            language.label("读写器", "reader"), language.label("站点", "site"), language.label("类型", "vendor"),
            language.label("在线", "online"), language.label("覆盖", "covered"),
            language.label("最近听到", "last heard"),
        ])
        table.rows = reply.readers.map { reader in
            [
                reader.id, reader.site, VendorText.shown(reader.vendorConfigured, reader.vendor),
                language.yesNo(reader.isOnline),
                language.yesNo(reader.isCovered), LocalTime.shown(reader.lastHeardAt) ?? "-",
            ]
        }
        return table
    }

    private var discrepancies: TextTable {
        var table = TextTable(headings: [
            language.label("未决差异", "open discrepancies"), language.label("数量", "count"),
        ])
        table.rows = reply.discrepanciesOpen.sorted { $0.key < $1.key }.map { code, count in
            [language == .zh ? "\(code) \(CodeWords.chinese(code))" : code, "\(count)"]
        }
        return table
    }

    private var gaps: TextTable {
        var table = TextTable(headings: [
            language.label("可能缺失", "gap"), language.label("从", "from"), language.label("到", "to"),
            language.label("说明", "detail"),
        ])
        table.rows = reply.gaps.map { gap in
            [gap.reason, LocalTime.shown(gap.from) ?? "-", LocalTime.shown(gap.to) ?? "-", gap.detail]
        }
        return table
    }
}
