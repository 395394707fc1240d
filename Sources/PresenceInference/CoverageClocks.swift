package import AssetModel

/// The clocks of the readers: which of their times stand for which of ours, and what is told of them.
extension CoverageLedger {
    package func isNewClockSample(reader: Int, epoch: Int64, _ sample: LagSample) -> Bool {
        isNewForSkew(reader, epoch: epoch, sample) || readers[reader].time.isNew(sample, epoch: epoch)
    }

    private func isNewForSkew(_ reader: Int, epoch: Int64, _ sample: LagSample) -> Bool {
        readers[reader].clock.isNewSample(epoch: epoch, lag: sample.lag, limit: rules.clockSkewAfter)
    }

    /// - Parameter epoch: evidence epoch of the receipt.
    /// - Returns: that the clock was set, that it is steadily wrong, or that it is right again.
    package mutating func observe(
        _ sample: LagSample, of reader: Int, epoch: Int64, at time: PathTime
    ) -> [DeviceChange] {
        var changes: [DeviceChange] = []
        if readers[reader].time.isNew(sample, epoch: epoch) {
            let step = readers[reader].time.observe(sample, epoch: epoch, now: time.now.milliseconds)
            if let step { changes.append(stepped(reader, by: step, at: time)) }
        }
        guard isNewForSkew(reader, epoch: epoch, sample) else { return changes }
        let verdict = readers[reader].clock.observe(
            lag: sample.lag, epoch: epoch, limit: rules.clockSkewAfter)
        if let change = skewed(reader, verdict, lag: sample.lag, epoch: epoch, at: time) {
            changes.append(change)
        }
        return changes
    }

    /// What a time of the reader's is by our clock. What was corrected is never later than its receipt: its
    /// clock may have been set right, and that is not known before the second message.
    package func corrected(
        _ instant: UTCInstant, of reader: Int, receivedAt: UTCInstant
    ) -> UTCInstant {
        let offset = readers[reader].time.offset(at: instant.milliseconds)
        guard offset != 0 else { return instant }
        return min(UTCInstant(milliseconds: instant.milliseconds &+ offset), receivedAt)
    }

    /// Event time before which no more reads of the reader are to be expected, unless it kept them back over
    /// an outage; `nil` before its first message.
    package func watermark(of reader: Int) -> UTCInstant? {
        readers[reader].time.watermark.map { UTCInstant(milliseconds: $0) }
    }

    /// How long after they were heard the latest of its reads have come lately; `nil` before the first.
    package func lateness(of reader: Int) -> ElapsedTime? {
        readers[reader].time.lateness.map { ElapsedTime(milliseconds: $0) }
    }

    /// Covered time up to which the zone's readers have told what they read, should they live: what was read
    /// after it may still come, so a tag is not missed in it yet. Never more than ``provenTime(of:at:)``.
    package func toldTime(of zone: Int, at time: PathTime) -> ElapsedTime {
        let proven = provenTime(of: zone, at: time)
        guard let since = zones[zone].since else { return proven }
        var arrears: Int64 = 0
        for antenna in antennasOfZone[zone] where antennas[antenna].since != nil {
            let reader = readers[layout.antennas[antenna].reader].time
            arrears = max(arrears, reader.arrears(at: time.now.milliseconds))
        }
        let told = time.listened - ElapsedTime(milliseconds: arrears) - since
        return min(proven, zones[zone].accumulated + max(.zero, told))
    }

    /// What is added to its times now, milliseconds, and how often its clock was set.
    package func clock(of reader: Int) -> (offset: Int64, steps: Int64) {
        (readers[reader].time.offset, Int64(readers[reader].time.steps))
    }

    package func lag(of reader: Int) -> Int64? { readers[reader].clock.latestLag }

    /// Our own clock was set: samples are taken again from there.
    package mutating func clockStepped(by step: ElapsedTime) {
        for reader in readers.indices {
            readers[reader].clock.restart()
            readers[reader].time.shift(by: step.milliseconds)
        }
    }

    // MARK: what is told

    private func stepped(_ reader: Int, by step: Int64, at time: PathTime) -> DeviceChange {
        var change = DeviceChange(.reader(reader), .clockSet, at: time.now, cause: time.now)
        let seconds = (step.magnitude + 500) / 1_000
        change.reasonChinese = "读写器时钟被拨\(step < 0 ? "回" : "快") \(seconds) 秒，识读时间已换算"
        change.reasonEnglish =
            "its clock was set \(step < 0 ? "back" : "forward") by \(seconds) s; its times are corrected"
        return change
    }

    private func skewed(
        _ reader: Int, _ verdict: DeviceClock.Verdict, lag: Int64, epoch: Int64, at time: PathTime
    ) -> DeviceChange? {
        switch verdict {
        case .unchanged: return nil
        case .skewed(let since):
            var change = DeviceChange(
                .reader(reader), .skewed, at: time.now, cause: EvidenceEpoch.start(of: since))
            let seconds = lag.magnitude / 1_000
            change.reasonChinese =
                lag > 0 ? "读写器时间比收到时间慢 \(seconds) 秒（时钟慢或消息积压）" : "读写器时间比收到时间快 \(seconds) 秒"
            change.reasonEnglish =
                lag > 0
                ? "its time is \(seconds) s behind the receipt (slow clock, or messages that waited)"
                : "its time is \(seconds) s ahead of the receipt"
            return change
        case .inStep:
            var change = DeviceChange(
                .reader(reader), .inStep, at: time.now, cause: EvidenceEpoch.start(of: epoch))
            change.reasonChinese = "读写器时间恢复正常"
            change.reasonEnglish = "its time is right again"
            return change
        }
    }
}

/// What is kept of the clocks: a table of its own, so that a store from before can be read.
extension CoverageLedger {
    package static let clockTable = "clocks"
    private static let clockVersion: UInt8 = 1

    package func clockChunk() -> Checkpoint.Chunk {
        var writer = ByteWriter(capacity: 256)
        writer.put(CoverageLedger.clockVersion)
        writer.put(UInt32(readers.count))
        for reader in readers { reader.time.write(to: &writer) }
        return Checkpoint.Chunk(table: CoverageLedger.clockTable, index: 0, bytes: writer.bytes)
    }

    /// After ``restoreGaps(_:mapping:)``. A store from before knows only of clocks that are steadily wrong.
    package mutating func restoreClocks(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping, now: UTCInstant
    ) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == CoverageLedger.clockTable }) else {
            for reader in readers.indices where readers[reader].clock.isSkewed {
                readers[reader].time.begin(
                    offset: readers[reader].clock.leastLag, at: now.milliseconds)
            }
            return
        }
        var reader = ByteReader(chunk.bytes)
        guard try reader.take(UInt8.self) == CoverageLedger.clockVersion else {
            throw ByteReader.Damaged(offset: 0, size: chunk.bytes.count)
        }
        for index in 0..<Int(try reader.take(UInt32.self)) {
            let time = try ReaderTime(from: &reader)
            if let index = mapping.reader(index) { readers[index].time = time }
        }
    }
}
