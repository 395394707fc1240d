package import AssetModel

/// What a reader says about its own coverage, and when that is a gap worth telling a person.
///
/// A gap is open while a reader that is heard does not fully cover: an antenna disconnected, reads lost or
/// kept back within the last ``RuleSettings/coverageGapAfter``, its inventory idle for that long, or an
/// antenna that used to read and reads nothing any more where tags are expected. A reader that is not heard
/// is READER_OFFLINE and no gap beside it.
extension CoverageLedger {
    // MARK: how often it reports

    /// How often a reader reports a resting tag: as configured, else as its messages show; `nil` where nobody
    /// knows.
    package func mode(of reader: Int) -> ReportMode? {
        let interval = layout.readers[reader].reportInterval
        if layout.readers[reader].reportIntervalIsSet || interval > .zero { return .every(interval) }
        return readers[reader].mode == .unstated ? nil : readers[reader].mode
    }

    /// Would this tell anything new?
    package func isNewMode(_ mode: ReportMode, of reader: Int) -> Bool {
        (readers[reader].mode ?? .unstated) != mode
    }

    /// A reader's messages show how often it reports.
    package mutating func learn(_ mode: ReportMode, of reader: Int, at time: PathTime) {
        readers[reader].mode = mode
        noteReportIntervals()
        coverageChanged = true
        schedule(time.listened)
        refreshZones(of: reader, at: time, from: time.listened)
    }

    mutating func noteReportIntervals() {
        reportIntervals = antennasOfZone.map { antennas in
            antennas.reduce(ElapsedTime.zero) { longest, antenna in
                guard case .every(let interval)? = mode(of: layout.antennas[antenna].reader) else {
                    return longest
                }
                return max(longest, interval)
            }
        }
    }

    /// Reports that may fail to come before a reader or an antenna counts as gone.
    static let reportsMissedMax: Int64 = 3

    /// The configured time, and longer where the reader is learned to report more seldom than that allows.
    func offlineAfter(_ reader: Int) -> ElapsedTime {
        let configured = layout.readers[reader].offlineAfter
        switch mode(of: reader) {
        case .once?: return .never
        case .every(let interval)?:
            let patient = interval.milliseconds * CoverageLedger.reportsMissedMax
            return max(configured, ElapsedTime(milliseconds: patient))
        case .unstated?, nil: return configured
        }
    }

    // MARK: what it says it lost

    mutating func setIdle(_ reader: Int, _ isIdle: Bool, at time: PathTime) {
        readers[reader].isIdle = isIdle
        if !isIdle {
            readers[reader].idleSince = nil
        } else if readers[reader].idleSince == nil {
            readers[reader].idleSince = time.listened
            schedule(time.listened + rules.coverageGapAfter)
        }
    }

    mutating func noteLoss(_ reader: Int, at time: PathTime) {
        readers[reader].lossAt = time.listened
        schedule(time.listened + rules.coverageGapAfter)
    }

    /// So long may refusals stand beside reads that were taken: a few bad tags among good ones hide nothing.
    private static let refusedAfter = ElapsedTime(seconds: 30)

    /// A reader that reports a resting tag once a minute is silent between two good reports.
    private func refusedAfter(_ reader: Int) -> ElapsedTime {
        guard case .every(let interval)? = mode(of: reader) else { return CoverageLedger.refusedAfter }
        let patient = interval.milliseconds * CoverageLedger.reportsMissedMax
        return max(CoverageLedger.refusedAfter, ElapsedTime(milliseconds: patient))
    }

    /// Reads come and cannot be taken (a wrong clock, a changed format, aliases without names): from the last
    /// read on the reader says nothing that can be used, and nobody's silence counts.
    mutating func takeRefusal(of reader: Int, at time: PathTime) {
        let lastRead = layout.readers[reader].antennas.compactMap { antennas[$0].lastRead }.max() ?? .zero
        guard time.listened - lastRead >= refusedAfter(reader) else { return }
        takeBack(time.listened - max(lastRead, readers[reader].lossAt ?? .zero), reader: reader, at: time)
        noteLoss(reader, at: time)
    }

    /// Would a refusal now tell anything new? Once in an evidence epoch is enough.
    package func isNewRefusal(reader: Int, at time: PathTime) -> Bool {
        guard let lossAt = readers[reader].lossAt else { return true }
        return time.listened - lossAt >= EvidenceEpoch.length
    }

