import AssetModel
import DaemonAssembly
import Logging
import Synchronization
import Testing

struct LibraryLogTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private struct Refused: Error, CustomStringConvertible {
        var description: String { "refused by broker" }
    }

    private let lines = Lines()

    private func makeLog() -> OperatorLog {
        let lines = lines
        return OperatorLog(
            form: OperatorLog.Form(), now: { UTCInstant(milliseconds: 0) },
            sink: { line in lines.all.withLock { $0.append(String(line.dropFirst(30).dropLast())) } })
    }

    @Test func `libraries write into the same journal`() {
        var logger = makeLog().logger("mqtt-link")
        logger[metadataKey: "client"] = "tallyd"
        logger.warning("connection lost", metadata: ["reason": "reset by peer", "after": "\(15)"])
        logger.debug("not shown")
        logger.error("gave up", error: Refused(), metadata: [:])
        #expect(
            lines.all.withLock { $0 } == [
                "WARN  MQTT_LINK msg=\"connection lost\" after=15 client=tallyd reason=\"reset by peer\"",
                "ERROR MQTT_LINK msg=\"gave up\" client=tallyd error=\"refused by broker\"",
            ])
    }

    @Test func `levels of libraries become ours`() {
        let logger = makeLog().logger("x", level: .trace)
        for level in Logger.Level.allCases { logger.log(level: level, "m") }
        let levels = lines.all.withLock { $0 }.map { $0.prefix { $0 != " " } }
        #expect(levels == ["DEBUG", "DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "ERROR"])
    }
}
