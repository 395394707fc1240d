import ArgumentParser
import AssetModel
import OperatorAPI

#if canImport(Glibc)
    import Glibc
#endif

struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "实时查看差异和设备的变化。 Follow changes of discrepancies and devices.",
        discussion: """
            每秒向守护进程询问一次，Ctrl-C 结束；守护进程重启后自动继续。--json 每行一条 (NDJSON)。
            Asks the daemon every second, until Ctrl-C; goes on by itself after the daemon restarts. \
            With --json one change a line (NDJSON).
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "包括仅有新证据的变化。 New evidence that changes nothing, too.")
    var all = false

    @Option(help: "先显示最近几条，0 为不显示。 Show so many of the latest first.")
    var last = 10

    @Flag(help: "输出 NDJSON。 Print NDJSON.")
    var json = false

    func validate() throws {
        guard (0...OperatorRoute.listLimitMax).contains(last) else {
            throw ValidationError("--last: 0...\(OperatorRoute.listLimitMax)")
        }
    }

    func run() async throws {
        // Nothing is held that would have to be put away, and every line is out as soon as it is printed.
        signal(SIGINT) { _ in _exit(0) }
        try await connection.finish { () async throws(TallyFailure) in
            var follower = ChangeFollower(client: connection.client, all: all)
            var changes = try await follower.first(last: last)
            while show(changes) {
                await rest()
                changes = try await next(&follower)
            }
            return .ok
        }
    }

    /// A daemon that is away for a while is waited for: it may just be restarting.
    private func next(_ follower: inout ChangeFollower) async throws(TallyFailure) -> [ChangeReply] {
        do throws(TallyFailure) {
            let changes = try await follower.next()
            if follower.wasAway { note("已重新连接", "connected again") }
            follower.wasAway = false
            return changes
        } catch {
            guard error.exit == .unreachable else { throw error }
            if !follower.wasAway { note("守护进程没有答复，等待中", "the daemon does not answer, waiting") }
            follower.wasAway = true
            return []
        }
    }

    private func note(_ chinese: String, _ english: String) {
        Output.complain("tally: " + connection.language.sentence(chinese, english))
    }

    private func rest() async {
        // Cancelled only with the process.
        do { try await Task.sleep(for: .seconds(1)) } catch { return }
    }

    /// - Returns: `false` where nobody reads any more.
    private func show(_ changes: [ChangeReply]) -> Bool {
        let text = ChangeText(language: connection.language)
        for change in changes {
            var line = DisplayText.plain(text.line(of: change))
            if json {
                do throws(OperatorJSON.Failure) {
                    line = String(decoding: try OperatorJSON.bytes(change), as: UTF8.self)
                } catch {
                    Output.complain("\(error)")
                    continue
                }
            }
            guard Output.write(line: line) else { return false }
        }
        return true
    }
}

/// Asks for what came after the last answer.
struct ChangeFollower {
    let client: ControlClient
    let all: Bool
    /// The daemon did not answer when asked last.
    var wasAway = false
    private var after: Int64 = 0

    init(client: ControlClient, all: Bool) {
        self.client = client
        self.all = all
    }

    /// The latest changes; what comes after them is next.
    mutating func first(last: Int) async throws(TallyFailure) -> [ChangeReply] {
        let list = try await client.ask(request(limit: max(last, 1), after: nil), for: ChangeList.self)
        after = list.next
        return Array(list.items.suffix(last))
    }

    mutating func next() async throws(TallyFailure) -> [ChangeReply] {
        let limit = OperatorRoute.listLimitMax
        let list = try await client.ask(request(limit: limit, after: after), for: ChangeList.self)
        // The numbers have gone back: another store, whose changes are all new.
        after = list.next < after ? 0 : list.next
        return list.items
    }

    private func request(limit: Int, after: Int64?) -> ControlRequest {
        var request = ControlRequest(path: OperatorRoute.changes)
        request.query = [(OperatorRoute.Query.limit, "\(limit)"), (OperatorRoute.Query.all, "\(all)")]
        if let after { request.query.append((OperatorRoute.Query.after, "\(after)")) }
        return request
    }
}

/// A change in one line.
struct ChangeText {
    let language: Language

    func line(of change: ChangeReply) -> String {
        var words = [LocalTime.shown(change.at) ?? change.at]
        let text = DiscrepancyText(language: language)
        if let discrepancy = change.discrepancy {
            words.append(text.change(change.change))
            words.append(
                language == .zh ? "\(discrepancy.code) \(discrepancy.chinese)" : discrepancy.code)
            words += [discrepancy.id, text.subject(of: discrepancy), text.state(discrepancy.state)]
            let place = discrepancy.zone ?? discrepancy.site
            if let expected = discrepancy.expected, let actual = discrepancy.actual {
                words.append("\(expected) → \(actual)")
            } else if let place {
                words.append(place)
            }
            if let by = change.by { words.append(text.who(by) + ": " + (change.reason ?? "")) }
        } else {
            words += [text.change(change.change), device(change)]
            let reason = language == .zh ? change.reasonChinese : change.reasonEnglish
            if let reason, !reason.isEmpty { words.append(reason) }
        }
        return words.joined(separator: "  ")
    }

    private func device(_ change: ChangeReply) -> String {
        let name = change.device ?? ""
        switch change.kind {
        case .terminal: return language.label("终端", "terminal") + " " + PhoneMask.mask(name)
        case .reader: return language.label("读写器", "reader") + " " + name
        case .device, .discrepancy: return language.label("设备", "device") + " " + name
        }
    }
}
