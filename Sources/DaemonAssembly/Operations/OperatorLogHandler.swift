package import Logging

/// Lets libraries that log through swift-log write into the one journal.
///
///     2026-11-21T09:14:03.412+08:00 WARN  MQTT_LINK msg="connection lost" reason=…
///
/// The code is made from the logger's label, and lines are limited by it.
package struct OperatorLogHandler: LogHandler {
    private let log: OperatorLog
    private let code: String
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    /// - Parameter label: the logger's name, `mqtt-link`; becomes `MQTT_LINK`.
    package init(label: String, log: OperatorLog, level: Logger.Level = .info) {
        self.log = log
        logLevel = level
        code = String(
            label.uppercased().prefix(64).map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        var fields = [LogLine.Field("msg", event.message.description)]
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            fields.append(LogLine.Field(key, value.description))
        }
        if let error = event.error { fields.append(LogLine.Field("error", "\(error)")) }
        log.write(OperatorLogHandler.level(of: event.level), code: code, fields: fields)
    }

    private static func level(of level: Logger.Level) -> OperatorLevel {
        switch level {
        case .trace, .debug: return .debug
        case .info: return .info
        case .notice: return .notice
        case .warning: return .warning
        case .error, .critical: return .error
        }
    }
}

extension OperatorLog {
    /// A logger for a library, writing here.
    package func logger(_ label: String, level: Logger.Level = .info) -> Logger {
        Logger(label: label) { label in OperatorLogHandler(label: label, log: self, level: level) }
    }
}
