import ArgumentParser
import CMapBaselines
import Foundation
import Glibc

/// `tally-bench ring`: nanoseconds for each read in the in-memory ring, against maps of others and against
/// bare memory.
struct RingBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ring",
        abstract: "每次读取的纳秒数 Nanoseconds a read in the ring of evidence, against other tables.",
        discussion: """
            All contenders take the same reads, in turns, on one thread: all tags equally likely (uniform), \
            and one read in ten of a tag never heard before (churn). Time is CPU time of the thread.

            Baselines: swift-dictionary (its own SipHash), std-unordered-map and absl-flat-hash-map (the \
            ring's hash); all with a 12-byte key and a 64-byte value, the evidence bit set, and the oldest \
            stranger given up at the same bound. random-line reads and writes one random 64-byte line for \
            each read, over as much memory as the ring's own table; random-line-evidence sets the evidence \
            bit in that line, whoever else's it is. The ring is given its reads in batches; the maps have \
            no such call.
            """)

    @Option(help: "已登记标签数 Registered tags: 10000, 100000, 1000000 or 10000000.")
    var keys: Int

    @Option(help: "交替运行次数 Interleaved runs of each.")
    var runs = 3

    @Option(help: "每批读取数 Reads that the ring is given at once.")
    var batch = RingContender.batchReadsUsual

    @Flag(help: "只比较环与随机行 Only the ring and random lines, without the maps.")
    var alone = false

    @Option(help: "只观察这么多次读取，供 count-allocations 计数 Only observe: for count-allocations.")
    var steady: Int?

    @Flag(help: "每行一个 JSON 对象 One JSON object per figure.")
    var json = false

    private static let sizes = [10_000, 100_000, 1_000_000, 10_000_000]

    /// What all contenders need together: the sum of `bytes_per_key` is 820 at 10⁶ keys, 760 at 10⁷; how
    /// far a map overshoots as it grows differs from size to size.
    private static let bytesPerKeyMax = 1_020
    /// What the ring and random lines need: 370 and what overshoots.
    private static let bytesAlone = 470
    /// For the reads of a run, the strangers and the program.
    private static let bytesBesides = 128 * 1_048_576

    func validate() throws {
        guard RingBench.sizes.contains(keys) else {
            throw ValidationError("--keys: 10000, 100000, 1000000, 10000000")
        }
        guard (1...RingContender.batchReadsMax).contains(batch) else {
            throw ValidationError("--batch: 1...\(RingContender.batchReadsMax)")
        }
    }

    func run() throws {
        try RingBench.checkMemory(for: keys, each: alone ? RingBench.bytesAlone : RingBench.bytesPerKeyMax)
        if let steady { return RingSteady(keys: keys).run(reads: max(1, steady)) }
        let race = try RingRace(keys: keys, batch: batch, isAlone: alone)
        let runs = max(3, runs)
        try FigureText.say(try race.uniformFigures(runs: runs), json: json)
        try FigureText.say(try race.churnFigures(runs: runs), json: json)
    }

    private static func checkMemory(for keys: Int, each bytes: Int) throws {
        let needed = keys * bytes + bytesBesides
        guard let available = ProcessMemory.availableBytes else {
            throw BenchFailure("/proc/meminfo 无法读取 cannot be read: memory is not known to suffice.")
        }
        guard available >= needed else {
            throw BenchFailure(
                "内存不足 Not enough memory: \(keys) keys need about \(needed / 1_048_576) MiB, "
                    + "available are \(available / 1_048_576) MiB.")
        }
    }
}

extension ProcessMemory {
    /// What programs can still take without swapping, as the kernel estimates it.
    static var availableBytes: Int? {
        let text = FileManager.default.contents(atPath: "/proc/meminfo").map {
            String(decoding: $0, as: UTF8.self)
        }
        let line = text?.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        let kib = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return kib.map { $0 * 1_024 }
    }
}

extension ProcessMemory {
    /// Resident pages of this process that stand for no file.
    fileprivate static var anonymousBytes: Double {
        let text = FileManager.default.contents(atPath: "/proc/self/status").map {
            String(decoding: $0, as: UTF8.self)
        }
        let line = text?.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        let kib = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap {
            Double($0)
        }
        return (kib ?? 0) * 1_024
    }
}

/// The ring and its baselines over one stream of reads.
final class RingRace {
    private let keys: Int
    private let strangersMax: Int
    private var stream: RingStream
    private var ring: RingContender
    /// `nil` where the ring runs alone.
    private var dictionary: DictionaryContender?
    private var map: MapContender?
    private var flatMap: MapContender?
    private let lines: RandomLineContender
    private let evidenceLines: RandomLineContender
    /// Resident growth in bytes while each was built and filled, by name.
    private var growth: [Name: Double] = [:]

    enum Name: String, CaseIterable {
        case ring
        case dictionary = "swift-dictionary"
        case map = "std-unordered-map"
        case flatMap = "absl-flat-hash-map"
        case line = "random-line"
        case evidenceLine = "random-line-evidence"
    }

    /// Any: the same one for the ring and for the maps of C++.
    private static let hashKey: UInt64 = 0x0123_4567_89AB_CDEF
    /// The product's default.
    private static let strangersUsual = 65_536

