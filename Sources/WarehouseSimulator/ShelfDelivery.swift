import AssetModel

/// The way from the readers to the gateway: messages of several reads with the reader's own times, delay,
/// overtaking, copies, loss, one reader that replays a minute, and one that flushes what it kept. Runs the
/// workload itself; holds no more than an epoch's reads and what is under way.
package struct ShelfDelivery: Sendable {
    /// As of the last ``ShelfArrival/Kind/epochEnd(_:)`` that was handed out.
    package private(set) var workload: ShelfWorkload
    package private(set) var account = ShelfAccount()

    private let settings: ShelfFigures.Delivery
    private let spread: Double
    private let flush: Fault?
    private let replay: Fault?
    private let outages: [[ShelfSilence]]
    private var reads: [ShelfRead] = []
    private var open: [OpenBatch]
    private var readsOfReader: [[ShelfRead]]
    private var kept: [ShelfBatch] = []
    private var nextState = 0
    private var nextEntry = 0
    private var pending: [Entry] = []
    /// The next one last.
    private var due: [Entry] = []
    private var made = 0
    private var isOver = false

    /// What happens to the link of one reader.
    private struct Fault: Sendable {
        var reader: Int
        var time: Range<WorldTime>
    }

    private struct OpenBatch: Sendable {
        var reads: [ShelfRead] = []
        var number = 0
        var size: Int
    }

    private struct Entry: Sendable {
        var arrival: ShelfArrival
        /// Between equals: the order of making.
        var number: Int
    }

    package init(_ workload: ShelfWorkload) {
        self.workload = workload
        settings = workload.figures.delivery
        let ratio = settings.delayMedian > 0 ? settings.delayP99 / settings.delayMedian : 1
        spread = naturalLogarithm(ratio) / Self.deviationsOfP99
        flush = Self.fault(0, lasting: settings.flushed, in: workload)
        replay = Self.fault(1, lasting: settings.replayed, in: workload)
        let readers = workload.layout.readers
        let random = workload.script.random
        let batch = settings.batch
        open = readers.indices.map {
            OpenBatch(size: Self.size(of: 0, reader: $0, batch, random))
        }
        readsOfReader = Array(repeating: [], count: readers.count)
        outages = readers.map { reader in
            let power = Set(workload.truth.filter { $0.kind == .readerDown }.map { $0.from })
            return workload.script.silences.filter {
                $0.antenna == reader.antennas.first && power.contains($0.time.lowerBound)
            }
        }
    }

    /// The 99th percentile of the normal distribution lies so many deviations above its mean.
    private static let deviationsOfP99 = 2.326

    private static func fault(_ number: Int, lasting: WorldTime, in workload: ShelfWorkload) -> Fault? {
        guard lasting > 0 else { return nil }
        var chance = workload.script.random.stream(.shelfDelivery, entity: -1, epoch: number)
        let reader = chance.whole(0...max(0, workload.script.plan.shelfZones - 1))
        let at = WorldTime(Double(workload.figures.duration.milliseconds) * (0.2 + 0.6 * chance.unit()))
        return Fault(reader: workload.layout.antennas[reader].reader, time: at..<at + lasting)
    }

    private static func size(
        of number: Int, reader: Int, _ batch: ClosedRange<Int>, _ random: CounterRandom
    ) -> Int {
        var chance = random.stream(.shelfDelivery, entity: reader, epoch: number * 2)
        return chance.whole(batch)
    }

    /// - Returns: what arrives next; `nil` when all has arrived.
    package mutating func next() -> ShelfArrival? {
        while due.isEmpty {
            if isOver { return nil }
            makeEpoch()
        }
        return due.popLast()?.arrival
    }

    // MARK: an epoch

    private mutating func makeEpoch() {
        guard let epoch = workload.next(into: &reads) else {
            let end = workload.figures.duration.milliseconds
            for reader in open.indices { close(reader, at: end) }
            isOver = true
            release(before: .max)
            return
        }
        for index in readsOfReader.indices { readsOfReader[index].removeAll(keepingCapacity: true) }
        for read in reads { readsOfReader[workload.readerOfAntenna[Int(read.antenna)]].append(read) }
        for reader in readsOfReader.indices { takeReads(of: reader, until: epoch.time.upperBound) }
        takeStates(before: epoch.time.upperBound)
        release(before: epoch.time.upperBound)
        due.insert(
            Entry(
                arrival: ShelfArrival(at: epoch.time.upperBound, kind: .epochEnd(epoch)), number: made),
            at: 0)
    }

    private mutating func takeReads(of reader: Int, until end: WorldTime) {
        readsOfReader[reader].sort { ($0.at, $0.tag, $0.antenna) < ($1.at, $1.tag, $1.antenna) }
        for read in readsOfReader[reader] {
            if let first = open[reader].reads.first, first.at + settings.batchHeldMax <= read.at {
                close(reader, at: first.at + settings.batchHeldMax)
            }
            open[reader].reads.append(read)
            if open[reader].reads.count >= open[reader].size { close(reader, at: read.at) }
        }
        if let first = open[reader].reads.first, first.at + settings.batchHeldMax <= end {
            close(reader, at: first.at + settings.batchHeldMax)
        }
    }

    private mutating func takeStates(before end: WorldTime) {
        let states = workload.script.readerStates
        while nextState < states.count, states[nextState].at < end {
            let state = states[nextState]
            nextState += 1
            put(.reader(state.reader, isOnline: state.isOnline), at: state.at)
        }
        while nextEntry < workload.registerChanges.count, workload.registerChanges[nextEntry].at < end {
            let entry = workload.registerChanges[nextEntry]
            nextEntry += 1
            put(.register(entry.change), at: entry.at)
        }
    }

    private mutating func put(_ kind: ShelfArrival.Kind, at time: WorldTime) {
        pending.append(Entry(arrival: ShelfArrival(at: time, kind: kind), number: made))
        made += 1
    }

    /// Whatever leaves its reader later arrives later, so all that arrives before the end of the epoch is
    /// there.
    private mutating func release(before end: WorldTime) {
        let split = pending.partition { $0.arrival.at < end }
        due = Array(pending[split...])
        pending.removeLast(pending.count - split)
        due.sort { ($0.arrival.at, $0.number) > ($1.arrival.at, $1.number) }
    }

    // MARK: a message

    /// The reader sends what it has gathered.
    private mutating func close(_ reader: Int, at time: WorldTime) {
        let gathered = open[reader].reads
        guard !gathered.isEmpty else { return }
        let number = open[reader].number
        open[reader].number += 1
        open[reader].reads.removeAll(keepingCapacity: true)
        let random = workload.script.random
        open[reader].size = Self.size(of: number + 1, reader: reader, settings.batch, random)
        account.sent += 1
        account.sentReads += gathered.count
        var chance = random.stream(.shelfDelivery, entity: reader, epoch: number * 2 + 1)
        let isLost = chance.unit() < settings.lostShare
        let arrival = arrival(of: reader, sent: time, &chance)
        let isRedelivered = chance.unit() < settings.redeliveredShare
        let isBridged = chance.unit() < settings.bridgedShare
        let later = WorldTime(chance.whole(settings.copyAfter))
        if isLost || isDown(reader, at: time) || isDown(reader, at: arrival) {
            account.lost += 1
            if !isLost { account.lostWithPower += 1 }
            return
        }
        var batch = ShelfBatch(reader: reader, number: number, reads: gathered)
        let clock = workload.script.clocks[reader]
        for index in batch.reads.indices {
            batch.reads[index].at = clock.reading(at: batch.reads[index].at)
        }
        deliver(batch, at: arrival)
        if isRedelivered { deliver(batch, as: .redelivered, at: arrival + later) }
        if isBridged { deliver(batch, as: .bridged, at: arrival + later) }
        keep(batch, sent: time)
    }

    private mutating func arrival(
        of reader: Int, sent: WorldTime, _ chance: inout SplitMix64
    ) -> WorldTime {
        var delay = settings.delayMedian * exponential(chance.bell() * spread)
        let isReordered = chance.unit() < settings.reorderedShare
        let push = chance.unit() * settings.reorderedMax
        if isReordered {
            delay += push
            account.reordered += 1
        }
        let arrival = sent + WorldTime(min(delay, settings.delayMax))
        guard let flush, flush.reader == reader, flush.time.contains(sent), arrival < flush.time.upperBound
        else { return arrival }
        account.flushed += 1
        // Ten times as fast as it came (choice).
        return flush.time.upperBound + (sent - flush.time.lowerBound) / 10
    }

    private func isDown(_ reader: Int, at time: WorldTime) -> Bool {
        outages[reader].contains { $0.time.contains(time) }
    }

    private mutating func deliver(
        _ batch: ShelfBatch, as copy: ShelfBatch.Copy = .first, at time: WorldTime
    ) {
        var batch = batch
        batch.copy = copy
        account.arrived += 1
        account.arrivedReads += batch.reads.count
        switch copy {
        case .first: break
        case .redelivered: account.redelivered += 1
        case .bridged: account.bridged += 1
        case .replayed: account.replayed += 1
        }
        put(.reads(batch), at: time)
    }

    /// What the reader whose link will break sends in the minute before it does, and then again: a message
    /// each 20 ms (choice).
    private mutating func keep(_ batch: ShelfBatch, sent: WorldTime) {
        guard let replay, replay.reader == batch.reader else { return }
        if replay.time.contains(sent) { return kept.append(batch) }
        guard sent >= replay.time.upperBound, !kept.isEmpty else { return }
        for (number, old) in kept.enumerated() {
            deliver(old, as: .replayed, at: sent + WorldTime(number + 1) * 20)
        }
        kept.removeAll()
    }
}
