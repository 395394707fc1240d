import AssetModel
import CLineMemory

/// Many reads at once: the same bits as one by one, without waiting for memory.
///
/// Four steps, each a short loop over reads that have nothing to wait for:
///
/// 1. `seek`: the hash of each read and its home line, which is asked for.
/// 2. `sort`: the home line is compared; the read goes to the found ones or to those that wait. No branch: which
///    of five tags does not stand at home is as good as dice.
/// 3. `mark`: the evidence bit of the found ones is set.
/// 4. Those that wait, four steps again: the next line of the home, and the one after it; at last strangers.
///
/// A tag has one line, so all reads of a tag go the same way, in their order; reads of other tags may be done
/// before or after them, as their lines are their own. Strangers, which do touch each other, are done last and
/// in order.
extension ReadRing {
    /// Reads that are sorted together: bounds the memory of the work.
    static let stretchReads = 256

    /// Reads whose lines are asked for together.
    private static let blockReads = 16

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
        let hash: KeyedHash
        let homes: RegisteredLines.Homes
        let dirty: UnsafeMutablePointer<UInt8>
        let desk: Desk.Places
    }

    /// Takes a stretch of at most ``stretchReads``.
    mutating func take(_ stretch: Stretch, _ evictions: inout [(read: Int, tag: EPC)]) {
        var (start, waiting) = (0, 0)
        var clock = EpochClock()
        stretch.seek(from: 0, to: min(ReadRing.blockReads, stretch.count), &clock)
        while start < stretch.count {
            let end = min(start &+ ReadRing.blockReads, stretch.count)
            stretch.seek(from: end, to: min(end &+ ReadRing.blockReads, stretch.count), &clock)
            let found = stretch.sort(from: start, to: end, &waiting)
            mark(stretch, found)
            start = end
        }
        if waiting > 0 { takeWaiting(stretch, waiting, &evictions) }
    }

    /// Sets the evidence bits of reads whose lines are found.
    @inline(never)
    private mutating func mark(_ stretch: Stretch, _ count: Int) {
        let (desk, dirty, words) = (stretch.desk, stretch.dirty, stretch.words)
        var number = 0
        while number < count {
            let read = Int(desk.found[number])
            let line = desk.lines[read]
            let own = desk.cells[read]
            let place =
                TagLine.cell(of: own.antenna, in: line)
                ?? cellBeside(line, antenna: own.antenna, epoch: own.epoch)
            let slot = line.pointee.slot
            let isNew: UInt32 = place.note(epoch: own.epoch, signal: own.signal) ? 1 : 0
            dirty[Int(slot >> 6)] |= UInt8(truncatingIfNeeded: isNew)
            words[read] = slot | isNew &<< 31
            number &+= 1
        }
    }

    /// The reads of tags that do not stand in their home line.
    private mutating func takeWaiting(
        _ stretch: Stretch, _ count: Int, _ evictions: inout [(read: Int, tag: EPC)]
    ) {
        var waiting = count
        stretch.desk.clearRest()
        var isHome = true
        while waiting > 0 {
            let going = stretch.goOn(waiting, isHome: isHome, strangers)
            isHome = false
            waiting = 0
            mark(stretch, stretch.sortWaiting(going, &waiting))
        }
        for word in 0..<ReadRing.stretchReads / 64 {
            var rest = stretch.desk.rest[word]
            while rest != 0 {
                let read = word &* 64 &+ rest.trailingZeroBitCount
                rest &= rest &- 1
                takeRest(stretch, read, &evictions)
            }
        }
    }

    @inline(never)
    private mutating func takeRest(
        _ stretch: Stretch, _ read: Int, _ evictions: inout [(read: Int, tag: EPC)]
    ) {
        let name = TagName(stretch.reads[read].tag, hash: stretch.desk.hashes[read])
        let known = name.isLong ? registered.find(name, longTags) : nil
        stretch.words[read] = take(stretch.desk.cells[read], of: name, registered: known) {
            evictions.append((stretch.first + read, $0))
        }
    }

    /// Memory for the reads of a stretch while their lines are on the way.
    struct Desk {
        private let table = LineTable<UInt64>(count: stretchReads * 4 + 16)

        struct Places: BitwiseCopyable {
            let hashes: UnsafeMutablePointer<UInt64>
            /// The line of each read that is looked at next, or that is its own.
            let lines: UnsafeMutablePointer<UnsafeMutablePointer<TagLine>>
            let cells: UnsafeMutablePointer<CellRead>
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
            let raw = UnsafeMutableRawPointer(table.at)
            let size = stretchReads * 8
            let lists = (raw + 3 * size).assumingMemoryBound(to: UInt32.self)
            return Places(
                hashes: table.at,
                lines: (raw + size).assumingMemoryBound(to: UnsafeMutablePointer<TagLine>.self),
                cells: (raw + 2 * size).assumingMemoryBound(to: CellRead.self),
                found: lists, waiting: lists + stretchReads, rest: table.at + stretchReads * 4,
                nobody: (raw + 4 * size + 64).assumingMemoryBound(to: TagLine.self))
        }
    }
}

