package import AssetModel

/// Watches one device's clock by the lag of its messages: receipt time less the device's own time.
///
/// A message may lag because it waited, so one late message says nothing. A backlog that is being delivered
/// lags less and less; a wrong clock lags steadily. Nothing waits in the other direction: a message from the
/// future is a wrong clock as soon as it is no single slip.
package struct DeviceClock: Sendable, Equatable {
    /// Distinct evidence epochs of receipt with a message, before a clock behind ours is called wrong.
    static let behindSamplesMin = 3
    /// The time they span at least: longer than a short outage takes to drain.
    static let behindSpan = ElapsedTime(seconds: 60)
    /// Ahead: the second epoch excludes a single slip.
    static let aheadSamplesMin = 2
    /// Part of the limit by which steady lags may differ: a backlog that drains loses more in a minute.
    static let steadyPart: Int64 = 4
    /// Part of the limit below which a clock that was off is right again, so that one at the limit does not
    /// come and go.
    static let rightPart: Int64 = 2

    /// Receipt epoch of the latest sample.
    package internal(set) var lastEpoch = Int64.min
    package internal(set) var latestLag: Int64?
    package internal(set) var isSkewed = false
    /// The run of samples off in one direction.
    var samples: UInt32 = 0
    var firstEpoch: Int64 = 0
    var leastLag: Int64 = 0
    var greatestLag: Int64 = 0

    package init() {}

    /// One sample for each epoch of receipt is enough: the first, unless it lagged and another one did not.
    /// Messages wait, so the one that waited least speaks for the clock.
    package func isNewSample(epoch: Int64, lag: Int64, limit: ElapsedTime) -> Bool {
        if epoch != lastEpoch { return epoch > lastEpoch }
        guard let latestLag, latestLag > limit.milliseconds else { return false }
        return lag.magnitude <= limit.milliseconds.magnitude
    }

    package enum Verdict: Sendable, Equatable {
        case unchanged
        /// Off, first seen so in this epoch of receipt.
        case skewed(sinceEpoch: Int64)
        case inStep
    }

    /// - Parameters:
    ///   - lag: milliseconds, receipt time less device time; negative where the device is ahead.
    ///   - epoch: evidence epoch of the receipt.
    package mutating func observe(lag: Int64, epoch: Int64, limit: ElapsedTime) -> Verdict {
        lastEpoch = epoch
        latestLag = lag
        let isOff = lag.magnitude > limit.milliseconds.magnitude
        guard isOff else {
            samples = 0
            guard isSkewed, lag.magnitude * UInt64(DeviceClock.rightPart) <= limit.milliseconds.magnitude
            else { return .unchanged }
            isSkewed = false
            return .inStep
        }
        extendRun(lag: lag, epoch: epoch, limit: limit)
        guard !isSkewed, isSteady(epoch: epoch) else { return .unchanged }
        isSkewed = true
        return .skewed(sinceEpoch: firstEpoch)
    }

    /// Our own clock was set: the run begins anew.
    package mutating func restart() {
        lastEpoch = Int64.min
        samples = 0
    }

    private mutating func extendRun(lag: Int64, epoch: Int64, limit: ElapsedTime) {
        let isSameSide = samples > 0 && (leastLag > 0) == (lag > 0)
        let least = min(leastLag, lag)
        let greatest = max(greatestLag, lag)
        // Far ahead counts whatever the spread: nothing waits in that direction.
        let spread = max(limit.milliseconds / DeviceClock.steadyPart, EvidenceEpoch.length.milliseconds)
        guard isSameSide, lag < 0 || greatest - least <= spread else {
            samples = 1
            firstEpoch = epoch
            (leastLag, greatestLag) = (lag, lag)
            return
        }
        samples += 1
        (leastLag, greatestLag) = (least, greatest)
    }

    private func isSteady(epoch: Int64) -> Bool {
        if greatestLag < 0 { return samples >= DeviceClock.aheadSamplesMin }
        let span = (epoch - firstEpoch) * EvidenceEpoch.length.milliseconds
        return samples >= DeviceClock.behindSamplesMin && span >= DeviceClock.behindSpan.milliseconds
    }
}

extension DeviceClock {
    func write(to writer: inout ByteWriter) {
        writer.put(lastEpoch)
        writer.put(latestLag ?? Int64.min)
        writer.put(isSkewed)
        writer.put(samples)
        writer.put(firstEpoch)
        writer.put(leastLag)
        writer.put(greatestLag)
    }

    init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        lastEpoch = try reader.take()
        let lag: Int64 = try reader.take()
        latestLag = lag == Int64.min ? nil : lag
        isSkewed = try reader.takeFlag()
        samples = try reader.take()
        firstEpoch = try reader.take()
        leastLag = try reader.take()
        greatestLag = try reader.take()
    }
}
