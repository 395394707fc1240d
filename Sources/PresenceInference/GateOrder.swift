package import AssetModel

/// Whether what a reader sends comes in the order in which it was heard, and up to when all of it is told.
///
/// A reader that gathers its reads sends, with each message, all that it has. So a message says more than
/// what is in it: of what was heard before it left, nothing comes later, but for messages that overtake each
/// other. Then a gate need not wait after the last read for as long as reads of this reader come late; the
/// message that the reader held for ten seconds tells by itself that nothing was read in them.
///
/// A reader that holds each tag by itself, or sends by antenna, does not keep to that. Which it is shows in
/// its reads: how much older than the message before it the oldest is that comes after.
struct GateOrder: Sendable, Equatable {
    /// Messages after which it is known, and how many share one figure: as of the lags of a clock.
    static let messagesMin: UInt32 = 64
    static let messagesOfBlock: UInt32 = 8
    private static let blocksMax = Int(messagesMin / messagesOfBlock)
    /// A reader is asked once in so long, milliseconds, unless what it says ends something.
    static let noteEvery: Int64 = 1_000
    /// Milliseconds. The way of a message, which nobody knows where it is not known when it was sent, and by
    /// how much messages overtake each other: of real logs one in a hundred takes 1.5 s, so one in four
    /// hundred 3 (`inference.md` §3).
    static let wayMin: Int64 = 3_000
    /// Later than the message itself: what a message says is durable with it, what follows from it is not.
    static let soon = ElapsedTime(milliseconds: 1)
    /// 0...1: what is less sure is not told before its time.
    static let sureMin = 0.95
    /// Older is what was kept back over an outage: no matter of order. Milliseconds.
    static let disorderMax = LagFilter.latenessMax

    /// Event time before which all was told, as the latest message says by itself, milliseconds since 1970.
    private(set) var saidAt = Int64.min
    private(set) var messages: UInt32 = 0
    /// Of each eight messages, oldest first: by how much the oldest read that came after one was older.
    private(set) var blocks: [Int64] = []

    var isKnown: Bool { messages >= GateOrder.messagesMin }

    /// Event time, milliseconds since 1970, before which nothing more is to be expected; `nil` where the
    /// reader is not known, or sends in no order.
    var complete: Int64? {
        isKnown ? saidAt - max(GateOrder.wayMin, blocks.max() ?? 0) : nil
    }

    mutating func note(_ said: Int64) {
        saidAt = max(saidAt, said)
        if blocks.isEmpty || messages % GateOrder.messagesOfBlock == 0 {
            blocks.append(0)
            if blocks.count > GateOrder.blocksMax { blocks.removeFirst() }
        }
        // From there on it is known, and a whole number of blocks.
        messages = messages < 1 << 30 ? messages + 1 : GateOrder.messagesMin
    }

    /// A read comes that an earlier message had left out.
    /// - Returns: whether that is news.
    mutating func take(_ heardAt: Int64) -> Bool {
        guard !blocks.isEmpty, heardAt < saidAt, saidAt - heardAt <= GateOrder.disorderMax,
            saidAt - heardAt > blocks[blocks.count - 1]
        else { return false }
        blocks[blocks.count - 1] = saidAt - heardAt
        return true
    }

    /// Our own clock was set by so much: receipts mean something else.
    mutating func shift(by milliseconds: Int64) {
        if saidAt != Int64.min { saidAt += milliseconds }
    }
}

extension GateTracker {
    /// Is anything under way at a gate of this reader, so that its messages tell something?
    package func waits(on reader: Int) -> Bool {
        gates.contains { $0.readers.contains(reader) && (!$0.tracks.isEmpty || !$0.beams.edges.isEmpty) }
    }

    /// A message of a reader, after its reads: what it heard before an instant, event time, is told.
    /// - Returns: whether that is news, and has to be durable.
    package mutating func takeWord(of reader: Int, until: UTCInstant, at time: PathTime) -> Bool {
        let said = until.milliseconds
        guard orders.indices.contains(reader), GateTracker.isTime(said), said > orders[reader].saidAt else {
            return false
        }
        var order = orders[reader]
        order.note(said)
        let isDue = said >= orders[reader].saidAt + GateOrder.noteEvery
        var ends: [(gate: Int, complete: Int64)] = []
        for gate in gates.indices where gates[gate].readers.contains(reader) {
            guard let complete = complete(at: gate, with: order, of: reader),
                gates[gate].isOver(by: complete, time.listened),
                isSure(at: gate, by: complete, time.listened)
            else { continue }
            ends.append((gate, complete))
        }
        guard isDue || !ends.isEmpty else { return false }
        orders[reader] = order
        for (gate, complete) in ends {
            gates[gate].endWaiting(by: complete, time.listened)
            wait(at: gate, for: time.listened + GateOrder.soon)
        }
        return true
    }

