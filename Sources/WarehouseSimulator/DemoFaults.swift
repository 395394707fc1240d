import AssetModel

/// What goes wrong with the demo's readers: outages with and without a will, antennas, buffers, clocks, and a
/// device that nobody knows.
extension WarehouseWorld {
    mutating func breakDemoReaders() {
        darkenDemoRooms()
        narrowDemoCoverage()
        misleadDemoClocks()
        hideDemoFaults()
    }

    private mutating func plantReader(
        _ id: String, _ code: DiscrepancyCode, in time: Range<WorldTime>, sureAfter: ElapsedTime,
        _ words: (chinese: String, english: String)
    ) {
        plant(
            Plot(
                code: code, subject: [SubjectName(.reader, id)], at: time.lowerBound, sureAfter: sureAfter,
                until: time.upperBound == WorldTime.max ? nil : time.upperBound, chinese: words.chinese,
                english: words.english))
    }

    mutating func addFault(_ kind: ReaderFault.Kind, to id: String, in time: Range<WorldTime>) {
        readers[reader(id)].faults.append(ReaderFault(kind: kind, time: time))
    }

    private mutating func noteReader(
        _ kind: WorldEvent.Kind, _ id: String, in time: Range<WorldTime>,
        expecting expected: WorldEvent.Expected = .device
    ) {
        note(kind, expected, in: time, WorldEvent.Detail(reader: id))
    }

    // MARK: outages

    private mutating func darkenDemoRooms() {
        for (id, seconds, sure, words) in [
            (
                "r-c", DemoTimes.outageWithWill, ElapsedTime.zero,
                ("读写器断电，服务器发布其遗嘱", "reader loses power, the broker publishes its will")
            ),
            (
                "r-d", DemoTimes.outageWithoutWill, figures.readerOfflineAfter,
                ("读写器断电，心跳停止", "reader loses power, its heartbeats stop")
            ),
        ] {
            let begin = moment(seconds, entity: reader(id))
            let time = begin..<begin + DemoTimes.outage
            addFault(.powerLoss, to: id, in: time)
            noteReader(.readerDown, id, in: time)
            plantReader(id, .readerOffline, in: time, sureAfter: sure, words)
        }
    }

    // MARK: coverage

    private mutating func narrowDemoCoverage() {
        let unplugged = stretch(DemoTimes.antennaUnplugged, DemoTimes.unplugged, entity: 20)
        addFault(.antennaUnplugged(port: 4), to: "r-e", in: unplugged)
        noteReader(.antennaFault, "r-e", in: unplugged)
        plantReader(
            "r-e", .coverageGap, in: unplugged, sureAfter: figures.heartbeatEvery,
            ("天线4被拔下，心跳已报告", "antenna 4 unplugged, the heartbeat says so"))

        let stopped = stretch(DemoTimes.inventoryStopped, DemoTimes.stopped, entity: 21)
        addFault(.inventoryStopped, to: "r-c", in: stopped)
        noteReader(.antennaFault, "r-c", in: stopped)
        plantReader(
            "r-c", .coverageGap, in: stopped, sureAfter: figures.coverageGapAfter,
            ("盘点被停止", "inventory stopped"))

        loseReads("r-k", stretch(DemoTimes.bufferOverrun, 3_000, entity: 22), ("缓存溢出", "buffer ran over"))
        loseReads(
            "r-g", stretch(DemoTimes.readsDropped, 2_000, entity: 23),
            ("心跳中的丢弃计数上升", "the drop counter of the heartbeat rises"))
    }

    /// Known when it is over; true until nothing more has been lost for a while.
    private mutating func loseReads(_ id: String, _ time: Range<WorldTime>, _ words: (String, String)) {
        addFault(.readsLost(count: 37), to: id, in: time)
        noteReader(.readsLost, id, in: time)
        let known = time.upperBound
        let gap = known..<known + figures.coverageGapAfter.milliseconds
        plantReader(id, .coverageGap, in: gap, sureAfter: figures.heartbeatEvery, words)
    }

    private func stretch(_ seconds: ClosedRange<Int>, _ length: WorldTime, entity: Int) -> Range<WorldTime> {
        let begin = moment(seconds, entity: entity)
        return begin..<begin + length
    }

    // MARK: clocks

    private mutating func misleadDemoClocks() {
        readers[reader("r-k")].clock.offsetMilliseconds = DemoTimes.wrongHour
        plantReader(
            "r-k", .clockSkew, in: Self.always, sureAfter: DemoTimes.lagCertain,
            ("时钟慢一小时", "clock an hour behind"))
        let step = moment(DemoTimes.clockStep, entity: 24)
        readers[reader("r-m")].clock.step = ReaderClock.Step(at: step, milliseconds: DemoTimes.stepAhead)
        noteReader(.clockStep, "r-m", in: step..<WorldTime.max)
        plantReader(
            "r-m", .clockSkew, in: step..<WorldTime.max, sureAfter: DemoTimes.leadCertain,
            ("时钟被拨快90秒", "clock set ahead by 90 s"))
    }

    // MARK: what nobody can see, shorter than the limits: must raise nothing

    private mutating func hideDemoFaults() {
        let cable = stretch(66...74, DemoTimes.cableFault, entity: 25)
        addFault(.cableFault(port: 1), to: "r-a", in: cable)
        noteReader(.antennaFault, "r-a", in: cable, expecting: .none)
        let held = stretch(118...126, DemoTimes.linkHeld, entity: 26)
        addFault(.linkHeld, to: "r-b", in: held)
        noteReader(.linkHeld, "r-b", in: held, expecting: .none)
    }
}
