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

/// The worlds that exist: the demonstration, and workloads for measuring.
enum Scenario: String, ExpressibleByArgument, CaseIterable {
    case demo
    case shelf2 = "shelf-2"
    case warehouseS = "wh-s"
    case warehousePairs = "wh-pairs"
    case warehouseL = "wh-l"

    /// Days that are written where nobody says how many: files of at most some hundred megabytes. The
    /// workloads themselves last longer; `tally-bench accuracy` runs them whole, without files.
    private var usualDays: Double? {
        switch self {
        case .demo, .shelf2: return nil
        case .warehouseS, .warehousePairs: return 0.25
        case .warehouseL: return 0.01
        }
    }

    /// - Returns: `nil` for the demonstration, which is a world of another kind.
    func shelfFigures(_ knobs: WorldKnobs) throws -> ShelfFigures? {
        guard var figures = ShelfFigures.named(rawValue) else {
            guard knobs.isDefault else { throw ValidationError("demo 不可调整 / the demo has no knobs") }
            return nil
        }
        if let days = knobs.days ?? usualDays {
            let epochs = (days * Self.secondsADay / Double(figures.epoch.seconds)).rounded(.up)
            figures.duration = ElapsedTime(seconds: Int64(epochs) * figures.epoch.seconds)
        }
        figures.hazards.multiply(by: knobs.hazardFactor)
        return figures
    }

    private static let secondsADay = 86_400.0
}

/// What can be turned on a world that is not arranged by hand.
struct WorldKnobs: ParsableArguments {
    /// A month; beyond it the files alone are tens of gigabytes.
    private static let daysMax = 31.0

    @Option(
        help: """
            天数，可为小数；默认 wh-s 0.25、wh-l 0.01（约 180、320 MB），shelf-2 700 秒 / \
            days, fractions too; by default 0.25 for wh-s, 0.01 for wh-l (180 and 320 MB), 700 s for shelf-2
            """)
    var days: Double?

    @Option(help: "移动、被盗、到货频率的倍数，demo 除外 / multiplies the rates of all that happens to tags, not demo")
    var hazardFactor = 1.0

    var isDefault: Bool { days == nil && hazardFactor == 1 }

    func validate() throws {
        if let days, !(days > 0 && days <= Self.daysMax) {
            throw ValidationError("--days: > 0, ≤ \(Int(Self.daysMax))")
        }
        guard (0...1_000).contains(hazardFactor) else { throw ValidationError("--hazard-factor: 0...1000") }
    }
}

/// Exit codes beyond those of the argument parser (0 and 64), as in `sysexits.h`.
enum SimulatorExit {
    static let notClean = ExitCode(1)
    static let cannotRead = ExitCode(66)
    static let brokerUnreachable = ExitCode(69)
    static let cannotWrite = ExitCode(73)
}
