import AssetModel
import CLineMemory

/// An epoch and when it is. Most reads of a batch are of the same one, and are spared the division. A
/// value and no place in memory, so that a loop holds it in registers.
struct EpochSpan: BitwiseCopyable {
    private let start: Int64
    private let length: UInt64
    /// Clamped to 32 bits, as the cells hold it.
    let epoch: Int64

    /// Holds no moment.
    @inline(__always)
    init() { (start, length, epoch) = (0, 0, 0) }

    @inline(never)
    init(at instant: UTCInstant, _ length: ElapsedTime) {
        let number = EvidenceEpoch.number(of: instant, length: length)
        epoch = Int64(Int32(clamping: number))
        // The first epoch of all may begin before what 64 bits can say.
        start = number &* length.milliseconds
        self.length = UInt64(length.milliseconds)
    }

    @inline(__always)
    func holds(_ instant: UTCInstant) -> Bool {
        UInt64(bitPattern: instant.milliseconds &- start) < length
    }
}

/// The loops over a stretch of reads, each without a rare case in it.
extension ReadRing.Stretch {
    /// The EPC of a read, without its hash.
    @inline(__always)
    func name(_ read: Int) -> TagName { TagName(tags[read], hash: 0) }

    /// Leaves a read for the rest.
    @inline(__always)
    func leave(_ read: Int) { desk.rest[read >> 6] |= 1 &<< UInt64(truncatingIfNeeded: read) }

    /// The hash of each read; the pilot of its bucket is asked for.
    func hashAll() {
        var read = hashShort(from: 0)
        while read < count {
            leave(read)
            desk.hashes[read] = hash.hash(name(read))
            read = hashShort(from: read &+ 1)
        }
    }

    /// The hashes from a read on, up to an EPC of more than 128 bits. No call and no rare case in the loop:
    /// the compiler keeps in registers what it needs.
    /// - Returns: the number of that read, or ``count``.
    @inline(never)
    private func hashShort(from start: Int) -> Int {
        let (hash, places, hashes) = (self.hash, self.places, desk.hashes)
        let second = hash.oddSecond
        var read = start
        while read < count {
            let tag = tags + read
            precondition(heard[read].antenna != AntennaCell.noAntenna, "antenna 65535")
            let bits = UInt64(tag.pointee.bitCount)
            if bits > TagName.bitsInside { break }
            let value = hash.short(
                tag.pointee.words.first, tag.pointee.words.second, bits: bits, oddSecond: second)
            hashes[read] = value
            tally_prefetch_many(places.pilot(value))
            read &+= 1
        }
        return read
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

    /// Compares the lines from a read on and sets the evidence bits, up to a read that is not plain: of
    /// another epoch than the one before, or heard before the newest of its cell, or of an antenna without a
    /// cell in the line, or of no tag whose line it is. No call and no rare case in the loop.
    /// - Returns: the number of that read, or ``count``.
    @inline(never)
    func markPlain(from start: Int, _ now: EpochSpan) -> Int {
        let (lines, words, tags, heard) = (desk.lines, self.words, self.tags, self.heard)
        var read = start
        while read < count {
            let line = lines[read]
            tally_prefetch(lines[read &+ ReadRing.readsAhead])
            guard now.holds(heard[read].heardAt), line.pointee.isWhole(tags + read),
                let place = TagLine.cell(of: heard[read].antenna, in: line),
                let isNew = place.noteInOrder(epoch: now.epoch, signal: heard[read].signal)
            else { break }
            words[read] = line.pointee.slot | isNew &<< 31
            read &+= 1
        }
        return read
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
    /// Whether this is the line of an EPC of up to 128 bits.
    @inline(__always)
    func isWhole(_ tag: UnsafePointer<EPC>) -> Bool {
        let other = (first ^ tag.pointee.words.first) | (second ^ tag.pointee.words.second)
        return other == 0 && UInt16(length) == tag.pointee.bitCount &>> 4
    }
}
