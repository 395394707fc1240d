import ArgumentParser
import AssetModel

struct ImportTraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-trace",
        abstract: "把实采轨迹转换为回放文件。 Makes a replay file of a recorded trace.",
        discussion: """
            输入 CSV（首行为表头，列序不限）：
            The file is CSV with a heading row, columns in any order:
              t_ms       会话内毫秒 milliseconds on the clock of the session (须有 required)
              reader     读写器，成为主题 trace/<reader> names the topic (须有 required)
              antenna    端口，从 1 起 port, counted from 1 (须有，可空 required, may be empty)
              epc        十六进制，或 --epc-map 中的文字 hex, or a text of the map (须有 required)
              rssi_dbm   信号强度 signal (可缺 may be absent)
              session    会话，各有自己的时钟 a stretch with a clock of its own (可缺 may be absent)
              label      不使用 not used

            第一个会话的首条读取在 --start；每个会话的首条读取在前一会话末条之后 --session-gap 秒。会话内不按时间排列的，\
            按 t_ms 排好并在标准错误说明。输出为 tallyd replay 的输入：每条读取一行，收到时间即读取时间。
            The first read of the first session is at --start, that of every other session --session-gap \
            seconds after the last of the one before. A session whose rows are not in order of t_ms is \
            sorted by it, and standard error says so. What comes out goes into tallyd replay: a line for \
            each read, received when it was read.

            文件先整个检查一遍再输出，因此须为普通文件；有错即不输出。 The file is checked to its end before anything is \
            written, so it must be a plain file; one mistake, and nothing is written.

            退出码 Exit codes: 0 已转换 done · 64 用法错误 usage · 65 内容有误 (写明行与列) bad data, with row and \
            column · 66 文件无法读取 cannot read the file
            """)

    @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

    @Argument(help: "轨迹文件。 The trace.")
    var file: String

    @Option(
        help: ArgumentHelp(
            "首条读取的时间，RFC 3339。 When the first read was, RFC 3339.", valueName: "time"))
    var start: InstantArgument

    @Option(
        help: ArgumentHelp(
            "CSV “文字,EPC 十六进制”，为不是十六进制的标签命名。 CSV text,epc_hex: the EPCs of texts that are not hex.",
            valueName: "file"))
    var epcMap: String?

    @Option(
        help: ArgumentHelp(
            "会话之间的秒数。 Seconds between two sessions.", valueName: "seconds"))
    var sessionGap = Double(TraceClock.gapSecondsUsual)

    func validate() throws {
        guard sessionGap >= 0, sessionGap <= TraceClock.gapSecondsMax else {
            throw ValidationError(
                "--session-gap 须为 0–\(Int(TraceClock.gapSecondsMax)) 秒。 "
                    + "--session-gap is 0–\(Int(TraceClock.gapSecondsMax)) seconds.")
        }
    }

    func run() throws {
        do throws(TallyFailure) {
            let names = try epcMap.map { path throws(TallyFailure) in try TraceNames(path: path) }
            let clock = TraceClock(
                start: start.instant,
                gap: ElapsedTime(milliseconds: Int64((sessionGap * 1_000).rounded())))
            let trace = ImportTrace(path: file, names: names ?? TraceNames(), clock: clock)
            var output = TraceOutput()
            let sorted = try trace.run { output.take($0) }
            output.flush()
            if let first = sorted.first {
                Output.complain(
                    connection.language.sentence(
                        "注意: \(sorted.count) 个会话不按时间排列，已按 t_ms 排序（首个: “\(first)”）",
                        "note: \(sorted.count) sessions were not in order of time and were sorted by "
                            + "t_ms (first: \"\(first)\")"))
            }
        } catch {
            throw DecodeOptions.fail(error, in: connection.language)
        }
    }
}
