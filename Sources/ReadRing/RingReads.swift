package import AssetModel
import CLineMemory

/// Reads, one by one or many at once: both give the same bits.
extension ReadRing {
    /// One read of one tag by one antenna, in plain words.
    struct Read: BitwiseCopyable, Sendable {
        var first: UInt64
        var second: UInt64
        var third: UInt64
        var fourth: UInt64
        /// Clamped to 32 bits, as the cells hold it.
        var epoch: Int32
        var antenna: UInt16
        /// 1/100 dBm; ``AntennaCell/noSignal`` for none.
        var signal: Int16
        /// Words of 16 bits.
        var length: UInt8

        static let none = Read(
            first: 0, second: 0, third: 0, fourth: 0, epoch: 0, antenna: 0, signal: AntennaCell.noSignal,
            length: 1)

        /// Field by field into its place: a copy of what was just written in pieces has to wait for them.
        @inline(__always)
        mutating func set(
            words: EPC.Words, bitCount: UInt16, antenna: Int, heardAt: UTCInstant, signal: SignalStrength?
        ) {
            precondition((0..<Int(AntennaCell.noAntenna)).contains(antenna), "antenna \(antenna)")
            first = words.first
            second = words.second
            third = words.third
            fourth = words.fourth
            length = UInt8(truncatingIfNeeded: bitCount >> 4)
            epoch = Int32(clamping: EvidenceEpoch.number(of: heardAt))
            self.antenna = UInt16(truncatingIfNeeded: antenna)
            self.signal = signal?.centiDBm ?? AntennaCell.noSignal
        }
    }

    /// Reads to be observed together. Its memory is used again.
    package struct Reads: Sendable {
        /// The first `count` are reads.
        fileprivate var entries: [Read]
        package private(set) var count = 0

        package init(capacity: Int) { entries = [Read](repeating: .none, count: capacity) }

        package mutating func removeAll() { count = 0 }

        /// - Parameters:
        ///   - words: the words of the EPC, and beside them its length: apart they travel in registers.
        ///   - antenna: index into the layout, 0...65,534. The layout is ours: another is a bug.
        @inline(never)
        package mutating func append(
            _ words: EPC.Words, bitCount: UInt16, antenna: Int, heardAt: UTCInstant, signal: SignalStrength?
        ) {
            if count == entries.count {
                entries.append(contentsOf: repeatElement(.none, count: max(64, count)))
            }
            entries.withUnsafeMutableBufferPointer {
                $0[count].set(
                    words: words, bitCount: bitCount, antenna: antenna, heardAt: heardAt, signal: signal)
            }
            count += 1
        }
    }

    /// What many reads turned out to be, in their order.
    package struct Sightings: Sendable {
        /// Slot in the lower 28 bits, above them what else there is to say.
        var words: [UInt32] = []
        /// The strangers given up, and for which read.
        var evictions: [(read: Int, tag: EPC)] = []

        static let isNewBit: UInt32 = 1 << 31
        static let isFirstBit: UInt32 = 1 << 30
        static let evictsBit: UInt32 = 1 << 29
        static let slotMask: UInt32 = (1 << 28) - 1

        package init() {}

        package var count: Int { words.count }
        package func isNew(_ read: Int) -> Bool { words[read] & Sightings.isNewBit != 0 }
        /// How many of the reads set a bit that was not set.
        package var newCount: Int {
            words.reduce(0) { $0 &+ Int(truncatingIfNeeded: $1 >> 31) }
        }

        package subscript(read: Int) -> Sighting {
            let word = words[read]
            let evicts = word & Sightings.evictsBit != 0
            return Sighting(
                slot: Int(word & Sightings.slotMask), isNew: word & Sightings.isNewBit != 0,
                isFirst: word & Sightings.isFirstBit != 0,
                evicted: evicts ? evictions.first { $0.read == read }?.tag : nil)
        }

        mutating func reset(_ count: Int) {
            evictions.removeAll(keepingCapacity: true)
            if words.count == count { return }
            words.removeAll(keepingCapacity: true)
            words.append(contentsOf: repeatElement(0, count: count))
        }
    }

    /// A read on its way: its hash, and the line that is its own, if it has one.
    private struct Pending: BitwiseCopyable {
        var hash: UInt64
        var line: UnsafeMutablePointer<TagLine>?
        /// `line` has been compared.
        var isFound: Bool
    }

    /// Reads whose lines are asked for together. A core of today has 16 to 24 lines under way at once; 32
    /// measured no better. A power of two.
    private static let blockReads = 16

    /// Takes an observation in.
    /// - Parameters:
    ///   - antenna: index into the layout, 0...65,534.
    ///   - epochLength: read cycle of the antenna, the same at every call for it.
    package mutating func observe(
        _ tag: EPC, antenna: Int, heardAt: UTCInstant, signal: SignalStrength?,
        epochLength: ElapsedTime = EvidenceEpoch.length
    ) -> Sighting {
        ownTables()
        var read = Read.none
        read.set(
            words: tag.words, bitCount: tag.bitCount, antenna: antenna, heardAt: heardAt, signal: signal)
        if epochLength != EvidenceEpoch.length {
            read.epoch = Int32(clamping: EvidenceEpoch.number(of: heardAt, length: epochLength))
        }
        var evicted: EPC?
        let hash = hash.hash(tag)
        let word = withUnsafePointer(to: read) { take($0, hash: hash, found: nil) { evicted = $0 } }
        return Sighting(
            slot: Int(word & Sightings.slotMask), isNew: word & Sightings.isNewBit != 0,
            isFirst: word & Sightings.isFirstBit != 0, evicted: evicted)
    }

