import ArgumentParser
import AssetModel
import DeviceDecoding

/// `tally-bench decode`: messages a second through the decoder alone, on one thread, with everything warm.
struct DecodeBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "每秒解码消息数 Messages decoded a second, against baselines that read the same bytes.",
        discussion: """
            The messages are made here: 256 of one read, 8 of 50 reads. Time is CPU time of the thread; \
            contenders take turns. All must find the same values before anything is measured.

            Baselines: simdjson-ondemand for impinj and zebra (C++, the same fields become the same values; \
            the faster of two ways of writing it); foundation-json for JSON (JSONSerialization); \
            xor-unescape for jt808 (undoes escapes and checks the XOR of the same bytes, takes no field). \
            epc: EPC text to the ring's key, and EPC to pure identity URI.
            """)

    @Option(help: "报文格式 Message family.")
    var format: DecodeFormat

    @Option(help: "交替运行次数 Interleaved runs of each.")
    var runs = 3

    @Option(help: "稳态解码条数，供分配计数 Only decodes this many messages, for scripts/count-allocations.")
    var steady: Int?

    @Flag(help: "每行一个 JSON 对象 One JSON object per figure.")
    var json = false

    func validate() throws {
        if let steady, steady < 1 || format == .epc {
            throw ValidationError("--steady: at least 1 message of a message family")
        }
    }

    func run() throws {
        if let steady { return try DecodeSteady(format: format).run(messages: steady) }
        let runs = max(3, runs)
        if format == .epc { return try FigureText.say(try IdentityRace().figures(runs: runs), json: json) }
        for (name, samples) in DecodeSamples.cases(of: format) {
            let race = try DecodeRace(format: format, samples: samples)
            try FigureText.say(try race.figures(case: name, runs: runs), json: json)
        }
    }
}
