import ArgumentParser
import OperatorAPI

#if canImport(Glibc)
    import Glibc
#endif

/// What every command takes.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "控制套接字 control socket (\(OperatorRoute.socketVariable); \(OperatorRoute.socketPath))",
            valueName: "path"))
    var socket: String?

    @Option(help: "界面语言 language: zh | en")
    var language = Language.zh

    var client: ControlClient {
        ControlClient(socketPath: socket ?? environmentSocket ?? OperatorRoute.socketPath)
    }

    private var environmentSocket: String? {
        guard let value = getenv(OperatorRoute.socketVariable) else { return nil }
        let path = String(cString: value)
        return path.isEmpty ? nil : path
    }

    /// Runs a command, tells its failure in both languages and ends with its exit code.
    func finish(_ work: () async throws(TallyFailure) -> TallyExit) async throws {
        let exit: TallyExit
        do throws(TallyFailure) {
            exit = try await work()
        } catch {
            Output.complain(error.text(in: language))
            exit = error.exit
        }
        if exit != .ok { throw ExitCode(exit.rawValue) }
    }
}

/// The language of tables. Chinese tables carry the English words beside the Chinese ones.
enum Language: String, ExpressibleByArgument, CaseIterable {
    case zh, en

    func label(_ chinese: String, _ english: String) -> String {
        self == .zh ? "\(chinese) \(english)" : english
    }

    /// For a sentence, which is written in one language.
    func sentence(_ chinese: String, _ english: String) -> String {
        self == .zh ? chinese : english
    }

    func yesNo(_ flag: Bool) -> String {
        flag ? sentence("是", "yes") : sentence("否", "no")
    }
}

/// Why a command could not do what it was asked, and what to do about it. Always told in both languages: the
/// person at the keyboard and the person called for help need not share one.
struct TallyFailure: Error {
    let exit: TallyExit
    let chinese: String
    let english: String

    init(_ exit: TallyExit, _ chinese: String, _ english: String) {
        self.exit = exit
        self.chinese = chinese
        self.english = english
    }

    func text(in language: Language) -> String {
        let lines = ["错误: \(chinese)", "error: \(english)"]
        return (language == .zh ? lines : lines.reversed()).joined(separator: "\n")
    }
}

enum Output {
    static func show(_ lines: [String]) {
        for line in lines { print(line) }
    }

    static func show(json reply: some Encodable) throws(TallyFailure) {
        do throws(OperatorJSON.Failure) {
            print(String(decoding: try OperatorJSON.bytes(reply), as: UTF8.self))
        } catch {
            throw TallyFailure(.unreachable, "无法输出 JSON: \(error)", "cannot write JSON: \(error)")
        }
    }

    /// One line that has left before this returns.
    /// - Returns: `false` where nobody reads any more.
    static func write(line: String) -> Bool {
        var bytes = Array((line + "\n").utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    static func complain(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        // A terminal that takes no more complaints leaves nobody to tell.
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