    /// A message may also have waited on its way, and then the rest comes after it. Half a passage is seldom
    /// sure: what is not waits for the usual lateness.
    private func isSure(at gate: Int, by complete: Int64, _ listened: ElapsedTime) -> Bool {
        var (trial, figures) = (gates[gate], GateFigures())
        trial.endWaiting(by: complete, listened)
        return trial.takeEnded(by: listened + GateOrder.soon, figures: &figures).allSatisfy { found in
            var group = found
            group.isElsewhere = group.runs.map { _ in false }
            guard case .passed(let outcome) = group.judge(at: gates[gate].known) else { return false }
            return outcome.direction != .undecided && outcome.confidence >= GateOrder.sureMin
        }
    }

    /// Of a gate with several readers, what the slowest has told.
    private func complete(at gate: Int, with order: GateOrder, of reader: Int) -> Int64? {
        var least = Int64.max
        for other in gates[gate].readers {
            guard let complete = (other == reader ? order : orders[other]).complete else { return nil }
            least = min(least, complete)
        }
        return least
    }

    /// Our own clock was set.
    package mutating func clockStepped(by step: ElapsedTime) {
        for reader in orders.indices { orders[reader].shift(by: step.milliseconds) }
    }
}

extension GateTrack {
    /// Event time, milliseconds since 1970, at which the last of it was over.
    private var end: Int64 {
        let last = moments.compactMap(\.last).map { ($0.number + 1) * length }.max()
        return max(last ?? Int64.min, word == nil ? Int64.min : wordAt)
    }

    /// It is waited for, and would have been read since, were it still at the gate. What lies there is read
    /// too seldom to say so.
    fileprivate func isOver(by complete: Int64, _ listened: ElapsedTime) -> Bool {
        !isResting && due > listened && end <= complete - GateRun.breakAfter
    }
}

extension GateBeams {
    fileprivate func isOver(by complete: Int64, _ listened: ElapsedTime) -> Bool {
        guard let last = edges.last else { return false }
        return due > listened && last.at <= complete - GateRun.breakAfter
    }
}

extension GateTracker.GateState {
    fileprivate func isOver(by complete: Int64, _ listened: ElapsedTime) -> Bool {
        beams.isOver(by: complete, listened)
            || tracks.values.contains { $0.isOver(by: complete, listened) }
    }

    fileprivate mutating func endWaiting(by complete: Int64, _ listened: ElapsedTime) {
        if beams.isOver(by: complete, listened) { beams.due = listened + GateOrder.soon }
        for (key, track) in tracks where track.isOver(by: complete, listened) {
            tracks[key]?.due = listened + GateOrder.soon
        }
    }
}

/// What is kept of the order of readers, beside what is under way: a table of its own, so that a store from
/// before can be read.
extension GateTracker {
    package static let orderTable = "gate_orders"

    /// Reader 4, latest word 8, messages 4, blocks 1 and 8 each; readers of gates only.
    package func orderChunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        for (reader, order) in orders.enumerated() where order.messages > 0 {
            writer.put(UInt32(reader))
            order.write(to: &writer)
        }
        return Checkpoint.Chunk(table: GateTracker.orderTable, index: 0, bytes: writer.bytes)
    }

    /// A store from before has none: the readers show it anew.
    package mutating func restoreOrders(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == GateTracker.orderTable }) else { return }
        var reader = ByteReader(chunk.bytes)
        while !reader.atEnd {
            let index = mapping.reader(Int(try reader.take(UInt32.self)))
            let order = try GateOrder(from: &reader)
            if let index, orders.indices.contains(index) { orders[index] = order }
        }
    }
}

extension GateOrder {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.put(saidAt)
        writer.put(messages)
        writer.put(UInt8(clamping: blocks.count))
        for block in blocks { writer.put(block) }
    }

    fileprivate init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        saidAt = try reader.takeClockTime()
        messages = try reader.take()
        let count = Int(try reader.take(UInt8.self))
        // Who said nothing is not written; of such a time no other could be taken.
        guard saidAt != Int64.min, count <= GateOrder.blocksMax else {
            throw ByteReader.Damaged(offset: reader.offset, size: reader.offset)
        }
        for _ in 0..<count {
            let block: Int64 = try reader.take()
            guard (0...GateOrder.disorderMax).contains(block) else {
                throw ByteReader.Damaged(offset: reader.offset, size: reader.offset)
            }
            blocks.append(block)
        }
    }
}
