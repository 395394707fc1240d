import AssetModel

/// How far one message lagged: what a reader's clock is judged by.
package struct LagSample: Sendable, Equatable {
    /// Receipt time less the newest time in the message, milliseconds; negative where the reader is ahead.
    package var lag: Int64
    /// How much older its oldest read is than that, milliseconds, 0 or more: it was kept back.
    package var kept: Int64
    /// The newest time is that of the sending: no waiting for more reads is in the lag.
    package var isOfSending: Bool

    package init(lag: Int64, kept: Int64 = 0, isOfSending: Bool = false) {
        self.lag = lag
        self.kept = max(0, min(kept, LagFilter.lagMax))
        self.isOfSending = isOfSending
    }
}

/// How far one reader's clock is off, and how late its reads come: a minimum filter over the lags of its
/// messages.
///
///     lag = receipt − newest time of the message = − (clock ahead) + network + waiting in the reader
///     offset = least lag of the last 64 samples, rising by 100 ppm at most
///
/// Messages wait, so the least lag speaks for the clock; the way through the network, which no filter can
/// tell from it, stays in the offset. One sample for each epoch of receipt, its least: 64 messages of a busy
/// reader are less than a second, in which all may have waited alike. They are kept as the least of each
/// eight; beside it the greatest, how late reads come. Within an epoch order changes neither.
///
/// The least lag falls as soon as two epochs say so: nothing arrives before it was sent, and the second
/// excludes a slip. It rises as fast as a bad crystal runs: a reader that waits ten seconds for more reads
/// lags by ten seconds all through a quiet night, and its clock is right. A lag further off than waiting
/// explains, steadily for a minute, is a clock that was set back. A backlog that drains is not steady.
/// Source: `inference.md` §4.4, 7.
struct LagFilter: Sendable, Equatable {
    /// Epochs of receipt that the offset is the least of, and how many share one figure.
    static let samplesMax = 64
    static let samplesOfBlock = 8
    /// Milliseconds by which lags differ for no reason: networks, and readers that look at their clock when
    /// the report is written.
    static let jitter: Int64 = 1_000
    /// Milliseconds: no crystal gains so much between two samples. Source: `inference.md` §4.4, 7.
    static let stepMin: Int64 = 5_000
    /// Readers hold a read for ten seconds at most before they report it, milliseconds.
    static let heldUsual: Int64 = 10_000
    /// Later is a backlog, milliseconds.
    static let latenessMax: Int64 = 30_000
    /// One in so many: 100 ppm, a cheap crystal in the cold. Ordinary ones run within 20 ppm.
    static let driftInverse: Int64 = 10_000
    /// A clock set back: at least so many epochs of receipt, over longer than a short outage takes to drain.
    static let behindSamplesMin: UInt32 = 3
    static let behindSpan = ElapsedTime(seconds: 60)
    /// Milliseconds, 24 days: beyond it the reader does not know the time at all, and its reads are refused.
    static let lagMax = Int64(Int32.max)

    /// Milliseconds to be added to the reader's time.
    private(set) var offset: Int64 = 0
    /// A whole window has been seen: the offset is not only a guess.
    private(set) var isKnown = false
    /// Epoch of receipt of the newest sample, its least lag, and the greatest of its reads.
    private(set) var epoch = Int64.min
    private var epochLeast: Int64 = 0
    private var epochGreatest: Int64 = 0
    /// Epochs taken since the start or the last step, the newest of them, and what each eight came to,
    /// oldest first.
    private(set) var samples: UInt32 = 0
    private var takenEpoch = Int64.min
    private var blocks: [Block] = []
    /// Receipt time, milliseconds, up to which the offset has risen.
    private var risenAt: Int64 = 0
    private var run = Run()

    /// Lags in milliseconds: the least of the messages, the greatest of the reads.
    private struct Block: Sendable, Equatable {
        var least: Int64
        var greatest: Int64
    }

    /// Samples that do not fit the offset, all on one side of it.
    private struct Run: Sendable, Equatable {
        var samples: UInt32 = 0
        var isAhead = false
        var firstEpoch: Int64 = 0
        var least: Int64 = 0
        var greatest: Int64 = 0
    }

    enum Verdict: Sendable, Equatable {
        case usual
        /// The offset is another one at once: milliseconds to the good, positive where the clock went back.
        case jumped(Int64)
    }

