import Foundation
import Glibc

/// A process of the bench with its standard error read line by line.
final class BenchProcess {
    private let process = Process()
    private let errors = Pipe()
    private let input = Pipe()
    private var unread = Data()

    init(_ program: String, _ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = input
        try process.run()
    }

    var id: Int32 { process.processIdentifier }

    /// Reads its standard error until a line contains a text. - Returns: whether one did before the end.
    func wait(for text: String) -> Bool {
        while true {
            while let end = unread.firstIndex(of: 0x0A) {
                let line = String(decoding: unread[unread.startIndex..<end], as: UTF8.self)
                unread.removeSubrange(unread.startIndex...end)
                if line.contains(text) { return true }
            }
            let more = errors.fileHandleForReading.availableData
            guard !more.isEmpty else { return false }
            unread.append(more)
        }
    }

    func waitForEnd() { process.waitUntilExit() }

    func end() {
        do { try input.fileHandleForWriting.close() } catch { return }
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }

    /// CPU time of the process so far, user and system, in seconds.
    var cpuSeconds: Double {
        let text = FileManager.default.contents(atPath: "/proc/\(id)/stat").map {
            String(decoding: $0, as: UTF8.self)
        }
        guard let fields = text?.split(separator: ")").last?.split(separator: " "), fields.count > 12 else {
            return 0
        }
        let ticks = (Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    var residentMiB: Double { ProcessMemory.residentMiB(of: id) }
}

enum ProcessMemory {
    /// Resident memory of a process in MiB.
    static func residentMiB(of process: Int32) -> Double {
        let path = "/proc/\(process)/status"
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        let line = text?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let kib = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap {
            Double($0)
        }
        return (kib ?? 0) / 1_024
    }
}

/// The broker of a run, in a directory that goes with it.
final class BenchBroker {
    let port: Int
    let directory: String
    private let process: BenchProcess

    struct Failure: Error { var detail: String }

    /// The fast profile of the shipped configuration, without its logins.
    private static let profile = """
        allow_anonymous true
        max_inflight_messages 2000
        max_queued_messages 1000000
        max_queued_bytes 1073741824
        persistence true
        autosave_interval 30
        set_tcp_nodelay false
        """

    init() throws {
        directory = NSTemporaryDirectory() + "/tally-bench-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        port = Int.random(in: 20_000...39_999)
        let text =
            "listener \(port) 127.0.0.1\nuser root\npersistence_location \(directory)/\n"
            + BenchBroker.profile
        try text.write(toFile: directory + "/broker.conf", atomically: true, encoding: .utf8)
        process = try BenchProcess("/usr/sbin/mosquitto", ["-c", directory + "/broker.conf"])
        guard process.wait(for: "running") else {
            throw Failure(detail: "mosquitto did not start on \(port)")
        }
    }

    func end() {
        process.end()
        do { try FileManager.default.removeItem(atPath: directory) } catch { perror(directory) }
    }
}

/// The programs beside this one.
enum BenchPrograms {
    static let directory = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()
    static var daemon: String { directory.appendingPathComponent("tallyd").path }
    static var tally: String { directory.appendingPathComponent("tally").path }
    static var own: String { directory.appendingPathComponent("tally-bench").path }
}
