import AssetModel
import CLineMemory

/// Many reads at once: the same bits as one by one, waiting for memory together.
///
/// In three loops:
///
/// 1. `hashAll`: the hash of each read; the pilot of its bucket is asked for.
/// 2. `placeAll`: the line of each read; it is asked for, into the second cache, which has room for more that
///    are under way than the first. And little else: a core takes nothing in beyond some 320 instructions
///    while it waits to learn the page of a line, so the fewer instructions lie between two lines the more of
///    them are under way.
/// 3. `mark`: the line is compared and the evidence bit set.
///
/// At last, in order, the reads whose line was not theirs: strangers, who may put each other out; EPCs of
/// more than 128 bits, which are compared whole; and tags of ``AsideIndex``.
///
/// A tag has one line, so the reads of a tag all go the same way, and in their order. Reads of different tags
/// may change places, because no line of a registered tag knows of another.
extension ReadRing {
    /// Reads that are sorted together: the memory of the work fits a page. A power of two from 64.
    static let stretchReads = 128

    /// Lines are brought from the second cache to the first so many reads before they are compared.
    static let readsAhead = 16

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
        let reads: UnsafePointer<Read>
        let count: Int
        /// What became of each read, as in ``Sightings``.
        let words: UnsafeMutablePointer<UInt32>
        /// Number of the first read among all of the batch.
        let first: Int
        let epochLength: ElapsedTime
        let hash: KeyedHash
        let places: RegisteredLines.Places
        let dirty: UnsafeMutablePointer<UInt8>
        let desk: Desk.Places
    }

    /// Takes a stretch of at most ``stretchReads``.
    mutating func take(_ stretch: Stretch, _ evictions: inout [(read: Int, tag: EPC)]) {
        stretch.desk.clearRest()
        stretch.hashAll()
        stretch.placeAll()
        mark(stretch)
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
            takeWhole(stretch, read, hash: hash.hash(stretch.reads[read].tag), &evictions)
        }
    }

    /// Compares the lines and sets the evidence bits.
    @inline(never)
    private mutating func mark(_ stretch: Stretch) {
        let (lines, dirty, words, reads) = (stretch.desk.lines, stretch.dirty, stretch.words, stretch.reads)
        var clock = EpochClock()
        var read = 0
        while read < stretch.count {
            let line = lines[read]
            let own = reads + read
            tally_prefetch(lines[read &+ ReadRing.readsAhead])
            let epoch = clock.epoch(at: own.pointee.heardAt, stretch.epochLength)
            guard line.pointee.isWhole(own.pointee.tag) else {
                stretch.desk.rest[read >> 6] |= 1 &<< UInt64(truncatingIfNeeded: read)
                read &+= 1
                continue
            }
            guard let place = TagLine.cell(of: own.pointee.antenna, in: line) else {
                markBeside(stretch, read, epoch)
                read &+= 1
                continue
            }
            let slot = line.pointee.slot
            let isNew = place.note(epoch: epoch, signal: own.pointee.signal)
            dirty[SlotTable.dirtyIndex(slot, isNew)] = 1
            words[read] = slot | isNew &<< 31
            read &+= 1
        }
    }

    /// The same where the antenna has none of the two cells of the line.
    @inline(never)
    private mutating func markBeside(_ stretch: Stretch, _ read: Int, _ epoch: Int32) {
        let line = stretch.desk.lines[read]
        let own = stretch.reads[read]
        let slot = line.pointee.slot
        let place = cellBeside(line, antenna: own.antenna, epoch: epoch)
        let isNew = place.note(epoch: epoch, signal: own.signal)
        if isNew != 0 { slots.markDirty(Int(slot)) }
        stretch.words[read] = slot | isNew &<< 31
    }

    @inline(never)
    private mutating func takeWhole(
        _ stretch: Stretch, _ read: Int, hash: UInt64, _ evictions: inout [(read: Int, tag: EPC)]
    ) {
        let own = stretch.reads[read]
        precondition(own.antenna != AntennaCell.noAntenna, "antenna 65535")
        let name = TagName(own.tag, hash: hash)
        let epoch = EvidenceEpoch.number(of: own.heardAt, length: stretch.epochLength)
        let cell = CellRead(antenna: own.antenna, signal: own.signal, epoch: Int32(clamping: epoch))
        stretch.words[read] = take(cell, of: name, registered: registered.find(name, longTags)) {
            evictions.append((stretch.first + read, $0))
        }
    }

    /// Memory for the reads of a stretch while their lines are on the way.
    struct Desk {
        /// Hashes and lines of 8 bytes, lines beyond the last; a bit for each read.
        private let memory = LineMemory(bytes: (2 * stretchReads + readsAhead) * 8 + stretchReads / 8)

        struct Places: BitwiseCopyable {
            let hashes: UnsafeMutablePointer<UInt64>
            /// The line of each read, should it be registered. Those beyond the last are some line's.
            let lines: UnsafeMutablePointer<UnsafeMutablePointer<TagLine>>
            /// A bit for each read whose line is not its own.
            let rest: UnsafeMutablePointer<UInt64>

            func clearRest() { rest.update(repeating: 0, count: stretchReads / 64) }
        }

        var places: Places {
            let size = stretchReads
            let lines = memory.start + 8 * size
            let rest = lines + 8 * (size + readsAhead)
            return Places(
                hashes: memory.start.bindMemory(to: UInt64.self, capacity: size),
                lines: lines.bindMemory(
                    to: UnsafeMutablePointer<TagLine>.self, capacity: size + readsAhead),
                rest: rest.bindMemory(to: UInt64.self, capacity: size / 64))
        }
    }
}