    // MARK: what it takes

    /// Milliseconds after the corrected time at which the latest of its reads have come lately; `nil` before
    /// the first.
    /// - Parameter applied: the offset by which times are corrected; it follows in steps.
    func lateness(beyond applied: Int64) -> Int64? {
        blocks.lazy.map(\.greatest).max().map { min(LagFilter.latenessMax, max(0, $0 - applied)) }
    }

    private var lateness: Int64? { lateness(beyond: offset) }

    /// Milliseconds after the corrected time at which its latest messages came: what it hands over of a
    /// backlog lags further than reads usually do, and the rest of it is still to come. `nil` where none of
    /// them is of the last ``latenessMax``.
    func latestLag(beyond applied: Int64, now: Int64) -> Int64? {
        let patience = LagFilter.latenessMax / EvidenceEpoch.length.milliseconds
        let receipt = EvidenceEpoch.number(of: UTCInstant(milliseconds: now))
        guard epoch != Int64.min, receipt - epoch <= patience else { return nil }
        return epochLeast - applied
    }

    /// Does a message tell anything that its epoch has not told?
    func isNew(_ sample: LagSample, epoch: Int64) -> Bool {
        guard sample.lag.magnitude <= UInt64(LagFilter.lagMax) else { return false }
        if epoch != self.epoch { return epoch > self.epoch }
        return sample.lag < epochLeast || greatest(of: sample) > epochGreatest
    }

    /// The lag of its oldest read, unless that is a backlog or the clock.
    private func greatest(of sample: LagSample) -> Int64 {
        let late = sample.lag + sample.kept
        if late - offset <= LagFilter.latenessMax { return late }
        return sample.lag - offset <= LagFilter.latenessMax ? sample.lag : Int64.min
    }

    /// - Parameters:
    ///   - epoch: evidence epoch of the receipt.
    ///   - now: milliseconds since 1970, of the receipt.
    mutating func observe(_ sample: LagSample, epoch: Int64, now: Int64) -> Verdict {
        guard sample.lag.magnitude <= UInt64(LagFilter.lagMax) else { return .usual }
        let isNewEpoch = epoch != self.epoch
        epochLeast = isNewEpoch ? sample.lag : min(epochLeast, sample.lag)
        epochGreatest = isNewEpoch ? greatest(of: sample) : max(epochGreatest, greatest(of: sample))
        self.epoch = epoch
        if samples == 0, run.samples == 0 { risenAt = now }
        let range = LagFilter.stepMin + (sample.isOfSending ? 0 : max(lateness ?? 0, LagFilter.heldUsual))
        if sample.lag < offset - LagFilter.jitter { return takeAhead(sample.lag, epoch: epoch, now: now) }
        if run.isAhead, sample.lag > run.greatest + range { run = Run() }
        if sample.lag > offset + range {
            guard isNewEpoch else { return .usual }
            return takeBehind(sample.lag, epoch: epoch, now: now, spread: range)
        }
        // It fits, so the clock cannot have gone back.
        if !run.isAhead { run = Run() }
        remember(sample, epoch: epoch)
        settle(at: now)
        return .usual
    }

    /// Our own clock was set forward by so many milliseconds.
    mutating func shift(by milliseconds: Int64) {
        (epoch, takenEpoch, run) = (Int64.min, Int64.min, Run())
        guard samples > 0 else { return }
        offset += milliseconds
        risenAt += milliseconds
        for index in blocks.indices {
            blocks[index].least += milliseconds
            blocks[index].greatest += milliseconds
        }
    }

    /// From a store that kept only that the clock is wrong.
    mutating func begin(offset: Int64, at now: Int64) { jump(to: offset, at: now) }

    // MARK: what fits

    private mutating func remember(_ sample: LagSample, epoch: Int64) {
        let isFull = samples % UInt32(LagFilter.samplesOfBlock) == 0
        let (least, greatest) = (sample.lag, max(sample.lag, greatest(of: sample)))
        if blocks.isEmpty || epoch != takenEpoch && isFull {
            blocks.append(Block(least: least, greatest: greatest))
            if blocks.count > LagFilter.samplesMax / LagFilter.samplesOfBlock { blocks.removeFirst() }
        } else {
            let last = blocks.count - 1
            blocks[last].least = min(blocks[last].least, least)
            blocks[last].greatest = max(blocks[last].greatest, greatest)
        }
        if epoch != takenEpoch { samples &+= 1 }
        takenEpoch = epoch
    }