    init(keys: Int, batch: Int, isAlone: Bool) throws {
        self.keys = keys
        strangersMax = min(RingRace.strangersUsual, keys)
        var stream = RingStream(keys: keys)
        let rounds = [stream.roundOfRegister(antenna: 0), stream.roundOfRegister(antenna: 1)]
        self.stream = stream
        let decoded = DecodedTags()
        var meter = GrowthMeter()
        ring = RingContender(
            hashKey: RingRace.hashKey, keys: keys, strangersMax: strangersMax, decoded: decoded,
            batch: batch)
        for round in rounds { _ = ring.observe(round) }
        growth[.ring] = meter.bytes()
        if !isAlone {
            var dictionary = DictionaryContender(keys: keys, strangersMax: strangersMax)
            for round in rounds { _ = dictionary.observe(round) }
            self.dictionary = dictionary
            growth[.dictionary] = meter.bytes()
            map = try RingRace.filledMap(
                TALLY_STD_UNORDERED_MAP, rounds, keys: keys, strangersMax: strangersMax)
            growth[.map] = meter.bytes()
            flatMap = try RingRace.filledMap(
                TALLY_ABSL_FLAT_HASH_MAP, rounds, keys: keys, strangersMax: strangersMax)
            growth[.flatMap] = meter.bytes()
        }
        lines = try RandomLineContender(hashKey: RingRace.hashKey, lines: ring.lines)
        growth[.line] = meter.bytes()
        evidenceLines = try RandomLineContender(hashKey: RingRace.hashKey, lines: ring.lines)
        growth[.evidenceLine] = meter.bytes()
        for round in rounds { evidenceLines.note(round) }
    }

    private static func filledMap(
        _ kind: tally_map_kind, _ rounds: [RingStream.Stretch], keys: Int, strangersMax: Int
    ) throws -> MapContender {
        let map = try MapContender(kind, hashKey: hashKey, keys: keys, strangersMax: strangersMax)
        for round in rounds { _ = map.observe(round) }
        return map
    }

    func uniformFigures(runs: Int) throws -> [Figure] {
        _ = try race(stream.uniform())
        let spent = try (0..<runs).map { _ in try race(stream.uniform()) }
        let perKey = growth.mapValues { $0 / Double(keys) }
        return figures("uniform", "ns_per_read", "ns", medians(of: spent))
            + figures("uniform", "bytes_per_key", "B", perKey)
    }

    /// With the strangers' share full, so that each new one takes the place of another.
    func churnFigures(runs: Int) throws -> [Figure] {
        _ = try race(stream.strangersOnly(strangersMax))
        _ = try race(stream.churn())
        let spent = try (0..<runs).map { _ in try race(stream.churn()) }
        return figures("churn", "ns_per_read", "ns", medians(of: spent))
    }

    /// One run of each. - Returns: nanoseconds a read, by name.
    private func race(_ stretch: RingStream.Stretch) throws -> [Name: Double] {
        let observed = ring.observe(stretch)
        var fresh = [observed.fresh]
        var spent = [Name.ring: observed.nanoseconds]
        func time(_ name: Name, _ observe: () -> UInt64) {
            spent[name] = BenchClock.nanoseconds { fresh.append(observe()) }
        }
        if dictionary != nil { time(.dictionary) { dictionary?.observe(stretch) ?? 0 } }
        if let map { time(.map) { map.observe(stretch) } }
        if let flatMap { time(.flatMap) { flatMap.observe(stretch) } }
        spent[.line] = BenchClock.nanoseconds { lines.touch(stretch) }
        spent[.evidenceLine] = BenchClock.nanoseconds { evidenceLines.note(stretch) }
        guard fresh.allSatisfy({ $0 == fresh[0] }) else {
            throw BenchFailure("ring and maps find different evidence: \(fresh) new bits")
        }
        let reads = Double(stretch.reads.count)
        return spent.mapValues { $0 / reads }
    }

    private func medians(of runs: [[Name: Double]]) -> [Name: Double] {
        Dictionary(
            uniqueKeysWithValues: Name.allCases.compactMap { name in
                let values = runs.compactMap { $0[name] }
                return values.isEmpty ? nil : (name, values.median)
            })
    }

    /// One figure for each baseline.
    private func figures(_ name: String, _ metric: String, _ unit: String, _ values: [Name: Double])
        -> [Figure]
    {
        Name.allCases.filter { $0 != .ring && values[$0] != nil }.map { baseline in
            Figure(
                bench: "ring", case: name, metric: metric, value: values[.ring] ?? 0, unit: unit,
                baseline: baseline.rawValue, baselineValue: values[baseline])
        }
    }
}

/// How much anonymous memory became resident since the last time it was asked: not the pages of the program
/// itself, which whoever runs first would pay for.
private struct GrowthMeter {
    private var last = GrowthMeter.resident

    /// After freed memory has gone back to the system, or it would pass for free growth.
    private static var resident: Double {
        tally_release_freed_memory()
        return ProcessMemory.anonymousBytes
    }

    mutating func bytes() -> Double {
        let now = GrowthMeter.resident
        defer { last = now }
        return now - last
    }
}
