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
    /// The hash of each read; the pilot of its bucket is asked for.
    @inline(never)
    func hashAll() {
        let (hash, places) = (self.hash, self.places)
        let second = hash.oddSecond
        var read = 0
        while read < count {
            let own = reads + read
            precondition(own.pointee.antenna != AntennaCell.noAntenna, "antenna 65535")
            let words = own.pointee.tag.words
            let bits = UInt64(own.pointee.tag.bitCount)
            let value =
                bits <= TagName.bitsInside
                ? hash.short(words.first, words.second, bits: bits, oddSecond: second)
                : hash.hash(own.pointee.tag)
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
        // For who looks ahead beyond the last.
        for beyond in 0..<ReadRing.readsAhead { lines[read &+ beyond] = lines[0] }
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
    /// Whether this is the line of an EPC of up to 128 bits. Others are never: they are compared elsewhere.
    @inline(__always)
    func isWhole(_ tag: EPC) -> Bool {
        let length = UInt64(tag.bitCount >> 4)
        let other = (first ^ tag.words.first) | (second ^ tag.words.second) | (UInt64(self.length) ^ length)
        return other == 0 && length <= UInt64(TagName.wordsInside)
    }
}
