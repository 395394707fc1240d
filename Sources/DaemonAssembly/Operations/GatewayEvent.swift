package import GatewayConfiguration

/// Changes of the gateway's own state that have a line in the journal. Discrepancies have their own codes.
///
/// The raw value is what people search for and never changes; the words beside it are for reading.
package enum GatewayEvent: String, Sendable, CaseIterable {
    case gatewayStarted = "GATEWAY_STARTED"
    case gatewayStopping = "GATEWAY_STOPPING"
    case brokerUp = "BROKER_UP"
    case brokerDown = "BROKER_DOWN"
    case gap = "GAP"
    case storeFull = "STORE_FULL"
    case storeRecovered = "STORE_RECOVERED"
    case configNote = "CONFIG_NOTE"
    case configReloaded = "CONFIG_RELOADED"
    case configRefused = "CONFIG_REFUSED"
    case registerImported = "REGISTER_IMPORTED"
    case operatorAction = "OPERATOR_ACTION"
    case readerOnline = "READER_ONLINE"
    case readerClock = "READER_CLOCK"
    case passage = "PASSAGE"
    case quarantined = "QUARANTINED"
    case clockStep = "CLOCK_STEP"
    case suppressed = "SUPPRESSED"

    package var level: OperatorLevel {
        switch self {
        case .storeFull: return .error
        case .brokerDown, .gap, .configNote, .configRefused, .quarantined, .clockStep, .readerClock:
            return .warning
        case .brokerUp, .storeRecovered, .configReloaded, .registerImported, .operatorAction, .readerOnline,
            .passage, .suppressed:
            return .notice
        case .gatewayStarted, .gatewayStopping: return .info
        }
    }

    package func word(in language: OperatorLanguage) -> String {
        let words = words
        return language == .chinese ? words.chinese : words.english
    }

    private var words: (chinese: String, english: String) {
        switch self {
        case .gatewayStarted: return ("守护进程启动", "gateway started")
        case .gatewayStopping: return ("守护进程正在停止", "gateway stopping")
        case .brokerUp: return ("消息服务器已连接", "broker connected")
        case .brokerDown: return ("消息服务器断开", "broker lost")
        case .gap: return ("可能丢失消息", "messages may be lost")
        case .storeFull: return ("磁盘已满", "disk full")
        case .storeRecovered: return ("存储已恢复", "store writes again")
        case .configNote: return ("配置提示", "configuration note")
        case .configReloaded: return ("配置已重新加载", "configuration reloaded")
        case .configRefused: return ("新配置有误，沿用旧配置", "new configuration refused, the old one stays")
        case .registerImported: return ("台账已导入", "register imported")
        case .operatorAction: return ("人工操作", "operator action")
        case .readerOnline: return ("读写器在线", "reader online")
        case .readerClock: return ("读写器时钟被拨", "a reader's clock was set")
        case .passage: return ("过门", "passage through a gate")
        case .quarantined: return ("报文已隔离", "message quarantined")
        case .clockStep: return ("时钟跳变", "clock set")
        case .suppressed: return ("同类日志已合并", "more lines of one cause")
        }
    }
}

/// How loud a line is.
package enum OperatorLevel: Int, Sendable, Comparable {
    case debug, info, notice, warning, error, alarm

    /// The second column, padded to the width of the common ones.
    package var name: String {
        switch self {
        case .debug: return "DEBUG"
        case .info: return "INFO "
        case .notice: return "NOTICE"
        case .warning: return "WARN "
        case .error: return "ERROR"
        case .alarm: return "ALARM"
        }
    }

    /// Priority of syslog(3). An alarm about property is critical, not an emergency of the machine: `emerg`
    /// would be written on every terminal.
    package var journalPriority: Int {
        switch self {
        case .debug: return 7
        case .info: return 6
        case .notice: return 5
        case .warning: return 4
        case .error: return 3
        case .alarm: return 2
        }
    }

    package static func < (left: OperatorLevel, right: OperatorLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}
