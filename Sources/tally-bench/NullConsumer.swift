import ArgumentParser
import AssetModel
import Foundation
import Logging
import MQTTLink

/// The baseline: the daemon's own link, window and batches, and nothing behind them. Acknowledges at once.
struct NullConsumerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "null-consumer", shouldDisplay: false)

    @Option var port: Int
    @Option var messages: Int

    func run() throws {
        var settings = BrokerSettings(
            endpoint: .tcp(host: "127.0.0.1", port: port), clientID: "null-consumer")
        settings.subscriptions = ["readers/rA/#"]
        let now = { UTCInstant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }
        let link = try BrokerLink(
            settings: settings, knownSubscriptions: nil, now: now,
            log: Logger(label: "null") { _ in SwiftLogNoOpLogHandler() })
        var received = 0
        while received < messages {
            for input in link.nextBatch(limit: BatchLimit(), wait: ElapsedTime(seconds: 1)) {
                if case .message = input.kind { received += 1 }
                if case .connection(.up) = input.kind { FileHandle.standardError.write(Data("READY\n".utf8)) }
            }
            link.acknowledge()
        }
        FileHandle.standardError.write(Data("DONE\n".utf8))
        // Stay until the bench has read the figures of this process.
        while readLine() != nil {}
        link.close(within: ElapsedTime(seconds: 1))
    }
}
