import ArgumentParser
import AssetModel
import CMapBaselines
import DeviceDecoding
import Foundation

/// `tally-bench decode`: messages a second through the decoder alone, on one thread, with everything warm.
struct DecodeBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "每秒解码消息数 Messages decoded a second, against a baseline that reads the same bytes.",
        discussion: """
            The messages are made here: 256 of one read, 8 of 50 reads. Time is CPU time of the thread.

            Baselines: foundation-json for JSON (JSONSerialization takes out and converts the same fields, \
            and both must find the same values); xor-unescape for jt808 (undoes escapes and checks the XOR \
            of the same bytes, takes no field).
            """)

    @Option(help: "报文格式 Message family.")
    var format: DecodeFormat

    @Option(help: "交替运行次数 Interleaved runs of each.")
    var runs = 3

    @Flag(help: "每行一个 JSON 对象 One JSON object per figure.")
    var json = false

    func run() throws {
        let cases = [
            ("single", DecodeSamples.singleMessages(of: format)),
            ("batch-50", DecodeSamples.batchMessages(of: format)),
        ]
        for (name, samples) in cases {
            let race = try DecodeRace(format: format, samples: samples)
            try FigureText.say(try race.figures(case: name, runs: max(3, runs)), json: json)
        }
    }
}

/// Decoder and baseline over the same messages.
final class DecodeRace {
    private let format: DecodeFormat
    private let samples: [DecodeSample]
    /// The samples in the form that each contender takes.
    private let messages: [RawMessage]
    private let payloads: [[UInt8]]
    private let texts: [Data]
    private let source: MessageSource
    private var decoder: DeviceDecoder
    private var decoded = DecodedMessage()
    private var foundation: FoundationDecoding
    private var unescaping = XORUnescaping()

    /// Long enough for the clock and for a few interruptions, short enough for a few seconds in all.
    private static let runNanoseconds = 0.15e9
    /// Just after the newest sample.
    private static let receivedAt = UTCInstant(milliseconds: 1_795_305_601_000)

    init(format: DecodeFormat, samples: [DecodeSample]) throws {
        self.format = format
        self.samples = samples
        messages = samples.map(\.message)
        payloads = samples.map(\.message.payload)
        texts = samples.map(\.data)
        source = format.isOfTerminals ? .terminalSource(0) : .reader(0)
        decoder = DeviceDecoder(layout: DecodeRace.layout(of: format))
        foundation = FoundationDecoding(format: format)
        for sample in samples { try check(sample) }
    }

    private static func layout(of format: DecodeFormat) -> SiteLayout {
        var reader = SiteLayout.Reader(id: "rA", site: 0, topics: ["readers/rA/#"])
        reader.format = format.messageFormat
        let terminals = SiteLayout.TerminalSource(
            id: "fleet", topics: ["jt808/#"], format: format.messageFormat)
        return SiteLayout(
            sites: [SiteLayout.Site(id: "S1")], readers: format.isOfTerminals ? [] : [reader],
            terminalSources: format.isOfTerminals ? [terminals] : [])
    }

    /// A decoder that refuses, or that finds other values than the baseline, is not measured.
    private func check(_ sample: DecodeSample) throws {
        decoder.decode(sample.message, from: source, receivedAt: DecodeRace.receivedAt, into: &decoded)
        if let refusal = decoded.refusal ?? decoded.rejections.first {
            throw BenchFailure(
                "the \(format.rawValue) decoder refuses the sample: \(refusal.reason) at \(refusal.at)")
        }
        guard decoded.tagReads.count + decoded.fixes.count == sample.records else {
            throw BenchFailure("the \(format.rawValue) decoder finds \(decoded.recordCount) records")
        }
        if format == .jt808 { return try checkFrames(sample) }
        try foundation.decode(sample.data)
        let isSameHead =
            format != .impinj
            || (decoded.sentAt == foundation.sentAt && decoded.deviceIdentity == foundation.deviceIdentity)
        guard isSameHead, decoded.tagReads == foundation.reads,
            decoded.fixes.map(\.asMeasured) == foundation.fixes
        else {
            throw BenchFailure("the \(format.rawValue) decoder and foundation-json find different values")
        }
    }

