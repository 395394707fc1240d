import AssetModel

/// The keys of each section, as `interfaces.md` lists them. The readers, `check` and the printed default go
/// by it.
package enum ConfigurationKeys {
    package static let root = [
        "gateway", "broker", "store", "site", "zone", "reader", "terminal_source", "mapping", "register",
        "number_space", "rules", "limits", "retention", "outputs",
    ]
    package static let gateway = ["id", "language"]
    package static let broker = [
        "host", "port", "socket", "client_id", "username_file", "password_file", "ca_file", "cert_file",
        "key_file",
        "receive_maximum", "publisher",
    ]
    package static let publisher = ["client_id", "username_file", "password_file", "cert_file", "key_file"]
    package static let store = ["path", "synchronous", "journal_keep_seconds"]
    package static let site = ["id", "name", "state", "role", "timezone"]
    package static let zone = [
        "id", "site", "name", "kind", "neighbours", "locations", "missing_after_seconds",
        "decide_within_seconds",
    ]
    package static let reader = [
        "id", "site", "vendor", "topics", "identities", "report_interval_seconds", "offline_after_seconds",
        "liveness", "handheld",
        "antenna", "light_barrier",
    ]
    package static let antenna = ["port", "zone", "side"]
    package static let lightBarrier = ["pin", "zone", "side", "active"]
    package static let terminalSource = ["id", "topics", "format", "datum"]
    package static let mapping = MappingKeys.all
    package static let register = ["directory", "strict", "headings"]
    package static let numberSpace = ["epc_prefixes", "ranges", "lists"]
    package static let numberRange = ["from", "to"]
    package static let rules = [
        "rule_set", "terminal_silent_after_seconds", "reopen_window_seconds", "held_every_seconds",
        "place_certainty", "missing_certainty", "clock_too_old_after_seconds", "clock_future_after_seconds",
        "clock_skew_after_seconds", "coverage_gap_after_seconds", "no_fix_after_seconds",
        "site_travel_min_seconds",
    ]
    package static let limits = [
        "strangers_max", "antennas_per_tag_max", "redelivery_window_messages", "unknown_terminals_max",
        "payload_bytes_max", "batch_messages_max", "batch_bytes_max", "batch_milliseconds",
        "quarantine_rows_max",
        "history_rows_max", "log_lines_per_minute_per_cause",
    ]
    /// None yet: what is kept today is bounded by the row limits above.
    package static let retention: [String] = []
    package static let outputs = ["mqtt"]
}

/// Turns the text of a configuration into a ``TallyConfiguration``, section by section.
struct ConfigurationReader {
    let report: ProblemReport
    let needsBroker: Bool
    /// The credential files that the text names.
    private(set) var credentials: [CredentialFile] = []

    init(report: ProblemReport, needsBroker: Bool) {
        self.report = report
        self.needsBroker = needsBroker
    }

    /// - Returns: `nil` where the text is not TOML. Otherwise always something; `report` says whether it may
    ///   be used.
    mutating func read(_ text: String) -> TallyConfiguration? {
        guard let table = ConfigurationTable.read(text, report: report) else { return nil }
        let root = SectionReader(table, known: ConfigurationKeys.root, report: report)
        let gateway = SectionReader(root.section("gateway"), known: ConfigurationKeys.gateway, report: report)
        let (layout, offsets) = LayoutSections(root: root).read()
        let broker = readBroker(root)
        let limits = readLimits(root.section("limits"), broker: broker)
        let retention = root.section("retention")
        _ = SectionReader(retention, known: ConfigurationKeys.retention, report: report)
        return TallyConfiguration(
            gatewayID: readGatewayID(gateway), language: gateway.word("language", default: .chinese),
            broker: broker, store: readStore(root.section("store")), layout: layout,
            siteOffsetMinutes: offsets, register: readRegister(root.section("register")),
            numberSpace: NumberSpaceSection(root: root).read(), rules: readRules(root.section("rules")),
            limits: limits, outputs: readOutputs(root.section("outputs")), notes: [])
    }

    private func readGatewayID(_ gateway: SectionReader) -> String {
        guard let id = gateway.requiredText("id") else { return "" }
        IdentifierRule.check(id, at: gateway.place("id"), isTopicLevel: true, report: report)
        return id
    }

