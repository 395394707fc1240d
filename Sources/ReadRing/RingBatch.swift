import AssetModel
import CLineMemory

/// Many reads at once: the same bits as one by one, waiting for memory together.
///
/// In four loops:
///
/// 1. `hashAll`: the hash of each read; the pilot of its bucket is asked for.
/// 2. `placeAll`: the line of each read; it is asked for, into the second cache, which has room for more that
///    are under way than the first. And little else: a core takes nothing in beyond some 320 instructions
///    while it waits to learn the page of a line, so the fewer instructions lie between two lines the more of
///    them are under way.
/// 3. `mark`: the line is compared and the evidence bit set.
/// 4. `markDirty`: the chunks that changed.
///
/// At last, in order, the reads whose line was not theirs: strangers, who may put each other out; EPCs of
/// more than 128 bits, which are compared whole; and tags of ``AsideIndex``.
///
/// A tag has one line, so the reads of a tag all go the same way, and in their order. Reads of different tags
/// may change places, because no line of a registered tag knows of another.
extension ReadRing {
    /// Reads that are sorted together: the memory of the work fits a page. A power of two from 64.
    static let stretchReads = 128

    /// Lines are brought from the second cache to the first so many reads before they are compared. In a
    /// copy of these loops in C, 16 and 32 took 0.8 and 1.0 ns a read more at 10⁶ tags.
    static let readsAhead = 24

    /// What a read says to the cell of its antenna.
    struct CellRead: BitwiseCopyable {
        var antenna: UInt16
        /// 1/100 dBm; ``AntennaCell/noSignal`` for none.
        var signal: Int16
        /// Clamped to 32 bits, as the cells hold it.
        var epoch: Int32
    }

    /// A stretch of reads on the way to their lines, and where what became of them is put. Pointers and
    /// numbers only, so that a loop holds them in registers.
    struct Stretch {
        var tags: UnsafePointer<EPC>
        var heard: UnsafePointer<Hearing>
        var count: Int
        /// What became of each read, as in ``Sightings``.
        var words: UnsafeMutablePointer<UInt32>
        /// Number of the first read among all of the batch.
        var first: Int
        let epochLength: ElapsedTime
        let hash: KeyedHash
        let places: RegisteredLines.Places
        let dirty: UnsafeMutablePointer<UInt8>
        let desk: Desk.Places

        func part(from start: Int, count: Int) -> Stretch {
            var part = self
            (part.tags, part.heard, part.words) = (tags + start, heard + start, words + start)
            (part.count, part.first) = (count, first + start)
            return part
        }
    }

    /// Takes a stretch of at most ``stretchReads``.
    mutating func take(_ stretch: Stretch, _ evictions: inout [(read: Int, tag: EPC)]) {
        stretch.desk.clearRest()
        stretch.hashAll()
        stretch.placeAll()
        mark(stretch)
        stretch.markDirty()
        takeRest(stretch, &evictions)
    }

    /// The reads for which no line was found, in their order. Where strangers are looked for is asked for
    /// before.
    private mutating func takeRest(_ stretch: Stretch, _ evictions: inout [(read: Int, tag: EPC)]) {
        stretch.forEachOfRest { strangers.prefetch(stretch.desk.hashes[$0]) }
        stretch.forEachOfRest { takeWhole(stretch, $0, hash: stretch.desk.hashes[$0], &evictions) }
    }

    /// One by one: where the cells outside may run out, the order of tags decides who has one.
    mutating func takeOneByOne(_ stretch: Stretch, _ evictions: inout [(read: Int, tag: EPC)]) {
        for read in 0..<stretch.count {
            takeWhole(stretch, read, hash: hash.hash(stretch.name(read)), &evictions)
        }
    }

    /// Compares the lines and sets the evidence bits.
    private mutating func mark(_ stretch: Stretch) {
        var now = EpochSpan()
        var read = 0
        while true {
            read = stretch.markPlain(from: read, now)
            if read == stretch.count { return }
            let heardAt = stretch.heard[read].heardAt
            if !now.holds(heardAt) { now = EpochSpan(at: heardAt, stretch.epochLength) }
            markOther(stretch, read, epoch: now.epoch)
            read &+= 1
        }
    }

    /// A read that ``Stretch/markPlain(from:_:)`` leaves.
    @inline(never)
    private mutating func markOther(_ stretch: Stretch, _ read: Int, epoch: Int64) {
        let line = stretch.desk.lines[read]
        let own = stretch.heard[read]
        guard line.pointee.isWhole(stretch.tags + read) else {
            stretch.words[read] = 0
            return stretch.leave(read)
        }
        let slot = line.pointee.slot
        let place =
            TagLine.cell(of: own.antenna, in: line)
            ?? cellBeside(line, antenna: own.antenna, epoch: Int32(truncatingIfNeeded: epoch))
        let isNew = place.note(epoch: epoch, signal: own.signal)
        stretch.words[read] = slot | isNew &<< 31
    }

    @inline(never)
    private mutating func takeWhole(
        _ stretch: Stretch, _ read: Int, hash: UInt64, _ evictions: inout [(read: Int, tag: EPC)]
    ) {
        let own = stretch.heard[read]
        precondition(own.antenna != AntennaCell.noAntenna, "antenna 65535")
        var name = stretch.name(read)
        name.hash = hash
        let epoch = EvidenceEpoch.number(of: own.heardAt, length: stretch.epochLength)
        let cell = CellRead(antenna: own.antenna, signal: own.signal, epoch: Int32(clamping: epoch))
        stretch.words[read] = take(cell, of: name, registered: registered.find(name, longTags)) {
            evictions.append((stretch.first + read, $0))
        }
    }

    /// Memory for the reads of a stretch while their lines are on the way.
    struct Desk {
        /// A line of zeros; hashes and lines of 8 bytes, lines beyond the last; a bit for each read.
        private let memory = LineMemory(
            bytes: MemoryLayout<TagLine>.size + (2 * stretchReads + readsAhead) * 8 + stretchReads / 8)

        struct Places: BitwiseCopyable {
            let hashes: UnsafeMutablePointer<UInt64>
            /// The line of each read, should it be registered. Those beyond the last are some line's.
            let lines: UnsafeMutablePointer<UnsafeMutablePointer<TagLine>>
            /// A bit for each read whose line is not its own.
            let rest: UnsafeMutablePointer<UInt64>
            /// An empty line.
            let nobody: UnsafeMutablePointer<TagLine>

            func clearRest() { rest.update(repeating: 0, count: stretchReads / 64) }
        }

        var places: Places {
            let size = stretchReads
            let hashes = memory.start + MemoryLayout<TagLine>.size
            let lines = hashes + 8 * size
            let rest = lines + 8 * (size + readsAhead)
            return Places(
                hashes: hashes.bindMemory(to: UInt64.self, capacity: size),
                lines: lines.bindMemory(
                    to: UnsafeMutablePointer<TagLine>.self, capacity: size + readsAhead),
                rest: rest.bindMemory(to: UInt64.self, capacity: size / 64),
                nobody: memory.start.bindMemory(to: TagLine.self, capacity: 1))
        }
    }
}