    /// Counters run from the reader's start; one that went back has started anew.
    mutating func takeCounters(_ reader: Int, dropped: UInt64, retained: UInt64, at time: PathTime) {
        let state = readers[reader]
        let lost = state.dropped.map { dropped > $0 } ?? false
        let waiting = state.retained.map { retained > $0 } ?? false
        readers[reader].dropped = dropped
        readers[reader].retained = retained
        readers[reader].countersAt = time.listened
        guard lost || waiting else { return }
        takeBack(time.listened - state.countersAt, reader: reader, at: time)
        noteLoss(reader, at: time)
    }

    // MARK: gaps

    package func hasOpenGap(reader: Int) -> Bool { readers[reader].isGapOpen }

    mutating func setQuiet(_ antenna: Int, since: ElapsedTime?) {
        antennas[antenna].quietSince = since
        antennas[antenna].isQuietJudged = false
        antennas[antenna].isQuietGap = false
    }

    /// Judges antennas whose quiet has lasted long enough, each once, so that when one looks again changes
    /// nothing.
    /// - Parameter expectsTags: whether tags are believed or wanted in a zone.
    package mutating func judgeQuiet(at time: PathTime, expectsTags: (Int) -> Bool) {
        for antenna in antennas.indices where !antennas[antenna].isQuietJudged {
            guard let since = antennas[antenna].quietSince, time.listened >= since + rules.coverageGapAfter
            else { continue }
            let zone = layout.antennas[antenna].zone
            antennas[antenna].isQuietJudged = true
            antennas[antenna].isQuietGap = layout.zones[zone].kind.isContinuous && expectsTags(zone)
        }
    }

    /// Looks whether a gap of a reader opens or closes now.
    package mutating func reviewGap(of reader: Int, at time: PathTime) -> DeviceChange? {
        guard !layout.readers[reader].isHandheld, readers[reader].everHeard else { return nil }
        let isOnline = readers[reader].isOnline
        let reason = isOnline ? gapReason(of: reader, at: time) : nil
        let isWider = noteFailures(of: reader, isGap: reason != nil)
        guard isWider || (reason != nil) != readers[reader].isGapOpen else { return nil }
        readers[reader].isGapOpen = reason != nil
        let epoch = readers[reader].lastEpoch
        let cause = epoch == Int64.min ? EvidenceEpoch.number(of: time.now) : epoch
        var change = DeviceChange(
            .reader(reader), reason == nil ? .covering : .gap, at: time.now,
            cause: EvidenceEpoch.start(of: cause))
        change.reasonChinese = reason?.chinese ?? (isOnline ? "恢复覆盖" : "读写器已离线，另行记录")
        change.reasonEnglish = reason?.english ?? (isOnline ? "covers again" : "reader offline instead")
        return change
    }

    /// The finding is not open any more, whatever closed it: to be looked at anew.
    package mutating func forgetGap(of reader: Int) {
        readers[reader].isGapOpen = false
        readers[reader].gapAntennas = 0
    }

    /// All that is wrong, so that none of it hides the rest.
    private func gapReason(of reader: Int, at time: PathTime) -> (chinese: String, english: String)? {
        let state = readers[reader]
        var reasons: [(chinese: String, english: String)] = []
        if let ports = ports(of: reader, where: { !$0.isConnected }) {
            reasons.append(("天线 \(ports) 已断开", "antenna \(ports) disconnected"))
        }
        if let lossAt = state.lossAt, time.listened < lossAt + rules.coverageGapAfter {
            reasons.append(
                ("读写器的识读丢失、积压或全部被拒收", "the reader's reads were lost, kept back or all refused"))
        }
        if let idleSince = state.idleSince, time.listened >= idleSince + rules.coverageGapAfter {
            reasons.append(("读写器停止盘点", "the reader takes no inventory"))
        } else if let ports = ports(of: reader, where: { $0.isConnected && $0.isQuietGap }) {
            reasons.append(("天线 \(ports) 不再识读任何标签", "antenna \(ports) reads nothing any more"))
        }
        guard !reasons.isEmpty else { return nil }
        return (
            reasons.map(\.chinese).joined(separator: "；"), reasons.map(\.english).joined(separator: "; ")
        )
    }

    /// Deadlines of gaps that lie ahead.
    mutating func scheduleGap(of reader: Int, at time: PathTime) {
        let state = readers[reader]
        var starts = [state.lossAt, state.idleSince].compactMap { $0 }
        starts += layout.readers[reader].antennas.compactMap { antennas[$0].quietSince }
        for start in starts where start + rules.coverageGapAfter > time.listened {
            schedule(start + rules.coverageGapAfter)
        }
    }

    // MARK: for people

