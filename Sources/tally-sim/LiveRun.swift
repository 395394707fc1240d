import ArgumentParser
import AssetModel
import Foundation
import WarehouseSimulator

/// `tally-sim live`: the same world in real time over a real broker, and at the end the verdict on what the
/// daemon published meanwhile.
struct LiveRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live",
        abstract: "实时模拟并评分 / lives through the world over MQTT, then prints the table.")

    @Option(help: "消息服务器 / broker")
    var host = "127.0.0.1"

    @Option(help: "端口 / port")
    var port = 1883

    @Option(help: "随机种子，须与台账相同 / the seed that the books were written with")
    var seed: UInt64

    @Option(name: .customLong("dir"), help: "写入本次真值与收到的差异 / directory for truth.ndjson and reported.ndjson")
    var directory: String

    @Option(help: "用户名文件 / file with the broker login")
    var usernameFile: String?

    @Option(help: "口令文件 / file with the password")
    var passwordFile: String?

    @Flag(help: "只发布服务器事先保留的消息 / only publishes what a broker holds from before, then exits")
    var onlyRetained = false

    /// Between two looks for what the daemon says, and at most this late is a message.
    private static let pause: TimeInterval = 0.02
    /// What was published last may take this long to come back as a discrepancy.
    private static let lastWord = ElapsedTime(seconds: 2)
    /// The broker has this long for the connection, and for the last acknowledgements.
    private static let patience = ElapsedTime(seconds: 10)

    func run() throws {
        let login = try SimulatorLogin(usernameFile: usernameFile, passwordFile: passwordFile)
        let link = SimulatorLink(host: host, port: port, login: login)
        try open(link)
        let begin = wallClock() + ElapsedTime(seconds: 1)
        let world = WarehouseWorld(demo: seed, start: begin)
        if onlyRetained { return try publishRetained(of: world, on: link) }
        let out = OutputDirectory(path: directory)
        try out.write(world.truthText, to: "truth.ndjson")
        var verdict = LiveVerdict(world: world)
        live(through: world, on: link, verdict: &verdict)
        let unconfirmed = link.close(within: Self.patience)
        verdict.take(link.takeReceived())
        try out.write(verdict.received, to: "reported.ndjson")
        try check(unconfirmed)
        try conclude(verdict.score())
    }

    private func check(_ unconfirmed: Int) throws(ExitCode) {
        guard unconfirmed > 0 else { return }
        say("消息服务器未确认 \(unconfirmed) 条消息，评分无效 / \(unconfirmed) messages not confirmed: no valid score")
        throw SimulatorExit.brokerUnreachable
    }

    /// Retained messages are old news only to those who subscribe after them.
    private func publishRetained(of world: WarehouseWorld, on link: SimulatorLink) throws {
        for message in world.retainedMessages { link.publish(message) }
        try check(link.close(within: Self.patience))
    }

    private func open(_ link: SimulatorLink) throws(ExitCode) {
        guard link.open(within: Self.patience) else {
            say("消息服务器不可达 broker not reachable: \(host):\(port) \(link.lastProblem)")
            throw SimulatorExit.brokerUnreachable
        }
    }

    /// Publishes each message when its time comes; not what only a broker can say, nor what was there before.
    private func live(through world: WarehouseWorld, on link: SimulatorLink, verdict: inout LiveVerdict) {
        for message in MessageStream(world) where !message.isOfBroker && !message.isRetained {
            wait(until: message.at, on: link, verdict: &verdict)
            link.publish(message)
        }
        let end = world.start + world.figures.duration + Self.lastWord
        wait(until: end, on: link, verdict: &verdict)
    }

    private func wait(until instant: UTCInstant, on link: SimulatorLink, verdict: inout LiveVerdict) {
        verdict.take(link.takeReceived())
        while wallClock() < instant {
            Thread.sleep(forTimeInterval: Self.pause)
            verdict.take(link.takeReceived())
            verdict.announce(upTo: wallClock())
        }
    }
}

/// Collects what the daemon says during a live run and tells people what is being planted meanwhile.
struct LiveVerdict {
    private var scoreboard: Scoreboard
    private var toAnnounce: ArraySlice<PlantedEvent>
    /// Every discrepancy document as it came, one a line.
    private(set) var received = ""

    init(world: WarehouseWorld) {
        scoreboard = Scoreboard(truth: world.events)
        toAnnounce = world.events[...]
    }

    mutating func take(_ messages: [SimulatorLink.Received]) {
        for message in messages {
            received += message.text + "\n"
            do {
                guard let report = try PublishedText.discrepancy(message.text, heardAt: message.at) else {
                    continue
                }
                scoreboard.observe(report)
            } catch {
                say("\(error)")
            }
        }
    }

    mutating func announce(upTo now: UTCInstant) {
        while let event = toAnnounce.first, event.at <= now {
            toAnnounce.removeFirst()
            let subject = event.subject.first?.value ?? ""
            say("  ▶ 埋设 planted  \(event.code.rawValue) \(subject) \(event.chinese) / \(event.english)")
        }
    }

    func score() -> Score { scoreboard.score() }
}

/// The time on the wall.
func wallClock() -> UTCInstant {
    UTCInstant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
}
