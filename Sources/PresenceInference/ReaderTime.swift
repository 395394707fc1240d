import AssetModel

/// One reader's time: what its own times become by ours.
///
/// A correction is kept with the time, by the reader's clock, after which it holds. So a read that is told
/// again in another message, or that was kept back and comes an hour later, gets the correction of its own
/// time and falls into the same epoch, whatever was learned since. A correction that creeps begins a minute
/// ahead, later than any read that was taken; only a clock that was set begins at once, because its times
/// mean something else from there on.
struct ReaderTime: Sendable, Equatable {
    /// A correction, and after which time of the reader's it holds, both milliseconds.
    struct Correction: Sendable, Equatable {
        var after: Int64
        var offset: Int64
    }

    /// An offset is followed when it is so much off, milliseconds: what is less is the network, and a
    /// correction that followed it would move reads to and fro between epochs.
    static let followAfter: Int64 = 1_000
    /// Milliseconds ahead of the newest time; messages that overtake each other are closer together.
    static let creepsAfter: Int64 = 60_000
    /// At 100 ppm one is made in three hours: four days.
    static let correctionsMax = 32

    private(set) var filter = LagFilter()
    /// In order of time; none while the clock is right.
    private(set) var corrections: [Correction] = []
    /// Times that the clock was set, since the store was made.
    private(set) var steps: UInt32 = 0
    /// The newest time by the reader's clock, of the latest sample, and corrected, of all; milliseconds.
    private var newestOwn = Int64.min
    private var newestCorrected = Int64.min

    /// Milliseconds to be added to a time of the reader's.
    func offset(at own: Int64) -> Int64 {
        guard !corrections.isEmpty else { return 0 }
        // Nearly always the newest.
        var index = corrections.count - 1
        while index > 0, corrections[index].after >= own { index -= 1 }
        return corrections[index].offset
    }

    /// The latest, milliseconds.
    var offset: Int64 { corrections.last?.offset ?? 0 }

    /// Milliseconds since 1970, event time, before which no more of its reads are to be expected; `nil`
    /// before the first message.
    var watermark: Int64? {
        newestCorrected == Int64.min ? nil : newestCorrected - (lateness ?? 0)
    }

    /// Milliseconds after they were heard at which the latest of its reads have come lately; `nil` before the
    /// first.
    var lateness: Int64? { filter.lateness(beyond: offset) }

    /// Milliseconds before `now` from which on reads of it may still come: as late as they come lately, and
    /// later while it hands over what it kept back.
    func arrears(at now: Int64) -> Int64 {
        max(0, lateness ?? 0, filter.latestLag(beyond: offset, now: now) ?? 0)
    }

    func isNew(_ sample: LagSample, epoch: Int64) -> Bool { filter.isNew(sample, epoch: epoch) }

    /// - Returns: by how many milliseconds the reader's clock was set: negative backwards. `nil` for no step,
    ///   and for a clock that was wrong before it was ever right.
    mutating func observe(_ sample: LagSample, epoch: Int64, now: Int64) -> Int64? {
        let wasHeard = filter.samples > 0
        let verdict = filter.observe(sample, epoch: epoch, now: now)
        newestOwn = now - sample.lag
        var step: Int64?
        if case .jumped(let by) = verdict, by.magnitude > UInt64(LagFilter.stepMin) {
            correct(after: newestOwn)
            if wasHeard {
                steps &+= 1
                step = -by
            }
        } else if filter.isKnown, (filter.offset - offset).magnitude > UInt64(ReaderTime.followAfter) {
            correct(after: newestOwn + ReaderTime.creepsAfter)
        }
        let corrected = min(now, newestOwn + offset(at: newestOwn))
        newestCorrected = max(newestCorrected, corrected)
        return step
    }

    /// Our own clock was set by so much: its times mean something else from now on.
    mutating func shift(by milliseconds: Int64) {
        filter.shift(by: milliseconds)
        guard newestOwn != Int64.min else { return }
        newestCorrected += milliseconds
        correct(after: newestOwn)
    }

    /// From a store that kept only that the clock is wrong.
    mutating func begin(offset: Int64, at now: Int64) {
        filter.begin(offset: offset, at: now)
        corrections = [Correction(after: Int64.min, offset: offset)]
    }

    /// The filter's offset holds from a time on. Below the network's own lag there is nothing to correct.
    private mutating func correct(after own: Int64) {
        let isRight = filter.offset.magnitude <= UInt64(ReaderTime.followAfter)
        if corrections.isEmpty {
            guard !isRight else { return }
            corrections.append(Correction(after: Int64.min, offset: 0))
        }
        while let last = corrections.last, last.after >= own, corrections.count > 1 {
            corrections.removeLast()
        }
        corrections.append(Correction(after: own, offset: isRight ? 0 : filter.offset))
        if corrections.count > ReaderTime.correctionsMax { corrections.removeFirst() }
    }
}

extension ReaderTime {
    func write(to writer: inout ByteWriter) {
        filter.write(to: &writer)
        writer.put(UInt8(clamping: corrections.count))
        for correction in corrections {
            writer.put(correction.after)
            writer.put(correction.offset)
        }
        writer.put(steps)
        writer.put(newestOwn)
        writer.put(newestCorrected)
    }

    init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        filter = try LagFilter(from: &reader)
        for _ in 0..<(try reader.take(UInt8.self)) {
            corrections.append(
                Correction(after: try reader.takeClockTime(), offset: try reader.takeClockTime()))
        }
        steps = try reader.take()
        newestOwn = try reader.takeClockTime()
        newestCorrected = try reader.takeClockTime()
    }
}
