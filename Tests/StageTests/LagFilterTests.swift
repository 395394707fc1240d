import AssetModel
import Testing

@testable import PresenceInference

/// How far a reader's clock is off, told by the lags of its messages.
struct LagFilterTests {
    /// Lags in seconds, one for each evidence epoch of receipt, `x` for none; `3*64` is 64 times 3; `s`
    /// behind a figure: of the sending → what is added to the reader's time in the end, and every jump, s.
    @Test(arguments: [
        // The way through the network, and a clock that is right.
        (".3*64", ".3", ""), (".3 .1 .2 .9*8 .4*60", ".1", ""),
        // Wrong from the start: known after a window, or after two messages from the future.
        ("4*63", "0", ""), ("4*64", "4", ""), ("-3 -3.1", "-3", "-3"), ("-3", "0", ""),
        ("-90 0 -90 0 0", "0", ""), ("-90 x -40", "-40", "-40"),
        // Set forward by 20 s, and back; a slip is no step.
        (".1*64 -20 -19.8", "-19.8", "-19.9"), (".1*64 -20 .1*9", ".1", ""),
        (".1*64 30*12", ".1", ""), (".1*64 30*13", "30", "29.9"),
        (".1*64 30*12 .2 30*12", ".1", ""), (".1*64 30 x*11 30 30", "30", "29.9"),
        // Held for ten seconds by a reader that waits for more: no clock.
        (".1*64 10.1*700", ".4", ""), (".1*64 15.1*40", ".1", ""), (".1*64 10s*13", "10", "9.9"),
        (".1*64 5.1s*40", ".1", ""),
        // A backlog that drains, slow and fast; an outage, then what was kept back.
        (".1*64 300 280 260 240 220 200 180 160 140 120 100 80 60 40 20 .1", ".1", ""),
        (".1*64 90 86 82 78 74 70 66 62 58 54 50 46 42 38 34 30 26 22 18", ".1", ""),
        ("3600 3000 2400 1800 1200 600 90 .2*64", ".2", ""),
    ])
    func `the least lag speaks for the clock, and what waited does not`(
        lags: String, offset: String, jumps: String
    ) throws {
        var filter = LagFilter()
        var told: [String] = []
        for (epoch, lag) in try Self.lags(lags).enumerated() {
            guard let lag else { continue }
            let verdict = filter.observe(lag, epoch: Int64(epoch), now: Int64(epoch) * 5_000)
            if case .jumped(let by) = verdict { told.append(Self.seconds(by)) }
        }
        #expect(Self.seconds(filter.offset) == offset)
        #expect(told.joined(separator: " ") == jumps)
    }

    private static func lags(_ text: String) throws -> [LagSample?] {
        try text.split(separator: " ").flatMap { word -> [LagSample?] in
            let parts = word.split(separator: "*")
            let times = parts.count > 1 ? try #require(Int(String(parts[1]))) : 1
            guard parts[0] != "x" else { return Array(repeating: nil, count: times) }
            let seconds = try #require(Double(String(parts[0].filter { $0 != "s" })))
            let lag = LagSample(lag: Int64((seconds * 1_000).rounded()), isOfSending: word.contains("s"))
            return Array(repeating: lag, count: times)
        }
    }

    /// To a tenth, rounded down.
    private static func seconds(_ milliseconds: Int64) -> String {
        let tenths = milliseconds / 100
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = (tenths.magnitude / 10, tenths.magnitude % 10)
        let text = rest == 0 ? "\(whole)" : ".\(rest)"
        return sign + (whole > 0 && rest > 0 ? "\(whole).\(rest)" : text)
    }

    /// A reader that sends every minute for ten days.
    @Test(arguments: [-90, -20, 20, 90])
    func `a clock that runs fast or slow is followed within half a second`(perMillion: Int64) {
        var filter = LagFilter()
        var worst: Int64 = 0
        for minute in 0..<14_400 as Range<Int64> {
            let now = minute * 60_000
            let drift = now * perMillion / 1_000_000
            let waited: Int64 = minute % 7 == 0 ? 9_000 : 40
            let verdict = filter.observe(
                LagSample(lag: drift + waited), epoch: minute * 12, now: now)
            if minute > 80 { worst = max(worst, Int64((filter.offset - drift - 40).magnitude)) }
            if case .jumped(let by) = verdict { #expect(by.magnitude < 5_000) }
        }
        #expect(worst < 500)
    }

    @Test func `a quiet night, in which all reads are held back, moves the offset by a second or two`() {
        var filter = LagFilter()
        for epoch in 0..<64 as Range<Int64> {
            _ = filter.observe(LagSample(lag: 40), epoch: epoch, now: epoch * 5_000)
        }
        for epoch in 64..<5_824 as Range<Int64> {
            _ = filter.observe(LagSample(lag: 10_040), epoch: epoch, now: epoch * 5_000)
        }
        #expect(filter.offset > 2_000 && filter.offset < 3_000)
        _ = filter.observe(LagSample(lag: 60), epoch: 5_824, now: 29_120_000)
        #expect(filter.observe(LagSample(lag: 50), epoch: 5_825, now: 29_125_000) != .usual)
        #expect(filter.offset == 60)
    }

    @Test func `within an epoch order and repeats change nothing`() {
        let samples = [300, 9_000, 120, 4_000, 120, 700].map { LagSample(lag: $0, kept: 10_000 - $0) }
        var states: Set<[UInt8]> = []
        for turn in samples.indices {
            var filter = LagFilter()
            for sample in samples[turn...] + samples[..<turn] + samples
            where filter.isNew(sample, epoch: 7) {
                _ = filter.observe(sample, epoch: 7, now: 35_000)
            }
            var writer = ByteWriter()
            filter.write(to: &writer)
            states.insert(writer.bytes)
            #expect(filter.lateness(beyond: 0) == 10_000)
        }
        #expect(states.count == 1)
    }

    @Test func `how late reads come is their greatest lag lately, beyond the clock`() {
        var filter = LagFilter()
        #expect(filter.lateness(beyond: 3_000) == nil)
        for epoch in 0..<200 as Range<Int64> {
            let kept: Int64 = epoch == 20 ? 8_000 : epoch == 150 ? 3_600_000 : 500
            let sample = LagSample(lag: 3_000, kept: kept)
            _ = filter.observe(sample, epoch: epoch, now: epoch * 5_000)
            if epoch == 70 { #expect(filter.lateness(beyond: 3_000) == 8_000) }
        }
        #expect(filter.lateness(beyond: 3_000) == 500)
    }

    @Test func `a step of our own clock shifts what is known`() {
        var filter = LagFilter()
        for epoch in 0..<64 as Range<Int64> {
            _ = filter.observe(LagSample(lag: 200), epoch: epoch, now: epoch * 5_000)
        }
        filter.shift(by: 3_600_000)
        #expect(filter.offset == 3_600_200)
        let verdict = filter.observe(LagSample(lag: 3_600_150), epoch: 784, now: 3_920_000)
        #expect(verdict == .usual && filter.offset == 3_600_150)
    }

    @Test func `times that nobody's clock shows are no samples, and trap nothing`() {
        var filter = LagFilter()
        for lag in [Int64.min, Int64.max, 1 << 31, -(1 << 32)] {
            let sample = LagSample(lag: lag, kept: Int64.max)
            #expect(!filter.isNew(sample, epoch: 3))
            #expect(filter.observe(sample, epoch: 3, now: 15_000) == .usual)
        }
        #expect(filter == LagFilter())
    }
}
