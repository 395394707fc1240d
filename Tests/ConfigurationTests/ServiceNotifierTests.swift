import AssetModel
import DaemonAssembly
import Glibc
import Testing

/// What a service manager would receive, on a real datagram socket.
private struct ManagerSocket: ~Copyable {
    let descriptor: Int32
    let address: String

    /// - Parameter address: a path, or `@` and a name in the abstract space.
    init(_ address: String) throws {
        self.address = address
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var name = Array(address.utf8)
        if address.hasPrefix("@") { name[0] = 0 }
        var bound = sockaddr_un()
        bound.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &bound.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let result = withUnsafePointer(to: &bound) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(result == 0, "bind \(address): errno \(errno)")
    }

    /// The next datagram that has already arrived; "" where there is none.
    func received() -> String {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count > 0 ? String(decoding: bytes[0..<count], as: UTF8.self) : ""
    }

    deinit {
        close(descriptor)
        if address.hasPrefix("/") { unlink(address) }
    }
}

struct ServiceNotifierTests {
    @Test(arguments: ["/tmp/tally-notify-\(getpid())", "@tally-notify-\(getpid())"])
    func `each word arrives as one datagram`(address: String) throws {
        let manager = try ManagerSocket(address)
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": address])
        #expect(notifier.isActive)
        #expect(notifier.ready(status: "对账中"))
        #expect(manager.received() == "READY=1\nSTATUS=对账中")
        #expect(notifier.ready() && manager.received() == "READY=1")
        #expect(notifier.status("12 open") && manager.received() == "STATUS=12 open")
        #expect(notifier.reloading(monotonicMicroseconds: 77))
        #expect(manager.received() == "RELOADING=1\nMONOTONIC_USEC=77")
        #expect(notifier.watchdog() && manager.received() == "WATCHDOG=1")
        #expect(notifier.stopping() && manager.received() == "STOPPING=1")
        #expect(manager.received() == "")
    }

    @Test func `a status cannot bring words of its own`() throws {
        let manager = try ManagerSocket("@tally-notify-status-\(getpid())")
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": manager.address])
        notifier.status("a\nREADY=1\u{7}" + String(repeating: "x", count: 500))
        let received = manager.received()
        #expect(received.hasPrefix("STATUS=a READY=1 x"))
        #expect(!received.contains("\n") && received.count == 207)
    }

    @Test(arguments: ["", "relative", "vsock:2:3", "@", "/" + String(repeating: "x", count: 108)])
    func `without an address it does nothing`(address: String) {
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": address])
        #expect(!notifier.isActive)
        #expect(!notifier.ready())
        #expect(!ServiceNotifier(environment: [:]).isActive)
    }

    @Test func `a manager that is gone costs nothing`() {
        #expect(!ServiceNotifier(environment: ["NOTIFY_SOCKET": "/nonexistent/notify"]).watchdog())
    }

    @Test(
        arguments: [
            (["WATCHDOG_USEC": "30000000"], 30_000),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"], 30_000),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "43"], nil), (["WATCHDOG_USEC": "0"], nil),
            (["WATCHDOG_USEC": "soon"], nil), ([:], nil),
        ] as [([String: String], Int64?)])
    func `the watchdog is ours only if it names us`(environment: [String: String], milliseconds: Int64?) {
        let notifier = ServiceNotifier(environment: environment, processID: 42)
        #expect(notifier.watchdogInterval == milliseconds.map { ElapsedTime(milliseconds: $0) })
    }
}
