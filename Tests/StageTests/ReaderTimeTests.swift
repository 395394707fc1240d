import AssetModel
import Testing

@testable import PresenceInference

/// One corrected time for every read, whenever and however often it is told.
struct ReaderTimeTests {
    /// Milliseconds by which the clock is behind at a time, told every 5 s with a network of 40 ms.
    private static func follow(
        _ time: inout ReaderTime, seconds: Range<Int64>, behind: (Int64) -> Int64
    ) -> [Int64] {
        var steps: [Int64] = []
        for second in stride(from: seconds.lowerBound, to: seconds.upperBound, by: 5) {
            let sample = LagSample(lag: behind(second) + 40)
            if let step = time.observe(sample, epoch: second / 5, now: second * 1_000) { steps.append(step) }
        }
        return steps
    }

    @Test func `less than a second is the network, and is left alone`() {
        var time = ReaderTime()
        for second in stride(from: 0, to: 3_600, by: 5) as StrideTo<Int64> {
            let sample = LagSample(lag: [900, -900, 300][Int(second / 5 % 3)])
            #expect(time.observe(sample, epoch: second / 5, now: second * 1_000) == nil)
        }
        #expect(time.corrections.isEmpty && time.offset == 0)
    }

    @Test func `a read told again gets the correction it had, however the clock has drifted`() {
        var time = ReaderTime()
        var given: [Int64: Int64] = [:]
        for day in 0..<6 as Range<Int64> {
            let seconds = day * 86_400..<(day + 1) * 86_400
            _ = Self.follow(&time, seconds: seconds) { $0 * 40 / 1_000 }
            // The newest time of the reader's that has been heard.
            let own = seconds.upperBound * 1_000 - 5_000 - (seconds.upperBound - 5) * 40 / 1_000 - 40
            given[own] = time.offset(at: own)
            for (own, offset) in given { #expect(time.offset(at: own) == offset) }
        }
        #expect(given.count == 6 && Set(given.values).count == 6)
        #expect(time.steps == 0)
        // Six days of 40 ppm are 20.7 s.
        #expect((19_500...21_000).contains(time.offset))
    }

    @Test func `a clock that is set means something else from there on, and it is told`() {
        var time = ReaderTime()
        #expect(Self.follow(&time, seconds: 0..<1_000) { _ in 0 } == [])
        #expect(Self.follow(&time, seconds: 1_000..<2_000) { _ in 30_000 } == [-30_000])
        #expect(Self.follow(&time, seconds: 2_000..<3_000) { _ in -10_000 } == [40_000])
        #expect(time.steps == 2)
        #expect(time.offset(at: 900_000) == 0)
        #expect(time.offset(at: 1_900_000) == 30_040)
        #expect(time.offset(at: 3_000_000) == -9_960)
    }

    @Test func `a clock that was never right is corrected, and that is no step`() {
        var time = ReaderTime()
        #expect(Self.follow(&time, seconds: 0..<600) { _ in 3_600_000 } == [])
        #expect(time.offset == 3_600_040 && time.steps == 0)
    }

    @Test func `no more than so many corrections are kept, and the oldest stands for what was before`() {
        var time = ReaderTime()
        for hour in 0..<100 as Range<Int64> {
            let seconds = hour * 3_600..<(hour + 1) * 3_600
            _ = Self.follow(&time, seconds: seconds) { _ in hour * 20_000 }
        }
        #expect(time.corrections.count == ReaderTime.correctionsMax)
        #expect(time.offset(at: 0) == time.corrections.first?.offset)
    }

    @Test func `the watermark is the newest corrected time less what comes late, and never goes back`() {
        var time = ReaderTime()
        #expect(time.watermark == nil)
        var last = Int64.min
        for second in stride(from: 0, to: 4_000, by: 5) as StrideTo<Int64> {
            let behind: Int64 = second > 2_000 ? 50_000 : 0
            let sample = LagSample(lag: behind + 100, kept: 6_000)
            _ = time.observe(sample, epoch: second / 5, now: second * 1_000)
            if second == 1_900 { #expect(time.watermark == 1_893_800) }
            if let mark = time.watermark {
                #expect(mark >= last)
                last = mark
            }
        }
        #expect(last == 3_995_000 - 6_000)
    }

    @Test func `the state survives being written`() throws {
        var time = ReaderTime()
        _ = Self.follow(&time, seconds: 0..<1_000) { _ in 2_000 }
        _ = Self.follow(&time, seconds: 1_000..<1_030) { _ in 40_000 }
        var writer = ByteWriter()
        time.write(to: &writer)
        var reader = ByteReader(writer.bytes)
        var again = try ReaderTime(from: &reader)
        #expect(again == time && reader.atEnd)
        #expect(Self.follow(&again, seconds: 1_030..<1_090) { _ in 40_000 } == [-38_000])
    }
}
