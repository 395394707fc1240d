import ArgumentParser
import AssetModel
import Foundation
import WarehouseSimulator

/// `tally-sim --scenario demo --seed N --out DIR`: the files of a world, for a replay or for a daemon to
/// start with.
struct WriteWorld: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "write",
        abstract: "写出配置、台账、消息与真值 / writes config.toml, the books, input.ndjson and truth.ndjson.")

    @Option(help: "场景 / the world")
    var scenario: Scenario

    @Option(help: "随机种子，同种子同结果 / the same seed gives the same bytes")
    var seed: UInt64

    @Option(name: .customLong("out"), help: "输出目录，须已存在或可创建 / directory, made where it does not exist")
    var directory: String

    @Option(help: "写入配置的消息服务器端口；回放不需要 / broker port for config.toml; a replay needs none")
    var brokerPort: Int?

    @Option(help: "写入配置的消息服务器 / broker host for config.toml")
    var brokerHost = "127.0.0.1"

    @OptionGroup var knobs: WorldKnobs

    /// A Monday morning: the start of every written world, so that the files depend on nothing but the seed.
    private static let start = UTCInstant(milliseconds: 1_772_413_200_000)

    func run() throws {
        let place = brokerPort.map {
            DaemonPlace(brokerHost: brokerHost, brokerPort: $0, storePath: absolute(directory) + "/tally.db")
        }
        let out = OutputDirectory(path: directory)
        if let figures = try scenario.shelfFigures(knobs) {
            return try write(ShelfWorkload(figures, seed: seed), for: place, to: out)
        }
        let world = WarehouseWorld(demo: seed, start: Self.start)
        for file in world.bookFiles(for: place) { try out.write(file.text, to: file.name) }
        try out.write(world.truthText, to: "truth.ndjson")
        try out.writeLines(to: "input.ndjson", world.writeInput)
    }

    /// The truth comes last: what could be known when is known at the end.
    private func write(
        _ workload: ShelfWorkload, for place: DaemonPlace?, to out: OutputDirectory
    ) throws {
        let text = ShelfText(workload)
        for file in text.bookFiles(for: place) { try out.write(file.text, to: file.name) }
        var end = workload
        try out.writeLines(to: "input.ndjson") { end = try text.writeInput($0) }
        try out.writeLines(to: "truth.ndjson") { write in
            for line in end.truthLines() { try write(line) }
        }
    }

    private func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}

/// A directory that files are written into, with an error that people can act on.
struct OutputDirectory {
    var path: String

    func write(_ text: String, to name: String) throws(ExitCode) {
        let folder = URL(fileURLWithPath: path, isDirectory: true)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        } catch {
            say("无法写入 cannot write \(path)/\(name): \(error.localizedDescription)")
            throw SimulatorExit.cannotWrite
        }
    }
}

extension OutputDirectory {
    /// Bytes that are gathered before they are written: enough to make the calls cheap.
    private static let bufferBytes = 1 << 20

    /// Writes a file line by line, whatever its size.
    func writeLines(to name: String, _ produce: ((String) throws -> Void) throws -> Void) throws {
        try write("", to: name)
        let url = URL(fileURLWithPath: path, isDirectory: true).appendingPathComponent(name)
        do {
            let file = try FileHandle(forWritingTo: url)
            var buffer = Data()
            try produce { line in
                buffer.append(contentsOf: line.utf8)
                buffer.append(UInt8(ascii: "\n"))
                guard buffer.count >= Self.bufferBytes else { return }
                try file.write(contentsOf: buffer)
                buffer.removeAll(keepingCapacity: true)
            }
            try file.write(contentsOf: buffer)
            try file.close()
        } catch {
            say("无法写入 cannot write \(path)/\(name): \(error.localizedDescription)")
            throw SimulatorExit.cannotWrite
        }
    }
}

/// A line on standard error: standard output is for tables.
func say(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
}
