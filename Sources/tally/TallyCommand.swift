import ArgumentParser

@main
struct TallyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tally",
        abstract: "账实相符：查询和维护 tallyd。 Asks the tallyd daemon what is where, and keeps its books.",
        discussion: """
            每天 Every day:
              tally status                                运行状态 how the daemon is
              tally discrepancies list | show ID          差异及其经过 differences, their history
              tally discrepancies confirm ID --reason …   核实 it is so
              tally discrepancies dismiss ID --reason …   误报 it is not so
              tally where ASSET|EPC|PLATE                 在哪里 where it is
              tally zone list | show ZONE                 应在、在、未听到 expected, seen, not seen
              tally passages                              过门记录 what went through the gates
              tally tail                                  实时变化 changes as they happen
            设备 Devices:
              tally reader list | show ID                 读写器、天线 readers, antennas
              tally quarantine list | show N              被拒绝的报文 refused messages, and why
              tally decode …                              试解一条报文 try the decoder
              tally encode …                              由标识生成编码 make the bits of an identity
              tally import-trace FILE --start T           实采轨迹转回放 recorded traces for replay
            所有命令 All commands: --json 输出接口原文 prints the daemon's answer; \
            --language zh|en; --socket PATH。决定须以 root 或 tallyd 组身份作出，与账号一起保存。\
            Deciding takes root or the daemon's group, and is kept with the account.

            退出码 Exit codes: 0 正常 ok · 1 有问题、未找到或状态不允许 problems, not found or refused by state · \
            64 用法错误 usage · 65 内容无法读取 bad data · 66 无输入文件 no input · \
            69 守护进程不可达 daemon not reachable · 77 无权限 not permitted
            """,
        subcommands: [
            StatusCommand.self, DiscrepanciesCommand.self, WhereCommand.self, ZoneCommand.self,
            PassagesCommand.self, TailCommand.self, ReaderCommand.self, QuarantineCommand.self,
            RegisterCommand.self, DecodeCommand.self, EncodeCommand.self, ImportTraceCommand.self,
        ])

    @OptionGroup var connection: ConnectionOptions
}

/// How every command ends.
enum TallyExit: Int32 {
    case ok = 0
    /// Lines of a book were left out or the book was refused by them; what was asked for is not there, or is
    /// settled already.
    case problems = 1
    /// The command line itself is wrong (ArgumentParser ends with this by itself).
    case usage = 64
    /// The file cannot be read as a book, or not at all; the daemon refused the request as malformed.
    case badData = 65
    /// `decode` cannot read its file or its input.
    case noInput = 66
    /// No daemon answers on the socket, it is busy or stopping, or its answer makes no sense.
    case unreachable = 69
    /// The socket, or the daemon behind it, does not let this user in.
    case notPermitted = 77
}