    private func checkFrames(_ sample: DecodeSample) throws {
        let before = unescaping.frames
        unescaping.decode(sample.message.payload)
        guard unescaping.frames - before == (sample.records == 1 ? 1 : 2) else {
            throw BenchFailure("xor-unescape finds a wrong check code")
        }
    }

    func figures(case name: String, runs: Int) throws -> [Figure] {
        let turns = (product: try turns(of: passDecoder), baseline: try turns(of: passBaseline))
        var product: [Double] = []
        var baseline: [Double] = []
        for _ in 0..<runs {
            baseline.append(try nanosecondsPerMessage(turns.baseline, passBaseline))
            product.append(try nanosecondsPerMessage(turns.product, passDecoder))
        }
        let records = Double(samples[0].records)
        let bytes = samples.reduce(0) { $0 + $1.message.payload.count }
        func figure(_ metric: String, _ unit: String, _ value: (Double) -> Double) -> Figure {
            Figure(
                bench: "decode", case: name, metric: metric,
                value: product.map(value).median, unit: unit,
                baseline: baselineName,
                baselineValue: baseline.map(value).median)
        }
        var figures = [figure("messages_per_s", "1/s") { 1e9 / $0 }]
        if records > 1 {
            let metric = format.isOfTerminals ? "fixes_per_s" : "reads_per_s"
            figures.append(figure(metric, "1/s") { records * 1e9 / $0 })
        }
        figures.append(figure("ns_per_message", "ns") { $0 })
        if let counts = try allocationsPerMessage() {
            figures.append(
                Figure(
                    bench: "decode", case: name, metric: "allocations_per_message", value: counts.product,
                    unit: "1", baseline: format == .jt808 ? nil : baselineName,
                    baselineValue: format == .jt808 ? nil : counts.baseline))
        }
        figures.append(
            Figure(
                bench: "decode", case: name, metric: "bytes_per_message",
                value: Double(bytes) / Double(samples.count), unit: "B"))
        return figures
    }

    private var baselineName: String { format == .jt808 ? "xor-unescape" : "foundation-json" }

    /// Heap allocations in a warm pass; `nil` where this build cannot count them.
    private func allocationsPerMessage() throws -> (product: Double, baseline: Double)? {
        guard tally_allocations_are_counted() else { return nil }
        let start = tally_allocation_count()
        try passDecoder()
        let middle = tally_allocation_count()
        try passBaseline()
        let end = tally_allocation_count()
        let messages = Double(samples.count)
        return (Double(middle - start) / messages, Double(end - middle) / messages)
    }

    /// How often the samples fit one run; warms up on the way.
    private func turns(of pass: () throws -> Void) throws -> Int {
        _ = try BenchClock.nanoseconds(pass)
        return max(1, Int(DecodeRace.runNanoseconds / max(1, try BenchClock.nanoseconds(pass))))
    }

    private func nanosecondsPerMessage(_ turns: Int, _ pass: () throws -> Void) throws -> Double {
        let spent = try BenchClock.nanoseconds { for _ in 0..<turns { try pass() } }
        return spent / Double(turns * samples.count)
    }

    private func passDecoder() throws {
        for message in messages {
            decoder.decode(message, from: source, receivedAt: DecodeRace.receivedAt, into: &decoded)
        }
    }

    private func passBaseline() throws {
        if format == .jt808 {
            for payload in payloads { unescaping.decode(payload) }
        } else {
            for data in texts { try foundation.decode(data) }
        }
    }
}

extension VehicleFix {
    /// Without the additional items, which the baseline does not take apart.
    fileprivate var asMeasured: VehicleFix {
        var fix = self
        fix.items = []
        return fix
    }
}
