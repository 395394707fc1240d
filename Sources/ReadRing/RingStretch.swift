import AssetModel
import CLineMemory

/// The epoch of the read before. Most reads of a batch are of the same one, and are spared the division.
struct EpochClock {
    private var start: Int64 = 0
    private var length: UInt64 = 0
    private var epoch: Int64 = 0

    /// Clamped to 32 bits, as the cells hold it.
    @inline(__always)
    mutating func epoch(at heardAt: UTCInstant, _ length: ElapsedTime) -> Int64 {
        if UInt64(bitPattern: heardAt.milliseconds &- start) >= self.length { turn(to: heardAt, length) }
        return epoch
    }

    @inline(never)
    private mutating func turn(to heardAt: UTCInstant, _ length: ElapsedTime) {
        let number = EvidenceEpoch.number(of: heardAt, length: length)
        epoch = Int64(Int32(clamping: number))
        // The first epoch of all may begin before what 64 bits can say.
        start = number &* length.milliseconds
        self.length = UInt64(length.milliseconds)
    }
}

/// The loops over a stretch of reads that change no line.
extension ReadRing.Stretch {
    /// The EPC of a read, without its hash.
    @inline(__always)
    func name(_ read: Int) -> TagName {
        let own = reads + read
        var name = TagName(
            first: own.pointee.first, second: own.pointee.second,
            length: UInt8(truncatingIfNeeded: own.pointee.bitCount &>> 4))
        if name.isLong { (name.third, name.fourth) = (tails[read].third, tails[read].fourth) }
        return name
    }

    /// The hash of an EPC of more than 128 bits, which is left for the rest.
    @inline(never)
    private func hashLong(_ read: Int) -> UInt64 {
        leave(read)
        return hash.hash(name(read))
    }

    /// Leaves a read for the rest.
    @inline(__always)
    func leave(_ read: Int) { desk.rest[read >> 6] |= 1 &<< UInt64(truncatingIfNeeded: read) }

    /// The hash of each read; the pilot of its bucket is asked for.
    @inline(never)
    func hashAll() {
        let (hash, places) = (self.hash, self.places)
        let second = hash.oddSecond
        var read = 0
        while read < count {
            let own = reads + read
            precondition(own.pointee.antenna != AntennaCell.noAntenna, "antenna 65535")
            let bits = UInt64(own.pointee.bitCount)
            let value =
                bits <= TagName.bitsInside
                ? hash.short(own.pointee.first, own.pointee.second, bits: bits, oddSecond: second)
                : hashLong(read)
            desk.hashes[read] = value
            tally_prefetch_many(places.pilot(value))
            read &+= 1
        }
    }

    /// The line of each read, should it be registered; it is asked for.
    @inline(never)
    func placeAll() {
        let (places, hashes, lines) = (self.places, desk.hashes, desk.lines)
        var read = 0
        while read < count {
            let line = places.line(hashes[read])
            lines[read] = line
            tally_prefetch_many(line)
            read &+= 1
        }
        // Left by `hashAll`: what is compared with an empty line is left again.
        forEachOfRest { lines[$0] = desk.nobody }
        // For who looks ahead beyond the last.
        for beyond in 0..<ReadRing.readsAhead { lines[read &+ beyond] = lines[0] }
    }

    /// Which chunks changed, of the reads whose lines were found. A loop of its own: beside the bits, where
    /// the byte is known last of all, the same store held up the reads behind it.
    @inline(never)
    func markDirty() {
        let (words, dirty) = (self.words, self.dirty)
        var read = 0
        while read < count {
            dirty[SlotTable.dirtyIndex(words[read])] = 1
            read &+= 1
        }
    }

    @inline(__always)
    func forEachOfRest(_ body: (Int) -> Void) {
        for word in 0..<ReadRing.stretchReads / 64 {
            var rest = desk.rest[word]
            while rest != 0 {
                body(word &* 64 &+ rest.trailingZeroBitCount)
                rest &= rest &- 1
            }
        }
    }
}

extension TagLine {
    /// Whether this is the line of a read's EPC of up to 128 bits.
    @inline(__always)
    func isWhole(_ read: UnsafePointer<ReadRing.Read>) -> Bool {
        let other = (first ^ read.pointee.first) | (second ^ read.pointee.second)
        return other == 0 && UInt16(length) == read.pointee.bitCount &>> 4
    }
}