    /// Why an antenna does not cover its zone now; `nil` while it does.
    package func reasonNotCovering(_ antenna: Int, at time: PathTime) -> (chinese: String, english: String)? {
        guard !covers(antenna, at: time) else { return nil }
        let index = layout.antennas[antenna].reader
        let reader = readers[index]
        if !reader.everHeard { return ("尚未收到读写器消息", "reader not heard yet") }
        if !reader.isOnline { return ("读写器离线", "reader offline") }
        if reader.isIdle { return ("读写器停止盘点", "inventory idle") }
        if !antennas[antenna].isConnected { return ("天线已断开", "antenna disconnected") }
        if mode(of: index) == .once { return ("每个标签只上报一次，无法判断缺失", "each tag is reported only once") }
        return ("天线近期无识读，且读写器没有心跳", "no recent read, and the reader has no heartbeat")
    }

    package func isIdle(reader: Int) -> Bool { readers[reader].isIdle }
    package func counters(of reader: Int) -> (dropped: UInt64?, retained: UInt64?) {
        (readers[reader].dropped, readers[reader].retained)
    }
}

/// What is kept of gaps, beside ``chunk()``: a table of its own, so that a store from before can be read.
extension CoverageLedger {
    package func gapChunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        writer.put(UInt32(readers.count))
        for reader in readers {
            writer.put(mode: reader.mode)
            for time in [reader.idleSince, reader.lossAt, reader.countersAt] {
                writer.put(time?.milliseconds ?? Int64.min)
            }
            for counter in [reader.dropped, reader.retained] { writer.put(counter ?? UInt64.max) }
            writer.put(reader.isGapOpen)
            writer.put(reader.statedEpoch)
            reader.clock.write(to: &writer)
        }
        writer.put(UInt32(antennas.count))
        for antenna in antennas {
            writer.put(antenna.quietSince?.milliseconds ?? Int64.min)
            writer.put(antenna.isQuietJudged)
            writer.put(antenna.isQuietGap)
            writer.put(antenna.statedEpoch)
        }
        return Checkpoint.Chunk(table: "gaps", index: 0, bytes: writer.bytes)
    }

    /// After ``restore(_:mapping:)``.
    package mutating func restoreGaps(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "gaps" }) else { return }
        var reader = ByteReader(chunk.bytes)
        for index in 0..<Int(try reader.take(UInt32.self)) {
            var state = ReaderState()
            state.mode = try reader.takeMode()
            state.idleSince = try reader.takeTime()
            state.lossAt = try reader.takeTime()
            state.countersAt = try reader.takeTime() ?? .zero
            let (dropped, retained): (UInt64, UInt64) = (try reader.take(), try reader.take())
            state.isGapOpen = try reader.takeFlag()
            state.statedEpoch = try reader.take()
            state.clock = try DeviceClock(from: &reader)
            guard let index = mapping.reader(index) else { continue }
            readers[index].mode = state.mode
            readers[index].idleSince = state.idleSince
            readers[index].lossAt = state.lossAt
            readers[index].countersAt = state.countersAt
            readers[index].dropped = dropped == UInt64.max ? nil : dropped
            readers[index].retained = retained == UInt64.max ? nil : retained
            readers[index].isGapOpen = state.isGapOpen
            readers[index].statedEpoch = state.statedEpoch
            readers[index].clock = state.clock
        }
        for index in 0..<Int(try reader.take(UInt32.self)) {
            let quiet = try reader.takeTime()
            let (isJudged, isGap) = (try reader.takeFlag(), try reader.takeFlag())
            let stated: Int64 = try reader.take()
            guard let index = mapping.antenna(index) else { continue }
            antennas[index].quietSince = quiet
            antennas[index].isQuietJudged = isJudged
            antennas[index].isQuietGap = isGap
            antennas[index].statedEpoch = stated
        }
        noteReportIntervals()
        checkSoon()
    }
}

extension ByteWriter {
    package mutating func put(mode: ReportMode?) {
        switch mode {
        case nil: put(Int64.min)
        case .once?: put(Int64.max)
        case .unstated?: put(Int64.max - 1)
        case .every(let interval)?: put(interval.milliseconds)
        }
    }
}

extension ByteReader {
    package mutating func takeMode() throws(ByteReader.Damaged) -> ReportMode? {
        let word: Int64 = try take()
        switch word {
        case Int64.min: return nil
        case Int64.max: return .once
        case Int64.max - 1: return .unstated
        default: return .every(ElapsedTime(milliseconds: word))
        }
    }

    fileprivate mutating func takeTime() throws(ByteReader.Damaged) -> ElapsedTime? {
        let time: Int64 = try take()
        return time == Int64.min ? nil : ElapsedTime(milliseconds: time)
    }
}
