import AssetModel
import CMapBaselines
import DeviceDecoding
import Foundation

/// Decoder and baselines over the same messages.
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
    private var simdjson: SimdjsonDecoding?
    private var unescaping = XORUnescaping()

    /// Long enough for the clock and for a few interruptions, short enough for a few seconds in all.
    private static let runNanoseconds = 0.15e9

    init(format: DecodeFormat, samples: [DecodeSample]) throws {
        self.format = format
        self.samples = samples
        messages = samples.map(\.message)
        payloads = samples.map(\.message.payload)
        texts = samples.map(\.data)
        source = format.source
        decoder = DeviceDecoder(layout: format.layout)
        foundation = FoundationDecoding(format: format)
        if format.hasSimdjsonBaseline {
            let bytesMax = payloads.map(\.count).max() ?? 0
            simdjson = try SimdjsonDecoding(format: format, bytesMax: bytesMax)
        }
        for sample in samples { try check(sample) }
        chooseWayOfSimdjson()
    }

    /// A decoder that refuses, or that finds other values than a baseline, is not measured.
    private func check(_ sample: DecodeSample) throws {
        decoder.decode(sample.message, from: source, receivedAt: DecodeSamples.receivedAt, into: &decoded)
        if let refusal = decoded.refusal ?? decoded.rejections.first {
            throw BenchFailure(
                "the \(format.rawValue) decoder refuses the sample: \(refusal.reason) at \(refusal.at)")
        }
        guard decoded.tagReads.count + decoded.fixes.count == sample.records else {
            throw BenchFailure("the \(format.rawValue) decoder finds \(decoded.recordCount) records")
        }
        if format == .jt808 { return try checkFrames(sample) }
        try foundation.decode(sample.data)
        guard foundation.values(asIn: decoded) == decoded.values,
            decoded.fixes.map(\.asMeasured) == foundation.fixes
        else {
            throw BenchFailure("the \(format.rawValue) decoder and foundation-json find different values")
        }
        try checkSimdjson(sample)
    }

    private func checkSimdjson(_ sample: DecodeSample) throws {
        guard let simdjson else { return }
        for way in SimdjsonDecoding.ways where way != simdjson.unfit {
            simdjson.way = way
            let count = simdjson.decode(sample.message.payload)
            if count < 0, way == SimdjsonDecoding.byName {
                // The samples of this case lack one of its fields.
                simdjson.unfit = way
            } else if count < 0 || simdjson.values(count) != decoded.values {
                throw BenchFailure("the \(format.rawValue) decoder and simdjson find different values")
            }
        }
    }

    /// The faster of its two ways runs for simdjson.
    private func chooseWayOfSimdjson() {
        guard let simdjson else { return }
        var times: [Double] = []
        for way in SimdjsonDecoding.ways {
            simdjson.way = way
            for _ in 0..<50 { passSimdjson() }
            times.append(BenchClock.nanoseconds { for _ in 0..<200 { passSimdjson() } })
        }
        let isNamedFaster = simdjson.unfit != SimdjsonDecoding.byName && times[1] < times[0]
        simdjson.way = SimdjsonDecoding.ways[isNamedFaster ? 1 : 0]
    }

    private func checkFrames(_ sample: DecodeSample) throws {
        let before = unescaping.frames
        unescaping.decode(sample.message.payload)
        guard unescaping.frames - before == (sample.records == 1 ? 1 : 2) else {
            throw BenchFailure("xor-unescape finds a wrong check code")
        }
    }
}

/// Measuring.
extension DecodeRace {
    private typealias Contender = (name: String, pass: () throws -> Void)

    private var baselines: [Contender] {
        if format == .jt808 { return [("xor-unescape", passUnescaping)] }
        let foundation: Contender = ("foundation-json", passFoundation)
        return simdjson == nil ? [foundation] : [("simdjson-ondemand", passSimdjson), foundation]
    }

    func figures(case name: String, runs: Int) throws -> [Figure] {
        let contenders: [Contender] = [("tally", passDecoder)] + baselines
        let turns = try contenders.map { try self.turns(of: $0.pass) }
        var spent = contenders.map { _ in [Double]() }
        for _ in 0..<runs {
            for (index, contender) in contenders.enumerated() {
                spent[index].append(try nanosecondsPerMessage(turns[index], contender.pass))
            }
        }
        let allocations = try contenders.map { try allocationsPerMessage($0.pass) }
        let records = Double(samples[0].records)
        var figures: [Figure] = []
        func add(_ metric: String, _ unit: String, _ values: [[Double]]) {
            for (index, baseline) in baselines.enumerated() {
                figures.append(
                    Figure(
                        bench: "decode", case: name, metric: metric, value: values[0].median, unit: unit,
                        baseline: baseline.name, baselineValue: values[index + 1].median))
            }
        }
        add("messages_per_s", "1/s", spent.map { $0.map { 1e9 / $0 } })
        if records > 1 {
            let metric = format.isOfTerminals ? "fixes_per_s" : "reads_per_s"
            add(metric, "1/s", spent.map { $0.map { records * 1e9 / $0 } })
        }
        add("ns_per_message", "ns", spent)
        if tally_allocations_are_counted() { add("allocations_per_message", "1", allocations.map { [$0] }) }
        let bytes = Double(payloads.reduce(0) { $0 + $1.count })
        figures.append(
            Figure(
                bench: "decode", case: name, metric: "bytes_per_message",
                value: bytes / Double(samples.count), unit: "B"))
        return figures
    }

    /// Heap allocations in a warm pass.
    private func allocationsPerMessage(_ pass: () throws -> Void) throws -> Double {
        let start = tally_allocation_count()
        try pass()
        return Double(tally_allocation_count() - start) / Double(samples.count)
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
            decoder.decode(message, from: source, receivedAt: DecodeSamples.receivedAt, into: &decoded)
        }
    }

    private func passFoundation() throws {
        for data in texts { try foundation.decode(data) }
    }

    private func passSimdjson() {
        guard let simdjson else { return }
        for payload in payloads { _ = simdjson.decode(payload) }
    }

    private func passUnescaping() throws {
        for payload in payloads { unescaping.decode(payload) }
    }
}

extension DecodedMessage {
    var values: DecodedValues {
        DecodedValues(
            reads: tagReads, sentAt: sentAt, deviceIdentity: deviceIdentity, reportMode: reportMode)
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
