import ArgumentParser
import Glibc

/// `tally-bench idle`: what the daemon costs while nothing happens.
struct IdleBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle", abstract: "空闲占用 Memory and CPU of an idle daemon with a register of some size.")

    @Option(help: "资产数 Assets in the register.")
    var assets = 20_000

    @Option(help: "观察秒数 Seconds to watch.")
    var seconds: UInt32 = 20

    @Flag(help: "每行一个 JSON 对象 One JSON object per figure.")
    var json = false

    func run() throws {
        let broker = try BenchBroker()
        defer { broker.end() }
        let daemon = try BenchDaemon(broker: broker, assets: assets)
        defer { daemon.process.end() }
        sleep(5)
        let cpu = daemon.process.cpuSeconds
        sleep(seconds)
        let share = (daemon.process.cpuSeconds - cpu) / Double(seconds) * 100
        try FigureText.say(
            [
                Figure(
                    bench: "idle", case: "assets-\(assets)", metric: "resident_mib",
                    value: daemon.process.residentMiB, unit: "MiB"),
                Figure(
                    bench: "idle", case: "assets-\(assets)", metric: "cpu_percent", value: share, unit: "%"),
            ], json: json)
    }
}
