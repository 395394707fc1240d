import AssetModel
import CLineMemory

/// Many reads at once: the same bits as one by one, without waiting for memory and without guessing.
///
/// In rounds of short loops, each over reads that have nothing to wait for:
///
/// 1. `seek`: the hash of each read of the next block, and its home line, which is asked for.
/// 2. `sort`: the home lines of this block are compared; a read goes to the found ones or to those that wait.
///    No branch: which of five tags does not stand at home is as good as dice.
/// 3. `goOn`: the next lines of those that wait are asked for; `sortWaiting` compares those of the round
///    before.
/// 4. `mark`: the evidence bits of the found ones are set.
///
/// At last, in order, the strangers, who may put each other out, and the long EPCs, which are compared whole.
///
/// A tag has one line, so the reads of a tag all go the same way, and in their order. Reads of different tags
/// may change places, because no line of a registered tag knows of another.
extension ReadRing {
    /// Reads that are sorted together: the memory of the work fits a page. A power of two from 64.
    static let stretchReads = 128

    /// Reads whose lines are asked for together: of 8, 16 and 32 the best. A core has some 24 under way.
    private static let blockReads = 16

    /// Blocks of a round. Loops over a few reads end unforeseen; in two blocks that happens half as often.
    private static let roundBlocks = 2

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
        let homes: RegisteredLines.Homes
        let dirty: UnsafeMutablePointer<UInt8>
        let desk: Desk.Places
    }

    /// Takes a stretch of at most ``stretchReads``.
    ///
    /// In rounds: the lines of the next block are asked for, those of this block and those asked for in the
    /// round before are compared, the next lines of what is still not found are asked for.
    mutating func take(_ stretch: Stretch, _ evictions: inout [(read: Int, tag: EPC)]) {
        var clock = EpochClock()
        var queue = Queue()
        var start = 0
        stretch.desk.clearRest()
        stretch.seek(from: 0, to: min(ReadRing.blockReads, stretch.count), &clock)
        while start < stretch.count || queue.head != queue.tail {
            let asked = queue.tail
            for _ in 0..<ReadRing.roundBlocks {
                let end = min(start &+ ReadRing.blockReads, stretch.count)
                let ahead = start &+ ReadRing.blockReads
                stretch.seek(from: ahead, to: min(ahead &+ ReadRing.blockReads, stretch.count), &clock)
                stretch.sort(from: start, to: end, &queue)
                start = end
            }
            stretch.goOn(from: asked, isHome: true, &queue, strangers)
            if queue.head != asked {
                let again = queue.tail
                stretch.sortWaiting(to: asked, &queue)
                if queue.tail != again { stretch.goOn(from: again, isHome: false, &queue, strangers) }
            }
            mark(stretch, queue.found)
            queue.found = 0
        }
        takeRest(stretch, &evictions)
    }

    /// The reads for which no line was found, in their order.
    private mutating func takeRest(_ stretch: Stretch, _ evictions: inout [(read: Int, tag: EPC)]) {
        for word in 0..<ReadRing.stretchReads / 64 {
            var rest = stretch.desk.rest[word]
            while rest != 0 {
                let read = word &* 64 &+ rest.trailingZeroBitCount
                rest &= rest &- 1
                takeWhole(stretch, read, hash: stretch.desk.hashes[read], &evictions)
            }
        }
    }

    /// One by one: where the cells outside may run out, the order of tags decides who has one.
    mutating func takeOneByOne(_ stretch: Stretch, _ evictions: inout [(read: Int, tag: EPC)]) {
        var clock = EpochClock()
        for read in 0..<stretch.count {
            stretch.desk.epochs[read] = clock.epoch(at: stretch.reads[read].heardAt, stretch.epochLength)
            takeWhole(stretch, read, hash: hash.hash(stretch.reads[read].tag), &evictions)
        }
    }

    /// How many reads are found, and which stretch of the ring of waiting ones is filled.
    struct Queue {
        var found = 0
        var head = 0
        var tail = 0
    }

    /// Sets the evidence bits of reads whose lines are found.
    @inline(never)
    private mutating func mark(_ stretch: Stretch, _ count: Int) {
        let (desk, dirty, words, reads) = (stretch.desk, stretch.dirty, stretch.words, stretch.reads)
        var number = 0
        while number < count {
            let read = Int(desk.found[number])
            let line = desk.lines[read]
            let own = reads + read
            number &+= 1
            guard let place = TagLine.cell(of: own.pointee.antenna, in: line) else {
                markBeside(stretch, read)
                continue
            }
            let slot = line.pointee.slot
            let isNew = place.note(epoch: desk.epochs[read], signal: own.pointee.signal)
            dirty[Int(slot >> 6)] |= UInt8(truncatingIfNeeded: isNew)
            words[read] = slot | isNew &<< 31
        }
    }

    /// The same where the antenna has none of the two cells of the line.
    @inline(never)
    private mutating func markBeside(_ stretch: Stretch, _ read: Int) {
        let line = stretch.desk.lines[read]
        let own = stretch.reads[read]
        let epoch = stretch.desk.epochs[read]
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
        let cell = CellRead(antenna: own.antenna, signal: own.signal, epoch: stretch.desk.epochs[read])
        stretch.words[read] = take(cell, of: name, registered: registered.find(name, longTags)) {
            evictions.append((stretch.first + read, $0))
        }
    }

    /// Memory for the reads of a stretch while their lines are on the way.
    struct Desk {
        /// Hashes and lines of 8 bytes, epochs and two lists of 4; a bit for each read; a line of its own.
        private let memory = LineMemory(bytes: stretchReads * (2 * 8 + 3 * 4) + 64 + 64)

        struct Places: BitwiseCopyable {
            let hashes: UnsafeMutablePointer<UInt64>
            /// The line of each read that is looked at next, or that is its own.
            let lines: UnsafeMutablePointer<UnsafeMutablePointer<TagLine>>
            /// Epoch of each read, clamped to 32 bits, as the cells hold it.
            let epochs: UnsafeMutablePointer<Int32>
            /// Numbers of reads.
            let found: UnsafeMutablePointer<UInt32>
            let waiting: UnsafeMutablePointer<UInt32>
            /// A bit for each read that no registered line was found for.
            let rest: UnsafeMutablePointer<UInt64>
            /// A line without a tag: of long EPCs, which are compared whole and last.
            let nobody: UnsafeMutablePointer<TagLine>

            func clearRest() { rest.update(repeating: 0, count: stretchReads / 64) }
        }

        var places: Places {
            let size = stretchReads
            let (wide, narrow) = (memory.start, memory.start + 2 * 8 * size)
            let end = narrow + 3 * 4 * size
            return Places(
                hashes: wide.bindMemory(to: UInt64.self, capacity: size),
                lines: (wide + 8 * size).bindMemory(
                    to: UnsafeMutablePointer<TagLine>.self, capacity: size),
                epochs: narrow.bindMemory(to: Int32.self, capacity: size),
                found: (narrow + 4 * size).bindMemory(to: UInt32.self, capacity: size),
                waiting: (narrow + 8 * size).bindMemory(to: UInt32.self, capacity: size),
                rest: end.bindMemory(to: UInt64.self, capacity: size / 64),
                nobody: (end + 64).bindMemory(to: TagLine.self, capacity: 1))
        }
    }
}
