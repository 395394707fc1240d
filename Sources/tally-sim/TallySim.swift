import ArgumentParser
import AssetModel
import WarehouseSimulator

/// `tally-sim`: a seeded warehouse and fleet, written as files or lived through in real time, and the judge
/// of what a daemon made of it.
@main
struct TallySim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tally-sim",
        abstract: "模拟公物仓与车队 / a seeded warehouse and fleet with planted discrepancies.",
        discussion: """
            退出码 exit codes: 0 全部发现且无误报 all found, nothing invented; 1 漏报或误报 missed or invented; \
            64 用法错误 usage; 66 无法读取 cannot read; 69 消息服务器不可达 broker not reachable; 73 无法写入 cannot write.
            """,
        subcommands: [WriteWorld.self, LiveRun.self, ScoreReplay.self], defaultSubcommand: WriteWorld.self)
}

/// The worlds that exist.
enum Scenario: String, ExpressibleByArgument, CaseIterable {
    case demo
    case warehouseS = "wh-s"

    func world(seed: UInt64, start: UTCInstant, knobs: WorldKnobs) throws -> WarehouseWorld {
        var figures = self == .demo ? WorldFigures.demo : .warehouseS
        if let seconds = knobs.durationSeconds { figures.duration = ElapsedTime(seconds: Int64(seconds)) }
        if let seconds = knobs.lookSeconds { figures.lookEvery = ElapsedTime(seconds: Int64(seconds)) }
        switch self {
        case .demo:
            guard knobs.isDefault else { throw ValidationError("demo 不可调整 / the demo has no knobs") }
            return WarehouseWorld(demo: seed, start: start)
        case .warehouseS:
            return WarehouseWorld(
                store: seed, start: start, figures: figures, factor: knobs.hazardFactor)
        }
    }
}

/// What can be turned on a world that is not arranged by hand.
struct WorldKnobs: ParsableArguments {
    /// A month; beyond it the files alone are tens of gigabytes.
    private static let durationSecondsMax = 31 * 86_400

    @Option(help: "时长（秒），仅 wh-s，默认 3600 / length of the world in seconds, wh-s only")
    var durationSeconds: Int?

    @Option(help: "每个标签多久看一次（秒），仅 wh-s，默认 15 / seconds between looks at a tag, wh-s only")
    var lookSeconds: Int?

    @Option(help: "移动、被盗、故障频率的倍数，仅 wh-s / multiplies the rates of all that happens, wh-s only")
    var hazardFactor = 1.0

    var isDefault: Bool { durationSeconds == nil && lookSeconds == nil && hazardFactor == 1 }

    func validate() throws {
        if let seconds = durationSeconds, !(60...Self.durationSecondsMax).contains(seconds) {
            throw ValidationError("--duration-seconds: 60...\(Self.durationSecondsMax)")
        }
        if let seconds = lookSeconds, !(1...60).contains(seconds) {
            throw ValidationError("--look-seconds: 1...60")
        }
        guard (0...10_000).contains(hazardFactor) else { throw ValidationError("--hazard-factor: 0...10000") }
    }
}

/// Exit codes beyond those of the argument parser (0 and 64), as in `sysexits.h`.
enum SimulatorExit {
    static let notClean = ExitCode(1)
    static let cannotRead = ExitCode(66)
    static let brokerUnreachable = ExitCode(69)
    static let cannotWrite = ExitCode(73)
}
