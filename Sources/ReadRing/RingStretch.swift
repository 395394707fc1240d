import AssetModel
import CLineMemory

/// The epoch of the read before. Most reads of a batch are of the same one, and are spared the division.
struct EpochClock {
    private var start: Int64 = 0
    private var length: UInt64 = 0
    private var epoch: Int32 = 0

    /// Clamped to 32 bits, as the cells hold it.
    @inline(__always)
    mutating func epoch(at heardAt: UTCInstant, _ length: ElapsedTime) -> Int32 {
        if UInt64(bitPattern: heardAt.milliseconds &- start) >= self.length { turn(to: heardAt, length) }
        return epoch
    }

    @inline(never)
    private mutating func turn(to heardAt: UTCInstant, _ length: ElapsedTime) {
        let number = EvidenceEpoch.number(of: heardAt, length: length)
        epoch = Int32(clamping: number)
        // The first epoch of all may begin before what 64 bits can say.
        start = number &* length.milliseconds
        self.length = UInt64(length.milliseconds)
    }
}

/// The loops over a stretch of reads that change no line.
extension ReadRing.Stretch {
    /// Hash, home line and epoch of some reads; the lines are asked for.
    @inline(never)
    func seek(from: Int, to: Int, _ clock: inout EpochClock) {
        var now = clock
        let (hash, homes) = (self.hash, self.homes)
        let second = hash.oddSecond
        var read = from
        while read < to {
            let own = reads + read
            precondition(own.pointee.antenna != AntennaCell.noAntenna, "antenna 65535")
            desk.epochs[read] = now.epoch(at: own.pointee.heardAt, epochLength)
            let words = own.pointee.tag.words
            let bits = UInt64(own.pointee.tag.bitCount)
            if bits > TagName.bitsInside {
                desk.hashes[read] = hash.hash(own.pointee.tag)
                desk.lines[read] = desk.nobody
            } else {
                let value = hash.short(words.first, words.second, bits: bits, oddSecond: second)
                let home = homes.home(value)
                desk.hashes[read] = value
                desk.lines[read] = home
                tally_prefetch(home)
            }
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
        desk.waiting[waiting & (ReadRing.stretchReads &- 1)] = UInt32(truncatingIfNeeded: read)
        waiting &+= isOther
    }

    @inline(never)
    func sort(from: Int, to: Int, _ queue: inout ReadRing.Queue) {
        var (found, tail, read) = (queue.found, queue.tail, from)
        while read < to {
            sort(read, &found, &tail)
            read &+= 1
        }
        (queue.found, queue.tail) = (found, tail)
    }

    /// As ``sort(from:to:_:)`` of the reads that wait, up to a place in the queue.
    @inline(never)
    func sortWaiting(to end: Int, _ queue: inout ReadRing.Queue) {
        var (found, tail, place) = (queue.found, queue.tail, queue.head)
        while place < end {
            sort(Int(desk.waiting[place & (ReadRing.stretchReads &- 1)]), &found, &tail)
            place &+= 1
        }
        queue = ReadRing.Queue(found: found, head: end, tail: tail)
    }

    /// Asks for the next lines of reads that wait. Those without one are strangers, or long.
    @inline(never)
    func goOn(
        from: Int, isHome: Bool, _ queue: inout ReadRing.Queue, _ strangers: StrangerLines
    ) {
        let mask = ReadRing.stretchReads &- 1
        var (kept, place) = (from, from)
        while place < queue.tail {
            let read = Int(desk.waiting[place & mask])
            let line = desk.lines[read]
            place &+= 1
            if !isHome || line.pointee.isAtHome, line.pointee.link != 0 {
                let next = line + Int(line.pointee.link)
                tally_prefetch(next)
                desk.lines[read] = next
                desk.waiting[kept & mask] = UInt32(truncatingIfNeeded: read)
                kept &+= 1
            } else {
                strangers.prefetch(desk.hashes[read])
                desk.rest[read >> 6] |= 1 &<< UInt64(truncatingIfNeeded: read & 63)
            }
        }
        queue.tail = kept
    }
}
