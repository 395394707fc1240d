import ArgumentParser
import DaemonAssembly
import Foundation
import GatewayConfiguration

/// `tallyd`: the daemon, and what belongs to its configuration and its inputs.
@main
struct TallyDaemon: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tallyd",
        abstract: "公物仓账实核对守护进程 Reconciles what readers and terminals see with the asset register.",
        version: TallyVersion.text,
        subcommands: [
            RunCommand.self, CheckCommand.self, ConfigCommand.self, ReplayCommand.self, RecordCommand.self,
        ])
}

/// Exit codes after sysexits(3), so that systemd and scripts can tell them apart.
enum DaemonExit {
    static let badData = ExitCode(65)
    static let noInput = ExitCode(66)
    static let unavailable = ExitCode(69)
    static let storeBroken = ExitCode(74)
    static let badConfiguration = ExitCode(78)
}

/// Options that every command with a configuration has.
struct ConfigurationOption: ParsableArguments {
    @Option(help: "配置文件 Configuration file.")
    var config = "/etc/tallyd/tallyd.toml"

    /// Reads the configuration, or prints every problem with file, line and key.
    func load(needsBroker: Bool) throws -> TallyConfiguration {
        do {
            return try TallyConfiguration.load(path: config, needsBroker: needsBroker)
        } catch {
            for problem in error.problems { Terminal.complain("\(problem)") }
            throw DaemonExit.badConfiguration
        }
    }
}

/// Standard output and standard error, whole lines, not buffered by the library.
enum Terminal {
    static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    static func sayExactly(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    static func complain(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
