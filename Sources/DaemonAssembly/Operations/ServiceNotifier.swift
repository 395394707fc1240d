package import AssetModel
import Foundation
import Glibc

/// Tells the service manager how we are: one datagram to `$NOTIFY_SOCKET` for each word, and no library for
/// it.
///
/// Does nothing where the variable is not set, as on a terminal. May be called from any thread; never blocks:
/// a manager that does not read loses the word, not the daemon its time.
///
/// Source: sd_notify(3), sd_watchdog_enabled(3).
package struct ServiceNotifier: Sendable {
    private let address: NotifyAddress?
    /// How often the service manager wants to hear ``watchdog()`` before it kills us; feed it at half of
    /// this. `nil` where it does not watch.
    package let watchdogInterval: ElapsedTime?

    /// - Parameter processID: whom `$WATCHDOG_PID` has to name for the watchdog to be ours.
    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment, processID: Int32 = getpid()
    ) {
        address = environment["NOTIFY_SOCKET"].flatMap(NotifyAddress.init)
        let isOurs = environment["WATCHDOG_PID"].map { $0 == String(processID) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdogInterval =
            isOurs && microseconds >= 1_000 ? ElapsedTime(milliseconds: microseconds / 1_000) : nil
    }

    package var isActive: Bool { address != nil }

    /// Start or reload is complete.
    @discardableResult
    package func ready(status: String? = nil) -> Bool { send("READY=1", status) }

    /// One line for `systemctl status`.
    @discardableResult
    package func status(_ text: String) -> Bool { send(nil, text) }

    /// A reload begins; ``ready(status:)`` ends it. The time is what `Type=notify-reload` asks for.
    @discardableResult
    package func reloading(monotonicMicroseconds: Int64 = SystemTime.monotonicMicroseconds()) -> Bool {
        send("RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds)", nil)
    }

    @discardableResult
    package func stopping(status: String? = nil) -> Bool { send("STOPPING=1", status) }

    /// The loop is alive. To be called by the loop itself and by nobody on its behalf.
    @discardableResult
    package func watchdog() -> Bool { send("WATCHDOG=1", nil) }

    /// More is cut off `systemctl status` anyway.
    private static let statusCharactersMax = 200

    private func send(_ word: String?, _ status: String?) -> Bool {
        guard let address else { return false }
        var lines: [String] = []
        if let word { lines.append(word) }
        if let status {
            let line = status.unicodeScalars.map {
                $0.properties.generalCategory == .control ? " " : Character($0)
            }
            lines.append("STATUS=" + String(line.prefix(ServiceNotifier.statusCharactersMax)))
        }
        return address.deliver(lines.joined(separator: "\n"))
    }
}

/// A Unix datagram address: a path, or a name in the abstract space, written with `@` for its leading NUL.
private struct NotifyAddress: Sendable {
    private let name: [UInt8]

    init?(_ text: String) {
        guard text.hasPrefix("/") || text.hasPrefix("@") else { return nil }
        var name = Array(text.utf8)
        if text.hasPrefix("@") { name[0] = 0 }
        guard name.count > 1, name.count <= MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1 else {
            return nil
        }
        self.name = name
    }

    func deliver(_ message: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bytes = Array(message.utf8)
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0, length)
            }
        }
        return sent == bytes.count
    }
}