    /// Takes many observations in, as if each was given to ``observe(_:antenna:heardAt:signal:)`` in turn.
    ///
    /// A read of a table of many MiB waits for memory. Here no read waits for another: the line of a read is
    /// asked for while the reads before it are done. 32 reads at once gain most of it.
    ///
    /// - Parameter sightings: what became of each read, in order. Its memory is used again.
    package mutating func observe(_ reads: Reads, into sightings: inout Sightings) {
        ownTables()
        sightings.reset(reads.count)
        // Out of the way, so that words and evictions can both be written.
        var words: [UInt32] = []
        swap(&words, &sightings.words)
        withUnsafeTemporaryAllocation(of: Pending.self, capacity: 2 * ReadRing.blockReads) { pending in
            reads.entries.withUnsafeBufferPointer { entries in
                words.withUnsafeMutableBufferPointer { words in
                    guard let pending = pending.baseAddress, let from = entries.baseAddress,
                        let to = words.baseAddress
                    else { return }
                    take(from, count: reads.count, by: pending, to, &sightings.evictions)
                }
            }
        }
        swap(&words, &sightings.words)
    }

    /// - Parameters:
    ///   - reads: `count` of them.
    ///   - words: room for as many.
    @inline(__always)
    private mutating func take(
        _ reads: UnsafePointer<Read>, count: Int, by pending: UnsafeMutablePointer<Pending>,
        _ words: UnsafeMutablePointer<UInt32>, _ evictions: inout [(read: Int, tag: EPC)]
    ) {
        let size = ReadRing.blockReads
        fetch(reads, min(size, count), pending)
        var start = 0
        while start < count {
            let next = start &+ size
            let block = min(size, count &- start)
            let own = pending + (start & size)
            if next < count { fetch(reads + next, min(size, count &- next), pending + (next & size)) }
            for read in 0..<block { look(for: reads + (start &+ read), own + read, isHome: true) }
            for read in 0..<block where !own[read].isFound {
                look(for: reads + (start &+ read), own + read, isHome: false)
            }
            for read in 0..<block {
                let found = own[read].isFound ? own[read].line : nil
                let place = start &+ read
                words[place] = take(reads + place, hash: own[read].hash, found: found) {
                    evictions.append((place, $0))
                }
            }
            start = next
        }
    }

    /// Asks for the home lines of a block. In two loops: a processor does not finish asking before it knows
    /// where the page is, and a loop of three instructions lets it look for all pages at once.
    @inline(__always)
    private func fetch(_ reads: UnsafePointer<Read>, _ count: Int, _ pending: UnsafeMutablePointer<Pending>) {
        for read in 0..<count {
            let hash = hash.hash(TagName(reads[read], hash: 0))
            pending[read] = Pending(hash: hash, line: registered.home(hash), isFound: false)
        }
        for read in 0..<count { tally_prefetch(pending[read].line) }
    }

    /// Compares a line, and asks for whatever else the read will need.
    @inline(__always)
    private func look(
        for read: UnsafePointer<Read>, _ pending: UnsafeMutablePointer<Pending>, isHome: Bool
    ) {
        guard let line = pending.pointee.line else { return }
        if line.pointee.carries(TagName(read.pointee, hash: pending.pointee.hash), longTags) {
            pending.pointee.isFound = true
            if line.pointee.overflow != 0 { tally_prefetch(cells.address(line.pointee.overflow)) }
            return
        }
        let next = !isHome || line.pointee.isAtHome ? RegisteredLines.next(line) : nil
        pending.pointee.line = next
        if let next { tally_prefetch(next) } else { strangers.prefetch(pending.pointee.hash) }
    }

    /// - Parameter found: the line of the tag, where it is known already.
    /// - Returns: slot and bits of ``Sightings``.
    @inline(__always)
    private mutating func take(
        _ read: UnsafePointer<Read>, hash: UInt64, found: UnsafeMutablePointer<TagLine>?,
        _ evicted: (EPC) -> Void
    ) -> UInt32 {
        var word: UInt32 = 0
        let line: UnsafeMutablePointer<TagLine>
        if let found {
            line = found
        } else {
            var gone: EPC?
            line = lineBeside(read, hash: hash, &word, &gone)
            if let gone { evicted(gone) }
        }
        let place =
            TagLine.cell(of: read.pointee.antenna, in: line)
            ?? cellBeside(line, antenna: read.pointee.antenna, epoch: read.pointee.epoch)
        let slot = line.pointee.slot
        if place.note(epoch: read.pointee.epoch, signal: read.pointee.signal) {
            word |= Sightings.isNewBit
            slots.markDirty(Int(slot))
            if line.pointee.isStranger { slots.setReferenced(Int(slot), true) }
        }
        return word | slot
    }

    /// The line of a tag wherever it is, or a stranger's, made where there is none.
    @inline(never)
    private mutating func lineBeside(
        _ read: UnsafePointer<Read>, hash: UInt64, _ word: inout UInt32, _ evicted: inout EPC?
    ) -> UnsafeMutablePointer<TagLine> {
        let name = TagName(read.pointee, hash: hash)
        if let known = registered.find(name, longTags) { return known }
        if let known = strangers.find(name, longTags) { return strangers[known] }
        word = Sightings.isFirstBit
        var slot: Int?
        if strangers.count >= limits.strangersMax, let gone = evictStranger() {
            word |= Sightings.evictsBit
            evicted = gone.tag
            slot = gone.slot
        }
        return placeStranger(name, at: slot ?? slots.takeFree())
    }
}
