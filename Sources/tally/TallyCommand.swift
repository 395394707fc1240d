import ArgumentParser

@main
struct TallyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tally",
        abstract: "账实相符：查询和维护 tallyd。 Asks the tallyd daemon what is where, and keeps its books.",
        discussion: """
            退出码 Exit codes: 0 正常 ok · 1 有问题或未找到 problems or not found · 64 用法错误 usage · \
            65 文件内容无法读取 bad data · 69 守护进程不可达 daemon not reachable · 77 无权限 not permitted
            """,
        subcommands: [StatusCommand.self, DiscrepanciesCommand.self, WhereCommand.self, RegisterCommand.self])

    @OptionGroup var connection: ConnectionOptions
}

/// How every command ends.
enum TallyExit: Int32 {
    case ok = 0
    /// Lines of a book were left out or the book was refused by them; what was asked for is not there.
    case problems = 1
    /// The command line itself is wrong (ArgumentParser ends with this by itself).
    case usage = 64
    /// The file cannot be read as a book, or not at all; the daemon refused the request as malformed.
    case badData = 65
    /// No daemon answers on the socket, it is busy or stopping, or its answer makes no sense.
    case unreachable = 69
    /// The socket, or the daemon behind it, does not let this user in.
    case notPermitted = 77
}
