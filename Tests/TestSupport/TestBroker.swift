package import Foundation
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
    private var process: Process?

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
        let broker = Process()
        broker.executableURL = URL(fileURLWithPath: TestBroker.program)
        broker.arguments = ["-c", directory.file("broker.conf")]
        let log = try directory.appending(to: "broker.log")
        broker.standardOutput = log
        broker.standardError = log
        try broker.run()
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
        guard let process else { return }
        if process.isRunning { Glibc.kill(process.processIdentifier, signal) }
        process.waitUntilExit()
        self.process = nil
    }

    static func freePort() throws -> Int {
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
    package func listen(to topic: String, count: Int, seconds: Int = 5, options: [String] = []) throws -> [String] {
        let arguments = ["-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-t", topic, "-v"] + options
        // Not -W: it needs SIGALRM, which a child of a test runner may have inherited blocked.
        let command = ["-s", "KILL", "\(seconds)", "mosquitto_sub"] + arguments + ["-C", "\(count)"]
        return try run("timeout", command).split(separator: "\n").map(String.init)
    }
}

/// Runs a program to its end. - Returns: its standard output.
@discardableResult
package func run(_ program: String, _ arguments: [String], input: String = "") throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = FileHandle.nullDevice
    try process.run()
    try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
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

    package func appending(to name: String) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: file(name)) { try write("", to: name) }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file(name)))
        try handle.seekToEnd()
        return handle
    }
}

/// What a program that was run to its end left behind.
package struct RunResult {
    package var code: Int32
    package var output: String
    package var errors: String
}

/// Runs a program to its end.
package func runForResult(_ program: String, _ arguments: [String]) throws -> RunResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let (stdout, stderr) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = stdout
    process.standardError = stderr
    try process.run()
    let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
    let errors = try stderr.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return RunResult(
        code: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
        errors: String(decoding: errors, as: UTF8.self))
}
