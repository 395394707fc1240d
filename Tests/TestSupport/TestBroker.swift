import Foundation
import Glibc

/// A real mosquitto on a free port of the loopback interface, in a directory of its own.
///
/// Killed by its process id when the last reference goes. Fails, rather than skips, where mosquitto is
/// missing.
package final class TestBroker {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    package static let program = "/usr/sbin/mosquitto"

    package let port: Int
    package let directory: TestDirectory
    private var process: Child?

    /// - Parameters:
    ///   - configuration: lines beside the listener, the place of the store and the log. `@DIR@` becomes the
    ///     directory, `@PORT@` the port.
    ///   - files: further files of the directory, by name.
    ///   - hasOwnListener: the configuration has its `listener` lines itself.
    package init(
        _ configuration: String = "allow_anonymous true", files: [String: String] = [:],
        hasOwnListener: Bool = false
    ) throws {
        guard access(TestBroker.program, X_OK) == 0 else {
            throw Failure(
                description: "\(TestBroker.program) is missing: apt-get install mosquitto mosquitto-clients")
        }
        port = try TestBroker.freePort()
        directory = try TestDirectory()
        for (name, text) in files { try directory.write(text, to: name) }
        // Started by root it would become a user who cannot read the directory.
        var lines = ["user root"]
        if !hasOwnListener { lines.append("listener @PORT@ 127.0.0.1") }
        if !configuration.contains("persistence_location") { lines.append("persistence_location @DIR@/") }
        lines.append(configuration)
        let text = lines.joined(separator: "\n") + "\n"
        try directory.write(
            text.replacingOccurrences(of: "@DIR@", with: directory.path)
                .replacingOccurrences(of: "@PORT@", with: "\(port)"), to: "broker.conf")
        try start()
    }

    deinit {
        kill()
    }

    /// On the same port and with the same store.
    package func start() throws {
        let broker = try Child(
            TestBroker.program, ["-c", directory.file("broker.conf")], output: directory.file("broker.log"))
        process = broker
        for _ in 0..<500 {
            if TestBroker.answers(port: port) { return }
            if !broker.isRunning { break }
            usleep(20_000)
        }
        throw Failure(description: "mosquitto did not start: \(directory.read("broker.log"))")
    }

    /// SIGKILL, as in a crash: nothing is saved.
    package func kill() {
        end(SIGKILL)
    }

    /// SIGTERM: it saves its store.
    package func stop() {
        end(SIGTERM)
    }

    private func end(_ signal: Int32) {
        process?.end(signal)
        process = nil
    }

    package static func freePort() throws -> Int {
        let listener = try Loopback.listen()
        defer { close(listener.descriptor) }
        return listener.port
    }

    package static func answers(port: Int) -> Bool {
        guard let descriptor = Loopback.connect(to: port) else { return false }
        close(descriptor)
        return true
    }

    /// Publishes one message for each line at QoS 1 and waits until all are acknowledged.
    package func publish(_ lines: [String], to topic: String, options: [String] = []) throws {
        let input = lines.map { $0 + "\n" }.joined()
        let arguments = ["-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-t", topic] + options
        _ = try run("mosquitto_pub", arguments + ["-l"], input: input)
    }

    /// - Returns: lines `topic payload` of the first `count` messages, fewer after `seconds`.
    package func listen(to topic: String, count: Int, seconds: Int = 5, options: [String] = []) throws
        -> [String]
    {
        let arguments = ["-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-t", topic, "-v"] + options
        let limits = ["-C", "\(count)", "-W", "\(seconds)"]
        // What mosquitto_sub says of its own when the time is over.
        return try run("mosquitto_sub", arguments + limits).split(separator: "\n").map(String.init)
            .filter { $0 != "Timed out" }
    }
}

/// A directory that goes with its last reference.
package final class TestDirectory {
    package let path: String

    package init() throws {
        path = NSTemporaryDirectory() + "/tally-link-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { perror("remove \(path)") }
    }

    package func file(_ name: String) -> String { path + "/" + name }

    package func write(_ text: String, to name: String) throws {
        let url = URL(fileURLWithPath: file(name))
        let parent = url.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    package func read(_ name: String) -> String {
        FileManager.default.contents(atPath: file(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