    private func readStore(_ table: ConfigurationTable) -> StoreConfiguration {
        let section = SectionReader(table, known: ConfigurationKeys.store, report: report)
        var store = StoreConfiguration()
        if section.has("path"), let path = section.requiredText("path") { store.path = path }
        store.synchronous = section.word("synchronous", default: store.synchronous)
        store.journalKeep = section.seconds(
            "journal_keep_seconds", default: store.journalKeep, in: 0...ReasonableTime.monthSeconds)
        if store.journalKeep > .zero {
            report.note(
                section.place("journal_keep_seconds"), "尚未生效：日志随检查点清除",
                "no effect yet: the journal is pruned with each checkpoint")
        }
        return store
    }

    private func readRules(_ table: ConfigurationTable) -> RuleSettings {
        let section = SectionReader(table, known: ConfigurationKeys.rules, report: report)
        var rules = RuleSettings()
        if section.has("rule_set"), let name = section.requiredText("rule_set") {
            IdentifierRule.check(name, at: section.place("rule_set"), isTopicLevel: false, report: report)
            rules.ruleSet = name
        }
        let year = 1...ReasonableTime.yearSeconds
        rules.terminalSilentAfter = section.seconds(
            "terminal_silent_after_seconds", default: rules.terminalSilentAfter, in: year)
        rules.reopenWindow = section.seconds(
            "reopen_window_seconds", default: rules.reopenWindow, in: 0...ReasonableTime.yearSeconds)
        rules.heldEvery = section.seconds("held_every_seconds", default: rules.heldEvery, in: year)
        rules.placeCertainty = section.number(
            "place_certainty", default: rules.placeCertainty, in: 0.5...0.9999)
        rules.missingCertainty = section.number(
            "missing_certainty", default: rules.missingCertainty, in: 0.5...0.9999)
        rules.clockTooOldAfter = section.seconds(
            "clock_too_old_after_seconds", default: rules.clockTooOldAfter, in: year)
        rules.clockFutureAfter = section.seconds(
            "clock_future_after_seconds", default: rules.clockFutureAfter, in: year)
        rules.siteTravelMin = section.seconds(
            "site_travel_min_seconds", default: rules.siteTravelMin, in: 0...86_400)
        readNoticeTimes(section, into: &rules)
        return rules
    }

    /// Longer than a day none of these would be noticed while it can still be mended.
    private func readNoticeTimes(_ section: SectionReader, into rules: inout RuleSettings) {
        let day = 1...86_400
        rules.clockSkewAfter = section.seconds(
            "clock_skew_after_seconds", default: rules.clockSkewAfter, in: day)
        rules.coverageGapAfter = section.seconds(
            "coverage_gap_after_seconds", default: rules.coverageGapAfter, in: day)
        rules.noFixAfter = section.seconds("no_fix_after_seconds", default: rules.noFixAfter, in: day)
    }

    private func readOutputs(_ table: ConfigurationTable) -> OutputConfiguration {
        let section = SectionReader(table, known: ConfigurationKeys.outputs, report: report)
        var outputs = OutputConfiguration()
        outputs.mqtt = section.flag("mqtt", default: outputs.mqtt)
        return outputs
    }

    mutating func takeCredential(_ section: SectionReader, _ key: String, isSecret: Bool) -> String? {
        guard section.has(key), let path = section.requiredText(key) else { return nil }
        credentials.append(CredentialFile(path: path, place: section.place(key), isSecret: isSecret))
        return path
    }
}

/// Upper ends of what can be meant by a number of seconds; a longer time is a slip of the unit.
enum ReasonableTime {
    static let monthSeconds = 31 * 86_400
    static let yearSeconds = 366 * 86_400
}

/// What may serve as an identifier.
enum IdentifierRule {
    /// Bytes of UTF-8; keeps topics and log lines short.
    static let bytesMax = 64

    /// - Parameter isTopicLevel: it becomes a level of our own MQTT topics, so it has none of their
    ///   separators.
    static func check(_ id: String, at place: ConfigurationPlace, isTopicLevel: Bool, report: ProblemReport) {
        if id.utf8.count > bytesMax {
            report.refuse(place, "超过 \(bytesMax) 字节", "longer than \(bytesMax) bytes")
        }
        let isPlain = id.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0.properties.generalCategory != .control
        }
        if !isPlain {
            report.refuse(place, "不能含空格或控制字符", "must not contain spaces or control characters")
        }
        if isTopicLevel && id.unicodeScalars.contains(where: { "/+#".unicodeScalars.contains($0) }) {
            report.refuse(place, "不能含 / + #（用于 MQTT 主题）", "must not contain / + # (it stands in MQTT topics)")
        }
    }
}
