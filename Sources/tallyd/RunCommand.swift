import ArgumentParser
import AssetModel
import DaemonAssembly
import GatewayConfiguration

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "运行守护进程 Run the daemon, until SIGTERM; SIGHUP reads the configuration again.")

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(
        help: "控制套接字 Control socket; by default $RUNTIME_DIRECTORY/control.sock or /run/tallyd/control.sock.")
    var socket: String?

    func run() throws {
        let daemon = Daemon(
            configurationPath: configurationFile.config, socketPath: socket ?? Daemon.defaultSocketPath)
        do {
            try daemon.run()
        } catch {
            switch error {
            case .configuration(let errors):
                for problem in errors.problems { Terminal.complain("\(problem)") }
                throw DaemonExit.badConfiguration
            case .store(let error):
                Terminal.complain("存储错误 store: \(error)")
                throw DaemonExit.storeBroken
            case .link(let error):
                Terminal.complain("MQTT 设置错误 MQTT settings: \(error)")
                throw DaemonExit.badConfiguration
            case .damagedState(let detail):
                Terminal.complain("已存状态无法读取 saved state cannot be read: \(detail)")
                throw DaemonExit.storeBroken
            }
        }
    }
}

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "检查配置文件 Check a configuration: names file, line and key of every problem.")

    @OptionGroup var configurationFile: ConfigurationOption

    func run() throws {
        let configuration = try configurationFile.load(needsBroker: true)
        for note in configuration.notes { Terminal.say("\(note)") }
        Terminal.say(
            "\(configurationFile.config): 正确 ok, \(configuration.layout.sites.count) sites, "
                + "\(configuration.layout.zones.count) zones, \(configuration.layout.readers.count) readers, "
                + "\(configuration.layout.terminalSources.count) terminal sources")
    }
}

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "打印默认配置 Print the default configuration with its explanations.")

    func run() throws {
        Terminal.sayExactly(TallyConfiguration.defaultText)
    }
}
