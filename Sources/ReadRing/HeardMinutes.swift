package import AssetModel

/// The minutes, by its own clock, in which each reader was heard, with a mark of the first message of each:
/// tells an old recording that is played again from what a reader kept back while it was cut off.
///
/// Both are old when they come. What a reader kept back is of minutes in which nothing was heard of it. A
/// recording is of minutes that were heard, and holds the very messages by which they are marked: once one of
/// them comes again, byte for byte, a recording is being played. Nobody else can make such a message: a
/// reader whose clock was set back sends new ones.
///
/// 32 bits a minute, 40 KiB for each reader that was ever heard, none for others: 240 KiB for 6 readers,
/// 4 MiB for 100. Antennas need none of their own: what counts is whether the reader's messages came.
package struct HeardMinutes: Sendable {
    /// Seven days, the age beyond which reads are refused (`clock_too_old_after_seconds`), and some hours.
    package static let minutesKept: Int64 = 10_240
    /// A message this much older than its receipt is old: queues and networks cost seconds.
    package static let oldAfter = ElapsedTime(seconds: 120)
    /// A recording is taken to go on for so long after a message that proves it. At its own speed it holds
    /// such a message every minute in which anything was recorded.
    package static let playingFor = ElapsedTime(seconds: 150)
    /// That it goes on is noted this often.
    static let provenEvery = ElapsedTime(seconds: 30)
    /// So long old messages of minutes that were heard say nothing about the reader's clock: a recording
    /// that begins within a minute has come to the mark of the next one by then.
    package static let doubtedFor = ElapsedTime(seconds: 65)
    /// Minutes beyond our own that a reader's clock may be ahead.
    private static let aheadMax: Int64 = 5

    /// What is known of one reader beside its minutes; journaled as a whole.
    package struct Doubt: Sendable, Equatable {
        /// When a message last proved that a recording is played.
        package var provenAt: UTCInstant?
        /// Since when old messages of heard minutes have come, and nothing else.
        package var since: UTCInstant?

        package init(provenAt: UTCInstant? = nil, since: UTCInstant? = nil) {
            (self.provenAt, self.since) = (provenAt, since)
        }
    }

    private struct Reader: Sendable {
        /// By minute modulo ``minutesKept``; 0: not heard. Empty before the first.
        var marks: [UInt32] = []
        var newest = Int64.min
        var doubt = Doubt()
        var dirtyChunks: Set<Int> = []
        var isDirty = false
    }

    private var readers: [Reader]

    package init(readers count: Int) { readers = Array(repeating: Reader(), count: count) }

    package static func minute(of instant: UTCInstant) -> Int64 {
        EvidenceEpoch.number(of: instant, length: ElapsedTime(seconds: 60))
    }

    /// Never 0.
    package static func mark(of digest: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: digest >> 32) | 1 }

    // MARK: what it is asked

    /// The mark of a minute in which a reader was heard, else 0.
    package func mark(_ reader: Int, _ minute: Int64) -> UInt32 {
        let state = readers[reader]
        guard state.newest != Int64.min, minute <= state.newest,
            minute > state.newest - HeardMinutes.minutesKept
        else { return 0 }
        return state.marks[HeardMinutes.place(minute)]
    }

    package func isHeard(_ reader: Int, _ minute: Int64) -> Bool { mark(reader, minute) != 0 }

    /// Heard in that minute, and before and after it: no cut of the line that is longer than a minute lies
    /// in it.
    package func isHeardThroughout(_ reader: Int, _ minute: Int64) -> Bool {
        (minute - 1...minute + 1).allSatisfy { isHeard(reader, $0) }
    }

    package func isPlaying(_ reader: Int, at now: UTCInstant) -> Bool {
        guard let provenAt = readers[reader].doubt.provenAt, provenAt <= now else { return false }
        return now - provenAt < HeardMinutes.playingFor
    }

    package func doubt(_ reader: Int) -> Doubt { readers[reader].doubt }

    // MARK: what happens

    /// A reader was heard in a minute.
    /// - Returns: whether that was not known.
    package mutating func note(_ reader: Int, _ minute: Int64, mark: UInt32) -> Bool {
        let kept = HeardMinutes.minutesKept
        if readers[reader].marks.isEmpty {
            readers[reader].marks = [UInt32](repeating: 0, count: Int(kept))
            readers[reader].newest = minute
        }
        let newest = readers[reader].newest
        guard minute > newest - kept else { return false }
        if minute > newest {
            let skipped = min(kept, minute - newest)
            for old in (minute - skipped + 1)...minute { put(0, reader, old) }
            readers[reader].newest = minute
        }
        guard readers[reader].marks[HeardMinutes.place(minute)] == 0 else { return false }
        put(mark, reader, minute)
        return true
    }

    private mutating func put(_ mark: UInt32, _ reader: Int, _ minute: Int64) {
        let place = HeardMinutes.place(minute)
        readers[reader].isDirty = true
        guard readers[reader].marks[place] != mark else { return }
        readers[reader].marks[place] = mark
        readers[reader].dirtyChunks.insert(place / HeardMinutes.chunkMinutes)
    }

    private static func place(_ minute: Int64) -> Int {
        let rest = minute % minutesKept
        return Int(rest < 0 ? rest + minutesKept : rest)
    }

    /// - Returns: whether it has to be noted anew that a recording is played.
    package func isProofDue(_ reader: Int, at now: UTCInstant) -> Bool {
        guard let provenAt = readers[reader].doubt.provenAt, provenAt <= now else { return true }
        return now - provenAt >= HeardMinutes.provenEvery
    }

    package mutating func set(_ doubt: Doubt, _ reader: Int) {
        readers[reader].doubt = doubt
        readers[reader].isDirty = true
    }

    /// Our own clock was set: what lies ahead of it was heard by a clock that was wrong.
    package mutating func clockStepped(to now: UTCInstant) {
        let last = HeardMinutes.minute(of: now) + HeardMinutes.aheadMax
        for reader in readers.indices where readers[reader].newest > last {
            let newest = readers[reader].newest
            let lost = min(HeardMinutes.minutesKept, newest - last)
            for minute in (newest - lost + 1)...newest { put(0, reader, minute) }
            readers[reader].newest = last
        }
    }
}

