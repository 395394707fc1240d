import AssetModel

/// `[broker]` and `[limits]`.
extension ConfigurationReader {
    mutating func readBroker(_ root: SectionReader) -> BrokerConfiguration? {
        guard root.has("broker") else {
            if needsBroker {
                report.refuse(
                    root.place("broker"), "缺少 [broker] 一节：守护进程需要消息服务器",
                    "section [broker] is missing: the daemon needs a broker")
            }
            return nil
        }
        let section = SectionReader(root.section("broker"), known: ConfigurationKeys.broker, report: report)
        var broker = BrokerConfiguration()
        broker.endpoint = readEndpoint(section)
        broker.clientID = readClientID(section, default: broker.clientID)
        broker.usernameFile = takeCredential(section, "username_file", isSecret: false)
        broker.passwordFile = takeCredential(section, "password_file", isSecret: true)
        broker.caFile = takeCredential(section, "ca_file", isSecret: false)
        broker.certFile = takeCredential(section, "cert_file", isSecret: false)
        broker.keyFile = takeCredential(section, "key_file", isSecret: true)
        broker.receiveMaximum = section.integer(
            "receive_maximum", default: broker.receiveMaximum, in: 1...Int(UInt16.max))
        checkPairs(section)
        broker.publisher = readPublisher(section, broker: broker)
        noteOpenTransport(section, broker)
        return broker
    }

    private func readEndpoint(_ section: SectionReader) -> BrokerConfiguration.Endpoint {
        let host = section.has("host") ? section.requiredText("host") : nil
        let port = section.integer("port", default: 1883, in: 1...Int(UInt16.max))
        guard section.has("socket") else { return .tcp(host: host ?? "localhost", port: port) }
        if section.has("host") || section.has("port") {
            report.refuse(
                section.place("socket"), "socket 与 host/port 只能选一", "use either socket or host and port")
        }
        let path = section.requiredText("socket") ?? ""
        if path.utf8.count > BrokerConfiguration.socketPathBytesMax {
            report.refuse(section.place("socket"), "套接字路径过长", "the socket path is too long")
        }
        return .unixSocket(path: path)
    }

    private func readClientID(_ section: SectionReader, default standard: String) -> String {
        guard section.has("client_id"), let id = section.requiredText("client_id") else { return standard }
        IdentifierRule.check(id, at: section.place("client_id"), isTopicLevel: true, report: report)
        return id
    }

    private mutating func readPublisher(
        _ parent: SectionReader, broker: BrokerConfiguration
    ) -> BrokerConfiguration.Publisher {
        let section = SectionReader(
            parent.section("publisher"), known: ConfigurationKeys.publisher, report: report)
        var publisher = BrokerConfiguration.Publisher()
        publisher.clientID = readClientID(section, default: publisher.clientID)
        publisher.usernameFile = takeCredential(section, "username_file", isSecret: false)
        publisher.passwordFile = takeCredential(section, "password_file", isSecret: true)
        publisher.certFile = takeCredential(section, "cert_file", isSecret: false)
        publisher.keyFile = takeCredential(section, "key_file", isSecret: true)
        checkPairs(section)
        if publisher.clientID == broker.clientID {
            report.refuse(
                section.place("client_id"), "两个连接的 client_id 不能相同，否则互相踢下线",
                "the two connections need different client ids, or they end each other's session")
        }
        if broker.usernameFile != nil, publisher.usernameFile == nil, publisher.certFile == nil {
            report.note(
                section.place("username_file"), "发布连接没有登录；请给它单独的账号",
                "the publishing connection has no login of its own; give it one")
        }
        return publisher
    }

    /// A password without a name, a certificate without its key: neither works alone.
    private func checkPairs(_ section: SectionReader) {
        for (key, needed) in [
            ("password_file", "username_file"), ("cert_file", "key_file"), ("key_file", "cert_file"),
        ] where section.has(key) && !section.has(needed) {
            report.refuse(section.place(key), "还需要 \(needed)", "needs \(needed) beside it")
        }
    }

    private func noteOpenTransport(_ section: SectionReader, _ broker: BrokerConfiguration) {
        guard case .tcp(let host, _) = broker.endpoint, broker.caFile == nil else { return }
        if host == "localhost" || host == "::1" || host.hasPrefix("127.") { return }
        report.note(
            section.place("host"), "到 \(host) 的连接未加密；请设置 ca_file",
            "the connection to \(host) is not encrypted; set ca_file")
    }

    func readLimits(_ table: ConfigurationTable, broker: BrokerConfiguration?) -> LimitConfiguration {
        let section = SectionReader(table, known: ConfigurationKeys.limits, report: report)
        var limits = LimitConfiguration()
        readPathLimits(section, into: &limits.path)
        limits.payloadBytesMax = section.integer(
            "payload_bytes_max", default: limits.payloadBytesMax,
            in: 1_024...LimitConfiguration.brokerPacketBytes)
        limits.batchMessagesMax = section.integer(
            "batch_messages_max", default: limits.batchMessagesMax, in: 1...10_000)
        limits.batchBytesMax = section.integer(
            "batch_bytes_max", default: limits.batchBytesMax, in: 1_024...67_108_864)
        let linger = section.integer(
            "batch_milliseconds", default: Int(limits.batchLinger.milliseconds), in: 0...1_000)
        limits.batchLinger = ElapsedTime(milliseconds: Int64(linger))
        limits.quarantineRowsMax = section.integer(
            "quarantine_rows_max", default: limits.quarantineRowsMax, in: 0...100_000)
        limits.historyRowsMax = section.integer(
            "history_rows_max", default: limits.historyRowsMax, in: 1_000...100_000_000)
        limits.logLinesPerMinutePerCause = section.integer(
            "log_lines_per_minute_per_cause", default: limits.logLinesPerMinutePerCause, in: 1...6_000)
        checkRelations(section, limits, broker)
        return limits
    }

    private func readPathLimits(_ section: SectionReader, into path: inout PathLimits) {
        path.strangersMax = section.integer("strangers_max", default: path.strangersMax, in: 256...16_777_216)
        path.antennasPerTagMax = section.integer(
            "antennas_per_tag_max", default: path.antennasPerTagMax, in: 1...64)
        path.redeliveryWindowMessages = section.integer(
            "redelivery_window_messages", default: path.redeliveryWindowMessages, in: 256...1_048_576)
        path.unknownTerminalsMax = section.integer(
            "unknown_terminals_max", default: path.unknownTerminalsMax, in: 16...1_048_576)
    }

    /// Limits that depend on each other.
    private func checkRelations(
        _ section: SectionReader, _ limits: LimitConfiguration, _ broker: BrokerConfiguration?
    ) {
        if limits.batchBytesMax < limits.payloadBytesMax {
            report.refuse(
                section.place("batch_bytes_max"), "小于 payload_bytes_max（\(limits.payloadBytesMax)）",
                "smaller than payload_bytes_max (\(limits.payloadBytesMax))")
        }
        let inFlight = broker?.receiveMaximum ?? 0
        if limits.path.redeliveryWindowMessages < inFlight {
            report.refuse(
                section.place("redelivery_window_messages"),
                "小于 broker.receive_maximum（\(inFlight)），重投会被当作新消息",
                "smaller than broker.receive_maximum (\(inFlight)): redeliveries would count as new")
        }
    }
}

extension BrokerConfiguration {
    /// `sun_path` of Linux holds 108 bytes and a NUL.
    static let socketPathBytesMax = 107
}

extension LimitConfiguration {
    /// `max_packet_size` of the shipped broker configuration, 1 MiB: nothing larger arrives.
    static let brokerPacketBytes = 1_048_576
}
