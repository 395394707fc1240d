import AssetModel
import DeviceDecoding
import PresenceInference

/// The clocks of the readers: one corrected time for all that counts by event time. Live input and the
/// journal of a restart go through here alike.
extension IntakePath {
    mutating func takeClock(of reader: Int, retained: Bool, at receivedAt: UTCInstant) {
        guard !retained, let deviceTime = deviceTime else { return }
        let epoch = EvidenceEpoch.number(of: now)
        var sample = LagSample(lag: receivedAt.milliseconds &- deviceTime.milliseconds)
        if let oldestRead { sample.kept = max(0, deviceTime.milliseconds &- oldestRead.milliseconds) }
        // Many formats have one time for both, that of the read.
        sample.isOfSending = newestRead.map { $0 < deviceTime } ?? true
        guard coverage.isNewClockSample(reader: reader, epoch: epoch, sample),
            !isDoubtful(lag: sample.lag, of: reader)
        else { return }
        journal.clockSample(reader, sample, at: now)
        applyLag(sample, of: reader)
    }

    /// A reader whose clock is off still sees what stands before it: its times are brought to ours. What is
    /// too far off is refused before.
    func correct(_ instant: UTCInstant, of reader: Int, at receivedAt: UTCInstant) -> UTCInstant {
        coverage.corrected(instant, of: reader, receivedAt: receivedAt)
    }

    mutating func applyLag(_ sample: LagSample, of reader: Int) {
        let epoch = EvidenceEpoch.number(of: now)
        for change in coverage.observe(sample, of: reader, epoch: epoch, at: clock.time) { conclude(change) }
    }

    private var oldestRead: UTCInstant? {
        var oldest: UTCInstant?
        for index in decoded.tagReads.indices {
            guard let heardAt = decoded.tagReads[index].heardAt else { continue }
            oldest = min(oldest ?? heardAt, heardAt)
        }
        return oldest
    }
}

/// A sample: reader 2, lag 8, kept 4, of the sending 1. Before there was more than the lag to it, it ended
/// there.
extension JournalWriter {
    mutating func clockSample(_ reader: Int, _ sample: LagSample, at: UTCInstant) {
        begin(.clockLag, at)
        writer.put(UInt16(reader))
        writer.put(sample.lag)
        writer.put(Int32(clamping: sample.kept))
        writer.put(sample.isOfSending)
    }
}

extension ByteReader {
    mutating func takeClockSample(_ kind: JournalWriter.Kind) throws(ByteReader.Damaged) -> JournalRecord {
        let reader = Int(try take(UInt16.self))
        let lag: Int64 = try take()
        guard kind == .clockLag else { return .clockSample(reader, LagSample(lag: lag)) }
        let kept = Int64(try take(Int32.self))
        return .clockSample(reader, LagSample(lag: lag, kept: kept, isOfSending: try takeFlag()))
    }
}
