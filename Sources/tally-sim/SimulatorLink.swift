import ArgumentParser
import AssetModel
import CMosquitto
import Foundation
import Synchronization
import WarehouseSimulator

/// User name and password for the broker, from files so that they do not show in the list of processes.
struct SimulatorLogin {
    private(set) var username: String?
    private(set) var password: String?

    init(usernameFile: String?, passwordFile: String?) throws(ExitCode) {
        username = try Self.firstLine(of: usernameFile)
        password = try Self.firstLine(of: passwordFile)
    }

    private static func firstLine(of path: String?) throws(ExitCode) -> String? {
        guard let path else { return nil }
        do {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            return text.split(separator: "\n").first.map(String.init) ?? ""
        } catch {
            say("无法读取 cannot read \(path): \(error.localizedDescription)")
            throw SimulatorExit.cannotRead
        }
    }
}

/// The simulator's own connection: publishes at QoS 1 and listens to discrepancies. It shares nothing with
/// the daemon's link, so that a mistake there cannot hide here.
///
/// libmosquitto's thread runs the callbacks; what they touch is behind `shared`.
final class SimulatorLink: Sendable {
    /// A discrepancy document, and when it came.
    struct Received: Sendable {
        var text: String
        var at: UTCInstant
    }

    private struct Shared {
        var isSubscribed = false
        var problem = ""
        var unconfirmed = 0
        var received: [Received] = []
    }

    static let discrepancies = "tally/v1/+/discrepancies/#"
    private static let keepAliveSeconds: Int32 = 15
    private static let pause: TimeInterval = 0.02

    private let shared = Mutex(Shared())
    private let host: String
    private let port: Int32
    /// libmosquitto locks the handle itself once its thread runs.
    nonisolated(unsafe) private let handle: OpaquePointer

    init(host: String, port: Int, login: SimulatorLogin) {
        self.host = host
        self.port = Int32(clamping: port)
        mosquitto_lib_init()
        let name = "tally-sim-\(ProcessInfo.processInfo.processIdentifier)"
        guard let handle = mosquitto_new(name, true, nil) else {
            preconditionFailure("libmosquitto has no memory for a client")
        }
        self.handle = handle
        mosquitto_user_data_set(handle, Unmanaged.passUnretained(self).toOpaque())
        if let username = login.username { mosquitto_username_pw_set(handle, username, login.password) }
        setCallbacks()
    }

    deinit {
        mosquitto_destroy(handle)
        mosquitto_lib_cleanup()
    }

    var lastProblem: String { shared.withLock { $0.problem } }

    /// Connects and subscribes; `false` where that took too long.
    func open(within limit: ElapsedTime) -> Bool {
        let started = mosquitto_connect_async(handle, host, port, Self.keepAliveSeconds)
        note(started)
        mosquitto_loop_start(handle)
        return waits(within: limit) { $0.isSubscribed }
    }

    func publish(_ message: SimulatedMessage) {
        shared.withLock { $0.unconfirmed += 1 }
        let result = mosquitto_publish(
            handle, nil, message.topic, Int32(message.payload.count), message.payload, 1, message.isRetained)
        note(result)
    }

    func takeReceived() -> [Received] {
        shared.withLock { shared in
            defer { shared.received = [] }
            return shared.received
        }
    }

    /// Waits for the last acknowledgements and disconnects.
    /// - Returns: messages that the broker has not confirmed.
    func close(within limit: ElapsedTime) -> Int {
        _ = waits(within: limit) { $0.unconfirmed == 0 }
        mosquitto_disconnect(handle)
        mosquitto_loop_stop(handle, true)
        return shared.withLock { $0.unconfirmed }
    }

    private func waits(within limit: ElapsedTime, until condition: (Shared) -> Bool) -> Bool {
        let deadline = wallClock() + limit
        while !shared.withLock({ condition($0) }) {
            guard wallClock() < deadline else { return false }
            Thread.sleep(forTimeInterval: Self.pause)
        }
        return true
    }

    private func note(_ result: Int32) {
        guard result != 0, let text = mosquitto_strerror(result) else { return }
        shared.withLock { $0.problem = String(cString: text) }
    }

    // MARK: Callbacks, on libmosquitto's thread

    private func setCallbacks() {
        mosquitto_connect_callback_set(handle) { handle, context, code in
            let link = SimulatorLink.from(context)
            guard code == 0 else {
                link.shared.withLock { $0.problem = String(cString: mosquitto_connack_string(code)) }
                return
            }
            link.note(mosquitto_subscribe(handle, nil, SimulatorLink.discrepancies, 1))
        }
        mosquitto_subscribe_callback_set(handle) { _, context, _, _, _ in
            SimulatorLink.from(context).shared.withLock { $0.isSubscribed = true }
        }
        mosquitto_publish_callback_set(handle) { _, context, _ in
            SimulatorLink.from(context).shared.withLock { $0.unconfirmed -= 1 }
        }
        mosquitto_message_callback_set(handle) { _, context, message in
            guard let message else { return }
            SimulatorLink.from(context).receive(message.pointee)
        }
    }

    /// Empty messages take a retained document back; retained ones are older than this run. Neither is news.
    private func receive(_ message: mosquitto_message) {
        guard message.payloadlen > 0, !message.retain, let payload = message.payload else { return }
        let bytes = UnsafeRawBufferPointer(start: payload, count: Int(message.payloadlen))
        let received = Received(text: String(decoding: bytes, as: UTF8.self), at: wallClock())
        shared.withLock { $0.received.append(received) }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> SimulatorLink {
        guard let context else { preconditionFailure("libmosquitto lost the context of its client") }
        return Unmanaged<SimulatorLink>.fromOpaque(context).takeUnretainedValue()
    }
}