    /// Brings the offset to the least lag of the window: down at once, up as a clock drifts.
    private mutating func settle(at now: Int64) {
        guard let least = blocks.lazy.map(\.least).min() else { return }
        if !isKnown, samples >= UInt32(LagFilter.samplesMax) {
            isKnown = true
            // More than that may be waiting as well: it is left alone, and crept up to.
            if least - offset <= LagFilter.stepMin { offset = max(offset, least) }
        }
        if least <= offset {
            (offset, risenAt) = (least, now)
            return
        }
        guard isKnown else { return }
        let rise = max(0, now - risenAt) / LagFilter.driftInverse
        risenAt += rise * LagFilter.driftInverse
        offset = min(least, offset + rise)
    }

    // MARK: what does not

    private mutating func takeAhead(_ lag: Int64, epoch: Int64, now: Int64) -> Verdict {
        guard run.samples > 0, run.isAhead else {
            run = Run(samples: 1, isAhead: true, firstEpoch: epoch, least: lag, greatest: lag)
            return .usual
        }
        if epoch == run.firstEpoch {
            (run.least, run.greatest) = (min(run.least, lag), min(run.greatest, lag))
            return .usual
        }
        // Where the two differ, the one that waited longer is no slip.
        return jump(to: max(run.greatest, lag), at: now)
    }

    private mutating func takeBehind(
        _ lag: Int64, epoch: Int64, now: Int64, spread: Int64
    ) -> Verdict {
        let (least, greatest) = (min(run.least, lag), max(run.greatest, lag))
        guard run.samples > 0, !run.isAhead, greatest - least <= spread else {
            run = Run(samples: 1, isAhead: false, firstEpoch: epoch, least: lag, greatest: lag)
            return .usual
        }
        run.samples += 1
        (run.least, run.greatest) = (least, greatest)
        let span = LagFilter.behindSpan.milliseconds / EvidenceEpoch.length.milliseconds
        guard run.samples >= LagFilter.behindSamplesMin, epoch - run.firstEpoch >= span else {
            return .usual
        }
        return jump(to: least, at: now)
    }

    /// The lags from before mean nothing any more. How late reads come does not change with the clock.
    @discardableResult
    private mutating func jump(to new: Int64, at now: Int64) -> Verdict {
        let by = new - offset
        blocks = [Block(least: new, greatest: new + (lateness ?? 0))]
        (offset, risenAt, isKnown) = (new, now, true)
        (samples, run) = (1, Run())
        return .jumped(by)
    }
}

extension LagFilter {
    func write(to writer: inout ByteWriter) {
        for value in [offset, risenAt, epoch, epochLeast, epochGreatest, takenEpoch] { writer.put(value) }
        writer.put(isKnown)
        writer.put(samples)
        writer.put(UInt8(clamping: blocks.count))
        for block in blocks {
            writer.put(block.least)
            writer.put(block.greatest)
        }
        writer.put(run.samples)
        writer.put(run.isAhead)
        for value in [run.firstEpoch, run.least, run.greatest] { writer.put(value) }
    }

    init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        offset = try reader.takeClockTime()
        risenAt = try reader.takeClockTime()
        epoch = try reader.takeClockTime()
        epochLeast = try reader.takeClockTime()
        epochGreatest = try reader.takeClockTime()
        takenEpoch = try reader.takeClockTime()
        isKnown = try reader.takeFlag()
        samples = try reader.take()
        for _ in 0..<(try reader.take(UInt8.self)) {
            blocks.append(Block(least: try reader.takeClockTime(), greatest: try reader.takeClockTime()))
        }
        run.samples = try reader.take()
        run.isAhead = try reader.takeFlag()
        run.firstEpoch = try reader.takeClockTime()
        run.least = try reader.takeClockTime()
        run.greatest = try reader.takeClockTime()
    }
}

extension ByteReader {
    /// Milliseconds or an epoch, so that no sum of them overflows; `Int64.min` stands for none.
    mutating func takeClockTime() throws(ByteReader.Damaged) -> Int64 {
        let value: Int64 = try take()
        guard value == Int64.min || value.magnitude < 1 << 53 else {
            throw Damaged(offset: offset, size: offset)
        }
        return value
    }
}
