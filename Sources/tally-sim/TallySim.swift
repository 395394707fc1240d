import ArgumentParser

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
}

/// Exit codes beyond those of the argument parser (0 and 64), as in `sysexits.h`.
enum SimulatorExit {
    static let notClean = ExitCode(1)
    static let cannotRead = ExitCode(66)
    static let brokerUnreachable = ExitCode(69)
    static let cannotWrite = ExitCode(73)
}