extension HeardMinutes {
    /// Minutes in one checkpoint chunk: 1 KiB. One a minute for each reader that is heard.
    private static let chunkMinutes = 256
    private static let (table, head) = ("heard_minutes", "heard_minutes_head")
    private static let readerShift = 16

    /// Chunks that changed since the last call, or all of them.
    package mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        var chunks: [Checkpoint.Chunk] = []
        for index in readers.indices where !readers[index].marks.isEmpty || readers[index].isDirty {
            guard all || readers[index].isDirty else { continue }
            let state = readers[index]
            let places = Set(0..<(state.marks.count / HeardMinutes.chunkMinutes))
            for chunk in (all ? places : state.dirtyChunks).sorted() {
                var writer = ByteWriter(capacity: HeardMinutes.chunkMinutes * 4)
                let start = chunk * HeardMinutes.chunkMinutes
                for mark in state.marks[start..<(start + HeardMinutes.chunkMinutes)] { writer.put(mark) }
                chunks.append(
                    Checkpoint.Chunk(
                        table: HeardMinutes.table, index: index << HeardMinutes.readerShift | chunk,
                        bytes: writer.bytes))
            }
            var writer = ByteWriter()
            writer.put(state.newest)
            writer.put(state.doubt.provenAt?.milliseconds ?? Int64.min)
            writer.put(state.doubt.since?.milliseconds ?? Int64.min)
            chunks.append(Checkpoint.Chunk(table: HeardMinutes.head, index: index, bytes: writer.bytes))
            readers[index].dirtyChunks.removeAll()
            readers[index].isDirty = false
        }
        return chunks
    }

    /// Takes back what ``takeChunks(all:)`` gave. A store from before it was kept has none: then what is old
    /// is taken for back-fill.
    package mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        for chunk in chunks where chunk.table == HeardMinutes.head {
            guard let index = mapping.reader(chunk.index) else { continue }
            var reader = ByteReader(chunk.bytes)
            readers[index].newest = try reader.take()
            let (proven, since) = (try reader.take(Int64.self), try reader.take(Int64.self))
            readers[index].doubt = Doubt(
                provenAt: proven == Int64.min ? nil : UTCInstant(milliseconds: proven),
                since: since == Int64.min ? nil : UTCInstant(milliseconds: since))
            if readers[index].newest != Int64.min {
                readers[index].marks = [UInt32](repeating: 0, count: Int(HeardMinutes.minutesKept))
            }
        }
        for chunk in chunks where chunk.table == HeardMinutes.table {
            guard let index = mapping.reader(chunk.index >> HeardMinutes.readerShift) else { continue }
            let start =
                (chunk.index & ((1 << HeardMinutes.readerShift) - 1)) * HeardMinutes.chunkMinutes
            guard start + HeardMinutes.chunkMinutes <= readers[index].marks.count else { continue }
            var reader = ByteReader(chunk.bytes)
            for place in start..<(start + HeardMinutes.chunkMinutes) {
                readers[index].marks[place] = try reader.take()
            }
        }
    }
}
