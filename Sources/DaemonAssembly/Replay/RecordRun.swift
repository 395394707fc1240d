package import AssetModel
import DeviceDecoding
import Foundation
package import GatewayConfiguration
import Logging
package import MQTTLink

/// `tallyd record`: live messages into a replay file, bounded in number and time. It subscribes as a client
/// of its own, with a session that ends with it; the daemon's queue is not touched.
package struct RecordRun {
    package struct Request: Sendable {
        package var output: String
        package var messagesMax = 100_000
        package var time = ElapsedTime(seconds: 60)
        package var clientID = "tallyd-record"
        package var usernameFile: String?
        package var passwordFile: String?

        package init(output: String) {
            self.output = output
        }
    }

    package enum Failure: Error {
        /// A second connection with the daemon's own login would take over its session where the broker uses
        /// the user name as client id (as the shipped configuration does), and empty its queue.
        case needsOwnLogin
        case link(LinkError)
        case cannotWrite(String)
    }

    private let request: Request
    private let configuration: TallyConfiguration

    package init(_ request: Request, configuration: TallyConfiguration) {
        self.request = request
        self.configuration = configuration
    }

    /// - Returns: messages written.
    package func run() throws(Failure) -> Int {
        let link = try connect()
        guard let file = fopen(request.output, "wx") else {
            throw .cannotWrite("\(request.output): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        let until = SystemTime.sinceBoot() + request.time
        var written = 0
        while written < request.messagesMax, SystemTime.sinceBoot() < until {
            for input in link.nextBatch(limit: BatchLimit(), wait: ElapsedTime(milliseconds: 500)) {
                guard written < request.messagesMax, let line = RecordLine.text(input) else { continue }
                guard fputs(line + "\n", file) >= 0 else { throw .cannotWrite(request.output) }
                if case .message = input.kind { written += 1 }
            }
            link.acknowledge()
        }
        link.close(within: ElapsedTime(seconds: 1))
        return written
    }

    private func connect() throws(Failure) -> BrokerLink {
        guard let broker = configuration.broker else {
            preconditionFailure("record without a broker passed the check")
        }
        if broker.usernameFile != nil && request.usernameFile == nil { throw .needsOwnLogin }
        var settings = broker.intakeSettings(configuration)
        settings.clientID = request.clientID
        settings.sessionExpirySeconds = 0
        if request.usernameFile != nil {
            settings.credentials = Credentials(
                usernameFile: request.usernameFile, passwordFile: request.passwordFile)
        }
        do {
            return try BrokerLink(
                settings: settings, knownSubscriptions: nil, now: { SystemTime.wall() },
                log: Logger(label: "record"))
        } catch {
            throw .link(error)
        }
    }
}

/// One input as a line of a replay file.
enum RecordLine {
    static func text(_ input: IntakeInput) -> String? {
        var line = JSONWriter()
        line.object { line in
            line.field("t", input.receivedAt)
            switch input.kind {
            case .message(let message):
                line.field("kind", "message")
                line.field("topic", message.topic)
                let payload = TerminalPrivacy.redacted(message.payload, topic: message.topic)
                line.field("payload_base64", Data(payload).base64EncodedString())
                if message.isRetained { line.field("retained", true) }
            case .connection(let change):
                line.field("kind", "connection")
                if case .up(let present) = change {
                    line.field("state", "up")
                    line.field("session_present", present)
                } else {
                    line.field("state", "down")
                }
            default: line.field("kind", "tick")
            }
        }
        return String(decoding: line.bytes, as: UTF8.self)
    }
}
