import ArgumentParser
import AssetModel
import DaemonAssembly

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "回放记录文件 Feed a recorded file through the path; prints discrepancy changes as NDJSON.")

    @Argument(help: "NDJSON 记录文件 Recorded inputs, one to a line.")
    var file: String

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(help: "资产台账 Register, CSV; applies before the first input.")
    var register: String?

    @Option(help: "标签绑定 Tag bindings, CSV.")
    var tags: String?

    @Option(help: "车辆台账 Vehicles, CSV.")
    var vehicles: String?

    @Flag(help: "同时输出存在变化 Print presence changes too.")
    var presence = false

    @Option(help: "每批输入数 Inputs taken in at once; the output does not depend on it.")
    var batch = 500

    func run() throws {
        let configuration = try configurationFile.load(needsBroker: false)
        var request = ReplayRun.Request(file: file)
        request.register = register
        request.tags = tags
        request.vehicles = vehicles
        request.showsPresence = presence
        request.batchSize = max(1, batch)
        var replay = ReplayRun(request, configuration: configuration) { Terminal.say($0) }
        do {
            try replay.run()
        } catch {
            switch error {
            case .unreadable(let file, let detail):
                Terminal.complain("\(file): \(detail)")
                throw DaemonExit.noInput
            case .refused(let file, let refusal):
                Terminal.complain("\(file):\(refusal.line): \(refusal.chinese) \(refusal.english)")
                throw DaemonExit.badData
            }
        }
    }
}

struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "录制实时消息 Record live messages into a replay file, bounded in number and time.")

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(help: "输出文件，不得已存在 Output file; must not exist yet.")
    var out: String

    @Option(help: "最多消息数 Messages at most.")
    var messages = 100_000

    @Option(help: "最长秒数 Seconds at most.")
    var seconds = 60

    @Option(help: "独立的客户端标识 A client id of its own.")
    var clientID = "tallyd-record"

    @Option(help: "独立登录的用户名文件 File with the user name of a login of its own.")
    var usernameFile: String?

    @Option(help: "独立登录的密码文件 File with its password.")
    var passwordFile: String?

    func run() throws {
        let configuration = try configurationFile.load(needsBroker: true)
        var request = RecordRun.Request(output: out)
        request.messagesMax = max(1, messages)
        request.time = ElapsedTime(seconds: Int64(max(1, seconds)))
        request.clientID = clientID
        request.usernameFile = usernameFile
        request.passwordFile = passwordFile
        do {
            let written = try RecordRun(request, configuration: configuration).run()
            Terminal.say("\(out): \(written) 条消息 messages")
        } catch {
            switch error {
            case .needsOwnLogin:
                Terminal.complain(
                    "录制需要单独的登录，否则会接管守护进程的会话 recording needs a login of its own, or it would take over the "
                        + "daemon's session: --username-file, --password-file")
                throw DaemonExit.badConfiguration
            case .link(let error):
                Terminal.complain("\(error)")
                throw DaemonExit.unavailable
            case .cannotWrite(let detail):
                Terminal.complain("无法写入 cannot write: \(detail)")
                throw DaemonExit.noInput
            }
        }
    }
}
