import AssetModel
import Testing

@testable import PresenceInference

/// When a device's clock is called wrong, and when its messages merely waited.
struct DeviceClockTests {
    private static let limit = ElapsedTime(seconds: 60)

    /// Lags in seconds, one for each evidence epoch of 5 s; `-` for an epoch without a message → the epoch in
    /// which the clock was called wrong, -1 for never.
    @Test(arguments: [
        ("70 70 70 70 70 70 70 70 70 70 70 70 70", 12), ("70 70 70 70 70 70 70 70 70 70 70 70", -1),
        ("70 - - - - - - - - - - - 70", -1), ("70 - - - - - - 70 - - - - 70", 12),
        ("60 60 60 60 60 60 60 60 60 60 60 60 60 60", -1),
        ("300 295 290 200 150 120 100 90 80 70 65 61 55 50", -1),
        ("160 156 152 148 144 140 136 132 128 124 120 116 112 108", -1),
        ("-61 -61", 1), ("-61", -1), ("-60 -60 -60", -1), ("-61 0 -61 0", -1), ("-9000 -100", 1),
        ("70 -70 70 -70", -1),
    ])
    func `steady lag is a wrong clock, a draining backlog is not, and nothing waits ahead of time`(
        lags: String, calledAt: Int
    ) {
        var clock = DeviceClock()
        var found = -1
        for (epoch, word) in lags.split(separator: " ").enumerated() {
            guard let seconds = Int64(word) else { continue }
            let verdict = clock.observe(lag: seconds * 1_000, epoch: Int64(epoch), limit: Self.limit)
            if case .skewed = verdict { found = epoch }
        }
        #expect(found == calledAt)
        #expect(clock.isSkewed == (calledAt >= 0))
    }

    @Test func `it names the first epoch of the run, once, and ends with the first right message`() {
        var clock = DeviceClock()
        let verdicts = [0, -90, -90, -90, 1, 0].enumerated().map { epoch, seconds in
            clock.observe(lag: Int64(seconds) * 1_000, epoch: Int64(epoch), limit: Self.limit)
        }
        #expect(
            verdicts == [
                .unchanged, .unchanged, .skewed(sinceEpoch: 1), .unchanged, .inStep, .unchanged,
            ])
    }

    @Test func `a clock at the limit does not come and go`() {
        var clock = DeviceClock()
        var verdicts: [DeviceClock.Verdict] = []
        for epoch in 0..<60 {
            verdicts.append(
                clock.observe(lag: epoch % 16 == 15 ? 59_000 : 61_000, epoch: Int64(epoch), limit: Self.limit)
            )
        }
        #expect(verdicts.filter { $0 != .unchanged }.count == 1)
    }

    @Test func `the message that waited least speaks for an epoch`() {
        var clock = DeviceClock()
        for epoch in 0..<60 as Range<Int64> {
            for lag in [300_000, 299_000, 1_000, 0] as [Int64]
            where clock.isNewSample(epoch: epoch, lag: lag, limit: Self.limit) {
                #expect(clock.observe(lag: lag, epoch: epoch, limit: Self.limit) == .unchanged)
            }
            #expect(clock.latestLag == 1_000)
        }
        #expect(!clock.isSkewed)
    }

    @Test func `one sample an epoch, and the state survives being written`() throws {
        var clock = DeviceClock()
        _ = clock.observe(lag: -90_000, epoch: 7, limit: Self.limit)
        #expect(!clock.isNewSample(epoch: 7, lag: 0, limit: Self.limit))
        #expect(clock.isNewSample(epoch: 8, lag: -90_000, limit: Self.limit))
        var writer = ByteWriter()
        clock.write(to: &writer)
        var reader = ByteReader(writer.bytes)
        var again = try DeviceClock(from: &reader)
        #expect(again == clock && reader.atEnd)
        #expect(again.observe(lag: -90_000, epoch: 8, limit: Self.limit) == .skewed(sinceEpoch: 7))
    }
}
