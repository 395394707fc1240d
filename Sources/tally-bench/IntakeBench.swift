import ArgumentParser
import Foundation
import Glibc

/// `tally-bench intake`: messages a second through broker, link, path and store, against a consumer that does
/// nothing.
struct IntakeBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intake",
        abstract: "每秒消息数 Messages a second, and CPU a message, against a null consumer.")

    @Option(help: "每次运行的消息数 Messages in each run.")
    var messages = 200_000

    @Option(help: "交替运行次数 Interleaved runs of each.")
    var runs = 3

    @Flag(help: "每行一个 JSON 对象 One JSON object per figure.")
    var json = false

    private struct Outcome {
        var perSecond: Double
        var cpuMicroseconds: Double
        var growthPerMillion: Double?
    }

    func run() throws {
        var daemon: [Outcome] = []
        var null: [Outcome] = []
        for run in 0..<max(3, runs) {
            null.append(try runNull(seed: UInt64(run + 1)))
            daemon.append(try runDaemon(seed: UInt64(run + 1)))
        }
        var figures = [
            figure("messages_per_s", "1/s", daemon.map(\.perSecond), null.map(\.perSecond)),
            figure("cpu_us_per_message", "us", daemon.map(\.cpuMicroseconds), null.map(\.cpuMicroseconds)),
        ]
        let growth = daemon.compactMap(\.growthPerMillion)
        if !growth.isEmpty {
            figures.append(
                Figure(
                    bench: "intake", case: "fast", metric: "rss_growth_mib_per_million", value: growth.median,
                    unit: "MiB"))
        }
        try FigureText.say(figures, json: json)
    }

    private func figure(_ metric: String, _ unit: String, _ values: [Double], _ baseline: [Double]) -> Figure
    {
        Figure(
            bench: "intake", case: "fast", metric: metric, value: values.median, unit: unit,
            baseline: "null-consumer", baselineValue: baseline.median)
    }

    private func runNull(seed: UInt64) throws -> Outcome {
        let broker = try BenchBroker()
        defer { broker.end() }
        let consumer = try BenchProcess(
            BenchPrograms.own, ["null-consumer", "--port", "\(broker.port)", "--messages", "\(messages)"])
        defer { consumer.end() }
        guard consumer.wait(for: "READY") else {
            throw BenchBroker.Failure(detail: "null consumer did not connect")
        }
        return try measure(consumer, broker: broker, seed: seed, until: "DONE")
    }

    private func runDaemon(seed: UInt64) throws -> Outcome {
        let broker = try BenchBroker()
        defer { broker.end() }
        let daemon = try BenchDaemon(broker: broker, assets: Int(Flood.tags))
        defer { daemon.process.end() }
        return try measure(daemon.process, broker: broker, seed: seed, until: "SURPLUS_NO_CARD")
    }

    /// From the first message until the last one is through; the first 100,000 warm up for the memory figure.
    private func measure(
        _ consumer: BenchProcess, broker: BenchBroker, seed: UInt64, until text: String
    ) throws -> Outcome {
        let cpu = consumer.cpuSeconds
        let start = ContinuousClock.now
        let watch = MemoryWatch(of: consumer.id)
        let flood = try BenchProcess(
            BenchPrograms.own,
            ["flood", "--port", "\(broker.port)", "--messages", "\(messages)", "--seed", "\(seed)"])
        guard consumer.wait(for: text) else { throw BenchBroker.Failure(detail: "consumer ended early") }
        let elapsed = ContinuousClock.now - start
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let used = consumer.cpuSeconds - cpu
        flood.waitForEnd()
        return Outcome(
            perSecond: Double(messages) / seconds, cpuMicroseconds: used / Double(messages) * 1e6,
            growthPerMillion: watch.growthPerMillion(messages: messages, seconds: seconds))
    }
}

/// Resident memory over a run, sampled beside it.
final class MemoryWatch: @unchecked Sendable {
    private let start = ContinuousClock.now
    private let lock = NSLock()
    private var samples: [(seconds: Double, mib: Double)] = []
    private var isOver = false

    init(of process: Int32) {
        let thread = Thread { [self] in
            while !over {
                let elapsed = ContinuousClock.now - start
                let mib = ProcessMemory.residentMiB(of: process)
                lock.withLock { samples.append((Double(elapsed.components.seconds), mib)) }
                usleep(250_000)
            }
        }
        thread.start()
    }

    private var over: Bool { lock.withLock { isOver } }

    /// Growth from the first 100,000 messages to the end; `nil` where the run is too short to tell.
    func growthPerMillion(messages: Int, seconds: Double) -> Double? {
        lock.withLock { isOver = true }
        guard messages >= 500_000 else { return nil }
        let warm = seconds * 100_000 / Double(messages)
        guard let first = samples.first(where: { $0.seconds >= warm }), let last = samples.last else {
            return nil
        }
        return (last.mib - first.mib) / (Double(messages) - 100_000) * 1e6
    }
}