/// The epoch of the read before. Most reads of a batch are of the same one, and are spared the division.
private struct EpochClock {
    var start: Int64 = 0
    var length: UInt64 = 0
    var epoch: Int32 = 0

    @inline(never)
    mutating func turn(to heardAt: UTCInstant, _ milliseconds: UInt32) {
        let length = ElapsedTime(milliseconds: Int64(milliseconds))
        let number = EvidenceEpoch.number(of: heardAt, length: length)
        epoch = Int32(clamping: number)
        start = EvidenceEpoch.start(of: number, length: length).milliseconds
        self.length = UInt64(milliseconds)
    }
}

extension ReadRing.Stretch {
    /// Hash, home line and epoch of some reads; the lines are asked for.
    @inline(never)
    fileprivate func seek(from: Int, to: Int, _ clock: inout EpochClock) {
        var now = clock
        var read = from
        while read < to {
            let own = reads + read
            precondition(own.pointee.antenna != AntennaCell.noAntenna, "antenna 65535")
            let passed = UInt64(bitPattern: own.pointee.heardAt.milliseconds &- now.start)
            if passed >= now.length || UInt64(own.pointee.epochMilliseconds) != now.length {
                now.turn(to: own.pointee.heardAt, own.pointee.epochMilliseconds)
            }
            desk.cells[read] = ReadRing.CellRead(
                antenna: own.pointee.antenna, signal: own.pointee.signal, epoch: now.epoch)
            let hash: UInt64
            var home: UnsafeMutablePointer<TagLine>
            if own.pointee.tag.bitCount <= 128 {
                hash = self.hash.short(own)
                home = homes.home(hash)
            } else {
                hash = self.hash.hash(own.pointee.tag)
                home = desk.nobody
            }
            desk.hashes[read] = hash
            desk.lines[read] = home
            tally_prefetch(home)
            read &+= 1
        }
        clock = now
    }

    /// Compares the line of a read and puts the read to the found ones or to those that wait: to both, and
    /// one of the two is overwritten.
    @inline(__always)
    private func sort(_ read: Int, _ found: inout Int, _ waiting: inout Int) {
        let line = desk.lines[read]
        let own = reads + read
        let length = UInt64(own.pointee.tag.bitCount >> 4)
        let other =
            (line.pointee.first ^ own.pointee.tag.words.first)
            | (line.pointee.second ^ own.pointee.tag.words.second) | (UInt64(line.pointee.length) ^ length)
        let isOther = other == 0 ? 0 : 1
        desk.found[found] = UInt32(truncatingIfNeeded: read)
        found &+= 1 &- isOther
        desk.waiting[waiting] = UInt32(truncatingIfNeeded: read)
        waiting &+= isOther
    }

    @inline(never)
    fileprivate func sort(from: Int, to: Int, _ waiting: inout Int) -> Int {
        var (found, still, read) = (0, waiting, from)
        while read < to {
            sort(read, &found, &still)
            read &+= 1
        }
        waiting = still
        return found
    }

    @inline(never)
    fileprivate func sortWaiting(_ count: Int, _ waiting: inout Int) -> Int {
        var (found, still, number) = (0, 0, 0)
        while number < count {
            sort(Int(desk.waiting[number]), &found, &still)
            number &+= 1
        }
        waiting = still
        return found
    }

    /// Asks for the next lines of reads that wait. - Returns: how many there are.
    @inline(never)
    fileprivate func goOn(_ count: Int, isHome: Bool, _ strangers: StrangerLines) -> Int {
        var waiting = 0
        for number in 0..<count {
            let read = Int(desk.waiting[number])
            let line = desk.lines[read]
            if !isHome || line.pointee.isAtHome, line.pointee.link != 0 {
                let next = line + Int(line.pointee.link)
                tally_prefetch(next)
                desk.lines[read] = next
                desk.waiting[waiting] = UInt32(truncatingIfNeeded: read)
                waiting &+= 1
            } else {
                strangers.prefetch(desk.hashes[read])
                desk.rest[read >> 6] |= 1 &<< UInt64(truncatingIfNeeded: read & 63)
            }
        }
        return waiting
    }
}

extension KeyedHash {
    /// Of an EPC of up to 128 bits.
    @inline(__always)
    fileprivate func short(_ read: UnsafePointer<ReadRing.Read>) -> UInt64 {
        let words = read.pointee.tag.words
        return short(words.first, words.second, length: UInt64(read.pointee.tag.bitCount >> 4))
    }
}
